"""How the forms of devices write: several statements at once, or what the store refuses."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django import forms

from needlepoint.accounts.roles import author_role
from needlepoint.core.chart import Provenance, Statement
from needlepoint.core.errors import RefusedEntry
from needlepoint.store.writing import Draft, append_entries
from needlepoint.web.patients.opened import Opened
from needlepoint.web.shell.parts import knowledge


def write(
    opened: Opened,
    form: forms.Form,
    statements: Sequence[Statement],
    *,
    occurred_at: datetime | None = None,
    once: str | None = None,
) -> bool:
    """Append all of them or none; what the store refuses is said on the form."""
    drafts = [
        Draft(
            statement=statement, author=str(opened.user.pk), role=author_role(opened.user.role),
            provenance=Provenance.CLINICIAN_FOUND, occurred_at=occurred_at,
            once=f"{once}-{n}" if once else None,
        )
        for n, statement in enumerate(statements)
    ]  # fmt: skip
    try:
        append_entries(chart=opened.patient.chart_id, drafts=drafts, knowledge=knowledge())
    except RefusedEntry as refused:
        for fault in refused.faults:
            field = fault.where.rpartition(".")[2].split(" ")[0]
            form.add_error(field if field in form.fields else None, fault.what)
        return False
    return True


__all__ = ["write"]
