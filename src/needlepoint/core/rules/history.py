"""What was done before, how often, when, and with what effect?

Counters are about procedures of the planned technique's group in its region of the body. An empty
chart counts nothing: procedures elsewhere are asked for, not taken as none.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING

from needlepoint.core.chart import (
    Attestation,
    BlockTarget,
    DiagnosticBlock,
    EarlierTreatment,
    Entry,
    Procedure,
)
from needlepoint.core.inference.reading import agent_of, read_block, stated_relief
from needlepoint.core.knowledge import Knowledge, Technique
from needlepoint.core.rules.facts import number, words

if TYPE_CHECKING:
    from needlepoint.core.rules.situation import Situation

Answer = tuple[bool | float | str | None, tuple[str, ...], str]
_REGIONS = {
    "cervical": "cervicothoracic",
    "thoracic": "cervicothoracic",
    "lumbar": "lumbosacral",
    "sacral": "lumbosacral",
}
_ASK_EARLIER = "Ask about earlier procedures, here and elsewhere, with dates and effect."


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """One earlier procedure."""

    entry: str
    at: datetime
    technique: Technique | None
    targets: tuple[BlockTarget, ...]
    relief_percent: float | None
    relief_months: float | None
    statement: Procedure | DiagnosticBlock | EarlierTreatment


def sessions(now: Situation) -> tuple[Session, ...]:
    """Every earlier procedure, performed block and dated treatment, oldest first."""
    if "sessions" not in now.memory:
        found = [_session(entry, now) for entry in now.record.entries]
        known = [one for one in found if one is not None and one.at < now.at]
        now.memory["sessions"] = tuple(sorted(known, key=lambda one: (one.at, one.entry)))
    kept: tuple[Session, ...] = now.memory["sessions"]
    return kept


def _session(entry: Entry, now: Situation) -> Session | None:
    one, at, months = entry.statement, entry.occurred_at, None
    match one:
        case DiagnosticBlock() if one.performed:
            relief = stated_relief(one, now.knowledge)
            percent = None if relief is None else 100 * relief
            name, targets = one.block, one.targets
        case Procedure():
            percent, months = one.relief_percent, _months(one.relief_weeks)
            name, targets = one.name, one.targets
        case EarlierTreatment() if one.started is not None:
            percent, months = one.relief_percent, _months(one.relief_weeks)
            name, targets = one.treatment, (one.target,) if one.target else ()
            at = datetime.combine(one.started, time(12), tzinfo=UTC)
        case _:
            return None
    return Session(
        entry=entry.id,
        at=at,
        technique=technique_named(name, now.knowledge),
        targets=targets,
        relief_percent=percent,
        relief_months=months,
        statement=one,
    )


def _months(weeks: float | None) -> float | None:
    return None if weeks is None else weeks * 7 / 30.4375


def technique_named(name: str, knowledge: Knowledge) -> Technique | None:
    """The technique by its own name, or that of the therapy or block it carries out."""
    guidance, word = knowledge.guidance, name.strip().lower().replace(" ", "_")
    return guidance.techniques.get(word) or guidance.technique_of.get(word)


def _same(now: Situation) -> tuple[Session, ...]:
    """Earlier sessions of the same group and region; one a day, however many entries."""
    wanted = now.planned.technique
    days: dict[date, Session] = {}
    for one in sessions(now):
        if (
            one.technique is not None
            and one.technique.group == wanted.group
            and _region(one.technique) == _region(wanted)
        ):
            days[one.at.date()] = one
    return tuple(days.values())


def _region(technique: Technique) -> str:
    return _REGIONS.get(technique.region, technique.region)


def is_known(now: Situation) -> bool:
    """Whether anybody wrote down, or asked for, earlier procedures."""
    return any(
        isinstance(e.statement, Procedure | EarlierTreatment)
        or (isinstance(e.statement, DiagnosticBlock) and e.statement.performed)
        or (
            isinstance(e.statement, Attestation)
            and e.statement.name == "earlier_procedures_complete"
            and e.statement.value is True
        )
        for e in now.record.entries
    )


def months_before(moment: datetime, months: int) -> datetime:
    """The same day that many calendar months earlier, or the last day of a shorter month."""
    index = moment.year * 12 + moment.month - 1 - months
    year, month = divmod(index, 12)
    first_of_next = datetime(year + (month == 11), (month + 1) % 12 + 1, 1)
    last = (first_of_next - timedelta(days=1)).day
    return moment.replace(year=year, month=month + 1, day=min(moment.day, last))


# --- counts ---------------------------------------------------------------------------------------


def _within(months: int) -> Callable[[Situation], Answer]:
    """Sessions in the rolling window that ends with the planned one, which counts."""

    def count(now: Situation) -> Answer:
        if not is_known(now):
            return None, (), _ASK_EARLIER
        start = months_before(now.at, months)
        inside = [one for one in _same(now) if one.at > start]
        return float(len(inside) + 1), tuple(one.entry for one in inside), _ASK_EARLIER

    return count


def _last(now: Situation) -> Session | None:
    same = _same(now)
    return same[-1] if same else None


def _before(now: Situation) -> Answer:
    if not is_known(now):
        return None, (), _ASK_EARLIER
    last = _last(now)
    return last is not None, (last.entry,) if last else (), _ASK_EARLIER


def _days_since(now: Situation) -> Answer:
    last = _last(now)
    if last is None:
        return None, (), _ASK_EARLIER
    return (now.at - last.at).total_seconds() / 86400, (last.entry,), _ASK_EARLIER


def _months_since(now: Situation) -> Answer:
    days, entries, ask = _days_since(now)
    return (None if days is None else float(days) / 30.4375), entries, ask


def _last_relief(now: Situation) -> Answer:
    last = _last(now)
    ask = "Record the relief of the earlier procedure in percent."
    return (last.relief_percent if last else None), (last.entry,) if last else (), ask


def _last_months(now: Situation) -> Answer:
    last = _last(now)
    ask = "Record how many weeks the relief of the earlier procedure lasted."
    return (last.relief_months if last else None), (last.entry,) if last else (), ask


def _conservative(now: Situation) -> list[tuple[str, EarlierTreatment]]:
    known = words(now.safety.facts["conservative/treatments"])
    return [
        (e.id, e.statement)
        for e in now.record.entries
        if isinstance(e.statement, EarlierTreatment)
        and e.statement.treatment.lower().replace(" ", "_").replace("-", "_") in known
    ]


def _conservative_weeks(now: Situation) -> Answer:
    """The longest course; courses side by side do not add up."""
    ask = "Record conservative treatment with its kind, start and weeks."
    dated = [(entry, one) for entry, one in _conservative(now) if one.duration_weeks is not None]
    if not dated:
        return None, (), ask
    weeks = max(one.duration_weeks or 0.0 for _, one in dated)
    return weeks, tuple(entry for entry, _ in dated), ask


def _conservative_dated(now: Situation) -> Answer:
    ask = "Date the conservative treatment: since when."
    found = _conservative(now)
    if not found:
        return None, (), ask
    return any(one.started is not None for _, one in found), tuple(e for e, _ in found), ask


def _conservative_failed(now: Situation) -> Answer:
    """Failed if every course with a known effect gave less than half, or was stopped in vain."""
    ask = "Record what came of the conservative treatment."
    found = [
        (entry, one)
        for entry, one in _conservative(now)
        if one.relief_percent is not None or one.reason_stopped
    ]
    if not found:
        return None, (), ask
    enough = number(now.safety.facts["conservative/enough_relief_percent"])
    failed = all(one.relief_percent is None or one.relief_percent < enough for _, one in found)
    return failed, tuple(entry for entry, _ in found), ask


COUNTS: Mapping[str, Callable[[Situation], Answer]] = {
    "sessions_12_months": _within(12),
    "sessions_6_months": _within(6),
    "performed_before": _before,
    "days_since_last": _days_since,
    "months_since_last": _months_since,
    "last_relief_percent": _last_relief,
    "last_relief_months": _last_months,
    "conservative_weeks": _conservative_weeks,
    "conservative_failed": _conservative_failed,
    "conservative_dated": _conservative_dated,
}


# --- prognostic blocks ----------------------------------------------------------------------------

_ASK_BLOCK = "Record the diagnostic block with level, side, agent and pain diary."


def _prognostic(now: Situation) -> list[tuple[str, datetime, DiagnosticBlock]]:
    """Performed blocks that are asked for before the planned technique, oldest first."""
    names = now.planned.technique.prognostic_blocks
    return sorted(
        (
            (e.id, e.occurred_at, e.statement)
            for e in now.record.entries
            if isinstance(e.statement, DiagnosticBlock)
            and e.statement.performed
            and e.statement.block in names
            and e.occurred_at < now.at
        ),
        key=lambda one: (one[1], one[0]),
    )


def _reliefs(now: Situation) -> list[tuple[str, float]]:
    return [
        (entry, 100 * relief)
        for entry, _, block in _prognostic(now)
        if (relief := stated_relief(block, now.knowledge)) is not None
    ]


def _positive_at(now: Situation, percent: str) -> Answer:
    """How many were answered by at least that much; none on record is not the same as zero."""
    found = _reliefs(now)
    if not found:
        return None, (), _ASK_BLOCK
    wanted = float(percent)
    enough = [entry for entry, relief in found if relief >= wanted - 1e-9]
    return float(len(enough)), tuple(enough), _ASK_BLOCK


def _each_relief(now: Situation, _: str) -> Answer:
    """The least of the last two."""
    found = _reliefs(now)[-2:]
    if not found:
        return None, (), _ASK_BLOCK
    return min(relief for _, relief in found), tuple(entry for entry, _ in found), _ASK_BLOCK


def _first_relief(now: Situation, _: str) -> Answer:
    found = _reliefs(now)
    return (found[0][1], (found[0][0],), _ASK_BLOCK) if found else (None, (), _ASK_BLOCK)


def _count(now: Situation, _: str) -> Answer:
    found = _prognostic(now)
    return (float(len(found)) or None), tuple(entry for entry, _, _ in found), _ASK_BLOCK


def _days_between(now: Situation, _: str) -> Answer:
    found = _prognostic(now)
    if not found:
        return None, (), _ASK_BLOCK
    last = found[-1]
    return (now.at - last[1]).total_seconds() / 86400, (last[0],), _ASK_BLOCK


def _levels_match(now: Situation, _: str) -> Answer:
    """Whether every planned level and side was blocked each time."""
    found = _prognostic(now)[-2:]
    ask = "Record level and side of the blocks and of the plan."
    planned = levels(now.planned.targets)
    if not found or not planned:
        return None, (), ask
    blocked = [levels(block.targets) for _, _, block in found]
    if any(not one for one in blocked):
        return None, tuple(entry for entry, _, _ in found), ask
    return all(planned <= one for one in blocked), tuple(e for e, _, _ in found), ask


def _duration_fits(now: Situation, _: str) -> Answer:
    """Whether relief lasted no longer than the agent works, for each of the last two."""
    ask = "Record agent and hours of relief of each block."
    found = _prognostic(now)[-2:]
    if not found:
        return None, (), ask
    for _entry, _at, block in found:
        agent, reading = agent_of(block, now.knowledge), read_block(block, now.knowledge)
        if agent is None or reading is None or reading.hours is None:
            return None, tuple(entry for entry, _, _ in found), ask
        if reading.hours * 60 > agent.duration_minutes[1]:
            return False, tuple(entry for entry, _, _ in found), ask
    return True, tuple(entry for entry, _, _ in found), ask


def _score_is_range(now: Situation, _: str) -> Answer:
    found = _prognostic(now)
    if not found:
        return None, (), _ASK_BLOCK
    ranged = [
        entry
        for entry, _, block in found
        if block.relief is not None and (block.relief.percent_range or block.relief.word)
    ]
    return bool(ranged), tuple(ranged or [one[0] for one in found]), _ASK_BLOCK


def _same_scale(now: Situation, _: str) -> Answer:
    """Whether each was scored on the 0-10 scale before and after."""
    found = _prognostic(now)
    if not found:
        return None, (), _ASK_BLOCK
    scored = all(block.nrs_before is not None and block.diary for _, _, block in found)
    return (True if scored else None), tuple(entry for entry, _, _ in found), _ASK_BLOCK


BLOCKS: Mapping[str, Callable[[Situation, str], Answer]] = {
    "positive_at": _positive_at,
    "each_relief_percent": _each_relief,
    "first_relief_percent": _first_relief,
    "count": _count,
    "days_since_last": _days_between,
    "levels_match": _levels_match,
    "duration_fits_agent": _duration_fits,
    "score_is_range": _score_is_range,
    "same_scale": _same_scale,
}


# --- the plan -------------------------------------------------------------------------------------


def levels(targets: Iterable[BlockTarget]) -> frozenset[tuple[str, str]]:
    """Level and single side of each target; what has no level is left out."""
    found = set()
    for target in targets:
        place = target.segment or target.level
        if place is None:
            continue
        for side in target.side.single if target.side else ("",):
            found.add((place, str(side)))
    return frozenset(found)


def highest_level(now: Situation) -> str | None:
    """The level nearest the head, as the segment is written."""
    found = [t.segment or t.level for t in now.planned.targets]
    places = [place for place in found if place]
    return min(places, key=_rank) if places else None


def _rank(place: str) -> tuple[int, int]:
    digits = "".join(c for c in place.split("-")[0] if c.isdigit())
    return "CTLS".find(place[0].upper()), int(digits or 0)


def particulate(now: Situation) -> bool | None:
    """Whether a particulate steroid is planned; None while the steroid is not chosen."""
    if now.planned.medicines is None:
        return None if "steroid" in now.planned.technique.uses else False
    steroids = now.planned.of_class("corticosteroid")
    known = now.safety.steroids
    named = [s.ingredient for s in steroids if s.ingredient is not None and s.ingredient in known]
    said = [known[name].particulate.value for name in named]
    if len(said) < len(steroids):
        return True if "yes" in said else None
    return "yes" in said
