"""Questionnaires by link, one page each, and the patient's own course at the end."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

from django import forms
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.formats import date_format
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from needlepoint.core.chart import Chart
from needlepoint.core.knowledge import Instrument
from needlepoint.core.plan.follow_up import FollowUp
from needlepoint.core.record import PatientRecord, fold
from needlepoint.store.door import patient_by_link
from needlepoint.store.due import zone_of
from needlepoint.store.intakes import agree
from needlepoint.store.links import close_link
from needlepoint.store.models import Link, Patient, Scope
from needlepoint.store.reading import chart_from_store
from needlepoint.web.links.asked import Question, Questions, mark_of, questions_of
from needlepoint.web.links.session import LEFT_EMPTY, held_link
from needlepoint.web.measures.pages import Course, course
from needlepoint.web.permissions import by_link
from needlepoint.web.phone.instruments import instrument_fields, said_of, stem_of
from needlepoint.web.phone.views import phone_page, too_fast
from needlepoint.web.phone.words import Language, language_of, place_words, words
from needlepoint.web.shell.parts import knowledge

MEASURES = Scope.MEASURES.value
_HYPHEN = "\u2011"  # at which a line does not break


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """One page: an instrument, of one pain or of the patient as a whole."""

    number: int
    question: Question
    instrument: Instrument
    about: str  # which pain, in words
    mark: str  # what the id of its answer begins with


@dataclass(frozen=True, kw_only=True)
class Here:
    link: Link
    patient: Patient
    chart: Chart
    record: PatientRecord
    language: Language
    asked: Questions
    pages: tuple[Page, ...]
    is_late: bool

    @property
    def answered(self) -> set[int]:
        return {page.number for page in self.pages if page.question in self.asked.answered}

    @property
    def when(self) -> tuple[str, ...]:
        """After which treatment, in the patient's words; empty for a link of no follow-up."""
        t = words(self.language)
        return tuple(dict.fromkeys(_when(one, self.language, t) for one in self.asked.about))


def _when(one: FollowUp, language: Language, t: Mapping[str, str]) -> str:
    if one.is_before:
        return t["measures_before"]
    says = one.says if language == "en" else one.says_es
    day = date_format(one.on - timedelta(days=one.day), "Y-m-d").replace("-", _HYPHEN)
    return t["measures_after"].format(time=says, day=day)


class MeasureForm(forms.Form):
    def __init__(self, data: object = None, *, asked: Page, language: Language) -> None:
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
    left = set(request.session.get(LEFT_EMPTY, []))
    waiting = [p.number for p in here.pages if p.number not in here.answered and p.mark not in left]
    if waiting:
        return redirect("measure", waiting[0])
    if not here.pages:
        return phone_page(request, "measures/none.html", here.language,
                          title=words(here.language)["measures_none"])  # fmt: skip
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
    moved = asked is None or request.POST.get("question", asked.mark) != asked.mark
    if request.method == "POST" and moved:
        return redirect("measures")  # the clinic has entered one since; the pages moved up
    if asked is None:
        raise Http404
    form = MeasureForm(_data(request, here, asked), asked=asked, language=here.language)
    if request.method == "POST" and form.is_valid():
        answers = {n: float(a) for n, a in form.cleaned_data.items() if a not in (None, "")}
        said = said_of(asked.instrument, answers, complaint=asked.question[1])
        agree(here.patient, {asked.mark: said}, knowledge=knowledge())
        left = set(request.session.get(LEFT_EMPTY, [])) - {asked.mark}
        request.session[LEFT_EMPTY] = sorted(left if said else left | {asked.mark})
        done = {*here.answered, number}
        later = [p.number for p in here.pages if p.number > number and p.number not in done]
        return redirect("measure", later[0]) if later else redirect("measures")
    heading = stem_of(asked.instrument, here.language)
    return phone_page(
        request, "measures/ask.html", here.language, form=form, asked=asked, title=heading,
        progress={"at": number, "of": len(here.pages) + 1}, back=number - 1, when=here.when,
        is_late=here.is_late,
        status=422 if request.method == "POST" else 200,
    )  # fmt: skip


@by_link(MEASURES)
@require_POST
def finish(request: HttpRequest) -> HttpResponse:
    """Hand in; the link ends."""
    here = _here(request)
    close_link(here.link)
    return redirect("thanks")


def _data(request: HttpRequest, here: Here, asked: Page) -> object:
    """What is sent, or what was answered before on this page."""
    if request.method == "POST":
        return request.POST
    for entry in here.record.entries:
        answers = getattr(entry.statement, "answers", None)
        if entry.id.startswith(asked.mark) and answers:
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
    zone = zone_of(patient.clinic.time_zone)
    asked = questions_of(link, record, knowledge(), zone)
    return Here(
        link=link, patient=patient, chart=chart, record=record, language=language, asked=asked,
        pages=_pages(link, asked, record, language),
        is_late=asked.is_late(timezone.now().astimezone(zone).date()),
    )  # fmt: skip


def _pages(
    link: Link, asked: Questions, record: PatientRecord, language: Language
) -> tuple[Page, ...]:  # fmt: skip
    """One page a question.

    An instrument with an item that must be acted on today is asked at the intake, where its answer
    is raised at once, and not here.
    """
    known = knowledge().guidance.instruments
    place = {c.complaint.name: c.complaint.presentation for c in record.complaints}
    shown = [
        question for question in asked.all
        if known[question[0]].can_be_asked(language)
        and all(item.alarm_from is None for item in known[question[0]].items)
    ]  # fmt: skip
    return tuple(
        Page(
            number=n, question=(name, pain), instrument=known[name],
            about=place_words(place[pain], language) if pain in place else "",
            mark=mark_of(link.pk, (name, pain)),
        )
        for n, (name, pain) in enumerate(shown, 1)
    )  # fmt: skip
