"""What does an image say of itself? Its header, read in bounds; its pixels are never touched."""

from __future__ import annotations

import io
import json
import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import Any

import pydicom
from pydicom import config
from pydicom.dataset import Dataset

from needlepoint.core.errors import RefusedFile
from needlepoint.imaging.kinds import COMPANIONS, IMAGES, modality_word
from needlepoint.imaging.walk import Layout, walk

# Odd values are kept as they are: a value is judged where it is used, and warnings would quote it.
config.settings.reading_validation_mode = config.IGNORE

_UID = re.compile(r"[0-9]+(\.[0-9]+)*")
_INLINE_BYTES = 1024
_SIDE_PIXELS = 65_535
_FRAMES = 20_000
# Who the patient is stands in our own records; an index of images holds none of it.
_IDENTITY = frozenset({
    0x00100010, 0x00100020, 0x00100021, 0x00100022, 0x00100024, 0x00100030, 0x00100032, 0x00100033,
    0x00100034, 0x00100035, 0x00100050, 0x00101000, 0x00101001, 0x00101002, 0x00101005, 0x00101040,
    0x00101050, 0x00101060, 0x00101080, 0x00101081, 0x00101090, 0x00102150, 0x00102152, 0x00102154,
    0x00102155, 0x00102297, 0x00102299, 0x00104000, 0x00321032, 0x00080050,
})  # fmt: skip


class NotAnImage(RefusedFile):
    """A sound DICOM file that is no image: left out, not an error."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Who the patient is, as the file says it."""

    family: str
    given: str
    born: date | None
    number: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ImageHeader:
    """What an index of images needs."""

    person: Person
    study: str
    series: str
    instance: str
    sop_class: str
    syntax: str
    modality: str  # the chart's word
    region: str | None
    made_at: datetime | None
    frames: int
    layout: Layout
    metadata: str  # DICOM JSON without the patient's identity, without bulk


def read_header(path: Path) -> ImageHeader:
    """Read one image's header.

    Raises:
        NotAnImage: a companion of images, named.
        RefusedFile: not DICOM, damaged, or hostile; the sentence says what to do.
    """
    size = path.stat().st_size
    with path.open("rb") as file:
        layout = walk(file, size)
        file.seek(0)
        header = file.read(layout.header_end)
    try:
        data = pydicom.dcmread(io.BytesIO(header), stop_before_pixels=True)
        kind = _text(data, "SOPClassUID") or str(data.file_meta.get("MediaStorageSOPClassUID", ""))
        _refuse_no_image(kind)
        return _header(data, kind, layout, size)
    except RefusedFile:
        raise
    except Exception as error:  # a library's own complaint about a damaged value
        raise RefusedFile("has a damaged header. Export it again from the archive.") from error


def dataset_of(path: Path, header_end: int) -> Dataset:
    """The header of a file that was read before."""
    with path.open("rb") as file:
        return pydicom.dcmread(io.BytesIO(file.read(header_end)), stop_before_pixels=True)


def _refuse_no_image(kind: str) -> None:
    if kind in COMPANIONS:
        raise NotAnImage(f"is {COMPANIONS[kind]}.")
    if kind not in IMAGES:
        raise NotAnImage("is a DICOM file that holds no image we can show.")


def _header(data: Dataset, kind: str, layout: Layout, size: int) -> ImageHeader:
    if layout.pixels_at is None:
        raise RefusedFile("has no image in it. Export it again with its pixels.")
    frames = _whole(data, "NumberOfFrames", 1, _FRAMES)
    _refuse_short_pixels(data, layout, frames, size)
    code = _text(data, "Modality")
    return ImageHeader(
        person=_person(data),
        study=_uid(data, "StudyInstanceUID"),
        series=_uid(data, "SeriesInstanceUID"),
        instance=_uid(data, "SOPInstanceUID"),
        sop_class=kind,
        syntax=layout.syntax,
        modality=modality_word(code),
        region=_region(_text(data, "BodyPartExamined")),
        made_at=_made_at(data),
        frames=frames,
        layout=layout,
        metadata=_metadata(data),
    )


def _refuse_short_pixels(data: Dataset, layout: Layout, frames: int, size: int) -> None:
    """The file must hold as many bytes as its image needs: counted, not looked at."""
    assert layout.pixels_at is not None
    if layout.pixels_at + layout.pixels_length > size:
        raise RefusedFile("is cut short. Copy or export it again.")
    rows = _whole(data, "Rows", 1, _SIDE_PIXELS)
    columns = _whole(data, "Columns", 1, _SIDE_PIXELS)
    bits = _whole(data, "BitsAllocated", 1, 64) * _whole(data, "SamplesPerPixel", 1, 4, otherwise=1)
    # Colour stored at half the resolution (YBR 4:2:2) takes two thirds.
    share = 2 / 3 if "422" in _text(data, "PhotometricInterpretation") else 1
    needed = int(rows * columns * bits * frames * share / 8)
    if not layout.is_packed and layout.pixels_length < needed:
        raise RefusedFile("is cut short: it holds fewer pixels than it says. Export it again.")


def _whole(data: Dataset, name: str, low: int, high: int, otherwise: int | None = None) -> int:
    said = data.get(name)
    if said in (None, ""):
        if otherwise is not None or name == "NumberOfFrames":
            return otherwise or 1
        raise RefusedFile(f"does not say its {name}. Export it again.")
    value = int(said)
    if not low <= value <= high:
        raise RefusedFile(f"says an impossible {name}. Export it again.")
    return value


def _uid(data: Dataset, name: str) -> str:
    text = _text(data, name)
    if len(text) > 64 or not _UID.fullmatch(text):
        raise RefusedFile(f"has no valid {name}. Export it again from the archive.")
    return text


def _text(data: Dataset, name: str) -> str:
    value = data.get(name)
    return "" if value is None else str(value).strip("\0 ")


def _person(data: Dataset) -> Person:
    name = _text(data, "PatientName").split("=")[0]
    family, _, rest = name.partition("^")
    return Person(
        family=family.strip(),
        given=rest.replace("^", " ").strip(),
        born=_day(_text(data, "PatientBirthDate")),
        number=_text(data, "PatientID")[:80],
    )


def _day(text: str) -> date | None:
    try:
        return datetime.strptime(text.replace(".", "")[:8], "%Y%m%d").date()
    except ValueError:
        return None


def _made_at(data: Dataset) -> datetime | None:
    day = _day(_text(data, "StudyDate"))
    if day is None:
        return None
    try:
        clock = datetime.strptime(_text(data, "StudyTime")[:6], "%H%M%S").time()
    except ValueError:
        clock = time()
    return datetime.combine(day, clock, UTC)


def _region(text: str) -> str | None:
    plain = "".join(c for c in text.lower() if c.isascii() and (c.isalnum() or c == " "))[:24]
    words = {"lspine": "lumbar spine", "cspine": "cervical spine", "tspine": "thoracic spine",
             "lsspine": "lumbosacral spine", "ctspine": "cervicothoracic spine",
             "tlspine": "thoracolumbar spine", "sijoint": "sacroiliac joint"}  # fmt: skip
    return words.get(plain.replace(" ", ""), plain.strip()) or None


def _metadata(data: Dataset) -> str:
    """DICOM JSON of what a viewer needs: no identity, nothing private, no large values."""
    kept = Dataset()
    for element in data:
        tag = int(element.tag)
        if tag in _IDENTITY or element.tag.is_private or tag >> 16 in (0x0002, 0x7FE0):
            continue
        kept.add(element)
    kept.walk(_without_private)
    return json.dumps(
        kept.to_json_dict(
            bulk_data_threshold=_INLINE_BYTES,
            bulk_data_element_handler=lambda _: (
                ""
            ),  # a place holder; the address is made when asked
            suppress_invalid_tags=True,
        )
    )


def _without_private(data: Dataset, element: Any) -> None:
    if element.tag.is_private or int(element.tag) in _IDENTITY:
        del data[element.tag]


__all__ = ["ImageHeader", "NotAnImage", "Person", "dataset_of", "read_header"]
