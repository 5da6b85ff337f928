"""Is the pain nociceptive, neuropathic or nociplastic?"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from needlepoint.core.chart import State
from needlepoint.core.findings import ObservedFindings
from needlepoint.core.knowledge import Estimate, Knowledge


@dataclass(frozen=True, slots=True, kw_only=True)
class Mechanism:
    """Probability of each mechanism, and what each finding said of it."""

    probability: Mapping[str, float]
    contributions: tuple[tuple[str, str, Mapping[str, float]], ...]  # finding, state, log L
    sources: tuple[Estimate, ...]

    @property
    def leading(self) -> str:
        return max(self.probability, key=lambda name: self.probability[name])


def mechanism_of(observed: ObservedFindings, knowledge: Knowledge) -> Mechanism:
    """Weigh the mechanisms by the findings that tell them apart.

    The findings overlap, so their joint weight is shrunk by one exponent. A finding stated at
    several places counts once. Unexamined findings add nothing.
    """
    model = knowledge.mechanism
    names = tuple(model.prior)
    log = np.log(np.array([model.prior[name] for name in names]))
    contributions = []
    sources: list[Estimate] = []
    floor = knowledge.parameters.floor
    for finding, state in _states(observed).items():
        table = model.findings.get(finding)
        if table is None:
            continue
        share = np.clip([table[name].value for name in names], floor, 1 - floor)
        part = model.exponent * np.log(share if state is State.PRESENT else 1 - share)
        log = log + part
        contributions.append((finding, state.value, dict(zip(names, part.tolist(), strict=True))))
        sources += table.values()
    weight = np.exp(log - log.max())
    weight /= weight.sum()
    return Mechanism(
        probability=dict(zip(names, weight.tolist(), strict=True)),
        contributions=tuple(contributions),
        sources=tuple(sources),
    )


def _states(observed: ObservedFindings) -> dict[str, State]:
    """One state a finding: present anywhere is present."""
    states: dict[str, State] = {}
    for o in (*observed.observations, *observed.replaced):
        if states.get(o.name) is not State.PRESENT:
            states[o.name] = o.state
    return states
