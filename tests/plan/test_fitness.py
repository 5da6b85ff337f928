"""A treatment without a needle: what rules it out, what was asked for, what is not known."""

from __future__ import annotations

from typing import Any

import pytest

from needlepoint.core.assess import Assessment, assess
from needlepoint.core.plan.fitness import Fitness, fitness
from needlepoint.core.rules import Outcome, lowered
from needlepoint.files.charts import read_chart
from needlepoint.files.knowledge import load_knowledge

KNOWLEDGE = load_knowledge()


def result_of(*given: dict[str, Any], sex: str = "female", year: int = 1990) -> Assessment:
    document = {
        "as_of": "2026-03-02T09:00Z",
        "entries": [
            {"kind": "demographics", "birth_year": year, "sex": sex},
            {"kind": "complaint", "name": "pain", "presentation": "shoulder", "side": "right",
             "duration_months": 12},
            *given,
        ],
    }  # fmt: skip
    return assess(read_chart(document), KNOWLEDGE, with_intervals=False)


def fit(therapy: str, *given: dict[str, Any], **who: Any) -> Fitness:
    result = result_of(*given, **who)
    (option,) = [o for o in result.complaints[0].plan.options if o.therapy.id == therapy]
    return fitness(option, result.record, KNOWLEDGE)


NSAID = "anti_inflammatory_medicine"
DENIED = [
    {"kind": "condition", "name": name, "state": "absent"}
    for name in ("kidney failure", "heart failure", "pregnancy", "peptic ulcer")
]
NOTHING_ELSE = {"kind": "medication", "name": "none", "state": "absent"}
NO_ALLERGY = {"kind": "allergy", "substance": "any", "state": "absent"}


def test_silence_about_kidney_heart_and_medicines_is_asked_and_never_clear() -> None:
    silent = fit(NSAID)
    assert silent.outcome is Outcome.CANNOT_TELL and silent.checked == ()
    assert {"kidney failure", "other medicines", "allergies", "pregnancy"} <= set(silent.not_known)


def test_what_was_asked_for_and_denied_is_checked() -> None:
    asked = fit(NSAID, *DENIED, NOTHING_ELSE, NO_ALLERGY)
    assert asked.outcome is Outcome.CLEAR and asked.not_known == ()
    assert "heart failure" in asked.checked


@pytest.mark.parametrize(
    ("stated", "says"),
    [
        ({"kind": "condition", "name": "chronic kidney disease"}, "chronic kidney disease"),
        ({"kind": "medication", "name": "apixaban"}, "apixaban"),
        ({"kind": "allergy", "substance": "ibuprofen"}, "Allergy to ibuprofen"),
    ],
)
def test_what_the_chart_states_rules_it_out(stated: dict[str, Any], says: str) -> None:
    found = fit(NSAID, *DENIED[1:], stated)
    assert found.outcome is Outcome.HOLD and any(says in one for one in found.says)


def test_pregnancy_is_not_asked_of_a_man_and_exercise_needs_no_list_of_medicines() -> None:
    assert "pregnancy" not in fit(NSAID, sex="male").not_known
    exercise = fit("structured_exercise")
    assert exercise.outcome is Outcome.CLEAR and exercise.not_known == ()


def test_no_needle_goes_into_the_side_that_does_not_hurt() -> None:
    sign = {"kind": "exam_finding", "name": "painful_arc", "side": "right"}
    one = result_of(sign).complaints[0]
    aimed = [o.target for o in one.plan.options] + [s.target or "" for s in one.plan.steps]
    assert not any("bilateral" in target for target in aimed)
    painted = {
        "kind": "pain_drawing",
        "complete": True,
        "marks": [{"zone": "shoulder_top", "side": "both"}],
    }
    both = result_of(sign, painted).complaints[0].observed
    assert one.observed.one_side is not None and both.one_side is None


def test_names_of_people_keep_their_capital_inside_a_sentence() -> None:
    assert lowered("Hoffmann sign") == "Hoffmann sign"
    assert lowered("Modic type 1 change on MRI") == "Modic type 1 change on MRI"
    assert lowered("Kidney failure") == "kidney failure"
    assert lowered("HbA1c above 8") == "HbA1c above 8"
