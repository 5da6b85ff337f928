"""What does each observation say about each pattern? Noisy-OR factors, ready to multiply.

A factor is a yes-or-no observation with a leak (its chance when no listed source explains it) and
an argument `a` a pattern: P(present | h) = 1 - (1 - leak) * prod over patterns of h of (1 - a).
A negative argument makes the observation less likely than the leak: it argues against the pattern.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from datetime import date
from typing import Literal

import numpy as np

from needlepoint.core.anatomy import Side
from needlepoint.core.chart import DiscLevel, Discogram, State
from needlepoint.core.findings import Observation, ObservedFindings
from needlepoint.core.inference.frame import Frame
from needlepoint.core.inference.prior import Prior
from needlepoint.core.knowledge import (
    AgeShare,
    Estimate,
    FindingKnowledge,
    FindingTable,
    FindingTables,
    InferenceParameters,
    Knowledge,
    Referral,
    ReferralTable,
    in_force,
)
from needlepoint.core.quantities import Bool, Float

Station = Literal["history", "drawing", "questionnaire", "examination", "imaging", "discography"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Factor:
    """One observation as numbers, with enough to say where they came from."""

    name: str
    label: str
    station: Station
    present: bool
    leak: float
    a: Float  # (P + 2,); 0 for none nameable and for no further pattern, unless stated
    exponent: float
    entries: tuple[str, ...] = ()
    sources: tuple[Estimate, ...] = ()  # the numbers used, for citations
    observation: Observation | None = None
    tables: FindingTable | None = None

    @property
    def collapses(self) -> bool:
        """An absence that argues against nothing is one factor a pattern, whatever the others."""
        return not self.present and bool(self.a.min() >= 0)

    def alone(self, floor: float) -> Float:
        """(P + 2,) P(absent | pattern) over P(absent | nothing), each one kept in bounds."""
        return np.maximum((1 - self.leak) * (1 - self.a), floor) / (1 - self.leak)


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
    a = np.zeros(frame.columns)
    for kind, share in table.kinds.items():
        if kind in frame.columns_of_kind:
            sensitivity = _bounded(share.value, parameters)
            a[frame.columns_of_kind[kind]] = 1 - (1 - sensitivity) / (1 - leak)
    for kind, by_segment in table.kinds_at.items():
        for column in frame.columns_of_kind.get(kind, ()):
            here = [by_segment[s].value for s in frame.patterns[column].segments if s in by_segment]
            if here:  # of a run the best fitting segment counts
                a[column] = 1 - (1 - _bounded(max(here), parameters)) / (1 - leak)
    if not present and finding.examiner_dependent:
        a = np.minimum(a, 1 - parameters.soft_sign_floor)
    return a * match


def base_rate(table: FindingTable, age: float | None) -> float:
    """The share that shows the finding without a listed source, at this age."""
    if age is None or not table.base_rate_by_age:
        return table.base_rate.value
    points: tuple[AgeShare, ...] = tuple(sorted(table.base_rate_by_age, key=lambda p: p.age))
    return float(np.interp(age, [p.age for p in points], [p.value for p in points]))


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


# --- the drawing ----------------------------------------------------------------------------------


def drawing_factors(
    frame: Frame,
    observed: ObservedFindings,
    knowledge: Knowledge,
    prior: Prior,
    zones: Float | None = None,
) -> tuple[Factor, ...]:
    """One factor a zone and side of the complaint's territory.

    Painted zones always speak; zones left blank only if the drawing was finished. All at one small
    exponent, so that a finer map does not change the answer. None nameable paints as patients with
    this complaint do on the whole: a drawing tells sources apart and says nothing of there being
    none.
    """
    if observed.drawing_entry is None:
        return ()
    parameters = knowledge.parameters
    shares = zone_shares(frame, knowledge) if zones is None else zones
    spoken_for = {
        frame.anatomy.whole_zone(zone)
        for o in observed.observations
        for zone in knowledge.findings[o.name].painted
    }  # a finding that is read off these zones already says what they say
    rows = [
        (row, zone, side, (zone, side) in observed.painted)
        for row, (zone, side) in enumerate(zone_places(frame))
        if zone not in spoken_for
        and ((zone, side) in observed.painted or observed.drawing_complete)
    ]
    painted = np.array([here for *_, here in rows], dtype=bool)
    a = shares[[row for row, *_ in rows]].copy()
    a[:, frame.none] = _as_on_the_whole(a[:, : frame.none], painted, prior, parameters)
    return tuple(
        Factor(
            name=f"{zone}/{side.value}",
            label=_zone_label(frame, zone, side),
            station="drawing",
            present=here,
            leak=parameters.zone_leak,
            a=a[n],
            exponent=parameters.drawing_exponent.value,
            entries=(observed.drawing_entry,),
        )
        for n, (_, zone, side, here) in enumerate(rows)
    )


def _zone_label(frame: Frame, zone: str, side: Side) -> str:
    name = frame.anatomy.zones[zone].label
    return name if side is Side.MIDLINE else f"{name}, {side.value}"


def _as_on_the_whole(
    a: Float, painted: Bool, prior: Prior, parameters: InferenceParameters
) -> Float:
    """(Z,) the arguments of none nameable: each zone as expected from the zones before it.

    Patients on the whole are a mixture of sources, so the chance of a whole drawing is the mean
    over sources, not a product of mean zones. The product fits any drawing fairly, while real
    drawings stray from every map: it let a drawing speak for there being no source.
    """
    leak, exponent = parameters.zone_leak, parameters.drawing_exponent.value
    absent = (1 - leak) * (1 - a)
    chance = np.where(painted[:, None], 1 - absent, absent)
    so_far = prior.log_weight[: a.shape[1]] + np.cumsum(exponent * np.log(chance), axis=0)
    whole = np.logaddexp.reduce(np.vstack([prior.log_weight[: a.shape[1]], so_far]), axis=1)
    each = np.exp(np.diff(whole) / exponent)
    return np.asarray(1 - np.where(painted, 1 - each, each) / (1 - leak))


def zone_places(frame: Frame) -> tuple[tuple[str, Side], ...]:
    """The zones of the complaint's territory, each on each side it has."""
    zones = frame.anatomy.zones
    return tuple(
        (zone, side)
        for zone in frame.presentation.zones
        for side in ((Side.LEFT, Side.RIGHT) if zones[zone].paired else (Side.MIDLINE,))
    )


def zone_shares(frame: Frame, knowledge: Knowledge) -> Float:
    """(Z, P + 2) how often each pattern paints each zone and side."""
    places = zone_places(frame)
    shares = np.zeros((len(places), frame.columns))
    felt: dict[tuple[str, str | None, Side], Float] = {}
    for column, pattern in enumerate(frame.patterns):
        for segment in pattern.segments or (None,):
            key = (pattern.kind, segment, pattern.side)
            if key not in felt:
                table = referral_table(pattern.kind, segment, knowledge, frame.on)
                felt[key] = _felt(table, places, pattern.side)
            np.maximum(shares[:, column], felt[key], out=shares[:, column])
    limit = 1 - knowledge.parameters.floor
    priors = in_force(frame.presentation.values, frame.on)
    q = np.array([priors.kinds[kind].share.value for kind in frame.kinds])
    # None nameable: the marginal frequency, over kinds and, within a kind, over its places.
    mean_of_kind = np.stack(
        [shares[:, frame.columns_of_kind[kind]].mean(axis=1) for kind in frame.kinds], axis=1
    )
    shares[:, frame.none] = mean_of_kind @ (q / q.sum())
    return np.clip(shares, 0.0, limit)


def referral_table(
    kind: str, segment: str | None, knowledge: Knowledge, on: date
) -> ReferralTable | None:
    """The referral table of a kind at a segment; a table for the segment beats the general one."""
    general: Referral | None = None
    for referral in knowledge.referrals_by_kind.get(kind, ()):
        if segment is not None and segment in referral.segments:
            return in_force(referral.values, on)
        if not referral.segments:
            general = referral
    return in_force(general.values, on) if general else None


def _felt(table: ReferralTable | None, places: tuple[tuple[str, Side], ...], source: Side) -> Float:
    """(Z,) how often a source on a side paints each zone and side; 0 where nothing is known."""
    if table is None:
        return np.zeros(len(places))
    share = {zone: estimate.value for zone, estimate in table.zones.items()}
    here = (Side.MIDLINE, source) if source in (Side.LEFT, Side.RIGHT) else tuple(Side)
    return np.array(
        [
            share.get(zone, 0.0) * (1.0 if side in here else table.other_side)
            for zone, side in places
        ]
    )


# --- discography ----------------------------------------------------------------------------------


def discography_factors(
    frame: Frame, observed: ObservedFindings, knowledge: Knowledge
) -> tuple[Factor, ...]:
    """One factor a disc: provoked or not, by the criteria; weaker without a control level."""
    if "disc" not in frame.columns_of_kind:
        return ()
    model = knowledge.discography
    false_positive = _false_positive(observed, knowledge)
    factors = []
    for said in observed.discograms:
        discogram: Discogram = said.statement
        controlled = any(not is_disc_positive(d, knowledge) for d in discogram.levels)
        for disc in discogram.levels:
            a = np.zeros(frame.columns)
            argument = 1 - (1 - model.sensitivity.value) / (1 - false_positive.value)
            for column in frame.columns_of_kind["disc"]:
                if disc.segment in frame.patterns[column].segments:
                    a[column] = argument
            positive = is_disc_positive(disc, knowledge)
            weight = 1.0 if controlled or not positive else model.weight_without_control
            factors.append(
                Factor(
                    name=f"discography/{disc.segment}",
                    label=f"Discography {disc.segment}",
                    station="discography",
                    present=positive,
                    leak=false_positive.value,
                    a=a,
                    exponent=knowledge.parameters.block_exponent.value * weight,
                    entries=(said.entry,),
                    sources=(model.sensitivity, false_positive),
                )
            )
    return tuple(factors)


def is_disc_positive(disc: DiscLevel, knowledge: Knowledge) -> bool:
    """Concordant, strong pain at low pressure and small volume, in a disrupted disc.

    What was not recorded is not held against the disc.
    """
    model = knowledge.discography
    above = None
    if disc.pressure_psi is not None:
        above = disc.pressure_psi - (disc.opening_pressure_psi or 0.0)
    return (
        disc.concordance in ("similar", "exact")
        and disc.intensity >= model.intensity_min
        and (above is None or above <= model.pressure_above_opening_psi_max)
        and (disc.volume_ml is None or disc.volume_ml <= model.volume_ml_max)
        and (disc.annular_grade is None or disc.annular_grade >= model.annular_grade_min)
    )


def _false_positive(observed: ObservedFindings, knowledge: Knowledge) -> Estimate:
    """The chance that an innocent disc answers, by what is known of the patient."""
    model = knowledge.discography
    states = {o.name: o.state for o in (*observed.observations, *observed.replaced)}
    if states.get("somatisation") is State.PRESENT:
        return model.false_positive_somatisation
    if states.get("widespread_pain") is State.PRESENT:
        return model.false_positive_chronic_pain
    if states.get("somatisation") is states.get("widespread_pain") is State.ABSENT:
        return model.false_positive_clean
    return model.false_positive_default


# --- all of it ------------------------------------------------------------------------------------


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


def _bounded(share: float, parameters: InferenceParameters) -> float:
    return min(max(share, parameters.floor), 1 - parameters.floor)
