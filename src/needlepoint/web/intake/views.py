"""The pages of the intake: each is saved before the next is shown."""

from __future__ import annotations

from dataclasses import dataclass
from zoneinfo import ZoneInfo

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from needlepoint.core.chart import Complaint
from needlepoint.core.errors import RefusedEntry
from needlepoint.core.record import fold
from needlepoint.store.door import patient_by_link
from needlepoint.store.intakes import hand_in, open_intake, save_step
from needlepoint.store.links import close_link
from needlepoint.store.models import Intake, Link, Patient, Scope
from needlepoint.store.reading import chart_from_store
from needlepoint.web.intake.asking import Asking, Step, typed_of
from needlepoint.web.intake.fields import PatientForm
from needlepoint.web.intake.history import emergencies, telling
from needlepoint.web.intake.review import about, review
from needlepoint.web.intake.steps import answered, form_for, next_open, steps_of
from needlepoint.web.links.session import held_link
from needlepoint.web.permissions import by_link
from needlepoint.web.phone.help import numbers
from needlepoint.web.phone.views import phone_page, too_fast
from needlepoint.web.phone.words import choose_language, language_of
from needlepoint.web.shell.parts import knowledge

INTAKE = Scope.INTAKE.value
_BEFORE_ABOUT = ("place", "strength", "drawing", "feel")
_ASKED, _SHOWN = "_asked", "_shown"  # kept beside the answers: which questions, which warnings


@dataclass(frozen=True, kw_only=True)
class Here:
    """The patient, the intake and what it asks."""

    link: Link
    patient: Patient
    intake: Intake
    asking: Asking


@by_link(INTAKE)
@require_http_methods(["GET", "HEAD", "POST"])
def intake(request: HttpRequest) -> HttpResponse:
    """Choose the language, then go on where one stopped."""
    here = _here(request, "intake")
    if request.method == "POST":
        choose_language(request, request.POST.get("language", ""))
        Intake.objects.filter(pk=here.intake.pk).update(language=language_of(request))
        return _go_on(here)
    if here.intake.language:
        return _go_on(here)
    return phone_page(request, "intake/language.html", here.asking.language, no_language=True)


@by_link(INTAKE)
@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
def step(request: HttpRequest, name: str) -> HttpResponse:
    """One page: show it, or save it and go on."""
    here = _here(request, "intake page")
    steps = steps_of(here.asking)
    now = next((s for s in steps if s.name == name), None)
    if now is None:
        return _go_on(here)  # a page that is not asked (any more)
    if not answered(steps[0], here.asking) and now is not steps[0]:
        return redirect("intake_step", steps[0].name)  # nothing is asked before consent
    with timezone.override(ZoneInfo(here.patient.clinic.time_zone)):
        if request.method != "POST":
            form = form_for(now, here.asking, here.asking.data(name))
            return _page(request, here, now, form)
        if too_fast(here.link):
            raise PermissionDenied
        form = form_for(now, here.asking, request.POST)
        if not form.is_valid():
            return _page(request, here, now, form, status=422)
        return _saved(request, here, now, form)


@by_link(INTAKE)
@require_safe
def help_page(request: HttpRequest) -> HttpResponse:
    """What to do now, in plain words, after an answer that speaks of self-harm."""
    here = _here(request, "intake help")
    return _warning(request, here, "intake/help.html")


@by_link(INTAKE)
@require_safe
def urgent(request: HttpRequest) -> HttpResponse:
    """What to do today, after an answer that may be the sign of an emergency."""
    here = _here(request, "intake help")
    return _warning(request, here, "intake/urgent.html")


@by_link(INTAKE)
@require_http_methods(["GET", "HEAD", "POST"])
def review_page(request: HttpRequest) -> HttpResponse:
    """Look over everything, and hand it in."""
    here = _here(request, "intake review")
    steps = steps_of(here.asking)
    if not answered(steps[0], here.asking) or _declined(here):
        return _go_on(here)
    if request.method == "POST":
        hand_in(here.intake)
        close_link(here.link)
        return redirect("thanks")
    rows = review(here.asking)
    back = next((s.name for s in reversed(steps) if answered(s, here.asking)), steps[0].name)
    return phone_page(
        request, "intake/review.html", here.asking.language, rows=rows, back=back,
        title=here.asking.t["review_title"],
    )  # fmt: skip


@by_link(INTAKE)
@require_POST
def stop(request: HttpRequest) -> HttpResponse:
    """Let go of the link on the clinic's device; a phone simply closes the page."""
    request.session.flush()
    return redirect("desk")


def _saved(request: HttpRequest, here: Here, now: Step, form: PatientForm) -> HttpResponse:
    """Save the page and its entries at once, and go to the next page or to a warning."""
    asking = here.asking
    before = dict(asking.answers)
    asking.answers = {**asking.answers, now.name: typed_of(request.POST, list(form.fields))}
    form = form_for(now, asking, request.POST)
    form.is_valid()
    try:
        with transaction.atomic():
            alarm = bool(getattr(form, "alarms", False))
            _keep(here, form, alarm)
            warned = _warnings(here) if now.kind in ("flags", "place") else False
            if now.kind in _BEFORE_ABOUT:
                _choose_questions(here, now.pain)
    except RefusedEntry:
        asking.answers = before
        form.add_error(None, asking.t["refused"])
        return _page(request, here, now, form, status=422)
    if alarm:
        return redirect("intake_help")
    return redirect("intake_urgent") if warned else _after(here, now)


def _keep(here: Here, form: PatientForm | None, raised: bool) -> None:
    save_step(
        here.intake, answers=here.asking.answers, says=form.says() if form else {},
        knowledge=knowledge(), raised=raised,
    )  # fmt: skip


def _warnings(here: Here) -> bool:
    """Whether the chart now holds an emergency that this patient was not warned of yet."""
    chart = chart_from_store(here.patient.chart_id)
    found = emergencies(chart, here.intake.mark, knowledge())
    shown = here.asking.many(_SHOWN, "rules")
    new = [rule for rule in found if rule not in shown]
    if new:
        here.asking.answers[_SHOWN] = {"rules": [*shown, *new]}
        _keep(here, None, raised=True)
    return bool(new)


def _choose_questions(here: Here, pain: int) -> None:
    """Keep which questions about this pain tell most, once the chart knows of it."""
    name = here.asking.complaint(pain)
    chart = chart_from_store(here.patient.chart_id)
    place = here.asking.one(f"place-{pain}", "place")
    known = {e.statement.name for e in chart.entries if isinstance(e.statement, Complaint)}
    if name not in known or not place:
        return
    asked = here.asking.answers.get(_ASKED, {})
    key = f"{pain}:{place}"
    chosen = asked.get(key) or telling(chart, name, place, knowledge())
    if chosen != asked.get(str(pain), chosen):  # another pain now: its questions are asked anew
        for step in [s for s in here.asking.answers if s.startswith(f"about-{pain}-")]:
            del here.asking.answers[step]
    here.asking.answers[_ASKED] = {**asked, key: chosen, str(pain): chosen}
    here.asking.asked = here.asking.answers[_ASKED]
    _keep(here, None, raised=False)


def _after(here: Here, now: Step) -> HttpResponse:
    steps = steps_of(here.asking)
    if _declined(here):
        return redirect("intake_declined")
    place = next(n for n, s in enumerate(steps) if s.name == now.name)
    return (
        redirect("intake_step", steps[place + 1].name)
        if place + 1 < len(steps)
        else redirect("intake_review")
    )


def _go_on(here: Here) -> HttpResponse:
    if _declined(here):
        return redirect("intake_declined")
    open_step = next_open(here.asking)
    return (
        redirect("intake_review") if open_step is None else redirect("intake_step", open_step.name)
    )


@by_link(INTAKE)
@require_safe
def declined(request: HttpRequest) -> HttpResponse:
    """Nothing is asked of who does not agree; one may think again."""
    here = _here(request, "intake")
    to_call = numbers(here.patient.clinic)
    return phone_page(request, "intake/declined.html", here.asking.language, numbers=to_call,
                      back="consent")  # fmt: skip


def _declined(here: Here) -> bool:
    return here.asking.one("consent", "agree") == "no"


def _warning(request: HttpRequest, here: Here, template: str) -> HttpResponse:
    open_step = next_open(here.asking)
    go_on = "" if open_step is None else open_step.name
    return phone_page(
        request, template, here.asking.language, numbers=numbers(here.patient.clinic), go_on=go_on
    )


def _page(
    request: HttpRequest, here: Here, now: Step, form: PatientForm, status: int = 200
) -> HttpResponse:
    steps = steps_of(here.asking)
    place = next(n for n, s in enumerate(steps) if s.name == now.name)
    page = {
        "form": form, "step": now, "which": about(now, here.asking), "title": form.heading,
        "hint": here.asking.t.get(form.hint, ""),
        "back": steps[place - 1].name if place else "",
        "progress": {"at": place + 1, "of": len(steps) + 1},
        **form.context(),
    }  # fmt: skip
    return phone_page(request, form.template, here.asking.language, status=status, **page)


def _here(request: HttpRequest, purpose: str) -> Here:
    link = held_link(request, INTAKE)
    patient = patient_by_link(link, purpose)
    if link.patient_id != patient.pk:
        raise Http404
    found = open_intake(patient)
    language = language_of(request, found.language or patient.identity.language)
    return Here(link=link, patient=patient, intake=found, asking=_asking(patient, found, language))


def _asking(patient: Patient, found: Intake, language: str) -> Asking:
    chart = chart_from_store(patient.chart_id)
    assert chart.as_of is not None
    record = fold(chart, as_of=chart.as_of)
    ours = {e.id for e in chart.entries if e.id.startswith(found.mark)}
    named = [e for e in record.entries if isinstance(e.statement, Complaint) and e.id not in ours]
    others = {e.statement.name for e in named if isinstance(e.statement, Complaint)}
    told = {e.statement.name for e in chart.entries
            if e.id in ours and isinstance(e.statement, Complaint)}  # fmt: skip
    earlier = Intake.objects.filter(patient=patient, started_at__lt=found.started_at).count()
    return Asking(
        knowledge=knowledge(), language=language, answers=found.answers,  # type: ignore[arg-type]
        sex=patient.identity.sex or record.sex, series=earlier + 1,
        taken_names=tuple(others - told), settled=tuple(others & told),
        asked=found.answers.get(_ASKED, {}),
    )  # fmt: skip
