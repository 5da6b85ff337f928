"""Images of nobody: a drawn spine with the word PHANTOM in it, for the demonstration and tests."""

from __future__ import annotations

import io
from datetime import date, datetime

import numpy as np
from numpy.typing import NDArray
from pydicom.dataset import FileDataset, FileMetaDataset
from pydicom.uid import UID, ExplicitVRLittleEndian, MRImageStorage, generate_uid

Pixels = NDArray[np.uint16]
_SIDE = 256
_LETTERS = {
    "P": ("###", "# #", "###", "#  ", "#  "), "H": ("# #", "# #", "###", "# #", "# #"),
    "A": (" # ", "# #", "###", "# #", "# #"), "N": ("# #", "###", "###", "# #", "# #"),
    "T": ("###", " # ", " # ", " # ", " # "), "O": ("###", "# #", "# #", "# #", "###"),
    "M": ("# #", "###", "# #", "# #", "# #"),
}  # fmt: skip


def phantom_study(
    *, name: str, number: str, born: date | None, made_at: datetime, slices: int = 7, seed: str = ""
) -> list[bytes]:
    """A small MR study of a drawn lumbar spine, as files.

    Args:
        name: in DICOM's order: family^given.
        seed: makes the numbers of the images the same each time.
    """
    study = generate_uid(entropy_srcs=[seed, "study"])
    series = generate_uid(entropy_srcs=[seed, "series"])
    return [
        _file(
            _slice(n, slices), n, name=name, number=number, born=born, made_at=made_at,
            uids=(study, series, generate_uid(entropy_srcs=[seed, str(n)])),
        )
        for n in range(slices)
    ]  # fmt: skip


def _slice(n: int, slices: int) -> Pixels:
    """Five blocks with discs between them, fading towards the sides."""
    image = np.full((_SIDE, _SIDE), 60, dtype=np.uint16)
    near = 1 - abs(n - (slices - 1) / 2) / slices
    image[:, 60:220] = int(140 * near)
    for level in range(5):
        top = 24 + 44 * level
        left = 96 + int(10 * np.sin(level / 1.4))
        image[top : top + 32, left : left + 56] = int(420 * near)
        image[top + 33 : top + 43, left + 2 : left + 54] = int((620 if level < 3 else 240) * near)
        image[top : top + 44, left + 62 : left + 72] = int(760 * near)
    for place, letter in enumerate("PHANTOM"):
        for y, line in enumerate(_LETTERS[letter]):
            for x, dot in enumerate(line):
                if dot == "#":
                    at = (236 + 3 * y, 8 + 14 * place + 3 * x)
                    image[at[0] : at[0] + 3, at[1] : at[1] + 3] = 900
    return image


def _file(
    pixels: Pixels,
    n: int,
    *,
    name: str,
    number: str,
    born: date | None,
    made_at: datetime,
    uids: tuple[str, str, str],
) -> bytes:
    meta = FileMetaDataset()
    meta.MediaStorageSOPClassUID = MRImageStorage
    meta.MediaStorageSOPInstanceUID = UID(uids[2])
    meta.TransferSyntaxUID = ExplicitVRLittleEndian
    data = FileDataset("", {}, file_meta=meta, preamble=b"\0" * 128)
    data.SpecificCharacterSet = "ISO_IR 192"
    data.SOPClassUID, data.SOPInstanceUID = MRImageStorage, uids[2]
    data.StudyInstanceUID, data.SeriesInstanceUID = uids[0], uids[1]
    data.PatientName, data.PatientID = name, number
    data.PatientBirthDate = f"{born:%Y%m%d}" if born else ""
    data.PatientSex = "O"
    data.StudyDate = data.SeriesDate = f"{made_at:%Y%m%d}"
    data.StudyTime = f"{made_at:%H%M%S}"
    data.AccessionNumber, data.StudyID, data.ReferringPhysicianName = "", "1", ""
    data.Modality, data.BodyPartExamined = "MR", "LSPINE"
    data.StudyDescription = "PHANTOM: drawn, not a patient"
    data.SeriesDescription = "PHANTOM sagittal"
    data.SeriesNumber, data.InstanceNumber = 1, n + 1
    data.ImagePositionPatient = [-15.0 + 5 * n, -128.0, 128.0]
    data.ImageOrientationPatient = [0, 1, 0, 0, 0, -1]
    data.FrameOfReferenceUID = UID(f"{uids[1][:60]}.1")
    data.PixelSpacing, data.SliceThickness = [1.0, 1.0], 5.0
    data.Rows = data.Columns = _SIDE
    data.SamplesPerPixel, data.PhotometricInterpretation = 1, "MONOCHROME2"
    data.BitsAllocated, data.BitsStored, data.HighBit, data.PixelRepresentation = 16, 12, 11, 0
    data.WindowCenter, data.WindowWidth = 400, 900
    data.PixelData = pixels.astype("<u2").tobytes()
    written = io.BytesIO()
    data.save_as(written, enforce_file_format=True)
    return written.getvalue()


__all__ = ["phantom_study"]
