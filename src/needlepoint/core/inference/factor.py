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

    def alone(self, floor: float) -> Float:
        """(P + 2,) P(absent | pattern) over P(absent | nothing), each one kept in bounds."""
        return np.maximum((1 - self.leak) * (1 - self.a), floor) / (1 - self.leak)
