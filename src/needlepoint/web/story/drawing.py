"""From ticked zones to a pain drawing."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms

from needlepoint.core.anatomy import Anatomy, Side
from needlepoint.core.chart import PainDrawing, PainMark
from needlepoint.web.story.forms import Addition

_QUALITIES = ("aching", "burning", "stabbing", "numb", "pins_and_needles", "electric", "other")


class DrawingForm(Addition):
    """Zones as `zone:side`, what it feels like, and whether the drawing is finished."""

    zones = forms.MultipleChoiceField(
        required=False, label="Zones",
        error_messages={"invalid_choice": "%(value)s is not on the figure. Reload the page."},
    )  # fmt: skip
    quality = forms.ChoiceField(
        choices=[("", "not said"), *((q, q.replace("_", " ")) for q in _QUALITIES)],
        required=False, label="What it feels like",
    )  # fmt: skip
    complete = forms.BooleanField(
        required=False, label="Finished: blank zones do not hurt",
        help_text="Only in a finished drawing do blank zones speak.",
    )  # fmt: skip

    def __init__(self, data: Any = None, *, knowledge: Any, complaint: str) -> None:
        super().__init__(data, knowledge=knowledge)
        self.complaint = complaint
        field = self.fields["zones"]
        assert isinstance(field, forms.MultipleChoiceField)
        field.choices = [(value, value) for value in every_zone(knowledge.anatomy)]

    def clean(self) -> dict[str, Any]:
        """A drawing says something, or says that it is finished and blank."""
        said = super().clean() or {}
        if not self.errors and not said.get("zones") and not said.get("complete"):
            self.add_error("zones", "Paint where it hurts, or say that the drawing is finished.")
        return said

    def statement(self) -> PainDrawing:
        said = self.cleaned_data
        return PainDrawing(
            complaint=self.complaint, complete=said["complete"],
            marks=tuple(mark_of(value, said["quality"] or None) for value in said["zones"]),
        )  # fmt: skip


def every_zone(anatomy: Anatomy) -> Iterable[str]:
    """Every zone with each of its sides, as the form sends them."""
    for zone in anatomy.zones.values():
        for side in ("left", "right") if zone.paired else ("midline",):
            yield f"{zone.id}:{side}"


def mark_of(value: str, quality: Any) -> PainMark:
    """A zone and its side, as a box sends them, with what it feels like there."""
    zone, _, side = value.partition(":")
    return PainMark(zone=zone, side=None if side == "midline" else Side(side), quality=quality)


__all__ = ["DrawingForm", "every_zone", "mark_of"]
