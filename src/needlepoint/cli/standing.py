"""What stands in the way of a procedure, as a physician reads it in a terminal."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import Any

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.text import Text

from needlepoint.core.knowledge import Knowledge
from needlepoint.core.plan import Standing
from needlepoint.core.rules import Outcome, Reason, Verdict, lowered, sources
from needlepoint.core.rules.bleeding import DrugHold
from needlepoint.core.rules.eligibility import Eligibility

MARKS = {Outcome.HOLD: ("■ HOLD", "bold red"), Outcome.CANNOT_TELL: ("? ASK", "yellow"),
         Outcome.CLEAR: ("✓ clear", "green")}  # fmt: skip


def show_standing(one: Standing, knowledge: Knowledge) -> RenderableType:
    """The procedure, every verdict with all its reasons, the calendar and the authorities."""
    lines: list[RenderableType] = [_title(one)]
    lines += [show_verdict(v, knowledge) for v in one.safety.verdicts]
    lines += _calendar(one)
    if one.coverage:
        lines.append(Text(authorities(one.coverage), style="dim"))
    return Padding(Group(*lines), (1, 0, 0, 2))


def show_standing_briefly(one: Standing) -> RenderableType:
    """What holds, what must be weighed, the first questions and how many more; no sources."""
    verdicts = one.safety.verdicts
    reasons = [reason for v in verdicts if v.rule != "opioids" for reason in v.reasons]
    lines: list[RenderableType] = [_title(one)]
    for v in verdicts:
        held = [reason.says for reason in v.reasons if reason.outcome is Outcome.HOLD]
        if v.rule == "red_flags":  # they stand in full above
            held = [f"{says.split('. ')[0]}: see the red flag." for says in held]
        lines += [Text.assemble(("  ■ ", "bold red"), says) for says in held]
    lines += [Text(f"  ! {reason.says}") for reason in reasons if reason.caution]
    lines += _first_questions(verdicts)
    clear = [v.label for v in verdicts if v.outcome is Outcome.CLEAR]
    if clear:
        lines.append(Text(f"  ✓ clear: {', '.join(clear)}", style="green"))
    lines += _calendar(one)
    if one.coverage:
        lines.append(Text(f"  {authorities(one.coverage)}", style="dim"))
    return Padding(Group(*lines), (1, 0, 0, 2))


def _title(one: Standing) -> Text:
    planned = one.planned
    where = ", ".join(str(target) for target in planned.targets)
    mark, style = MARKS[one.safety.outcome]
    return Text.assemble(
        (f"{planned.technique.label}", "bold underline"),
        f"{' · ' if where else ''}{where} · {planned.at:%a %d %b %Y %H:%M %Z} · ",
        (mark, style),
    )


def _calendar(one: Standing) -> list[RenderableType]:
    zone = one.planned.at.tzinfo
    return [_calendar_line(hold, zone) for hold in one.safety.bleeding.calendar]


# What kills or cripples is asked for first.
_FIRST = (
    "bleeding_risk", "contraindication/infection", "contraindication/bleeding",
    "contraindication/neurology", "contraindication/anatomy", "contraindication/implants",
    "contraindication/pregnancy", "contrast", "anaesthetic_dose", "steroid_exposure",
    "opioids",
)  # fmt: skip
_QUESTIONS = 5


def _first_questions(verdicts: Iterable[Verdict]) -> list[RenderableType]:
    """The gravest questions, each said once, and how many more wait in which group."""
    order = {rule: n for n, rule in enumerate(_FIRST)}
    asked: dict[str, str] = {}
    verdicts = [v for v in verdicts if v.rule != "red_flags"]  # asked for above
    for v in sorted(verdicts, key=lambda v: order.get(v.rule, len(order))):
        for reason in v.reasons:
            if reason.outcome is Outcome.CANNOT_TELL:
                asked.setdefault(reason.says, v.label.removeprefix("Contraindications: "))
    first, rest = list(asked)[:_QUESTIONS], Counter(list(asked.values())[_QUESTIONS:])
    lines: list[RenderableType] = [Text(f"  ? {says}", style="yellow") for says in first]
    if rest:
        groups = ", ".join(f"{lowered(label)} {count}" for label, count in rest.items())
        says = f"  ? {rest.total()} questions more ({groups}): needlepoint safety."
        lines.append(Text(says, style="yellow"))
    return lines


def show_verdict(v: Verdict, knowledge: Knowledge, *, brief: bool = False) -> RenderableType:
    """A verdict with its reasons; brief leaves out those that are clear and need no weighing."""
    mark, style = MARKS[v.outcome]
    lines = [Text.assemble((f"{mark}  ", style), (v.label, "bold"))]
    for reason in v.reasons:
        if brief and reason.outcome is Outcome.CLEAR and not reason.caution:
            continue
        lines.append(_reason(reason, knowledge))
    return Group(*lines)


def _reason(reason: Reason, knowledge: Knowledge) -> Text:
    sign, style = {
        Outcome.HOLD: ("■", "red"),
        Outcome.CANNOT_TELL: ("?", "yellow"),
        Outcome.CLEAR: ("!", "") if reason.caution else ("✓", "green"),
    }[reason.outcome]
    cited = sources(reason, knowledge)
    return Text.assemble(
        (f"     {sign} ", style), reason.says, (f"  [{'; '.join(cited)}]" if cited else "", "dim")
    )


def _calendar_line(hold: DrugHold, zone: Any) -> Text:
    def moment(at: Any) -> str:
        return f"{at.astimezone(zone):%a %d %b %Y %H:%M}"

    parts = []
    if hold.last_dose_by is not None:
        parts.append(f"last dose by {moment(hold.last_dose_by)}")
    if hold.restart_from is not None:
        parts.append(f"again from {moment(hold.restart_from)}")
    if hold.restart_after_trauma is not None and hold.restart_after_trauma != hold.restart_from:
        parts.append(f"after a traumatic puncture from {moment(hold.restart_after_trauma)}")
    says = "; ".join(parts) or hold.action.replace("_", " ")
    return Text.assemble(("   calendar  ", "dim"), (hold.drug, "bold"), f": {says}")


def authorities(coverage: Iterable[Eligibility]) -> str:
    """Who would say what, in one line: refusals first, then what is missing, then what is met."""
    said: dict[str, list[str]] = {"unmet": [], "missing": [], "met": []}
    for e in coverage:
        said.setdefault(e.standing.value, []).append(e.policy.authority)
    parts = [
        f"{standing} {', '.join(dict.fromkeys(names))}" for standing, names in said.items() if names
    ]
    return f"Coverage and guidelines: {'; '.join(parts)}." if parts else ""


def hindrance(one: Standing | None) -> str:
    """In a few words, what stands in the way of an option."""
    if one is None:
        return ""
    holds = [
        lowered(v.label.removeprefix("Contraindications: "))
        for v in one.safety.verdicts
        if v.outcome is Outcome.HOLD
    ]
    asked = sum(v.outcome is Outcome.CANNOT_TELL for v in one.safety.verdicts)
    unmet = list(
        dict.fromkeys(e.policy.authority for e in one.coverage if e.standing.value == "unmet")
    )
    more = f" and {len(unmet) - 2} more" if len(unmet) > 2 else ""
    parts = [f"HOLD: {', '.join(holds)}"] if holds else []
    parts += [f"{asked} to ask"] if asked else []
    parts += [f"not met: {', '.join(unmet[:2])}{more}"] if unmet else []
    return " · ".join(parts)
