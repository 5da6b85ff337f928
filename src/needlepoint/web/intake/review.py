"""All answers on one page, each with a way to change it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from django import forms

from needlepoint.web.drawings.svg import zone_label
from needlepoint.web.intake.asking import Asking, Step
from needlepoint.web.intake.fields import PatientForm
from needlepoint.web.intake.steps import form_for, steps_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered:
    """One page with what was answered on it."""

    step: str
    heading: str
    about: str  # which pain
    says: tuple[str, ...]


def review(asking: Asking) -> tuple[Answered, ...]:
    """What the review prints, in the order of the pages."""
    return tuple(
        Answered(
            step=step.name,
            heading=form.heading,
            about=about(step, asking),
            says=tuple(_says(form)),
        )
        for step in steps_of(asking)
        if (form := form_for(step, asking, asking.data(step.name)))
    )


def about(step: Step, asking: Asking) -> str:
    """Which pain the page is about, where there is more than one."""
    if not step.pain or len(asking.pains) == 1:
        return ""
    place = asking.one(f"place-{step.pain}", "place")
    form = form_for(Step(kind="place", pain=step.pain), asking)
    field = form.fields["place"]
    assert isinstance(field, forms.ChoiceField)
    return str(dict(field.choices).get(place, "")) if step.kind != "place" else ""  # type: ignore[arg-type]


def _says(form: PatientForm) -> Iterator[str]:
    if not form.is_bound:
        return
    form.is_valid()
    shown = form.shown()
    if shown is not None:
        yield from shown
        return
    alone = len([f for f in form.fields if f not in ("side",)]) == 1
    for name, field in form.fields.items():
        value = form.cleaned_data.get(name)
        if value in (None, "", [], False) or isinstance(field.widget, forms.HiddenInput):
            continue
        if name in ("zones", "brush") or form.step.kind == "drawing":
            yield from _zones(form, name, value)
            continue
        if name == "number":
            yield f"{value:g} {_words(form.fields['unit'], form.cleaned_data.get('unit'))}"
        elif name != "unit":
            yield from _labelled(form, field, value, alone)


def _labelled(form: PatientForm, field: forms.Field, value: object, alone: bool) -> Iterator[str]:
    """The answer, after its question where the page asks more than one; each line by itself."""
    label = str(field.label or "")
    if isinstance(field.widget, forms.Textarea):
        yield from (line.strip() for line in str(value).splitlines() if line.strip())
    elif isinstance(field, forms.BooleanField):
        yield f"✓ {label}"
    elif alone or not label or label == form.heading:
        yield _words(field, value)
    else:
        yield f"{label}: {_words(field, value)}".replace("?:", "?").replace("::", ":")


def _zones(form: PatientForm, name: str, value: object) -> Iterator[str]:
    asking = form.asking
    if name == "zones" and isinstance(value, list):
        for zone in value:
            place, _, side = str(zone).partition(":")
            yield zone_label(asking.knowledge.anatomy, place, side, asking.language)


def _words(field: forms.Field, value: object) -> str:
    if isinstance(field, forms.MultipleChoiceField) and isinstance(value, list):
        known = {str(k): str(v) for k, v in field.choices}  # type: ignore[misc, union-attr]
        return "; ".join(known.get(str(v), str(v)) for v in value)
    if isinstance(field, forms.ChoiceField):
        return str({str(k): v for k, v in field.choices}.get(str(value), value))  # type: ignore[misc, union-attr]
    return str(value)


__all__ = ["Answered", "about", "review"]
