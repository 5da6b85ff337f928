"""What can be added to the story: each form becomes one statement."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from datetime import datetime, time
from typing import Any

from django import forms
from django.utils import timezone

from needlepoint.core.anatomy import Side
from needlepoint.core.chart import (
    Allergy,
    Complaint,
    Condition,
    Demographics,
    EarlierTreatment,
    Goal,
    ImplantedDevice,
    Medication,
    Provenance,
    State,
    Statement,
    VitalSign,
)
from needlepoint.core.knowledge import Knowledge
from needlepoint.web.shell.numbers import real

_DATE = forms.DateInput(attrs={"type": "date"})
_SIDES = (
    ("", "not said"),
    ("left", "left"),
    ("right", "right"),
    ("both", "both"),
    ("midline", "midline"),
)
_HOW = (
    (Provenance.PATIENT_SAID.value, "the patient said so"),
    (Provenance.CLINICIAN_FOUND.value, "I found or confirmed it"),
    (Provenance.IMPORTED.value, "from another record"),
)
_BAD_DAY = {"invalid": "This is not a day. Write it as 2026-03-31."}


def _pain(label: str) -> forms.DecimalField:
    return forms.DecimalField(
        label=label, min_value=0, max_value=10, decimal_places=1, required=False,
        error_messages=dict.fromkeys(("min_value", "max_value"), "Pain runs from 0 to 10."),
    )  # fmt: skip


def _day(label: str) -> forms.DateField:
    return forms.DateField(
        label=label, required=False, widget=_DATE, error_messages=_BAD_DAY,
        input_formats=["%Y-%m-%d"],
    )  # fmt: skip


class Addition(forms.Form):
    """Shared by all: how it is known, since when it is so, and a key against sending twice."""

    provenance = forms.ChoiceField(choices=_HOW, label="How it is known")
    occurred_on = _day("True on (today, if empty)")
    once = forms.CharField(widget=forms.HiddenInput, required=False, max_length=40)

    title = ""
    knowledge: Knowledge

    def __init__(self, data: Any = None, *, knowledge: Knowledge) -> None:
        super().__init__(data, prefix=None, auto_id=f"{type(self).__name__.lower()}_%s")
        self.knowledge = knowledge
        self.fields["once"].initial = uuid.uuid4().hex
        order = [name for name in self.fields if name not in Addition.base_fields]
        self.order_fields([*order, *Addition.base_fields])
        for field in self.fields.values():
            field.error_messages["required"] = f"{field.label}: say it, or leave the form."

    def clean_occurred_on(self) -> Any:
        """Nothing is true on a day that has not come."""
        day = self.cleaned_data["occurred_on"]
        if day and day > timezone.localdate():
            raise forms.ValidationError("This day has not come yet.")
        return day

    @property
    def occurred_at(self) -> datetime | None:
        day = self.cleaned_data.get("occurred_on")
        if not day or day == timezone.localdate():
            return None
        return datetime.combine(day, time(12), tzinfo=timezone.get_current_timezone())

    def statement(self) -> Statement:
        raise AssertionError("every form says which statement it becomes")


class ComplaintForm(Addition):
    title = "Complaint"
    presentation = forms.ChoiceField(label="Where it hurts")
    side = forms.ChoiceField(choices=_SIDES, required=False, label="Side")
    name = forms.CharField(max_length=40, required=False, label="Name of this pain",
                           help_text="Needed only for a second pain.")  # fmt: skip
    onset = _day("Began on")
    duration_months = forms.DecimalField(
        min_value=0, max_value=1200, required=False, label="Months it has lasted"
    )
    nrs_average = _pain("Average pain, 0 to 10")
    nrs_worst = _pain("Worst pain, 0 to 10")
    words = forms.CharField(
        required=False, widget=forms.Textarea, label="In the patient's own words"
    )

    def __init__(self, data: Any = None, *, knowledge: Knowledge) -> None:
        super().__init__(data, knowledge=knowledge)
        choices = sorted((p.label, p.id) for p in knowledge.presentations.values())
        field = self.fields["presentation"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [("", "choose"), *((id, label) for label, id in choices)]

    def statement(self) -> Complaint:
        said = self.cleaned_data
        return Complaint(
            name=said["name"] or "main", presentation=said["presentation"], side=_side(said),
            onset=said["onset"], duration_months=real(said["duration_months"]),
            nrs_average=real(said["nrs_average"]), nrs_worst=real(said["nrs_worst"]),
            words=said["words"] or None,
        )  # fmt: skip


class MedicationForm(Addition):
    title = "Medicine"
    name = forms.CharField(
        max_length=120,
        label="Medicine",
        help_text="As written: Eliquis 5 bid. “none”, not taken: no others.",
    )
    state = forms.ChoiceField(
        choices=(("present", "taken"), ("absent", "not taken")), label="Taken"
    )
    dose = forms.CharField(max_length=60, required=False, label="Dose")
    frequency = forms.CharField(max_length=60, required=False, label="How often")
    last_taken = forms.DateTimeField(
        required=False, label="Last taken (blood thinners)",
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}),
        error_messages={"invalid": "This is not a moment. Write it as 2026-03-31 08:00."},
    )  # fmt: skip

    def statement(self) -> Medication:
        said = self.cleaned_data
        return Medication(
            name=said["name"], state=State(said["state"]), dose=said["dose"] or None,
            frequency=said["frequency"] or None, last_taken=said["last_taken"],
        )  # fmt: skip


class AllergyForm(Addition):
    title = "Allergy"
    substance = forms.CharField(max_length=80, label="Substance",
                                help_text="contrast, latex, chlorhexidine, a drug")  # fmt: skip
    state = forms.ChoiceField(
        choices=(("present", "allergic"), ("absent", "not allergic")), label="State"
    )
    reaction = forms.CharField(max_length=120, required=False, label="What happened")

    def statement(self) -> Allergy:
        said = self.cleaned_data
        return Allergy(
            substance=said["substance"],
            state=State(said["state"]),
            reaction=said["reaction"] or None,
        )


class ConditionForm(Addition):
    title = "Condition"
    name = forms.CharField(max_length=120, label="Condition")
    state = forms.ChoiceField(choices=(("present", "present"), ("absent", "absent")), label="State")

    def statement(self) -> Condition:
        return Condition(name=self.cleaned_data["name"], state=State(self.cleaned_data["state"]))


class ImplantForm(Addition):
    title = "Implant"
    device = forms.ChoiceField(
        label="Device",
        choices=[(d, d.replace("_", " ")) for d in (
            "pacemaker", "icd", "scs_generator", "intrathecal_pump", "joint_prosthesis",
            "fusion_hardware", "cochlear_implant", "aneurysm_clip", "other")],
    )  # fmt: skip
    side = forms.ChoiceField(choices=_SIDES, required=False, label="Side")
    mri = forms.ChoiceField(
        choices=[(m, m) for m in ("unknown", "safe", "conditional", "unsafe")], label="In MRI"
    )

    def statement(self) -> ImplantedDevice:
        said = self.cleaned_data
        return ImplantedDevice(device=said["device"], side=_side(said), mri=said["mri"])


class TreatmentForm(Addition):
    title = "Treatment tried"
    treatment = forms.CharField(
        max_length=120, label="Treatment", help_text="physiotherapy, gabapentin, surgery, injection"
    )
    started = _day("Began on")
    duration_weeks = forms.DecimalField(min_value=0, required=False, label="For how many weeks")
    relief_percent = forms.DecimalField(
        min_value=-100, max_value=100, required=False, label="Relief, percent"
    )
    reason_stopped = forms.CharField(max_length=200, required=False, label="Why it was stopped")

    def statement(self) -> EarlierTreatment:
        said = self.cleaned_data
        return EarlierTreatment(
            treatment=said["treatment"], started=said["started"],
            duration_weeks=real(said["duration_weeks"]),
            relief_percent=real(said["relief_percent"]),
            reason_stopped=said["reason_stopped"] or None,
        )  # fmt: skip


class GoalForm(Addition):
    title = "Goal"
    words = forms.CharField(
        max_length=2000, widget=forms.Textarea, label="What the patient wants to be able to do"
    )

    def statement(self) -> Goal:
        return Goal(words=self.cleaned_data["words"])


class MeasurementForm(Addition):
    title = "Measurement"
    name = forms.ChoiceField(label="What", choices=[(n, n.replace("_", " ")) for n in (
        "weight_kg", "height_cm", "systolic_pressure", "diastolic_pressure", "heart_rate",
        "temperature_c")])  # fmt: skip
    value = forms.DecimalField(label="Value")

    def statement(self) -> VitalSign | Demographics:
        name, value = self.cleaned_data["name"], float(self.cleaned_data["value"])
        if name == "weight_kg":
            return Demographics(weight_kg=value)
        if name == "height_cm":
            return Demographics(height_cm=value)
        return VitalSign(name=name, value=value)


FORMS: Mapping[str, type[Addition]] = {
    "complaint": ComplaintForm,
    "medication": MedicationForm,
    "allergy": AllergyForm,
    "condition": ConditionForm,
    "implanted_device": ImplantForm,
    "earlier_treatment": TreatmentForm,
    "goal": GoalForm,
    "vital_sign": MeasurementForm,
}


class Retract(forms.Form):
    """A correction takes an entry back, with a reason; what is right is then entered anew."""

    reason = forms.CharField(
        max_length=300, widget=forms.Textarea, label="Why it is not so",
        error_messages={"required": "Give the reason: it stays in the chart beside the entry."},
    )  # fmt: skip


def _side(said: Mapping[str, Any]) -> Side | None:
    return Side(said["side"]) if said["side"] else None
