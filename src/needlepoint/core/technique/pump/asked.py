"""What a clinician is asked before a pump, by the name under which it is attested?"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from needlepoint.core.chart import Attestation
from needlepoint.core.knowledge import Knowledge
from needlepoint.core.record import PatientRecord
from needlepoint.core.technique.pump.mixture import PAIN_TYPE

EXPOSURE = "intrathecal_exposure"
_DIARY = "intraspinal_trial_successful"  # the diary of the trial answers it
_DOCUMENTED = "documented/"


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """One question, and the answer on file."""

    name: str
    says: str  # what it is asked for
    choices: tuple[str, ...]  # of words; empty: yes or no, or a number
    is_number: bool
    answer: bool | float | str | None  # None: not asked yet


def asked(record: PatientRecord, knowledge: Knowledge) -> tuple[Asked, ...]:
    """Every attestation that candidacy, the line of therapy and the start of a pump go by."""
    return tuple(_asked(record, knowledge))


def _asked(record: PatientRecord, knowledge: Knowledge) -> Iterator[Asked]:
    devices, said = knowledge.guidance.neuromodulation, _said(record)
    kinds = tuple(dict.fromkeys(line.pain for line in devices.lines))
    yield Asked(
        name=PAIN_TYPE, says="The line of therapy goes by the kind and spread of the pain.",
        choices=kinds, is_number=False, answer=said.get(PAIN_TYPE),
    )  # fmt: skip
    told: set[str] = set()
    for criterion in devices.intrathecal_candidacy:
        for test in (criterion.test, *criterion.applies_when):
            name = test.measure.removeprefix(_DOCUMENTED)
            if name == test.measure or name in (_DIARY, *told):
                continue
            told.add(name)
            is_number = not isinstance(test.threshold, bool)
            yield Asked(
                name=name, says=criterion.document or criterion.says, choices=(),
                is_number=is_number, answer=said.get(name),
            )  # fmt: skip
    yield Asked(
        name=EXPOSURE,
        says="Were drugs given into the spinal fluid before? Then a dose above the usual start "
        "is weighed, not held.",
        choices=(), is_number=False, answer=said.get(EXPOSURE),
    )  # fmt: skip


def _said(record: PatientRecord) -> dict[str, bool | float | str]:
    """The last word on each."""
    return {
        e.statement.name: e.statement.value
        for e in record.entries
        if isinstance(e.statement, Attestation)
    }


__all__ = ["EXPOSURE", "Asked", "asked"]
