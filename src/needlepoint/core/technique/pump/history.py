"""What does the chart say of this patient's pump: its settings, its fills, its model?"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from needlepoint.core.chart import ImplantedDevice, PumpSetting, Refill, State
from needlepoint.core.knowledge import Knowledge, NeuromodulationKnowledge, Pump
from needlepoint.core.record import PatientRecord
from needlepoint.core.technique.pump.reservoir import Fill, Set
from needlepoint.core.technique.pump.solution import Infused, Setting, pump_named, setting_of
from needlepoint.core.units import Volume, say


@dataclass(frozen=True, slots=True, kw_only=True)
class PumpHistory:
    """Settings and fills, oldest first, and the pump they belong to."""

    record: PatientRecord
    knowledge: Knowledge
    settings: tuple[Set, ...]
    fills: tuple[Fill, ...]
    model: str | None  # as it was written
    pump: Pump | None  # None: the model is not known, or not on file

    @property
    def devices(self) -> NeuromodulationKnowledge:
        return self.knowledge.guidance.neuromodulation

    @property
    def now(self) -> Set:
        """The setting in force."""
        return self.settings[-1]

    @property
    def before(self) -> Set | None:
        """The setting before it."""
        return self.settings[-2] if len(self.settings) > 1 else None

    @property
    def last_fill(self) -> Fill | None:
        return self.fills[-1] if self.fills else None

    @property
    def catheter_cm(self) -> float | None:
        """The last length that was written down; a setting that leaves it out does not unsay it."""
        lengths = [s.setting.catheter_cm for s in self.settings if s.setting.catheter_cm]
        return lengths[-1] if lengths else None

    @property
    def alarm(self) -> Volume | None:
        """The alarm volume that was programmed last."""
        alarms = [s.setting.alarm for s in self.settings if s.setting.alarm is not None]
        return alarms[-1] if alarms else None


def history_of(record: PatientRecord, knowledge: Knowledge) -> PumpHistory | None:
    """The pump of a record; None where no setting was ever written down."""
    devices, words = knowledge.guidance.neuromodulation, knowledge.guidance.vocabulary
    settings = tuple(
        Set(entry=e.id, at=e.occurred_at, setting=setting_of(e.statement, devices, words))
        for e in record.entries
        if isinstance(e.statement, PumpSetting)
    )
    if not settings:
        return None
    model = model_of(record, settings)
    since = _in_place_since(settings)
    return PumpHistory(
        record=record,
        knowledge=knowledge,
        settings=settings,
        fills=tuple(
            Fill(
                entry=e.id,
                at=e.occurred_at,
                volume=Volume(ml=e.statement.volume_ml),
                drawn=_volume(e.statement.residual_ml),
                expected_by_programmer=_volume(e.statement.expected_residual_ml),
            )
            for e in record.entries
            if isinstance(e.statement, Refill) and (since is None or e.occurred_at >= since)
        ),
        model=model,
        pump=pump_named(model, devices),
    )


def _in_place_since(settings: tuple[Set, ...]) -> datetime | None:
    """When the present pump took the place of another; what was filled before is gone with that."""
    named = [one for one in settings if one.setting.model]
    for old, new in zip(reversed(named[:-1]), reversed(named[1:]), strict=True):
        if old.setting.model != new.setting.model:
            return new.at - timedelta(days=1)  # a new pump is filled before it is programmed
    return None


def _volume(ml: float | None) -> Volume | None:
    return None if ml is None else Volume(ml=ml)


def model_of(record: PatientRecord, settings: tuple[Set, ...]) -> str | None:
    """The model of the last setting that names one, or of the implanted pump."""
    named = [one.setting.model for one in settings if one.setting.model]
    if named:
        return named[-1]
    implants = [
        e.statement.model
        for e in record.entries
        if isinstance(e.statement, ImplantedDevice)
        and e.statement.state is State.PRESENT
        and e.statement.model
        and "pump" in e.statement.device.lower().replace("_", " ")
    ]
    return implants[-1] if implants else None


def changes(old: Setting, new: Setting) -> tuple[str, ...]:
    """Everything that differs between two settings, in words."""
    before = {one.name: one for one in old.drugs}
    after = {one.name: one for one in new.drugs}
    said = [f"{one.label} was stopped." for name, one in before.items() if name not in after]
    for name, one in after.items():
        if name in before:
            said += _changed(before[name], one)
        else:
            said.append(f"{one.label} is new: {one.say()}.")
    said += _rest(old, new)
    return tuple(said) or ("Nothing.",)


def _changed(was: Infused, now: Infused) -> list[str]:
    said = []
    if not now.strength.is_near(was.strength):
        step = _step(was.strength.mg_per_ml, now.strength.mg_per_ml)
        words = f"{was.say_strength()} to {now.say_strength()}"
        said.append(f"{now.label}: concentration {step}, {words}.")
    if not now.dose.is_near(was.dose, relative=1e-6):
        step = _step(was.dose.mg_per_day, now.dose.mg_per_day)
        said.append(f"{now.label}: dose {step}, {was.say_dose()} to {now.say_dose()}.")
    return said


def _rest(old: Setting, new: Setting) -> list[str]:
    said = []
    if not old.flow.is_near(new.flow, relative=1e-6):
        step = _step(old.flow.ml_per_day, new.flow.ml_per_day)
        said.append(
            f"Flow {step}, {say(old.flow.ml_per_day)} to {say(new.flow.ml_per_day)} ml/day."
        )
    if old.running is not new.running:
        state = {True: "running", False: "stopped", None: "not said to run"}
        said.append(f"The pump was {state[old.running]} and is {state[new.running]}.")
    if old.bolus != new.bolus:
        said.append(f"Patient bolus: {_bolus(old)} before, {_bolus(new)} now.")
    if new.alarm is not None and old.alarm != new.alarm:
        was = "not recorded" if old.alarm is None else f"{old.alarm.ml:g} ml"
        said.append(f"Alarm volume: {was} before, {new.alarm.ml:g} ml now.")
    if new.catheter_cm is not None and old.catheter_cm not in (None, new.catheter_cm):
        said.append(f"Catheter: {old.catheter_cm:g} cm before, {new.catheter_cm:g} cm now.")
    if new.model is not None and old.model not in (None, new.model):
        said.append(f"Pump: {old.model} before, {new.model} now.")
    return said


def _bolus(setting: Setting) -> str:
    if setting.bolus is None:
        return "none"
    most = setting.bolus.most_a_day
    return f"{setting.bolus.volume.microlitre:.3g} microlitres, at most {most} a day"


def _step(was: float, now: float) -> str:
    word = "up" if now > was else "down"
    return f"{word} {abs(now / was - 1):.0%}" if was else word
