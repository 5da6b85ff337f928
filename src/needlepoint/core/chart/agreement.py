"""What a chart can say of consent, decisions, harm and corrections."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from needlepoint.core.quantities import Text


@dataclass(frozen=True, slots=True, kw_only=True)
class Consent:
    """What the patient agreed to or refused: a technique's id, or free words."""

    kind: Literal["consent"] = "consent"
    to: Text
    given: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Attestation:
    """Something a clinician documents because a rule or a payer asks for it by name."""

    kind: Literal["attestation"] = "attestation"
    name: Text
    value: bool | float | str
    note: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """What a clinician did with an answer; both are kept."""

    kind: Literal["decision"] = "decision"
    about: Text
    accepted: bool
    reason: str | None = None
    knowledge_version: str | None = None
    code_version: str | None = None
    assessment_sha256: str | None = None  # of the answer as it stood when this was signed


@dataclass(frozen=True, slots=True, kw_only=True)
class AdverseEvent:
    """Harm that came of a treatment, or may have come of it; `related_entry` is what was done."""

    kind: Literal["adverse_event"] = "adverse_event"
    name: Text
    severity: Literal["mild", "moderate", "severe", "life_threatening", "fatal"]
    related_entry: str | None = None
    note: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Retraction:
    """Takes back an earlier entry, with a reason. The entry stays to be read, but is not so."""

    kind: Literal["retraction"] = "retraction"
    entry: Text
    reason: Text
