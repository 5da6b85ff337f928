"""What is printed of stimulation: candidate, lead, trial, programs, implants and MRI."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime

from needlepoint.core.anatomy import Side
from needlepoint.core.chart import State, StimulatorProgram
from needlepoint.core.errors import NeedlepointError
from needlepoint.core.knowledge import Knowledge, is_verified
from needlepoint.core.plan import planned_now
from needlepoint.core.record import PatientRecord
from needlepoint.core.rules import Outcome, situation
from needlepoint.core.technique.devices import trials
from needlepoint.core.technique.stimulation import (
    Device,
    LeadPlace,
    TrialReading,
    candidacy,
    device_registry,
    lead_places,
    mri_card,
    parse_udi,
    program_log,
    read_trial,
)
from needlepoint.web.devices.verdicts import VerdictCard, verdict_card
from needlepoint.web.drawings.svg import Drawing, figure_svg, zone_label

TRIAL_TECHNIQUE = "spinal_cord_stimulator_trial"
_NAMES = {"scs": "Spinal cord", "drg": "Dorsal root ganglion", "pns": "Peripheral nerve"}
_SHOWN = 6  # lead places offered for one drawing


@dataclass(frozen=True, slots=True, kw_only=True)
class Factor:
    """One psychosocial factor and its grade."""

    name: str
    label: str
    grade: str  # none, mild, severe; empty: not asked


@dataclass(frozen=True, slots=True, kw_only=True)
class LeadRow:
    """One place for a lead."""

    number: int
    label: str
    share: str
    percent: int
    reached: str
    missed: str
    is_enough: bool
    is_verified: bool
    is_open: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Leads:
    """The places for one complaint, one of them drawn on the patient's own drawing."""

    complaint: str
    label: str
    rows: tuple[LeadRow, ...]
    drawing: Drawing | None


@dataclass(frozen=True, slots=True, kw_only=True)
class DayRow:
    day: str
    nrs: str
    function: str
    sleep: str
    opioids: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TrialCard:
    """One trial with its diary and what it says."""

    entry: str
    label: str
    began: datetime
    is_running: bool
    before: str
    days: tuple[DayRow, ...]
    verdict: VerdictCard
    reads: str  # succeeded, failed or undecided: what the diary says
    decided: str  # what was written down


@dataclass(frozen=True, slots=True, kw_only=True)
class ProgramRow:
    at: datetime
    says: str
    unusual: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ImplantCard:
    """One device with its past."""

    entry: str
    label: str
    is_in: bool
    facts: tuple[tuple[str, str], ...]
    udi: tuple[tuple[str, str], ...]
    replace_by: date | None
    replace_is_past: bool
    history: tuple[tuple[date, str], ...]
    mri: VerdictCard | None  # a pump is told by its model, not by its leads


@dataclass(frozen=True, slots=True, kw_only=True)
class StimulatorPage:
    """Exactly what is printed of stimulation."""

    candidate: VerdictCard
    factors: tuple[Factor, ...]
    load: str
    leads: tuple[Leads, ...]
    trials: tuple[TrialCard, ...]
    programs: tuple[ProgramRow, ...]
    implants: tuple[ImplantCard, ...]


def stimulator_page(
    record: PatientRecord, knowledge: Knowledge, *, lead: int = 0
) -> StimulatorPage:
    """Lay stimulation out.

    Args:
        lead: which of the offered places is drawn.
    """
    technique = knowledge.guidance.techniques[TRIAL_TECHNIQUE]
    found = candidacy(situation(record, planned_now(technique, (), record), knowledge))
    return StimulatorPage(
        candidate=verdict_card(found.verdict, knowledge),
        factors=tuple(
            Factor(name=name, label=name.replace("_", " ").capitalize(), grade=grade or "")
            for name, grade in found.factors
        ),
        load=found.load or "",
        leads=tuple(_leads(record, knowledge, lead)),
        trials=tuple(_trial_cards(record, knowledge)),
        programs=tuple(
            ProgramRow(
                at=line.at,
                says=program_words(line.program),
                unusual=tuple(reason.says for reason in line.unusual),
            )
            for line in program_log(record, knowledge)
        ),
        implants=implant_cards(record, knowledge),
    )


# --- the lead -------------------------------------------------------------------------------------


def _leads(record: PatientRecord, knowledge: Knowledge, lead: int) -> Iterator[Leads]:
    for one in record.complaints:
        label = knowledge.presentations[one.complaint.presentation].label
        if one.drawing is None:
            yield Leads(complaint=one.complaint.name, label=label, rows=(), drawing=None)
            continue
        places = lead_places(one.drawing.statement, knowledge)[:_SHOWN]
        chosen = lead if 0 <= lead < len(places) else 0
        yield Leads(
            complaint=one.complaint.name,
            label=label,
            rows=tuple(_lead_row(n, p, n == chosen, knowledge) for n, p in enumerate(places)),
            drawing=_lead_drawing(places[chosen], knowledge) if places else None,
        )


def _lead_row(n: int, place: LeadPlace, is_open: bool, knowledge: Knowledge) -> LeadRow:
    levels = ", ".join(place.levels).replace("_", " ")
    return LeadRow(
        number=n,
        label=f"{_NAMES[place.of]}, {levels}",
        share=f"{place.share:.0%}",
        percent=round(100 * place.share),
        reached=_zones(place.reached, knowledge),
        missed=_zones(place.missed, knowledge),
        is_enough=place.enough,
        is_verified=is_verified(place.grounds, knowledge),
        is_open=is_open,
    )


def _zones(places: tuple[tuple[str, Side], ...], knowledge: Knowledge) -> str:
    return ", ".join(zone_label(knowledge.anatomy, z, s.value).lower() for z, s in places)


def _lead_drawing(place: LeadPlace, knowledge: Knowledge) -> Drawing:
    """Filled: reached. Outlined: missed. Both are told in words beside it."""
    classes = {(zone, side.value): "reached" for zone, side in place.reached}
    classes |= {(zone, side.value): "missed" for zone, side in place.missed}
    label = f"Reached: {_zones(place.reached, knowledge)}."
    if place.missed:
        label += f" Missed: {_zones(place.missed, knowledge)}."
    return figure_svg(knowledge.anatomy, classes, label=label, you=False)


# --- the trial ------------------------------------------------------------------------------------


def _trial_cards(record: PatientRecord, knowledge: Knowledge) -> Iterator[TrialCard]:
    for said in reversed(trials(record)):
        trial = said.statement
        reading = read_trial(said, knowledge)
        before = "not recorded" if trial.nrs_before is None else f"{trial.nrs_before:g}/10"
        yield TrialCard(
            entry=said.entry,
            label=f"Trial of {trial.of.replace('_', ' ')}",
            began=said.occurred_at,
            is_running=trial.verdict is None,
            before=before,
            days=tuple(
                DayRow(
                    day="before" if line.day == 0 else f"day {line.day:g}",
                    nrs=f"{line.nrs:g}/10",
                    function=_signed(line.function_percent, "%"),
                    sleep=_plain(line.sleep_hours, "h"),
                    opioids=_plain(line.opioid_mme, "MME"),
                )
                for line in sorted(trial.diary, key=lambda d: d.day)
            ),
            verdict=verdict_card(reading.verdict, knowledge),
            reads=reads(reading),
            decided=trial.verdict or "",
        )


def reads(reading: TrialReading) -> str:
    """What the diary says, in the words of the chart."""
    return {Outcome.CLEAR: "succeeded", Outcome.HOLD: "failed", Outcome.CANNOT_TELL: "undecided"}[
        reading.verdict.outcome
    ]


def _signed(value: float | None, unit: str) -> str:
    return "" if value is None else f"{value:+g} {unit}"


def _plain(value: float | None, unit: str) -> str:
    return "" if value is None else f"{value:g} {unit}"


def program_words(program: StimulatorProgram) -> str:
    """Waveform and settings with their units."""
    settings = (
        (program.frequency_hz, "Hz"),
        (program.pulse_width_us, "us"),
        (program.amplitude_ma, "mA"),
    )
    said = [f"{value:g} {unit}" for value, unit in settings if value is not None]
    contacts = [f"contacts {program.contacts}"] if program.contacts else []
    return ", ".join([program.waveform.replace("_", " "), *said, *contacts])


# --- what is implanted ----------------------------------------------------------------------------


def implant_cards(record: PatientRecord, knowledge: Knowledge) -> tuple[ImplantCard, ...]:
    """Every device that is or was in the body."""
    today = record.as_of.date()
    return tuple(_implant(one, knowledge, today) for one in device_registry(record))


def _implant(device: Device, knowledge: Knowledge, today: date) -> ImplantCard:
    one = device.now.statement
    place = [word for word in (one.side.value if one.side else "", one.site or "") if word]
    known = (
        ("Model", one.model or ""),
        ("Where", " ".join(place)),
        ("Implanted", f"{one.implanted_on:%Y-%m-%d}" if one.implanted_on else ""),
        ("Leads", "; ".join(one.leads)),
        ("Adapter", _yes(one.adapter)),
        ("Abandoned leads", _yes(one.abandoned_leads)),
        ("Impedances in range", _yes(one.impedances_in_range)),
        ("Expected life", _plain(one.expected_life_years, "years")),
    )
    said = (*device.earlier, device.now)
    is_pump = "pump" in one.device.lower()
    return ImplantCard(
        entry=device.now.entry,
        label=one.device.replace("_", " ").capitalize(),
        is_in=one.state is State.PRESENT,
        facts=tuple((label, value or "not recorded") for label, value in known),
        udi=_udi(one.udi),
        replace_by=device.replace_by,
        replace_is_past=device.replace_by is not None and device.replace_by <= today,
        history=tuple(
            (s.occurred_at.date(), _event(s.statement.state, s.statement.reason)) for s in said
        ),
        mri=None if is_pump else verdict_card(mri_card(device.now, knowledge), knowledge),
    )


def _event(state: State, reason: str | None) -> str:
    what = "recorded" if state is State.PRESENT else "taken out"
    return f"{what}: {reason}" if reason else what


def _udi(text: str | None) -> tuple[tuple[str, str], ...]:
    if not text:
        return ()
    try:
        udi = parse_udi(text)
    except NeedlepointError:
        return (("As written", text),)
    parts = (
        ("Device (GTIN)", udi.device),
        ("Serial number", udi.serial or ""),
        ("Lot", udi.lot or ""),
        ("Made", f"{udi.made:%Y-%m-%d}" if udi.made else ""),
        ("Use by", f"{udi.expires:%Y-%m-%d}" if udi.expires else ""),
    )
    return tuple((label, value) for label, value in parts if value)


def _yes(value: bool | None) -> str:
    return {True: "yes", False: "no", None: ""}[value]


__all__ = [
    "TRIAL_TECHNIQUE",
    "ImplantCard",
    "Leads",
    "StimulatorPage",
    "TrialCard",
    "implant_cards",
    "program_words",
    "reads",
    "stimulator_page",
]
