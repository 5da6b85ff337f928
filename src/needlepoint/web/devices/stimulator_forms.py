"""Forms of the stimulator: load, trial, program, implant, and its end."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from django import forms

from needlepoint.core.anatomy import Side
from needlepoint.core.chart import (
    Attestation,
    ImplantedDevice,
    State,
    StimulatorProgram,
    Trial,
    TrialDay,
)
from needlepoint.core.errors import NeedlepointError
from needlepoint.core.technique.stimulation import parse_udi
from needlepoint.web.devices.fields import DayForm, DeviceForm, number, pain
from needlepoint.web.shell.numbers import real

_GRADES = (("", "not asked"), ("none", "none"), ("mild", "mild"), ("severe", "severe"))
_YES_NO = (("", "not known"), ("yes", "yes"), ("no", "no"))
_SIDES = (("", "not said"), *((s, s) for s in ("left", "right", "midline")))
_DATE = forms.DateInput(attrs={"type": "date"})
WAVEFORMS = ("tonic", "burst", "high_frequency", "high_density", "drg", "subperception", "other")
DEVICES = ("scs_generator", "drg_generator", "pns_generator", "intrathecal_pump", "pacemaker",
           "icd", "other")  # fmt: skip


class LoadForm(DeviceForm):
    """Each psychosocial factor, graded; what is left out stays not asked."""

    def __init__(self, data: Any = None, *, factors: tuple[tuple[str, str], ...]) -> None:
        super().__init__(data)
        for name, grade in factors:
            self.fields[name] = forms.ChoiceField(
                choices=_GRADES, required=False, initial=grade,
                label=name.replace("_", " ").capitalize(),
            )  # fmt: skip
        self.names = tuple(name for name, _ in factors)
        self.before = dict(factors)
        self.order_fields([*self.names, *DeviceForm.base_fields])

    def statements(self) -> tuple[Attestation, ...]:
        """Only what was newly said."""
        said = self.cleaned_data
        return tuple(
            Attestation(name=name, value=said[name])
            for name in self.names
            if said[name] and said[name] != self.before[name]
        )


class TrialForm(DeviceForm):
    """A trial that begins."""

    of = forms.ChoiceField(
        label="Trial of",
        choices=[(n, n.replace("_", " ")) for n in (
            "spinal_cord_stimulation", "dorsal_root_ganglion_stimulation",
            "peripheral_nerve_stimulation")],
    )  # fmt: skip
    nrs_before = pain("Pain before, 0 to 10", required=True)
    opioid_mme = number("Opioids before", "MME a day", min_value=0)
    sleep_hours = number("Sleep before", "hours", min_value=0, max_value=24)

    def statement(self) -> Trial:
        said = self.cleaned_data
        before = TrialDay(
            day=0, nrs=float(said["nrs_before"]), opioid_mme=real(said["opioid_mme"]),
            sleep_hours=real(said["sleep_hours"]),
        )  # fmt: skip
        return Trial(of=said["of"], nrs_before=float(said["nrs_before"]), diary=(before,))


class TrialDayForm(DayForm):
    """One day of the diary."""

    nrs = pain("Pain, 0 to 10", required=True)
    function_percent = number("Function, change", "%", min_value=-100, max_value=300)
    sleep_hours = number("Sleep", "hours", min_value=0, max_value=24)
    opioid_mme = number("Opioids", "MME a day", min_value=0)
    complications = forms.CharField(
        required=False, max_length=300, label="Complication",
        help_text="Infection, lead moved, headache. Write none if there was none.",
    )  # fmt: skip

    def statement(self) -> Trial:
        """The trial with one day more."""
        said, trial = self.cleaned_data, self.trial
        line = TrialDay(
            day=float(said["day"]), nrs=float(said["nrs"]), sleep_hours=real(said["sleep_hours"]),
            function_percent=real(said["function_percent"]), opioid_mme=real(said["opioid_mme"]),
        )  # fmt: skip
        new = said["complications"].strip().rstrip(".")
        new = "" if new.lower() in ("none", "no") else new
        told = "; ".join(part for part in (trial.complications, new) if part)
        return replace(trial, diary=(*trial.diary, line), complications=told or None)


class TrialVerdictForm(DeviceForm):
    """How the trial is judged; another answer than the diary's needs its reason."""

    verdict = forms.ChoiceField(
        label="The trial", widget=forms.RadioSelect,
        choices=[(v, v) for v in ("succeeded", "failed", "undecided")],
    )  # fmt: skip
    reason = forms.CharField(
        required=False, max_length=400, widget=forms.Textarea(attrs={"rows": 2}),
        label="Why, if not as the diary says",
    )  # fmt: skip

    def __init__(self, data: Any = None, *, trial: Trial, reads: str) -> None:
        super().__init__(data, auto_id=f"{trial.of.replace(' ', '_')}_%s")
        self.trial, self.reads = trial, reads
        self.fields["verdict"].initial = reads

    def clean(self) -> dict[str, Any]:
        """An override is explained."""
        said = super().clean() or {}
        differs = said.get("verdict") not in (None, self.reads)
        if differs and not (said.get("reason") or "").strip():
            self.add_error(
                "reason", f"The diary says {self.reads}. Say why it is judged otherwise."
            )
        return said

    def statement(self) -> Trial:
        days = max((line.day for line in self.trial.diary), default=0) or None
        return replace(
            self.trial, verdict=self.cleaned_data["verdict"], days=self.trial.days or days
        )


class ProgramForm(DeviceForm):
    """A program as set; a setting outside the usual range is asked about once."""

    waveform = forms.ChoiceField(
        label="Waveform", choices=[(w, w.replace("_", " ")) for w in WAVEFORMS]
    )
    frequency_hz = number("Frequency", "Hz", min_value=0.1, max_value=20000)
    pulse_width_us = number("Pulse width", "us", min_value=1, max_value=2000)
    amplitude_ma = number("Amplitude", "mA", min_value=0, max_value=30)
    contacts = forms.CharField(required=False, max_length=60, label="Contacts", help_text="2- 3+")
    meant = forms.BooleanField(required=False, label="It is meant so: I have read it twice")

    def statement(self) -> StimulatorProgram:
        said = self.cleaned_data
        return StimulatorProgram(
            waveform=said["waveform"], amplitude_ma=real(said["amplitude_ma"]),
            pulse_width_us=real(said["pulse_width_us"]), frequency_hz=real(said["frequency_hz"]),
            contacts=said["contacts"] or None,
        )  # fmt: skip


class ImplantForm(DeviceForm):
    """What was implanted, as it stands on its label and in the report."""

    device = forms.ChoiceField(label="Device", choices=[(d, d.replace("_", " ")) for d in DEVICES])
    udi = forms.CharField(
        required=False, max_length=200, label="Device identifier (UDI)",
        help_text="Scan it or paste it whole: (01)00884838012349(17)271231(21)AB12",
    )  # fmt: skip
    model = forms.CharField(required=False, max_length=80, label="Model")
    side = forms.ChoiceField(choices=_SIDES, required=False, label="Side")
    site = forms.CharField(required=False, max_length=60, label="Pocket")
    implanted_on = forms.DateField(
        required=False, widget=_DATE, label="Implanted on",
        error_messages={"invalid": "This is not a day. Write it as 2026-03-31."},
    )  # fmt: skip
    mri = forms.ChoiceField(
        label="In MRI", choices=[(m, m) for m in ("unknown", "safe", "conditional", "unsafe")]
    )
    leads = forms.CharField(
        required=False, max_length=400, label="Leads, one a line",
        widget=forms.Textarea(attrs={"rows": 2}), help_text="LEAD-60 at T8",
    )  # fmt: skip
    adapter = forms.ChoiceField(choices=_YES_NO, required=False, label="Adapter")
    abandoned_leads = forms.ChoiceField(choices=_YES_NO, required=False, label="Abandoned leads")
    impedances_in_range = forms.ChoiceField(
        choices=_YES_NO, required=False, label="Impedances in range"
    )
    expected_life_years = number("Expected life", "years", min_value=0.1, max_value=30)

    def clean_udi(self) -> str:
        """A misread digit is found by its check digit."""
        text: str = self.cleaned_data["udi"].strip()
        if text:
            try:
                parse_udi(text)
            except NeedlepointError as error:
                raise forms.ValidationError(str(error)) from error
        return text

    def statement(self) -> ImplantedDevice:
        said = self.cleaned_data
        leads = tuple(line.strip() for line in said["leads"].splitlines() if line.strip())
        return ImplantedDevice(
            device=said["device"], udi=said["udi"] or None, model=said["model"] or None,
            side=Side(said["side"]) if said["side"] else None, site=said["site"] or None,
            implanted_on=said["implanted_on"], mri=said["mri"], leads=leads,
            adapter=_known(said["adapter"]), abandoned_leads=_known(said["abandoned_leads"]),
            impedances_in_range=_known(said["impedances_in_range"]),
            expected_life_years=real(said["expected_life_years"]),
        )  # fmt: skip


class ImplantEndForm(DeviceForm):
    """A revision or an explant, with why."""

    what = forms.ChoiceField(
        label="What was done", choices=(("revised", "revised, still in"), ("out", "taken out"))
    )
    reason = forms.CharField(
        max_length=300, label="Why",
        help_text="Infection, loss of relief, lead moved, end of battery, MRI needed, pain at the "
        "pocket.",
    )  # fmt: skip

    def __init__(self, data: Any = None, *, device: ImplantedDevice) -> None:
        super().__init__(data)
        self.device = device

    def statement(self) -> ImplantedDevice:
        state = State.ABSENT if self.cleaned_data["what"] == "out" else State.PRESENT
        return replace(self.device, state=state, reason=self.cleaned_data["reason"])


def _known(said: str) -> bool | None:
    return {"yes": True, "no": False}.get(said)


__all__ = [
    "DEVICES",
    "WAVEFORMS",
    "ImplantEndForm",
    "ImplantForm",
    "LoadForm",
    "ProgramForm",
    "TrialDayForm",
    "TrialForm",
    "TrialVerdictForm",
]
