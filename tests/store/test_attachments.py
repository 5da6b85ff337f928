"""Files are taken for what they are, once each, and within a limit."""

from __future__ import annotations

import io
import uuid
from typing import Any

import pytest

from needlepoint.core.errors import RefusedFile
from needlepoint.store.attachments import keep_file, path_of
from needlepoint.store.models import Attachment
from needlepoint.store.writing import open_chart

PDF = b"%PDF-1.7 nothing of anyone"


def keep(content: bytes, **more: Any) -> Attachment:
    chart = uuid.uuid4()
    open_chart(chart)
    return keep_file(chart=chart, content=io.BytesIO(content), label=" MRI\n report ", author="u1", **more)  # fmt: skip


def test_a_file_is_kept_under_its_hash_and_read_by_its_owner_alone(database: str) -> None:
    kept = keep(PDF)
    path = path_of(kept.sha256)
    assert path.read_bytes() == PDF and path.stat().st_mode & 0o077 == 0
    assert (kept.media_type, kept.size, kept.label) == ("application/pdf", len(PDF), "MRI report")


def test_the_same_content_twice_lies_once_on_the_disk(sqlite: str) -> None:
    first, second = keep(PDF), keep(PDF)
    assert first.pk != second.pk and first.sha256 == second.sha256
    assert len([p for p in path_of(first.sha256).parent.parent.rglob("*") if p.is_file()]) == 1


@pytest.mark.parametrize(
    "content",
    [b"", b"<html><script>", b"MZ\x90", b"PK\x03\x04", b"x" * 128 + b"DICT", b"GIF89a", b"%PD"],
)
def test_what_is_of_no_known_kind_is_refused_and_leaves_nothing(
    sqlite: str, settings: Any, content: bytes
) -> None:
    with pytest.raises(RefusedFile, match="none of"):
        keep(content)
    assert not Attachment.objects.exists() and not list(settings.ATTACHMENTS_DIR.rglob(".arriving*"))  # fmt: skip


def test_a_known_kind_that_is_not_wanted_here_is_refused(sqlite: str) -> None:
    with pytest.raises(RefusedFile, match="DICOM"):
        keep(PDF, kinds=["application/dicom"])


def test_a_file_over_the_limit_is_refused_and_leaves_nothing(sqlite: str, settings: Any) -> None:
    settings.UPLOAD_MB = 1
    with pytest.raises(RefusedFile, match="larger than 1 MB"):
        keep(PDF + bytes(1_000_001))
    assert [p for p in settings.ATTACHMENTS_DIR.rglob("*") if p.is_file()] == []
