"""Who is asked, in which language, and what was answered so far."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from django.http import QueryDict

from needlepoint.core.knowledge import Knowledge
from needlepoint.web.phone.words import Language, words

Typed = dict[str, dict[str, list[str]]]  # step -> field -> what was typed
MOST_PAINS = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One page. Its name stands in the address and says nothing of what was answered."""

    kind: str
    pain: int = 0  # the first pain is 1
    part: int = 0

    @property
    def name(self) -> str:
        return "-".join([self.kind, *(str(n) for n in (self.pain, self.part) if n)])


@dataclass(kw_only=True)
class Asking:
    """Everything a page needs to know to ask its question."""

    knowledge: Knowledge
    language: Language
    answers: Typed
    sex: str = "unknown"
    series: int = 1  # the how-manieth intake of this patient
    taken_names: Sequence[str] = ()  # of complaints that others have written down
    settled: Sequence[str] = ()  # complaints of this intake that a clinician has confirmed
    asked: Mapping[str, Sequence[str]] = field(default_factory=dict)  # findings by pain

    @cached_property
    def t(self) -> Mapping[str, str]:
        return words(self.language)

    def one(self, step: str, name: str) -> str:
        """What was typed in a field, or nothing."""
        typed = self.answers.get(step, {}).get(name, [])
        return typed[0] if typed else ""

    def many(self, step: str, name: str) -> list[str]:
        return list(self.answers.get(step, {}).get(name, []))

    def data(self, step: str) -> QueryDict | None:
        """The form as it was sent; None if it was not."""
        typed = self.answers.get(step)
        if typed is None:
            return None
        data = QueryDict(mutable=True)
        for name, values in typed.items():
            data.setlist(name, values)
        return data

    @property
    def pains(self) -> tuple[int, ...]:
        """The pains that are told of, counted from 1."""
        told = [1]
        while len(told) < MOST_PAINS and self.one(f"more-{told[-1]}", "more") == "yes":
            told.append(told[-1] + 1)
        return tuple(told)

    @property
    def presentations(self) -> tuple[str, ...]:
        return tuple(p for n in self.pains if (p := self.one(f"place-{n}", "place")))

    def side(self, pain: int) -> str:
        """The side of this pain; nothing where it was not said or is not known."""
        said = self.one(f"place-{pain}", "side")
        return "" if said == "unsure" else said

    def complaint(self, pain: int) -> str:
        """What the chart calls this pain; never a name that it has already."""
        name = f"pain {pain}" if self.series == 1 else f"pain {pain} of intake {self.series}"
        return f"{name} (told)" if name in self.taken_names else name


def typed_of(data: Any, names: Sequence[str]) -> dict[str, list[str]]:
    """What was sent, field by field, of the fields that the page has."""
    return {name: data.getlist(name) for name in names if data.getlist(name)}


__all__ = ["MOST_PAINS", "Asking", "Step", "Typed", "typed_of"]
