"""What is printed of intrathecal trials and of who is one for a pump."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from needlepoint.core.chart import Trial, TrialDay
from needlepoint.core.knowledge import Knowledge
from needlepoint.core.record import PatientRecord, Said
from needlepoint.core.rules import Outcome
from needlepoint.core.technique.pump import (
    Asked,
    asked,
    candidacy,
    drug_of,
    intrathecal_trials,
    read_intrathecal,
    trial_bolus,
)
from needlepoint.core.units import Mass, say_mass
from needlepoint.web.devices.verdicts import VerdictCard, verdict_card

_METHODS = {"bolus": "single doses", "continuous": "catheter and infusion"}
_READS = {Outcome.CLEAR: "succeeded", Outcome.HOLD: "failed", Outcome.CANNOT_TELL: "undecided"}


@dataclass(frozen=True, slots=True, kw_only=True)
class IntrathecalDay:
    """One line of the diary."""

    day: str
    dose: str
    nrs: str
    function: str
    side_effects: str
    opioids: str


@dataclass(frozen=True, slots=True, kw_only=True)
class IntrathecalCard:
    """One trial with its diary and what it says."""

    entry: str
    label: str
    began: datetime
    is_running: bool
    before: str
    days: tuple[IntrathecalDay, ...]
    verdict: VerdictCard
    reads: str  # succeeded, failed or undecided: what the diary says
    decided: str  # what was written down


@dataclass(frozen=True, slots=True, kw_only=True)
class IntrathecalPage:
    """Exactly what is printed before a pump."""

    trials: tuple[IntrathecalCard, ...]
    bolus: VerdictCard | None  # of a trial that is planned
    candidate: VerdictCard
    questions: tuple[Asked, ...]
    is_open: bool  # whether anything of it has begun


def intrathecal_page(record: PatientRecord, knowledge: Knowledge) -> IntrathecalPage:
    """Lay trial and candidacy out, the last trial first."""
    trials = tuple(_card(said, knowledge) for said in reversed(intrathecal_trials(record)))
    bolus, questions = trial_bolus(record, knowledge), asked(record, knowledge)
    return IntrathecalPage(
        trials=trials,
        bolus=None if bolus is None else verdict_card(bolus, knowledge),
        candidate=verdict_card(candidacy(record, knowledge), knowledge),
        questions=questions,
        is_open=bool(trials) or bolus is not None,
    )


def reads_intrathecal(said: Said[Trial], knowledge: Knowledge) -> str:
    """What the diary says, in the words of the chart."""
    return _READS[read_intrathecal(said, knowledge).outcome]


def _card(said: Said[Trial], knowledge: Knowledge) -> IntrathecalCard:
    trial = said.statement
    how = f", {_METHODS[trial.method]}" if trial.method else ""
    before = "not recorded" if trial.nrs_before is None else f"{trial.nrs_before:g}/10"
    return IntrathecalCard(
        entry=said.entry,
        label=f"Trial of {_named(trial, knowledge)}{how}",
        began=said.occurred_at,
        is_running=trial.verdict is None,
        before=before,
        days=tuple(_days(trial, knowledge)),
        verdict=verdict_card(read_intrathecal(said, knowledge), knowledge),
        reads=reads_intrathecal(said, knowledge),
        decided=trial.verdict or "",
    )


def _named(trial: Trial, knowledge: Knowledge) -> str:
    if trial.drug is None:
        return trial.of.replace("_", " ")
    known = knowledge.guidance.vocabulary.ingredients.get(trial.drug)
    return f"intrathecal {(known.label if known else trial.drug).lower()}"


def _days(trial: Trial, knowledge: Knowledge) -> Iterator[IntrathecalDay]:
    drug = drug_of(trial, knowledge)
    unit = knowledge.guidance.neuromodulation.drugs[drug].spoken_unit if drug else "mg"
    for line in sorted(trial.diary, key=lambda d: d.day):
        yield _day(line, unit)


def _day(line: TrialDay, unit: str) -> IntrathecalDay:
    return IntrathecalDay(
        day="before" if line.day == 0 else f"day {line.day:g}",
        dose="" if line.dose_mg is None else say_mass(Mass(mg=line.dose_mg), unit),
        nrs=f"{line.nrs:g}/10",
        function="" if line.function_percent is None else f"{line.function_percent:+g} %",
        side_effects=line.side_effects or "",
        opioids="" if line.opioid_mme is None else f"{line.opioid_mme:g} MME",
    )


__all__ = ["IntrathecalCard", "IntrathecalPage", "intrathecal_page", "reads_intrathecal"]
