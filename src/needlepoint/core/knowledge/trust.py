"""May a number be shown without a warning?"""

from __future__ import annotations

from collections.abc import Iterable

from needlepoint.core.knowledge.evidence import Estimate
from needlepoint.core.knowledge.model import Knowledge


def is_verified(estimate: Estimate, knowledge: Knowledge) -> bool:
    """Whether at least one extract that it rests on was read in the source itself or its abstract.

    A number that is ours, whatever directed it, is never verified.
    """
    return not estimate.judged and any(
        knowledge.extracts[name].seen.is_verified
        for name in estimate.rests_on
        if name in knowledge.extracts
    )


def citations(estimates: Iterable[Estimate], knowledge: Knowledge) -> tuple[str, ...]:
    """First author and year of every source that the numbers rest on, without repeats."""
    seen: dict[str, None] = {}
    for estimate in estimates:
        for name in estimate.rests_on:
            source = knowledge.sources.get(name.split("/")[0])
            if source is not None:
                seen[source.citation] = None
    return tuple(seen)
