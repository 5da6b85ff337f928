"""What a rule says: clear, hold or cannot tell, each with its reasons; the most cautious wins."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from needlepoint.core.knowledge import Grounded, Knowledge, is_verified


class Outcome(StrEnum):
    """What a rule concludes. Silence is never clear."""

    CLEAR = "clear"
    CANNOT_TELL = "cannot_tell"
    HOLD = "hold"


_CAUTION = (Outcome.CLEAR, Outcome.CANNOT_TELL, Outcome.HOLD)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    """One ground of a verdict, with the extracts and chart entries it rests on."""

    outcome: Outcome
    says: str
    rests_on: tuple[str, ...] = ()
    entries: tuple[str, ...] = ()
    caution: bool = False  # nothing is held, but it must be weighed
    about: str | None = None  # the contraindication that says so


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """The answer of one rule."""

    rule: str
    label: str
    reasons: tuple[Reason, ...]
    urgency: str | None = None  # of a red flag: emergency, urgent or soon
    do: str | None = None  # what to do if it holds

    @property
    def outcome(self) -> Outcome:
        """The most cautious of the reasons; no reason at all cannot tell."""
        if not self.reasons:
            return Outcome.CANNOT_TELL
        return max((reason.outcome for reason in self.reasons), key=_CAUTION.index)


def hold(says: str, *on: Grounded, entries: Iterable[str] = ()) -> Reason:
    """Something stands in the way; it holds whether or not its number could be verified."""
    return _reason(Outcome.HOLD, says, on, entries)


def cannot_tell(says: str, *on: Grounded, entries: Iterable[str] = ()) -> Reason:
    """Something is not known; `says` is the question that settles it."""
    return _reason(Outcome.CANNOT_TELL, says, on, entries)


def caution(says: str, *on: Grounded, entries: Iterable[str] = ()) -> Reason:
    """Nothing is held, and still it must be weighed."""
    return _reason(Outcome.CLEAR, says, on, entries, is_caution=True)


def clear(says: str, entries: Iterable[str] = ()) -> Reason:
    """Nothing stands in the way, and no number decided it."""
    return _reason(Outcome.CLEAR, says, (), entries)


def clear_by(says: str, knowledge: Knowledge, *on: Grounded, entries: Iterable[str] = ()) -> Reason:
    """Nothing stands in the way by these numbers; "cannot tell" if one of them was never read.

    A dose, a hold or a limit that nobody read in its source may warn. It may not reassure.
    """
    if all(is_verified(one, knowledge) for one in on):
        return _reason(Outcome.CLEAR, says, on, entries)
    return _reason(
        Outcome.CANNOT_TELL, f"{says} The number is unverified: check it first.", on, entries
    )


def _reason(
    outcome: Outcome,
    says: str,
    on: Iterable[Grounded],
    entries: Iterable[str],
    *,
    is_caution: bool = False,
) -> Reason:
    return Reason(
        outcome=outcome,
        says=says,
        rests_on=tuple(dict.fromkeys(name for one in on for name in one.rests_on)),
        entries=tuple(dict.fromkeys(entries)),
        caution=is_caution,
    )


def sources(reason: Reason, knowledge: Knowledge) -> tuple[str, ...]:
    """First author and year of every source it rests on, without repeats."""
    names = [knowledge.sources.get(name.split("/")[0]) for name in reason.rests_on]
    return tuple(dict.fromkeys(source.citation for source in names if source is not None))
