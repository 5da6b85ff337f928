"""Reading a chart: one patient as YAML, JSON or plain data, into entries."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any

from needlepoint.core.chart import Chart, Entry, Provenance, Role, is_near_our_time
from needlepoint.core.errors import Fault, UnreadableFile
from needlepoint.core.knowledge import Knowledge
from needlepoint.files.knowledge import load_knowledge
from needlepoint.files.meaning import meaning_faults
from needlepoint.files.nodes import Document, plain_document, read_document
from needlepoint.files.nodes import Path as Place
from needlepoint.files.typed import STATEMENT, closest, read_as

FORMAT = 1
_TOP = ("needlepoint", "id", "as_of", "defaults", "entries")
_ENVELOPE = ("id", "occurred_at", "recorded_at", "author", "role", "provenance")
_BY_PATIENT = ("complaint", "pain_drawing", "symptom", "questionnaire", "goal", "diary_reading")
_SIDES = {
    "l": "left", "lt": "left", "links": "left", "r": "right", "rt": "right", "b": "both",
    "bilateral": "both", "bl": "both", "mid": "midline", "central": "midline",
}  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class _Defaults:
    occurred_at: datetime | None
    recorded_at: datetime | None
    author: str
    role: Role
    provenance: Provenance | None


def read_chart(
    source: str | Path | bytes | Mapping[str, Any],
    *,
    knowledge: Knowledge | None = None,
    now: datetime | None = None,
) -> Chart:
    """Read one patient's chart and check that it can be true.

    Args:
        source: a path, the text of a file, its bytes, or the data itself. Text with a line break
            or a brace is taken as the content, other text as a path.
        knowledge: names of findings, zones, blocks and structures are checked against it.
        now: nothing in a chart may lie after it; the present moment if not given.

    Raises:
        UnreadableFile: every fault, with its place and its cure.
    """
    name, document = document_of(source)
    if document.faults:
        raise UnreadableFile(name, document.faults)
    knowledge = knowledge or load_knowledge()
    entries, as_of, faults = _entries(document, now or datetime.now(UTC))
    faults += meaning_faults(entries, document, knowledge)
    if faults:
        raise UnreadableFile(name, tuple(faults))
    chart_id = document.data.get("id")
    return Chart(
        id=str(chart_id) if chart_id else _stem(name),
        entries=tuple(entry for _, entry in entries),
        as_of=as_of,
    )


def document_of(source: str | Path | bytes | Mapping[str, Any]) -> tuple[str, Document]:
    """The parsed content and the name to call it by."""
    if isinstance(source, Mapping):
        return "chart", plain_document(dict(source))
    if isinstance(source, bytes):
        return "chart", read_document(source)
    if isinstance(source, str) and (not source or "\n" in source or "{" in source):
        return "chart", read_document(source)
    path = Path(source)
    try:
        return str(path), read_document(path.read_bytes())
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or "this is no path"
        what = f"{reason}. Check the name and try again."
        raise UnreadableFile(str(path)[:200], (Fault(where="the file", what=what),)) from error


def _stem(name: str) -> str:
    return Path(name).stem or "chart"


# --- entries --------------------------------------------------------------------------------------

Placed = tuple[int, Entry]


def _entries(
    document: Document, now: datetime
) -> tuple[list[Placed], datetime | None, list[Fault]]:
    """Entries with their position in the file, the moment the file names, and what is wrong."""
    data = document.data
    if not isinstance(data, dict):
        what = "a chart is a mapping with the key entries; docs/chart.md shows one."
        return [], None, [Fault(where=document.where(()), what=what)]
    faults = [
        Fault(
            where=document.where((str(key),)),
            what=f"{key!r} is not a key of a chart.{closest(str(key), _TOP)}",
        )
        for key in data
        if key not in _TOP
    ]
    if data.get("needlepoint", FORMAT) != FORMAT:
        what = f"this program reads chart format {FORMAT}, the file is of {data['needlepoint']!r}."
        faults.append(Fault(where=document.where(("needlepoint",)), what=what))
    as_of, wrong = _moment(data.get("as_of"), document, ("as_of",))
    faults += wrong
    defaults, wrong = _defaults(data.get("defaults", {}), document, as_of)
    faults += wrong
    listed = data.get("entries")
    if not isinstance(listed, list) or not listed:
        what = "entries is missing or empty. List at least a complaint."
        return [], as_of, [*faults, Fault(where=document.where(("entries",)), what=what)]
    entries: list[Placed] = []
    for n, item in enumerate(listed):
        entry, wrong = _entry(n, item, document, defaults, now)
        faults += wrong
        if entry is not None:
            entries.append((n, entry))
    return entries, as_of, faults


def _moment(value: Any, document: Document, place: Place) -> tuple[datetime | None, list[Fault]]:
    """A time with a zone; a time without one is UTC, a bare date its midnight in UTC."""
    if value is None:
        return None, []
    if isinstance(value, str):
        try:
            value = datetime.fromisoformat(value)
        except ValueError:
            value = None
    if isinstance(value, date) and not is_near_our_time(value):
        what = f"{place[-1]} lies in the year {value.year}. Correct the date."
        return None, [Fault(where=document.where(place), what=what)]
    if isinstance(value, datetime):
        return value if value.tzinfo else value.replace(tzinfo=UTC), []
    if isinstance(value, date):
        return datetime.combine(value, time(), UTC), []
    what = f"{place[-1]} is not a time. Write it as 2026-03-01T09:00Z or 2026-03-01."
    return None, [Fault(where=document.where(place), what=what)]


def _defaults(
    data: Any, document: Document, as_of: datetime | None
) -> tuple[_Defaults, list[Fault]]:
    faults: list[Fault] = []
    if not isinstance(data, dict):
        what = "defaults holds keys such as author and occurred_at."
        faults.append(Fault(where=document.where(("defaults",)), what=what))
        data = {}
    for key in data:
        if key not in _ENVELOPE or key == "id":
            what = f"{key!r} is not a default.{closest(str(key), _ENVELOPE)}"
            faults.append(Fault(where=document.where(("defaults", str(key))), what=what))
    occurred_at, wrong = _moment(data.get("occurred_at"), document, ("defaults", "occurred_at"))
    faults += wrong
    recorded_at, wrong = _moment(data.get("recorded_at"), document, ("defaults", "recorded_at"))
    faults += wrong
    role, wrong = _word(Role, data.get("role"), document, ("defaults", "role"))
    faults += wrong
    provenance, wrong = _word(
        Provenance, data.get("provenance"), document, ("defaults", "provenance")
    )
    faults += wrong
    return (
        _Defaults(
            occurred_at=occurred_at or as_of,
            recorded_at=recorded_at,
            author=str(data.get("author") or "unknown"),
            role=role or Role.PHYSICIAN,
            provenance=provenance,
        ),
        faults,
    )


def _word(wanted: Any, value: Any, document: Document, place: Place) -> tuple[Any, list[Fault]]:
    if value is None:
        return None, []
    words = [str(member) for member in wanted]
    if value in words:
        return wanted(value), []
    what = f"{place[-1]} is {value!r}; expected one of {', '.join(words)}.{closest(value, words)}"
    return None, [Fault(where=document.where(place), what=what)]


def _entry(
    n: int, item: Any, document: Document, defaults: _Defaults, now: datetime
) -> tuple[Entry | None, list[Fault]]:
    place: Place = ("entries", n)
    if not isinstance(item, dict):
        what = "an entry is a mapping that begins with kind."
        return None, [Fault(where=document.where(place), what=what)]
    statement, faults = read_as(
        STATEMENT,
        document,
        _normalised({k: v for k, v in item.items() if not _is_envelope(k)}),
        place,
    )
    occurred_at, wrong = _moment(item.get("occurred_at"), document, (*place, "occurred_at"))
    faults += wrong
    recorded_at, wrong = _moment(item.get("recorded_at"), document, (*place, "recorded_at"))
    faults += wrong
    role, wrong = _word(Role, item.get("role"), document, (*place, "role"))
    faults += wrong
    provenance, wrong = _word(Provenance, item.get("provenance"), document, (*place, "provenance"))
    faults += wrong
    occurred_at = occurred_at or defaults.occurred_at
    if occurred_at is None and not faults:
        what = "occurred_at is missing. Give it here, in defaults, or as as_of of the file."
        faults.append(Fault(where=document.where(place), what=what))
    faults += _clock_faults(occurred_at, recorded_at, document, place, now)
    if faults or statement is None or occurred_at is None:
        return None, faults
    usual = Provenance.PATIENT_SAID if statement.kind in _BY_PATIENT else Provenance.CLINICIAN_FOUND
    return (
        Entry(
            id=str(item.get("id") or f"e{n + 1}"),
            occurred_at=occurred_at,
            recorded_at=recorded_at or max(occurred_at, defaults.recorded_at or occurred_at),
            author=str(item.get("author") or defaults.author),
            role=role or defaults.role,
            provenance=provenance or defaults.provenance or usual,
            statement=statement,
        ),
        [],
    )


def _is_envelope(key: Any) -> bool:
    return key in _ENVELOPE


def _clock_faults(
    occurred_at: datetime | None,
    recorded_at: datetime | None,
    document: Document,
    place: Place,
    now: datetime,
) -> Iterable[Fault]:
    if occurred_at is not None and occurred_at > now:
        what = f"occurred_at {occurred_at:%Y-%m-%d %H:%M} lies in the future. Correct the date."
        yield Fault(where=document.where((*place, "occurred_at")), what=what)
    elif recorded_at is not None and recorded_at > now:
        what = f"recorded_at {recorded_at:%Y-%m-%d %H:%M} lies in the future. Correct the date."
        yield Fault(where=document.where((*place, "recorded_at")), what=what)
    if occurred_at and recorded_at and recorded_at + timedelta(minutes=1) < occurred_at:
        what = "recorded_at is before occurred_at: nothing is written down before it happens."
        yield Fault(where=document.where((*place, "recorded_at")), what=what)


# --- as people write it ---------------------------------------------------------------------------


def _normalised(data: Any) -> Any:
    """Sides and segments as people write them: L, bilateral, L5/S1, l4-5."""
    if isinstance(data, list):
        return [_normalised(item) for item in data]
    if not isinstance(data, dict):
        return data
    result = {}
    for key, value in data.items():
        if key == "side" and isinstance(value, str):
            value = _SIDES.get(value.strip().lower(), value.strip().lower())
        elif key in ("segment", "level") and isinstance(value, str):
            value = normal_segment(value)
        elif key in _TIMES and isinstance(value, datetime) and value.tzinfo is None:
            value = value.replace(tzinfo=UTC)
        elif key in _TIMES and isinstance(value, date) and not isinstance(value, datetime):
            value = datetime.combine(value, time(), UTC)
        result[key] = _normalised(value)
    return result


_TIMES = ("last_taken",)
_SEGMENT = re.compile(r"^([CTLSV])\s*(\d{1,2})\s*[-–—/_]?\s*([CTLS])?\s*(\d{1,2})?$", re.IGNORECASE)


def normal_segment(text: str) -> str:
    """L5/S1, L5S1, l5–s1 and L4-5 as L5-S1 and L4-L5; anything else as it is, to be refused."""
    match = _SEGMENT.match(text.strip())
    if match is None:
        return text.strip()
    letter, number, second_letter, second_number = match.groups()
    upper = f"{letter.upper()}{number}"
    if second_number is None:
        return upper if second_letter is None else text.strip()
    return f"{upper}-{(second_letter or letter).upper()}{second_number}"


__all__ = ["document_of", "normal_segment", "read_chart"]
