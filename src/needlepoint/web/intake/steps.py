"""Which pages come, in which order, given what was answered so far?"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from needlepoint.web.intake import (
    allergies,
    background,
    drawing,
    history,
    medicines,
    pain,
    questionnaires,
)
from needlepoint.web.intake.asking import MOST_PAINS, Asking, Step
from needlepoint.web.intake.fields import PatientForm

FORMS: Mapping[str, type[PatientForm]] = {
    "consent": background.Agree,
    "place": pain.Place,
    "time": pain.Time,
    "strength": pain.Strength,
    "drawing": drawing.Draw,
    "feel": drawing.Feel,
    "about": history.About,
    "more": pain.More,
    "flags": history.Flags,
    "treatments": background.Treatments,
    "treatment": background.Treatment,
    "medicines": medicines.Typed,
    "understood": medicines.Understood,
    "allergies": allergies.Allergies,
    "substances": allergies.Substances,
    "conditions": background.Conditions,
    "implants": background.Implants,
    "pregnancy": background.Pregnancy,
    "measure": questionnaires.Measure,
    "thoughts": questionnaires.Thoughts,
    "goal": background.Goals,
}


def steps_of(asking: Asking) -> tuple[Step, ...]:
    """Every page from consent to the last question; the review follows."""
    return tuple(_steps(asking))


def _steps(asking: Asking) -> Iterator[Step]:
    yield Step(kind="consent")
    if asking.one("consent", "agree") == "no":
        return
    for n in asking.pains:
        yield from _pain(asking, n)
    for part in history.flags_asked(asking):
        yield Step(kind="flags", part=part)
    yield Step(kind="treatments")
    for part in background.tried(asking):
        yield Step(kind="treatment", part=part)
    yield Step(kind="medicines")
    if medicines.typed_lines(asking):
        yield Step(kind="understood")
    yield Step(kind="allergies")
    if allergies.is_read(asking):
        yield Step(kind="substances")
    yield Step(kind="conditions")
    yield Step(kind="implants")
    if asking.sex != "male":
        yield Step(kind="pregnancy")
    for part in range(1, 1 + len(questionnaires.asked(asking))):
        yield Step(kind="measure", part=part)
    if not questionnaires.thoughts_said(asking):
        yield Step(kind="thoughts")
    yield Step(kind="goal")


def _pain(asking: Asking, n: int) -> Iterator[Step]:
    for kind in ("place", "time", "strength", "drawing"):
        yield Step(kind=kind, pain=n)
    if asking.many(f"drawing-{n}", "zones"):
        yield Step(kind="feel", pain=n)
    asked = asking.asked.get(str(n), ())
    for part in range(1, 1 + -(-len(asked) // history.A_PAGE)):
        yield Step(kind="about", pain=n, part=part)
    if n < MOST_PAINS:
        yield Step(kind="more", pain=n)


def form_for(step: Step, asking: Asking, data: object = None) -> PatientForm:
    """The page's form: with what is sent now, or with what was answered before, or empty."""
    return FORMS[step.kind](data, asking=asking, step=step)


def answered(step: Step, asking: Asking) -> bool:
    return step.name in asking.answers


def next_open(asking: Asking) -> Step | None:
    """The first page that was not answered: where one goes on."""
    return next((s for s in steps_of(asking) if not answered(s, asking)), None)


__all__ = ["FORMS", "answered", "form_for", "next_open", "steps_of"]
