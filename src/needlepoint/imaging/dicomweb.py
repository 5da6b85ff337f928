"""Answers of a small DICOMweb: what stands in the index, in the words of the standard (PS3.18).

Only pure functions: rows of the index and addresses come in, JSON and multipart bodies go out.
"""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fnmatch import fnmatchcase
from typing import Any

from needlepoint.imaging.kinds import NATIVE
from needlepoint.store.models import ImageRow

Json = dict[str, Any]

_STUDY, _SERIES, _INSTANCE = "0020000D", "0020000E", "00080018"
_OF_STUDY = ("00080005", "00080020", "00080030", "00080050", "00081030", "00200010", _STUDY)
_OF_SERIES = ("00080005", "00080060", "00080021", "00080031", "0008103E", "00180015", "00200011",
              _STUDY, _SERIES)  # fmt: skip
_OF_INSTANCE = ("00080005", "00080016", _INSTANCE, "00200013", "00280008", "00280010", "00280011",
                "00280100", _STUDY, _SERIES)  # fmt: skip
_KEYWORDS: Mapping[str, str] = {
    "StudyInstanceUID": _STUDY, "SeriesInstanceUID": _SERIES, "SOPInstanceUID": _INSTANCE,
    "Modality": "00080060", "ModalitiesInStudy": "00080061", "StudyDate": "00080020",
    "SeriesDescription": "0008103E", "StudyDescription": "00081030", "SOPClassUID": "00080016",
    "SeriesNumber": "00200011", "InstanceNumber": "00200013", "AccessionNumber": "00080050",
}  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Wearer:
    """Whose images these are, from our own records."""

    family: str
    given: str
    born: date | None
    number: str


def metadata(rows: Iterable[ImageRow], wearer: Wearer, root: str) -> list[Json]:
    """WADO-RS metadata: the header of each image, with addresses for what is large."""
    return [_instance(row, wearer, root) for row in rows]


def studies(rows: Sequence[ImageRow], wearer: Wearer, root: str) -> list[Json]:
    """QIDO-RS: one answer a study."""
    answers = []
    for study, of_study in _grouped(rows, "study"):
        series = {row.series for row in of_study}
        kinds = sorted({_first(header(row), "00080060") for row in of_study} - {""})
        answers.append(
            {
                **_picked(header(of_study[0]), _OF_STUDY),
                **_patient(wearer),
                "00080061": {"vr": "CS", "Value": kinds},
                "00081190": {"vr": "UR", "Value": [f"{root}/studies/{study}"]},
                "00201206": {"vr": "IS", "Value": [len(series)]},
                "00201208": {"vr": "IS", "Value": [len(of_study)]},
            }
        )
    return answers


def series(rows: Sequence[ImageRow], root: str) -> list[Json]:
    """QIDO-RS: one answer a series."""
    answers = []
    for one, of_series in _grouped(rows, "series"):
        first = of_series[0]
        answers.append(
            {
                **_picked(header(first), _OF_SERIES),
                "00081190": _address(f"{root}/studies/{first.study}/series/{one}"),
                "00201209": {"vr": "IS", "Value": [len(of_series)]},
            }
        )
    return answers


def instances(rows: Sequence[ImageRow], root: str) -> list[Json]:
    """QIDO-RS: one answer an image."""
    return [
        {
            **_picked(header(row), _OF_INSTANCE),
            "00081190": _address(
                f"{root}/studies/{row.study}/series/{row.series}/instances/{row.instance}"
            ),
        }
        for row in rows
    ]


def matching(answers: list[Json], asked: Mapping[str, str]) -> list[Json]:
    """Keep the answers that fit the query; `*` and `?` stand for letters, as in the standard."""
    wanted = {
        _KEYWORDS.get(name, name.upper()): value
        for name, value in asked.items()
        if value and name not in ("limit", "offset", "includefield", "fuzzymatching")
    }
    found = [one for one in answers if all(_fits(one, tag, v) for tag, v in wanted.items())]
    begin = _number(asked.get("offset", ""), 0)
    return found[begin : begin + _number(asked.get("limit", ""), len(found))]


def header(row: ImageRow) -> Json:
    """The header as it is kept: without identity, large values as place holders."""
    said: Json = json.loads(row.metadata)
    return said


def part_type(row: ImageRow) -> str:
    """The media type of one frame."""
    if row.syntax in NATIVE:
        return f"application/octet-stream; transfer-syntax={row.syntax}"
    number = int(row.syntax.rpartition(".")[2])
    kind = (
        "image/jpeg" if number in (50, 51, 57, 70)
        else "image/jls" if number in (80, 81)
        else "image/jp2" if number in (90, 91)
        else "image/jphc" if number >= 200
        else "image/dicom-rle"
    )  # fmt: skip
    return f"{kind}; transfer-syntax={row.syntax}"


def multipart(
    parts: Iterable[tuple[str, Iterable[bytes]]], root_type: str
) -> tuple[str, Iterator[bytes]]:
    """The content type and the body of a multipart/related answer."""
    boundary = uuid.uuid4().hex
    content_type = f'multipart/related; type="{root_type}"; boundary={boundary}'
    return content_type, _body(parts, boundary)


def _body(parts: Iterable[tuple[str, Iterable[bytes]]], boundary: str) -> Iterator[bytes]:
    for media_type, content in parts:
        yield f"--{boundary}\r\nContent-Type: {media_type}\r\n\r\n".encode("ascii")
        yield from content
        yield b"\r\n"
    yield f"--{boundary}--\r\n".encode("ascii")


def _instance(row: ImageRow, wearer: Wearer, root: str) -> Json:
    here = f"{root}/studies/{row.study}/series/{row.series}/instances/{row.instance}"
    said = header(row)
    for tag, element in said.items():
        if "BulkDataURI" in element:
            element["BulkDataURI"] = f"{here}/bulkdata/{tag}"
    return {
        **_without_nested_bulk(said),
        **_patient(wearer),
        "00083002": {"vr": "UI", "Value": [row.syntax]},
        "7FE00010": {"vr": "OW", "BulkDataURI": f"{here}/frames"},
    }


def _without_nested_bulk(said: Json) -> Json:
    """Large values inside sequences have no address of their own, and are left out."""
    return {
        tag: {**element, "Value": [_pruned(one) for one in element.get("Value", [])]}
        if element.get("vr") == "SQ"
        else element
        for tag, element in said.items()
    }


def _pruned(item: Json) -> Json:
    return _without_nested_bulk({t: e for t, e in item.items() if "BulkDataURI" not in e})


def _patient(wearer: Wearer) -> Json:
    name = f"{wearer.family}^{wearer.given}".rstrip("^")
    born = [] if wearer.born is None else [f"{wearer.born:%Y%m%d}"]
    return {
        "00100010": {"vr": "PN", "Value": [{"Alphabetic": name}]},
        "00100020": {"vr": "LO", "Value": [wearer.number] if wearer.number else []},
        "00100030": {"vr": "DA", "Value": born},
    }


def _grouped(rows: Sequence[ImageRow], field: str) -> list[tuple[str, list[ImageRow]]]:
    groups: dict[str, list[ImageRow]] = {}
    for row in rows:
        groups.setdefault(getattr(row, field), []).append(row)
    return list(groups.items())


def _picked(said: Json, tags: Iterable[str]) -> Json:
    return {tag: said[tag] for tag in tags if tag in said and "BulkDataURI" not in said[tag]}


def _address(where: str) -> Json:
    return {"vr": "UR", "Value": [where]}


def _first(said: Json, tag: str) -> str:
    values = said.get(tag, {}).get("Value") or [""]
    return str(values[0])


def _fits(answer: Json, tag: str, wanted: str) -> bool:
    values = [_plain(value) for value in answer.get(tag, {}).get("Value", [])]
    if tag == "00080020" and "-" in wanted:
        low, _, high = wanted.partition("-")
        return any((low or value) <= value <= (high or value) for value in values)
    patterns = wanted.replace("\\", ",").replace("[", "?").split(",")
    return any(fnmatchcase(value, pattern) for value in values for pattern in patterns)


def _plain(value: object) -> str:
    return str(value.get("Alphabetic", "")) if isinstance(value, dict) else str(value)


def _number(text: str, otherwise: int) -> int:
    return int(text) if text.isdecimal() and len(text) < 7 else otherwise


__all__ = [
    "Wearer",
    "header",
    "instances",
    "matching",
    "metadata",
    "multipart",
    "part_type",
    "series",
    "studies",
]
