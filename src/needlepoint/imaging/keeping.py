"""How do images come into a chart? All of an upload or nothing, after every file was read."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from django.conf import settings
from django.db import IntegrityError, transaction

from needlepoint.core.chart import ImagingStudy, Provenance, Role
from needlepoint.core.errors import NeedlepointError, RefusedFile
from needlepoint.core.knowledge import Knowledge
from needlepoint.imaging.arriving import Arrived
from needlepoint.imaging.headers import ImageHeader, NotAnImage, read_header
from needlepoint.imaging.identity import Known, differences
from needlepoint.store.attachments import Landed, add_file, land_file, path_of
from needlepoint.store.models import ImageRow, Number, Patient
from needlepoint.store.patients import search_name
from needlepoint.store.writing import Draft, append_entries

_TOLD = 8  # files named one by one; the rest is counted


class RefusedImages(NeedlepointError):
    """An upload was refused as a whole; every file that is at fault, named."""

    def __init__(self, faults: Sequence[str]) -> None:
        self.faults = tuple(faults)
        super().__init__("\n".join(self.faults))


class OtherPatient(RefusedImages):
    """The images may be another patient's. They are kept only if someone says why they are not."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadImages:
    """An upload that can be kept."""

    images: tuple[tuple[Arrived, ImageHeader], ...]
    left_out: tuple[str, ...]  # companions and strangers, in sentences


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptImages:
    """What an upload came to."""

    studies: int
    images: int
    known_before: int
    left_out: tuple[str, ...]


def read_images(arrived: Iterable[Arrived]) -> ReadImages:
    """Read every header before anything is kept.

    A damaged image refuses the whole upload: a study with a slice missing looks complete. What is
    no image (a disc's table of contents, a program, a report) is left out and named.

    Raises:
        RefusedImages: a file is damaged, or none is an image.
    """
    images: list[tuple[Arrived, ImageHeader]] = []
    left_out: list[str] = []
    faults: list[str] = []
    for one in arrived:
        try:
            images.append((one, read_header(one.path)))
        except NotAnImage as other:
            left_out.append(f"{one.shown} {other}")
        except RefusedFile as fault:
            is_dicom = _begins_as_dicom(one)
            (faults if is_dicom else left_out).append(f"{one.shown} {fault}")
    if faults:
        raise RefusedImages(_told(faults))
    if not images:
        raise RefusedImages(_told(left_out) or ("No file was chosen. Choose DICOM files.",))
    return ReadImages(images=tuple(images), left_out=_told(left_out))


def keep_images(
    patient: Patient,
    read: ReadImages,
    *,
    author: str,
    role: Role,
    knowledge: Knowledge,
    confirmed: str = "",
    now: datetime | None = None,
) -> KeptImages:
    """Keep images that were read, with one entry a study.

    Args:
        confirmed: why they are this patient's although they do not say so.

    Raises:
        OtherPatient: they do not fit the patient, and nobody confirmed that they do.
        RefusedImages: they are of several people, or the chart holds others under their numbers.
    """
    _refuse_several_people(read)
    found = _differences(patient, read)
    if found and not confirmed.strip():
        raise OtherPatient(found)
    once = {header.instance: (one, header) for one, header in read.images}
    note = f"Attached although: {' '.join(found)} {confirmed.strip()}" if found else None
    new = _new(patient, once)
    drafts = _drafts(new, author, role, note, now or datetime.now(UTC))
    landed = [(_land(one), header) for one, header in new]  # before anyone has to wait for us
    try:
        with transaction.atomic():
            append_entries(chart=patient.chart_id, drafts=drafts, knowledge=knowledge)
            for file, header in landed:
                _keep(patient, file, header, author)
    except IntegrityError as error:
        raise RefusedImages(("The same images were sent at this moment. Reload the page.",)) from (
            error
        )
    return KeptImages(
        studies=len({header.study for _, header in new}),
        images=len(new),
        known_before=len(read.images) - len(new),
        left_out=read.left_out,
    )


def known_as(patient: Patient, number: str = "") -> Known:
    """The patient as images are compared with.

    Args:
        number: the number in question; whether others have it is asked for it alone.
    """
    identity = patient.identity
    mine = tuple(Number.objects.filter(patient=patient).values_list("value", flat=True))
    others = Number.objects.filter(clinic_id=patient.clinic_id, value=number).exclude(
        patient=patient
    )
    return Known(
        family=search_name(identity.family_name),
        given=search_name(identity.given_name),
        born=identity.birth_date,
        numbers=mine,
        numbers_of_others=tuple(others.values_list("value", flat=True)) if number else (),
    )


def _begins_as_dicom(one: Arrived) -> bool:
    with one.path.open("rb") as file:
        return file.read(132)[128:] == b"DICM"


def _told(sentences: Sequence[str]) -> tuple[str, ...]:
    rest = len(sentences) - _TOLD
    more = (f"And {rest} more files.",) if rest > 0 else ()
    return (*sentences[:_TOLD], *more)


def _refuse_several_people(read: ReadImages) -> None:
    people = {
        (search_name(p.family), search_name(p.given), p.born)
        for p in (header.person for _, header in read.images)
    }
    if len(people) > 1:
        raise RefusedImages(
            (f"These are images of {len(people)} people. Send those of one patient at a time.",)
        )


def _differences(patient: Patient, read: ReadImages) -> tuple[str, ...]:
    said = read.images[0][1].person
    compared = (search_name(said.family), search_name(said.given))
    found = list(differences(said, known_as(patient, said.number), compared=compared))
    numbers = {header.instance for _, header in read.images}
    elsewhere = ImageRow.objects.filter(instance__in=numbers).exclude(chart_id=patient.chart_id)
    charts = Patient.objects.filter(clinic_id=patient.clinic_id).values("chart_id")
    if elsewhere.filter(chart_id__in=charts).exists():
        found.append("The same images stand in another chart of this clinic.")
    return tuple(found)


def _new(
    patient: Patient, once: dict[str, tuple[Arrived, ImageHeader]]
) -> list[tuple[Arrived, ImageHeader]]:
    """Those that the chart does not hold; a known number with another content is refused."""
    held = ImageRow.objects.filter(chart_id=patient.chart_id, instance__in=once)
    for row in held.select_related("attachment"):
        one, _ = once.pop(row.instance)
        if not _is_same(one, row.attachment.sha256):
            raise RefusedImages(
                (
                    f"{one.shown} has the number of an image that this chart holds, with another "
                    "content. Ask where it was made which of the two is right.",
                )
            )
    return list(once.values())


def _is_same(one: Arrived, sha256: str) -> bool:
    with one.path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest() == sha256


def _drafts(
    new: Sequence[tuple[Arrived, ImageHeader]],
    author: str,
    role: Role,
    note: str | None,
    now: datetime,
) -> list[Draft]:
    """One entry for each study that brings new images, on the day it was made."""
    studies: dict[str, list[ImageHeader]] = {}
    for _, header in new:
        studies.setdefault(header.study, []).append(header)
    return [
        Draft(
            statement=ImagingStudy(
                modality=_modality(headers),
                region=next((h.region for h in headers if h.region), None),
                study_uid=study,
                images=len(headers),
                note=note,
            ),
            author=author,
            role=role,
            provenance=Provenance.IMPORTED,
            occurred_at=_made(headers, now),
        )
        for study, headers in studies.items()
    ]


def _modality(headers: Sequence[ImageHeader]) -> str:
    """Of most of its images: a study carries captures of the screen beside its own."""
    said = [h.modality for h in headers if h.modality not in ("other", "sc", "ot")]
    return max(sorted(set(said)), key=said.count) if said else "other"


def _made(headers: Sequence[ImageHeader], now: datetime) -> datetime | None:
    """When the study was made; the present where a header says nothing, or a day to come."""
    said = [h.made_at for h in headers if h.made_at is not None]
    return min(said) if said and min(said) <= now else None


def _land(one: Arrived) -> Landed:
    with one.path.open("rb") as content:
        return land_file(content, kinds=("application/dicom",), limit_mb=settings.IMAGE_MB)


def _keep(patient: Patient, file: Landed, header: ImageHeader, author: str) -> None:
    kept = add_file(patient.chart_id, file, f"{header.modality} image", author)
    layout = header.layout
    assert layout.pixels_at is not None, "an image without pixels was refused"
    ImageRow.objects.create(
        chart_id=patient.chart_id, attachment=kept, study=header.study, series=header.series,
        instance=header.instance, sop_class=header.sop_class, syntax=header.syntax,
        frames=header.frames, header_end=layout.header_end, pixels_at=layout.pixels_at,
        pixels_length=layout.pixels_length, is_packed=layout.is_packed, metadata=header.metadata,
    )  # fmt: skip


def image_fault(row: ImageRow) -> str:
    """Where the index of an image is not as its file is; empty if nowhere."""
    try:
        header = read_header(path_of(row.attachment.sha256))
    except (RefusedFile, NotAnImage, OSError):
        return "its file is not an image that can be read."
    layout = header.layout
    told = {
        "study": header.study, "series": header.series, "instance": header.instance,
        "sop_class": header.sop_class, "syntax": header.syntax, "frames": header.frames,
        "header_end": layout.header_end, "pixels_at": layout.pixels_at,
        "pixels_length": layout.pixels_length, "is_packed": layout.is_packed,
    }  # fmt: skip
    wrong = [name for name, value in told.items() if getattr(row, name) != value]
    return f"its {', '.join(wrong)} is not what its file says." if wrong else ""


__all__ = [
    "KeptImages",
    "OtherPatient",
    "ReadImages",
    "RefusedImages",
    "image_fault",
    "keep_images",
    "known_as",
    "read_images",
]
