"""Everything that is compared of one treatment on offer, in words."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from django.utils.timezone import localtime

from needlepoint.core.assess import ComplaintAssessment
from needlepoint.core.knowledge import Argument, Knowledge, citations, is_verified
from needlepoint.core.plan import (
    Option,
    OptionReason,
    Standing,
    is_option_verified,
    reasons_against,
    reasons_for,
)
from needlepoint.core.plan.fitness import fitness
from needlepoint.core.record import PatientRecord
from needlepoint.core.rules import Outcome, lowered
from needlepoint.web.drawings.svg import Drawing, bar_svg
from needlepoint.web.procedures.panels import WORDS, coverage_panel


@dataclass(frozen=True, slots=True, kw_only=True)
class Sentence:
    """For, against or beside: with the day of its entries, its citations, and whose word it is."""

    says: str
    entries: str
    cited: str
    is_judged: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Grade:
    authority: str
    grade: str
    cited: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Says:
    """What one authority would say."""

    outcome: str
    word: str
    authority: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OptionColumn:
    """One option with everything that is compared."""

    therapy: str
    label: str
    category: str
    target: str
    response: str
    interval: str
    bar: Drawing
    months: str
    burden: tuple[tuple[str, str], ...]
    grades: tuple[Grade, ...]
    dissent: tuple[Sentence, ...]
    reasons_for: tuple[Sentence, ...]
    reasons_against: tuple[Sentence, ...]
    would_change: tuple[Sentence, ...]
    blocks_missing: int
    missing: str  # blocks, trials, lesser means, findings that come first
    in_the_way: str  # all of it in a few words: ruled out, held, missing, to ask
    safety: str  # outcome, of the procedure or of what rules the treatment out
    safety_word: str
    safety_says: tuple[str, ...]  # what holds it, what is not known, what was asked for
    holds: tuple[str, ...]
    coverage: tuple[Says, ...]
    decision: str
    standing: str  # accepted, overridden, or empty
    is_verified: bool
    is_closed: bool
    is_shown: bool  # side by side
    technique: str  # by which it is planned; empty where nothing is planned with a needle


def option_column(
    option: Option,
    standing: Standing | None,
    one: ComplaintAssessment,
    record: PatientRecord,
    knowledge: Knowledge,
    shown: Collection[str],
) -> OptionColumn:
    therapy = option.therapy
    low, high = option.interval
    safety, word, says = _may_be_done(option, standing, record, knowledge)
    return OptionColumn(
        therapy=therapy.id,
        label=therapy.label,
        category=therapy.category.value.replace("_", " "),
        target=option.target,
        response=f"{option.expected_response:.0%}",
        interval=f"{low:.0%} to {high:.0%}",
        bar=bar_svg(option.expected_response, option.interval),
        months=_months(option),
        burden=_burden(option, knowledge),
        grades=tuple(
            Grade(authority=e.authority, grade=e.grade, cited="; ".join(citations([e], knowledge)))
            for e in therapy.evidence
        ),
        dissent=_arguments(therapy.dissent, knowledge),
        reasons_for=_reasons(reasons_for(option, one.where), record, knowledge),
        reasons_against=_reasons(reasons_against(option), record, knowledge),
        would_change=_arguments(therapy.would_change, knowledge),
        blocks_missing=option.blocks_missing,
        missing=_joined(_missing(option)),
        in_the_way=_in_the_way(option, standing, safety, says),
        safety=safety.value,
        safety_word=word,
        safety_says=says,
        holds=_holds(standing),
        coverage=_says(standing),
        decision=_decision(option),
        standing=_decided(option),
        is_verified=is_option_verified(option, one.where, knowledge),
        is_closed=option.is_closed,
        is_shown=therapy.id in shown,
        technique=therapy.id if standing else "",
    )


def _months(option: Option) -> str:
    said = f"{option.duration_months:.2g}"
    if option.duration_interval:
        low, high = option.duration_interval
        said += f" ({low:.2g} to {high:.2g})"
    return said


def _burden(option: Option, knowledge: Knowledge) -> tuple[tuple[str, str], ...]:
    costs = option.therapy.costs
    harm = costs.serious_harm.value
    mark = "" if is_verified(costs.serious_harm, knowledge) else " ◇"
    often = f"1 in {1 / harm:,.0f}{mark}" if harm > 0 else f"none known{mark}"
    return (
        ("Time", f"{costs.minutes:g} min"),
        ("Discomfort", f"{costs.discomfort:.0%} of the worst accepted"),
        ("Serious harm", often),
        ("Costs as much as", f"{costs.price:g} visits"),
    )


def _reasons(
    reasons: Iterable[OptionReason], record: PatientRecord, knowledge: Knowledge
) -> tuple[Sentence, ...]:
    days = {e.id: e.occurred_at for e in record.entries}
    return tuple(
        Sentence(
            says=r.says,
            entries=", ".join(
                sorted({f"{localtime(days[e]):%Y-%m-%d}" for e in r.entries if e in days})
            ),
            cited="; ".join(_cited(r.rests_on, knowledge)), is_judged=r.judged,
        )
        for r in reasons
    )  # fmt: skip


def _arguments(arguments: Iterable[Argument], knowledge: Knowledge) -> tuple[Sentence, ...]:
    return tuple(
        Sentence(
            says=a.says, entries="", cited="; ".join(citations([a], knowledge)),
            is_judged=a.judged or not a.rests_on,
        )
        for a in arguments
    )  # fmt: skip


def _cited(names: Iterable[str], knowledge: Knowledge) -> tuple[str, ...]:
    found = (knowledge.sources.get(name.split("/")[0]) for name in names)
    return tuple(dict.fromkeys(source.citation for source in found if source is not None))


def _missing(option: Option) -> list[str]:
    """What comes first, and what is still to be found out."""
    noun = "block" if option.blocks_missing == 1 else "blocks"
    blocks = [f"{option.blocks_missing} positive {noun} missing"] if option.blocks_missing else []
    return [*blocks, *(o.says.rstrip(".") for o in option.obstacles if not o.closes)]


def _in_the_way(
    option: Option, standing: Standing | None, safety: Outcome, says: tuple[str, ...]
) -> str:
    closed = [o.says.rstrip(".") for o in option.obstacles if o.closes]
    holds = _holds(standing)
    held = [f"Hold: {', '.join(lowered(label) for label in holds)}"] if holds else []
    asks = [says[0].rstrip(".")] if safety is Outcome.CANNOT_TELL and says else []
    return _joined([*closed, *held, *_missing(option), *asks])


def _joined(parts: list[str]) -> str:
    """Several clauses as one sentence: only the first keeps its capital."""
    return "; ".join([*parts[:1], *(lowered(part) for part in parts[1:])])


def _may_be_done(
    option: Option, standing: Standing | None, record: PatientRecord, knowledge: Knowledge
) -> tuple[Outcome, str, tuple[str, ...]]:
    """The procedure's safety check; of anything else, whether something rules it out."""
    if standing is not None:
        outcome = standing.safety.outcome
        questions = sum(v.outcome is Outcome.CANNOT_TELL for v in standing.safety.verdicts)
        asks = (_counted(questions, "group of questions open", "groups of questions open"),)
        return outcome, WORDS[outcome], _holds(standing) or (asks if questions else ())
    found = fitness(option, record, knowledge)
    match found.outcome:
        case Outcome.HOLD:
            return found.outcome, "Ruled out", found.says
        case Outcome.CANNOT_TELL:
            return found.outcome, "Ask first", (f"Not known: {', '.join(found.not_known)}.",)
    if found.checked:
        return found.outcome, "May be given", (f"Asked for: {', '.join(found.checked)}.",)
    return found.outcome, "May be given", ("Nothing in the chart speaks against it.",)


def _counted(count: int, one: str, several: str) -> str:
    return f"{count} {one if count == 1 else several}"


def _holds(standing: Standing | None) -> tuple[str, ...]:
    verdicts = standing.safety.verdicts if standing else ()
    return tuple(v.label for v in verdicts if v.outcome.value == "hold")


def _says(standing: Standing | None) -> tuple[Says, ...]:
    panel = coverage_panel(standing) if standing else None
    return tuple(
        Says(outcome=a.outcome, word=a.word, authority=a.name)
        for a in (panel.authorities if panel else ())
    )


def _decided(option: Option) -> str:
    if option.decision is None:
        return ""
    return "accepted" if option.decision.statement.accepted else "overridden"


def _decision(option: Option) -> str:
    said = option.decision
    if said is None:
        return ""
    word = "Accepted" if said.statement.accepted else "Decided against"
    reason = f": {said.statement.reason}" if said.statement.reason else ""
    return f"{word} on {localtime(said.occurred_at):%Y-%m-%d}{reason}"


__all__ = ["OptionColumn", "option_column"]
