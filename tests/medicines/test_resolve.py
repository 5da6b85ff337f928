"""Names and directions as people and pharmacies write them: a table, and laws."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from needlepoint.core.knowledge import Knowledge
from needlepoint.core.medicines import Dose, resolve
from needlepoint.files import load_knowledge

LINES = [
    line
    for line in Path(__file__).with_name("lines.txt").read_text().splitlines()
    if line and not line.startswith("#")
]
VOCABULARY = load_knowledge().guidance.vocabulary
NAMES = sorted(VOCABULARY.names)


def said(dose: Dose) -> str:
    return f"{dose.amount:g} {dose.unit}" if dose.unit else f"{dose.amount:g}"


def test_the_table_has_at_least_150_lines() -> None:
    assert len(LINES) >= 150


@pytest.mark.parametrize("line", LINES)
def test_line(line: str) -> None:
    text, wanted = line.split(" => ")
    medicine = resolve(text, VOCABULARY)
    if wanted == "?":
        assert not medicine.is_understood and medicine.question, medicine
        return
    parts = [part.strip() for part in wanted.split(";")] + [""] * 4
    assert "+".join(medicine.ingredients) == parts[0] and medicine.is_understood
    if parts[1]:
        assert ", ".join(said(dose) for dose in medicine.doses) == parts[1]
    says = medicine.says
    if parts[2]:
        assert says.per_day == pytest.approx(float(parts[2]), rel=1e-4)
    if parts[3]:
        assert says.units_each == float(parts[3])
    if parts[4]:
        assert says.most_per_day is not None and said(says.most_per_day) == parts[4]


@given(
    st.sampled_from(NAMES), st.sampled_from(["{}", " {} ", "{} 5 mg", "({})", "{}.", "{}; daily"])
)
def test_case_spacing_and_punctuation_change_nothing(name: str, shape: str) -> None:
    wanted = VOCABULARY.names[name]
    for text in (name, name.upper(), name.title(), shape.format(name), name.replace("-", " ")):
        assert set(wanted) <= set(resolve(text, VOCABULARY).ingredients), text


@given(st.sampled_from(sorted(VOCABULARY.ingredients)))
def test_what_was_resolved_resolves_to_itself(ingredient: str) -> None:
    first = resolve(ingredient, VOCABULARY)
    assert first.ingredients == (ingredient,) and first.read_as is None
    assert resolve(first.ingredients[0], VOCABULARY).ingredients == first.ingredients


@given(st.text(alphabet="bcdfghjklmnpqrstvwxz", min_size=3, max_size=14))
def test_letters_without_sense_never_resolve(word: str) -> None:
    assert word in VOCABULARY.names or not resolve(word, VOCABULARY).ingredients


WORDS = [
    "about",
    "above",
    "again",
    "always",
    "anchor",
    "answer",
    "apple",
    "autumn",
    "banana",
    "battery",
    "because",
    "bicycle",
    "bottle",
    "bridge",
    "button",
    "candle",
    "carpet",
    "castle",
    "chair",
    "cheese",
    "chicken",
    "church",
    "circle",
    "clinic",
    "cloud",
    "coffee",
    "corner",
    "cotton",
    "country",
    "cousin",
    "dinner",
    "doctor",
    "dollar",
    "driver",
    "engine",
    "evening",
    "family",
    "father",
    "finger",
    "flower",
    "forest",
    "garden",
    "glass",
    "ground",
    "hammer",
    "handle",
    "happy",
    "hospital",
    "husband",
    "island",
    "jacket",
    "kitchen",
    "ladder",
    "letter",
    "little",
    "lumbar",
    "market",
    "mirror",
    "mother",
    "mountain",
    "neighbour",
    "number",
    "office",
    "orange",
    "pain",
    "paper",
    "pencil",
    "people",
    "picture",
    "pillow",
    "planet",
    "pocket",
    "potato",
    "problem",
    "question",
    "rabbit",
    "radio",
    "river",
    "round",
    "school",
    "shoulder",
    "sister",
    "spine",
    "station",
    "stomach",
    "street",
    "sugar",
    "summer",
    "surgery",
    "table",
    "teacher",
    "thunder",
    "ticket",
    "tomato",
    "tuesday",
    "unknown",
    "village",
    "walking",
    "water",
    "weather",
    "window",
    "winter",
    "yellow",
    "yesterday",
]


@pytest.mark.parametrize("word", WORDS)
def test_a_common_word_is_no_medicine(word: str) -> None:
    assert not resolve(word, VOCABULARY).ingredients


def test_no_name_belongs_to_two_ingredients() -> None:
    owner: dict[tuple[str, ...], str] = {}
    for one in VOCABULARY.ingredients.values():
        for name in (one.label, *one.brands, *one.synonyms):
            phrase = resolve(name, VOCABULARY)
            assert phrase.ingredients == (one.id,), (name, phrase.ingredients)
            assert owner.setdefault((name.lower(),), one.id) == one.id


def test_every_drug_that_a_rule_names_can_be_written(knowledge: Knowledge) -> None:
    safety = knowledge.guidance.safety
    named = {d for row in safety.bleeding.holds for d in row.drugs}
    named |= {r.drug for r in safety.anaesthetics} | set(safety.steroids)
    named |= {r.drug for r in safety.opioids}
    for name in named:
        members = [name] if name in VOCABULARY.ingredients else VOCABULARY.of_class(name)
        assert members, name
        for member in members:
            assert resolve(VOCABULARY.ingredients[member].label, VOCABULARY).ingredients


@given(
    st.floats(0.5, 400).map(lambda x: round(x, 1)), st.floats(0.5, 400).map(lambda x: round(x, 1))
)
def test_of_a_range_the_higher_end_counts(one: float, two: float) -> None:
    dose = resolve(f"oxycodone {one:g}-{two:g} mg bid", VOCABULARY).doses[0]
    assert dose.mg == pytest.approx(max(one, two))


@given(st.sampled_from(NAMES), st.integers(0, 30))
def test_one_wrong_letter_is_understood_or_asked_about_but_never_another_drug(
    name: str, at: int
) -> None:
    if len(name) < 7 or " " in name or not name.isalpha():
        return
    at %= len(name)
    wrong = name[:at] + ("x" if name[at] != "x" else "q") + name[at + 1 :]
    medicine = resolve(wrong, VOCABULARY)
    if wrong not in VOCABULARY.names and medicine.is_understood:
        assert medicine.ingredients == VOCABULARY.names[name], (wrong, medicine.ingredients)
