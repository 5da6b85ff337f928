"""What was tried before at this place, and what does it say about trying again?"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, time
from math import log
from typing import Literal

from needlepoint.core.anatomy import Side
from needlepoint.core.chart import BlockTarget, EarlierTreatment, Procedure
from needlepoint.core.inference.patterns import Pattern
from needlepoint.core.knowledge import Estimate, Knowledge, Therapy
from needlepoint.core.record import PatientRecord, Said
from needlepoint.core.words import plain


@dataclass(frozen=True, slots=True, kw_only=True)
class EarlierResult:
    """A treatment that was given before, as far as its name could be understood."""

    therapies: frozenset[str]  # the name may stand for several
    name: str  # as written
    targets: tuple[BlockTarget, ...]  # empty: not said
    at: datetime | None  # when it was given; None: not said
    relief_percent: float | None
    entry: str

    def was_at(self, pattern: Pattern | None) -> bool:
        """Whether it was aimed there; what was not said rules nothing out."""
        if pattern is None or not self.targets:
            return True
        return any(_touches(target, pattern) for target in self.targets)


Outcome = Literal["helped", "failed"]


def earlier_results(
    record: PatientRecord, complaint: str, knowledge: Knowledge
) -> tuple[EarlierResult, ...]:
    """Earlier treatments and procedures of this pain, oldest first; unknown names are left out."""
    words = therapy_words(knowledge)
    only = len(record.complaints) == 1
    found: list[tuple[datetime, EarlierResult]] = []
    given: tuple[Said[EarlierTreatment | Procedure], ...] = (
        *record.treatments,
        *record.procedures,
    )
    for said in given:
        one = said.statement
        name, targets, at = _what(one, said.occurred_at)
        unclear = one.complaint is None and not only and not targets
        if unclear or one.complaint not in (None, complaint):
            continue
        therapies = words.get(plain(name))
        if therapies:
            result = EarlierResult(
                therapies=therapies,
                name=name,
                targets=targets,
                at=at,
                relief_percent=one.relief_percent,
                entry=said.entry,
            )
            found.append((at or said.occurred_at, result))
    return tuple(result for _, result in sorted(found, key=lambda pair: pair[0]))


def _what(
    one: EarlierTreatment | Procedure, said_at: datetime
) -> tuple[str, tuple[BlockTarget, ...], datetime | None]:
    if isinstance(one, Procedure):
        return one.name, one.targets, said_at
    at = datetime.combine(one.started, time(12), tzinfo=said_at.tzinfo) if one.started else None
    return one.treatment, (one.target,) if one.target else (), at


def therapy_words(knowledge: Knowledge) -> dict[str, frozenset[str]]:
    """Every name by which a chart may call a therapy, to the therapies that it may mean."""
    key = "therapy words"
    if key not in knowledge.compiled:
        names: dict[str, set[str]] = {}
        for word, therapy in _names(knowledge):
            names.setdefault(plain(word), set()).add(therapy)
        knowledge.compiled[key] = {word: frozenset(ids) for word, ids in names.items()}
    kept: dict[str, frozenset[str]] = knowledge.compiled[key]  # type: ignore[assignment]
    return kept


def _names(knowledge: Knowledge) -> Iterator[tuple[str, str]]:
    for therapy in knowledge.therapies.values():
        for word in (therapy.id, therapy.label, *therapy.synonyms):
            yield word, therapy.id
    for known in knowledge.earlier_treatments.treatments:
        for therapy_id in known.therapies:
            yield from ((word, therapy_id) for word in known.names)
    for technique in knowledge.guidance.techniques.values():
        for name in technique.carries_out:
            if name in knowledge.therapies:
                yield technique.id, name
                yield technique.label, name


def after_earlier(
    therapy: Therapy,
    pattern: Pattern | None,
    earlier: tuple[EarlierResult, ...],
    knowledge: Knowledge,
) -> tuple[tuple[float, Estimate, Outcome, EarlierResult, bool], ...]:
    """What earlier results here do to the odds: log odds, number, outcome, result, same therapy.

    The latest result of the same therapy at the place counts; without one, the latest of the
    same category, for a part.
    """
    rule = knowledge.treatment.earlier
    if rule is None or not earlier:
        return ()
    here = [r for r in earlier if r.relief_percent is not None and r.was_at(pattern)]
    same = [r for r in here if therapy.id in r.therapies]
    kin = [
        r
        for r in here
        if any(knowledge.therapies[name].category is therapy.category for name in r.therapies)
    ]
    for results, part in ((same, 1.0), (kin, rule.same_category_exponent)):
        if not results:
            continue
        last = results[-1]
        assert last.relief_percent is not None
        outcome: Outcome | None = (
            "helped" if last.relief_percent >= rule.helped_percent
            else "failed" if last.relief_percent < rule.failed_percent
            else None
        )  # fmt: skip
        table = rule.after_success if outcome == "helped" else rule.after_failure
        odds = table.get(therapy.category)
        if outcome is None or odds is None:
            return ()
        return ((part * log(odds.value), odds, outcome, last, part == 1.0),)
    return ()


def last_given(
    therapy: Therapy, pattern: Pattern | None, earlier: tuple[EarlierResult, ...]
) -> EarlierResult | None:
    """The latest time it was given here, if a date was said."""
    dated = [r for r in earlier if therapy.id in r.therapies and r.at and r.was_at(pattern)]
    return dated[-1] if dated else None


def _touches(target: BlockTarget, pattern: Pattern) -> bool:
    if target.kind is not None and target.kind != pattern.kind:
        return False
    if target.segment is not None and pattern.segments and target.segment not in pattern.segments:
        return False
    sides = (None, Side.BOTH, Side.MIDLINE)
    return target.side in sides or pattern.side in sides or target.side is pattern.side
