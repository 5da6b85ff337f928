"""What is the best thing to do next?

Every test is worth what it changes: the expected value of the best treatment after its answer, less
that before; plus a little for what it tells; less what it costs. Tests are ranked within tiers
(examine, image, block, treat), and a tier is left when the best it has is not worth while.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from needlepoint.core.findings import ObservedFindings
from needlepoint.core.inference.localise import Localisation
from needlepoint.core.inference.posterior import Posterior
from needlepoint.core.knowledge import Knowledge
from needlepoint.core.plan.actions import Action, Tier, information_bits
from needlepoint.core.plan.circumstances import circumstances, stated_obstacles
from needlepoint.core.plan.options import Option, deciding, options, positive_blocks, reaches_all
from needlepoint.core.plan.possible_blocks import RELIEF_WORDS, block_actions
from needlepoint.core.plan.response import burden
from needlepoint.core.plan.unexamined import findings_actions
from needlepoint.core.quantities import Float
from needlepoint.core.record import PatientRecord
from needlepoint.core.rules import Mechanism, Outcome, Verdict, comes_first, mechanism_of

HYPOTHESES = 400  # the most probable ones; they decide the order of next steps
_CONCLUSIVE = 2  # positive blocks after which no guideline asks for a third
_TIERS = (Tier.EXAMINE, Tier.IMAGE, Tier.BLOCK, Tier.TREAT)


@dataclass(frozen=True, slots=True, kw_only=True)
class NextStep:
    """One thing to do, with its worth."""

    tier: Tier
    action: str
    label: str
    target: str | None
    value: float
    information_bits: float
    why: str
    expected: tuple[tuple[str, float], ...] = ()  # outcome, probability
    look_ahead: float | None = None  # value with the best second step, where one step ties


@dataclass(frozen=True, slots=True, kw_only=True)
class NotProposed:
    """Something that was considered and left out, and why."""

    action: str
    target: str | None
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NextSteps:
    """Ordered: what to do first stands first."""

    steps: tuple[NextStep, ...]
    not_proposed: tuple[NotProposed, ...]
    options: tuple[Option, ...]


@dataclass(frozen=True, slots=True)
class _Weighed:
    action: Action
    value: float
    bits: float
    chances: Float  # (O,)


def next_steps(
    record: PatientRecord,
    observed: ObservedFindings,
    where: Localisation,
    verdicts: tuple[Verdict, ...],
    knowledge: Knowledge,
    *,
    mechanism: Mechanism | None = None,
    look_ahead: bool = True,
) -> NextSteps:
    """Order everything that could be done next for one complaint."""
    best = where.posterior.best(HYPOTHESES)
    mechanism = mechanism or mechanism_of(observed, knowledge)
    patient = circumstances(record, observed, mechanism, knowledge)
    every = options(where, best, knowledge, patient)
    treatments = deciding(every)
    offered = tuple(one for one in every if _is_offered(one, knowledge))
    actions, refused = _possible(record, observed, where, best, knowledge)
    weighed = _weigh(actions, best, treatments, knowledge)
    worthless = [w for w in weighed if w.value <= 0]
    weighed = sorted((w for w in weighed if w.value > 0), key=lambda w: (-w.value, w.action.name))
    ahead = _look_ahead(weighed, best, treatments, knowledge) if look_ahead else {}
    steps = _in_tiers(weighed, offered, ahead, knowledge)
    steps, waiting = _behind_flags(steps, verdicts)
    refused += waiting
    refused += [
        NotProposed(action=o.therapy.id, target=o.target, why=_against(o))
        for o in offered
        if o.is_closed
    ]
    refused += [
        NotProposed(
            action=w.action.name,
            target=w.action.target,
            why="Whatever it showed, it would not change what to do enough to be worth its burden.",
        )
        for w in worthless
    ]
    return NextSteps(
        steps=(*_safety_first(verdicts), *steps),
        not_proposed=tuple(refused),
        options=offered,
    )


def _possible(
    record: PatientRecord,
    observed: ObservedFindings,
    where: Localisation,
    best: Posterior,
    knowledge: Knowledge,
) -> tuple[list[Action], list[NotProposed]]:
    actions: list[Action] = []
    refused: list[NotProposed] = []
    against = stated_obstacles(record, knowledge)
    candidates = [
        *findings_actions(where, best, observed, knowledge, record.age),
        *block_actions(where, best, observed, knowledge),
    ]
    for action in candidates:
        why = _obstacle(action, against) or _done(action, record, where, knowledge)
        if why is None:
            actions.append(action)
        else:
            refused.append(NotProposed(action=action.name, target=action.target, why=why))
    return actions, refused


def _obstacle(action: Action, against: dict[str, str]) -> str | None:
    stated = [against[word] for word in action.contraindicated_by if word in against]
    return f"The chart states {' and '.join(stated)}." if stated else None


def _done(
    action: Action, record: PatientRecord, where: Localisation, knowledge: Knowledge
) -> str | None:
    """Why not again: a study that exists, a block that was answered."""
    if action.tier is Tier.IMAGE:
        made = {study.statement.modality.lower() for study in record.studies} | {
            known.modality
            for said in record.findings
            if (known := knowledge.findings.get(said.statement.name)) is not None
        }
        done = action.name in made
        return "Already done: have its report entered level by level." if done else None
    if action.tier is not Tier.BLOCK or action.pattern is None or where.blocks is None:
        return None
    column = where.frame.patterns.index(action.pattern)
    positive = positive_blocks(where, column)
    if positive >= _CONCLUSIVE:
        return f"{positive} blocks that reach it were answered: its treatment need not wait."
    alike = [
        b
        for b in where.blocks.blocks
        if b.block.name == action.name and reaches_all(b, where, column)
    ]
    if not alike or (knowledge.blocks[action.name].controlled and len(alike) == positive == 1):
        return None  # after one positive block a second, comparative one is customary
    return f"Already done: {alike[-1].answer}."


def _weigh(
    actions: list[Action], best: Posterior, treatments: tuple[Option, ...], knowledge: Knowledge
) -> list[_Weighed]:
    """Value of each action: what it does to the best treatment, what it tells, what it costs."""
    weighed: list[_Weighed] = []
    sizes = sorted({len(action.outcomes) for action in actions})
    now = _best_now(best.probability, treatments)
    for size in sizes:
        alike = [action for action in actions if len(action.outcomes) == size]
        likelihood = np.stack([action.likelihood for action in alike])  # (A, O, N)
        bits = information_bits(likelihood, best.probability)
        joint = likelihood * best.probability
        gain = _best_after(alike, joint, treatments) - now
        chances = joint.sum(axis=2)
        for n, action in enumerate(alike):
            sites = len(action.pattern.sites) if action.pattern else 1
            spent = burden(
                action.minutes, action.discomfort, action.serious_harm, action.price, sites,
                knowledge,
            )  # fmt: skip
            value = max(float(gain[n]), 0.0) + knowledge.utilities.per_bit * float(bits[n]) - spent
            weighed.append(_Weighed(action, value, float(bits[n]), chances[n]))
    return weighed


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


def _look_ahead(
    weighed: list[_Weighed],
    best: Posterior,
    treatments: tuple[Option, ...],
    knowledge: Knowledge,
) -> dict[int, float]:
    """Where the leaders of a tier tie, the value of each with the best step after it."""
    values: dict[int, float] = {}
    for tier in _TIERS:
        here = [w for w in weighed if w.action.tier is tier]
        if len(here) < 2:
            continue
        near = _unlike(w for w in here if w.value >= here[0].value * 0.95)[:4]
        if len(near) < 2:
            continue
        second = [w.action for w in weighed[:24]]
        for w in near:
            values[id(w)] = w.value + _second_step(w, second, best, treatments, knowledge)
    return values


def _unlike(weighed: Iterable[_Weighed]) -> list[_Weighed]:
    """The best of each test: the same block at a wider place is no rival to be looked ahead of."""
    best: dict[tuple[str, str], _Weighed] = {}
    for w in weighed:
        best.setdefault((w.action.name, w.action.pattern.kind if w.action.pattern else ""), w)
    return list(best.values())


def _second_step(
    first: _Weighed,
    second: list[Action],
    best: Posterior,
    treatments: tuple[Option, ...],
    knowledge: Knowledge,
) -> float:
    total = 0.0
    for row, chance in enumerate(first.chances):
        if chance < 0.01:
            continue
        after = Posterior(
            frame=best.frame,
            columns=best.columns,
            probability=best.probability * first.action.likelihood[row] / chance,
            log_evidence=best.log_evidence,
            bound=best.bound,
        )
        others = [action for action in second if action is not first.action]
        values = [w.value for w in _weigh(others, after, treatments, knowledge)]
        total += float(chance) * max([0.0, *values])
    return total


# --- order and words ------------------------------------------------------------------------------


def _safety_first(verdicts: tuple[Verdict, ...]) -> tuple[NextStep, ...]:
    """A raised flag stands above every test; open questions come right after."""
    steps = [
        NextStep(
            tier=Tier.SAFETY,
            action=v.rule,
            label=v.label,
            target=None,
            value=float("inf"),
            information_bits=0.0,
            why=f"{' '.join(r.says for r in v.reasons)} {v.do}",
        )
        for v in verdicts
        if v.outcome is Outcome.HOLD
    ]
    return tuple(steps)


def _behind_flags(
    steps: tuple[NextStep, ...], verdicts: tuple[Verdict, ...]
) -> tuple[tuple[NextStep, ...], list[NotProposed]]:
    """Neither a needle nor a treatment while a flag that cannot wait is raised."""
    first = comes_first(verdicts)
    if first is None:
        return steps, []
    why = f"{first.label} comes first."
    later = [step for step in steps if step.tier in (Tier.BLOCK, Tier.TREAT)]
    return (
        tuple(step for step in steps if step not in later),
        [NotProposed(action=step.action, target=step.target, why=why) for step in later],
    )


def _in_tiers(
    weighed: list[_Weighed],
    treatments: tuple[Option, ...],
    ahead: dict[int, float],
    knowledge: Knowledge,
) -> tuple[NextStep, ...]:
    """The lowest tier that still has something worth while leads; then the tiers above it."""
    worthwhile = knowledge.utilities.worthwhile
    tiers: list[list[NextStep]] = []
    for tier in (Tier.EXAMINE, Tier.IMAGE, Tier.BLOCK):
        here = sorted(
            (w for w in weighed if w.action.tier is tier),
            key=lambda w: (-(ahead.get(id(w), w.value)), w.action.name),
        )
        tiers.append([_test_step(w, ahead.get(id(w))) for w in here])
    tiers.append([_treat_step(o) for o in treatments if o.is_next])
    leading = [steps for steps in tiers if steps and steps[0].value >= worthwhile]
    trailing = [steps for steps in tiers if steps and steps[0].value < worthwhile]
    return tuple(step for steps in (*leading, *trailing) for step in steps)


def _test_step(w: _Weighed, ahead: float | None) -> NextStep:
    return NextStep(
        tier=w.action.tier,
        action=w.action.name,
        label=w.action.label,
        target=w.action.target,
        value=w.value,
        information_bits=w.bits,
        why=_why(w),
        expected=tuple(zip(w.action.outcomes, w.chances.tolist(), strict=True)),
        look_ahead=ahead,
    )


def _why(w: _Weighed) -> str:
    if w.action.tier is Tier.BLOCK:
        positive = float(w.chances[2:].sum())
        return (
            f"{positive:.0%} chance of at least half relief; tells {w.bits:.2f} bits about "
            f"which structure it is."
        )
    if w.action.tier is Tier.IMAGE:
        return f"Tells at least {w.bits:.2f} bits; nothing of this modality is on file."
    return f"{float(w.chances[0]):.0%} chance to be present; tells {w.bits:.2f} bits."


def _is_offered(option: Option, knowledge: Knowledge) -> bool:
    """What reaches next to nothing is left out, unless somebody decided about it."""
    near = option.pattern is None or option.reached >= knowledge.utilities.least_reach
    return near or option.decision is not None


def _against(option: Option) -> str:
    """Why a therapy is not proposed: a clinician's decision first."""
    said = option.decision
    if said is not None and not said.statement.accepted:
        reason = said.statement.reason or "No reason was written down."
        return f"Decided against on {said.occurred_at:%Y-%m-%d}: {reason}"
    return " ".join(obstacle.says for obstacle in option.obstacles if obstacle.closes)


def _treat_step(option: Option) -> NextStep:
    return NextStep(
        tier=Tier.TREAT,
        action=option.therapy.id,
        label=option.therapy.label,
        target=option.target,
        value=option.value,
        information_bits=0.0,
        why=(
            f"{option.expected_response:.0%} chance that at least half of the pain goes, "
            f"over everything it may come from; about {option.duration_months:g} months."
        ),
    )
