"""People of the demonstration who are in the middle of answering by a link."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from needlepoint.accounts.models import User
from needlepoint.core.chart import DiaryReading, Questionnaire, Reading
from needlepoint.core.knowledge import Knowledge
from needlepoint.core.record import fold
from needlepoint.store.due import zone_of
from needlepoint.store.intakes import agree, open_intake, save_step
from needlepoint.store.links import make_link
from needlepoint.store.models import Intake, Link, Patient, Scope
from needlepoint.store.reading import chart_from_store
from needlepoint.web.intake.asking import Asking
from needlepoint.web.intake.steps import form_for, next_open
from needlepoint.web.links.asked import mark_of, subject_now
from needlepoint.web.phone.schedule import diary_mark


def begin_intake(patient: Patient, said: Mapping[str, Any], knowledge: Knowledge) -> None:
    """Answer the first pages as the file says; the next one waits."""
    found = open_intake(patient)
    language = said["language"]
    Intake.objects.filter(pk=found.pk).update(language=language)
    found.language = language
    asking = Asking(knowledge=knowledge, language=language, answers={}, sex="female")
    while (step := next_open(asking)) is not None and step.name in said["pages"]:
        typed = said["pages"][step.name]
        asking.answers[step.name] = {
            name: [str(v) for v in values] for name, values in typed.items()
        }
        form = form_for(step, asking, asking.data(step.name))
        assert form.is_valid(), f"{step.name}: {form.errors.as_text()}"
        save_step(found, answers=asking.answers, says=form.says(), knowledge=knowledge)


def keep_diary(patient: Patient, said: Mapping[str, Any], knowledge: Knowledge) -> None:
    """Answer the first times of a diary."""
    block = said["block"]
    for slot, (minutes, nrs) in said["answers"].items():
        reading = Reading(minutes=float(minutes), nrs=float(nrs))
        line = DiaryReading(block_entry=block, reading=reading)
        agree(patient, {diary_mark(block, int(slot)): (line,)}, knowledge=knowledge)


def give_link(
    patient: Patient, author: User, said: Mapping[str, Any], knowledge: Knowledge, now: datetime
) -> None:
    """A link that was given some days ago, opened or not, and what was answered by it."""
    made, zone = now - timedelta(days=said["days_ago"]), zone_of(patient.clinic.time_zone)
    scope, subject = Scope(said["scope"]), said.get("subject", "")
    record = fold(chart_from_store(patient.chart_id), as_of=now)
    if scope is Scope.MEASURES:
        day = made.astimezone(zone).date()
        subject = subject_now(record, knowledge, today=day, zone=zone)
    link = make_link(
        patient=patient, scope=scope, by=author, subject=subject, made_at=made
    ).link  # fmt: skip
    if said["opened"]:
        opened = made + timedelta(minutes=20)
        Link.objects.filter(pk=link.pk).update(opened_at=opened, code_hash="")
    pains: list[str | None] = [c.complaint.name for c in record.complaints]
    for name, answers in said.get("answers", {}).items():
        about = knowledge.guidance.instruments[name].about == "pain"
        pain = pains[0] if about and pains else None
        line = Questionnaire(instrument=name, answers=answers, complaint=pain)
        agree(patient, {mark_of(link.pk, (name, pain)): (line,)}, knowledge=knowledge)


__all__ = ["begin_intake", "give_link", "keep_diary"]
