"""Opening a link or a desk code, and giving one."""

from __future__ import annotations

import hashlib
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.views.decorators.debug import sensitive_variables
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from needlepoint.accounts.roles import Permission
from needlepoint.core.chart import DiagnosticBlock
from needlepoint.core.plan.follow_up import follow_ups
from needlepoint.store.door import patient_for
from needlepoint.store.due import zone_of
from needlepoint.store.links import close_link, make_link, open_by_code, open_by_token
from needlepoint.store.models import Intake, Link, Scope
from needlepoint.web.address import address_of
from needlepoint.web.links.asked import subject_now
from needlepoint.web.links.forms import BAD_CODE, CodeForm, LinkForm
from needlepoint.web.links.pages import GivenLink, answered_by, given_link, intake_rows, link_rows
from needlepoint.web.links.session import LEFT_EMPTY, any_held_link, hold
from needlepoint.web.patients.opened import Opened, open_patient
from needlepoint.web.permissions import ANY_LINK, by_link, needs, open_to_anyone
from needlepoint.web.shell.parts import knowledge


@open_to_anyone("a patient comes in by it; it shows nothing before the link has been opened")
@sensitive_variables()
@require_http_methods(["GET", "HEAD", "POST"])
def open_link(request: HttpRequest, token: str) -> HttpResponse:
    """Open a link. The first GET opens nothing: messengers fetch addresses to show a preview."""
    held = any_held_link(request)
    if held is not None and held.token_hash == hashlib.sha256(token.encode()).hexdigest():
        request.session.pop(LEFT_EMPTY, None)  # what was left empty is asked again
        return _begin(held)  # the same device again: the patient touched the message once more
    if request.method != "POST":
        return render(request, "links/open.html")
    link = open_by_token(token, from_address=address_of(request))
    if link is None:
        return render(request, "links/refused.html", status=404)
    hold(request, link, at_desk=False)
    return _begin(link)


@open_to_anyone("a patient comes in by it; it shows nothing before the code has been typed")
@sensitive_variables()
@require_http_methods(["GET", "HEAD", "POST"])
def desk(request: HttpRequest) -> HttpResponse:
    """Type the code that the desk gave."""
    form = CodeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        link = open_by_code(form.cleaned_data["code"], from_address=address_of(request))
        if link is not None:
            hold(request, link, at_desk=True)
            return _begin(link)
        form.add_error("code", BAD_CODE)
    status = 422 if form.errors else 200
    return render(request, "links/desk.html", {"form": form}, status=status)


@by_link(ANY_LINK)
@require_safe
def mine(request: HttpRequest) -> HttpResponse:
    """Where a patient's link leads while its questions are not ready."""
    return render(request, "links/mine.html")


@by_link(ANY_LINK)
@require_POST
def leave(request: HttpRequest) -> HttpResponse:
    """Let go of the link on this device, e.g. the clinic's tablet."""
    request.session.flush()
    return redirect("desk")


@needs(Permission.SEND_LINK)
@require_http_methods(["GET", "HEAD", "POST"])
def links(request: HttpRequest, patient_id: UUID) -> HttpResponse:
    """Give a patient a link, and see those that were given."""
    opened = open_patient(request, patient_id, "links", Permission.SEND_LINK)
    blocks = _blocks(opened)
    form, given = LinkForm(request.POST or None, blocks=blocks), None
    if request.method == "POST" and form.is_valid():
        scope, subject = Scope(form.cleaned_data["scope"]), form.cleaned_data["subject"]
        given = _give(request, opened, scope, subject)
        form = LinkForm(blocks=blocks)
    return _links(request, opened, form, given, 422 if form.errors else 200)


@needs(Permission.SEND_LINK)
@require_POST
def again(request: HttpRequest, patient_id: UUID, link_id: UUID) -> HttpResponse:
    """Send a link again: the old one ends, a new one for the same thing is shown once."""
    opened = open_patient(request, patient_id, "links", Permission.SEND_LINK)
    old = Link.objects.filter(pk=link_id, patient=opened.patient).first()
    if old is None:
        raise Http404
    close_link(old)
    given = _give(request, opened, Scope(old.scope), old.subject)
    return _links(request, opened, LinkForm(blocks=_blocks(opened)), given, 200)


@needs(Permission.SEND_LINK)
@require_POST
def withdraw(request: HttpRequest, patient_id: UUID, link_id: UUID) -> HttpResponse:
    """End a link that was given."""
    patient = patient_for(request.user, patient_id, "withdraw link", Permission.SEND_LINK)
    link = Link.objects.filter(pk=link_id, patient=patient).first()
    if link is None:
        raise Http404
    close_link(link)
    return redirect("links", patient_id=patient_id)


def _give(request: HttpRequest, opened: Opened, scope: Scope, subject: str) -> GivenLink:
    if scope is Scope.MEASURES:
        zone = zone_of(opened.patient.clinic.time_zone)
        today = timezone.now().astimezone(zone).date()
        subject = subject_now(opened.record, knowledge(), today=today, zone=zone)
    made = make_link(patient=opened.patient, scope=scope, by=opened.user, subject=subject)
    address = request.build_absolute_uri(reverse("open_link", args=[made.token]))
    return given_link(made, address)


def _links(
    request: HttpRequest, opened: Opened, form: LinkForm, given: GivenLink | None, status: int
) -> HttpResponse:
    patient, blocks = opened.patient, dict(_blocks(opened))
    zone, now = zone_of(patient.clinic.time_zone), timezone.now()
    rows = Link.objects.filter(patient=patient).order_by("-made_at")[:50]
    intakes = Intake.objects.filter(patient=patient).order_by("-started_at")[:10]
    answers = answered_by(rows, opened.record, knowledge(), zone=zone, now=now)
    about = [f for f in follow_ups(opened.record, knowledge(), zone=zone)
             if f.open_on(now.astimezone(zone).date())]  # fmt: skip
    page = {
        "bar": opened.bar, "section": "patients", "tab": "story", "form": form, "given": given,
        "rows": link_rows(rows, now, blocks, answers), "about": about,
        "patient_id": patient.pk,
        "intakes": intake_rows(intakes),
    }  # fmt: skip
    return render(request, "links/links.html", page, status=status)


def _blocks(opened: Opened) -> list[tuple[str, str]]:
    """Blocks that were done, the latest first, as they are called."""
    known = knowledge().blocks
    return [
        (e.id, f"{e.occurred_at:%Y-%m-%d} {known[e.statement.block].label}")
        for e in reversed(opened.record.entries)
        if isinstance(e.statement, DiagnosticBlock)
        and e.statement.performed
        and e.statement.block in known
    ]


def _begin(link: Link) -> HttpResponse:
    """The first page of what the link is for; its address has the name of the scope."""
    try:
        return redirect(reverse(link.scope))
    except NoReverseMatch:
        return redirect("mine")
