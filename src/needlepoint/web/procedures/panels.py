"""Whether it is safe and what its authorities ask for, as a page prints it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.timezone import localtime

from needlepoint.core.knowledge import Knowledge
from needlepoint.core.plan import Standing
from needlepoint.core.rules import Outcome, Reason, Verdict, sources
from needlepoint.core.rules.bleeding import DrugHold
from needlepoint.core.rules.eligibility import (
    CriterionLine,
    Eligibility,
    ToDocument,
    to_document,
)
from needlepoint.core.rules.safety import SafetyCheck

WORDS = {Outcome.HOLD: "Hold", Outcome.CANNOT_TELL: "Cannot tell", Outcome.CLEAR: "Clear"}
_OUTCOME = {"unmet": "hold", "missing": "cannot_tell", "met": "clear", "informs": ""}
_STANDING = {"unmet": "Not met", "missing": "Document", "met": "Met", "informs": "Informs"}
# Where a value is written down, by the first part of the measure's name.
_TABS = {
    "history": ("story", "earlier_treatment"), "pain": ("story", "complaint"),
    "condition": ("story", "condition"), "device": ("story", "implanted_device"),
    "allergy": ("story", "allergy"), "age": ("story", "vital_sign"), "bmi": ("story", "vital_sign"),
    "finding": ("examination", ""), "finding_at_target": ("examination", ""),
    "count": ("examination", ""), "blocks": ("blocks", ""), "image": ("imaging", ""),
    "score": ("progress", ""), "recorded": ("progress", ""), "trial": ("devices", ""),
    "lab": ("story", "vital_sign"),
}  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class SafetyRow:
    """One rule: its conclusion and every reason that is not plainly clear."""

    outcome: str
    word: str
    label: str
    says: tuple[str, ...]
    cited: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CalendarRow:
    """One drug around the procedure."""

    drug: str
    last_dose: str
    again: str
    note: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SafetyPanel:
    """The most cautious word; then what holds, is open, is to be weighed, and is clear."""

    outcome: str
    word: str
    holds: tuple[SafetyRow, ...]
    open: tuple[SafetyRow, ...]
    weigh: tuple[SafetyRow, ...]  # nothing holds, and still it must be weighed
    clear: tuple[SafetyRow, ...]
    calendar: tuple[CalendarRow, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class CoverageLine:
    """One criterion: met, not met, or to be documented."""

    outcome: str
    word: str
    says: str
    value: str
    proof: str
    note: str
    is_verified: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Authority:
    """One policy, beside the others and never merged with them."""

    id: str
    outcome: str
    word: str
    name: str
    title: str
    document: str
    is_verified: bool
    next_on: str
    lines: tuple[CoverageLine, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Gap:
    """Something to document, once, with where to do it."""

    says: str
    serves: tuple[tuple[str, tuple[str, ...]], ...]  # each authority with its criteria
    count: int  # of the criteria that it serves
    tab: str  # name of the page on which it is written down
    anchor: str
    attest: str  # under which name it may be attested; empty where it may not
    question: str  # that name as what is answered: a criterion may ask for its contrary


@dataclass(frozen=True, slots=True, kw_only=True)
class Coverage:
    """All authorities, and everything that is missing."""

    authorities: tuple[Authority, ...]
    gaps: tuple[Gap, ...]


def safety_panel(check: SafetyCheck, knowledge: Knowledge) -> SafetyPanel:
    """What holds first; what must be weighed though nothing holds stands open too."""
    rows = [(_row(v, knowledge), any(r.caution for r in v.reasons)) for v in check.verdicts]
    return SafetyPanel(
        outcome=check.outcome.value,
        word=WORDS[check.outcome],
        holds=tuple(row for row, _ in rows if row.outcome == "hold"),
        open=tuple(row for row, _ in rows if row.outcome == "cannot_tell"),
        weigh=tuple(row for row, weighed in rows if row.outcome == "clear" and weighed),
        clear=tuple(row for row, weighed in rows if row.outcome == "clear" and not weighed),
        calendar=tuple(_calendar(hold) for hold in check.bleeding.calendar),
    )


def _row(v: Verdict, knowledge: Knowledge) -> SafetyRow:
    shown = [r for r in v.reasons if r.outcome is not Outcome.CLEAR or r.caution] or list(v.reasons)
    return SafetyRow(
        outcome=v.outcome.value,
        word=WORDS[v.outcome],
        label=v.label,
        says=tuple(r.says for r in shown),
        cited=_cited(shown, knowledge),
    )


def _cited(reasons: Iterable[Reason], knowledge: Knowledge) -> str:
    names = dict.fromkeys(name for r in reasons for name in sources(r, knowledge))
    return "; ".join(names)


def _calendar(hold: DrugHold) -> CalendarRow:
    def moment(at: object) -> str:
        return "" if at is None else f"{localtime(at):%a %d %b %H:%M}"  # type: ignore[arg-type]

    notes = [] if hold.last_dose_by else [hold.action.replace("_", " ")]
    if hold.restart_after_trauma and hold.restart_after_trauma != hold.restart_from:
        notes.append(f"after a traumatic puncture {moment(hold.restart_after_trauma)}")
    return CalendarRow(
        drug=hold.drug.capitalize(),
        last_dose=moment(hold.last_dose_by),
        again=moment(hold.restart_from),
        note="; ".join(notes),
    )


# --- coverage -------------------------------------------------------------------------------------


def coverage_panel(standing: Standing) -> Coverage:
    """Side by side, the unmet first; then what to document."""
    order = ("unmet", "missing", "met", "informs")
    ranked = sorted(standing.coverage, key=lambda e: order.index(e.standing.value))
    return Coverage(
        authorities=tuple(_authority(one) for one in ranked), gaps=gaps(standing.coverage)
    )


def _authority(one: Eligibility) -> Authority:
    policy = one.policy
    words = (policy.document, policy.jurisdiction, policy.kind.replace("_", " "))
    return Authority(
        id=policy.id,
        outcome=_OUTCOME[one.standing.value],
        word=_STANDING[one.standing.value],
        name=policy.authority,
        title=policy.title,
        document=" · ".join(word for word in words if word and word != "none"),
        is_verified=one.verified,
        next_on=f"{one.next_on:%Y-%m-%d}" if one.next_on else "",
        lines=tuple(_line(line) for line in _needed(one)),
    )


def _needed(one: Eligibility) -> Iterable[CriterionLine]:
    """Alternatives are left out once another of their group is met."""
    met = {line.group for line in one.lines if line.group and line.standing.value == "met"}
    return (
        line
        for line in one.lines
        if line.group is None or line.group not in met or line.standing.value == "met"
    )


def _line(line: CriterionLine) -> CoverageLine:
    standing = "informs" if line.effect == "info" else line.standing.value
    notes = [f"used {line.counter.used} of {line.counter.allowed}"] if line.counter else []
    notes += [f"from {line.next_on:%Y-%m-%d}"] if line.next_on else []
    notes += ["advice"] if line.effect == "advise_against" else []
    return CoverageLine(
        outcome=_OUTCOME[standing],
        word=_STANDING[standing],
        says=line.says,
        value=line.value or "",
        proof=", ".join(sorted({f"{p.occurred_at:%Y-%m-%d}" for p in line.proofs})),
        note=" · ".join(notes),
        is_verified=line.verified,
    )


def gaps(coverage: Iterable[Eligibility]) -> tuple[Gap, ...]:
    """Everything that any authority misses: one line a thing to document."""
    return tuple(_gap(one) for one in to_document(coverage))


def _question(attest: str) -> str:
    words = attest.replace("_", " ").capitalize().replace("Nsaid", "NSAID")
    return f"{words}?"


def _gap(one: ToDocument) -> Gap:
    family = one.measure.partition("/")[0]
    tab, anchor = _TABS.get(family, ("", ""))
    return Gap(
        says=one.says,
        serves=one.serves,
        count=one.count,
        tab="" if one.attest else tab,
        anchor=anchor,
        attest=one.attest,
        question=_question(one.attest) if one.attest else "",
    )


__all__ = [
    "WORDS",
    "Authority",
    "Coverage",
    "Gap",
    "SafetyPanel",
    "coverage_panel",
    "gaps",
    "safety_panel",
]
