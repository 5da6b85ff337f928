"""The treatments on offer: as plain data, and the first of each category as a table."""

from __future__ import annotations

from typing import Any

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from needlepoint.cli.standing import hindrance
from needlepoint.core.assess import ComplaintAssessment
from needlepoint.core.knowledge import Argument, Knowledge, citations
from needlepoint.core.plan import (
    Option,
    OptionReason,
    Standing,
    is_option_verified,
    reasons_against,
    reasons_for,
)

Offered = tuple[Option, Standing | None]


def option_data(
    option: Option, standing: Standing | None, one: ComplaintAssessment, knowledge: Knowledge
) -> dict[str, Any]:
    """One treatment with its expected response and everything for and against it."""
    therapy = option.therapy
    return {
        "therapy": therapy.id,
        "label": therapy.label,
        "category": therapy.category.value,
        "target": option.target,
        "about": option.about,
        "expected_response": round(option.expected_response, 5),
        "interval": [round(end, 5) for end in option.interval],
        "duration_months": option.duration_months,
        "duration_interval": list(option.duration_interval) if option.duration_interval else None,
        "value": round(option.value, 5),
        "reached": round(option.reached, 5),
        "evidence": [
            {"authority": e.authority, "grade": e.grade, "rests_on": list(e.rests_on)}
            for e in therapy.evidence
        ],
        "dissent": _arguments(therapy.dissent),
        "reasons_for": _reasons(reasons_for(option, one.where)),
        "reasons_against": _reasons(reasons_against(option)),
        "would_change": _arguments(therapy.would_change),
        "blocks_missing": option.blocks_missing,
        "obstacles": [
            {
                "says": o.says,
                "closes": o.closes,
                "entries": list(o.entries),
                "rests_on": list(o.rests_on),
            }
            for o in option.obstacles
        ],
        "decision": _decision(option),
        "verified": is_option_verified(option, one.where, knowledge),
    }


def _arguments(arguments: tuple[Argument, ...]) -> list[dict[str, Any]]:
    return [
        {"says": a.says, "rests_on": list(a.rests_on), "judged": a.judged or not a.rests_on}
        for a in arguments
    ]


def _reasons(reasons: tuple[OptionReason, ...]) -> list[dict[str, Any]]:
    return [
        {
            "says": r.says,
            "entries": list(r.entries),
            "rests_on": list(r.rests_on),
            "judged": r.judged,
        }
        for r in reasons
    ]


def _decision(option: Option) -> dict[str, Any] | None:
    said = option.decision
    if said is None:
        return None
    return {
        "accepted": said.statement.accepted,
        "reason": said.statement.reason,
        "entry": said.entry,
        "at": said.occurred_at.isoformat(),
    }


# --- for people -----------------------------------------------------------------------------------


def show_options(one: ComplaintAssessment, knowledge: Knowledge) -> RenderableType:
    """The first of each category, in the order of their worth; who disagrees stands below."""
    shown = first_of_each(tuple(zip(one.plan.options, one.standings, strict=True)))
    table = Table(box=None, pad_edge=False, show_edge=False, title="OPTIONS")
    table.title_justify, table.title_style = "left", "bold"
    for heading in ("category", "therapy · target", "response", "months", "in the way"):
        table.add_column(heading, header_style="dim", overflow="fold")
    for option, standing in shown:
        mark = "" if is_option_verified(option, one.where, knowledge) else " *"
        low, high = option.interval
        style = "dim" if option.is_closed else ""
        table.add_row(
            option.category.value.replace("_", " "),
            f"{option.therapy.label}{_aim(option)}",
            f"{option.expected_response:.0%} ({low:.0%} to {high:.0%}){mark}",
            f"{option.duration_months:g}",
            _in_the_way(option, standing),
            style=style,
        )
    foot = Text(
        f"The first of each category; {len(one.plan.options)} in all, with reasons, in --json. "
        "Response: at least half of the pain gone. Below waiting, doing nothing is worth more.",
        style="dim",
    )
    return Padding(Group(table, *_dissent(shown, knowledge), foot), (0, 0, 1, 2))


def first_of_each(offered: tuple[Offered, ...]) -> list[Offered]:
    """The best of every category; one that was decided on stands for its category."""
    chosen: dict[str, Offered] = {}
    for option, standing in offered:
        held = chosen.get(option.category.value)
        accepted = option.decision is not None and option.decision.statement.accepted
        better = held is not None and held[0].is_closed and not option.is_closed
        if held is None or accepted or better:
            chosen[option.category.value] = (option, standing)
    first = {id(option) for option, _ in chosen.values()}
    return [pair for pair in offered if id(pair[0]) in first]


def _aim(option: Option) -> str:
    return f" · {option.pattern}" if option.pattern is not None else ""


def _in_the_way(option: Option, standing: Standing | None) -> str:
    said = option.decision
    parts: list[str] = []
    if said is not None:
        word = "accepted" if said.statement.accepted else "decided against"
        reason = f": {said.statement.reason}" if said.statement.reason else ""
        parts.append(f"{word} {said.occurred_at:%Y-%m-%d}{reason}")
    if option.blocks_missing:
        noun = "block" if option.blocks_missing == 1 else "blocks"
        parts.append(f"{option.blocks_missing} positive {noun} missing")
    parts += [o.says.rstrip(".") for o in option.obstacles]
    held = hindrance(standing)
    return " · ".join([*parts, held] if held else parts)


def _dissent(shown: list[Offered], knowledge: Knowledge) -> list[Text]:
    """Who disagrees with what is shown, each said once."""
    said: dict[str, Argument] = {}
    for option, _ in shown:
        if not option.is_closed:
            said |= {argument.says: argument for argument in option.therapy.dissent}
    return [
        Text(f"Dissent: {says} ({', '.join(citations([argument], knowledge))})", style="yellow")
        for says, argument in said.items()
    ]
