"""What was not looked for, and how likely is each answer under each hypothesis?"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np

from needlepoint.core.chart import State
from needlepoint.core.findings import Observation, ObservedFindings
from needlepoint.core.inference.evidence import ByAge, by_age, finding_factor
from needlepoint.core.inference.factor import Factor
from needlepoint.core.inference.localise import Localisation
from needlepoint.core.inference.posterior import Posterior, chance_of
from needlepoint.core.knowledge import FindingKnowledge, Knowledge, in_force
from needlepoint.core.plan.actions import Action, Tier, information_bits
from needlepoint.core.quantities import Float
from needlepoint.core.rules import lowered


def findings_actions(
    where: Localisation,
    best: Posterior,
    observed: ObservedFindings,
    knowledge: Knowledge,
    age: float | None,
) -> Iterator[Action]:
    """Every question and manoeuvre that was not made; every modality that was not used."""
    asked = tuple(_unasked(where, best, observed, knowledge, age))
    if not asked:
        return
    present = _chances(asked, best, knowledge.parameters.floor)
    answers = np.empty((len(asked), 2, present.shape[1]))
    answers[:, 0] = present
    np.subtract(1, present, out=answers[:, 1])
    studies: dict[str, list[int]] = {}
    for n, one in enumerate(asked):
        finding = one.finding
        if finding.station == "imaging":
            studies.setdefault(finding.modality or "imaging", []).append(n)
            continue
        yield Action(
            tier=Tier.EXAMINE,
            name=finding.name,
            label=finding.label,
            outcomes=("present", "absent"),
            likelihood=answers[n],
            minutes=finding.minutes,
            contraindicated_by=finding.contraindicated_by,
        )
    for modality, rows in sorted(studies.items()):
        yield _study(modality, [asked[n] for n in rows], present[rows], best)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Asked:
    """A finding that could be looked for, at a level if it has one, as a factor."""

    finding: FindingKnowledge
    segment: str | None
    leak: float
    keep: Float  # (P + 2,) 1 - a

    @property
    def label(self) -> str:
        return f"{self.finding.label} {self.segment}" if self.segment else self.finding.label


def _unasked(
    where: Localisation,
    best: Posterior,
    observed: ObservedFindings,
    knowledge: Knowledge,
    age: float | None,
) -> Iterator[_Asked]:
    """What bears on a kind of this complaint and was not looked for; images level by level."""
    members = _members_spoken_for(observed, knowledge)
    for name in observed.unexamined:
        if name in members:
            continue
        finding = knowledge.findings[name]
        anywhere = _asked(where, finding, None, knowledge, age)
        if anywhere is None:
            continue
        if finding.station != "imaging" or not finding.levelled:
            yield anywhere
            continue
        for segment in _likely_segments(where, best, finding):
            here = _asked(where, finding, segment, knowledge, age)
            if here is not None:
                yield here


def _members_spoken_for(observed: ObservedFindings, knowledge: Knowledge) -> set[str]:
    """Members of a cluster that is already decided tell nothing more."""
    if "clusters" not in knowledge.compiled:
        knowledge.compiled["clusters"] = {
            finding.name: finding.cluster.members
            for finding in knowledge.findings.values()
            if finding.cluster is not None
        }
    clusters: Mapping[str, tuple[str, ...]] = knowledge.compiled["clusters"]  # type: ignore[assignment]
    return {member for o in observed.observations for member in clusters.get(o.name, ())}


def _asked(
    where: Localisation,
    finding: FindingKnowledge,
    segment: str | None,
    knowledge: Knowledge,
    age: float | None,
) -> _Asked | None:
    """None where the finding bears on nothing here. Kept, but where its base rate has an age."""
    key = ("asked", finding.name, segment)
    if key not in where.frame.memory:
        where.frame.memory[key] = _askable(where, finding, segment, knowledge)
    kept: _Asked | ByAge | None = where.frame.memory[key]
    if not isinstance(kept, ByAge):
        return kept
    leak, a = kept.at(age)
    return _Asked(finding=finding, segment=segment, leak=leak, keep=1 - a)


def _askable(
    where: Localisation, finding: FindingKnowledge, segment: str | None, knowledge: Knowledge
) -> _Asked | ByAge | None:
    """What is the same for every patient."""
    seen = Observation(name=finding.name, state=State.PRESENT, segment=segment)
    factor: Factor | None = finding_factor(where.frame, seen, knowledge, age=None)
    if factor is None:
        return None
    if factor.tables is not None and factor.tables.base_rate_by_age:
        return by_age(where.frame, factor.tables, finding, seen, knowledge.parameters)
    return _Asked(finding=finding, segment=segment, leak=factor.leak, keep=1 - factor.a)


def _chances(asked: tuple[_Asked, ...], best: Posterior, floor: float) -> Float:
    """(A, N) P(present | h) of everything that could be looked for."""
    keep = np.stack([one.keep for one in asked])
    leak = np.array([one.leak for one in asked])[:, None]
    columns = best.columns
    together = keep[:, columns[:, 0]] * keep[:, columns[:, 1]] * keep[:, columns[:, 2]]
    return chance_of(True, leak, together, floor)


_STUDY_FINDINGS = 5


def _study(modality: str, some: list[_Asked], present: Float, best: Posterior) -> Action:
    """A study shows many findings at many levels; its worth is that of the best five together.

    All their outcomes are weighed jointly, so what two findings both say is counted once.
    """
    each = information_bits(np.stack([present, 1 - present], axis=1), best.probability)
    chosen = np.argsort(-each, kind="stable")[:_STUDY_FINDINGS]
    likelihood = np.ones((1, len(best.probability)))
    outcomes: tuple[str, ...] = ("",)
    shown = [_MODALITY.sub("", some[n].label) for n in chosen]
    for n, label in zip(chosen, shown, strict=True):
        likelihood = np.concatenate([likelihood * present[n], likelihood * (1 - present[n])])
        outcomes = (
            *(f"{o}; {label}".lstrip("; ") for o in outcomes),
            *(f"{o}; no {label}".lstrip("; ") for o in outcomes),
        )
    return Action(
        tier=Tier.IMAGE,
        name=modality,
        label=f"{study_label(modality)}: {', '.join(lowered(label) for label in shown[:3])}",
        outcomes=outcomes,
        likelihood=likelihood,
        minutes=max(one.finding.minutes for one in some),
        price=1.0,
        contraindicated_by=tuple(
            sorted({word for one in some for word in one.finding.contraindicated_by})
        ),
    )


def study_label(modality: str) -> str:
    """A modality as people write it: MRI, bone scan."""
    if modality in ("mri", "ct", "spect"):
        return modality.upper()
    return modality.replace("_", " ").capitalize()


# What a finding was seen on goes without saying beside the study that shows it.
_MODALITY = re.compile(
    r" on (?:an? )?(?:MRI|CT|SPECT|radiograph|bone scan|ultrasound)(?:/CT)?(?: or (?:CT|MRI))?"
)


def _likely_segments(
    where: Localisation, best: Posterior, finding: FindingKnowledge
) -> tuple[str, ...]:
    """The levels most worth looking at: where kinds that the finding bears on may sit."""
    frame = where.frame
    key = ("levels", finding.name)
    if key not in frame.memory:
        tables = in_force(finding.values, frame.on)
        table = tables.table or next(iter(tables.grades.values()))
        weight: dict[str, Float] = {}
        for column, pattern in enumerate(frame.patterns):
            if pattern.kind in table.kinds:
                for segment in pattern.segments:
                    weight.setdefault(segment, np.zeros(frame.none))[column] = 1.0
        names = tuple(sorted(weight))
        between = tuple(name for name in names if "-" in name)
        names = between or names  # a reader reports a disc L5-S1, not the root S1 that it touches
        frame.memory[key] = names, np.array([weight[s] for s in names]).reshape(-1, frame.none)
    names, member = frame.memory[key]
    order = np.argsort(-(member @ best.patterns).round(12), kind="stable")[:2]
    return tuple(names[n] for n in order)
