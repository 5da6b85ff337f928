"""Does the data fit the type? If not: every place where it does not, in plain words."""

from __future__ import annotations

import dataclasses
import json
import typing
from collections.abc import Iterable
from datetime import date
from functools import cache
from itertools import islice
from typing import Annotated, Any

from pydantic import ConfigDict, Field, TypeAdapter, ValidationError
from pydantic_core import ErrorDetails

from needlepoint.core.chart import Statement
from needlepoint.core.errors import Fault
from needlepoint.files.nodes import Document, Path

# One kind of entry, told by its key `kind`: without it, every kind would be tried and complain.
STATEMENT: Any = Annotated[Statement, Field(discriminator="kind")]

_LONGEST = 100  # of a word that is compared with others; no name is longer
_CONFIG = ConfigDict(extra="forbid", coerce_numbers_to_str=False, allow_inf_nan=False)


@cache
def adapter(wanted: Any) -> TypeAdapter[Any]:
    """The validator of a type; unknown keys are errors in every dataclass within it."""
    for part in _dataclasses_in(wanted):
        if "__pydantic_config__" not in part.__dict__:
            part.__pydantic_config__ = _CONFIG
    return TypeAdapter(wanted)


def read_as(
    wanted: Any, document: Document, data: Any, path: Path = (), *, most: int | None = None
) -> tuple[Any, list[Fault]]:
    """Turn data into a type, or say everything that stands in the way.

    Args:
        most: so many faults are told at once; all if not given.
    """
    try:
        return adapter(wanted).validate_json(as_json(data), strict=True), []
    except ValidationError as error:
        return None, list(islice(_faults(error, document, path), most))


def closest(word: str, known: Iterable[str]) -> str:
    """A sentence part that names what may have been meant; empty if nothing is near."""
    from rapidfuzz import process  # loaded when something is misspelt, not at every start

    near = process.extractOne(str(word)[:_LONGEST], list(known), score_cutoff=60)
    return f" Did you mean {near[0]!r}?" if near else ""


def _dataclasses_in(wanted: Any, seen: set[Any] | None = None) -> set[Any]:
    seen = set() if seen is None else seen
    if dataclasses.is_dataclass(wanted) and isinstance(wanted, type):
        if wanted not in seen:
            seen.add(wanted)
            for hint in typing.get_type_hints(wanted, include_extras=True).values():
                _dataclasses_in(hint, seen)
    else:
        for part in typing.get_args(wanted):
            _dataclasses_in(part, seen)
    return seen


def as_json(data: Any) -> str:
    """JSON of plain data: read strictly, so that neither "7" nor true passes for a number."""
    return json.dumps(_plain(data), ensure_ascii=False)


def _plain(data: Any) -> Any:
    if isinstance(data, dict):
        return {_word(key): _plain(value) for key, value in data.items()}
    if isinstance(data, list | tuple):
        return [_plain(value) for value in data]
    return _word(data) if isinstance(data, date) else data


def _word(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value


def _faults(error: ValidationError, document: Document, path: Path) -> Iterable[Fault]:
    for detail in error.errors(include_url=False, include_context=True):
        place = (*path, *_steps(detail, document, path))
        yield Fault(where=document.where(place), what=_sentence(detail, place))


def _steps(detail: ErrorDetails, document: Document, path: Path) -> Path:
    """The place without the names of union members that pydantic puts between the keys."""
    steps: list[str | int] = []
    for step in detail["loc"]:
        candidate = (*path, *steps, step)
        last_of_missing = detail["type"] == "missing" and step == detail["loc"][-1]
        if candidate in document.lines or last_of_missing or not document.lines:
            steps.append(step)
    if not document.lines:
        steps = [s for s in detail["loc"] if not str(s)[:1].isupper()]
    return tuple(steps)


def _sentence(detail: ErrorDetails, place: Path) -> str:
    key = place[-1] if place else "this"
    found = detail.get("input")
    context = detail.get("ctx", {})
    shown = f"{str(found)[:60]!r}" if isinstance(found, str) else str(found)[:60]
    match detail["type"]:
        case "missing":
            return f"{key} is missing. Add it."
        case "unexpected_keyword_argument" | "extra_forbidden":
            return f"{key} is not known here. Remove it or check its spelling."
        case "literal_error" | "enum":
            expected = str(context.get("expected", ""))
            words = [word.strip(" '\"") for word in expected.replace(" or ", ",").split(",")]
            near = closest(str(found), words) if isinstance(found, str) else ""
            return f"{key} is {shown}; expected {expected}.{near}"
        case "union_tag_invalid":
            expected = str(context.get("expected_tags", ""))
            words = [word.strip(" '\"") for word in expected.split(",")]
            tag = str(context.get("tag", ""))
            return f"kind {tag!r} is not a kind of entry.{closest(tag, words)}"
        case "union_tag_not_found":
            return "kind is missing: say what kind of entry this is, e.g. kind: exam_finding."
        case "greater_than" | "greater_than_equal" | "less_than" | "less_than_equal":
            bound = next(iter(context.values()))
            relation = {
                "greater_than": "above",
                "greater_than_equal": "at least",
                "less_than": "below",
                "less_than_equal": "at most",
            }[detail["type"]]
            return f"{key} is {shown}, but it must be {relation} {bound:g}. Correct it."
        case "float_type" | "float_parsing" | "int_type" | "int_parsing" | "int_from_float":
            return f"{key} is {shown}, but a number is expected. Write it without units or quotes."
        case "bool_type" | "bool_parsing":
            return f"{key} is {shown}, but true or false is expected."
        case "string_type":
            return f"{key} is {shown}, but text is expected. Put it in quotes."
        case "string_too_short" | "too_short":
            return f"{key} is empty. Fill it in."
        case (
            "date_type"
            | "date_parsing"
            | "date_from_datetime_parsing"
            | "date_from_datetime_inexact"
        ):
            return f"{key} is {shown}, but a date such as 2026-03-01 is expected."
        case "datetime_type" | "datetime_parsing" | "datetime_from_date_parsing" | "timezone_aware":
            return f"{key} is {shown}, but a time such as 2026-03-01T09:00Z is expected."
        case "tuple_type" | "list_type":
            return f"{key} is {shown}, but a list is expected. Write it as [ ... ]."
        case "dict_type" | "dataclass_type" | "mapping_type":
            return f"{key} is {shown}, but keys with values are expected."
        case _:
            return f"{key} is {shown}: {detail['msg']}."
