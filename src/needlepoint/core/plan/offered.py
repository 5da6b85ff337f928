"""The treatments on offer as plain data, to be printed, sent or signed."""

from __future__ import annotations

from typing import Any

from needlepoint.core.inference.localise import Localisation
from needlepoint.core.knowledge import Argument, Knowledge
from needlepoint.core.plan.options import Option
from needlepoint.core.plan.reasons import (
    OptionReason,
    is_option_verified,
    reasons_against,
    reasons_for,
)
from needlepoint.core.plan.standing import Standing

Offered = tuple[Option, Standing | None]


def option_data(option: Option, where: Localisation, knowledge: Knowledge) -> dict[str, Any]:
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
        "reasons_for": _reasons(reasons_for(option, where)),
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
        "verified": is_option_verified(option, where, knowledge),
    }


def first_of_each(offered: tuple[Offered, ...]) -> list[Offered]:
    """The best of every category; one that was decided on stands for its category.

    Where the best is worth nothing before its blocks, worth tells only which fails most gently:
    then the one that would help most stands for those that wait for blocks.
    """
    chosen: dict[str, Offered] = {}
    for option, standing in offered:
        held = chosen.get(option.category.value)
        accepted = option.decision is not None and option.decision.statement.accepted
        better = held is not None and held[0].is_closed and not option.is_closed
        if held is None or accepted or better:
            chosen[option.category.value] = (option, standing)
    for category, (best, _) in chosen.items():
        if best.blocks_missing and best.value <= 0 and best.decision is None:
            chosen[category] = max(
                (pair for pair in offered if _waits_like(pair[0], best)),
                key=lambda pair: pair[0].expected_response,
            )
    first = {id(option) for option, _ in chosen.values()}
    return [pair for pair in offered if id(pair[0]) in first]


def _waits_like(option: Option, held: Option) -> bool:
    return (
        option.category is held.category
        and option.blocks_missing > 0
        and option.is_closed == held.is_closed
        and option.comes_later == held.comes_later
    )


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


__all__ = ["Offered", "first_of_each", "option_data"]
