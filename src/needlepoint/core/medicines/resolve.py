"""What medicine is meant by "Eliquis 5 bid", "apixaban 5 MG Oral Tablet" or "apixiban"?

Names come from the vocabulary; how people write doses and frequencies is language and stands in
`directions`. What cannot be told apart is asked about, never guessed.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from needlepoint.core.knowledge import Vocabulary
from needlepoint.core.medicines.directions import Directions, Dose, directions, plain, strengths
from needlepoint.core.medicines.names import named


@dataclass(frozen=True, slots=True, kw_only=True)
class Medicine:
    """What a line of a medicine list means, and what in it could not be understood."""

    text: str
    ingredients: tuple[str, ...] = ()
    classes: tuple[str, ...] = ()  # where only a class was named: "blood thinner"
    doses: tuple[Dose, ...] = ()  # in the order written
    says: Directions = field(default_factory=Directions)
    read_as: str | None = None  # the known name a misspelt one was taken for
    candidates: tuple[str, ...] = ()  # what it may be, where that cannot be told
    not_meant: tuple[str, ...] = ()  # how it reads, which who said it does not confirm

    @property
    def is_understood(self) -> bool:
        return bool(self.ingredients) and not self.candidates

    @property
    def question(self) -> str | None:
        """What to ask where it is not understood."""
        if self.candidates:
            names = " or ".join(name.replace("_", " ") for name in self.candidates)
            return f"{self.text!r} may be {names}. Ask which."
        if self.classes:
            names = ", ".join(name.replace("_", " ") for name in self.classes)
            return f"{self.text!r} names a group ({names}). Ask for the medicine itself."
        if not self.ingredients and self.not_meant:
            names = " or ".join(name.replace("_", " ") for name in self.not_meant)
            return f"{self.text!r} reads as {names}, which was not confirmed. Ask what it is."
        if not self.ingredients:
            return f"{self.text!r} is not a medicine we know. Ask what it is and what is in it."
        return None


def resolve(text: str, vocabulary: Vocabulary, not_meant: tuple[str, ...] = ()) -> Medicine:
    """Say which ingredients a line of a medicine list means, with dose and frequency if stated.

    Args:
        not_meant: ingredients that whoever wrote the line did not confirm. A reading that names one
            of them is no reading: the line stays as it was written, and is asked about.
    """
    line = plain(text)
    found, rest = named(line, vocabulary)
    says, rest = directions(rest)
    doubted = bool({*found.ingredients, *found.candidates} & set(not_meant))
    return Medicine(
        text=text,
        ingredients=() if doubted else found.ingredients,
        classes=found.classes,
        doses=strengths(rest, len(found.ingredients)),
        says=says,
        read_as=None if doubted else found.read_as,
        candidates=() if doubted else found.candidates,
        not_meant=not_meant if doubted else (),
    )


__all__ = ["Directions", "Dose", "Medicine", "resolve"]
