"""Imaging: studies, upload, the viewer, the grid of findings, the dose."""

from __future__ import annotations

import uuid
from typing import Any, BinaryIO, cast
from uuid import UUID

from csp.decorators import csp
from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from needlepoint.accounts.roles import Override, Permission, author_role
from needlepoint.config.viewer import POLICY
from needlepoint.core.assess import Assessment, assess
from needlepoint.core.chart import ImagingFinding, Provenance
from needlepoint.core.errors import NeedlepointError, RefusedEntry, RefusedFile
from needlepoint.imaging.archive import archive_of
from needlepoint.imaging.arriving import Limits, arriving
from needlepoint.imaging.keeping import (
    KeptImages,
    OtherPatient,
    RefusedImages,
    keep_images,
    read_images,
)
from needlepoint.imaging.offered import attach_study, offered_by
from needlepoint.imaging.studies import studies_with_images
from needlepoint.store.door import patient_for
from needlepoint.web.imaging.forms import DoseForm, read_grid
from needlepoint.web.imaging.grid import grid_of
from needlepoint.web.imaging.pages import (
    doses_of,
    earlier_readings,
    information,
    procedure_choices,
    study_lines,
    telling,
)
from needlepoint.web.patients.opened import Opened, open_patient
from needlepoint.web.patients.writing import write
from needlepoint.web.permissions import needs, takes_files
from needlepoint.web.shell.assets import VIEWER_FOLDER
from needlepoint.web.shell.parts import knowledge, part_or_page
from needlepoint.web.source.complaints import complaint_of
from needlepoint.web.source.differential import differential
from needlepoint.web.source.suppose import with_statements

_MEGA = 1_000_000


@needs(Permission.READ_CHART)
@require_http_methods(["GET", "HEAD", "POST"])
def imaging(request: HttpRequest, patient_id: UUID) -> HttpResponse:
    """Studies beside the grid of findings; a changed grid moves the answer before it is saved."""
    is_preview = request.headers.get("HX-Target") == "moving"
    permission = (
        Permission.EXAMINE if request.method == "POST" and not is_preview else Permission.READ_CHART
    )
    opened = open_patient(request, patient_id, "imaging", permission)
    result = assess(opened.chart, knowledge(), with_intervals=False, with_reasons=False)
    errors: tuple[str, ...] = ()
    if request.method == "POST" and result.complaints:
        complaint = request.POST.get("complaint", "")
        said = read_grid(request.POST.dict(), result, knowledge(), complaint=complaint)
        if is_preview:
            result = _moved(opened, said)
        elif not (errors := _write(opened, said, request)):
            what = "1 finding" if len(said) == 1 else f"{len(said)} findings"
            messages.success(request, f"{what} written down.")
            return redirect(_back(request, patient_id))
    return _page(request, opened, result, errors=errors, status=422 if errors else 200)


@takes_files
@needs(Permission.EXAMINE)
@require_POST
def upload(request: HttpRequest, patient_id: UUID) -> HttpResponse:
    """Take in DICOM files, a folder of them, or a zip: all or nothing."""
    opened = open_patient(request, patient_id, "upload images", Permission.EXAMINE)
    try:
        kept = _taken_in(request, opened)
    except OtherPatient as other:
        return _again(request, opened, upload_errors=other.faults, confirm=True)
    except RefusedImages as refused:
        return _again(request, opened, upload_errors=refused.faults)
    except RefusedFile as refused:
        return _again(request, opened, upload_errors=(str(refused),))
    messages.success(request, _told(kept))
    for sentence in kept.left_out:
        messages.info(request, f"Left out: {sentence}")
    return redirect("imaging", patient_id)


@needs(Permission.EXAMINE)
@require_http_methods(["GET", "HEAD", "POST"])
def archive(request: HttpRequest, patient_id: UUID) -> HttpResponse:
    """What the clinic's archive has of this patient; a chosen study is attached, not copied."""
    opened = open_patient(request, patient_id, "image archive", Permission.EXAMINE)
    where = archive_of(opened.patient.clinic_id)
    if where is None:
        raise Http404
    context: dict[str, Any] = {
        "bar": opened.bar, "tab": "imaging", "section": "patients", "once": uuid.uuid4().hex,
    }  # fmt: skip
    try:
        if request.method == "POST":
            attach_study(
                opened.patient, where, request.POST.get("study", ""), author=str(opened.user.pk),
                role=author_role(opened.user.role), knowledge=knowledge(),
                confirmed=_confirmed(request, opened),
                once=request.POST.get("once", "")[:40] or None,
            )  # fmt: skip
            messages.success(request, "The study can be opened now.")
            return redirect("imaging", patient_id)
    except NeedlepointError as refused:
        context |= {"errors": str(refused).splitlines(), "asked": request.POST.get("study", "")}
    try:
        context["offered"] = offered_by(opened.patient, where)
    except NeedlepointError as silent:
        context["errors"] = str(silent).splitlines()
    status = 422 if context.get("errors") else 200
    return render(request, "imaging/archive.html", context, status=status)


@needs(Permission.EXAMINE)
@require_POST
def dose(request: HttpRequest, patient_id: UUID) -> HttpResponse:
    """Write down the dose of a procedure."""
    opened = open_patient(request, patient_id, "radiation dose", Permission.EXAMINE)
    form = _dose_form(opened, request.POST)
    if form.is_valid():
        write(opened, [form.statement()], once=form.cleaned_data["once"])
        messages.success(request, "The dose was written down.")
        return redirect("imaging", patient_id)
    return _again(request, opened, dose_form=form)


@needs(Permission.READ_CHART)
@require_safe
@xframe_options_sameorigin
@csp(POLICY)  # type: ignore[arg-type]
def viewer(request: HttpRequest, patient_id: UUID) -> HttpResponse:
    """The viewer, on an address of its own because it is let do more in the browser."""
    patient_for(request.user, patient_id, "viewer")
    is_installed = (VIEWER_FOLDER / "app.bundle.js").is_file()
    return render(request, "imaging/viewer.html", {"is_installed": is_installed})


def _taken_in(request: HttpRequest, opened: Opened) -> KeptImages:
    if request.POST.get("whole") != "yes":
        # The last field of the form. Without it, the connection broke before the end.
        raise RefusedImages(("The upload was cut off. Nothing was kept: send it again.",))
    sent = [(one.name or "", cast(BinaryIO, one.file)) for one in request.FILES.getlist("files")]
    limits = Limits(
        files=settings.IMAGE_FILES, file_bytes=settings.IMAGE_MB * _MEGA,
        total_bytes=settings.IMAGES_MB * _MEGA,
    )  # fmt: skip
    confirmed = _confirmed(request, opened)
    with arriving(sent, limits) as arrived:
        return keep_images(
            opened.patient, read_images(arrived), author=str(opened.user.pk),
            role=author_role(opened.user.role), knowledge=knowledge(), confirmed=confirmed[:200],
        )  # fmt: skip


def _confirmed(request: HttpRequest, opened: Opened) -> str:
    """Why images that name someone else are this patient's, by someone who may say so."""
    may_say = opened.user.may_overrule(Override.OTHER_PATIENT)
    return request.POST.get("confirmed", "").strip() if may_say else ""


def _told(kept: KeptImages) -> str:
    if not kept.images:
        return "The chart holds these images already. Nothing was added."
    studies = "1 study" if kept.studies == 1 else f"{kept.studies} studies"
    again = f" {kept.known_before} were here already." if kept.known_before else ""
    images = "1 image" if kept.images == 1 else f"{kept.images} images"
    return f"{images} of {studies} attached.{again}"


def _moved(opened: Opened, said: tuple[ImagingFinding, ...]) -> Assessment:
    """The answer as if the grid had been saved; nothing is stored."""
    assert opened.chart.as_of is not None, "a stored chart knows from when it is looked at"
    supposed = with_statements(opened.chart, said, as_of=opened.chart.as_of)
    return assess(supposed, knowledge(), with_intervals=False, with_reasons=False, look_ahead=False)


def _write(
    opened: Opened, said: tuple[ImagingFinding, ...], request: HttpRequest
) -> tuple[str, ...]:
    """Append all or none. What someone else read meanwhile is not overwritten unseen."""
    seen = request.POST.get("seen", "")
    later = opened.chart.entries[int(seen) :] if seen.isdecimal() and len(seen) < 9 else ()
    if any(isinstance(entry.statement, ImagingFinding) for entry in later):
        return (
            "Someone wrote down findings while you were reading. Compare them with yours: "
            "the grid shows what you entered; save again to keep it.",
        )
    by_eye = request.POST.get("read_from") != "report"
    provenance = Provenance.CLINICIAN_FOUND if by_eye else Provenance.IMPORTED
    try:
        write(opened, said, provenance=provenance, once=request.POST.get("once", ""))
    except RefusedEntry as refused:
        return tuple(str(refused).splitlines())
    return ()


def _back(request: HttpRequest, patient_id: UUID) -> str:
    """Where the reader was: same images, same kind of image, same complaint."""
    kept = [
        (name, value)
        for name in ("complaint", "modality", "study", "beside")
        if (value := request.POST.get(name, ""))
    ]
    query = urlencode(kept)
    return f"{reverse('imaging', args=[patient_id])}{'?' if query else ''}{query}"


def _again(request: HttpRequest, opened: Opened, **more: Any) -> HttpResponse:
    """The page once more, with what was refused and why."""
    result = assess(opened.chart, knowledge(), with_intervals=False, with_reasons=False)
    return _page(request, opened, result, status=422, **more)


def _page(
    request: HttpRequest,
    opened: Opened,
    result: Assessment,
    *,
    status: int = 200,
    errors: tuple[str, ...] = (),
    **more: Any,
) -> HttpResponse:
    studies = studies_with_images(opened.record.studies, opened.patient.chart_id)
    asked = {name: _asked(request, name) for name in ("complaint", "modality", "study", "beside")}
    uids = {study.uid for study in studies}
    open_now = [uid for uid in (asked["study"], asked["beside"]) if uid in uids]
    kind = asked["modality"] or next(
        (s.modality for s in studies if s.uid in open_now[:1]),
        studies[0].modality if studies else "",
    )
    one = complaint_of(result, asked["complaint"])
    typed = request.POST.dict() if errors else None
    grid = grid_of(
        result, knowledge(), complaint=asked["complaint"], modality=kind,
        bits=information(one, knowledge()) if one else {}, typed=typed,
    )  # fmt: skip
    moving = differential(one, one.where.leading_kind) if one else None
    context = {
        "bar": opened.bar, "tab": "imaging", "section": "patients", "grid": grid,
        "page": {"moving": moving}, "errors": errors,
        "studies": study_lines(opened.record, studies, open_now),
        "doses": doses_of(opened.record, knowledge()),
        "dose_form": more.pop("dose_form", None) or _dose_form(opened, None),
        "has_procedures": any(True for _ in procedure_choices(opened.record, knowledge())),
        "telling": telling(one, knowledge()) if one else (),
        "earlier": earlier_readings(opened.record, knowledge()),
        "once": uuid.uuid4().hex, "seen": len(opened.chart.entries),
        "may_write": opened.user.may(Permission.EXAMINE),
        "has_archive": archive_of(opened.patient.clinic_id) is not None,
        "look": _look(opened, open_now), "open_now": open_now, "asked": asked,
        "read_from": request.POST.get("read_from", "images"),
        "limit_mb": settings.IMAGES_MB, **more,
    }  # fmt: skip
    template = part_or_page(request, "imaging/page.html", "moving")
    return render(request, template, context, status=status)


def _asked(request: HttpRequest, name: str) -> str:
    return request.POST.get(name) or request.GET.get(name, "")


def _look(opened: Opened, uids: list[str]) -> str:
    """The address of the viewer with these studies in it."""
    where = reverse("image_viewer", args=[opened.patient.pk])
    return f"{where}?{urlencode({'StudyInstanceUIDs': ','.join(uids)})}" if uids else ""


def _dose_form(opened: Opened, posted: Any) -> DoseForm:
    studies = studies_with_images(opened.record.studies, opened.patient.chart_id)
    return DoseForm(
        posted,
        procedures=tuple(procedure_choices(opened.record, knowledge())),
        studies=[(s.uid, f"{s.made_at:%Y-%m-%d} {s.modality}") for s in studies],
    )
