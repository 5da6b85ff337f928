"""Consent, treatments tried, allergies, conditions, implants, pregnancy and the goal."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms

from needlepoint.core.chart import (
    Condition,
    Consent,
    EarlierTreatment,
    Goal,
    ImplantedDevice,
    State,
    Statement,
)
from needlepoint.web.intake.asking import Asking
from needlepoint.web.intake.fields import PatientForm, Says
from needlepoint.web.phone.fields import choice, lines, several, yes_no
from needlepoint.web.phone.words import LISTS, in_language, two_languages

CONSENT = "use of intake answers for treatment"
_FILE = LISTS
_STILL = "still"
_PERCENT = "scale percent"
_LONGEST = 200  # letters of a line
_NOT_SAID = "not said whether it ended"  # else a course would count as running to this day
_STATES = {"yes": State.PRESENT, "no": State.ABSENT}


def listed(name: str, asking: Asking) -> dict[str, str]:
    """The words of one list, by the word of the chart."""
    items = two_languages(_FILE)[name].items()
    return {key: in_language(pair, asking.language) for key, pair in items}


class Agree(PatientForm):
    title = "consent_title"
    template = "intake/consent.html"

    def build(self) -> None:
        t = self.asking.t
        answers = [("yes", t["consent_yes"]), ("no", t["consent_no"])]
        self.fields["agree"] = choice(t["consent_ask"], answers, t=t, required=True)

    def says(self) -> Says:
        return {"consent": (Consent(to=CONSENT, given=self.cleaned_data["agree"] == "yes"),)}


class Treatments(PatientForm):
    """What was tried; each that is ticked gets a page of its own."""

    title, hint = "treatments_title", "treatments_hint"

    def build(self) -> None:
        t = self.asking.t
        self.fields["tried"] = several(self.heading, listed("treatments", self.asking).items(), t=t)
        self.fields["others"] = lines(t["treatments_other"], most=1000)

    def clean_others(self) -> str:
        return _short_lines(self.cleaned_data["others"], self.asking)

    def says(self) -> Says:
        """What is not ticked any more is taken back; what is new is said with its own page. What is
        not on the list is kept in the patient's words.
        """
        ticked = self.cleaned_data["tried"]
        written = dict.fromkeys(
            " ".join(s.split()) for s in self.cleaned_data["others"].splitlines()
        )
        others = [EarlierTreatment(treatment=s, reason_stopped=_NOT_SAID) for s in written if s]
        unticked = {
            f"treatment-{n}": ()
            for n, name in enumerate(two_languages(_FILE)["treatments"], 1)
            if name not in ticked
        }
        return {"treatments": tuple(others), **unticked}


def tried(asking: Asking) -> tuple[int, ...]:
    """The treatments that were ticked, by their place in the list."""
    ticked = asking.many("treatments", "tried")
    return tuple(n for n, one in enumerate(two_languages(_FILE)["treatments"], 1) if one in ticked)


class Treatment(PatientForm):
    """When, how long, did it help, why did it end."""

    def build(self) -> None:
        t, asking = self.asking.t, self.asking
        self.name = list(two_languages(_FILE)["treatments"])[self.step.part - 1]
        self.fields["began"] = forms.DateField(
            label=t["began_ask"], required=False, input_formats=["%Y-%m", "%Y-%m-%d"],
            widget=forms.DateInput(attrs={"type": "month", "placeholder": "2025-03"}),
            error_messages={"invalid": t["bad_month"]},
        )  # fmt: skip
        self.fields["weeks"] = forms.DecimalField(
            label=t["lasted_ask"], required=False, min_value=0, max_value=5200,
            widget=forms.NumberInput(attrs={"inputmode": "decimal"}),
            error_messages=dict.fromkeys(("invalid", "min_value", "max_value"), t["bad_number"]),
        )  # fmt: skip
        shares = [(str(n), f"{n}%") for n in range(0, 101, 10)]
        ends = (t["relief_none"], t["relief_all"])
        self.fields["relief"] = choice(t["relief_ask"], shares, t=t, look=_PERCENT, ends=ends)
        why = [(_STILL, t["still_going"]), *listed("stopped", asking).items()]
        self.fields["stopped"] = choice(t["stopped_ask"], why, t=t)

    @property
    def heading(self) -> str:
        return listed("treatments", self.asking)[self.name]

    def clean_began(self) -> date | None:
        """The browser says a month, and a month that has not come is a slip."""
        began: date | None = self.cleaned_data["began"]
        if began is not None and began > date.today():
            raise forms.ValidationError(self.asking.t["bad_month"])
        return began

    def says(self) -> Says:
        said = self.cleaned_data
        one = EarlierTreatment(
            treatment=self.name, started=said["began"], duration_weeks=_number(said["weeks"]),
            relief_percent=_number(said["relief"] or None),
            reason_stopped=None if said["stopped"] == _STILL else said["stopped"] or _NOT_SAID,
        )  # fmt: skip
        return {f"treatment-{self.step.part}": (one,)}


class YesNoList(PatientForm):
    """A list of things, each yes, no or I don't know."""

    file = _FILE
    list_name = ""

    def build(self) -> None:
        for name, label in listed(self.list_name, self.asking).items():
            self.fields[name] = yes_no(label, t=self.asking.t)

    def states(self) -> dict[str, State]:
        """What was answered yes or no; the rest stays unexamined."""
        names = two_languages(_FILE)[self.list_name]
        said = {name: self.cleaned_data.get(name) or "" for name in names}
        return {name: _STATES[answer] for name, answer in said.items() if answer in _STATES}


class Conditions(YesNoList):
    title, list_name = "conditions_title", "conditions"

    def says(self) -> Says:
        said = (Condition(name=name, state=state) for name, state in self.states().items())
        return {"conditions": tuple(said)}


class Implants(YesNoList):
    title, list_name = "implants_title", "implants"

    def says(self) -> Says:
        said = (ImplantedDevice(device=name, state=state) for name, state in self.states().items())
        return {"implants": tuple(said)}


class Pregnancy(PatientForm):
    title, hint = "pregnancy_title", "pregnancy_hint"

    def build(self) -> None:
        t = self.asking.t
        answers = [("no", t["no"]), ("yes", t["yes"]), ("unsure", t["unsure"])]
        self.fields["pregnant"] = choice(
            t["pregnancy_title"], [*answers, ("na", t["not_applicable"])], t=t
        )
        self.fields["breastfeeding"] = yes_no(t["breastfeeding_ask"], t=t)

    def says(self) -> Says:
        said: list[Statement] = []
        for field, name in (("pregnant", "pregnancy"), ("breastfeeding", "breastfeeding")):
            state = _STATES.get(self.cleaned_data[field] or "")
            if state is not None:
                said.append(Condition(name=name, state=state))
        return {"pregnancy": tuple(said)}


class Goals(PatientForm):
    title, hint = "goal_title", "goal_hint"

    def build(self) -> None:
        self.fields["goal"] = lines(self.heading, most=500)

    def says(self) -> Says:
        goal = self.cleaned_data["goal"].strip()
        return {"goal": (Goal(words=goal),) if goal else ()}


def _short_lines(typed: str, asking: Asking) -> str:
    long = next((one for one in typed.splitlines() if len(one) > _LONGEST), None)
    if long is not None:
        raise forms.ValidationError(asking.t["line_too_long"].format(begins=f"{long[:40]}…"))
    return typed


def _number(value: Any) -> float | None:
    return None if value is None else float(value)


__all__ = [
    "CONSENT",
    "Agree",
    "Conditions",
    "Goals",
    "Implants",
    "Pregnancy",
    "Treatment",
    "Treatments",
    "YesNoList",
    "listed",
    "tried",
]
