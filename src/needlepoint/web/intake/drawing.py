"""The pages on which a patient shows where it hurts: by finger, or by a list that says the same."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from django import forms
from django.http import QueryDict

from needlepoint.core.chart import PainDrawing, Stroke
from needlepoint.web.drawings.boxes import zone_boxes
from needlepoint.web.drawings.svg import figure_svg, zone_label
from needlepoint.web.intake.fields import PatientForm, Says
from needlepoint.web.phone.fields import choice, tick
from needlepoint.web.story.drawing import every_zone, mark_of

QUALITIES = ("aching", "burning", "stabbing", "numb", "pins_and_needles", "electric", "other")
_MOST_STROKES, _MOST_POINTS = 200, 400
_HALVES = {"front": (0, 0, 415, 1056), "back": (415, 0, 415, 1056)}


class Draw(PatientForm):
    """Zones with the quality they were painted in, the strokes of the finger, the worst spot."""

    title = "drawing_title"
    hint = "drawing_hint"
    template = "intake/drawing.html"

    def build(self) -> None:
        t, zones = self.asking.t, list(every_zone(self.asking.knowledge.anatomy))
        self.fields["zones"] = forms.MultipleChoiceField(
            required=False, choices=[(z, z) for z in zones],
            error_messages={"invalid_choice": t["choose_one"]},
        )  # fmt: skip
        self.fields["brush"] = choice(t["brush"], [(q, t[q]) for q in QUALITIES], t=t)
        for name in ("qualities", "strokes", "worst"):
            self.fields[name] = forms.CharField(
                required=False, widget=forms.HiddenInput, max_length=400_000
            )
        self.fields["complete"] = tick(t["complete"])

    def clean_qualities(self) -> dict[str, str]:
        said = _object(self.cleaned_data["qualities"])
        return {str(z): str(q) for z, q in said.items() if q in QUALITIES}

    def clean_strokes(self) -> tuple[Stroke, ...]:
        """The lines as they were drawn; what is no line is left out."""
        said = _object(self.cleaned_data["strokes"]).get("strokes", [])
        made = [_stroke(one) for one in said[:_MOST_STROKES]] if isinstance(said, list) else []
        return tuple(one for one in made if one is not None)

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        if not self.errors and not said.get("zones"):
            self.add_error("zones", self.asking.t["drawing_empty"])
        return said

    def says(self) -> Says:
        return drawing_of(self, self.cleaned_data)

    def context(self) -> Mapping[str, Any]:
        ticked, asking = self.painted(), self.asking
        places = [(zone, side) for zone, _, side in (z.partition(":") for z in ticked)]
        classes = {
            (z.partition(":")[0], z.partition(":")[2]): f"painted q-{q or 'aching'}"
            for z, q in ticked.items()
        }
        figures = [
            figure_svg(asking.knowledge.anatomy, classes, picks=True, language=asking.language,
                       label=asking.t["figure_label"], part=part)
            for part in _HALVES.values()
        ]  # fmt: skip
        groups = zone_boxes(asking.knowledge.anatomy, places, language=asking.language)
        open_groups = [(g, any(b.is_checked for z in g.zones for b in z.boxes)) for g in groups]
        qualities = [(q, asking.t[q]) for q in QUALITIES]
        tools = [(name, asking.t[f"tool_{name}"]) for name in ("paint", "erase", "worst", "move")]
        return {"figures": figures, "groups": open_groups, "qualities": qualities, "tools": tools}

    def painted(self) -> dict[str, str]:
        """Zone and side to quality, of what was sent or saved."""
        data = self.data if self.is_bound else self.asking.data(self.step.name)
        if not isinstance(data, QueryDict):
            return {}
        known = {z for z in every_zone(self.asking.knowledge.anatomy)}
        how = _object(data.get("qualities", ""))
        return {z: str(how.get(z, "")) for z in data.getlist("zones") if z in known}


class Feel(PatientForm):
    """For each painted place what it feels like, and which is the worst; no finger needed."""

    title = "feel_title"

    def build(self) -> None:
        t, drawn = self.asking.t, _drawn(self)
        qualities = [(q, t[q]) for q in QUALITIES]
        for zone in drawn["zones"]:
            field = forms.ChoiceField(
                label=_label(self, zone), choices=[("", t["not_said"]), *qualities],
                required=False, initial=drawn["qualities"].get(zone) or drawn["brush"],
            )  # fmt: skip
            self.fields[f"q-{zone}"] = field
        if len(drawn["zones"]) > 1:
            worst = [(zone, _label(self, zone)) for zone in drawn["zones"]]
            self.fields["worst"] = choice(t["worst_spot"], worst, t=t)
            self.fields["worst"].initial = drawn["worst"]

    def says(self) -> Says:
        drawn = dict(_drawn(self))
        drawn["qualities"] = {
            zone: self.cleaned_data.get(f"q-{zone}") or "" for zone in drawn["zones"]
        }
        drawn["brush"] = ""
        if "worst" in self.fields:
            drawn["worst"] = self.cleaned_data.get("worst") or ""
        return drawing_of(self, drawn)


def drawing_of(form: PatientForm, said: Mapping[str, Any]) -> Says:
    """The drawing as an entry. A zone without a quality of its own takes that of the brush."""
    how, brush = said["qualities"], said["brush"] or ""
    marks = tuple(mark_of(zone, how.get(zone, brush) or None) for zone in said["zones"])
    worst = said["worst"] if said["worst"] in said["zones"] else ""
    drawn = PainDrawing(
        complaint=form.asking.complaint(form.step.pain), complete=bool(said["complete"]),
        marks=marks, strokes=said["strokes"],
        worst=mark_of(worst, how.get(worst, brush) or None) if worst else None,
    )  # fmt: skip
    return {f"drawing-{form.step.pain}": (drawn,)}


def _drawn(form: PatientForm) -> Mapping[str, Any]:
    """The drawing that this page is about."""
    data = form.asking.data(f"drawing-{form.step.pain}")
    draw = Draw(data, asking=form.asking, step=form.step)
    if data is not None and draw.is_valid():
        return draw.cleaned_data
    return {"zones": [], "qualities": {}, "brush": "", "strokes": (), "worst": "", "complete": ""}


def _label(form: PatientForm, zone: str) -> str:
    name, _, side = zone.partition(":")
    return zone_label(form.asking.knowledge.anatomy, name, side, form.asking.language)


def _stroke(one: Any) -> Stroke | None:
    try:
        view, points, quality = one["view"], one["points"][:_MOST_POINTS], one.get("quality")
        placed = tuple((round(float(x), 4), round(float(y), 4)) for x, y in points)
    except (TypeError, KeyError, ValueError, AttributeError):
        return None
    inside = all(0 <= x <= 1 and 0 <= y <= 1 for x, y in placed)
    if view not in ("front", "back") or quality not in QUALITIES or not placed or not inside:
        return None
    return Stroke(view=view, points=placed, quality=quality)


def _object(text: str) -> Mapping[str, Any]:
    """A JSON object, or an empty one: it comes from a script, and a list says the same."""
    try:
        said = json.loads(text or "{}")
    except (ValueError, RecursionError):
        return {}
    return said if isinstance(said, dict) else {}


__all__ = ["QUALITIES", "Draw", "Feel"]
