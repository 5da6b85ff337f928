"""Which payers does the clinic that asks work with? Its own files, and those that ship."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from uuid import UUID

from django.db.models import Count, Max

from needlepoint.accounts.models import PayerFile
from needlepoint.core.errors import Fault
from needlepoint.core.knowledge import Knowledge, Policy


@dataclass(slots=True)
class _Asking:
    """The clinic of a request, and its knowledge once somebody has needed it."""

    clinic_id: UUID
    knowledge: Knowledge | None = None


_ASKING: ContextVar[_Asking | None] = ContextVar("needlepoint_asking", default=None)


@contextmanager
def asking(clinic_id: UUID) -> Iterator[None]:
    """All that is asked in here is asked by this clinic."""
    token = _ASKING.set(_Asking(clinic_id))
    try:
        yield
    finally:
        _ASKING.reset(token)


def knowledge_of_asking(shipped: Knowledge) -> Knowledge:
    """The knowledge of the clinic that asks; as it ships where none does. One query a request."""
    who = _ASKING.get()
    if who is None:
        return shipped
    if who.knowledge is None:
        rows = PayerFile.objects.filter(clinic_id=who.clinic_id)
        state = rows.aggregate(count=Count("pk"), last=Max("changed_at"))
        who.knowledge = (
            _built(who.clinic_id, state["count"], state["last"], _Held(shipped))
            if state["count"]
            else shipped
        )
    return who.knowledge


def own_policies(
    clinic_id: UUID, shipped: Knowledge
) -> tuple[tuple[PayerFile, Policy | None, tuple[Fault, ...]], ...]:
    """The clinic's own files, each with what it became, or with its faults."""
    rows = PayerFile.objects.filter(clinic_id=clinic_id).exclude(text="").order_by("policy_id")
    return tuple((row, *_checked(row.text, _Held(shipped))) for row in rows)


@lru_cache(maxsize=256)
def _checked(text: str, held: _Held) -> tuple[Policy | None, tuple[Fault, ...]]:
    """A file that was kept is read once, not at each look at the page."""
    from needlepoint.files.policies import check_policy

    return check_policy(text.encode(), held.knowledge)


@dataclass(frozen=True, slots=True)
class _Held:
    """Knowledge as a key: by its version."""

    knowledge: Knowledge

    def __hash__(self) -> int:
        return hash(self.knowledge.version)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Held) and other.knowledge.version == self.knowledge.version


@lru_cache(maxsize=32)
def _built(clinic_id: UUID, _count: int, _last: datetime, held: _Held) -> Knowledge:
    """A file that a newer edition cannot read is left out, and the page of payers says so."""
    from needlepoint.files.policies import of_clinic

    own = own_policies(clinic_id, held.knowledge)
    added = [policy for row, policy, _ in own if policy is not None and row.is_used]
    unused = PayerFile.objects.filter(clinic_id=clinic_id, is_used=False, text="")
    return of_clinic(held.knowledge, added=added, unused=unused.values_list("policy_id", flat=True))


__all__ = ["asking", "knowledge_of_asking", "own_policies"]
