"""How does a statement become the text that is hashed and stored, and that text a statement?"""

from __future__ import annotations

from functools import lru_cache

from pydantic import ValidationError
from pydantic_core import PydanticSerializationError

from needlepoint.core.chart import Statement
from needlepoint.core.errors import DamagedStore, Fault, RefusedEntry
from needlepoint.files.nodes import plain_document
from needlepoint.files.typed import STATEMENT, adapter, read_as


def text_of(statement: Statement) -> str:
    """The statement as JSON, every field of it, so that a later default changes no old entry.

    Raises:
        RefusedEntry: a value lies outside its bounds; every one is listed beside its field.
    """
    try:
        # A statement made in code was not checked by its dataclass: this is the door.
        data = adapter(STATEMENT).dump_python(statement, mode="json", warnings="error")
        text: str = adapter(STATEMENT).dump_json(statement, warnings="error").decode()
    except (PydanticSerializationError, UnicodeEncodeError) as error:
        what = "a value is of the wrong type or not text that can be kept. Correct it."
        raise RefusedEntry((Fault(where=type(statement).__name__, what=what),)) from error
    _, faults = read_as(STATEMENT, plain_document(data), data)
    if faults:
        raise RefusedEntry(tuple(faults))
    return text


@lru_cache(maxsize=65_536)
def statement_of(text: str) -> Statement:
    """The statement that was stored. Statements are frozen, so equal texts share one.

    Raises:
        DamagedStore: the text is no statement any more.
    """
    try:
        statement: Statement = adapter(STATEMENT).validate_json(text, strict=True)
        return statement
    except ValidationError as error:
        raise DamagedStore(
            "A stored entry cannot be read as a statement. Run: needlepoint verify"
        ) from error
