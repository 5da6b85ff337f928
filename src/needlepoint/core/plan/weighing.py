"""What is a test worth: what it does to the best treatment, what it tells, what it costs?"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from needlepoint.core.inference.posterior import Posterior
from needlepoint.core.knowledge import Knowledge
from needlepoint.core.plan.actions import Action, Tier, information_bits
from needlepoint.core.plan.options import Option
from needlepoint.core.plan.possible_blocks import RELIEF_WORDS
from needlepoint.core.plan.response import burden
from needlepoint.core.quantities import Float


@dataclass(frozen=True, slots=True)
class Weighed:
    """A test with what it is worth, what it tells, and the chance of each outcome."""

    action: Action
    value: float
    bits: float
    chances: Float  # (O,)


def weigh(
    actions: list[Action], best: Posterior, treatments: tuple[Option, ...], knowledge: Knowledge
) -> list[Weighed]:
    """Value of each action: what it does to the best treatment, what it tells, what it costs."""
    weighed: list[Weighed] = []
    now = _best_now(best.probability, treatments)
    for outcomes in _kinds_of_outcomes(actions):
        alike = [action for action in actions if _outcomes(action) == outcomes]
        likelihood = np.stack([action.likelihood for action in alike])  # (A, O, N)
        bits = information_bits(likelihood, best.probability).tolist()
        joint = likelihood * best.probability
        gains = (_best_after(alike, joint, treatments) - now).tolist()
        chances = joint.sum(axis=2)
        for n, (action, gain, told) in enumerate(zip(alike, gains, bits, strict=True)):
            sites = action.pattern.size if action.pattern else 1
            spent = burden(
                action.minutes, action.discomfort, action.serious_harm, action.price, sites,
                knowledge,
            )  # fmt: skip
            value = max(gain, 0.0) + knowledge.utilities.per_bit * told - spent
            weighed.append(Weighed(action, value, told, chances[n]))
    return weighed


def _kinds_of_outcomes(actions: list[Action]) -> list[tuple[int, bool]]:
    return sorted({_outcomes(action) for action in actions})


def _outcomes(action: Action) -> tuple[int, bool]:
    """What is weighed in one array: as many outcomes, and only those of blocks open gates.

    A study of two findings has four outcomes like a block, and none of them is relief.
    """
    return len(action.outcomes), action.tier is Tier.BLOCK


def _best_now(p: Float, treatments: tuple[Option, ...]) -> float:
    """The best treatment that no gate holds back; doing nothing is worth nothing."""
    open_now = [float(p @ o.worth) for o in treatments if not o.blocks_missing]
    return max([0.0, *open_now])


def _best_after(actions: list[Action], joint: Float, treatments: tuple[Option, ...]) -> Float:
    """(A,) expected worth of the best treatment once the answer is known; joint is (A, O, N).

    A positive answer to a block of a pattern opens the gate of the treatments of that kind.
    """
    if not treatments:
        return np.zeros(len(actions))
    worth = joint @ np.stack([o.worth for o in treatments]).T  # (A, O, T)
    gated = np.array([o.blocks_missing > 0 for o in treatments])
    kinds = np.array([o.pattern.kind if o.pattern else " " for o in treatments])
    positive = np.array([word in RELIEF_WORDS[2:] for word in actions[0].outcomes])
    aimed = np.array([a.pattern.kind if a.pattern else "" for a in actions])
    opened = (aimed[:, None] == kinds[None, :])[:, None, :] & positive[None, :, None]
    allowed = np.where(gated & ~opened, 0.0, worth)
    return np.asarray(np.maximum(allowed.max(axis=2), 0.0).sum(axis=1))


__all__ = ["Weighed", "weigh"]
