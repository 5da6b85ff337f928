"""What stands in the way: of each procedure that is planned, and of each treatment on offer?"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from needlepoint.core.chart import BlockTarget, PlannedProcedure
from needlepoint.core.knowledge import Knowledge, Technique
from needlepoint.core.plan.actions import targets_of
from needlepoint.core.plan.options import Option
from needlepoint.core.record import PatientRecord, Said
from needlepoint.core.rules.done import carried_out
from needlepoint.core.rules.eligibility import Eligibility, eligibility
from needlepoint.core.rules.history import technique_named
from needlepoint.core.rules.safety import SafetyCheck, check_safety
from needlepoint.core.rules.situation import (
    Before,
    Planned,
    Situation,
    before,
    planned_procedure,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """Whether a procedure is safe for this patient then, and what its authorities ask for."""

    safety: SafetyCheck
    coverage: tuple[Eligibility, ...]

    @property
    def planned(self) -> Planned:
        return self.safety.now.planned


def standing(now: Situation) -> Standing:
    """Ask every safety rule and every authority about one procedure."""
    return Standing(safety=check_safety(now), coverage=eligibility(now))


def standing_of_planned(patient: Before) -> tuple[Standing, ...]:
    """Every procedure that was planned and is not done yet, in the order planned."""
    return tuple(standing(now) for now in _pending(patient))


def pending(record: PatientRecord, knowledge: Knowledge) -> Iterator[Situation]:
    """The situation before each of them; a time that has passed counts as now."""
    return _pending(before(record, knowledge))


def _pending(patient: Before) -> Iterator[Situation]:
    record, knowledge = patient.record, patient.knowledge
    for entry in record.entries:
        one = entry.statement
        if not isinstance(one, PlannedProcedure):
            continue
        technique = technique_named(one.technique, knowledge)
        assert technique is not None, f"{one.technique} was checked when the chart was read"
        said = Said(entry=entry.id, occurred_at=entry.occurred_at, statement=one)
        if carried_out(said, technique, record, knowledge) is not None:
            continue
        yield patient.planning(
            planned_procedure(said, technique, knowledge, not_before=record.as_of)
        )


def standing_of_options(
    patient: Before, options: tuple[Option, ...]
) -> tuple[Standing | None, ...]:
    """What would stand in the way of each option, were it done now; None: it is no procedure."""
    return tuple(_standing_of(patient, option) for option in options)


def _standing_of(patient: Before, option: Option) -> Standing | None:
    kind = option.pattern.kind if option.pattern else None
    technique = patient.knowledge.guidance.technique_for(option.therapy.id, kind)
    if technique is None:
        return None
    targets = targets_of(option.pattern) if option.pattern else ()
    return standing(patient.planning(planned_now(technique, targets, patient.record)))


def planned_now(
    technique: Technique, targets: tuple[BlockTarget, ...], record: PatientRecord
) -> Planned:
    """A procedure as if it were done now, its medicines not chosen yet."""
    return Planned(technique=technique, targets=targets, at=record.as_of)
