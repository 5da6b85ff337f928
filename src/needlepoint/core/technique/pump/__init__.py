"""Intrathecal delivery: what a pump gives, until when, and how a change reaches the patient."""

from needlepoint.core.technique.pump.asked import Asked, asked
from needlepoint.core.technique.pump.history import PumpHistory, history_of
from needlepoint.core.technique.pump.line import Bridge, Line, Prime, PrimePart, Unbridged, line_of
from needlepoint.core.technique.pump.plan import PumpPlan, history_with, plan_change
from needlepoint.core.technique.pump.refill import SIGNED as REFILL_SIGNED
from needlepoint.core.technique.pump.solution import CannotBe, Infused, Setting, infused
from needlepoint.core.technique.pump.state import PumpState, pump_state
from needlepoint.core.technique.pump.transport import Disagreement
from needlepoint.core.technique.pump.trial import (
    candidacy,
    drug_of,
    intrathecal_trials,
    read_intrathecal,
    trial_bolus,
    trial_verdict,
)

__all__ = [
    "REFILL_SIGNED",
    "Asked",
    "Bridge",
    "CannotBe",
    "Disagreement",
    "Infused",
    "Line",
    "Prime",
    "PrimePart",
    "PumpHistory",
    "PumpPlan",
    "PumpState",
    "Setting",
    "Unbridged",
    "asked",
    "candidacy",
    "drug_of",
    "history_of",
    "history_with",
    "infused",
    "intrathecal_trials",
    "line_of",
    "plan_change",
    "pump_state",
    "read_intrathecal",
    "trial_bolus",
    "trial_verdict",
]
