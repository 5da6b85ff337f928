"""Which outcome instruments exist, how are they scored, and what change matters?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Literal

from annotated_types import Ge, MinLen

from needlepoint.core.knowledge.evidence import Estimate
from needlepoint.core.quantities import Text


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One question. The words are kept only where the licence lets anybody use them."""

    id: Text
    says: str | None = None
    says_es: str | None = None
    low: float
    high: float
    ends: tuple[str, str] | None = None  # the words at the lowest and the highest answer
    ends_es: tuple[str, str] | None = None
    alarm_from: float | None = None  # from this answer on, act today (self-harm)


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """One answer in words."""

    value: float
    says: Text
    says_es: Text


@dataclass(frozen=True, slots=True, kw_only=True)
class Band:
    """A word for scores from `low` to `high`."""

    label: Text
    low: float
    high: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Instrument:
    """An outcome measure."""

    id: Text
    label: Text
    label_es: Text
    about: Literal["pain", "function", "mood", "anxiety", "sleep", "change", "risk", "cognition"]
    licence: Literal["free", "licensed"]
    licence_note: Text
    scoring: Literal["sum", "mean", "percent_of_answered", "count", "single"]
    items: Annotated[tuple[Item, ...], MinLen(1)]
    stem: str | None = None  # what is said before the items
    stem_es: str | None = None
    choices: tuple[Choice, ...] = ()  # answers in words, the same for every item; else a scale
    low: float
    high: float
    higher_is: Literal["worse", "better"]
    least_answered: Annotated[int, Ge(1)]  # fewer answers: no score
    impute: Literal["none", "mean"] = "none"  # what a missing item counts as
    minimal_change: Estimate | None = None  # points
    minimal_change_share: Estimate | None = None  # of the baseline
    cut: Estimate | None = None
    bands: tuple[Band, ...] = ()
    floor: float | None = None  # change below it cannot be seen
    ceiling: float | None = None
    loinc: str | None = None
    recall: str | None = None
    rests_on: tuple[str, ...] = ()
    source_file: str = ""

    def can_be_asked(self, language: Literal["en", "es"]) -> bool:
        """Whether every item has words in that language that may be shown."""
        return all((i.says if language == "en" else i.says_es) for i in self.items)
