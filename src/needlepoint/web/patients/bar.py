"""The bar on every page of a patient: who it is, and what may harm."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from needlepoint.core.chart import ImplantedDevice, PumpSetting, State
from needlepoint.core.knowledge import Knowledge
from needlepoint.core.medicines import medicines_of
from needlepoint.core.record import PatientRecord

_THINNERS = ("anticoagulant", "antiplatelet")
_SEX = {"female": "F", "male": "M", "other": "X"}


@dataclass(frozen=True, slots=True, kw_only=True)
class ComplaintLink:
    name: str
    label: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PatientBar:
    """Exactly what the bar prints."""

    patient_id: UUID
    name: str
    born: date | None
    age_sex: str
    weight: str
    number: str
    thinners: tuple[str, ...]
    thinners_asked: bool
    unclear: int  # medicines that could not be understood: one of them may thin the blood
    allergies: tuple[str, ...]
    allergies_asked: bool
    devices: tuple[str, ...]
    complaints: tuple[ComplaintLink, ...]
    pump: str  # hold: it is stopped; cannot_tell: nobody said that it runs; empty: no pump, or runs


def patient_bar(
    *,
    patient_id: UUID,
    name: str,
    born: date | None,
    number: str,
    record: PatientRecord,
    knowledge: Knowledge,
) -> PatientBar:
    """Name, age, weight, blood thinners, allergies, implants. What was never asked says so."""
    medicines = medicines_of(record, knowledge.guidance.vocabulary)
    state, _ = medicines.state(knowledge.guidance.vocabulary, *_THINNERS)
    weight = record.demographics.weight_kg
    age = _age(born, record)
    return PatientBar(
        patient_id=patient_id,
        name=name,
        born=born,
        age_sex=f"{age} {_SEX.get(record.sex, 'sex not recorded')}".strip(),
        weight="" if weight is None else f"{weight:g} kg",
        number=number,
        thinners=tuple(dict.fromkeys(one.label for one in medicines.of(*_THINNERS))),
        thinners_asked=state is not State.UNEXAMINED,
        unclear=len(medicines.questions),
        allergies=tuple(
            said.statement.substance
            for said in record.allergies
            if said.statement.state is State.PRESENT
        ),
        allergies_asked=bool(record.allergies),
        devices=tuple(
            said.statement.device.replace("_", " ")
            for said in record.devices
            if said.statement.state is State.PRESENT
        ),
        complaints=tuple(
            ComplaintLink(
                name=one.complaint.name,
                label=knowledge.presentations[one.complaint.presentation].label,
            )
            for one in record.complaints
        ),
        pump=_pump(record),
    )


def _pump(record: PatientRecord) -> str:
    """A pump that does not run stands on every page until it does, or until it is taken out."""
    last: PumpSetting | None = None
    for entry in record.entries:
        match entry.statement:
            case PumpSetting():
                last = entry.statement
            case ImplantedDevice(device=device, state=State.ABSENT) if "pump" in device.lower():
                last = None
    if last is None or (last.running and last.flow_ml_per_day != 0):
        return ""
    return "cannot_tell" if last.running is None else "hold"


def _age(born: date | None, record: PatientRecord) -> str:
    if born is not None:
        today = record.as_of.date()
        return str(today.year - born.year - ((today.month, today.day) < (born.month, born.day)))
    return "age not recorded" if record.age is None else f"{record.age:.0f}"
