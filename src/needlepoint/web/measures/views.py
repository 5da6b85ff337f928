"""Questionnaires by link, one page each, and the patient's own course at the end."""

from __future__ import annotations

from dataclasses import dataclass

from django import forms
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from needlepoint.core.chart import Chart
from needlepoint.core.knowledge import Instrument
from needlepoint.core.record import PatientRecord, fold
from needlepoint.store.door import patient_by_link
from needlepoint.store.intakes import agree
from needlepoint.store.links import close_link
from needlepoint.store.models import Link, Patient, Scope
from needlepoint.store.reading import chart_from_store
from needlepoint.web.links.session import held_link
from needlepoint.web.measures.pages import Course, course
from needlepoint.web.permissions import by_link
from needlepoint.web.phone.instruments import instrument_fields, said_of, stem_of
from needlepoint.web.phone.schedule import rules_of
from needlepoint.web.phone.views import phone_page, too_fast
from needlepoint.web.phone.words import Language, language_of, place_words, words
from needlepoint.web.shell.parts import knowledge

MEASURES = Scope.MEASURES.value
_LEFT = "needlepoint_left_empty"  # in the session: pages that were sent without an answer


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """One page: an instrument, of one pain or of the patient as a whole."""

    number: int
    instrument: Instrument
    complaint: str | None
    about: str  # which pain, in words


@dataclass(frozen=True, kw_only=True)
class Here:
    link: Link
    patient: Patient
    chart: Chart
    record: PatientRecord
    language: Language
    pages: tuple[Asked, ...]

    def mark(self, number: int) -> str:
        """What the id of the answer to one page of this link begins with."""
        return f"measure-{self.link.pk.hex[:12]}-{number}-"

    @property
    def answered(self) -> set[int]:
        ids = [entry.id for entry in self.record.entries]
        marks = [(page.number, self.mark(page.number)) for page in self.pages]
        return {n for n, mark in marks if any(one.startswith(mark) for one in ids)}


class MeasureForm(forms.Form):
    def __init__(self, data: object = None, *, asked: Asked, language: Language) -> None:
        super().__init__(data)  # type: ignore[arg-type]
        self.use_required_attribute = False
        t = words(language)
        self.fields.update(instrument_fields(asked.instrument, language, t))
        for field in self.fields.values():
            field.error_messages["required"] = t["must_say"]
            field.required = len(self.fields) == 1  # one question is answered or left


@by_link(MEASURES)
@require_safe
def measures(request: HttpRequest) -> HttpResponse:
    """Go on where one stopped; at the end, the course in one picture."""
    here = _here(request)
    passed = here.answered | set(request.session.get(_LEFT, []))
    waiting = [page.number for page in here.pages if page.number not in passed]
    if waiting:
        return redirect("measure", waiting[0])
    picture: Course = course(here.record, knowledge(), here.language)
    return phone_page(request, "measures/course.html", here.language, course=picture,
                      title=words(here.language)["measures_picture"],
                      back=here.pages[-1].number if here.pages else 0)  # fmt: skip


@by_link(MEASURES)
@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
def measure(request: HttpRequest, page: int) -> HttpResponse:
    """One instrument."""
    here, number = _here(request), page
    asked = next((page for page in here.pages if page.number == number), None)
    if asked is None:
        raise Http404
    form = MeasureForm(_data(request, here, asked), asked=asked, language=here.language)
    if request.method == "POST" and form.is_valid():
        answers = {n: float(a) for n, a in form.cleaned_data.items() if a not in (None, "")}
        said = said_of(asked.instrument, answers, complaint=asked.complaint)
        agree(here.patient, {here.mark(number): said}, knowledge=knowledge())
        left = set(request.session.get(_LEFT, [])) - {number}
        request.session[_LEFT] = sorted(left if said else left | {number})
        later = [page.number for page in here.pages if page.number > number]
        return redirect("measure", later[0]) if later else redirect("measures")
    heading = stem_of(asked.instrument, here.language)
    return phone_page(
        request, "measures/ask.html", here.language, form=form, asked=asked, title=heading,
        progress={"at": number, "of": len(here.pages) + 1}, back=number - 1,
        status=422 if request.method == "POST" else 200,
    )  # fmt: skip


@by_link(MEASURES)
@require_POST
def finish(request: HttpRequest) -> HttpResponse:
    """Hand in; the link ends."""
    here = _here(request)
    close_link(here.link)
    return redirect("thanks")


def _data(request: HttpRequest, here: Here, asked: Asked) -> object:
    """What is sent, or what was answered before on this page."""
    if request.method == "POST":
        return request.POST
    mark = here.mark(asked.number)
    for entry in here.record.entries:
        answers = getattr(entry.statement, "answers", None)
        if entry.id.startswith(mark) and answers:
            return {name: f"{value:g}" for name, value in answers.items()}
    return None


def _here(request: HttpRequest) -> Here:
    link = held_link(request, MEASURES)
    if request.method == "POST" and too_fast(link):
        raise PermissionDenied
    patient = patient_by_link(link, "measures")
    chart = chart_from_store(patient.chart_id)
    record = fold(chart, as_of=chart.as_of or timezone.now())
    language = language_of(request, patient.identity.language)
    pages = tuple(
        Asked(number=n, instrument=i, complaint=c, about=a)
        for n, (i, c, a) in enumerate(_pages(record, language), 1)
    )
    return Here(link=link, patient=patient, chart=chart, record=record, language=language,
                pages=pages)  # fmt: skip


def _pages(record: PatientRecord, language: Language) -> list[tuple[Instrument, str | None, str]]:
    """Pain of each complaint by itself, the rest of the patient as a whole.

    An instrument with an item that must be acted on today is asked at the intake, where its answer
    is raised at once, and not here.
    """
    rules, known = rules_of(knowledge()), knowledge().guidance.instruments
    found: list[tuple[Instrument, str | None, str]] = []
    for name in rules.instruments:
        one = known[name]
        alarms = any(item.alarm_from is not None for item in one.items)
        if alarms or not one.can_be_asked(language):
            continue
        if name in rules.only_after and not record.procedures:
            continue
        if one.about == "pain" and record.complaints:
            for pain in record.complaints:
                label = place_words(pain.complaint.presentation, language)
                found.append((one, pain.complaint.name, label))
        else:
            found.append((one, None, ""))
    return found
