"""What is one observation in numbers? A noisy-OR factor, ready to multiply.

A factor is a yes-or-no observation with a leak (its chance when no listed source explains it) and
an argument `a` a pattern: P(present | h) = 1 - (1 - leak) * prod over patterns of h of (1 - a).
A negative argument makes the observation less likely than the leak: it argues against the pattern.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np

from needlepoint.core.findings import Observation
from needlepoint.core.knowledge import Estimate, FindingTable
from needlepoint.core.quantities import Float

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


def apart(factors: tuple[Factor, ...]) -> tuple[list[Factor], list[Factor]]:
    """Those that collapse, and the rest, each in their order."""
    absent = [factor for factor in factors if not factor.present]
    least = np.array([factor.a for factor in absent]).min(axis=1) if absent else ()
    against = {id(f) for f, a in zip(absent, least, strict=True) if a < 0}
    collapsing = [f for f in absent if id(f) not in against]
    return collapsing, [f for f in factors if f.present or id(f) in against]


def log_alone(collapsing: list[Factor], floor: float) -> Float:
    """(C, P + 2) weighted log of P(absent | pattern) over P(absent | nothing), kept in bounds."""
    absent = np.array([[1 - f.leak] for f in collapsing])
    log = np.log(np.maximum(absent * (1 - np.array([f.a for f in collapsing])), floor) / absent)
    return np.asarray(np.array([[f.exponent] for f in collapsing]) * log)
