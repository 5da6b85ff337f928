"""The pages of a diary: the question that is due, what was answered, what may be added late."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django import forms
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_safe

from needlepoint.core.chart import DiaryReading, Reading
from needlepoint.core.outcomes import Slot
from needlepoint.core.record import fold
from needlepoint.store.door import patient_by_link
from needlepoint.store.intakes import agree
from needlepoint.store.models import Link, Patient, Scope
from needlepoint.store.reading import chart_from_store
from needlepoint.web.diary.pages import diary_page
from needlepoint.web.links.session import held_link
from needlepoint.web.permissions import by_link
from needlepoint.web.phone.fields import scale
from needlepoint.web.phone.schedule import Diary, diary_mark, diary_of
from needlepoint.web.phone.views import phone_page, too_fast
from needlepoint.web.phone.words import Language, language_of, place_words, words
from needlepoint.web.shell.parts import knowledge

DIARY = Scope.DIARY.value


class PainNow(forms.Form):
    """One number."""

    def __init__(self, data: object = None, *, language: Language, label: str) -> None:
        super().__init__(data)  # type: ignore[arg-type]
        t = words(language)
        self.use_required_attribute = False
        self.fields["nrs"] = scale(label, t=t)
        self.fields["nrs"].required = True
        self.fields["nrs"].error_messages["required"] = t["must_say"]


@by_link(DIARY)
@require_safe
def diary(request: HttpRequest) -> HttpResponse:
    """The question that is due, or when the next one is."""
    patient, found, language = _here(request)
    if found.due is not None:
        return redirect("diary_slot", found.due.number)
    with timezone.override(ZoneInfo(patient.clinic.time_zone)):
        page = diary_page(found, place_of(found, patient, language))
        return phone_page(request, "diary/waiting.html", language, page=page)


@by_link(DIARY)
@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
def slot(request: HttpRequest, time: int) -> HttpResponse:
    """One time of the diary: now, late, or corrected."""
    patient, found, language = _here(request)
    now = next((s for s in found.slots if s.number == time and s.state != "coming"), None)
    if now is None:
        return redirect("diary")
    t = words(language)
    heading = t["diary_title"] if now.state == "due" else t["diary_fill"]
    sent = request.POST if request.method == "POST" else None
    form = PainNow(sent, language=language, label=heading)
    if request.method == "POST" and form.is_valid():
        _save(patient, found, now, float(form.cleaned_data["nrs"]))
        return redirect("diary")
    with timezone.override(ZoneInfo(patient.clinic.time_zone)):
        page = diary_page(found, place_of(found, patient, language), asked=now)
        return phone_page(
            request, "diary/ask.html", language, status=422 if form.errors else 200,
            form=form, page=page, title=heading, slot=now,
        )  # fmt: skip


def place_of(found: Diary, patient: Patient, language: Language) -> str:
    """Which pain the diary is about, in the patient's words for it."""
    chart = chart_from_store(patient.chart_id)
    pains = fold(chart, as_of=_now(chart.as_of)).complaints
    named = [one.complaint for one in pains if found.block.complaint in (None, one.complaint.name)]
    if not named:
        return ""
    return place_words(named[0].presentation, language)


def _save(patient: Patient, found: Diary, now: Slot, nrs: float) -> None:
    """The answer at its own minute; late, at the minute it is about. A correction keeps both."""
    earlier = found.answers.get(now.number)
    elapsed = (timezone.now() - found.entry.occurred_at) / timedelta(minutes=1)
    if earlier is not None:
        minutes, late = earlier.minutes, earlier.late
    elif now.state == "due":
        minutes, late = round(max(0.0, elapsed), 1), False
    else:
        minutes, late = now.minutes, True
    reading = Reading(minutes=minutes, nrs=nrs, late=late)
    said = DiaryReading(block_entry=found.entry.id, reading=reading)
    agree(patient, {diary_mark(found.entry.id, now.number): (said,)}, knowledge=knowledge())


def _here(request: HttpRequest) -> tuple[Patient, Diary, Language]:
    link: Link = held_link(request, DIARY)
    if request.method == "POST" and too_fast(link):
        raise PermissionDenied
    patient = patient_by_link(link, "diary")
    chart = chart_from_store(patient.chart_id)
    found = diary_of(chart, link.subject, knowledge(), now=_now(chart.as_of))
    if found is None:
        raise Http404
    return patient, found, language_of(request, patient.identity.language)


def _now(as_of: datetime | None) -> datetime:
    """The present; or the last entry, where the clock was set back since."""
    return max(timezone.now(), as_of or timezone.now())
