"""What is offered, how likely it is to help, and what a clinician decided about it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from needlepoint.core.assess import assess
from needlepoint.core.errors import UnreadableFile
from needlepoint.core.knowledge import Knowledge, TherapyCategory, in_force
from needlepoint.core.plan import Option
from needlepoint.core.plan.offered import first_of_each
from needlepoint.files.cases import read_case
from needlepoint.files.charts import read_chart

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
ALWAYS = {"watchful", "home", "psychological", "surgery_referral"}
BACK = {"kind": "complaint", "name": "pain", "presentation": "axial_low_back", "side": "left"}


def offered(
    knowledge: Knowledge, *entries: dict[str, object], intervals: bool = False
) -> tuple[Option, ...]:
    chart = read_chart({"as_of": "2026-03-01T12:00Z", "entries": [*entries]}, knowledge=knowledge)
    result = assess(chart, knowledge, as_of=NOON, with_intervals=intervals)
    return result.complaints[0].plan.options


def named(options: tuple[Option, ...], name: str) -> Option:
    return next(o for o in options if o.therapy.id == name)


def test_doing_nothing_home_care_and_referral_are_offered_in_every_complaint(
    knowledge: Knowledge,
) -> None:
    for presentation in knowledge.presentations:
        options = offered(knowledge, {**BACK, "presentation": presentation, "side": None})
        categories = {o.category.value for o in options}
        assert categories >= ALWAYS, presentation
        homes = {o.therapy.id for o in options if o.category is TherapyCategory.HOME}
        assert {"heat_at_home", "cold_at_home", "self_management"} <= homes, presentation


def test_doing_nothing_is_worth_nothing(knowledge: Knowledge) -> None:
    for option in offered(knowledge, BACK):
        if option.category is TherapyCategory.WATCHFUL:
            assert option.value == 0 and not option.worth.any()


def test_a_silent_chart_closes_and_modifies_nothing(knowledge: Knowledge) -> None:
    for option in offered(knowledge, BACK):
        assert not option.is_closed and not option.applied and option.decision is None


def test_the_expected_response_is_the_average_over_the_hypotheses_and_lies_in_its_interval(
    knowledge: Knowledge,
) -> None:
    chart = read_chart({"as_of": "2026-03-01T12:00Z", "entries": [BACK]}, knowledge=knowledge)
    one = assess(chart, knowledge, as_of=NOON, with_intervals=False).complaints[0]
    best = one.where.posterior.best(400)
    for option in one.plan.options:
        assert float(best.probability @ option.response) == pytest.approx(option.expected_response)
        assert float(best.probability @ option.worth) == pytest.approx(option.value, abs=1e-9)
        low, high = option.interval
        assert 0 <= low <= option.expected_response <= high <= 1


def test_doubt_about_the_source_widens_the_interval_and_moves_nothing_else(
    knowledge: Knowledge,
) -> None:
    sure = {o.about: o for o in offered(knowledge, BACK)}
    for option in offered(knowledge, BACK, intervals=True):
        plain = sure[option.about]
        assert option.interval[0] <= plain.interval[0] + 1e-12
        assert option.interval[1] >= plain.interval[1] - 1e-12
        assert option.expected_response == pytest.approx(plain.expected_response)


@settings(max_examples=25, deadline=None)
@given(worse=st.integers(0, 29), better=st.integers(50, 100))
def test_an_earlier_failure_never_raises_and_an_earlier_success_never_lowers(
    knowledge: Knowledge, worse: int, better: int
) -> None:
    def chance(percent: int | None) -> tuple[float, ...]:
        tried = {
            "kind": "earlier_treatment",
            "treatment": "structured_exercise",
            "complaint": "pain",
        }
        given = [] if percent is None else [{**tried, "relief_percent": percent}]
        option = named(offered(knowledge, BACK, *given), "structured_exercise")
        return option.expected_response, *option.interval

    for low, middle, high in zip(chance(worse), chance(None), chance(better), strict=True):
        assert low < middle < high


def test_an_earlier_result_at_another_place_says_nothing(knowledge: Knowledge) -> None:
    tried = {
        "kind": "earlier_treatment",
        "treatment": "hip injection",
        "complaint": "pain",
        "relief_percent": 0,
        "target": {"kind": "hip_joint", "side": "right"},
    }
    name = "sacroiliac_prolotherapy"
    changed = named(offered(knowledge, BACK, tried), name).applied
    assert not [a for a in changed if "hip injection" in a.says]


def test_an_earlier_treatment_of_unknown_effect_changes_no_chance(knowledge: Knowledge) -> None:
    tried = {"kind": "earlier_treatment", "treatment": "physiotherapy", "complaint": "pain"}
    with_it = named(offered(knowledge, BACK, tried), "structured_exercise")
    without = named(offered(knowledge, BACK), "structured_exercise")
    assert with_it.expected_response == pytest.approx(without.expected_response)


def test_a_decision_is_kept_with_its_reason_until_a_later_one(knowledge: Knowledge) -> None:
    def decided(accepted: bool, day: int) -> dict[str, object]:
        return {
            "kind": "decision",
            "about": "therapy:structured_exercise",
            "accepted": accepted,
            "reason": "She swims already.",
            "occurred_at": (NOON - timedelta(days=day)).isoformat(),
        }

    refused = named(offered(knowledge, BACK, decided(False, 9)), "structured_exercise")
    assert refused.is_closed and refused.decision is not None
    assert refused.decision.statement.reason == "She swims already."
    after = offered(knowledge, BACK, decided(False, 9), decided(True, 2))
    assert named(after, "structured_exercise").is_open


def test_a_decision_about_one_place_leaves_the_others(knowledge: Knowledge) -> None:
    about = named(offered(knowledge, BACK), "lumbar_facet_steroid_injection").about
    elsewhere = about.rsplit("@", 1)[0] + "@right L1-L2 facet joint"
    refuse = {"kind": "decision", "accepted": False, "reason": "Not now."}
    here = offered(knowledge, BACK, {**refuse, "about": about})
    assert named(here, "lumbar_facet_steroid_injection").is_closed
    other = offered(knowledge, BACK, {**refuse, "about": elsewhere})
    assert not named(other, "lumbar_facet_steroid_injection").is_closed


@pytest.mark.parametrize(
    ("entry", "says"),
    [
        ({"about": "therapy:lumbar_rf", "accepted": True}, "is not known"),
        ({"about": "block:hip@left hip joint", "accepted": True}, "is not known"),
        ({"about": "therapy:structured_exercise", "accepted": False}, "needs its reason"),
    ],
)
def test_a_decision_about_nothing_is_refused(
    knowledge: Knowledge, entry: dict[str, object], says: str
) -> None:
    with pytest.raises(UnreadableFile, match=says):
        offered(knowledge, BACK, {"kind": "decision", **entry})


def test_free_words_may_be_decided_about(knowledge: Knowledge) -> None:
    assert offered(knowledge, BACK, {"kind": "decision", "about": "plan of care", "accepted": True})


def test_every_therapy_has_grounds_that_a_reader_can_follow(knowledge: Knowledge) -> None:
    for therapy in knowledge.therapies.values():
        assert therapy.speaks_for and therapy.speaks_against, therapy.id
        for argument in (*therapy.speaks_for, *therapy.speaks_against, *therapy.dissent):
            assert argument.rests_on or argument.judged, (therapy.id, argument.says)
        for grade in therapy.evidence:
            assert grade.rests_on or grade.judged, (therapy.id, grade.grade)
        values = in_force(therapy.values, date(2027, 1, 1))
        for number in (values.success, values.success_elsewhere, values.duration_months):
            assert number.interval_95 is not None, therapy.id


def test_a_spinal_injection_or_lesion_carries_the_recommendation_against_it(
    knowledge: Knowledge,
) -> None:
    spinal = {"facet_joint", "nerve_root", "central_canal", "sacroiliac_joint"}
    against = "busse-2025/bmj25-strong-against"
    for therapy in knowledge.therapies.values():
        needle = therapy.category in (TherapyCategory.INJECTION, TherapyCategory.ABLATION)
        if needle and set(therapy.kinds) <= spinal:
            assert against in {r for a in therapy.dissent for r in a.rests_on}, therapy.id


def test_more_months_are_worth_more_and_less_and_less(knowledge: Knowledge) -> None:
    def value(months: float) -> float:
        therapy = knowledge.therapies["structured_exercise"]
        dated = {
            day: replace(v, duration_months=replace(v.duration_months, value=months))
            for day, v in therapy.values.items()
        }
        therapies = {**knowledge.therapies, therapy.id: replace(therapy, values=dated)}
        changed = replace(knowledge, therapies=therapies, version=f"months {months}")
        return named(offered(changed, BACK), "structured_exercise").value

    short, middle, long = value(3), value(6), value(9)
    assert short < middle < long and long - middle < middle - short


def test_what_stands_for_a_kind_is_likely_or_helps_most_once_its_blocks_are_done(
    knowledge: Knowledge,
) -> None:
    """Neither the natural course of an unlikely source nor the gentlest failure stands first."""
    for name in ("lumbar/all_sacroiliac_tests_negative", "lumbar/after_fusion"):
        case = read_case(Path(__file__).parents[2] / "cases" / f"{name}.yaml")
        (one,) = assess(case.chart, knowledge, with_intervals=False).complaints
        first = {
            o.category: o
            for o, _ in first_of_each(tuple(zip(one.plan.options, one.standings, strict=True)))
        }
        assert first[TherapyCategory.WATCHFUL].therapy.id == "natural_course"
        ablation = first[TherapyCategory.ABLATION]
        others = [o for o in one.plan.options if o.category is TherapyCategory.ABLATION]
        assert ablation.expected_response == max(o.expected_response for o in others)
