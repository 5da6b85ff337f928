"""Files, folders and zip archives as they arrive: in bounds, under names of our own, or refused."""

from __future__ import annotations

import stat
import tempfile
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from needlepoint.core.errors import RefusedFile

_BLOCK = 1 << 20
_RATIO = 200  # a medical image packs to a third, a plain phantom to a fiftieth
_ENCRYPTED = 0x1
_ZIP = b"PK\x03\x04"


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What one upload may hold."""

    files: int
    file_bytes: int
    total_bytes: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrived:
    """One file, under a name that we gave it; `shown` is what its sender called it."""

    shown: str
    path: Path


class _Room:
    """What is still allowed."""

    def __init__(self, limits: Limits, folder: Path) -> None:
        self.limits, self.folder = limits, folder
        self.files = self.bytes = 0

    def land(self, shown: str, content: BinaryIO) -> Arrived:
        """Copy a file into the folder, counting as it comes: a declared size may lie."""
        self.files += 1
        if self.files > self.limits.files:
            raise RefusedFile(
                f"This is more than {self.limits.files} files. Send one study at a time."
            )
        path, size = self.folder / f"{self.files:06d}", 0
        with path.open("xb") as file:
            while block := content.read(_BLOCK):
                size += len(block)
                self.bytes += len(block)
                if size > self.limits.file_bytes:
                    raise RefusedFile(
                        f"{shown} is larger than {self.limits.file_bytes // 1_000_000} MB. "
                        "Export the study as single images."
                    )
                if self.bytes > self.limits.total_bytes:
                    raise RefusedFile(
                        f"This is more than {self.limits.total_bytes // 1_000_000} MB, unpacked. "
                        "Send one study at a time."
                    )
                file.write(block)
        return Arrived(shown=shown, path=path)


@contextmanager
def arriving(sent: Iterable[tuple[str, BinaryIO]], limits: Limits) -> Iterator[tuple[Arrived, ...]]:
    """Everything that was sent, unpacked once, in a folder that is gone afterwards.

    Args:
        sent: the sender's name of each file, and its content.

    Raises:
        RefusedFile: too much, or an archive that is built to do harm.
    """
    with tempfile.TemporaryDirectory(prefix="needlepoint-images-") as name:
        room = _Room(limits, Path(name))
        arrived: list[Arrived] = []
        for shown, content in sent:
            content.seek(0)
            packed = content.read(4) == _ZIP
            content.seek(0)
            if packed:
                arrived += _unpacked(plain(shown), content, room)
            else:
                arrived.append(room.land(plain(shown), content))
        yield tuple(arrived)


def plain(shown: str) -> str:
    """A sender's name of a file, fit to be repeated on the page."""
    last = shown.replace("\\", "/").rstrip("/").rpartition("/")[2]
    return "".join(c for c in last if c.isprintable())[:60] or "a file"


def _unpacked(shown: str, content: BinaryIO, room: _Room) -> Iterator[Arrived]:
    try:
        with zipfile.ZipFile(content) as archive:
            members = archive.infolist()
            _refuse_hostile(shown, members, room)
            for member in members:
                if not member.is_dir():
                    yield _member(shown, archive, member, room)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, OSError,
            RuntimeError, ValueError) as error:  # fmt: skip
        raise RefusedFile(f"{shown} is damaged or cut short. Pack or copy it again.") from error


def _refuse_hostile(shown: str, members: list[zipfile.ZipInfo], room: _Room) -> None:
    if room.files + len(members) > room.limits.files:
        raise RefusedFile(
            f"{shown} holds more than {room.limits.files} files. Send one study at a time."
        )
    total = sum(member.file_size for member in members)
    if room.bytes + total > room.limits.total_bytes:
        raise RefusedFile(
            f"{shown} unpacks to more than {room.limits.total_bytes // 1_000_000} MB. "
            "Send one study at a time."
        )
    for member in members:
        parts = member.filename.replace("\\", "/").split("/")
        if ".." in parts or member.filename.startswith(("/", "\\")) or ":" in parts[0]:
            raise RefusedFile(f"{shown} names places outside itself. It was not unpacked.")
        if stat.S_ISLNK(member.external_attr >> 16):
            raise RefusedFile(f"{shown} holds a link instead of a file. Pack the files themselves.")
        if member.flag_bits & _ENCRYPTED:
            raise RefusedFile(f"{shown} is locked with a password. Pack it again without one.")
        if member.file_size > _RATIO * max(member.compress_size, 1) and member.file_size > _BLOCK:
            raise RefusedFile(f"{shown} unpacks to far more than any image does. It was not read.")


def _member(shown: str, archive: zipfile.ZipFile, member: zipfile.ZipInfo, room: _Room) -> Arrived:
    with archive.open(member) as content:
        arrived = room.land(plain(member.filename), content)  # type: ignore[arg-type]
    with arrived.path.open("rb") as file:
        if file.read(4) == _ZIP:
            raise RefusedFile(f"{shown} holds another archive. Unpack it and send its files.")
    return arrived


__all__ = ["Arrived", "Limits", "arriving", "plain"]
