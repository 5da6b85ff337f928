"""Bytes of images as they lie in their files: whole, or one frame, never decoded."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import BinaryIO

from pydicom.encaps import generate_frames

from needlepoint.core.errors import RefusedFile
from needlepoint.store.attachments import path_of
from needlepoint.store.models import ImageRow

_BLOCK = 1 << 18


def path_of_image(row: ImageRow) -> Path:
    """Where the file of an image lies."""
    return path_of(row.attachment.sha256)


def blocks_of(path: Path) -> Iterator[bytes]:
    """A file, piece by piece."""
    with path.open("rb") as file:
        while block := file.read(_BLOCK):
            yield block


def frames_of(row: ImageRow, wanted: Sequence[int]) -> list[bytes]:
    """Frames by number, from 1, exactly as they were encoded.

    Raises:
        RefusedFile: the image has no such frame.
    """
    if any(not 1 <= number <= row.frames for number in wanted):
        raise RefusedFile(f"The image has frames 1 to {row.frames}.")
    with path_of_image(row).open("rb") as file:
        if row.is_packed:
            return _packed(file, row, wanted)
        size = _frame_bytes(row)
        return [_piece(file, row.pixels_at + (number - 1) * size, size) for number in wanted]


def _frame_bytes(row: ImageRow) -> int:
    """What one frame takes, from the header: the whole may have a byte of padding at its end."""
    said = json.loads(row.metadata)

    def whole(tag: str, otherwise: int = 1) -> int:
        return int((said.get(tag, {}).get("Value") or [otherwise])[0])

    if "422" in str(said.get("00280004", {}).get("Value")):
        return row.pixels_length // row.frames
    bits = whole("00280010") * whole("00280011") * whole("00280002") * whole("00280100", 8)
    return bits // 8


def _packed(file: BinaryIO, row: ImageRow, wanted: Sequence[int]) -> list[bytes]:
    file.seek(row.pixels_at)
    last = max(wanted)
    found: dict[int, bytes] = {}
    try:
        for number, frame in enumerate(generate_frames(file, number_of_frames=row.frames), 1):
            if number in wanted:
                found[number] = frame
            if number == last:
                break
    except (ValueError, EOFError) as error:
        raise RefusedFile("The frames of this image cannot be told apart.") from error
    if set(wanted) - set(found):
        raise RefusedFile("The image holds fewer frames than it says.")
    return [found[number] for number in wanted]


def _piece(file: BinaryIO, at: int, size: int) -> bytes:
    file.seek(at)
    return file.read(size)


__all__ = ["blocks_of", "frames_of", "path_of_image"]
