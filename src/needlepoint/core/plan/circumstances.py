"""What about this patient makes a treatment more or less likely to help, or stands in its way?"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from math import log

from needlepoint.core.chart import Condition, Decision, State
from needlepoint.core.findings import ObservedFindings
from needlepoint.core.knowledge import (
    Estimate,
    Knowledge,
    MechanismPlan,
    Modifier,
    Term,
    Therapy,
)
from needlepoint.core.medicines import PatientMedicines, medicines_of
from needlepoint.core.plan.earlier import EarlierResult, earlier_results
from needlepoint.core.record import ComplaintRecord, PatientRecord, Said
from needlepoint.core.rules import Mechanism, lowered
from needlepoint.core.words import as_id, letters_of

MONTH_DAYS = 30.4375


@dataclass(frozen=True, slots=True, kw_only=True)
class Applied:
    """A modifier that holds for this patient, with the entries that say so."""

    says: str
    log_odds: float
    odds_ratio: Estimate
    entries: tuple[str, ...] = ()
    part: float = 1.0  # how far it holds: the chance of a mechanism
    of_course: bool = False  # it moves the course of the pain, with and without a treatment


@dataclass(frozen=True, kw_only=True)
class Circumstances:
    """All of one patient and one pain that bears on how treatments do."""

    record: PatientRecord
    complaint: ComplaintRecord
    states: Mapping[str, State]  # of findings, in this complaint
    entries: Mapping[str, tuple[str, ...]]  # the same findings, where they are stated
    mechanism: Mapping[str, float]
    plans: tuple[MechanismPlan, ...]  # of mechanisms that lead
    earlier: tuple[EarlierResult, ...]
    decisions: Mapping[str, Said[Decision]]  # by what they are about
    knowledge: Knowledge

    @cached_property
    def medicines(self) -> PatientMedicines:
        """The medicine list; read only where a modifier asks for it."""
        return medicines_of(self.record, self.knowledge.guidance.vocabulary)

    @cached_property
    def duration_months(self) -> float | None:
        """How long the pain has lasted by now."""
        stated = self.complaint.complaint
        if stated.onset is not None:
            return (self.record.as_of.date() - stated.onset).days / MONTH_DAYS
        return stated.duration_months

    @cached_property
    def stated(self) -> Mapping[str, str]:
        """Conditions, devices and allergies that stand in the record, as words and as read."""
        return stated_obstacles(self.record, self.knowledge)

    @cached_property
    def shared(self) -> tuple[tuple[Modifier, Applied], ...]:
        """The shared modifiers that hold."""
        found = ((m, self.applies(m)) for m in self.knowledge.treatment.modifiers)
        return tuple(
            (m, replace(applied, of_course=_is_about_all(m)))
            for m, applied in found
            if applied is not None
        )

    def of(self, therapy: Therapy) -> tuple[Applied, ...]:
        """Everything that raises or lowers the response to this therapy, wherever it is aimed."""
        own = (self.applies(modifier) for modifier in therapy.modifiers)
        return (
            *(
                applied
                for modifier, applied in self.shared
                if applied.of_course or _is_about(modifier, therapy)
            ),
            *(applied for applied in own if applied is not None),
        )

    def applies(self, modifier: Modifier) -> Applied | None:
        """The modifier as far as it holds; silence leaves the response as it is."""
        part = 1.0
        entries: tuple[str, ...] = ()
        if modifier.finding is not None:
            if self.states.get(modifier.finding) is not State.PRESENT:
                return None
            entries = self.entries.get(modifier.finding, ())
        elif modifier.mechanism is not None:
            part = self.mechanism.get(modifier.mechanism, 0.0)
        else:
            found = self._holds(modifier)
            if found is None:
                return None
            entries = found
        weight = part * log(modifier.odds_ratio.value)
        if abs(weight) < 0.01:
            return None
        return Applied(
            says=modifier.says,
            log_odds=weight,
            odds_ratio=modifier.odds_ratio,
            entries=entries,
            part=part,
        )

    def _holds(self, modifier: Modifier) -> tuple[str, ...] | None:
        """The entries that show it; None where nothing does."""
        if modifier.condition:
            entries = tuple(
                said.entry
                for said in self.record.conditions
                if said.statement.state is State.PRESENT
                and any(word in said.statement.name.lower() for word in modifier.condition)
            )
            return entries or None
        if modifier.medicine is not None:
            if not self.record.medications:
                return None
            return tuple(one.said.entry for one in self.medicines.of(modifier.medicine)) or None
        if modifier.instrument is not None:
            return self._scored(modifier.instrument, modifier.at_least or 0.0)
        return () if self._measured(modifier) else None

    def _scored(self, instrument: str, at_least: float) -> tuple[str, ...] | None:
        for said in self.complaint.questionnaires:
            score = said.statement.score
            if letters_of(said.statement.instrument) == letters_of(instrument):
                return (said.entry,) if score is not None and score >= at_least else None
        return None

    def _measured(self, modifier: Modifier) -> bool:
        duration, age = self.duration_months, self.record.age
        if modifier.duration_months_from is not None:
            below = modifier.duration_months_below
            return (
                duration is not None
                and duration >= modifier.duration_months_from
                and (below is None or duration < below)
            )
        if modifier.duration_months_below is not None:
            return duration is not None and duration < modifier.duration_months_below
        if modifier.age_from is not None:
            return age is not None and age >= modifier.age_from
        if modifier.bmi_from is not None:
            who = self.record.demographics
            if who.weight_kg is None or who.height_cm is None:
                return False
            return who.weight_kg / (who.height_cm / 100) ** 2 >= modifier.bmi_from
        return False


def circumstances(
    record: PatientRecord,
    observed: ObservedFindings,
    mechanism: Mechanism,
    knowledge: Knowledge,
) -> Circumstances:
    """Gather what bears on treatment once for all therapies of a complaint."""
    complaint = next(c for c in record.complaints if c.complaint.name == observed.complaint)
    states: dict[str, State] = {}
    entries: dict[str, tuple[str, ...]] = {}
    for said in complaint.findings:
        name, state = said.statement.name, said.statement.state
        if state is State.UNEXAMINED or states.get(name) is State.PRESENT:
            continue
        states[name], entries[name] = state, (said.entry,)
    for o in (*observed.observations, *observed.replaced):
        if states.get(o.name) is not State.PRESENT:
            states[o.name], entries[o.name] = o.state, o.entries
    chance = mechanism.probability if mechanism.contributions else {}
    return Circumstances(
        record=record,
        complaint=complaint,
        states=states,
        entries=entries,
        mechanism=chance,
        plans=tuple(
            plan
            for plan in knowledge.treatment.mechanisms
            if chance.get(plan.mechanism, 0.0) >= plan.from_probability
        ),
        earlier=earlier_results(record, observed.complaint, knowledge),
        decisions={said.statement.about: said for said in record.decisions},
        knowledge=knowledge,
    )


def _is_about_all(modifier: Modifier) -> bool:
    return not modifier.categories and not modifier.therapies


def _is_about(modifier: Modifier, therapy: Therapy) -> bool:
    if _is_about_all(modifier):
        return True
    return therapy.category in modifier.categories or therapy.id in modifier.therapies


def stated_obstacles(record: PatientRecord, knowledge: Knowledge) -> dict[str, str]:
    """Conditions, devices and allergies that stand in the record, as words and as read.

    A condition goes by every name and code of its term too: CKD is a kidney that fails.
    """
    obstacles = stated_conditions(record, knowledge, State.PRESENT)
    for device in record.devices:
        if device.statement.state == "present":
            obstacles[as_id(device.statement.device)] = device.statement.device
            if device.statement.mri == "unsafe":
                obstacles["mri_unsafe_implant"] = f"{device.statement.device}, MRI unsafe"
    for allergy in record.allergies:
        if allergy.statement.state == "present":
            substance = as_id(allergy.statement.substance)
            obstacles[f"{substance}_allergy"] = f"allergy to {allergy.statement.substance}"
    for finding in record.findings:
        if finding.statement.state == "present":
            name = finding.statement.name
            known = knowledge.findings.get(name)
            obstacles.setdefault(name, lowered(known.label) if known else name.replace("_", " "))
    return obstacles


def stated_conditions(record: PatientRecord, knowledge: Knowledge, state: State) -> dict[str, str]:
    """Conditions that are said to be present, or said to be absent, by every name of the term.

    Who has no haemophilia may still have another bleeding disorder: a part denies no whole.
    """
    stated: dict[str, str] = {}
    for said in record.conditions:
        one = said.statement
        if one.state is not state:
            continue
        stated[as_id(one.name)] = one.name
        for term in knowledge.guidance.safety.conditions.values():
            parts = state is State.PRESENT
            if _is_called(one, term) if parts else _is_whole(one, term):
                stated.setdefault(term.id, one.name)
    return stated


def _is_whole(one: Condition, term: Term) -> bool:
    return as_id(one.name) in map(as_id, (term.id, term.label, *term.names))


def _is_called(one: Condition, term: Term) -> bool:
    """By its name, the name of a kind of it, or a code; what counts for a time only is not."""
    if term.within_months is not None:
        return False
    code = (one.code or "").strip().upper()
    names = (term.id, term.label, *term.names, *term.parts)
    return as_id(one.name) in map(as_id, names) or any(
        code.startswith(prefix) for prefix in term.icd10 if code
    )
