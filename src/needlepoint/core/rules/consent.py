"""Did the patient agree to this procedure?"""

from __future__ import annotations

from datetime import datetime

from needlepoint.core.chart import Attestation, Consent
from needlepoint.core.knowledge import Technique
from needlepoint.core.rules.measured import Measured
from needlepoint.core.rules.situation import Situation
from needlepoint.core.words import plain, plain_names

ATTESTED = "consent_given"  # the attestation that stands for a consent
_ASK = "Obtain consent to this procedure and write it down."


def consent(_: str, now: Situation) -> Measured:
    """The last word on it, by the procedure's id, label or what it carries out."""
    technique = now.planned.technique
    said: list[tuple[datetime, str, bool]] = []
    for entry in now.entries_of(Consent, Attestation):
        one = entry.statement
        if isinstance(one, Consent) and is_about(one, technique):
            said.append((entry.occurred_at, entry.id, one.given))
        elif isinstance(one, Attestation) and one.name == ATTESTED:
            said.append((entry.occurred_at, entry.id, one.value is True))
    if not said:
        return Measured(value=None, ask=_ASK)
    at = max(moment for moment, _, _ in said)
    last = [(entry, given) for moment, entry, given in said if moment == at]
    given = all(given for _, given in last)  # of two at one moment the refusal counts
    return Measured(value=given, entries=tuple(entry for entry, _ in last), ask=_ASK)


def is_about(one: Consent, technique: Technique) -> bool:
    """Whether it names this technique, or what the technique carries out."""
    return plain(one.to) in plain_names((technique.id, technique.label, *technique.carries_out))
