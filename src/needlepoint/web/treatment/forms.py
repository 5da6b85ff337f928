"""The decision about an option, and what is written of a treatment when it is done."""

from __future__ import annotations

import uuid
from typing import Any

from django import forms

from needlepoint.core.chart import (
    BlockTarget,
    CryoBody,
    Decision,
    InjectionBody,
    OtherBody,
    Procedure,
    RadiofrequencyBody,
)
from needlepoint.core.knowledge import Knowledge, Technique
from needlepoint.web.procedures.done import PerformForm, Threshold
from needlepoint.web.procedures.forms import Medicines
from needlepoint.web.shell.numbers import real


class DecisionForm(forms.Form):
    """Accept, or decide otherwise with a reason."""

    answer = forms.ChoiceField(
        choices=(("accept", "Accept"), ("override", "Decide against")), label="Decision",
        error_messages={"required": "Choose: accept it, or decide against it."},
    )  # fmt: skip
    reason = forms.CharField(required=False, max_length=1000, widget=forms.Textarea, label="Reason")
    once = forms.CharField(widget=forms.HiddenInput, required=False, max_length=40)

    def __init__(self, *given: Any, needs_reason: bool, **named: Any) -> None:
        super().__init__(*given, **named)
        self.needs_reason = needs_reason
        self.fields["once"].initial = uuid.uuid4().hex

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        if said.get("reason"):
            return said
        if said.get("answer") == "override":
            self.add_error("reason", "Give the reason: it stays in the chart beside the answer.")
        elif said.get("answer") == "accept" and self.needs_reason:
            self.add_error("reason", "Something stands in its way. Say why it is accepted.")
        return said

    def statement(self, about: str) -> Decision:
        said = self.cleaned_data
        return Decision(
            about=about, accepted=said["answer"] == "accept", reason=said["reason"] or None
        )


class ProcedureForm(PerformForm):
    """What every treatment says: which therapy it was, and by which picture."""

    therapy = forms.ChoiceField(label="Which treatment")
    guidance = forms.ChoiceField(
        choices=[("", "not recorded"), ("fluoroscopy", "fluoroscopy"), ("ct", "CT"),
                 ("ultrasound", "ultrasound"), ("none", "none")],
        required=False, label="Guidance",
    )  # fmt: skip

    def __init__(self, *given: Any, technique: Technique, known: Knowledge, **named: Any) -> None:
        super().__init__(*given, **named)
        names = [t for t in technique.carries_out if t in known.therapies]
        field = self.fields["therapy"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [(n, known.therapies[n].label) for n in names] or [
            (technique.id, technique.label)
        ]
        field.initial = self.threshold.plan.name if self.threshold.plan.name in names else None

    def body(self) -> RadiofrequencyBody | CryoBody | InjectionBody | OtherBody:
        raise AssertionError("every technique has a body of its own")

    def statement(self, targets: tuple[BlockTarget, ...], complaint: str | None) -> Procedure:
        said = self.cleaned_data
        return Procedure(
            name=said["therapy"], targets=targets, body=self.body(),
            guidance=said["guidance"] or None, complaint=complaint,
        )  # fmt: skip


def _setting(label: str, low: float, high: float) -> forms.DecimalField:
    field = forms.DecimalField(required=False, min_value=low, max_value=high, label=label)
    field.widget.attrs["step"] = "any"
    return field


class RadiofrequencyForm(ProcedureForm):
    mode = forms.ChoiceField(
        choices=[("", "choose"), *((m, m) for m in ("conventional", "cooled", "pulsed"))],
        label="Mode",
    )  # fmt: skip
    temperature_c = _setting("Temperature, °C", 37, 95)
    seconds = _setting("Seconds", 1, 1200)
    needle_gauge = _setting("Needle, gauge", 14, 25)
    active_tip_mm = _setting("Active tip, mm", 1, 30)
    lesions = forms.IntegerField(required=False, min_value=1, max_value=60, label="Lesions in all")

    def body(self) -> RadiofrequencyBody:
        said = self.cleaned_data
        gauge = said["needle_gauge"]
        return RadiofrequencyBody(
            mode=said["mode"], temperature_c=real(said["temperature_c"]),
            seconds=real(said["seconds"]), needle_gauge=int(gauge) if gauge else None,
            active_tip_mm=real(said["active_tip_mm"]), lesions=said["lesions"],
        )  # fmt: skip


class CryoForm(ProcedureForm):
    temperature_c = _setting("Temperature, °C", -196, 0)
    seconds = _setting("Seconds a freeze", 1, 1200)
    cycles = forms.IntegerField(required=False, min_value=1, max_value=20, label="Cycles")

    def body(self) -> CryoBody:
        said = self.cleaned_data
        return CryoBody(
            temperature_c=real(said["temperature_c"]), seconds=real(said["seconds"]),
            cycles=said["cycles"],
        )  # fmt: skip


class InjectionForm(ProcedureForm, Medicines):
    approach = forms.CharField(max_length=80, required=False, label="Approach")
    needle_gauge = _setting("Needle, gauge", 14, 32)

    def body(self) -> InjectionBody:
        gauge = self.cleaned_data["needle_gauge"]
        return InjectionBody(
            medicines=self.medicines(), approach=self.cleaned_data["approach"] or None,
            needle_gauge=int(gauge) if gauge else None,
        )  # fmt: skip


class OtherForm(ProcedureForm):
    details = forms.CharField(
        max_length=4000, widget=forms.Textarea, label="What was done",
        error_messages={"required": "Say what was done: device, size, place, how it went."},
    )  # fmt: skip

    def body(self) -> OtherBody:
        return OtherBody(details=self.cleaned_data["details"])


def form_of(technique: Technique) -> type[ProcedureForm]:
    """The form of the technique's own body."""
    uses = set(technique.uses)
    if uses & {"radiofrequency", "pulsed_radiofrequency"}:
        return RadiofrequencyForm
    if "cryoneurolysis" in uses:
        return CryoForm
    if uses & {"implant", "lead", "cement", "catheter"} or not technique.agents:
        return OtherForm
    return InjectionForm


__all__ = ["DecisionForm", "ProcedureForm", "Threshold", "form_of"]
