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
        if not self.ingredients:
            return f"{self.text!r} is not a medicine we know. Ask what it is and what is in it."
        return None


def resolve(text: str, vocabulary: Vocabulary) -> Medicine:
    """Say which ingredients a line of a medicine list means, with dose and frequency if stated."""
    line = plain(text)
    found, rest = named(line, vocabulary)
    says, rest = directions(rest)
    return Medicine(
        text=text,
        ingredients=found.ingredients,
        classes=found.classes,
        doses=strengths(rest, len(found.ingredients)),
        says=says,
        read_as=found.read_as,
        candidates=found.candidates,
    )


__all__ = ["Directions", "Dose", "Medicine", "resolve"]
