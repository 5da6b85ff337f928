"""How a typed name was read, and the question that lets the patient say: no, not that one.

A name that is read for certain is shown with a tick to refuse it; a misspelt one is asked about;
of one that may be several the patient picks. What is refused, or not known, keeps the words of the
patient and is a question to the clinician: it is never read as the thing again.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from django import forms

from needlepoint.core.knowledge import Vocabulary
from needlepoint.core.medicines import Medicine
from needlepoint.web.phone.fields import choice, tick
from needlepoint.web.phone.words import Language

NONE, UNSURE, YES = "none", "unsure", "yes"


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What the patient says of one reading."""

    picked: tuple[str, ...] = ()  # ingredients that the patient says it is
    not_meant: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A line as it was understood, with the fields that ask about it."""

    text: str
    read_as: str
    is_known: bool
    fields: tuple[Any, ...]


def reading_field(
    medicine: Medicine, vocabulary: Vocabulary, t: Mapping[str, str], language: Language
) -> forms.Field | None:
    """The question about one line; None where nothing was read."""
    unsure = (UNSURE, t["unsure"])
    if medicine.candidates:
        names = [(c, ingredient_name(c, vocabulary, language)) for c in medicine.candidates]
        label = t["which_one"]
        return choice(label, [*names, (NONE, t["none_of_them"]), unsure], t=t)
    if medicine.read_as is not None:
        name = names_of(medicine, vocabulary, language)
        answers = [(YES, t["is_it_yes"]), (NONE, t["not_that_one"]), unsure]
        return choice(t["is_it"].format(name=name), answers, t=t, look="triple")
    if medicine.ingredients:
        return tick(t["not_that_one"])  # type: ignore[no-any-return]
    return None


def mark_of(line: str) -> str:
    """What the fields of a line are called: the answer stays with its line when others change."""
    return sha256(line.encode()).hexdigest()[:10]


def answer_of(medicine: Medicine, said: Any) -> Answer:
    """What was answered; a line left alone stands as it was typed, and is read as it reads."""
    read = (*medicine.ingredients, *medicine.candidates)
    if said is True or said == NONE:
        return Answer(not_meant=read)
    if said == UNSURE:  # of several it is asked anyway; one reading is not taken for granted
        return Answer() if medicine.candidates else Answer(not_meant=read)
    if said == YES:
        return Answer(picked=medicine.ingredients)
    return Answer(picked=(*medicine.ingredients, said)) if said else Answer()


def shown_answer(
    line: str, answer: Answer, vocabulary: Vocabulary, t: Mapping[str, str], language: Language
) -> str:
    """The line with what was said of it, for the review; nothing where nothing was said."""
    if answer.not_meant:
        return f"{line}: {t['not_confirmed']}"
    names = ", ".join(ingredient_name(i, vocabulary, language) for i in answer.picked)
    return f"{line}: {names}" if names else ""


def names_of(medicine: Medicine, vocabulary: Vocabulary, language: Language) -> str:
    """Everything that was read, in the patient's language."""
    return ", ".join(ingredient_name(i, vocabulary, language) for i in medicine.ingredients)


def ingredient_name(name: str, vocabulary: Vocabulary, language: Language) -> str:
    """The usual name of an ingredient in that language; names of persons keep their capitals."""
    known = vocabulary.ingredients.get(name)
    if known is None:
        return name.replace("_", " ")
    label = (known.label_es if language == "es" else None) or known.label
    return label if label.startswith("St ") else label[0].lower() + label[1:]


__all__ = [
    "Answer",
    "Line",
    "answer_of",
    "ingredient_name",
    "mark_of",
    "names_of",
    "reading_field",
    "shown_answer",
]
