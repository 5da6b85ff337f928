"""How are files kept? Outside the database, each under the hash of its content.

The file is on the disk before the row that names it, so whatever was acknowledged is there.
"""

from __future__ import annotations

import hashlib
import os
import tempfile
import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO
from uuid import UUID

from django.conf import settings
from django.db import transaction

from needlepoint.core.errors import RefusedFile
from needlepoint.store.chain import attachment_hash
from needlepoint.store.models import Attachment, ChartHead

_BLOCK = 1 << 20
_LABEL = 120

# What a file begins with, where, and what it is. What a browser says about a file is not asked.
_SIGNS: tuple[tuple[int, bytes, str], ...] = (
    (0, b"%PDF-", "application/pdf"),
    (0, b"\x89PNG\r\n\x1a\n", "image/png"),
    (0, b"\xff\xd8\xff", "image/jpeg"),
    (128, b"DICM", "application/dicom"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Landed:
    """Content that lies on the disk under its hash."""

    sha256: str
    size: int
    media_type: str


def keep_file(
    *,
    chart: UUID,
    content: BinaryIO,
    label: str,
    author: str,
    kinds: Iterable[str] | None = None,
    limit_mb: int | None = None,
) -> Attachment:
    """Keep a file of a chart.

    Args:
        label: what it is, in the clinic's words: "MRI report". A file name is not kept, because
            people write names of patients into them.
        kinds: media types that are taken; all that are known if not given.
        limit_mb: the largest that is taken; that of a document if not given.

    Raises:
        RefusedFile: too large, empty, or of a kind that is not taken.
    """
    return add_file(chart, land_file(content, kinds=kinds, limit_mb=limit_mb), label, author)


def land_file(
    content: BinaryIO, *, kinds: Iterable[str] | None = None, limit_mb: int | None = None
) -> Landed:
    """Put content on the disk, before and outside any transaction: it may be large and slow.

    If nobody adds it to a chart afterwards, it lies there unnamed and does no harm.
    """
    path, sha256, size, media_type = _land(content, kinds, limit_mb or settings.UPLOAD_MB)
    try:
        _settle(path, sha256)
    finally:
        path.unlink(missing_ok=True)
    return Landed(sha256=sha256, size=size, media_type=media_type)


def add_file(chart: UUID, landed: Landed, label: str, author: str) -> Attachment:
    """Say that a file on the disk belongs to a chart."""
    with transaction.atomic():
        return _row(chart, landed.sha256, landed.size, landed.media_type, label, author)


def path_of(sha256: str) -> Path:
    """Where content with this hash lies."""
    return Path(settings.ATTACHMENTS_DIR) / sha256[:2] / sha256


def file_fault(sha256: str, size: int, *, read: bool) -> str | None:
    """What is wrong with the kept file, in a sentence; None if nothing is."""
    path = path_of(sha256)
    if not path.is_file():
        return "its file is missing."
    if path.stat().st_size != size:
        return "its file has another size than was kept."
    if read:
        with path.open("rb") as file:
            if hashlib.file_digest(file, "sha256").hexdigest() != sha256:
                return "its file is not as it was kept."
    return None


def media_type_of(head: bytes) -> str | None:
    """What a file is, by its first bytes; None if it is of no kind that is known."""
    for place, sign, media_type in _SIGNS:
        if head[place : place + len(sign)] == sign:
            return media_type
    return None


def _land(
    content: BinaryIO, kinds: Iterable[str] | None, limit_mb: int
) -> tuple[Path, str, int, str]:
    """Write the content beside its future place, counting and hashing as it comes."""
    folder = Path(settings.ATTACHMENTS_DIR)
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    handle, name = tempfile.mkstemp(dir=folder, prefix=".arriving-")
    path, digest, size, head = Path(name), hashlib.sha256(), 0, b""
    limit = limit_mb * 1_000_000
    try:
        with os.fdopen(handle, "wb") as file:
            while block := content.read(_BLOCK):
                head = head or block[:256]
                size += len(block)
                if size > limit:
                    raise RefusedFile(f"The file is larger than {limit_mb} MB. Send a smaller one.")
                digest.update(block)
                file.write(block)
            file.flush()
            os.fsync(file.fileno())
        return path, digest.hexdigest(), size, _accepted(head, kinds)
    except BaseException:
        path.unlink(missing_ok=True)
        raise


def _accepted(head: bytes, kinds: Iterable[str] | None) -> str:
    media_type = media_type_of(head)
    wanted = tuple(kinds) if kinds is not None else tuple(kind for *_, kind in _SIGNS)
    if media_type is None or media_type not in wanted:
        names = ", ".join(kind.partition("/")[2].upper() for kind in wanted)
        raise RefusedFile(f"The file is none of {names}. Export it as one of them and send that.")
    return media_type


def _settle(path: Path, sha256: str) -> None:
    """Give the content its name, and have both name and content on the disk."""
    place = path_of(sha256)
    place.parent.mkdir(exist_ok=True, mode=0o700)
    os.replace(path, place)
    for folder in (place.parent, place.parent.parent):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def _row(
    chart: UUID, sha256: str, size: int, media_type: str, label: str, author: str
) -> Attachment:
    head = ChartHead.objects.select_for_update().get(chart_id=chart)
    row = Attachment(
        id=uuid.uuid4(), chart=head, sequence=head.files + 1, sha256=sha256, size=size,
        media_type=media_type, label=" ".join(label.split())[:_LABEL] or "file",
        recorded_at=datetime.now(UTC), author=author, previous=head.files_hash,
    )  # fmt: skip
    row.hash = attachment_hash(
        chart=chart, sequence=row.sequence, attachment=row.id, sha256=sha256, size=size,
        media_type=media_type, label=row.label, recorded_at=row.recorded_at, author=author,
        previous=row.previous,
    )  # fmt: skip
    row.save(force_insert=True)
    head.files, head.files_hash = row.sequence, row.hash
    head.save(update_fields=["files", "files_hash"])
    return row
