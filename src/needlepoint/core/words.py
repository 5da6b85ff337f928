"""When do two names say the same thing?"""

from __future__ import annotations

from functools import cache, lru_cache


def plain(name: str) -> str:
    """Small letters and single spaces; hyphens and underscores are spaces."""
    return " ".join(name.lower().replace("_", " ").replace("-", " ").split())


@cache
def plain_names(names: tuple[str, ...]) -> frozenset[str]:
    """Names of the knowledge, as they are compared; never those of a patient."""
    return frozenset(map(plain, names))


@lru_cache(maxsize=4096)
def letters_of(name: str) -> str:
    """Small letters and figures alone: PHQ-9 and phq9 are one."""
    return "".join(letter for letter in name.lower() if letter.isalnum())


def as_id(name: str) -> str:
    """As an id is written: small letters, spaces and hyphens as underscores."""
    return "_".join(name.lower().replace("-", " ").split())
