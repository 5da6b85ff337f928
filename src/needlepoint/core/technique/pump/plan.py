"""What would a change of the pump do: bridge, prime, strength for an interval, and is it safe?"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from needlepoint.core.knowledge import Knowledge
from needlepoint.core.record import PatientRecord
from needlepoint.core.rules import Verdict
from needlepoint.core.rules.verdict import caution, clear, clear_by, hold
from needlepoint.core.technique.pump.checks import limits
from needlepoint.core.technique.pump.forbidden import contraindicated
from needlepoint.core.technique.pump.history import PumpHistory, changes
from needlepoint.core.technique.pump.line import (
    Bridge,
    Line,
    Prime,
    PrimePart,
    bridge,
    prime,
    pushed_out,
)
from needlepoint.core.technique.pump.mixture import admixture
from needlepoint.core.technique.pump.possible import impossible_refill, impossible_setting
from needlepoint.core.technique.pump.refill import alarm_volume
from needlepoint.core.technique.pump.reservoir import Set, strength_for_interval
from needlepoint.core.technique.pump.solution import (
    CannotBe,
    Setting,
    Worked,
    highest_dose,
    limits_of,
    pump_named,
    stock_needed,
)
from needlepoint.core.technique.pump.titration import step
from needlepoint.core.units import Concentration, DoseRate, Volume, say, say_mass


@dataclass(frozen=True, slots=True, kw_only=True)
class PumpPlan:
    """A change of the pump, worked out."""

    old: Setting | None
    new: Setting
    changed: tuple[str, ...]
    line: Line | None
    bridge: Bridge | None
    prime: Prime | None
    interval: Worked[Concentration] | None
    stock: Worked[Volume] | None  # how to make the first drug's strength
    highest: Worked[DoseRate] | None  # of the first drug, before any ceiling is met
    verdicts: tuple[Verdict, ...]


def history_with(
    record: PatientRecord,
    knowledge: Knowledge,
    settings: tuple[Setting, ...],
    at: datetime,
    *,
    known: PumpHistory | None = None,
) -> PumpHistory:
    """The patient's pump as if these settings followed each other, an instant apart."""
    planned = tuple(
        Set(entry="planned", at=at + timedelta(seconds=n), setting=one)
        for n, one in enumerate(settings)
    )
    if known is not None:
        return replace(known, settings=(*known.settings, *planned))
    model = next((one.model for one in reversed(settings) if one.model), None)
    return PumpHistory(
        record=record,
        knowledge=knowledge,
        settings=planned,
        fills=(),
        model=model,
        pump=pump_named(model, knowledge.guidance.neuromodulation),
    )


def plan_change(
    of: PumpHistory,
    *,
    fill: Volume,
    line: Line | None = None,
    prime_part: PrimePart | None = None,
    interval: timedelta | None = None,
    stock: Concentration | None = None,
) -> PumpPlan:
    """Work out the last setting of a history against the one before it.

    Raises:
        CannotBe: the setting or the fill cannot be; every reason at once.
        Disagreement: two computations differ.
    """
    new, old = of.now.setting, of.before.setting if of.before else None
    _refuse(of, new, fill)
    changes_solution = old is not None and old.solution != new.solution
    if line is None and (changes_solution or prime_part is not None):
        raise CannotBe(
            "The volume of tubing and catheter is not known: name the pump and the catheter's "
            "length, or give both volumes."
        )
    bridged = None
    if old is not None and line is not None and changes_solution and prime_part is None:
        bridged = bridge(old, new, line, reservoir=fill)
    wanted = None
    if interval is not None:
        alarm = alarm_volume(of)
        if alarm is None:
            raise CannotBe("The alarm volume is not known: name the pump.")
        wanted = strength_for_interval(new.drugs[0].dose, fill, alarm, interval)
    found = (
        limits(of),
        admixture(of),
        contraindicated(of),
        step(of),
        _volumes(line, of),
        _priming(line, old, prime_part, of),
    )
    return PumpPlan(
        old=old,
        new=new,
        changed=changes(old, new) if old else (),
        line=line,
        bridge=bridged,
        prime=prime(line, new, prime_part) if line and prime_part else None,
        interval=wanted,
        stock=stock_needed(new.drugs[0].strength, fill, stock) if stock else None,
        highest=highest_dose(new, _ceilings(of)),
        verdicts=tuple(v for v in found if v is not None),
    )


def _volumes(line: Line | None, of: PumpHistory) -> Verdict | None:
    """A bridge or a prime is as good as the volumes it was reckoned with."""
    if line is None:
        return None
    says = f"Tubing and catheter: {say(line.volume.ml)} ml."
    reason = (
        clear_by(says, of.knowledge, *line.rests_on)
        if line.rests_on
        else clear(f"{says} Read from the programmer.")
    )
    return Verdict(rule="pump/line", label="The volumes of the line", reasons=(reason,))


def _priming(
    line: Line | None, old: Setting | None, part: PrimePart | None, of: PumpHistory
) -> Verdict | None:
    """A prime fills an empty line; through a full one it is a bolus of all that stands in it."""
    if line is None or part is None:
        return None
    supervised = of.devices.facts["pump/prime_supervised"]
    if old is not None and part == "tubing_and_catheter":
        held = ", ".join(
            f"{say_mass(mass, one.unit)} {one.label.lower()}" for one, mass in pushed_out(line, old)
        )
        says = f"The line holds {held} by the chart: a prime gives all of it at once. Bridge."
        reason = hold(says, supervised)
    else:
        says = "Drug may come early and then thin: keep the patient under observation."
        reason = caution(says, supervised)
    return Verdict(rule="pump/prime", label="Priming", reasons=(reason,))


def _refuse(of: PumpHistory, new: Setting, fill: Volume) -> None:
    said = [what for _, what in impossible_setting(replace(new, model=of.model), of.devices)]
    said += [what for _, what in impossible_refill(fill, None, of.pump)]
    if said:
        raise CannotBe("\n".join(said))


def _ceilings(of: PumpHistory) -> dict[str, DoseRate]:
    """The lower of consensus and label, of every drug of the solution that has one."""
    found = {}
    for one in of.now.setting.drugs:
        known = limits_of(one, of.devices)
        values = [e.value for e in (known.max_mg_per_day, known.label_max_mg_per_day) if e] if (
            known
        ) else []  # fmt: skip
        if values:
            found[one.name] = DoseRate(mg_per_day=min(values))
    return found
