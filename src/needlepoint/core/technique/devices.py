"""What do the devices in this patient need, and did the trials of one succeed?"""

from __future__ import annotations

from needlepoint.core.chart import ImplantedDevice, PumpSetting, State, Trial
from needlepoint.core.knowledge import Knowledge
from needlepoint.core.record import PatientRecord, Said
from needlepoint.core.rules import Verdict
from needlepoint.core.rules.mri import mri_safety
from needlepoint.core.technique.pump import pump_state, trial_verdict
from needlepoint.core.technique.stimulation import mri_card, read_trial

_STIMULATORS = ("scs_generator", "drg_generator", "pns_generator")


def trials(record: PatientRecord) -> tuple[Said[Trial], ...]:
    """Every trial of stimulation, oldest first; those of intrathecal drugs are read by the pump."""
    return tuple(
        Said(entry=e.id, occurred_at=e.occurred_at, statement=e.statement)
        for e in record.entries
        if isinstance(e.statement, Trial) and "intrathecal" not in e.statement.of.lower()
    )


def device_verdicts(record: PatientRecord, knowledge: Knowledge) -> tuple[Verdict, ...]:
    """Of pump, stimulators and the last trial of each kind, and what any implant means for MRI."""
    found: list[Verdict] = []
    if any(isinstance(e.statement, PumpSetting) for e in record.entries):
        state = pump_state(record, knowledge)
        found += state.verdicts if state else ()
    if any(isinstance(e.statement, Trial) for e in record.entries):
        intrathecal = trial_verdict(record, knowledge)
        found += [intrathecal] if intrathecal else []
        found += [read_trial(said, knowledge).verdict for said in trials(record)[-1:]]
    for said in record.devices:
        one = said.statement
        if one.state is State.PRESENT and one.device.lower() in _STIMULATORS:
            found.append(mri_card(said, knowledge))
    if any(s.statement.state is State.PRESENT and not _has_card(s) for s in record.devices):
        found.append(mri_safety(record))
    return tuple(found)


def _has_card(said: Said[ImplantedDevice]) -> bool:
    return said.statement.device.lower() in _STIMULATORS
