"""The pages of the medicine list: typed as on the bottle, then shown as it was understood."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django import forms
from django.utils import timezone

from needlepoint.core.chart import Medication, State, Statement
from needlepoint.core.medicines import Medicine, resolve
from needlepoint.web.intake.asking import Asking
from needlepoint.web.intake.fields import PatientForm, Says
from needlepoint.web.phone.fields import choice, lines, tick

MOST = 60
_THINNERS = {"anticoagulant", "antiplatelet", "aspirin", "p2y12_inhibitor"}
_NOTHING = Medication(name="none", state=State.ABSENT)


class Typed(PatientForm):
    """One medicine a line."""

    title, hint = "medicines_title", "medicines_hint"

    def build(self) -> None:
        t = self.asking.t
        self.fields["list"] = lines(self.heading, hint=t["medicines_example"], most=6000)
        self.fields["nothing_else"] = tick(t["nothing_else"])

    def says(self) -> Says:
        """As typed; the next page says what was meant by it."""
        typed = lines_of(self.cleaned_data["list"])
        return {"medicines": _said([Medication(name=one) for one in typed], self.cleaned_data)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A line of the list as it was understood, with the fields that ask about it."""

    text: str
    read_as: str
    is_known: bool
    fields: tuple[Any, ...]


class Understood(PatientForm):
    """What was read; which one it is where that cannot be told; the last dose of blood thinners."""

    title, hint = "understood_title", "understood_hint"
    template = "intake/understood.html"

    def build(self) -> None:
        t = self.asking.t
        for n, medicine in enumerate(self.read):
            if medicine.candidates:
                names = [(c, c.replace("_", " ")) for c in medicine.candidates]
                self.fields[f"which-{n}"] = choice(
                    t["which_one"], [*names, ("", t["none_of_them"])], t=t
                )
            if self._thins(medicine):
                self.fields[f"last-{n}"] = forms.DateTimeField(
                    label=t["last_dose"], required=False,
                    widget=forms.DateTimeInput(attrs={"type": "datetime-local"}),
                    input_formats=["%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M"],
                    error_messages={"invalid": t["bad_time"]},
                )  # fmt: skip

    @property
    def read(self) -> tuple[Medicine, ...]:
        vocabulary = self.asking.knowledge.guidance.vocabulary
        return tuple(resolve(one, vocabulary) for one in typed_lines(self.asking))

    def _thins(self, medicine: Medicine) -> bool:
        ingredients = self.asking.knowledge.guidance.vocabulary.ingredients
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
        said = []
        for n, medicine in enumerate(self.read):
            chosen = self.cleaned_data.get(f"which-{n}") or ""
            last: datetime | None = self.cleaned_data.get(f"last-{n}")
            said.append(_medication(medicine, chosen, last))
        box = {"nothing_else": self.asking.one("medicines", "nothing_else")}
        return {"medicines": _said(said, box)}

    def context(self) -> Mapping[str, Any]:
        lines = [
            Line(
                text=medicine.text,
                read_as=", ".join(i.replace("_", " ") for i in medicine.ingredients),
                is_known=bool(medicine.ingredients or medicine.candidates),
                fields=tuple(self[f] for f in (f"which-{n}", f"last-{n}") if f in self.fields),
            )
            for n, medicine in enumerate(self.read)
        ]
        complete = bool(self.asking.one("medicines", "nothing_else"))
        return {"lines": lines, "is_complete": complete}


def typed_lines(asking: Asking) -> tuple[str, ...]:
    return lines_of(asking.one("medicines", "list"))


def lines_of(text: str) -> tuple[str, ...]:
    """Each line once, without blanks and without what has no letter in it."""
    found = (" ".join(line.split())[:160] for line in text.splitlines())
    return tuple(dict.fromkeys(x for x in found if any(c.isalpha() for c in x)))[:MOST]


def _medication(medicine: Medicine, chosen: str, last: datetime | None) -> Medication:
    if not chosen:
        return Medication(name=medicine.text, last_taken=last)
    doses = " ".join(f"{d.amount:g} {d.unit}" for d in medicine.doses if d.unit)
    return Medication(name=chosen.replace("_", " "), dose=doses or None, last_taken=last)


def _said(medications: list[Medication], box: Mapping[str, Any]) -> tuple[Statement, ...]:
    """“Nothing else” completes the list; without it, what is not named was not asked."""
    return (*medications, _NOTHING) if box["nothing_else"] else tuple(medications)


__all__ = ["Typed", "Understood", "lines_of"]
