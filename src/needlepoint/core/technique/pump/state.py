"""A pump as of the chart: what is in it, what runs out when, what changed, what is safe."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from math import ceil

from needlepoint.core.chart import Attestation
from needlepoint.core.knowledge import Card, Estimate, Knowledge
from needlepoint.core.record import PatientRecord
from needlepoint.core.rules import Outcome, Verdict
from needlepoint.core.rules.facts import number
from needlepoint.core.rules.verdict import cannot_tell, clear
from needlepoint.core.technique.pump.checks import dose_formulas, is_harmful, limits, running
from needlepoint.core.technique.pump.forbidden import contraindicated
from needlepoint.core.technique.pump.history import PumpHistory, changes, history_of
from needlepoint.core.technique.pump.line import (
    Line,
    Unbridged,
    bridge,
    in_catheter,
    line_of,
    old_solution_until,
)
from needlepoint.core.technique.pump.mixture import admixture, drug_line, stable_days
from needlepoint.core.technique.pump.refill import (
    RESIDUAL,
    alarm_volume,
    is_signed,
    last_refill,
    next_refill,
)
from needlepoint.core.technique.pump.reservoir import (
    Between,
    RefillDates,
    content_at,
    in_force,
    infused_between,
    later,
    refill_dates,
)
from needlepoint.core.technique.pump.solution import CannotBe, limits_of
from needlepoint.core.technique.pump.titration import step
from needlepoint.core.technique.pump.transport import Disagreement, Filled, Run, by_parcels
from needlepoint.core.units import Volume, say, say_dose, say_mass


@dataclass(frozen=True, slots=True, kw_only=True)
class OldSolution:
    """The solution from before the last change of solution, while it still reaches the patient."""

    changed_at: datetime
    until: datetime | None  # None: the pump is stopped, it stands still
    formula: str
    unbridged: tuple[Unbridged, ...]  # what is given meanwhile, unless the change was bridged


@dataclass(frozen=True, slots=True, kw_only=True)
class PumpState:
    """Everything that is known of one pump at a moment."""

    history: PumpHistory
    as_of: datetime
    zone: tzinfo
    content: Between | None  # of the reservoir now
    dates: RefillDates | None
    dates_question: str | None  # what must be known for a date
    line: Line | None
    line_question: str | None
    old_solution: OldSolution | None  # while it still flows
    changed: tuple[str, ...]  # against the setting before
    verdicts: tuple[Verdict, ...]
    formulas: tuple[str, ...]
    cards: tuple[Card, ...]  # withdrawal and overdose of what is in the pump
    at_hand: tuple[str, ...]  # how much drug stands where, for an emergency

    @property
    def unsigned_refill(self) -> str:
        """The last refill, if its volumes do not agree and nobody has signed what is done."""
        last = self.history.last_fill
        held = any(v.rule == RESIDUAL and v.outcome is Outcome.HOLD for v in self.verdicts)
        return last.entry if last is not None and held and not is_signed(self.history) else ""


def pump_state(
    record: PatientRecord, knowledge: Knowledge, *, zone: tzinfo = UTC
) -> PumpState | None:
    """The pump of a record; None where the chart holds no setting.

    Args:
        zone: of the clinic; dates are days there.
    """
    of = history_of(record, knowledge)
    if of is None:
        return None
    content = _content(of)
    dates, question = _dates(of, content, zone)
    line, line_question = _line(of)
    old = _old_solution(of, line)
    today = record.as_of.astimezone(zone).date()
    verdicts = (
        running(of),
        limits(of),
        admixture(of),
        drug_line(of),
        contraindicated(of),
        step(of),
        _bridged(of, old),
        last_refill(of),
        next_refill(of, dates, question or "", today),
    )
    return PumpState(
        history=of,
        as_of=record.as_of,
        zone=zone,
        content=content,
        dates=dates,
        dates_question=question,
        line=line,
        line_question=line_question,
        old_solution=old,
        changed=changes(of.before.setting, of.now.setting) if of.before else (),
        verdicts=tuple(v for v in verdicts if v is not None),
        formulas=_formulas(of, content, dates, line),
        cards=_cards(of),
        at_hand=_at_hand(of, content, line),
    )


# --- reservoir ------------------------------------------------------------------------------------


def _content(of: PumpHistory) -> Between | None:
    """What the reservoir holds now, by formula and step by step; both must agree."""
    fill, now = of.last_fill, of.record.as_of
    parts = in_force(of.settings, fill.at, now) if fill else None
    content = content_at(fill, of.settings, now) if fill else None
    if fill is None or parts is None or content is None or content.most.ml <= 0:
        return content
    start = Filled(
        reservoir=fill.volume,
        in_reservoir=of.now.setting.solution,
        tubing=Volume(ml=0),
        catheter=Volume(ml=0),
        in_line={},
    )
    stepped = by_parcels(start, [Run(time=time, flow=setting.basal) for setting, time in parts])
    if not stepped.residual.is_near(content.most, relative=1e-6, absolute=1e-9):
        raise Disagreement(
            f"{say(content.most.ml)} ml left by formula, {say(stepped.residual.ml)} ml step by "
            "step. Do not rely on the dates; report this."
        )
    return content


def _dates(
    of: PumpHistory, content: Between | None, zone: tzinfo
) -> tuple[RefillDates | None, str | None]:
    setting, fill = of.now.setting, of.last_fill
    if fill is None:
        return None, "Record the last refill with its volume: no date can be reckoned without it."
    if content is None:
        return None, "Record how the pump was set when it was last filled."
    if setting.running is None:
        return None, "Interrogate the pump: it was not written down whether it runs."
    if setting.fastest.ml_per_day <= 0:
        return None, "The pump is stopped: nothing runs out, and nothing is given."
    alarm = alarm_volume(of)
    if alarm is None:
        return None, "Record the alarm volume, or the model of the pump."
    stable = stable_days(of)
    facts = of.devices.facts
    accuracy = of.pump.accuracy_percent if of.pump else None
    harmful = any(is_harmful(one, of) for one in setting.drugs)
    dates = refill_dates(
        of.record.as_of,
        content.least,
        setting,
        filled_at=fill.at,
        alarm=alarm,
        margin_days=ceil(_margin(of)),
        zone=zone,
        stable_days=stable[0] if stable else None,
        danger=Volume(ml=number(facts["pump/withdrawal_ml"])) if harmful else None,
        accuracy_percent=accuracy.value if accuracy else None,
    )
    return dates, None


def _margin(of: PumpHistory) -> float:
    known = [limits_of(one, of.devices) for one in of.now.setting.drugs]
    margins: list[Estimate] = [k.refill_margin_days for k in known if k and k.refill_margin_days]
    usual = number(of.devices.facts["pump/refill_margin_days"])
    return max([usual, *(one.value for one in margins)])


# --- line -----------------------------------------------------------------------------------------


def _line(of: PumpHistory) -> tuple[Line | None, str | None]:
    try:
        return line_of(of.pump, of.catheter_cm), None
    except CannotBe as error:
        return None, str(error)


def _old_solution(of: PumpHistory, line: Line | None) -> OldSolution | None:
    change = next(
        (
            (old, new)
            for old, new in zip(reversed(of.settings[:-1]), reversed(of.settings[1:]), strict=True)
            if old.setting.solution != new.setting.solution
        ),
        None,
    )
    if change is None or line is None:
        return None
    (old, new), now = change, of.record.as_of
    ran = infused_between(of.settings, new.at, now)
    since = ran.least if ran else Volume(ml=0)
    left = old_solution_until(line, since, of.now.setting.basal)
    if left is None:
        return None
    try:
        unbridged = bridge(old.setting, new.setting, line, reservoir=_any_reservoir(of)).unbridged
    except CannotBe:
        unbridged = ()
    return OldSolution(
        changed_at=new.at,
        until=None if left.value is None else later(now, left.value),
        formula=left.formula,
        unbridged=unbridged,
    )


def _bridged(of: PumpHistory, old: OldSolution | None) -> Verdict | None:
    """While the old solution still flows, was the change bridged?"""
    if old is None or not old.unbridged:
        return None
    said = [
        e.id
        for e in of.record.entries
        if isinstance(e.statement, Attestation)
        and e.statement.name == "pump_bridged"
        and e.statement.value is True
        and e.occurred_at >= old.changed_at
    ]
    if said:
        reason = clear("The change was bridged.", said[-1:])
    else:
        worst = max(old.unbridged, key=lambda one: one.times_intended or 0.0)
        times = worst.times_intended
        share = "though it should stop" if times is None else f"{times:.0%} of what is meant"
        question = (
            f"Was the change bridged? If not, {worst.drug.label.lower()} runs at "
            f"{say_dose(worst.dose, worst.drug.unit)} ({share}). Interrogate the pump and "
            "document pump_bridged."
        )
        reason = cannot_tell(question, entries=[of.now.entry])
    return Verdict(rule="pump/bridge", label="The old solution in the line", reasons=(reason,))


def _any_reservoir(of: PumpHistory) -> Volume:
    """Enough to run the check of a bridge; what it holds does not change the answer."""
    return Volume(ml=of.pump.reservoir_ml.value) if of.pump else Volume(ml=1e3)


# --- words ----------------------------------------------------------------------------------------


def _formulas(
    of: PumpHistory, content: Between | None, dates: RefillDates | None, line: Line | None
) -> tuple[str, ...]:
    said = list(dose_formulas(of))
    if of.last_fill is not None and content is not None:
        ran = of.last_fill.volume - content.least
        said.append(
            f"content = fill - run since, all boluses taken = {say(of.last_fill.volume.ml)} ml - "
            f"{say(ran.ml)} ml = {say(content.least.ml)} ml"
        )
    if dates is not None:
        said += dates.formulas
    if line is not None:
        said.append(line.formula)
    return tuple(said)


def _cards(of: PumpHistory) -> tuple[Card, ...]:
    names: dict[str, None] = {}
    for one in of.now.setting.drugs:
        known = limits_of(one, of.devices)
        for card in (known.withdrawal_card, known.overdose_card) if known else ():
            if card is not None:
                names[card] = None
    return tuple(of.knowledge.guidance.safety.cards[name] for name in names)


def _at_hand(of: PumpHistory, content: Between | None, line: Line | None) -> tuple[str, ...]:
    """The dose to restore, and how much of each drug stands where it could be given at once."""
    said = []
    for one in of.now.setting.drugs:
        if is_harmful(one, of):
            said.append(f"{one.label}: the dose to restore is {one.say_dose()}.")
        if content is not None and content.most.ml > 0:
            mass = one.strength.within(content.most)
            said.append(f"{one.label}: up to {say_mass(mass, one.unit)} in the reservoir.")
    if line is not None:
        for one, mass in in_catheter(line, of.now.setting):
            said.append(
                f"{one.label}: {say_mass(mass, one.unit)} in the catheter; a flush through the "
                "side port gives it at once: draw it out first."
            )
    return tuple(said)
