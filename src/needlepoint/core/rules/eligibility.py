"""Does this patient meet what guidelines and payers ask for, and what is still to be documented?

Authorities stand side by side and are never merged. What is not known is neither met nor unmet:
it becomes a line of the "document this" list.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from enum import StrEnum
from functools import cache, cached_property

from needlepoint.core.knowledge import Criterion, Policy, is_verified
from needlepoint.core.rules.criteria import Answer, Judged, decided, judge_one, together
from needlepoint.core.rules.days import DAYS_A_WEEK, passed_on
from needlepoint.core.rules.measured import Value
from needlepoint.core.rules.situation import Situation


class Standing(StrEnum):
    """What one authority would say on the day of the plan."""

    MET = "met"
    UNMET = "unmet"
    MISSING = "missing"
    INFORMS = "informs"  # it asks for nothing that bears on this plan


@dataclass(frozen=True, slots=True, kw_only=True)
class Proof:
    """The chart entry that proves a value."""

    entry: str
    occurred_at: datetime
    author: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Counter:
    """Sessions used up and allowed in a rolling window, and the day another one is allowed."""

    used: int  # before the planned one
    allowed: int
    next_on: date | None  # None: it is allowed on the planned day


@dataclass(frozen=True, slots=True, kw_only=True)
class CriterionLine:
    """One criterion as it goes into a packet."""

    id: str
    says: str
    standing: Standing
    value: str | None
    proofs: tuple[Proof, ...]
    document: str | None  # what to write down, where it is missing
    rests_on: tuple[str, ...]
    verified: bool
    effect: str  # require, advise_against or info
    group: str | None  # alternatives: the group decides, not the line
    attest: str = ""  # the name under which what is missing may be attested
    measure: str = ""  # what it is judged by
    counter: Counter | None = None
    next_on: date | None = None  # the first day on which an interval or counter is satisfied

    @property
    def entries(self) -> tuple[str, ...]:
        return tuple(proof.entry for proof in self.proofs)

    @property
    def advisory(self) -> bool:
        """Information or advice: shown, never in the way."""
        return self.effect != "require"


@dataclass(frozen=True, kw_only=True)
class Eligibility:
    """One policy, judged for one patient and plan."""

    policy: Policy
    standing: Standing
    judged: tuple[tuple[Judged, Answer], ...] = field(repr=False)  # each with its group's answer
    now: Situation = field(repr=False, compare=False)

    @cached_property
    def lines(self) -> tuple[CriterionLine, ...]:
        """Every criterion that is asked, in words; written once somebody looks at them."""
        return tuple(_line(one, group, self.now) for one, group in self.judged)

    @property
    def document(self) -> tuple[str, ...]:
        """Everything to document, once each."""
        return tuple(dict.fromkeys(line.document for line in self.lines if line.document))

    @property
    def verified(self) -> bool:
        """Whether every line that decides was read in its source."""
        return all(line.verified for line in self.lines if line.effect != "info")

    @property
    def next_on(self) -> date | None:
        """The first day on which every counter and interval is satisfied; None: nothing waits."""
        return max((line.next_on for line in self.lines if line.next_on), default=None)


@dataclass(frozen=True, slots=True, kw_only=True)
class ToDocument:
    """One thing to write down, and every criterion that waits for it."""

    says: str  # without the name to attest
    attest: str  # the name; empty where it is no attestation
    measure: str
    serves: tuple[tuple[str, tuple[str, ...]], ...]  # an authority and its criteria
    lines: tuple[tuple[str, str], ...]  # policy and criterion, by id

    @property
    def count(self) -> int:
        """How many criteria it serves."""
        return len(self.lines)


_NAMED = re.compile(r" ?\(attest [^)]*\)|; attest \w+")


def to_document(coverage: Iterable[Eligibility]) -> tuple[ToDocument, ...]:
    """Everything that any authority misses, one line a thing.

    Criteria that wait for one attestation share a line, however their authorities word it; the
    first wording is shown.
    """
    found: dict[str, list[tuple[Eligibility, CriterionLine]]] = {}
    for one in coverage:
        for line in one.lines:
            if line.document:
                found.setdefault(line.attest or line.document, []).append((one, line))
    return tuple(_to_document(rows) for rows in found.values())


def _to_document(rows: list[tuple[Eligibility, CriterionLine]]) -> ToDocument:
    first = rows[0][1]
    serves: dict[str, list[str]] = {}
    for one, line in rows:
        serves.setdefault(one.policy.authority, []).append(line.says)
    return ToDocument(
        says=_NAMED.sub("", first.document or ""),
        attest=first.attest,
        measure=first.measure,
        serves=tuple((name, tuple(dict.fromkeys(says))) for name, says in serves.items()),
        lines=tuple((one.policy.id, line.id) for one, line in rows),
    )


def eligibility(now: Situation) -> tuple[Eligibility, ...]:
    """Every policy about the planned technique that is in force on the day of the plan."""
    technique, day = now.planned.technique.id, now.at.date()
    policies = now.knowledge.guidance.policies_of.get(technique, ())
    return tuple(_policy(policy, now) for policy in policies if is_in_force(policy, day))


def is_in_force(policy: Policy, day: date) -> bool:
    """Whether it is the edition of that day; where no date is on file it is taken as current."""
    began = policy.in_force_from is None or policy.in_force_from <= day
    return began and (policy.in_force_until is None or day <= policy.in_force_until)


def _policy(policy: Policy, now: Situation) -> Eligibility:
    groups: dict[str, list[Judged]] = {}
    for criterion in _asked(policy, now):
        one = judge_one(criterion, now)
        if one.applies is not Answer.NO:
            groups.setdefault(criterion.group or criterion.id, []).append(one)
    said: list[tuple[Judged, Answer]] = []
    answers: set[Answer] = set()
    for members in groups.values():
        answer = members[0].verdict if len(members) == 1 else together(members)
        for one in members:
            said.append((one, answer))
            if one.criterion.effect != "info":
                answers.add(answer)
    return Eligibility(policy=policy, standing=_standing(answers), judged=tuple(said), now=now)


def _asked(policy: Policy, now: Situation) -> tuple[Criterion, ...]:
    """The criteria that are asked of this technique, without the conditions that it fulfils itself.

    The same for every patient, so it is worked out once.
    """
    technique, compiled = now.planned.technique.id, now.knowledge.compiled
    key = ("asked", policy.id, technique)
    if key not in compiled:
        compiled[key] = tuple(_asked_of(technique, policy))
    kept: tuple[Criterion, ...] = compiled[key]  # type: ignore[assignment]
    return kept


def _asked_of(technique: str, policy: Policy) -> Iterator[Criterion]:
    for one in policy.criteria:
        said = {t: decided(technique, t) for t in one.applies_when if t.measure == _TECHNIQUE}
        if Answer.NO not in said.values():
            open_ = tuple(t for t in one.applies_when if said.get(t) is not Answer.YES)
            yield replace(one, applies_when=open_)


_TECHNIQUE = "planned/technique"


def _standing(answers: Iterable[Answer]) -> Standing:
    """One thing unmet is unmet; else one thing missing is missing."""
    for answer, standing in (
        (Answer.NO, Standing.UNMET),
        (Answer.UNKNOWN, Standing.MISSING),
        (Answer.YES, Standing.MET),
    ):
        if answer in answers:
            return standing
    return Standing.INFORMS


_OF = {Answer.YES: Standing.MET, Answer.NO: Standing.UNMET, Answer.UNKNOWN: Standing.MISSING}


def _line(one: Judged, group: Answer, now: Situation) -> CriterionLine:
    own, criterion, measured = _OF[one.verdict], one.criterion, one.measured
    missing = own is Standing.MISSING and group is Answer.UNKNOWN and criterion.effect != "info"
    counter = None if measured.window_months is None else _counter(one, now)
    waits = _waits_until(one) if own is Standing.UNMET else None
    document = one.document if missing else None
    return CriterionLine(
        id=criterion.id,
        says=criterion.says,
        standing=own,
        value=_shown(measured.value, measured.low, _unit(criterion.test.measure)),
        proofs=_proofs(measured.entries, now) if measured.entries else (),
        document=document,
        attest="" if document is None else one.attested_as(document),
        measure=criterion.test.measure,
        rests_on=criterion.rests_on,
        verified=is_verified(criterion, now.knowledge),
        effect=criterion.effect,
        group=criterion.group,
        counter=counter,
        next_on=counter.next_on if counter and own is Standing.UNMET else waits,
    )


_UNITS = {"months": " months", "weeks": " weeks", "days": " days", "percent": " %", "age": " years"}


@cache
def _unit(measure: str) -> str:
    """What the number of a measure counts, by its name; a number of sessions has none."""
    words = measure.replace("/", "_").split("_")
    if "sessions" in words:
        return ""
    return next((unit for word, unit in _UNITS.items() if word in words), "")


def _shown(value: Value | None, low: float | None, unit: str) -> str | None:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if value is None:
        return None if low is None else f"at least {low:g}{unit}"
    return f"{value:.3g}{unit}" if isinstance(value, float) else str(value)


def _proofs(entries: tuple[str, ...], now: Situation) -> tuple[Proof, ...]:
    if "proofs" not in now.memory:
        now.memory["proofs"] = {
            e.id: Proof(entry=e.id, occurred_at=e.occurred_at, author=e.author)
            for e in now.record.entries
        }
    known: dict[str, Proof] = now.memory["proofs"]
    return tuple(known[entry] for entry in dict.fromkeys(entries) if entry in known)


def _counter(one: Judged, now: Situation) -> Counter | None:
    """Used and allowed in the window; the next day is when enough sessions have fallen out."""
    measured, test = one.measured, one.criterion.test
    if measured.window_months is None or test.operator != "<=":
        return None
    assert isinstance(test.threshold, int | float), f"{one.criterion.id} counts to a word"
    used, allowed = len(measured.counted), int(test.threshold)
    next_on = None
    if allowed > 0 and used + 1 > allowed:
        next_on = passed_on(measured.counted[used - allowed], measured.window_months)
    return Counter(used=used, allowed=allowed, next_on=next_on)


def _waits_until(one: Judged) -> date | None:
    """The first day on which an interval since the last one is long enough."""
    measured, test = one.measured, one.criterion.test
    if measured.since is None or test.operator != ">=" or isinstance(test.threshold, str | tuple):
        return None
    length = float(test.threshold)
    if measured.unit == "months" and length == int(length):
        return passed_on(measured.since, int(length))
    days = {"days": 1.0, "weeks": float(DAYS_A_WEEK)}.get(measured.unit or "")
    if days is None:
        return None
    exact = length * days
    return measured.since + timedelta(days=int(exact) + (exact > int(exact)))
