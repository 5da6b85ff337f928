"""The pages about one pain: where, since when, how strong, and whether there is another."""

from __future__ import annotations

from typing import Any

from django import forms

from needlepoint.core.anatomy import Side
from needlepoint.core.chart import Complaint
from needlepoint.web.intake.fields import PatientForm, Says
from needlepoint.web.phone.fields import choice, lines, scale
from needlepoint.web.phone.words import places

_MONTHS = {"days": 1 / 30.4375, "weeks": 7 / 30.4375, "months": 1.0, "years": 12.0}


class Place(PatientForm):
    """Which table of sources fits, in plain words, and the side."""

    hint = "place_hint"

    @property
    def heading(self) -> str:
        more = "place_title_more" if self.step.pain > 1 else "place_title"
        return self.asking.t[more]

    def build(self) -> None:
        t = self.asking.t
        known = self.asking.knowledge.presentations
        where = [(id, says) for id, says in places(self.asking.language).items() if id in known]
        self.fields["place"] = choice("", where, t=t, required=True)
        self.fields["place"].label = self.heading
        sides = [(s, t[s]) for s in ("left", "right", "both", "midline")]
        self.fields["side"] = choice(
            t["side_ask"], [*sides, ("unsure", t["unsure"])], t=t, look="triple"
        )

    def says(self) -> Says:
        return complaint_of(self)


class Time(PatientForm):
    """How long, and how it began in the patient's own words."""

    title = "time_title"
    template = "intake/time.html"

    def build(self) -> None:
        t = self.asking.t
        self.fields["number"] = forms.DecimalField(
            label=t["number"], required=False, min_value=0, max_value=1200,
            widget=forms.NumberInput(attrs={"inputmode": "decimal"}),
            error_messages=dict.fromkeys(("invalid", "min_value", "max_value"), t["bad_number"]),
        )  # fmt: skip
        units = [(u, t[u]) for u in ("days", "weeks", "months", "years")]
        self.fields["unit"] = forms.ChoiceField(
            label=t["unit"], choices=units, required=False, initial="months"
        )
        self.fields["unit"].is_part = True  # type: ignore[attr-defined]  # of the number beside it
        self.fields["words"] = lines(t["words_ask"])

    def clean(self) -> dict[str, Any]:
        """A pain is no older than a person."""
        said = super().clean() or {}
        number, unit = said.get("number"), said.get("unit") or "months"
        if number is not None and float(number) * _MONTHS[unit] > 1200:
            self.add_error("number", self.asking.t["bad_number"])
        return said

    @property
    def months(self) -> float | None:
        number = self.cleaned_data.get("number")
        unit = self.cleaned_data.get("unit") or "months"
        return None if number is None else round(float(number) * _MONTHS[unit], 2)

    def says(self) -> Says:
        return complaint_of(self)


class Strength(PatientForm):
    title = "strength_title"

    def build(self) -> None:
        t = self.asking.t
        self.fields["average"] = scale(t["average_ask"], t=t)
        self.fields["worst"] = scale(t["worst_ask"], t=t)

    def says(self) -> Says:
        return complaint_of(self, finished=True)


class More(PatientForm):
    """Whether there is another pain; a no takes back what was told of one."""

    title = "more_title"

    def build(self) -> None:
        t = self.asking.t
        answers = [("no", t["no"]), ("yes", t["yes"])]
        self.fields["more"] = choice(t["more_title"], answers, t=t, required=True)

    def says(self) -> Says:
        if self.cleaned_data["more"] == "yes":
            return {}
        later = range(self.step.pain + 1, 5)
        return {f"{kind}-{n}": () for n in later for kind in ("about", "drawing", "pain")}


def complaint_of(form: PatientForm, *, finished: bool = False) -> Says:
    """The pain as it is told so far. It comes into the chart with its last page, or when an earlier
    one of them is corrected later.
    """
    asking, pain = form.asking, form.step.pain
    if asking.complaint(pain) in asking.settled:
        return {}  # a clinician has gone through it: that word stands
    if not finished and f"strength-{pain}" not in asking.answers:
        return {}
    time = _other(form, Time, "time")
    side = asking.side(pain)
    words = time.cleaned_data.get("words") if time else ""
    said = Complaint(
        name=asking.complaint(pain),
        presentation=asking.one(f"place-{pain}", "place"),
        side=Side(side) if side else None,
        duration_months=time.months if time else None,
        nrs_average=_number(asking.one(f"strength-{pain}", "average")),
        nrs_worst=_number(asking.one(f"strength-{pain}", "worst")),
        words=str(words).strip() or None,
    )
    return {f"pain-{pain}": (said,)}


def _other(form: PatientForm, kind: type[Time], name: str) -> Time | None:
    data = form.asking.data(f"{name}-{form.step.pain}")
    other = kind(data, asking=form.asking, step=form.step)
    return other if data is not None and other.is_valid() else None


def _number(text: str) -> float | None:
    return float(text) if text else None


__all__ = ["More", "Place", "Strength", "Time"]
