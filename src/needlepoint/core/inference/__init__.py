"""The process of elimination, as arithmetic: from findings to the probability of each generator."""

from needlepoint.core.inference.explain import Step, Versus, versus, waterfall
from needlepoint.core.inference.intervals import Intervals, intervals
from needlepoint.core.inference.localise import Localisation, compiled_frame, localise
from needlepoint.core.inference.patterns import Pattern
from needlepoint.core.inference.posterior import Posterior

__all__ = [
    "Intervals",
    "Localisation",
    "Pattern",
    "Posterior",
    "Step",
    "Versus",
    "compiled_frame",
    "intervals",
    "localise",
    "versus",
    "waterfall",
]
