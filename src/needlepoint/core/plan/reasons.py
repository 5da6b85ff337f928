"""Why this treatment for this patient, and why not?"""

from __future__ import annotations

from dataclasses import dataclass
from math import exp

from needlepoint.core.inference.localise import Localisation
from needlepoint.core.knowledge import Argument, Knowledge, in_force, is_verified
from needlepoint.core.plan.circumstances import Applied
from needlepoint.core.plan.options import Option, reaches_all

_TELLS = 0.05  # log odds; less moves a chance by about a hundredth, and is no reason


@dataclass(frozen=True, slots=True, kw_only=True)
class OptionReason:
    """A sentence for or against, with the entries and the extracts behind it."""

    says: str
    entries: tuple[str, ...] = ()
    rests_on: tuple[str, ...] = ()
    judged: bool = False  # ours


def reasons_for(option: Option, where: Localisation) -> tuple[OptionReason, ...]:
    """What speaks for it here: what it reaches, blocks, the patient, then the literature."""
    return (
        *_reached(option),
        *_answered(option, where),
        *(_of_patient(one) for one in option.applied if one.log_odds >= _TELLS),
        *(_of_literature(argument) for argument in option.therapy.speaks_for),
    )


def reasons_against(option: Option) -> tuple[OptionReason, ...]:
    """What speaks against it here: gates, the chart, the patient, then the literature."""
    reasons: list[OptionReason] = []
    if option.blocks_missing:
        noun = "block" if option.blocks_missing == 1 else "blocks"
        reasons.append(
            OptionReason(says=f"{option.blocks_missing} positive diagnostic {noun} missing.")
        )
    reasons += [
        OptionReason(says=o.says, entries=o.entries, rests_on=o.rests_on) for o in option.obstacles
    ]
    reasons += [_of_patient(one) for one in option.applied if one.log_odds <= -_TELLS]
    if option.therapy.destructive:
        reasons.append(OptionReason(says="It destroys, and cannot be taken back.", judged=True))
    reasons += [_of_literature(argument) for argument in option.therapy.speaks_against]
    return tuple(reasons)


def is_option_verified(option: Option, where: Localisation, knowledge: Knowledge) -> bool:
    """Whether its chance of success was read in a source, and is not ours."""
    values = in_force(option.therapy.values, where.frame.on)
    return is_verified(values.success, knowledge)


def _reached(option: Option) -> list[OptionReason]:
    if option.pattern is None:
        return [OptionReason(says="It acts whatever the source is, named or not.", judged=True)]
    return [
        OptionReason(
            says=f"It reaches {option.reached:.0%} of the pain, over everything it may come from."
        )
    ]


def _answered(option: Option, where: Localisation) -> list[OptionReason]:
    """Blocks that reach all of the target and were answered by at least half of the pain."""
    if option.pattern is None or where.blocks is None:
        return []
    column = where.frame.column_of[option.pattern]
    return [
        OptionReason(
            says=f"{block.block.label}: {block.answer}.",
            entries=(block.record.entry,),
        )
        for block in where.blocks.blocks
        if reaches_all(block, where, column) and block.is_positive
    ]


def _of_patient(one: Applied) -> OptionReason:
    so_far = f" So far {one.part:.0%} likely." if one.part < 1 else ""
    says = f"{one.says}{so_far} Odds of response times {exp(one.log_odds):.1f}."
    return OptionReason(
        says=says,
        entries=one.entries,
        rests_on=one.odds_ratio.rests_on,
        judged=one.odds_ratio.judged or not one.odds_ratio.rests_on,
    )


def _of_literature(argument: Argument) -> OptionReason:
    return OptionReason(says=argument.says, rests_on=argument.rests_on, judged=argument.judged)
