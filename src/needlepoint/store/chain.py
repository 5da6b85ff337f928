"""How does an entry vouch for all that came before it?

Each entry's hash covers every field of it and the hash of the entry before it in its chart. Whoever
changes, drops, adds or reorders a row breaks the chain at that place.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from datetime import UTC, datetime
from uuid import UUID


def beginning(chart: UUID, of: str = "entries") -> str:
    """What stands before the first entry: different for each chart, so that none can be swapped."""
    return _sha256(["needlepoint", of, str(chart)])


def entry_hash(
    *,
    chart: UUID,
    sequence: int,
    entry_id: str,
    occurred_at: datetime,
    recorded_at: datetime,
    author: str,
    role: str,
    provenance: str,
    kind: str,
    statement: str,
    once: str | None,
    previous: str,
) -> str:
    """SHA-256 of an entry and its predecessor's hash, in hexadecimal."""
    return _sha256(
        [
            str(chart), sequence, entry_id, _moment(occurred_at), _moment(recorded_at), author,
            role, provenance, kind, statement, once, previous,
        ]
    )  # fmt: skip


def attachment_hash(
    *,
    chart: UUID,
    sequence: int,
    attachment: UUID,
    sha256: str,
    size: int,
    media_type: str,
    label: str,
    recorded_at: datetime,
    author: str,
    previous: str,
) -> str:
    """SHA-256 of what is known of a file and its predecessor's hash, in hexadecimal."""
    return _sha256(
        [
            str(chart), sequence, str(attachment), sha256, size, media_type, label,
            _moment(recorded_at), author, previous,
        ]
    )  # fmt: skip


def _moment(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="microseconds")


def _sha256(parts: Iterable[object]) -> str:
    text = json.dumps(list(parts), ensure_ascii=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()
