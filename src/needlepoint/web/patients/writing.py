"""Write statements down as who is signed in: all of them or none."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django import forms

from needlepoint.accounts.roles import author_role
from needlepoint.core.chart import Entry, Provenance, Statement
from needlepoint.core.errors import RefusedEntry
from needlepoint.store.writing import Draft, append_entries
from needlepoint.web.patients.opened import Opened
from needlepoint.web.shell.parts import knowledge


def write(
    opened: Opened,
    statements: Sequence[Statement],
    *,
    provenance: Provenance = Provenance.CLINICIAN_FOUND,
    occurred_at: datetime | None = None,
    once: str = "",
) -> tuple[Entry, ...]:
    """Append these statements to the chart.

    Args:
        occurred_at: now, if not given.
        once: a key of the form, so that a form that is sent twice is written once.

    Raises:
        RefusedEntry: what the store refuses, every fault beside its field.
    """
    drafts = [
        Draft(
            statement=one, author=str(opened.user.pk), role=author_role(opened.user.role),
            provenance=provenance, occurred_at=occurred_at,
            once=f"{once[:40]}-{n}" if once else None,
        )
        for n, one in enumerate(statements)
    ]  # fmt: skip
    return append_entries(chart=opened.patient.chart_id, drafts=drafts, knowledge=knowledge())


def write_form(
    opened: Opened,
    form: forms.Form,
    statements: Sequence[Statement],
    *,
    provenance: Provenance = Provenance.CLINICIAN_FOUND,
    occurred_at: datetime | None = None,
) -> bool:
    """Write what a form says, once; false where the store refuses it, and the form says why."""
    once = form.cleaned_data.get("once", "")
    try:
        write(opened, statements, provenance=provenance, occurred_at=occurred_at, once=once)
    except RefusedEntry as refused:
        for fault in refused.faults:
            field = fault.where.rpartition(".")[2].split(" ")[0]
            form.add_error(field if field in form.fields else None, fault.what)
        return False
    return True


__all__ = ["write", "write_form"]
