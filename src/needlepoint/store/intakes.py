"""How do a patient's answers come into the chart, with nothing lost and nothing twice?

Each step is one transaction: what was typed, and what it says. A step sent again with the same
answers writes nothing; with other answers it takes back what it said and says it anew.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from needlepoint.accounts.models import User
from needlepoint.core.chart import Entry, Provenance, Retraction, Role, Statement
from needlepoint.core.knowledge import Knowledge
from needlepoint.store.models import ChartHead, Intake, Patient
from needlepoint.store.reading import entries_of
from needlepoint.store.writing import Draft, append_entries

_CORRECTED = "The patient corrected the answer."


def open_intake(patient: Patient) -> Intake:
    """The intake that the patient is in the middle of, or a new one."""
    with transaction.atomic():
        ChartHead.objects.select_for_update().get(chart_id=patient.chart_id)  # one at a time
        found = Intake.objects.filter(patient=patient, submitted_at=None).first()
        now = timezone.now()
        return found or Intake.objects.create(patient=patient, started_at=now, changed_at=now)


def save_step(
    intake: Intake,
    *,
    answers: Mapping[str, Any],
    says: Mapping[str, Sequence[Statement]],
    knowledge: Knowledge,
    raised: bool = False,
) -> None:
    """Keep what was typed, and let the chart say what it says.

    Args:
        answers: the whole of what was typed so far, by step.
        says: for each step of the name, everything that it says; what it said before and does not
            say now is taken back.
        raised: whether somebody in the clinic must see this today.

    Raises:
        RefusedEntry: it cannot be so; nothing of the step is kept.
    """
    with transaction.atomic():
        intake.answers = dict(answers)
        intake.changed_at = timezone.now()
        if raised and (intake.raised_at is None or intake.seen_at is not None):
            intake.raised_at, intake.seen_at, intake.seen_by = intake.changed_at, None, None
        # Only what this step is about: another tab may have handed the intake in meanwhile.
        intake.save(update_fields=["answers", "changed_at", "raised_at", "seen_at", "seen_by"])
        agree(intake.patient, {f"{intake.mark}{step}-": said for step, said in says.items()},
              knowledge=knowledge)  # fmt: skip


def hand_in(intake: Intake) -> None:
    """End the intake: the forms are emptied, the chart keeps what was said."""
    Intake.objects.filter(pk=intake.pk, submitted_at=None).update(
        submitted_at=timezone.now(), answers={}
    )


def agree(
    patient: Patient, says: Mapping[str, Sequence[Statement]], *, knowledge: Knowledge
) -> tuple[Entry, ...]:
    """Make the chart say just this in the patient's name, under each beginning of an entry's id."""
    with transaction.atomic():
        ChartHead.objects.select_for_update().get(chart_id=patient.chart_id)
        entries = entries_of(patient.chart_id)
        gone, new = _differences(patient, entries, says)
        drafts = [*(_draft(patient, _retraction(e), None) for e in gone), *new]
        if not drafts:
            return ()
        return append_entries(chart=patient.chart_id, drafts=drafts, knowledge=knowledge)


def _differences(
    patient: Patient, entries: tuple[Entry, ...], says: Mapping[str, Sequence[Statement]]
) -> tuple[list[Entry], list[Draft]]:
    withdrawn = {e.statement.entry: e for e in entries if isinstance(e.statement, Retraction)}
    gone: list[Entry] = []
    new: list[Draft] = []
    for mark, said in says.items():
        ours = [e for e in entries if e.id.startswith(mark)]
        standing = [e for e in ours if e.id not in withdrawn]
        # What a clinician has taken back is not said again by sending the same form again.
        settled = [e.statement for e in ours if e.id in withdrawn and _by_staff(withdrawn[e.id])]
        gone += [e for e in standing if e.statement not in said]
        kept = [e.statement for e in standing]
        fresh = [one for one in said if one not in kept and one not in settled]
        new += [_draft(patient, one, f"{mark}{uuid.uuid4().hex[:8]}") for one in fresh]
    return gone, new


def _by_staff(entry: Entry) -> bool:
    return entry.role is not Role.PATIENT


def _retraction(entry: Entry) -> Retraction:
    return Retraction(entry=entry.id, reason=_CORRECTED)


def _draft(patient: Patient, statement: Statement, entry_id: str | None) -> Draft:
    return Draft(
        statement=statement, author=str(patient.pk), role=Role.PATIENT,
        provenance=Provenance.PATIENT_SAID, entry_id=entry_id,
    )  # fmt: skip


def answer_raised(intake: Intake, by: User) -> None:
    """Somebody in the clinic has seen what was raised."""
    Intake.objects.filter(pk=intake.pk, seen_at=None).update(seen_at=datetime.now(UTC), seen_by=by)


def mark_reviewed(intake: Intake, by: User) -> None:
    """A clinician has gone through the intake."""
    Intake.objects.filter(pk=intake.pk, reviewed_at=None).update(
        reviewed_at=datetime.now(UTC), reviewed_by=by
    )
