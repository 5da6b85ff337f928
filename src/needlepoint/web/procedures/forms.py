"""What is typed about a procedure before the needle: when, with what, for which pain."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from typing import Any

from django import forms

from needlepoint.core.chart import (
    AdverseEvent,
    Attestation,
    BlockTarget,
    Consent,
    MedicationInjected,
    PlannedProcedure,
)
from needlepoint.core.knowledge import Technique
from needlepoint.core.papers import DEVIATION
from needlepoint.core.record import PatientRecord
from needlepoint.web.shell.numbers import real

ROWS = 3  # medicines of one procedure
_SEDATION = [("unknown", "not decided"), ("none", "none"), ("minimal", "minimal"),
             ("moderate", "moderate"), ("deep", "deep")]  # fmt: skip
_GUIDANCE = [("", "not said"), ("fluoroscopy", "fluoroscopy"), ("ct", "CT"),
             ("ultrasound", "ultrasound"), ("none", "none")]  # fmt: skip


class Medicines(forms.Form):
    """Rows of a medicine with dose, percent and volume over all places."""

    def __init__(self, *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        for n in range(ROWS):
            self.fields[f"medicine_{n}"] = forms.CharField(
                required=False, max_length=80, label=f"Medicine {n + 1}"
            )
            self.fields[f"dose_mg_{n}"] = _amount("mg", 20_000)
            self.fields[f"percent_{n}"] = _amount("%", 100)
            self.fields[f"volume_ml_{n}"] = _amount("ml in all", 120)

    @property
    def medicine_rows(self) -> list[list[forms.BoundField]]:
        names = ("medicine", "dose_mg", "percent", "volume_ml")
        return [[self[f"{name}_{n}"] for name in names] for n in range(ROWS)]

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        for n in range(ROWS):
            amounts = [said.get(f"{f}_{n}") for f in ("dose_mg", "percent", "volume_ml")]
            if any(a is not None for a in amounts) and not said.get(f"medicine_{n}"):
                self.add_error(f"medicine_{n}", "Name the medicine, or clear its amounts.")
        return said

    def medicines(self) -> tuple[MedicationInjected, ...]:
        said = self.cleaned_data
        return tuple(
            MedicationInjected(
                name=said[f"medicine_{n}"], dose_mg=real(said[f"dose_mg_{n}"]),
                concentration_percent=real(said[f"percent_{n}"]),
                volume_ml=real(said[f"volume_ml_{n}"]),
            )
            for n in range(ROWS)
            if said.get(f"medicine_{n}")
        )  # fmt: skip


class PlanForm(Medicines):
    """When, for which pain, with what."""

    complaint = forms.ChoiceField(required=False, label="For which pain")
    at = forms.DateTimeField(
        required=False, label="When",
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
        error_messages={"invalid": "This is not a moment. Write it as 2026-03-31 08:00."},
    )  # fmt: skip
    sedation = forms.ChoiceField(choices=_SEDATION, label="Sedation")
    guidance = forms.ChoiceField(choices=_GUIDANCE, required=False, label="Guidance")
    once = forms.CharField(widget=forms.HiddenInput, required=False, max_length=40)

    def __init__(self, *given: Any, record: PatientRecord, **named: Any) -> None:
        super().__init__(*given, **named)
        field = self.fields["complaint"]
        assert isinstance(field, forms.ChoiceField)
        names = [c.complaint.name for c in record.complaints]
        field.choices = [("", "not said"), *((n, n.replace("_", " ")) for n in names)]
        self.fields["once"].initial = uuid.uuid4().hex

    def statement(self, name: str, targets: tuple[BlockTarget, ...]) -> PlannedProcedure:
        said = self.cleaned_data
        return PlannedProcedure(
            technique=name, targets=targets, at=said["at"], medicines=self.medicines(),
            sedation=said["sedation"], guidance=said["guidance"] or None,
            complaint=said["complaint"] or None,
        )  # fmt: skip


class ConsentForm(forms.Form):
    """The patient's answer to this procedure."""

    given = forms.ChoiceField(
        choices=(("", "choose"), ("yes", "agrees"), ("no", "refuses")), label="The patient",
        error_messages={"required": "Say whether the patient agrees or refuses."},
    )  # fmt: skip
    talked = forms.BooleanField(
        label="What is done, its chance, its harms and what else there is were spoken of",
        error_messages={"required": "Consent comes after talking: tick when that was done."},
    )

    def statement(self, technique: Technique) -> Consent:
        return Consent(to=technique.id, given=self.cleaned_data["given"] == "yes")


class AttestForm(forms.Form):
    """Something that a payer asks for by name."""

    name = forms.ChoiceField(error_messages={"invalid_choice": "Nothing asks for %(value)s here."})
    value = forms.CharField(
        max_length=120, label="Answer", error_messages={"required": "Write yes, no or the number."}
    )
    note = forms.CharField(max_length=300, required=False, label="Note")

    def __init__(self, *given: Any, names: Iterable[str], **named: Any) -> None:
        super().__init__(*given, **named)
        field = self.fields["name"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [(name, name) for name in names]

    def statement(self) -> Attestation:
        said = self.cleaned_data
        return Attestation(
            name=said["name"], value=_meant(said["value"]), note=said["note"] or None
        )


class ComplicationForm(forms.Form):
    """What went wrong."""

    name = forms.CharField(
        max_length=120, label="What happened",
        error_messages={"required": "Say what happened."},
    )  # fmt: skip
    severity = forms.ChoiceField(
        label="How bad",
        choices=[(s, s.replace("_", " ")) for s in (
            "mild", "moderate", "severe", "life_threatening", "fatal")],
    )  # fmt: skip
    note = forms.CharField(max_length=2000, required=False, widget=forms.Textarea, label="Note")

    def statement(self, entry: str) -> AdverseEvent:
        said = self.cleaned_data
        return AdverseEvent(
            name=said["name"], severity=said["severity"], related_entry=entry,
            note=said["note"] or None,
        )  # fmt: skip


class DeviationForm(forms.Form):
    """Why a procedure was done differently from its sheet, said afterwards."""

    reason = forms.CharField(
        max_length=500, widget=forms.Textarea(attrs={"rows": 3}),
        label="Why it was done differently from the sheet",
        error_messages={"required": "Say why: it stands in the note beside what differs."},
    )  # fmt: skip

    def statement(self, entry: str) -> Attestation:
        return Attestation(name=f"{DEVIATION}/{entry}", value=self.cleaned_data["reason"].strip())


class AskedAgainForm(forms.Form):
    """How a complication is now."""

    event = forms.CharField(max_length=64, widget=forms.HiddenInput)
    now = forms.ChoiceField(
        choices=(("settled", "settled"), ("persists", "persists")), label="Now",
        error_messages={"required": "Say whether it is settled or persists."},
    )  # fmt: skip
    note = forms.CharField(max_length=300, required=False, label="Note")

    def statement(self) -> Attestation:
        said = self.cleaned_data
        return Attestation(
            name=f"complication/{said['event']}", value=said["now"], note=said["note"] or None
        )


def _amount(label: str, most: float) -> forms.DecimalField:
    field = forms.DecimalField(
        required=False, min_value=0, max_value=most, label=label,
        error_messages={"invalid": "Write a number."},
    )  # fmt: skip
    field.widget.attrs["step"] = "any"
    return field


def _meant(text: str) -> bool | float | str:
    word = text.strip().lower()
    if word in ("yes", "no"):
        return word == "yes"
    try:
        return float(word)
    except ValueError:
        return text.strip()


__all__ = [
    "AskedAgainForm",
    "AttestForm",
    "ComplicationForm",
    "ConsentForm",
    "DeviationForm",
    "Medicines",
    "PlanForm",
]
