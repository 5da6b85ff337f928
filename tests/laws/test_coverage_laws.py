"""Laws of coverage: silence meets nothing, what is beside the point changes nothing, days count."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from needlepoint.core.anatomy import Side
from needlepoint.core.chart import BlockTarget, Chart
from needlepoint.core.knowledge import Knowledge
from needlepoint.core.knowledge import Test as Asked
from needlepoint.core.plan import planned_now
from needlepoint.core.record import PatientRecord, fold
from needlepoint.core.rules import situation
from needlepoint.core.rules.criteria import Answer, check
from needlepoint.core.rules.days import months_before, months_between, passed_on
from needlepoint.core.rules.eligibility import Eligibility, Standing, eligibility
from needlepoint.core.rules.measures import is_measure
from needlepoint.files.charts import read_chart

NOW = datetime(2026, 3, 1, 9, tzinfo=UTC)
DAYS = st.dates(date(1990, 1, 1), date(2060, 12, 31))
JOINT = "lumbar_medial_branch_radiofrequency"


def record_of(entries: list[dict[str, Any]], knowledge: Knowledge) -> PatientRecord:
    defaults = {"author": "dr-b", "role": "physician", "occurred_at": "2026-02-20"}
    data = {"as_of": NOW.isoformat(), "defaults": defaults, "entries": entries}
    return fold(read_chart(data, knowledge=knowledge, now=NOW), as_of=NOW)


def packet(
    record: PatientRecord, knowledge: Knowledge, technique: str = JOINT, side: Side = Side.LEFT
) -> tuple[Eligibility, ...]:
    target = BlockTarget(kind="facet_joint", segment="L4-L5", side=side)
    plan = planned_now(knowledge.guidance.techniques[technique], (target,), record)
    plan = replace(plan, guidance="fluoroscopy", sedation="none")
    return eligibility(situation(record, plan, knowledge))


def outcome(found: tuple[Eligibility, ...]) -> list[tuple[str, str, str, str | None]]:
    return [
        (one.policy.id, line.id, line.standing.value, line.value)
        for one in found
        for line in one.lines
    ]


BACK: dict[str, Any] = {
    "kind": "complaint", "name": "back", "presentation": "axial_low_back", "side": "left",
    "onset": "2025-06-01", "nrs_average": 6,
}  # fmt: skip


def block(day: str, relief: float, side: str = "left") -> dict[str, Any]:
    return {
        "kind": "diagnostic_block", "block": "lumbar_medial_branch_block",
        "occurred_at": f"{day}T10:00Z", "agent": {"name": "lidocaine", "volume_ml": 0.5},
        "targets": [{"kind": "facet_joint", "segment": "L4-L5", "side": side}],
        "relief": {"percent": relief}, "relief_hours": 2,
    }  # fmt: skip


def radiofrequency(day: date, relief: float = 80, weeks: float = 26) -> dict[str, Any]:
    return {
        "kind": "procedure", "name": JOINT, "occurred_at": f"{day}T10:00Z",
        "body": {"technique": "radiofrequency", "mode": "conventional"},
        "targets": [{"kind": "facet_joint", "segment": "L4-L5", "side": "left"}],
        "relief_percent": relief, "relief_weeks": weeks,
    }  # fmt: skip


def test_an_empty_chart_meets_nothing_of_any_policy(knowledge: Knowledge) -> None:
    empty = fold(Chart(id="empty", entries=()), as_of=NOW)
    judged = 0
    for technique in knowledge.guidance.techniques.values():
        for one in eligibility(situation(empty, planned_now(technique, (), empty), knowledge)):
            judged += 1
            assert one.standing in (Standing.UNMET, Standing.MISSING), one.policy.id
            met = [x.id for x in one.lines if x.effect != "info" and x.standing is Standing.MET]
            assert not met, f"{one.policy.id}: {met}"
            asked = [x for x in one.lines if x.standing is Standing.MISSING and x.effect != "info"]
            assert all(x.document for x in asked), one.policy.id
    assert judged >= 150


def test_every_procedure_family_of_the_evidence_has_a_policy(knowledge: Knowledge) -> None:
    asked = set(knowledge.guidance.policies_of)
    for name in (
        "lumbar_medial_branch_block", JOINT, "cervical_medial_branch_radiofrequency",
        "lumbar_transforaminal_epidural", "cervical_interlaminar_epidural", "caudal_epidural",
        "sacroiliac_joint_injection", "sacral_lateral_branch_radiofrequency",
        "sacroiliac_joint_fusion", "spinal_cord_stimulator_trial", "spinal_cord_stimulator_implant",
        "dorsal_root_ganglion_stimulator_implant", "peripheral_nerve_stimulator_implant",
        "intrathecal_trial", "intrathecal_pump_implant", "vertebral_augmentation",
        "minimally_invasive_lumbar_decompression", "interspinous_spacer",
        "basivertebral_nerve_ablation", "genicular_radiofrequency", "stellate_ganglion_block",
        "lumbar_trigger_point_injection", "greater_occipital_nerve_block",
    ):  # fmt: skip
        assert name in asked, name


def test_every_measure_that_a_criterion_names_is_known(knowledge: Knowledge) -> None:
    for policy in knowledge.guidance.policies.values():
        for one in policy.criteria:
            for test in (one.test, *one.applies_when):
                assert is_measure(test.measure, knowledge), f"{policy.id}: {test.measure}"
            assert one.judged or one.rests_on, f"{policy.id}: {one.id} rests on nothing"


BESIDE = [
    {"kind": "goal", "words": "walk the dog"},
    {"kind": "allergy", "substance": "peanut"},
    {"kind": "condition", "name": "hay fever"},
    {"kind": "procedure", "name": "knee_joint_injection", "body": {"technique": "injection"},
     "targets": [{"kind": "knee_joint", "side": "left"}], "occurred_at": "2026-01-05T10:00Z"},
    {"kind": "diagnostic_block", "block": "ulnar_nerve_block", "relief": {"percent": 90},
     "targets": [{"nerve": "ulnar_nerve", "side": "left"}], "occurred_at": "2026-01-06T10:00Z"},
    {"kind": "attestation", "name": "something_else", "value": True},
    {"kind": "consent", "to": "photographs", "given": True},
    {"kind": "earlier_treatment", "treatment": "reading glasses", "started": "2025-01-01"},
    {"kind": "questionnaire", "instrument": "PHQ9", "score": 4},
]  # fmt: skip


@given(chosen=st.sets(st.integers(0, len(BESIDE) - 1)), relief=st.sampled_from([0, 50, 79, 80, 95]))
def test_what_is_beside_the_point_changes_nothing(
    chosen: set[int], relief: int, knowledge: Knowledge
) -> None:
    given_ = [BACK, block("2026-01-10", relief), block("2026-02-10", 85)]
    plain = outcome(packet(record_of(given_, knowledge), knowledge))
    named = [{**entry, "id": f"a{n}"} for n, entry in enumerate(given_)]
    with_more = [*named, *({**BESIDE[n], "id": f"b{n}"} for n in sorted(chosen))]
    assert outcome(packet(record_of(with_more, knowledge), knowledge)) == plain


@given(reliefs=st.lists(st.integers(0, 100), max_size=4), order=st.randoms())
def test_the_order_in_which_entries_were_written_does_not_matter(
    reliefs: list[int], order: Any, knowledge: Knowledge
) -> None:
    entries = [BACK, *(block(f"2026-01-{10 + n}", r) for n, r in enumerate(reliefs))]
    named = [{**entry, "id": f"e{n}"} for n, entry in enumerate(entries)]
    shuffled = list(named)
    order.shuffle(shuffled)
    assert outcome(packet(record_of(named, knowledge), knowledge)) == outcome(
        packet(record_of(shuffled, knowledge), knowledge)
    )


@given(reliefs=st.lists(st.integers(0, 100), max_size=3))
def test_left_mirrors_right(reliefs: list[int], knowledge: Knowledge) -> None:
    def of(side: str) -> list[tuple[str, str, str, str | None]]:
        entries = [{**BACK, "side": side}]
        entries += [block(f"2026-01-{10 + n}", r, side) for n, r in enumerate(reliefs)]
        return outcome(packet(record_of(entries, knowledge), knowledge, side=Side(side)))

    assert of("left") == of("right")


MEASURES = (
    "blocks/each_relief_percent",
    "blocks/positive_at/80",
    "history/sessions_12_months",
    "history/last_relief_months_here",
    "history/last_relief_percent_here",
    "pain/duration_months",
    "pain/nrs_average",
)
_RANK = {Answer.NO: 0, Answer.UNKNOWN: 1, Answer.YES: 2}


@given(
    name=st.sampled_from(MEASURES),
    reliefs=st.lists(st.integers(0, 100), max_size=3),
    earlier=st.lists(st.integers(10, 700), max_size=4, unique=True),
    low=st.floats(0, 100),
    more=st.floats(0, 50),
)
def test_a_stricter_threshold_never_meets_more(
    name: str, reliefs: list[int], earlier: list[int], low: float, more: float, knowledge: Knowledge
) -> None:
    entries = [BACK, *(block(f"2026-01-{10 + n}", r) for n, r in enumerate(reliefs))]
    entries += [radiofrequency(NOW.date() - timedelta(days=days)) for days in earlier]
    record = record_of(entries, knowledge)
    target = BlockTarget(kind="facet_joint", segment="L4-L5", side=Side.LEFT)
    plan = planned_now(knowledge.guidance.techniques[JOINT], (target,), record)
    now = situation(record, plan, knowledge)

    def rank(operator: Any, threshold: float) -> int:
        return _RANK[check(Asked(measure=name, operator=operator, threshold=threshold), now).answer]

    assert rank(">=", low + more) <= rank(">=", low)
    assert rank("<=", low) <= rank("<=", low + more)


@given(earlier=st.lists(DAYS, max_size=6), day=DAYS)
def test_sessions_of_a_rolling_year_agree_with_counting_days(
    earlier: list[date], day: date
) -> None:
    window = [one for one in earlier if months_before(day, 12) < one < day]
    by_hand = [one for one in earlier if one < day < passed_on(one, 12)]
    assert sorted(window) == sorted(by_hand)


@given(start=DAYS, months=st.integers(0, 60))
def test_the_first_day_after_some_months_is_the_first(start: date, months: int) -> None:
    reached = passed_on(start, months)
    assert months_before(reached, months) >= start
    assert months == 0 or months_before(reached - timedelta(days=1), months) < start
    assert months_between(start, reached) == pytest.approx(months)
    if reached > start:
        assert months_between(start, reached - timedelta(days=1)) < months


@given(start=DAYS, first=st.integers(0, 2000), more=st.integers(0, 2000))
def test_months_grow_with_days(start: date, first: int, more: int) -> None:
    one, other = start + timedelta(days=first), start + timedelta(days=first + more)
    assert months_between(start, one) <= months_between(start, other)


@pytest.mark.parametrize(
    ("start", "end", "months"),
    [
        ("2025-11-30", "2026-02-28", 2),
        ("2025-11-30", "2026-03-01", 3),
        ("2024-02-29", "2025-02-28", 11),
        ("2024-02-29", "2025-03-01", 12),
        ("2026-02-27", "2026-05-27", 3),
    ],
)
def test_whole_months_by_the_calendar(start: str, end: str, months: int) -> None:
    assert int(months_between(date.fromisoformat(start), date.fromisoformat(end))) == months


def test_nobody_can_attest_fewer_sessions_than_the_chart_holds(knowledge: Knowledge) -> None:
    days = [NOW.date() - timedelta(days=days) for days in (60, 120, 180)]
    name = "history/sessions_12_months"
    few = {"kind": "attestation", "name": name, "value": 1}
    record = record_of([BACK, few, *(radiofrequency(day) for day in days)], knowledge)
    line = next(
        line
        for one in packet(record, knowledge)
        for line in one.lines
        if one.policy.id == "medicare_facet_cgs" and line.id == "radiofrequency_sessions"
    )
    assert line.standing is Standing.UNMET and line.value == "at least 4"


def test_an_answer_taken_back_no_longer_completes_the_history(knowledge: Knowledge) -> None:
    yes = {"kind": "attestation", "name": "earlier_procedures_complete", "value": True}
    no = {**yes, "value": False, "occurred_at": "2026-02-25"}

    def standing(*said: dict[str, Any]) -> Standing:
        lines = packet(record_of([BACK, *said], knowledge), knowledge)
        return next(
            line.standing
            for one in lines
            for line in one.lines
            if one.policy.id == "medicare_facet_cgs" and line.id == "radiofrequency_sessions"
        )

    assert standing(yes) is Standing.MET
    assert standing(yes, no) is Standing.MISSING
    assert standing({**yes, "occurred_at": "2025-06-01"}) is Standing.MISSING
