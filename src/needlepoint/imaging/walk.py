"""Is the inside of a DICOM file sound? Walked in bounds, before any library reads it.

Lengths that reach past the end, nesting without end and floods of elements are found here in one
pass that keeps nothing but positions, so that a hostile file costs no more than its header.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from typing import BinaryIO

from pydicom.datadict import dictionary_has_tag, dictionary_VR

from needlepoint.core.errors import RefusedFile
from needlepoint.imaging.kinds import IMPLICIT, SYNTAXES

_UNDEFINED = 0xFFFFFFFF
_LONG = frozenset({b"OB", b"OD", b"OF", b"OL", b"OV", b"OW", b"SQ", b"SV", b"UC", b"UN", b"UR",
                   b"UT", b"UV"})  # fmt: skip
_SHORT = frozenset({b"AE", b"AS", b"AT", b"CS", b"DA", b"DS", b"DT", b"FD", b"FL", b"IS",
                    b"LO", b"LT", b"PN", b"SH", b"SL", b"SS", b"ST", b"TM", b"UI", b"UL",
                    b"US"})  # fmt: skip
_PIXELS = 0x7FE00010
_ITEM, _END_ITEM, _END_SEQUENCE = 0xFFFEE000, 0xFFFEE00D, 0xFFFEE0DD
_SYNTAX_TAG = 0x00020010
DEPTH = 12
ELEMENTS = 300_000
HEADER_BYTES = 32_000_000
_META_BYTES = 4_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """Where things lie in a sound file."""

    syntax: str  # transfer syntax
    header_end: int  # where the element of the pixels begins, or the file ends
    pixels_at: int | None  # first byte of the pixel values
    pixels_length: int  # bytes of them, delimiters included
    is_packed: bool  # in fragments


@dataclass(slots=True)
class _Level:
    end: int | None  # None: closed by a delimiter
    is_sequence: bool
    implicit: bool


def walk(file: BinaryIO, size: int) -> Layout:
    """Find where the header ends and the pixels lie.

    Raises:
        RefusedFile: no DICOM file, cut short, or built to do harm; the sentence says which.
    """
    file.seek(0)
    if file.read(132)[128:] != b"DICM":
        raise RefusedFile("is not a DICOM file. Export it from the archive as DICOM (.dcm).")
    syntax, start = _meta(file, size)
    if syntax not in SYNTAXES:
        raise RefusedFile(
            "is encoded in a way that is not taken (deflated, big-endian, video or unknown). "
            "Export it again as uncompressed or JPEG DICOM."
        )
    return _Walk(file, size, syntax).run(start)


def _meta(file: BinaryIO, size: int) -> tuple[str, int]:
    """The transfer syntax, from the group that is always written the same way."""
    at, syntax = 132, ""
    while at + 8 <= size and at < _META_BYTES:
        file.seek(at)
        if file.read(2) != b"\2\0":
            break  # what follows may be written in another way
        tag, value_at, length = _explicit(file, at, size)
        if length == _UNDEFINED:
            raise _lies()
        if tag == _SYNTAX_TAG:
            file.seek(value_at)
            syntax = file.read(min(length, 64)).decode("ascii", "replace").strip("\0 ")
        at = value_at + length
    return syntax, at


def _explicit(file: BinaryIO, at: int, size: int) -> tuple[int, int, int]:
    """Tag, where the value begins, and its length, of an element that names its kind."""
    file.seek(at)
    head = file.read(12)
    if len(head) < 8:
        raise _short()
    group, element = struct.unpack("<HH", head[:4])
    tag = group << 16 | element
    if group == 0xFFFE:
        return tag, at + 8, int(struct.unpack("<L", head[4:8])[0])
    kind = head[4:6]
    if kind in _LONG:
        if len(head) < 12:
            raise _short()
        length, value_at = int(struct.unpack("<L", head[8:12])[0]), at + 12
    elif kind in _SHORT:
        length, value_at = int(struct.unpack("<H", head[6:8])[0]), at + 8
    else:
        raise RefusedFile("holds bytes that are no DICOM element. Export it again.")
    if length != _UNDEFINED and value_at + length > size:
        raise _lies()
    return tag, value_at, length


class _Walk:
    """One pass over the elements, with a stack of what is open."""

    def __init__(self, file: BinaryIO, size: int, syntax: str) -> None:
        self.file, self.size, self.syntax = file, size, syntax
        self.open: list[_Level] = []

    def run(self, at: int) -> Layout:
        begun = at
        for _ in range(ELEMENTS):
            at = self._close(at)
            if at >= self.size:
                if self.open:
                    raise _short()
                return Layout(syntax=self.syntax, header_end=at, pixels_at=None, pixels_length=0,
                              is_packed=False)  # fmt: skip
            if at - begun > HEADER_BYTES:
                break
            found = self._element(at)
            if isinstance(found, Layout):
                return found
            at = found
        raise RefusedFile("has a header far larger than an image needs. It was not read.")

    def _close(self, at: int) -> int:
        """Leave everything of known length that ends here."""
        while self.open and self.open[-1].end is not None and at >= self.open[-1].end:
            if at > self.open[-1].end:
                raise _lies()
            self.open.pop()
        return at

    def _element(self, at: int) -> int | Layout:
        implicit = self.open[-1].implicit if self.open else self.syntax == IMPLICIT
        tag, value_at, length, is_sequence = self._head(at, implicit)
        if tag in (_END_ITEM, _END_SEQUENCE):
            return self._delimiter(tag, value_at)
        if tag == _ITEM:
            if not self.open or not self.open[-1].is_sequence:
                raise RefusedFile("is built wrongly inside. Export it again.")
            return self._enter(value_at, length, is_sequence=False, implicit=implicit)
        if self.open and self.open[-1].is_sequence:
            raise RefusedFile("is built wrongly inside. Export it again.")
        if tag == _PIXELS and not self.open:
            return self._pixels(at, value_at, length)
        if is_sequence or length == _UNDEFINED:
            inside = implicit or not is_sequence  # of unknown kind: written without kinds
            return self._enter(value_at, length, is_sequence=True, implicit=inside)
        return value_at + length

    def _head(self, at: int, implicit: bool) -> tuple[int, int, int, bool]:
        if not implicit:
            tag, value_at, length = _explicit(self.file, at, self._limit())
            self.file.seek(at + 4)
            return tag, value_at, length, self.file.read(2) == b"SQ" and tag >> 16 != 0xFFFE
        self.file.seek(at)
        head = self.file.read(8)
        if len(head) < 8:
            raise _short()
        group, element, length = struct.unpack("<HHL", head)
        tag = group << 16 | element
        if length != _UNDEFINED and group != 0xFFFE and at + 8 + length > self._limit():
            raise _lies()
        known = dictionary_has_tag(tag) and dictionary_VR(tag) == "SQ"
        return tag, at + 8, length, known

    def _limit(self) -> int:
        return min([self.size, *(level.end for level in self.open if level.end is not None)])

    def _enter(self, at: int, length: int, *, is_sequence: bool, implicit: bool) -> int:
        if len(self.open) >= DEPTH * 2:
            raise RefusedFile("is nested more deeply than any image is. It was not read.")
        end = None if length == _UNDEFINED else at + length
        if end is not None and end > self._limit():
            raise _lies()
        self.open.append(_Level(end, is_sequence, implicit))
        return at

    def _delimiter(self, tag: int, at: int) -> int:
        if not self.open or self.open[-1].end is not None:
            raise RefusedFile("is built wrongly inside. Export it again.")
        if self.open[-1].is_sequence is not (tag == _END_SEQUENCE):
            raise RefusedFile("is built wrongly inside. Export it again.")
        self.open.pop()
        return at

    def _pixels(self, at: int, value_at: int, length: int) -> Layout:
        if length != _UNDEFINED:
            return Layout(syntax=self.syntax, header_end=at, pixels_at=value_at,
                          pixels_length=length, is_packed=False)  # fmt: skip
        end = self._fragments(value_at)
        return Layout(syntax=self.syntax, header_end=at, pixels_at=value_at,
                      pixels_length=end - value_at, is_packed=True)  # fmt: skip

    def _fragments(self, at: int) -> int:
        """Where the fragments end; a file that was cut short has no end."""
        for _ in range(ELEMENTS):
            self.file.seek(at)
            head = self.file.read(8)
            if len(head) < 8:
                raise _short()
            group, element, length = struct.unpack("<HHL", head)
            tag = group << 16 | element
            if tag == _END_SEQUENCE:
                return at + 8
            if tag != _ITEM or length == _UNDEFINED or at + 8 + length > self.size:
                raise _lies()
            at += 8 + int(length)
        raise RefusedFile("has more fragments than any image has. It was not read.")


def _short() -> RefusedFile:
    return RefusedFile("is cut short. Copy or export it again.")


def _lies() -> RefusedFile:
    return RefusedFile(
        "is cut short, or says a length that it does not have. Copy or export it again."
    )


__all__ = ["Layout", "walk"]
