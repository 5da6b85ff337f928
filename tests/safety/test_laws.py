"""What must hold of every safety rule, whatever the chart says."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from needlepoint.core.chart import Chart
from needlepoint.core.knowledge import Knowledge
from needlepoint.core.record import fold
from needlepoint.core.rules.anaesthetic import dosing_weight
from needlepoint.core.rules.safety import SafetyCheck, check_safety
from needlepoint.core.rules.situation import Planned, situation
from needlepoint.core.rules.verdict import Outcome, Verdict
from needlepoint.files import load_knowledge

from .conftest import NINE, before

KNOWLEDGE = load_knowledge()
TECHNIQUES = sorted(KNOWLEDGE.guidance.techniques)
CAUTION = [Outcome.CLEAR, Outcome.CANNOT_TELL, Outcome.HOLD]
EMPTY = Chart(id="empty", entries=(), as_of=NINE)
# Rules that nothing is unknown about while nothing is planned that they are about.
NOTHING_TO_ASK: frozenset[str] = frozenset()


def rank(outcome: Outcome) -> int:
    return CAUTION.index(outcome)


def verdict(check: SafetyCheck, rule: str) -> Verdict:
    return next(v for v in check.verdicts if v.rule == rule)


def plan(technique: str = "lumbar_interlaminar_epidural", **more: Any) -> dict[str, Any]:
    return {"kind": "planned_procedure", "technique": technique, **more}


@pytest.mark.parametrize("technique", TECHNIQUES)
def test_an_empty_chart_clears_nothing(technique: str) -> None:
    record = fold(EMPTY, as_of=NINE)
    planned = Planned(technique=KNOWLEDGE.guidance.techniques[technique], at=NINE)
    check = check_safety(situation(record, planned, KNOWLEDGE))
    assert len(check.verdicts) >= 5
    for one in check.verdicts:
        assert one.outcome is not Outcome.CLEAR, f"{one.rule} is clear on an empty chart"
        open_ = [r for r in one.reasons if r.outcome is Outcome.CANNOT_TELL]
        assert open_ and all(r.says.strip() for r in open_), one.rule


@pytest.mark.parametrize("technique", TECHNIQUES)
def test_every_contraindication_that_asks_has_a_question_and_every_one_can_hold_or_warn(
    technique: str,
) -> None:
    for one in KNOWLEDGE.guidance.safety.contraindications:
        assert one.ask and one.says and one.do


DRUGS = ["apixaban", "warfarin", "clopidogrel", "aspirin", "ibuprofen", "enoxaparin", "sertraline",
         "garlic", "dabigatran", "heparin", "argatroban", "fish oil", "celecoxib", "unheardofine",
         "prasugrel", "fondaparinux", "alteplase", "blood thinner"]  # fmt: skip
hours = st.integers(0, 900)
SILENT = {"kind": "medication", "name": "any other medicine", "state": "absent"}
PERSON = {
    "kind": "demographics",
    "birth_year": 1970,
    "sex": "male",
    "weight_kg": 80,
    "height_cm": 180,
}
KIDNEY = {"kind": "laboratory_value", "name": "creatinine_clearance", "value": 90, "unit": "mL/min"}


def took(name: str, hours_ago: int | None, **more: Any) -> dict[str, Any]:
    entry = {"kind": "medication", "name": name, "may_stop": "agreed", **more}
    if hours_ago is not None:
        entry["last_taken"] = NINE - timedelta(hours=hours_ago)
    return entry


TAKEN = st.dictionaries(st.sampled_from(DRUGS), st.one_of(st.none(), hours), max_size=3)
PLACES = st.sampled_from(
    ["lumbar_interlaminar_epidural", "spinal_cord_stimulator_trial", "sacroiliac_joint_injection"]
)
PLACES = PLACES.filter(lambda name: name in KNOWLEDGE.guidance.techniques)


@given(TAKEN, st.sampled_from(DRUGS), st.one_of(st.none(), hours), PLACES, st.booleans())
def test_another_drug_never_makes_the_verdict_less_cautious(
    taken: dict[str, int | None], more: str, ago: int | None, place: str, complete: bool
) -> None:
    if more in taken:
        return
    base = [PERSON, KIDNEY, *(took(n, h) for n, h in taken.items()), plan(place)]
    base += [SILENT] if complete else []
    one = verdict(check_safety(before(base, KNOWLEDGE)), "bleeding_risk")
    two = verdict(check_safety(before([*base, took(more, ago)], KNOWLEDGE)), "bleeding_risk")
    assert rank(two.outcome) >= rank(one.outcome)


@given(st.sampled_from(DRUGS), hours, hours, PLACES, st.sampled_from([None, 20, 40, 90]))
def test_a_later_last_dose_is_never_less_cautious(
    drug: str, one: int, two: int, place: str, clearance: int | None
) -> None:
    kidney = [] if clearance is None else [{**KIDNEY, "value": clearance}]
    outcomes = [
        verdict(
            check_safety(before([PERSON, SILENT, *kidney, took(drug, h), plan(place)], KNOWLEDGE)),
            "bleeding_risk",
        ).outcome
        for h in (min(one, two), max(one, two))
    ]
    assert rank(outcomes[0]) >= rank(outcomes[1])


@given(st.sampled_from(DRUGS), hours, PLACES)
def test_worse_kidneys_are_never_less_cautious(drug: str, ago: int, place: str) -> None:
    outcomes = [
        verdict(
            check_safety(
                before(
                    [PERSON, SILENT, took(drug, ago), {**KIDNEY, "value": v}, plan(place)],
                    KNOWLEDGE,
                )
            ),
            "bleeding_risk",
        ).outcome
        for v in (15, 28, 45, 90)
    ]
    assert [rank(o) for o in outcomes] == sorted((rank(o) for o in outcomes), reverse=True)


SYRINGE = st.lists(
    st.tuples(st.sampled_from(["lidocaine", "bupivacaine", "ropivacaine", "mepivacaine"]),
              st.floats(1, 400), st.booleans()),
    min_size=1, max_size=3, unique_by=lambda one: one[0],
)  # fmt: skip


def dose(weight: float | None, medicines: list[Any], height: float = 180.0) -> Verdict:
    person = {"kind": "demographics", "birth_year": 1970, "sex": "male", "height_cm": height}
    if weight is not None:
        person["weight_kg"] = weight
    given_ = [{"name": n, "dose_mg": mg, "adrenaline": a} for n, mg, a in medicines]
    now = before([person, plan("lumbar_interlaminar_epidural", medicines=given_)], KNOWLEDGE)
    return verdict(check_safety(now), "anaesthetic_dose")


@given(SYRINGE, st.floats(35, 200), st.floats(35, 200))
def test_a_lower_weight_never_raises_a_ceiling(medicines: Any, one: float, two: float) -> None:
    light, heavy = dose(min(one, two), medicines), dose(max(one, two), medicines)
    assert rank(light.outcome) >= rank(heavy.outcome) or _is_obese(max(one, two))
    assert rank(dose(None, medicines).outcome) >= rank(Outcome.CANNOT_TELL)


def _is_obese(weight: float) -> bool:
    """Above this index the lower ideal weight counts, which may be less than a slim weight."""
    return weight / 1.8**2 > 30


@given(SYRINGE, st.floats(1.0, 3.0))
def test_more_in_the_syringe_is_never_less_cautious(medicines: Any, times: float) -> None:
    more = [(n, mg * times, a) for n, mg, a in medicines]
    assert rank(dose(80, more).outcome) >= rank(dose(80, medicines).outcome)


@given(st.floats(31, 60))
def test_the_dosing_weight_is_never_above_the_actual_one(index: float) -> None:
    weight = index * 1.6**2
    person = {"kind": "demographics", "birth_year": 1970, "sex": "female", "weight_kg": weight,
              "height_cm": 160}  # fmt: skip
    lean, _ = dosing_weight(before([person, plan()], KNOWLEDGE))
    assert lean is not None and lean <= weight


ENTRIES: list[dict[str, Any]] = [
    PERSON, KIDNEY, took("apixaban", 30), took("aspirin", None), took("Percocet 5/325 q6h", None),
    {"kind": "condition", "name": "diabetes"}, {"kind": "allergy", "substance": "iohexol"},
    {"kind": "laboratory_value", "name": "glucose", "value": 18, "unit": "mmol/L"},
    {"kind": "implanted_device", "device": "pacemaker"}, SILENT,
    {"kind": "consent", "to": "lumbar interlaminar epidural", "given": True},
]  # fmt: skip


@given(st.permutations(ENTRIES))
def test_the_order_of_entries_does_not_matter(entries: list[dict[str, Any]]) -> None:
    told = [_told(check_safety(before([*e, plan()], KNOWLEDGE))) for e in (ENTRIES, entries)]
    assert told[0] == told[1]


def _told(check: SafetyCheck) -> dict[str, frozenset[tuple[str, str]]]:
    return {v.rule: frozenset((r.outcome, r.says) for r in v.reasons) for v in check.verdicts}


@given(st.sampled_from(ENTRIES[1:]))
def test_a_retraction_leaves_no_trace(entry: dict[str, Any]) -> None:
    without = [e for e in ENTRIES if e is not entry]
    back = [
        {**entry, "id": "wrong"},
        {"kind": "retraction", "entry": "wrong", "reason": "belongs to another patient"},
    ]
    one = _told(check_safety(before([*without, plan()], KNOWLEDGE)))
    assert one == _told(check_safety(before([*without, *back, plan()], KNOWLEDGE)))


@given(TAKEN, PLACES, SYRINGE)
def test_a_number_nobody_read_never_clears(
    taken: dict[str, int | None], place: str, medicines: Any
) -> None:
    given_ = [{"name": n, "dose_mg": mg} for n, mg, _ in medicines]
    entries = [PERSON, KIDNEY, SILENT, *(took(n, h) for n, h in taken.items())]
    check = check_safety(before([*entries, plan(place, medicines=given_)], KNOWLEDGE))
    for one in check.verdicts:
        for reason in one.reasons:
            if reason.outcome is Outcome.CLEAR and not reason.caution and reason.rests_on:
                seen = [KNOWLEDGE.extracts[name].seen for name in reason.rests_on]
                assert any(one.is_verified for one in seen), reason


def test_the_knowledge_of_the_fixture_is_the_one_that_ships(knowledge: Knowledge) -> None:
    assert knowledge.version == KNOWLEDGE.version
