"""The treatments on offer: the first of each category as a table."""

from __future__ import annotations

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from needlepoint.cli.standing import hindrance
from needlepoint.core.assess import ComplaintAssessment
from needlepoint.core.knowledge import Argument, Knowledge, TherapyCategory, citations
from needlepoint.core.plan import Obstacle, Option, Standing, is_option_verified
from needlepoint.core.plan.offered import Offered, first_of_each


def show_options(one: ComplaintAssessment, knowledge: Knowledge) -> RenderableType:
    """The first of each category, in the order of their worth; who disagrees stands below."""
    shown = first_of_each(tuple(zip(one.plan.options, one.standings, strict=True)))
    able = [o for o, _ in shown if o.category is not TherapyCategory.SURGERY_REFERRAL]
    if able and all(option.is_closed for option in able):
        why = " ".join(dict.fromkeys(o.says for option in able for o in option.obstacles[:1]))
        says = f"OPTIONS  None but a referral is open. {why} All stand in --json with reasons."
        return Padding(Text(says), (0, 0, 1, 2))
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
        f"The first of each category; all {len(one.plan.options)}, with reasons, in --json. "
        "Response: at least half of the pain gone. Below waiting, doing nothing is worth more. "
        "To ask: groups of safety questions that are open.",
        style="dim",
    )
    return Padding(Group(table, *_dissent(shown, knowledge), foot), (0, 0, 1, 2))


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
    parts += [_shortly(o) for o in option.obstacles]
    held = hindrance(standing)
    return " · ".join([*parts, held] if held else parts)


def _shortly(obstacle: Obstacle) -> str:
    """Its first clause; the whole of it stands in --json."""
    return obstacle.says.rstrip(".").split(": ")[0].split("; ")[0]


def _dissent(shown: list[Offered], knowledge: Knowledge) -> list[Text]:
    """Who disagrees with what is shown, each said once."""
    said: dict[str, Argument] = {}
    for option, _ in shown:
        if not option.is_closed and not option.comes_later:
            said |= {argument.says: argument for argument in option.therapy.dissent}
    return [
        Text(f"Dissent: {says} ({', '.join(citations([argument], knowledge))})", style="yellow")
        for says, argument in said.items()
    ]
