"""What stands between reservoir and patient: priming it, and bridging a change of solution."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Literal

from needlepoint.core.knowledge import Estimate, Pump
from needlepoint.core.technique.pump.solution import CannotBe, Infused, Setting, Worked
from needlepoint.core.technique.pump.transport import Delivered, Filled, Run, delivered
from needlepoint.core.units import (
    DoseRate,
    Flow,
    Mass,
    Volume,
    days,
    say,
    say_dose,
    say_mass,
    say_strength,
    say_time,
)

PrimePart = Literal["tubing_and_catheter", "catheter"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """The pump's inner tubing and the catheter, and on what their volumes rest."""

    tubing: Volume
    catheter: Volume
    rests_on: tuple[Estimate, ...]  # empty: read from the programmer
    formula: str

    @property
    def volume(self) -> Volume:
        return self.tubing + self.catheter


def line_of(
    pump: Pump | None,
    catheter_cm: float | None,
    *,
    tubing: Volume | None = None,
    catheter: Volume | None = None,
) -> Line:
    """Tubing and catheter of this patient; what the programmer shows goes before what is on file.

    Raises:
        CannotBe: a volume is not known; says where to read it.
    """
    on: list[Estimate] = []
    words = []
    if tubing is None:
        if pump is None or pump.tubing_ml is None:
            which = pump.label if pump else "this pump"
            raise CannotBe(
                f"The inner volume of {which} is not on file. Read the volume of the "
                "tubing from the programmer and give it."
            )
        tubing = Volume(ml=pump.tubing_ml.value)
        on.append(pump.tubing_ml)
    if catheter is None:
        if catheter_cm is None:
            raise CannotBe(
                "The implanted length of the catheter is not on file. Look it up in the report of "
                "the operation (full length less what was cut off) and record catheter_cm."
            )
        if pump is None or pump.catheter_ml_per_cm is None:
            raise CannotBe(
                "The catheter's volume is not on file. Read it from the programmer and give it."
            )
        if pump.catheter_full_cm is not None and catheter_cm > pump.catheter_full_cm:
            raise CannotBe(
                f"{say(catheter_cm)} cm is longer than the whole catheter "
                f"({say(pump.catheter_full_cm)} cm). Enter what was implanted."
            )
        catheter = Volume(ml=catheter_cm * pump.catheter_ml_per_cm.value)
        on.append(pump.catheter_ml_per_cm)
        words.append(
            f"catheter = {say(catheter_cm)} cm x {say(pump.catheter_ml_per_cm.value)} ml/cm = "
            f"{say(catheter.ml)} ml"
        )
    total = tubing + catheter
    words.append(
        f"line = tubing + catheter = {say(tubing.ml)} ml + {say(catheter.ml)} ml = "
        f"{say(total.ml)} ml"
    )
    return Line(tubing=tubing, catheter=catheter, rests_on=tuple(on), formula="; ".join(words))


# --- priming --------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Prime:
    """A fast bolus that fills an empty line up to the tip, and no further."""

    volume: Volume
    drug: tuple[tuple[Infused, Mass], ...]  # what then stands in that part of the line
    formula: str


def prime(line: Line, setting: Setting, part: PrimePart) -> Prime:
    """Fill what is empty: the whole line after an implant, the catheter alone after its revision.

    None of it reaches the patient if the line was empty. A line that is full of drug must not be
    primed: all that it holds would be given at once; `pushed_out` says how much.
    """
    volume = line.volume if part == "tubing_and_catheter" else line.catheter
    words = (
        f"prime = tubing + catheter = {say(line.tubing.ml)} ml + {say(line.catheter.ml)} ml = "
        f"{say(volume.ml)} ml"
        if part == "tubing_and_catheter"
        else f"prime = catheter = {say(volume.ml)} ml (the tubing is full)"
    )
    return Prime(volume=volume, drug=_held(volume, setting), formula=words)


def pushed_out(line: Line, setting: Setting) -> tuple[tuple[Infused, Mass], ...]:
    """What a prime, or a flush through the side port, would give at once from a full line."""
    return _held(line.volume, setting)


def in_catheter(line: Line, setting: Setting) -> tuple[tuple[Infused, Mass], ...]:
    """What a flush through the side port would give at once."""
    return _held(line.catheter, setting)


def _held(volume: Volume, setting: Setting) -> tuple[tuple[Infused, Mass], ...]:
    return tuple((one, one.strength.within(volume)) for one in setting.drugs)


# --- bridging -------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Unbridged:
    """What one drug would be given if the new flow were set while the old solution still flows."""

    drug: Infused  # of the old solution
    dose: DoseRate
    intended: DoseRate  # of the new setting; 0 if it is to stop
    time: timedelta

    @property
    def times_intended(self) -> float | None:
        return None if self.intended.mg_per_day == 0 else self.dose.per(self.intended)

    @property
    def says(self) -> str:
        """What is given while the old solution still flows and nothing bridges."""
        times = self.times_intended
        share = "and should get none" if times is None else f"{times:.0%} of what is meant"
        return (
            f"Without a bridge {self.drug.label.lower()} is "
            f"{say_dose(self.dose, self.drug.unit)} ({share}) for {say_time(self.time)}."
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Bridge:
    """How to change the solution without changing the dose before the new one arrives."""

    flow: Flow  # until the line is clear
    time: timedelta  # that long the old solution still flows
    given: tuple[tuple[Infused, Mass], ...]  # of the old solution, meanwhile
    then: Flow  # the new setting
    unbridged: tuple[Unbridged, ...]
    fresh: tuple[str, ...]  # drugs of the new solution that were not in the old one
    ended: tuple[str, ...]
    formulas: tuple[str, ...]
    check: Delivered


def bridge(old: Setting, new: Setting, line: Line, *, reservoir: Volume) -> Bridge:
    """Run the old flow until tubing and catheter hold the new solution, then the new flow.

    Both computations of what is given must agree. The reservoir is taken as filled with the new
    solution alone; what cannot be drawn out of it dilutes the first fill a little.

    Raises:
        CannotBe: the pump is stopped, or there is nothing to bridge.
        Disagreement: the two computations differ.
    """
    if old.running is False or old.flow.ml_per_day == 0:
        raise CannotBe(
            "The pump is stopped: the old solution stands in the line and does not clear. "
            "Start it first, or prime under observation."
        )
    if old.solution == new.solution:
        raise CannotBe("Old and new solution are the same: change the flow, no bridge is needed.")
    if new.flow.ml_per_day <= 0:
        raise CannotBe("The new setting gives nothing. Enter the new dose.")
    time = line.volume / old.flow
    unbridged_time = line.volume / new.flow
    intended = {one.name: one.dose for one in new.drugs}
    unbridged = tuple(
        Unbridged(
            drug=one,
            dose=new.flow.carrying(one.strength),
            intended=intended.get(one.name, DoseRate(mg_per_day=0)),
            time=unbridged_time,
        )
        for one in old.drugs
    )
    start = Filled(
        reservoir=reservoir,
        in_reservoir=new.solution,
        tubing=line.tubing,
        catheter=line.catheter,
        in_line=old.solution,
    )
    one_day = timedelta(days=1)
    check = delivered(start, [Run(time=time, flow=old.flow), Run(time=one_day, flow=new.flow)])
    return Bridge(
        flow=old.flow,
        time=time,
        given=_held(line.volume, old),
        then=new.flow,
        unbridged=unbridged,
        fresh=tuple(one.name for one in new.drugs if one.name not in old.solution),
        ended=tuple(one.name for one in old.drugs if one.name not in new.solution),
        formulas=_bridge_words(old, new, line, time),
        check=check,
    )


def _bridge_words(old: Setting, new: Setting, line: Line, time: timedelta) -> tuple[str, ...]:
    first, then = old.drugs[0], new.drugs[0]
    words = [
        line.formula,
        f"bridge flow = old dose / old concentration = {say_dose(first.dose, first.unit)} / "
        f"{say_strength(first.strength, first.unit)} = {say(old.flow.ml_per_day)} ml/day",
        f"bridge time = line / bridge flow = {say(line.volume.ml)} ml / "
        f"{say(old.flow.ml_per_day)} ml/day = {say(days(time))} days = {say_time(time)}",
    ]
    for one, mass in _held(line.volume, old):
        words.append(
            f"{one.label} given meanwhile = line x old concentration = {say(line.volume.ml)} ml x "
            f"{say_strength(one.strength, one.unit)} = {say_mass(mass, one.unit)}"
        )
    words.append(
        f"then new flow = new dose / new concentration = {say_dose(then.dose, then.unit)} / "
        f"{say_strength(then.strength, then.unit)} = {say(new.flow.ml_per_day)} ml/day"
    )
    return tuple(words)


def old_solution_until(
    line: Line, since_change: Volume, flow: Flow
) -> Worked[timedelta | None] | None:
    """How much longer the solution from before a change still flows; None once it is through.

    Args:
        since_change: what has run since the new solution was put in.
        flow: the present flow; at no flow the old solution stays where it is (value None).
    """
    left = line.volume - since_change
    if left.ml <= 0:
        return None
    if flow.ml_per_day == 0:
        return Worked(value=None, formula=f"{say(left.ml)} ml of it stand still in the line")
    time = left / flow
    return Worked(
        value=time,
        formula=(
            f"(line - run since) / flow = ({say(line.volume.ml)} ml - {say(since_change.ml)} ml) / "
            f"{say(flow.ml_per_day)} ml/day = {say_time(time)}"
        ),
    )
