"""What an instrument has measured is judged, and nobody is asked to measure it again."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from needlepoint.core.knowledge import Knowledge
from needlepoint.core.rules.measures import measure

from .conftest import NINE, before

PERSON = {"kind": "demographics", "birth_year": 1970, "sex": "male", "weight_kg": 80}
PLAN = {"kind": "planned_procedure", "technique": "spinal_cord_stimulator_trial"}
PHQ9 = {f"phq{n}": 2 for n in range(1, 9)} | {"phq9": 0}


def filled(instrument: str, answers: dict[str, int]) -> dict[str, Any]:
    return {"kind": "questionnaire", "instrument": instrument, "answers": answers,
            "occurred_at": NINE - timedelta(days=3)}  # fmt: skip


def asked(knowledge: Knowledge, *entries: dict[str, Any]) -> Any:
    now = before([PERSON, *entries, PLAN], knowledge)
    return measure("condition/severe_depression_untreated", now)


def test_who_was_not_asked_is_screened(knowledge: Knowledge) -> None:
    assert asked(knowledge).ask == "Screen for depression."


@pytest.mark.parametrize(
    ("instrument", "answers", "says"),
    [
        ("phq9", PHQ9, "PHQ-9 of 2026-02-27: 16, moderately severe, at or above its cut."),
        ("phq4", {"gad1": 0, "gad2": 0, "phq1": 0, "phq2": 0}, "PHQ-2 of 2026-02-27: 0"),
    ],
)
def test_a_score_is_shown_and_settles_nothing(
    knowledge: Knowledge, instrument: str, answers: dict[str, int], says: str
) -> None:
    found = asked(knowledge, filled(instrument, answers))
    assert found.value is None and found.entries
    assert found.ask.startswith(says) and "Judge whether" in found.ask


def test_half_an_instrument_has_measured_nothing(knowledge: Knowledge) -> None:
    assert asked(knowledge, filled("phq4", {"gad1": 0, "phq1": 0})).ask == "Screen for depression."
