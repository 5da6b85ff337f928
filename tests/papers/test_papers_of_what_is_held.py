"""Papers agree with the safety rules: what is held is not handed out, who fasts longer is told."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from needlepoint.core.assess import Assessment, assess
from needlepoint.core.papers import Identity, Paper, consent, instructions, letter
from needlepoint.files import read_chart
from needlepoint.papers import as_calendar, as_text

AS_OF = datetime(2026, 3, 3, 9, tzinfo=UTC)
WHO = Identity(name="Demo, Ana")
KNEE = {"kind": "knee_joint", "side": "right"}


def assessed(knowledge: Any, *more: dict[str, Any], sedation: str = "moderate") -> Assessment:
    entries = [
        {"kind": "demographics", "birth_year": 1960, "sex": "female", "weight_kg": 90},
        {"kind": "complaint", "name": "knee", "presentation": "knee", "side": "right"},
        {
            "kind": "planned_procedure",
            "technique": "genicular_nerve_block",
            "targets": [KNEE],
            "at": AS_OF + timedelta(days=7),
            "sedation": sedation,
        },
        *more,
    ]
    chart = read_chart({"as_of": AS_OF, "entries": entries}, knowledge=knowledge)
    return assess(chart, knowledge, with_intervals=False)


def told(knowledge: Any, result: Assessment, language: Any = "en") -> Paper:
    return instructions(result.planned[0], result.record, WHO, knowledge, language=language)


@pytest.mark.parametrize(("language", "words"), [("en", "24 hours"), ("es", "24 horas")])
def test_who_takes_semaglutide_is_told_to_fast_longer(knowledge, language, words) -> None:
    result = assessed(knowledge, {"kind": "medication", "name": "Ozempic"})
    assert words in as_text(told(knowledge, result, language))


def test_nobody_else_is(knowledge) -> None:
    assert "24 hours" not in as_text(told(knowledge, assessed(knowledge)))


def test_what_is_held_says_so_on_every_paper_of_the_patient(knowledge) -> None:
    result = assessed(knowledge, {"kind": "symptom", "name": "suicidal_thoughts"})
    one = result.planned[0]
    agreed = consent(one, result.record, None, (), WHO, knowledge)
    for paper in (told(knowledge, result), agreed):
        assert paper.sections[0].heading == "Not released"
    assert "On hold" in as_calendar(one)


def test_what_is_not_held_does_not(knowledge) -> None:
    result = assessed(knowledge)
    assert told(knowledge, result).sections[0].heading != "Not released"
    assert "On hold" not in as_calendar(result.planned[0])


def test_a_letter_quotes_relief_as_it_was_noted(knowledge) -> None:
    block = {"kind": "diagnostic_block", "block": "genicular_nerve_block", "targets": [KNEE]}
    whole = assessed(knowledge, {**block, "relief": {"percent": 100}})
    word = assessed(knowledge, {**block, "relief": {"word": "good"}})
    assert "100% relief" in as_text(letter(whole, WHO, knowledge))
    assert "noted as 'good'" in as_text(letter(word, WHO, knowledge))
