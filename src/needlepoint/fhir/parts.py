"""Parts of a FHIR resource, each taken as what it must be or refused with what to do."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any


class Malformed(Exception):
    """A resource that is not FHIR where it matters; the message says what to do."""


def as_dict(value: Any, what: str) -> dict[str, Any]:
    if value is None:
        return {}
    if not isinstance(value, dict):
        raise Malformed(f"{what} must be an object. Export it again.")
    return value


def as_list(value: Any, what: str) -> list[Any]:
    if value is None:
        return []
    if not isinstance(value, list):
        raise Malformed(f"{what} must be a list. Export it again.")
    return value


def as_string(value: Any, what: str) -> str | None:
    if value is None:
        return None
    if not isinstance(value, str):
        raise Malformed(f"{what} must be text. Export it again.")
    return value.strip() or None


def as_number(value: Any, what: str) -> float | None:
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise Malformed(f"{what} must be a number. Export it again.")
    return float(value)


def codings(concept: Any, what: str) -> Iterator[tuple[str, str]]:
    """(system, code) of a CodeableConcept."""
    for coding in as_list(as_dict(concept, what).get("coding"), f"{what}.coding"):
        part = as_dict(coding, f"{what}.coding")
        code = as_string(part.get("code"), f"{what}.coding.code")
        if code:
            yield as_string(part.get("system"), f"{what}.coding.system") or "", code


def text_of(concept: Any, what: str) -> str | None:
    """The text of a CodeableConcept, or the display of its first coding."""
    data = as_dict(concept, what)
    text = as_string(data.get("text"), f"{what}.text")
    if text:
        return text
    for coding in as_list(data.get("coding"), f"{what}.coding"):
        display = as_string(
            as_dict(coding, f"{what}.coding").get("display"), f"{what}.coding.display"
        )
        if display:
            return display
    return None


def status_of(resource: dict[str, Any], key: str) -> str | None:
    """The code of a status that is a CodeableConcept."""
    return next((code for _, code in codings(resource.get(key), key)), None)


def first_day(text: str | None) -> str | None:
    """FHIR allows a year or a month alone: its first day stands for it."""
    if text is None:
        return None
    parts = text.split("-")
    if len(text) == 4 and text.isdigit():
        return f"{text}-01-01"
    if len(text) == 7 and len(parts) == 2:
        return f"{text}-01"
    return text


__all__ = [
    "Malformed",
    "as_dict",
    "as_list",
    "as_number",
    "as_string",
    "codings",
    "first_day",
    "status_of",
    "text_of",
]
