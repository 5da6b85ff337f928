"""People of the demonstration who are in the middle of answering by a link."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from needlepoint.core.chart import DiaryReading, Reading
from needlepoint.core.knowledge import Knowledge
from needlepoint.store.intakes import agree, open_intake, save_step
from needlepoint.store.models import Intake, Patient
from needlepoint.web.intake.asking import Asking
from needlepoint.web.intake.steps import form_for, next_open
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


__all__ = ["begin_intake", "keep_diary"]
