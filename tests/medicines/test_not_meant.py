"""A name that reads as one thing and is said to be another is nobody's guess any more."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from needlepoint.core.chart import State
from needlepoint.core.medicines import in_words, medicines_of, resolve
from needlepoint.core.medicines.directions import directions, plain
from needlepoint.core.record import fold
from needlepoint.core.rules import Planned, situation
from needlepoint.core.rules.measures import measure
from needlepoint.files import load_knowledge
from needlepoint.files.charts import read_chart

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
KNOWN = load_knowledge()
WORDS = KNOWN.guidance.vocabulary
NAMES = sorted(WORDS.names)
NOTHING_ELSE = {"kind": "medication", "name": "none", "state": "absent"}


def record(*entries: dict[str, Any]) -> Any:
    chart = read_chart({"as_of": NOON, "entries": list(entries)}, knowledge=KNOWN, now=NOON)
    return fold(chart, as_of=NOON)


@given(st.sampled_from(NAMES))
def test_no_name_is_read_as_what_it_is_said_not_to_mean(name: str) -> None:
    plainly = resolve(name, WORDS)
    refused = resolve(name, WORDS, plainly.ingredients)
    assert not refused.ingredients and not refused.candidates
    assert plainly.ingredients == () or refused.question is not None


def test_an_unconfirmed_thinner_is_neither_taken_nor_excluded() -> None:
    list_of = record(
        {"kind": "medication", "name": "apixiban", "not_meant": ["apixaban"]}, NOTHING_ELSE
    )
    read = medicines_of(list_of, WORDS)
    assert read.of("anticoagulant") == ()
    assert read.state(WORDS, "anticoagulant") == (State.UNEXAMINED, ())
    assert "not confirmed" in read.questions[0][0] and "apixaban" in read.questions[0][0]


def test_an_earlier_denial_does_not_clear_what_is_not_confirmed() -> None:
    denied = {"kind": "medication", "name": "anticoagulant", "state": "absent"}
    unclear = {"kind": "medication", "name": "apixiban", "not_meant": ["apixaban"]}
    assert medicines_of(record(denied), WORDS).state(WORDS, "anticoagulant")[0] is State.ABSENT
    both = medicines_of(record(denied, unclear), WORDS)
    assert both.state(WORDS, "anticoagulant")[0] is State.UNEXAMINED


def test_the_right_name_ends_the_question() -> None:
    unclear = {"kind": "medication", "name": "apixiban", "not_meant": ["apixaban"],
               "occurred_at": NOON - timedelta(days=1)}  # fmt: skip
    settled = {"kind": "medication", "name": "apixiban", "dose": "5 mg"}
    read = medicines_of(record(unclear, settled, NOTHING_ELSE), WORDS)
    assert read.questions == () and read.not_confirmed == ()


@pytest.mark.parametrize(
    ("allergies", "known"),
    [
        ([{"substance": "lidocane", "not_meant": ["lidocaine"]}], None),
        ([{"substance": "local anaesthetics", "state": "absent"}], False),
        (
            [{"substance": "local anaesthetics", "state": "absent"},
             {"substance": "lidocane", "not_meant": ["lidocaine"]}],
            None,
        ),
        ([{"substance": "lidocane"}], True),
    ],
)  # fmt: skip
def test_an_allergy_that_is_not_confirmed_is_asked_about(
    allergies: list[dict[str, Any]], known: bool | None
) -> None:
    chart = record(*({"kind": "allergy", **one} for one in allergies))
    technique = KNOWN.guidance.techniques["lumbar_interlaminar_epidural"]
    now = situation(chart, Planned(technique=technique, at=NOON), KNOWN)
    found = measure("allergy/local_anaesthetic", now)
    assert found.value is known
    assert known is not None or "not confirmed" in found.ask


@pytest.mark.parametrize(
    "line",
    ["oxycodone 5 mg 1-2 tabs q6h prn max 8/day", "tramadol 50 mg cada 8 horas si hay dolor",
     "fentanyl patch 25 mcg/h every 72 hours", "ibuprofen 400", "metformina 850 dos veces al día"],
)  # fmt: skip
def test_directions_in_words_are_read_as_the_same_directions(line: str) -> None:
    says = resolve(line, WORDS).says
    again, _ = directions(plain(in_words(says)))
    assert again.per_day == (None if says.per_day is None else pytest.approx(says.per_day, 1e-4))
    assert (again.units_each, again.as_needed) == (says.units_each, says.as_needed)
    assert (again.most_per_day is None) == (says.most_per_day is None)


@pytest.mark.parametrize(
    ("line", "ingredient", "per_day"),
    [
        ("gabapentina 300 mg cada 8 horas", "gabapentin", 3),
        ("oxicodona 10 mg tres veces al día", "oxycodone", 3),
        ("losartán 50 mg diario", "losartan", 1),
        ("warfarina 5 mg por la noche", "warfarin", 1),
        ("morfina 15 mg 2 tabletas cada 12 horas", "morphine", 2),
    ],
)
def test_spanish_lines_are_read(line: str, ingredient: str, per_day: float) -> None:
    medicine = resolve(line, WORDS)
    assert medicine.ingredients == (ingredient,)
    assert medicine.says.per_day == pytest.approx(per_day)


def test_a_spanish_name_means_the_same_as_the_english_one() -> None:
    for one in WORDS.ingredients.values():
        if one.label_es is not None:
            assert WORDS.names[one.label_es.lower()] == (one.id,), one.id
