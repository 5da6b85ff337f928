"""DICOM files for tests: made by pydicom, bent by hand."""

from __future__ import annotations

import io
import struct
import zipfile
from datetime import UTC, date, datetime
from typing import Any

import numpy as np
from pydicom import config
from pydicom.dataset import FileDataset, FileMetaDataset
from pydicom.encaps import encapsulate
from pydicom.uid import UID, ExplicitVRLittleEndian, JPEGBaseline8Bit, generate_uid

from needlepoint.imaging.phantom import phantom_study

config.settings.writing_validation_mode = config.IGNORE  # the tests write what is wrong
config.settings.reading_validation_mode = config.IGNORE
BORN = date(1960, 5, 3)
MADE = datetime(2026, 2, 1, 9, 30, tzinfo=UTC)
MR, CT, RF = (f"1.2.840.10008.5.1.4.1.1.{n}" for n in ("4", "2", "12.2"))
PDF, SR, DIR = (
    "1.2.840.10008.5.1.4.1.1.104.1",
    "1.2.840.10008.5.1.4.1.1.88.67",
    "1.2.840.10008.1.3.10",
)


def study(**more: Any) -> list[bytes]:
    """A phantom of the patient of the tests."""
    said = {"name": "Rivera^Ana", "number": "10234", "born": BORN, "made_at": MADE, "slices": 3,
            "seed": "study", **more}  # fmt: skip
    return phantom_study(**said)


def image(
    *, kind: str = MR, syntax: str = ExplicitVRLittleEndian, frames: int = 1, pixels: bytes | None = None,
    packed: list[bytes] | None = None, **said: Any,
) -> bytes:  # fmt: skip
    """One small image with any header."""
    meta = FileMetaDataset()
    meta.MediaStorageSOPClassUID, meta.TransferSyntaxUID = UID(kind), UID(syntax)
    meta.MediaStorageSOPInstanceUID = UID(said.get("SOPInstanceUID") or generate_uid())
    data = FileDataset("", {}, file_meta=meta, preamble=b"\0" * 128)
    base = {
        "SpecificCharacterSet": "ISO_IR 192", "SOPClassUID": kind,
        "SOPInstanceUID": meta.MediaStorageSOPInstanceUID, "StudyInstanceUID": "1.2.3.4",
        "SeriesInstanceUID": "1.2.3.4.1", "PatientName": "Rivera^Ana", "PatientID": "10234",
        "PatientBirthDate": "19600503", "StudyDate": "20260201", "StudyTime": "093000",
        "Modality": "MR", "Rows": 8, "Columns": 8, "SamplesPerPixel": 1,
        "PhotometricInterpretation": "MONOCHROME2", "BitsAllocated": 16, "BitsStored": 12,
        "HighBit": 11, "PixelRepresentation": 0,
    }  # fmt: skip
    for name, value in {**base, **said}.items():
        if value is not None:
            setattr(data, name, value)
    if frames > 1:
        data.NumberOfFrames = frames
    if packed is not None:
        data.PixelData = encapsulate(packed)
        data["PixelData"].is_undefined_length = True
    else:
        whole = np.arange(64 * frames, dtype="<u2").tobytes()
        data.PixelData = whole if pixels is None else pixels
    written = io.BytesIO()
    data.save_as(written, enforce_file_format=True)
    return written.getvalue()


def fluoroscopy(frames: int = 3) -> bytes:
    """A packed clip; its frames are bytes that nobody decodes here."""
    parts = [bytes([0xFF, 0xD8, n, 0xFF, 0xD9, 0]) * 20 for n in range(frames)]
    return image(kind=RF, syntax=JPEGBaseline8Bit, frames=frames, packed=parts, Modality="RF",
                 BitsAllocated=8, BitsStored=8, HighBit=7)  # fmt: skip


def preamble(syntax: str = ExplicitVRLittleEndian) -> bytes:
    """The head of a file: everything before the first element of the data set."""
    uid = syntax.encode() + (b"\0" if len(syntax) % 2 else b"")
    return b"\0" * 128 + b"DICM" + struct.pack("<HH2sH", 2, 0x10, b"UI", len(uid)) + uid


def element(tag: int, kind: bytes, value: bytes, length: int | None = None) -> bytes:
    """One explicit element, with a length that may lie."""
    said = len(value) if length is None else length
    head = struct.pack("<HH", tag >> 16, tag & 0xFFFF) + kind
    if kind in (b"OB", b"OW", b"SQ", b"UN", b"UT"):
        return head + b"\0\0" + struct.pack("<L", said) + value
    return head + struct.pack("<H", said) + value


def nested(depth: int) -> bytes:
    """Sequences inside sequences, without end marks of their own length."""
    item = struct.pack("<HHL", 0xFFFE, 0xE000, 0xFFFFFFFF)
    inner = (element(0x00081140, b"SQ", b"", 0xFFFFFFFF) + item) * depth
    ends = struct.pack("<HHL", 0xFFFE, 0xE00D, 0) + struct.pack("<HHL", 0xFFFE, 0xE0DD, 0)
    return preamble() + inner + ends * depth


def zipped(files: dict[str, bytes], **more: Any) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED, **more) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return packed.getvalue()
