"""What did the trial show, and is this patient one for a pump?"""

from __future__ import annotations

from collections.abc import Iterator

from needlepoint.core.chart import MedicationInjected, PlannedProcedure, Trial, TrialDay
from needlepoint.core.knowledge import Knowledge, is_verified
from needlepoint.core.medicines import resolve
from needlepoint.core.record import PatientRecord, Said
from needlepoint.core.rules import Outcome, Planned, Reason, Situation, Verdict, situation
from needlepoint.core.rules.criteria import Answer, Judged, judge
from needlepoint.core.rules.facts import number
from needlepoint.core.rules.measures import measure
from needlepoint.core.rules.situation import injected
from needlepoint.core.rules.verdict import cannot_tell, caution, clear, clear_by, hold
from needlepoint.core.units import Mass, say_mass

_OF = ("intrathecal", "pump", "it trial")
_IMPLANT = "intrathecal_pump_implant"
_TRIAL_TECHNIQUE = "intrathecal_trial"
_TRIAL = "trial"  # the criterion that asks for one
_NONE = ("none", "no")
_EPSILON = 1e-9


def intrathecal_trials(record: PatientRecord) -> tuple[Said[Trial], ...]:
    """Every trial of intrathecal drugs, oldest first."""
    return tuple(
        Said(entry=e.id, occurred_at=e.occurred_at, statement=e.statement)
        for e in record.entries
        if isinstance(e.statement, Trial) and any(w in e.statement.of.lower() for w in _OF)
    )


def trial_verdict(record: PatientRecord, knowledge: Knowledge) -> Verdict | None:
    """The last intrathecal trial, read from its diary; None where none was made."""
    found = intrathecal_trials(record)
    return read_intrathecal(found[-1], knowledge) if found else None


def read_intrathecal(said: Said[Trial], knowledge: Knowledge) -> Verdict:
    """Read the diary of one trial.

    Relief is the mean of the diary against the pain before. A trial that failed holds; one that is
    half written down cannot tell.
    """
    reasons = tuple(_reasons(said.statement, said.entry, knowledge))
    return Verdict(rule="pump/trial", label="The intrathecal trial", reasons=reasons)


def relief_percent(trial: Trial) -> float | None:
    """Mean relief over the diary, or of the one figure; None while it is not known."""
    before = trial.nrs_before
    scores = [day.nrs for day in trial.diary if day.day > 0]
    if not scores and trial.nrs_during is not None:
        scores = [trial.nrs_during]
    if before is None or before <= 0 or not scores:
        return None
    return 100 * (1 - sum(scores) / len(scores) / before)


def best_day(trial: Trial) -> TrialDay | None:
    """The day of least pain whose dose is known, of two the one with the lower dose."""
    dosed = [day for day in trial.diary if day.day > 0 and day.dose_mg is not None]
    return min(dosed, key=lambda day: (day.nrs, day.dose_mg), default=None)


def drug_of(trial: Trial, knowledge: Knowledge) -> str | None:
    """The drug of a trial as knowledge names it; None where it is not said or not known."""
    if trial.drug is None:
        return None
    known = knowledge.guidance.neuromodulation.drugs
    found = resolve(trial.drug, knowledge.guidance.vocabulary).ingredients
    return next((name for name in (trial.drug.lower(), *found) if name in known), None)


def _reasons(trial: Trial, entry: str, knowledge: Knowledge) -> Iterator[Reason]:
    facts, entries = knowledge.guidance.neuromodulation.facts, [entry]
    enough = facts["trial/enough_relief_percent"]
    relief, wanted = relief_percent(trial), number(enough)
    if relief is None:
        yield cannot_tell("Record the pain before the trial and each day of it.", entries=entries)
    elif relief < wanted - _EPSILON:
        says = f"{relief:.0f} % relief: below {wanted:g} %, the trial failed."
        yield hold(says, enough, entries=entries)
    elif relief < wanted + _EPSILON:
        says = f"{relief:.0f} % relief: some payers ask for more than {wanted:g} %, others for it."
        yield cannot_tell(says, enough, entries=entries)
    else:
        says = f"{relief:.0f} % relief, {wanted:g} % wanted."
        yield clear_by(says, knowledge, enough, entries=entries)
    yield from _function(trial, entries)
    yield from _harm(trial, entries)
    yield from _doses(trial, entries, knowledge)
    if trial.verdict in ("succeeded", "failed") and relief is not None:
        agrees = (relief >= wanted) is (trial.verdict == "succeeded")
        if not agrees:
            says = f"It was written down that the trial {trial.verdict}: say why."
            yield cannot_tell(says, entries=entries)


def _function(trial: Trial, entries: list[str]) -> Iterator[Reason]:
    changes = [d.function_percent for d in trial.diary if d.function_percent is not None]
    if not changes:
        yield cannot_tell("Record what the patient could do during the trial.", entries=entries)
    elif changes[-1] < 0:
        yield caution(f"Function fell by {-changes[-1]:.0f} %.", entries=entries)
    else:
        yield clear(f"Function up by {changes[-1]:.0f} %.", entries)


def _harm(trial: Trial, entries: list[str]) -> Iterator[Reason]:
    """Side effects of the days and complications; a day that says none is an answer."""
    days = [(d.day, d.side_effects.strip().rstrip(".")) for d in trial.diary if d.side_effects]
    told = [f"day {day:g}: {says}" for day, says in days if says.lower() not in _NONE]
    if told:
        yield caution(f"Side effects, {'; '.join(told)}.", entries=entries)
    if trial.complications:
        yield caution(f"Complications: {trial.complications}.", entries=entries)
    elif trial.complications is None and not days:
        yield cannot_tell("Record complications of the trial, or that there were none.",
                          entries=entries)  # fmt: skip


def _doses(trial: Trial, entries: list[str], knowledge: Knowledge) -> Iterator[Reason]:
    """Above what is usual for a trial, relief says little of the dose that a pump begins with."""
    name, best = drug_of(trial, knowledge), best_day(trial)
    if name is None or best is None:
        says = "Drug and dose are not recorded: the start of a pump goes by them."
        yield caution(says, entries=entries)
        return
    known = knowledge.guidance.neuromodulation.drugs[name]
    span = known.start_mg_per_day if trial.method == "continuous" else known.trial_bolus_mg
    top = max(day.dose_mg for day in trial.diary if day.dose_mg is not None)
    if span is not None and top > span.high * (1 + 1e-9):
        most, given = (say_mass(Mass(mg=mg), known.spoken_unit) for mg in (span.high, top))
        what = "start of an infusion" if trial.method == "continuous" else "highest single dose"
        says = f"{name.capitalize()} {given}: above the {what}, {most}."
        yield caution(says, span, entries=entries)


# --- the bolus of a trial -------------------------------------------------------------------------


def trial_bolus(record: PatientRecord, knowledge: Knowledge) -> Verdict | None:
    """Is the single dose of a planned trial within bounds, lower still for who takes no opioid?"""
    planned = [
        e
        for e in record.entries
        if isinstance(e.statement, PlannedProcedure) and e.statement.technique == _TRIAL_TECHNIQUE
    ]
    technique = knowledge.guidance.techniques.get(_TRIAL_TECHNIQUE)
    if not planned or technique is None:
        return None
    plan = planned[-1].statement
    assert isinstance(plan, PlannedProcedure)
    now = situation(record, Planned(technique=technique, at=record.as_of), knowledge)
    reasons = [r for one in plan.medicines for r in _single_dose(one, planned[-1].id, now)]
    if not reasons:
        reasons = [cannot_tell("Write down drug and dose of the trial.", entries=[planned[-1].id])]
    reasons.append(_watch(now, [planned[-1].id]))
    return Verdict(rule="pump/trial_bolus", label="Dose of the trial", reasons=tuple(reasons))


def _watch(now: Situation, entries: list[str]) -> Reason:
    """Label and consensus differ on how long; both are shown."""
    facts = now.knowledge.guidance.neuromodulation.facts
    label, consensus = facts["trial/observe_hours_label"], facts["trial/observe_hours_consensus"]
    says = (
        f"Observe after each dose: {number(label):g} hours by the label of morphine, at least "
        f"{number(consensus):g} by the consensus. {facts['trial/settings'].value}."
    )
    return caution(says, label, consensus, facts["trial/settings"], entries=entries)


def _single_dose(one: MedicationInjected, entry: str, now: Situation) -> Iterator[Reason]:
    drug = injected(one, now.knowledge)
    known = now.knowledge.guidance.neuromodulation.drugs.get(drug.ingredient or "")
    name = one.name[0].upper() + one.name[1:]
    entries = [entry]
    if known is None or known.trial_bolus_mg is None:
        yield cannot_tell(f"No single dose is on file for {one.name}.", entries=entries)
        return
    if drug.mg is None:
        yield cannot_tell(f"{name}: write down the dose.", entries=entries)
        return
    span, naive = known.trial_bolus_mg, known.trial_bolus_naive_max_mg
    dose = say_mass(Mass(mg=drug.mg), known.spoken_unit)
    most = say_mass(Mass(mg=span.high), known.spoken_unit)
    if drug.mg > span.high * (1 + 1e-9):
        yield hold(f"{name} {dose}: above the highest single dose of {most}.", span,
                   entries=entries)  # fmt: skip
        return
    if naive is not None and drug.mg > naive.value * (1 + 1e-9):
        least = say_mass(Mass(mg=naive.value), known.spoken_unit)
        taken = measure("taking/opioid", now)
        if taken.value is None:
            yield cannot_tell(
                f"{name} {dose}: is an opioid taken? If not, {least} is the most.",
                naive, entries=[*entries, *taken.entries],
            )  # fmt: skip
        elif not taken.value:
            says = f"{name} {dose}: no opioid is taken, so {least} is the most."
            yield hold(says, naive, entries=[*entries, *taken.entries])
            return
    yield clear_by(f"{name} {dose} of {most}.", now.knowledge, span, entries=entries)


# --- candidacy ------------------------------------------------------------------------------------


def candidacy(record: PatientRecord, knowledge: Knowledge) -> Verdict:
    """Each criterion met, unmet or to be documented; a trial on file answers its own criterion."""
    technique = knowledge.guidance.techniques[_IMPLANT]
    now = situation(record, Planned(technique=technique, at=record.as_of), knowledge)
    judged = judge(knowledge.guidance.neuromodulation.intrathecal_candidacy, now)
    trial = trial_verdict(record, knowledge)
    reasons: list[Reason] = []
    for one in judged:
        if one.applies is Answer.NO:
            continue
        if one.criterion.id == _TRIAL and one.answer is Answer.UNKNOWN and trial is not None:
            reasons.append(_from_trial(trial))
        else:
            reasons += _criterion(one, knowledge)
    label = "A pump for this patient"
    return Verdict(rule="pump/candidacy", label=label, reasons=tuple(reasons))


def _from_trial(trial: Verdict) -> Reason:
    """What the diary of a trial says to the criterion that asks for one."""
    entries = [entry for reason in trial.reasons for entry in reason.entries]
    if trial.outcome is Outcome.HOLD:
        return hold("The trial failed by its diary.", entries=entries)
    if trial.outcome is Outcome.CLEAR:
        return clear("The trial succeeded by its diary.", entries)
    return cannot_tell("Read the trial on file and write down what it showed.", entries=entries)


def _criterion(one: Judged, knowledge: Knowledge) -> Iterator[Reason]:
    criterion, entries = one.criterion, one.measured.entries
    if one.answer is Answer.UNKNOWN:
        yield cannot_tell(one.document, criterion, entries=entries)
    elif one.answer is Answer.YES:
        # Its grounds are what an authority asks for; the answer itself is the patient's.
        mark = "" if is_verified(criterion, knowledge) else " (source not read)"
        yield clear(f"{criterion.says}{mark}", entries)
    elif criterion.effect == "info":
        yield caution(f"Not so: {criterion.says}", criterion, entries=entries)
    else:
        yield hold(f"Not so: {criterion.says}", criterion, entries=entries)
