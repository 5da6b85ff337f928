"""The pages of the medicine list: typed as on the bottle, then shown as it was understood."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django import forms
from django.utils import timezone

from needlepoint.core.chart import Medication, State, Statement
from needlepoint.core.knowledge import Vocabulary
from needlepoint.core.medicines import Medicine, in_words, resolve
from needlepoint.web.intake.asking import Asking
from needlepoint.web.intake.fields import PatientForm, Says
from needlepoint.web.intake.readings import (
    Answer,
    Line,
    answer_of,
    mark_of,
    names_of,
    reading_field,
    shown_answer,
)
from needlepoint.web.phone.fields import lines, tick

MOST, LONGEST = 80, 160  # lines of a list; letters of a line
_THINNERS = {"anticoagulant", "antiplatelet", "aspirin", "p2y12_inhibitor"}
_NOTHING = Medication(name="none", state=State.ABSENT)
_BULLET = re.compile(r"^\s*(?:[-*•·▪◦‣–—]|\(?\d{1,2}[.)](?!\d))\s*")


class Typed(PatientForm):
    """One medicine a line."""

    title, hint = "medicines_title", "medicines_hint"

    def build(self) -> None:
        t = self.asking.t
        self.fields["list"] = lines(self.heading, hint=t["medicines_example"], most=6000)
        self.fields["nothing_else"] = tick(t["nothing_else"])

    def clean_list(self) -> str:
        """Nothing is cut off: a medicine that is lost silently would count as not taken."""
        typed: str = self.cleaned_data["list"]
        found = lines_of(typed, _vocabulary(self.asking))
        if len(found) > MOST:
            raise forms.ValidationError(self.asking.t["too_many_lines"].format(most=MOST))
        long = next((one for one in found if len(one) > LONGEST), None)
        if long is not None:
            says = self.asking.t["line_too_long"].format(begins=f"{long[:40]}…")
            raise forms.ValidationError(says)
        return typed

    def says(self) -> Says:
        """As typed, and what the next page has said of a line that is still there."""
        data: Any = self.asking.data("understood") or {}
        meant = Understood(data, asking=self.asking, step=self.step)  # what was said of these lines
        meant.is_valid()
        return meant.says()


class Understood(PatientForm):
    """What was read, to say yes or no to; the last dose of blood thinners."""

    title, hint = "understood_title", "understood_hint"
    template = "intake/understood.html"

    def build(self) -> None:
        t, asking = self.asking.t, self.asking
        for medicine in self.read:
            n = mark_of(medicine.text)
            asked = reading_field(medicine, _vocabulary(asking), t, asking.language)
            if asked is not None:
                self.fields[f"which-{n}"] = asked
            if self._thins(medicine):
                self.fields[f"last-{n}"] = forms.DateTimeField(
                    label=t["last_dose"], required=False,
                    widget=forms.DateTimeInput(attrs={"type": "datetime-local"}),
                    input_formats=["%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M"],
                    error_messages={"invalid": t["bad_time"]},
                )  # fmt: skip

    @property
    def read(self) -> tuple[Medicine, ...]:
        vocabulary = _vocabulary(self.asking)
        return tuple(resolve(one, vocabulary) for one in typed_lines(self.asking))

    def _thins(self, medicine: Medicine) -> bool:
        ingredients = _vocabulary(self.asking).ingredients
        named = (*medicine.ingredients, *medicine.candidates)
        classes = {c for name in named if name in ingredients for c in ingredients[name].classes}
        return bool((classes | set(medicine.classes)) & _THINNERS)

    def clean(self) -> dict[str, Any]:
        """A dose that was taken lies behind us."""
        said = super().clean() or {}
        for name, moment in list(said.items()):
            if name.startswith("last-") and moment and moment > timezone.now():
                self.add_error(name, self.asking.t["bad_time"])
        return said

    def says(self) -> Says:
        said = [
            medication(
                medicine,
                answer_of(medicine, self.cleaned_data.get(f"which-{mark_of(medicine.text)}")),
                self.cleaned_data.get(f"last-{mark_of(medicine.text)}"),
            )
            for medicine in self.read
        ]
        box = {"nothing_else": self.asking.one("medicines", "nothing_else")}
        return {"medicines": _said(said, box)}

    def shown(self) -> list[str]:
        asking, said = self.asking, self.cleaned_data
        shown = []
        for medicine in self.read:
            line, mark = medicine.text, mark_of(medicine.text)
            answer = answer_of(medicine, said.get(f"which-{mark}"))
            shown.append(shown_answer(line, answer, _vocabulary(asking), asking.t, asking.language))
            if last := said.get(f"last-{mark}"):
                when = timezone.localtime(last)
                shown.append(f"{line}: {asking.t['last_taken']} {when:%Y-%m-%d %H:%M}")
        return [line for line in shown if line]

    def context(self) -> Mapping[str, Any]:
        vocabulary, language = _vocabulary(self.asking), self.asking.language
        lines = [
            Line(
                text=medicine.text,
                read_as="" if medicine.read_as else names_of(medicine, vocabulary, language),
                is_known=bool(medicine.ingredients or medicine.candidates),
                fields=tuple(
                    self[f"{name}-{mark_of(medicine.text)}"]
                    for name in ("which", "last")
                    if f"{name}-{mark_of(medicine.text)}" in self.fields
                ),
            )
            for medicine in self.read
        ]
        complete = bool(self.asking.one("medicines", "nothing_else"))
        return {"lines": lines, "is_complete": complete}


def typed_lines(asking: Asking) -> tuple[str, ...]:
    return lines_of(asking.one("medicines", "list"), _vocabulary(asking))


def lines_of(text: str, vocabulary: Vocabulary) -> tuple[str, ...]:
    """Each medicine once, without bullets, blanks and what has no letter in it."""
    found = [
        part
        for line in re.split(r"[\n\r;•]", text)
        for part in _parts(" ".join(_BULLET.sub("", line).split()), vocabulary)
    ]
    return tuple(dict.fromkeys(x for x in found if any(c.isalpha() for c in x)))


def _parts(line: str, vocabulary: Vocabulary) -> list[str]:
    """A line of several medicines between commas is cut; one with its directions is not."""
    parts = [part.strip() for part in re.split(r",(?!\d)", line)]
    known = [bool((m := resolve(p, vocabulary)).ingredients or m.candidates) for p in parts]
    if sum(known) < 2:
        return [line]
    return [part for part in parts if part]


def medication(medicine: Medicine, answer: Answer, last: datetime | None) -> Medication:
    """The line as it was typed, or what the patient says it is, with the line kept beside it."""
    if not answer.picked:
        return Medication(name=medicine.text, last_taken=last, not_meant=answer.not_meant)
    doses = " ".join(f"{d.amount:g} {d.unit}" for d in medicine.doses if d.unit)
    return Medication(
        name=", ".join(name.replace("_", " ") for name in answer.picked), dose=doses or None,
        frequency=in_words(medicine.says) or None, last_taken=last, as_written=medicine.text,
    )  # fmt: skip


def _said(medications: list[Medication], box: Mapping[str, Any]) -> tuple[Statement, ...]:
    """“Nothing else” completes the list; without it, what is not named was not asked."""
    return (*medications, _NOTHING) if box["nothing_else"] else tuple(medications)


def _vocabulary(asking: Asking) -> Vocabulary:
    return asking.knowledge.guidance.vocabulary


__all__ = ["Typed", "Understood", "lines_of", "medication", "typed_lines"]
