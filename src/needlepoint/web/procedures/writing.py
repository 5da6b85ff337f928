"""Write statements down as who is signed in; what the store refuses comes back as sentences."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

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
    once: str = "",
    occurred_at: datetime | None = None,
    provenance: Provenance = Provenance.CLINICIAN_FOUND,
) -> tuple[Entry, ...]:
    """Append all of them or none.

    Raises:
        RefusedForm: what the store refuses, in sentences.
    """
    drafts = [
        Draft(
            statement=one, author=str(opened.user.pk), role=author_role(opened.user.role),
            provenance=provenance, occurred_at=occurred_at,
            once=f"{once[:40]}-{n}" if once else None,
        )
        for n, one in enumerate(statements)
    ]  # fmt: skip
    try:
        return append_entries(chart=opened.patient.chart_id, drafts=drafts, knowledge=knowledge())
    except RefusedEntry as refused:
        raise RefusedForm(tuple(f.what for f in refused.faults)) from refused


class RefusedForm(Exception):
    """What to change, a sentence a fault."""

    def __init__(self, faults: tuple[str, ...]) -> None:
        super().__init__(" ".join(faults))
        self.faults = faults


__all__ = ["RefusedForm", "write"]
