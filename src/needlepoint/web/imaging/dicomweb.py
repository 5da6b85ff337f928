"""The images of one patient for a viewer: DICOMweb behind the clinic's own door."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import timedelta
from functools import wraps
from typing import Any
from uuid import UUID

from django.core.cache import cache
from django.http import (
    Http404,
    HttpRequest,
    HttpResponse,
    HttpResponseBase,
    StreamingHttpResponse,
)
from django.urls import reverse
from django.views.decorators.http import require_safe

from needlepoint.accounts.roles import Permission
from needlepoint.core.errors import RefusedFile
from needlepoint.imaging import dicomweb
from needlepoint.imaging.archive import Archive, ArchiveUnreachable, archive_of
from needlepoint.imaging.frames import blocks_of, frames_of, path_of_image
from needlepoint.imaging.headers import dataset_of
from needlepoint.imaging.studies import standing_uids
from needlepoint.store.door import patient_for_images
from needlepoint.store.models import ImageRow, Number, Patient
from needlepoint.web.permissions import needs

_QUIET = timedelta(minutes=5)
_DICOM = "application/dicom"
_OCTETS = "application/octet-stream"
_JSON = "application/dicom+json"
_OF_ARCHIVES = frozenset({_DICOM, _OCTETS, _JSON, "application/json", "multipart/related"})


@dataclass(frozen=True, kw_only=True)
class Images:
    """What a request may see: the standing studies of one patient."""

    request: HttpRequest
    patient: Patient
    studies: frozenset[str]

    @property
    def root(self) -> str:
        """The address of this patient's DICOMweb."""
        return self.request.build_absolute_uri(reverse("dicomweb", args=[self.patient.pk]))[:-8]

    @property
    def wearer(self) -> dicomweb.Wearer:
        """The patient's name as we know it: the images were compared with it when they came."""
        one = self.patient.identity
        number = Number.objects.filter(patient=self.patient).order_by("pk").first()
        return dicomweb.Wearer(
            family=one.family_name, given=one.given_name, born=one.birth_date,
            number=number.value if number else "",
        )  # fmt: skip

    def rows(self, study: str | None = None, **more: str) -> list[ImageRow]:
        """Images in the order of their arrival. 404 for what is not this patient's.

        A study of this patient that lies in the archive gives none.
        """
        if study is not None and study not in self.studies:
            raise Http404
        wanted = self.studies if study is None else {study}
        rows = ImageRow.objects.filter(
            chart_id=self.patient.chart_id, study__in=wanted, **more
        ).select_related("attachment")
        return list(rows.order_by("attachment__sequence"))

    def archive(self) -> Archive | None:
        """Where studies lie that are not kept here."""
        return archive_of(self.patient.clinic_id)


View = Callable[..., HttpResponseBase]


def _images(view: View) -> View:
    """Through the door first; what lies in the archive is handed through."""

    @needs(Permission.READ_CHART)
    @require_safe
    @wraps(view)
    def opened(request: HttpRequest, patient_id: UUID, **of: Any) -> HttpResponseBase:
        patient = patient_for_images(request.user, patient_id, quiet=_QUIET)
        images = Images(request=request, patient=patient, studies=standing_uids(patient.chart_id))
        study = of.get("study")
        if study is not None and not images.rows(study):
            return _handed_through(images, study)
        return view(images, **of)

    return opened


@_images
def studies(images: Images) -> HttpResponseBase:
    """QIDO-RS: search for studies."""
    asked = images.request.GET.dict()
    found = dicomweb.studies(images.rows(), images.wearer, images.root)
    return _json(dicomweb.matching([*found, *_studies_of_archive(images)], asked))


@_images
def series(images: Images, study: str) -> HttpResponseBase:
    """QIDO-RS: search for the series of a study."""
    asked = images.request.GET.dict()
    return _json(dicomweb.matching(dicomweb.series(images.rows(study), images.root), asked))


@_images
def instances(images: Images, study: str, **of: str) -> HttpResponseBase:
    """QIDO-RS: search for the images of a study or a series."""
    rows = images.rows(study, **of)
    return _json(
        dicomweb.matching(dicomweb.instances(rows, images.root), images.request.GET.dict())
    )


@_images
def metadata(images: Images, study: str, **of: str) -> HttpResponseBase:
    """WADO-RS: headers of a study, a series or an image."""
    return _json(dicomweb.metadata(_some(images.rows(study, **of)), images.wearer, images.root))


@_images
def retrieve(images: Images, study: str, **of: str) -> HttpResponseBase:
    """WADO-RS: the files themselves, as they came."""
    rows = _some(images.rows(study, **of))
    if not _takes(images.request, _DICOM):
        return HttpResponse(status=406)
    parts = (
        (f"{_DICOM}; transfer-syntax={row.syntax}", blocks_of(path_of_image(row))) for row in rows
    )
    return _multipart(parts, _DICOM)


@_images
def frames(
    images: Images, study: str, series: str, instance: str, frames: str = "1"
) -> HttpResponseBase:
    """WADO-RS: frames by number, never decoded."""
    row = _some(images.rows(study, series=series, instance=instance))[0]
    numbers = [int(n) for n in frames.split(",") if n.isdecimal() and len(n) < 6]
    if not numbers or len(numbers) != frames.count(",") + 1:
        raise Http404
    try:
        found = frames_of(row, numbers)
    except RefusedFile as refused:
        return HttpResponse(str(refused), status=404, content_type="text/plain")
    media_type = dicomweb.part_type(row)
    root = media_type.partition(";")[0]
    if not _takes(images.request, root, _OCTETS):
        return HttpResponse(status=406)
    return _multipart(((media_type, (frame,)) for frame in found), root)


@_images
def bulk(images: Images, study: str, series: str, instance: str, tag: str) -> HttpResponseBase:
    """WADO-RS: one large value of a header."""
    row = _some(images.rows(study, series=series, instance=instance))[0]
    element = dicomweb.header(row).get(tag, {})
    if "BulkDataURI" not in element:
        raise Http404
    value = dataset_of(path_of_image(row), row.header_end)[int(tag, 16)].value
    content = value if isinstance(value, bytes) else json.dumps(str(value)).encode()
    return _multipart(((_OCTETS, (content,)),), _OCTETS)


def _some(rows: list[ImageRow]) -> list[ImageRow]:
    if not rows:
        raise Http404
    return rows


def _json(answers: object) -> HttpResponse:
    return HttpResponse(json.dumps(answers), content_type=_JSON)


def _multipart(parts: Iterable[tuple[str, Iterable[bytes]]], root: str) -> StreamingHttpResponse:
    content_type, body = dicomweb.multipart(parts, root)
    return StreamingHttpResponse(body, content_type=content_type)


def _takes(request: HttpRequest, *kinds: str) -> bool:
    """Whether the caller takes one of these; who says nothing takes anything."""
    said = request.headers.get("Accept", "")
    return not said or "*/*" in said or any(kind in said for kind in kinds)


def _studies_of_archive(images: Images) -> list[dict[str, Any]]:
    archive = images.archive()
    here = {row.study for row in images.rows()}
    if archive is None:
        return []
    try:
        return [
            one
            for uid in sorted(images.studies - here)
            if _is_theirs(images, archive, uid)
            for one in archive.study(uid)
        ]
    except ArchiveUnreachable:
        return []  # what is kept here opens whether or not the archive is up


def _is_theirs(images: Images, archive: Archive, study: str) -> bool:
    """Whether the archive still has the study under a number of this patient.

    Asked anew every few minutes: an entry of a chart that came as a file proves nothing.
    """
    key = f"archive-{images.patient.pk}-{study}"
    known = cache.get(key)
    if known is None:
        numbers = Number.objects.filter(patient=images.patient).values_list("value", flat=True)
        known = archive.number_of(study) in set(numbers)
        cache.set(key, known, timeout=_QUIET.total_seconds())
    return bool(known)


def _handed_through(images: Images, study: str) -> HttpResponseBase:
    """The archive's own answer, for a study of this patient that is not kept here."""
    archive = images.archive()
    if archive is None or study not in images.studies or not _is_theirs(images, archive, study):
        raise Http404
    path = images.request.path.partition("/dicomweb/")[2]
    try:
        answer = archive.get(path, accept=images.request.headers.get("Accept", "*/*"))
    except RefusedFile as refused:
        raise Http404 from refused
    if answer.content_type.partition(";")[0].strip().lower() not in _OF_ARCHIVES:
        answer.connection.close()  # a page or a script, shown as ours, would act as ours
        raise Http404
    body = answer.rooted(images.root) if answer.is_json else answer.blocks()
    return StreamingHttpResponse(body, content_type=answer.content_type, status=answer.status)
