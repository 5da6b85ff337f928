"""What is offered for a pain, side by side, as the page prints it."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from django.utils.timezone import localtime

from needlepoint.core.assess import Assessment, ComplaintAssessment
from needlepoint.core.knowledge import Knowledge
from needlepoint.core.plan.offered import Offered, first_of_each
from needlepoint.core.record import PatientRecord
from needlepoint.web.procedures.pages import Complication, complications
from needlepoint.web.procedures.panels import (
    Coverage,
    SafetyPanel,
    coverage_panel,
    safety_panel,
)
from needlepoint.web.procedures.plans import label_of, performed, plans, targets_of
from needlepoint.web.source.complaints import complaint_label, complaint_of
from needlepoint.web.treatment.columns import OptionColumn, option_column

SIDE_BY_SIDE = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    name: str
    label: str
    is_current: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A plan or a procedure that was done."""

    entry: str
    label: str
    targets: str
    when: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TreatmentPage:
    """Exactly what the comparison prints."""

    choices: tuple[Choice, ...]
    complaint: str
    label: str
    columns: tuple[OptionColumn, ...]
    all: tuple[OptionColumn, ...]  # the first of each category
    rest: tuple[OptionColumn, ...]
    planned: tuple[Row, ...]
    done: tuple[Row, ...]
    complications: tuple[Complication, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class OptionPage:
    """Exactly what the page of one option prints."""

    complaint: str
    option: OptionColumn
    safety: SafetyPanel | None
    coverage: Coverage | None
    needs_reason: bool  # something stands in its way: accepting it says why


def treatment_page(
    result: Assessment, knowledge: Knowledge, *, complaint: str, chosen: Collection[str]
) -> TreatmentPage:
    """The first of each category, some of them side by side, all others in one list.

    Args:
        chosen: therapies to compare; the first few if none is named.
    """
    one = complaint_of(result, complaint)
    first = first_of_each(_offered(one)) if one else []
    names = [o.therapy.id for o, _ in first]
    shown = [n for n in _named(one) if n in chosen][:6] or names[:SIDE_BY_SIDE]
    columns = {o.therapy.id: option_column(o, s, one, result.record, knowledge, shown)
               for o, s in (_offered(one) if one else ())} if one else {}  # fmt: skip
    return TreatmentPage(
        choices=tuple(
            Choice(
                name=c.observed.complaint, label=complaint_label(c, knowledge), is_current=c is one
            )
            for c in result.complaints
        ),
        complaint=one.observed.complaint if one else "",
        label=complaint_label(one, knowledge) if one else "",
        columns=tuple(columns[name] for name in shown),
        all=tuple(columns[name] for name in names),
        rest=tuple(c for name, c in columns.items() if name not in names),
        planned=tuple(_planned(result.record, knowledge)),
        done=tuple(_done(result.record, knowledge)),
        complications=tuple(c for c in complications(result.record, knowledge) if c.is_open),
    )


def find_option(one: ComplaintAssessment, therapy: str) -> Offered | None:
    """The option of this therapy."""
    return next((pair for pair in _offered(one) if pair[0].therapy.id == therapy), None)


def option_page(
    result: Assessment, one: ComplaintAssessment, therapy: str, knowledge: Knowledge
) -> OptionPage | None:
    """One option in full; None if it is not offered for this pain."""
    found = find_option(one, therapy)
    if found is None:
        return None
    option, standing = found
    column = option_column(option, standing, one, result.record, knowledge, ())
    return OptionPage(
        complaint=one.observed.complaint,
        option=column,
        safety=safety_panel(standing.safety, knowledge) if standing else None,
        coverage=coverage_panel(standing) if standing else None,
        needs_reason=bool(option.is_closed or option.obstacles or option.blocks_missing)
        or (standing is not None and column.safety == "hold"),
    )


def _offered(one: ComplaintAssessment) -> tuple[Offered, ...]:
    return tuple(zip(one.plan.options, one.standings, strict=True))


def _named(one: ComplaintAssessment | None) -> list[str]:
    return [o.therapy.id for o in one.plan.options] if one else []


def _planned(record: PatientRecord, knowledge: Knowledge) -> Iterable[Row]:
    for plan in plans(record, knowledge):
        if plan.done is None and not plan.is_block:
            at = getattr(plan.entry.statement, "at", None)
            yield Row(
                entry=plan.entry.id, label=plan.label,
                targets=", ".join(str(t) for t in plan.planned.targets),
                when=f"{localtime(at):%Y-%m-%d %H:%M}" if at else "no day yet",
            )  # fmt: skip


def _done(record: PatientRecord, knowledge: Knowledge) -> Iterable[Row]:
    for e in reversed(list(performed(record))):
        if e.statement.kind == "procedure":
            yield Row(
                entry=e.id, label=label_of(e, knowledge),
                targets=", ".join(str(t) for t in targets_of(e)),
                when=f"{localtime(e.occurred_at):%Y-%m-%d}",
            )  # fmt: skip


__all__ = [
    "OptionPage",
    "TreatmentPage",
    "find_option",
    "option_page",
    "treatment_page",
]
