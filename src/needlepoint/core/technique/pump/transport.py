"""Where is the drug: in the reservoir, on its way, or given?

Two computations that share no step: one multiplies volumes, the other moves small parcels from
reservoir through tubing and catheter and adds up what leaves the tip. Unless both agree, nothing
is said. Both take the line as a pipe in which solutions follow each other without mixing: at the
slow flow of an infusion that is what the makers' own formulas assume; a fast bolus mixes.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

from needlepoint.core.errors import NeedlepointError
from needlepoint.core.technique.pump.solution import CannotBe
from needlepoint.core.units import Concentration, Flow, Mass, Volume, say

Solution = Mapping[str, Concentration]
_STEPS = 64  # a line's volume, in parcels


class Disagreement(NeedlepointError):
    """The two computations differ: the answer is withheld."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Filled:
    """A reservoir and the line behind it, each with what fills it."""

    reservoir: Volume
    in_reservoir: Solution
    tubing: Volume
    catheter: Volume
    in_line: Solution  # empty: saline or spinal fluid

    @property
    def line(self) -> Volume:
        return self.tubing + self.catheter


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """A time at one flow."""

    time: timedelta
    flow: Flow


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivered:
    """What came of it: given at the tip, left in the reservoir, under way in the line."""

    volume: Volume
    given: Mapping[str, Mass]
    residual: Volume
    in_reservoir: Mapping[str, Mass]
    in_line: Mapping[str, Mass]


def delivered(start: Filled, runs: Sequence[Run]) -> Delivered:
    """Follow the drug through a pump, twice.

    Raises:
        CannotBe: the reservoir does not hold so much.
        Disagreement: the two computations differ.
    """
    closed, stepped = by_volumes(start, runs), by_parcels(start, runs)
    for one, other, what in (
        (closed.given, stepped.given, "given"),
        (closed.in_reservoir, stepped.in_reservoir, "left in the reservoir"),
        (closed.in_line, stepped.in_line, "under way"),
    ):
        for drug in one:
            if not one[drug].is_near(other[drug], relative=1e-6, absolute=1e-9):
                raise Disagreement(
                    f"{drug}: {say(one[drug].mg)} mg {what} by formula, {say(other[drug].mg)} mg "
                    "step by step. Do not program; report this."
                )
    return closed


def by_volumes(start: Filled, runs: Sequence[Run]) -> Delivered:
    """The closed form: what leaves first was in the line, what leaves after it in the reservoir."""
    out = Volume(ml=sum(run.flow.during(run.time).ml for run in runs))
    if out > start.reservoir and not out.is_near(start.reservoir):
        raise CannotBe(
            f"The reservoir holds {say(start.reservoir.ml)} ml; {say(out.ml)} ml cannot run out of "
            "it. Correct fill, flow or dates."
        )
    old = Volume(ml=min(out.ml, start.line.ml))
    new, remaining = out - old, Volume(ml=max(0.0, (start.reservoir - out).ml))
    given, kept, under_way = {}, {}, {}
    for drug in _drugs(start):
        before, after = _strength(start.in_line, drug), _strength(start.in_reservoir, drug)
        given[drug] = before.within(old) + after.within(new)
        kept[drug] = after.within(remaining)
        under_way[drug] = before.within(start.line - old) + after.within(old)
    return Delivered(
        volume=out, given=given, residual=remaining, in_reservoir=kept, in_line=under_way
    )


def by_parcels(start: Filled, runs: Sequence[Run]) -> Delivered:
    """The simulation: parcels of solution pushed through tubing and catheter, step by step."""
    drugs = _drugs(start)
    step_ml = max(start.line.ml, start.reservoir.ml / 50) / _STEPS
    reservoir_ml = start.reservoir.ml
    content = {d: _strength(start.in_reservoir, d).within(start.reservoir).mg for d in drugs}
    pipe: deque[tuple[float, dict[str, float]]] = deque()  # tip first
    for part in (start.catheter, start.tubing):
        if part.ml > 0:
            held = {d: _strength(start.in_line, d).within(part).mg for d in drugs}
            pipe.append((part.ml, held))
    tip = dict.fromkeys(drugs, 0.0)
    out_ml = 0.0
    for run in runs:
        left_ml = run.flow.during(run.time).ml
        while left_ml > 1e-12:
            move = min(step_ml, left_ml, reservoir_ml)
            if move <= 0:
                break
            share = move / reservoir_ml
            pushed = {d: content[d] * share for d in drugs}
            for d in drugs:
                content[d] -= pushed[d]
            reservoir_ml -= move
            pipe.append((move, pushed))
            _pour(pipe, move, tip)
            out_ml += move
            left_ml -= move
    in_pipe = {d: sum(held[d] for _, held in pipe) for d in drugs}
    return Delivered(
        volume=Volume(ml=out_ml),
        given={d: Mass(mg=tip[d]) for d in drugs},
        residual=Volume(ml=reservoir_ml),
        in_reservoir={d: Mass(mg=content[d]) for d in drugs},
        in_line={d: Mass(mg=in_pipe[d]) for d in drugs},
    )


def _pour(pipe: deque[tuple[float, dict[str, float]]], ml: float, tip: dict[str, float]) -> None:
    """Let that much leave at the tip; a parcel that leaves in part is cut."""
    while ml > 1e-15 and pipe:
        volume, held = pipe.popleft()
        share = min(1.0, ml / volume)
        for drug, mg in held.items():
            tip[drug] += mg * share
        if share < 1:
            pipe.appendleft((volume - ml, {d: mg * (1 - share) for d, mg in held.items()}))
        ml -= min(ml, volume)


def _drugs(start: Filled) -> tuple[str, ...]:
    return tuple(dict.fromkeys([*start.in_line, *start.in_reservoir]))


def _strength(solution: Solution, drug: str) -> Concentration:
    return solution.get(drug, Concentration(mg_per_ml=0))
