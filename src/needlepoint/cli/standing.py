"""What stands in the way of a procedure, as a physician reads it in a terminal."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.text import Text

from needlepoint.core.knowledge import Knowledge
from needlepoint.core.plan import Standing
from needlepoint.core.rules import Outcome, Reason, Verdict, sources
from needlepoint.core.rules.bleeding import DrugHold
from needlepoint.core.rules.eligibility import Eligibility

MARKS = {Outcome.HOLD: ("■ HOLD", "bold red"), Outcome.CANNOT_TELL: ("? ASK", "yellow"),
         Outcome.CLEAR: ("✓ clear", "green")}  # fmt: skip


def show_standing(one: Standing, knowledge: Knowledge, *, brief: bool = False) -> RenderableType:
    """The procedure, every verdict that is not clear (or all), the calendar and the authorities."""
    planned = one.planned
    where = ", ".join(str(target) for target in planned.targets)
    mark, style = MARKS[one.safety.outcome]
    title = Text.assemble(
        (f"{planned.technique.label}", "bold underline"),
        f"{' · ' if where else ''}{where} · {planned.at:%a %d %b %Y %H:%M %Z} · ",
        (mark, style),
    )
    lines: list[RenderableType] = [title]
    clear = []
    for v in one.safety.verdicts:
        weighed = any(r.caution for r in v.reasons)
        if brief and v.outcome is Outcome.CLEAR and not weighed:
            clear.append(v.label)
        else:
            lines.append(show_verdict(v, knowledge, brief=brief))
    if clear:
        lines.append(Text(f"✓ clear: {', '.join(clear)}", style="green"))
    lines += [_calendar_line(hold, planned.at.tzinfo) for hold in one.safety.bleeding.calendar]
    if one.coverage:
        lines.append(Text(authorities(one.coverage), style="dim"))
    return Padding(Group(*lines), (1, 0, 0, 2))


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
    """Who would say what, in one line."""
    said = [f"{e.policy.authority} {e.standing.value}" for e in coverage]
    return f"Coverage and guidelines: {'; '.join(said)}." if said else ""


def hindrance(one: Standing | None) -> str:
    """In a few words, what stands in the way of an option."""
    if one is None:
        return ""
    holds = [v.label.lower() for v in one.safety.verdicts if v.outcome is Outcome.HOLD]
    asked = sum(v.outcome is Outcome.CANNOT_TELL for v in one.safety.verdicts)
    unmet = [e.policy.authority for e in one.coverage if e.standing.value == "unmet"]
    parts = [f"holds: {', '.join(holds)}"] if holds else []
    parts += [f"{asked} safety question{'s' if asked > 1 else ''} open"] if asked else []
    parts += [f"not met: {', '.join(dict.fromkeys(unmet))}"] if unmet else []
    return " · ".join(parts)
