"""What does the effect of an earlier treatment say about the source? Weak evidence, and explained.

A steroid, a denervation or an operation is evidence of another kind than the anaesthetic phase of a
block: it is remembered, it was chosen by someone who suspected a source, and it helps some patients
whatever hurts. So its response rates are those of the therapy, at a small exponent.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

import numpy as np

from needlepoint.core.anatomy import Side
from needlepoint.core.chart import BlockTarget, EarlierTreatment, Procedure
from needlepoint.core.findings import ObservedFindings
from needlepoint.core.inference.frame import Frame
from needlepoint.core.inference.relief import SHARES
from needlepoint.core.knowledge import (
    EarlierTreatments,
    Estimate,
    Knowledge,
    Therapy,
    TreatmentKnown,
    in_force,
)
from needlepoint.core.quantities import Float
from needlepoint.core.record import Said
from needlepoint.core.words import plain

_WEEKS_A_MONTH = 52.18 / 12


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadTreatment:
    """A treatment whose effect is known and bears on this complaint."""

    entry: str
    label: str
    helped: bool  # at least half of the pain gone, for long enough
    success: Estimate
    success_elsewhere: Estimate
    exponent: float
    coverage: Float  # (P + 2,) the share of each pattern's pain that it reached


@dataclass(frozen=True, slots=True, kw_only=True)
class Unweighed:
    """A treatment that is on file and says nothing here, and why."""

    entry: str
    treatment: str
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class _Response:
    """How often a treatment helps, for how long, and what it reaches."""

    success: Estimate
    success_elsewhere: Estimate
    duration_months: Estimate
    reaches: Mapping[str, float]


def read_treatments(
    frame: Frame, observed: ObservedFindings, knowledge: Knowledge
) -> tuple[tuple[ReadTreatment, ...], tuple[Unweighed, ...]]:
    """The treatments that say something, and the others with the reason why not."""
    read: list[ReadTreatment] = []
    unweighed: list[Unweighed] = []
    for said in observed.treatments:
        match _read(frame, said, knowledge):
            case ReadTreatment() as found:
                read.append(found)
            case Unweighed() as left:
                unweighed.append(left)
    return _with_design_effect(read, knowledge.earlier_treatments.rho), tuple(unweighed)


def treatment_table(treatment: ReadTreatment, end: int = 0) -> Float:
    """(C,) P(this effect | share of the pain reached), weakened; `end` -1 and 1 are the ends of the
    response rates: where the treatment tells least and where it tells most.
    """
    success, elsewhere = treatment.success.value, treatment.success_elsewhere.value
    if end and treatment.success.interval_95 and treatment.success_elsewhere.interval_95:
        which = (0, 1) if end < 0 else (1, 0)
        success = treatment.success.interval_95[which[0]]
        elsewhere = min(treatment.success_elsewhere.interval_95[which[1]], success)
    helps = elsewhere + (success - elsewhere) * SHARES
    return np.asarray((helps if treatment.helped else 1 - helps) ** treatment.exponent)


def _read(
    frame: Frame, said: Said[EarlierTreatment | Procedure], knowledge: Knowledge
) -> ReadTreatment | Unweighed:
    one, model = said.statement, knowledge.earlier_treatments
    name = one.treatment if isinstance(one, EarlierTreatment) else one.name

    def because(why: str) -> Unweighed:
        return Unweighed(entry=said.entry, treatment=name, why=why)

    targets = _targets(one)
    if plain(name) in _conservative(knowledge):
        return because("Conservative treatment may help whatever hurts: it points to no source.")
    known = [r for r in _responses(name, frame, knowledge) if set(r.reaches) & set(frame.kinds)]
    if not known:
        return because(
            "It reaches no source that is weighed in this complaint."
            if _is_known(name, knowledge)
            else "It is not understood: no such treatment is on file. Write it as knowledge knows "
            "it, or leave it: nothing is guessed."
        )
    if one.relief_percent is None:
        return because("No effect is stated: record the relief in percent and its weeks.")
    response = known[0]
    helped = _helped(one.relief_percent, one.relief_weeks, response, model)
    if helped is None:
        return because("Its relief was neither lasting nor brief, which says nothing.")
    coverage = _coverage(frame, response, targets, knowledge.parameters.neighbour_weight)
    weight = 1.0 if one.relief_weeks is not None else model.weight_without_duration
    return ReadTreatment(
        entry=said.entry,
        label=name.replace("_", " "),
        helped=helped,
        success=response.success,
        success_elsewhere=response.success_elsewhere,
        exponent=model.exponent.value * weight,
        coverage=coverage,
    )


def _targets(one: EarlierTreatment | Procedure) -> tuple[BlockTarget, ...]:
    if isinstance(one, Procedure):
        return one.targets
    return (one.target,) if one.target else ()


def _helped(
    percent: float, weeks: float | None, response: _Response, model: EarlierTreatments
) -> bool | None:
    """Whether it helped: half of the pain gone for long enough; None where that is undecided."""
    if percent / 100 < model.relief_min:
        return False
    if weeks is None:
        return True
    usual = model.lasting_share * response.duration_months.value * _WEEKS_A_MONTH
    if weeks >= min(usual, model.lasting_weeks_most):
        return True
    return False if weeks <= model.brief_weeks else None


# --- names ----------------------------------------------------------------------------------------


def _conservative(knowledge: Knowledge) -> frozenset[str]:
    fact = knowledge.guidance.safety.facts.get("conservative/treatments")
    listed = fact.value if fact is not None and isinstance(fact.value, tuple) else ()
    return frozenset(plain(str(name)) for name in listed)


def _is_known(name: str, knowledge: Knowledge) -> bool:
    return bool(_known(name, knowledge) or _therapies(name, knowledge))


def _known(name: str, knowledge: Knowledge) -> TreatmentKnown | None:
    word = plain(name)
    for known in knowledge.earlier_treatments.treatments:
        if word in {plain(other) for other in known.names}:
            return known
    return None


def _therapies(name: str, knowledge: Knowledge) -> tuple[Therapy, ...]:
    """Therapies of that id or label, or carried out by the technique of that name."""
    word = plain(name)
    done = {
        therapy
        for technique in knowledge.guidance.techniques.values()
        if plain(technique.id) == word
        for therapy in (*technique.carries_out, *technique.also_carries_out)
    }
    return tuple(
        therapy
        for therapy in knowledge.therapies.values()
        if therapy.id in done or word in (plain(therapy.id), plain(therapy.label))
    )


def _responses(name: str, frame: Frame, knowledge: Knowledge) -> Iterator[_Response]:
    """What the name may stand for in this complaint."""
    known = _known(name, knowledge)
    if known is None or known.success is None:
        named = _therapies(name, knowledge)
        if known is not None:
            named = tuple(knowledge.therapies[t] for t in known.therapies)
        for therapy in named:
            here = frame.presentation.id
            if not therapy.presentations or here in therapy.presentations:
                values = in_force(therapy.values, frame.on)
                yield _Response(
                    success=values.success,
                    success_elsewhere=values.success_elsewhere,
                    duration_months=values.duration_months,
                    reaches=(known.reaches if known else None) or dict.fromkeys(therapy.kinds, 1.0),
                )
        return
    assert known.success_elsewhere is not None and known.duration_months is not None
    yield _Response(
        success=known.success,
        success_elsewhere=known.success_elsewhere,
        duration_months=known.duration_months,
        reaches=known.reaches,
    )


# --- reach ----------------------------------------------------------------------------------------


def _coverage(
    frame: Frame, response: _Response, targets: tuple[BlockTarget, ...], neighbour: float
) -> Float:
    """(P + 2,) the share of each pattern's pain that was reached; without a place, of its kinds."""
    aimed = [t for t in targets if t.nerve is None and t.kind in (None, *response.reaches)]
    at_site = np.zeros(len(frame.sites))
    for s, site in enumerate(frame.sites):
        reached = response.reaches.get(site.kind, 0.0)
        if reached and aimed:
            order = frame.anatomy.kinds[site.kind].segments
            reached *= max(_matches(t, site.segment, site.side, order, neighbour) for t in aimed)
        at_site[s] = reached
    coverage = np.zeros(frame.columns)
    counts = frame.pattern_sites.sum(axis=1)
    coverage[: frame.none] = frame.pattern_sites @ at_site / counts
    return np.clip(coverage, 0.0, 1.0)


def _matches(
    target: BlockTarget, segment: str | None, side: Side, order: tuple[str, ...], neighbour: float
) -> float:
    """1 at the place that was treated, less a level away, 0 on the other side."""
    if target.side is not None and side is not Side.MIDLINE and side not in target.side.single:
        return 0.0
    if target.segment not in order or segment not in order:
        return 1.0  # another naming of levels, or none: the place is not held against it
    away = abs(order.index(str(target.segment)) - order.index(str(segment)))
    return 1.0 if away == 0 else neighbour if away == 1 else 0.0


def _with_design_effect(read: list[ReadTreatment], rho: float) -> tuple[ReadTreatment, ...]:
    """The same treatment again tells less: n count as n / (1 + (n - 1) rho)."""
    times = Counter(plain(one.label) for one in read)
    return tuple(
        replace(one, exponent=one.exponent / (1 + (times[plain(one.label)] - 1) * rho))
        for one in read
    )


__all__ = ["ReadTreatment", "Unweighed", "read_treatments", "treatment_table"]
