"""A fact of the knowledge base as the type a rule needs."""

from __future__ import annotations

from needlepoint.core.knowledge import Fact


def number(fact: Fact) -> float:
    """The one number of a fact."""
    assert isinstance(fact.value, int | float), f"{fact.value!r} is not a number"
    return float(fact.value)


def words(fact: Fact) -> tuple[str, ...]:
    """The list of words of a fact."""
    assert isinstance(fact.value, tuple), f"{fact.value!r} is not a list"
    return tuple(str(word) for word in fact.value)
