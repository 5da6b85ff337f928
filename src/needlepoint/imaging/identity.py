"""Are these the images of this patient? Name, birth date and number, compared before anything."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from needlepoint.imaging.headers import Person


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """The patient as the clinic knows them; names as they are compared."""

    family: str
    given: str
    born: date | None
    numbers: Collection[str] = ()
    numbers_of_others: Collection[str] = ()  # of the numbers in question, those of other patients


def differences(said: Person, known: Known, *, compared: tuple[str, str]) -> tuple[str, ...]:
    """What in the images does not fit the patient, in words that repeat no value.

    A number that nobody here knows is no difference where name and birth date fit: hospitals give
    numbers of their own. What is missing counts as not fitting, unless the number proves it.

    Args:
        compared: family and given name of the images, as names are compared.
    """
    if said.number and said.number in known.numbers_of_others:
        return ("The number in the images belongs to another patient of this clinic.",)
    proven = bool(said.number) and said.number in known.numbers
    found = []
    if not compared[0] and not proven:
        found.append("The images carry no name.")
    elif compared[0] and not _fits(compared, (known.family, known.given)):
        found.append("The name in the images is another.")
    if said.born is not None and known.born is not None:
        if said.born != known.born:
            found.append("The birth date in the images is another.")
    elif not proven:
        found.append("The birth date cannot be compared: one of the two is missing.")
    return tuple(found)


def _fits(said: tuple[str, str], known: tuple[str, str]) -> bool:
    """Family names must be equal; of given names the first, where both are known."""
    family = said[0] == known[0]
    mine, theirs = said[1].split(), known[1].split()
    return family and (not mine or not theirs or mine[0] == theirs[0])


__all__ = ["Known", "differences"]
