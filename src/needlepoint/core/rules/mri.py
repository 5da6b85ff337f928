"""May this patient go into a magnet with what is implanted?"""

from __future__ import annotations

from collections.abc import Iterator

from needlepoint.core.chart import ImplantedDevice, State
from needlepoint.core.medicines import EVERYTHING
from needlepoint.core.record import PatientRecord, Said
from needlepoint.core.rules.verdict import Reason, Verdict, cannot_tell, caution, clear, hold

_NONE = EVERYTHING | {"implanted device", "implants", "any implant"}


def mri_safety(record: PatientRecord) -> Verdict:
    """By what is written of each implant; an implant of unknown make waits for its card."""
    return Verdict(rule="mri", label="MRI and implants", reasons=tuple(_reasons(record)))


def _reasons(record: PatientRecord) -> Iterator[Reason]:
    present = [one for one in record.devices if one.statement.state is State.PRESENT]
    for said in present:
        yield _device(said)
    if present:
        return
    denied = [
        one.entry
        for one in record.devices
        if one.statement.state is State.ABSENT
        and one.statement.device.lower().replace("_", " ") in _NONE
    ]
    if denied:
        yield clear("No implant.", denied)
    else:
        yield cannot_tell("Ask for implants, pacemakers, pumps, clips and metal in the eyes.")


def _device(said: Said[ImplantedDevice]) -> Reason:
    one = said.statement
    name = " ".join(word for word in (one.device.replace("_", " "), one.model or "") if word)
    match one.mri:
        case "unsafe":
            return hold(f"{name}: unsafe in the magnet. No MRI; CT instead.", entries=[said.entry])
        case "conditional":
            says = f"{name}: only under its conditions (field, coil, mode). Read its card first."
            return caution(says, entries=[said.entry])
        case "safe":
            return clear(f"{name}: safe in the magnet.", [said.entry])
    says = f"{name}: look up model and MRI condition before any MRI."
    return cannot_tell(says, entries=[said.entry])
