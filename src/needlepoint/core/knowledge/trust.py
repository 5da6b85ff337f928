"""May a number be shown without a warning?"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Protocol

from needlepoint.core.knowledge.model import Knowledge


class Grounded(Protocol):
    """Whatever names the extracts it rests on: a number, a span, a word, a row, a criterion."""

    @property
    def rests_on(self) -> tuple[str, ...]: ...

    @property
    def judged(self) -> bool: ...


def is_verified(what: Grounded, knowledge: Knowledge) -> bool:
    """Whether at least one extract that it rests on was read in the source itself or its abstract.

    A number that is ours, whatever directed it, is never verified.
    """
    return not what.judged and not knowledge.verified_extracts.isdisjoint(what.rests_on)


def citations(estimates: Iterable[Grounded], knowledge: Knowledge) -> tuple[str, ...]:
    """First author and year of every source that the numbers rest on, without repeats."""
    seen: dict[str, None] = {}
    for estimate in estimates:
        for name in estimate.rests_on:
            source = knowledge.sources.get(name.split("/")[0])
            if source is not None:
                seen[source.citation] = None
    return tuple(seen)
