"""What is written of a block when it is done, and of its diary."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms

from needlepoint.core.chart import (
    BlockAgent,
    BlockTarget,
    DiagnosticBlock,
    DiaryReading,
    DiscLevel,
    Discogram,
    Reading,
)
from needlepoint.core.knowledge import Block, Knowledge
from needlepoint.web.procedures.done import PerformForm, Threshold
from needlepoint.web.shell.numbers import real

_PAIN = dict.fromkeys(("min_value", "max_value"), "Pain runs from 0 to 10.")
_SEDATION = [("", "choose"), ("none", "none"), ("light", "light"),
             ("opioid_or_benzodiazepine", "opioid or benzodiazepine"),
             ("unknown", "not known")]  # fmt: skip
_SAY = {"required": "Say it: the answer is read by it."}


class BlockForm(PerformForm):
    """Agent, volume, contrast, sedation, guidance, pain before."""

    agent = forms.ChoiceField(label="Agent", error_messages=_SAY)
    concentration_percent = forms.DecimalField(
        label="Strength, %", min_value=0, max_value=10, required=False
    )
    volume_ml = forms.DecimalField(
        label="Volume a place, ml", min_value=0, max_value=60,
        error_messages={"required": "Say how much: a larger volume reaches neighbours."},
    )  # fmt: skip
    steroid = forms.CharField(max_length=60, required=False, label="Steroid, if any",
                              help_text="None in a test.")  # fmt: skip
    contrast = forms.ChoiceField(
        choices=[("", "choose"), ("as_intended", "as intended"), ("vascular", "into a vessel"),
                 ("spread_elsewhere", "spread elsewhere"), ("not_used", "not used"),
                 ("unknown", "not recorded")],
        label="Contrast", error_messages=_SAY,
    )  # fmt: skip
    sedation = forms.ChoiceField(choices=_SEDATION, label="Sedation", error_messages=_SAY)
    guidance = forms.ChoiceField(
        choices=[("", "choose"), *((g, g.upper() if g == "ct" else g) for g in (
            "fluoroscopy", "ct", "ultrasound", "landmark", "unknown"))],
        label="Guidance", error_messages=_SAY,
    )  # fmt: skip
    needle_gauge = forms.IntegerField(
        label="Needle, gauge", min_value=14, max_value=32, required=False
    )
    nrs_before = forms.DecimalField(
        label="Pain just before, 0 to 10", max_value=10, decimal_places=1,
        error_messages={**_PAIN, "required": "Ask it: a block is read against the pain before."},
    )  # fmt: skip

    def __init__(self, *given: Any, block: Block, known: Knowledge, **named: Any) -> None:
        super().__init__(*given, **named)
        field = self.fields["agent"]
        assert isinstance(field, forms.ChoiceField)
        usual = [a for a in block.agents if a in known.agents]
        others = [a for a in known.agents if a not in usual]
        field.choices = [("", "choose"), *((a, known.agents[a].label) for a in (*usual, *others))]
        self.block = block

    def clean_nrs_before(self) -> Any:
        """Without pain there is nothing to relieve."""
        before = self.cleaned_data["nrs_before"]
        if before <= 0:
            raise forms.ValidationError(
                "A block is read against pain. Provoke the usual pain first, or postpone it."
            )
        return before

    def statement(self, targets: tuple[BlockTarget, ...], complaint: str | None) -> DiagnosticBlock:
        said = self.cleaned_data
        agent = BlockAgent(
            name=said["agent"], concentration_percent=real(said["concentration_percent"]),
            volume_ml=real(said["volume_ml"]),
        )  # fmt: skip
        return DiagnosticBlock(
            block=self.block.name, targets=targets, complaint=complaint, agent=agent,
            steroid=said["steroid"] or None, guidance=said["guidance"], contrast=said["contrast"],
            sedation=said["sedation"], needle_gauge=said["needle_gauge"], performed=True,
            nrs_before=real(said["nrs_before"]),
        )  # fmt: skip


class DiscogramForm(PerformForm):
    """Each disc: opening and provoking pressure, volume, pain and whether it is the usual one."""

    sedation = forms.ChoiceField(choices=_SEDATION, label="Sedation", error_messages=_SAY)

    def __init__(self, *given: Any, discs: Iterable[str], **named: Any) -> None:
        super().__init__(*given, **named)
        self.discs = tuple(discs)
        for disc in self.discs:
            for name, field in _disc_fields(disc):
                self.fields[f"{name}-{disc}"] = field

    @property
    def disc_rows(self) -> list[tuple[str, list[forms.BoundField]]]:
        return [
            (disc, [self[f"{name}-{disc}"] for name, _ in _disc_fields(disc)])
            for disc in self.discs
        ]

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        given = [d for d in self.discs if said.get(f"intensity-{d}") is not None]
        if not given and not self.errors:
            self.add_error(None, "Enter the pain of at least one disc.")
        for disc in given:
            if not said.get(f"concordance-{disc}"):
                self.add_error(f"concordance-{disc}", "Was it the usual pain?")
        return said

    def statement(self, targets: tuple[BlockTarget, ...], complaint: str | None) -> Discogram:
        """Of the discs that were injected, whichever were aimed at."""
        said = self.cleaned_data
        levels = tuple(
            DiscLevel(
                segment=disc,
                opening_pressure_psi=real(said[f"opening-{disc}"]),
                pressure_psi=real(said[f"pressure-{disc}"]),
                volume_ml=real(said[f"volume-{disc}"]),
                intensity=float(said[f"intensity-{disc}"]),
                concordance=said[f"concordance-{disc}"],
                annular_grade=said[f"grade-{disc}"],
            )
            for disc in self.discs
            if said.get(f"intensity-{disc}") is not None
        )
        return Discogram(levels=levels, complaint=complaint, sedation=said["sedation"])


def _disc_fields(disc: str) -> list[tuple[str, forms.Field]]:
    def amount(label: str, most: float) -> forms.DecimalField:
        field = forms.DecimalField(required=False, min_value=0, max_value=most, label=label)
        field.widget.attrs.update({"step": "any", "aria-label": f"{disc}: {label}"})
        return field

    word = forms.ChoiceField(
        required=False, label="Like the usual pain",
        choices=[("", "–"), ("none", "no pain"), ("discordant", "another pain"),
                 ("similar", "similar"), ("exact", "exactly it")],
    )  # fmt: skip
    grade = forms.IntegerField(required=False, min_value=0, max_value=5, label="Annular grade")
    return [
        ("opening", amount("Opening, psi", 150)), ("pressure", amount("At the pain, psi", 250)),
        ("volume", amount("Volume, ml", 10)), ("intensity", amount("Pain, 0 to 10", 10)),
        ("concordance", word), ("grade", grade),
    ]  # fmt: skip


class DiaryForm(forms.Form):
    """One reading that was told to the clinic."""

    minutes = forms.DecimalField(
        label="Minutes after the injection", min_value=0, max_value=20160,
        error_messages={"required": "Say how long after the injection.",
                        "max_value": "A diary ends two weeks after the block."},
    )  # fmt: skip
    nrs = forms.DecimalField(
        label="Pain then, 0 to 10", min_value=0, max_value=10, decimal_places=1,
        error_messages={**_PAIN, "required": "Say the pain from 0 to 10."},
    )  # fmt: skip
    activity = forms.CharField(max_length=80, required=False, label="Doing what",
                               help_text="what usually hurts")  # fmt: skip
    late = forms.BooleanField(required=False, label="told later, from memory")
    once = forms.CharField(widget=forms.HiddenInput, required=False, max_length=40)

    def statement(self, entry: str) -> DiaryReading:
        said = self.cleaned_data
        return DiaryReading(
            block_entry=entry,
            reading=Reading(
                minutes=float(said["minutes"]), nrs=float(said["nrs"]),
                activity=said["activity"] or None, late=said["late"],
            ),
        )  # fmt: skip


__all__ = ["BlockForm", "DiaryForm", "DiscogramForm", "Threshold"]
