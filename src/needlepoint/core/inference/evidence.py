"""What does each observation say about each pattern, by what was found and where?"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from datetime import date

import numpy as np

from needlepoint.core.anatomy import Side
from needlepoint.core.chart import State
from needlepoint.core.findings import Observation, ObservedFindings
from needlepoint.core.inference.discography import discography_factors
from needlepoint.core.inference.drawing import drawing_factors
from needlepoint.core.inference.factor import Factor
from needlepoint.core.inference.frame import Frame
from needlepoint.core.inference.prior import Prior
from needlepoint.core.knowledge import (
    AgeShare,
    FindingKnowledge,
    FindingTable,
    FindingTables,
    InferenceParameters,
    Knowledge,
    in_force,
)
from needlepoint.core.quantities import Bool, Float


def factors_of(
    frame: Frame,
    observed: ObservedFindings,
    knowledge: Knowledge,
    prior: Prior,
    *,
    age: float | None,
    zones: Float | None = None,
) -> tuple[Factor, ...]:
    """Every factor of one patient but the blocks, in clinical order."""
    findings = finding_factors(frame, observed, knowledge, age=age)
    by_station = {
        station: [f for f in findings if f.station == station]
        for station in ("history", "questionnaire", "examination", "imaging")
    }
    return (
        *by_station["history"],
        *drawing_factors(frame, observed, knowledge, prior, zones),
        *by_station["questionnaire"],
        *by_station["examination"],
        *by_station["imaging"],
        *discography_factors(frame, observed, knowledge),
    )


def finding_factors(
    frame: Frame, observed: ObservedFindings, knowledge: Knowledge, *, age: float | None
) -> tuple[Factor, ...]:
    """One factor an observation that bears on any kind of this complaint."""
    factors = [
        factor
        for o in observed.observations
        if (factor := finding_factor(frame, o, knowledge, age=age)) is not None
    ]
    return _with_design_effect(factors, knowledge)


def finding_factor(
    frame: Frame, observation: Observation, knowledge: Knowledge, *, age: float | None
) -> Factor | None:
    """The factor of one observation, before dependence; None where it bears on no kind here."""
    finding = knowledge.findings[observation.name]
    table = table_of(finding, observation.grade, frame.on)
    if table is None or not any(kind in table.kinds for kind in frame.kinds):
        return None
    present = observation.state is State.PRESENT
    leak = _bounded(base_rate(table, age), knowledge.parameters)
    match = match_of(frame, finding, observation, knowledge.parameters)
    return Factor(
        name=finding.name,
        label=_label(finding, observation),
        station=finding.station,
        present=present,
        leak=leak,
        a=_kept_arguments(frame, table, leak, match, finding, observation, knowledge.parameters),
        exponent=knowledge.parameters.finding_exponent.value,
        entries=observation.entries,
        sources=(table.base_rate, *(table.kinds[k] for k in frame.kinds if k in table.kinds)),
        observation=observation,
        tables=table,
    )


def _kept_arguments(
    frame: Frame,
    table: FindingTable,
    leak: float,
    match: Float,
    finding: FindingKnowledge,
    observation: Observation,
    parameters: InferenceParameters,
) -> Float:
    """The arguments, kept where they are the same for everyone: no base rate by age."""
    present = observation.state is State.PRESENT
    if table.base_rate_by_age:
        return arguments(frame, table, leak, match, finding, present, parameters)
    o = observation
    key = ("arguments", o.name, present, o.grade, o.segment, o.side if finding.sided else None)
    if key not in frame.memory:
        frame.memory[key] = arguments(frame, table, leak, match, finding, present, parameters)
    kept: Float = frame.memory[key]
    return kept


def table_of(finding: FindingKnowledge, grade: str | None, on: date) -> FindingTable | None:
    """The table of a finding at a grade; without a grade, of its mildest."""
    if not finding.values:
        return None
    tables: FindingTables = in_force(finding.values, on)
    if tables.grades:
        return tables.grades.get(grade or "") or next(iter(tables.grades.values()))
    return tables.table


def arguments(
    frame: Frame,
    table: FindingTable,
    leak: float,
    match: Float,
    finding: FindingKnowledge,
    present: bool,
    parameters: InferenceParameters,
) -> Float:
    """(P + 2,) the noisy-OR argument of each pattern: a = 1 - (1 - sensitivity) / (1 - leak).

    Per pattern, never per site: a published sensitivity is per patient, and a wide pattern must not
    explain a finding better than a narrow one. A soft sign's absence alone is capped.
    """
    sensitivity, bears = _sensitivities(frame, table, parameters)
    a = np.where(bears, 1 - (1 - sensitivity) / (1 - leak), 0.0)
    if not present and finding.examiner_dependent:
        a = np.minimum(a, 1 - parameters.soft_sign_floor)
    return a * match


@dataclass(frozen=True, slots=True)
class ByAge:
    """A finding whose base rate has an age: all that is the same for every patient."""

    table: FindingTable
    sensitivity: Float  # (P + 2,) 0 where it bears on nothing
    bears: Bool  # (P + 2,)
    match: Float  # (P + 2,)
    rates: tuple[Float, Float]  # ages, and the base rate at each
    parameters: InferenceParameters

    def at(self, age: float | None) -> tuple[float, Float]:
        """Leak, and (P + 2,) the arguments of the finding if it is present."""
        rate = self.table.base_rate.value if age is None else float(np.interp(age, *self.rates))
        leak = _bounded(rate, self.parameters)
        a = np.where(self.bears, 1 - (1 - self.sensitivity) / (1 - leak), 0.0)
        return leak, a * self.match


def by_age(
    frame: Frame,
    table: FindingTable,
    finding: FindingKnowledge,
    seen: Observation,
    parameters: InferenceParameters,
) -> ByAge:
    """Prepare a finding so that only the age is missing."""
    sensitivity, bears = _sensitivities(frame, table, parameters)
    match = match_of(frame, finding, seen, parameters)
    return ByAge(table, sensitivity, bears, match, _rates_by_age(table), parameters)


def _sensitivities(
    frame: Frame, table: FindingTable, parameters: InferenceParameters
) -> tuple[Float, Bool]:
    """(P + 2,) of each pattern alone, and whether the finding bears on it."""
    sensitivity, bears = np.zeros(frame.columns), np.zeros(frame.columns, dtype=bool)
    for kind, share in table.kinds.items():
        if kind in frame.columns_of_kind:
            here = frame.columns_of_kind[kind]
            sensitivity[here], bears[here] = _bounded(share.value, parameters), True
    for kind, by_segment in table.kinds_at.items():
        for column in frame.columns_of_kind.get(kind, ()):
            at = [by_segment[s].value for s in frame.patterns[column].segments if s in by_segment]
            if at:  # of a run the best fitting segment counts
                sensitivity[column], bears[column] = _bounded(max(at), parameters), True
    return sensitivity, bears


def base_rate(table: FindingTable, age: float | None) -> float:
    """The share that shows the finding without a listed source, at this age."""
    if age is None or not table.base_rate_by_age:
        return table.base_rate.value
    return float(np.interp(age, *_rates_by_age(table)))


def _rates_by_age(table: FindingTable) -> tuple[Float, Float]:
    """Ages, and the base rate at each."""
    points: tuple[AgeShare, ...] = tuple(sorted(table.base_rate_by_age, key=lambda p: p.age))
    return np.array([float(p.age) for p in points]), np.array([float(p.value) for p in points])


def match_of(
    frame: Frame,
    finding: FindingKnowledge,
    observation: Observation,
    parameters: InferenceParameters,
) -> Float:
    """(P + 2,) 1 where the place of the observation fits the pattern, 0 where it does not.

    A finding one segment away from the pattern counts by the neighbour weight; an observation
    without side or level fits all. Of a run of segments the best fitting one counts.
    """
    match = np.ones(frame.columns)
    if observation.side is None and observation.segment is None:
        return match
    if finding.sided and observation.side in (Side.LEFT, Side.RIGHT):
        inside = frame.includes_left if observation.side is Side.LEFT else frame.includes_right
        match = np.where(inside, match, 0.0)
    if finding.levelled and observation.segment is not None:
        match = match * _level_matches(frame, finding, observation.segment, parameters)
    return match


def _level_matches(
    frame: Frame, finding: FindingKnowledge, at: str, parameters: InferenceParameters
) -> Float:
    """(P + 2,) how well a level fits each pattern; kept, because it is the same for everyone."""
    key = ("level", finding.root, at)
    if key not in frame.memory:
        level = np.zeros(frame.columns)
        for column, pattern in enumerate(frame.patterns):
            level[column] = _level_match(
                frame, pattern.kind, pattern.segments, finding, at, parameters.neighbour_weight
            )
        frame.memory[key] = level
    kept: Float = frame.memory[key]
    return kept


def _level_match(
    frame: Frame,
    kind: str,
    segments: tuple[str, ...],
    finding: FindingKnowledge,
    at: str,
    neighbour: float,
) -> float:
    if not segments:
        return 1.0
    order = frame.anatomy.kinds[kind].segments
    best = 0.0
    for place in _same_naming(at, "-" in segments[0], finding.root):
        if place not in order:
            continue
        nearest = min(abs(order.index(place) - order.index(s)) for s in segments)
        best = max(best, 1.0 if nearest == 0 else neighbour if nearest == 1 else 0.0)
    return best


def _same_naming(at: str, wants_segment: bool, root: str) -> tuple[str, ...]:
    """A level in the other naming: the segment L4-L5 and its root L5 (traversing) or L4 (exiting).

    Cervical roots leave above their vertebra, so C5-C6 touches C6 and C7-T1 touches C8, either way.
    """
    if ("-" in at) == wants_segment:
        return (at,)
    if wants_segment:
        return ()
    upper, lower = at.split("-")
    if upper.startswith("C"):
        return ("C8",) if lower.startswith("T") else (lower,)
    if upper.startswith("T") or root == "exiting":
        return (upper,)
    return (lower,)


def _label(finding: FindingKnowledge, observation: Observation) -> str:
    place = " ".join(
        str(part)
        for part in (observation.grade, observation.segment, observation.side)
        if part is not None
    )
    return f"{finding.label} ({place})" if place else finding.label


def _with_design_effect(factors: list[Factor], knowledge: Knowledge) -> tuple[Factor, ...]:
    """n correlated findings count as n / (1 + (n - 1) rho) independent ones."""
    groups = Counter(
        group for f in factors if (group := knowledge.findings[f.name].group) is not None
    )
    weighed = []
    for factor in factors:
        group = knowledge.findings[factor.name].group
        if group is not None and group in knowledge.groups:
            rho = knowledge.groups[group].rho.value
            weight = 1 / (1 + (groups[group] - 1) * rho)
            factor = replace(factor, exponent=factor.exponent * weight)
        weighed.append(factor)
    return tuple(weighed)


def _bounded(share: float, parameters: InferenceParameters) -> float:
    return min(max(share, parameters.floor), 1 - parameters.floor)
