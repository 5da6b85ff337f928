"""What is the best thing to do next?

Every test is worth what it changes: the expected value of the best treatment after its answer, less
that before; plus a little for what it tells; less what it costs. Tests are ranked within tiers
(examine, image, block, treat), and a tier is left when the best it has is not worth while.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from needlepoint.core.findings import ObservedFindings
from needlepoint.core.inference.localise import Localisation
from needlepoint.core.inference.posterior import Posterior
from needlepoint.core.knowledge import Knowledge
from needlepoint.core.plan.actions import Action, Tier
from needlepoint.core.plan.circumstances import circumstances, stated_obstacles
from needlepoint.core.plan.done_before import done_before
from needlepoint.core.plan.options import Option, deciding, options
from needlepoint.core.plan.possible_blocks import block_actions
from needlepoint.core.plan.unexamined import findings_actions, study_label
from needlepoint.core.plan.weighing import Weighed, weigh
from needlepoint.core.record import PatientRecord
from needlepoint.core.rules import (
    Mechanism,
    Outcome,
    Verdict,
    comes_first,
    lowered,
    mechanism_of,
)

HYPOTHESES = 400  # the most probable ones; they decide the order of next steps
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
    urgency: str | None = None  # of a raised flag
    worthwhile: bool = True  # False: possible, but it would change too little to be proposed


@dataclass(frozen=True, slots=True, kw_only=True)
class NotProposed:
    """Something that was considered and left out, and why."""

    action: str
    target: str | None
    why: str
    stated: bool = False  # the chart states what speaks against it: it is not to be done now


@dataclass(frozen=True, slots=True, kw_only=True)
class NextSteps:
    """Ordered: what to do first stands first."""

    steps: tuple[NextStep, ...]
    not_proposed: tuple[NotProposed, ...]
    options: tuple[Option, ...]


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
    every = options(where, best, knowledge, patient, side=observed.one_side)
    treatments = deciding(every)
    offered = tuple(one for one in every if _is_offered(one, knowledge))
    actions, refused = _possible(record, observed, where, best, knowledge)
    weighed = weigh(actions, best, treatments, knowledge)
    worthless = [w for w in weighed if w.value <= 0]
    weighed = sorted((w for w in weighed if w.value > 0), key=lambda w: (-w.value, w.action.name))
    ahead = _look_ahead(weighed, best, treatments, knowledge) if look_ahead else {}
    steps = _in_tiers(weighed, offered, ahead, where, knowledge)
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
        stated = _obstacle(action, against)
        why = stated or done_before(action, record, where, knowledge)
        if why is None:
            actions.append(action)
            continue
        left = NotProposed(
            action=action.name, target=action.target, why=why, stated=stated is not None
        )
        refused.append(left)
    return actions, refused


def _obstacle(action: Action, against: dict[str, str]) -> str | None:
    stated = [against[word] for word in action.contraindicated_by if word in against]
    return f"The chart states {' and '.join(stated)}." if stated else None


def _look_ahead(
    weighed: list[Weighed],
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


def _unlike(weighed: Iterable[Weighed]) -> list[Weighed]:
    """The best of each test: the same block at a wider place is no rival to be looked ahead of."""
    best: dict[tuple[str, str], Weighed] = {}
    for w in weighed:
        best.setdefault((w.action.name, w.action.pattern.kind if w.action.pattern else ""), w)
    return list(best.values())


def _second_step(
    first: Weighed,
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
        values = [w.value for w in weigh(others, after, treatments, knowledge)]
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
            urgency=v.urgency,
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
        tuple(step for step in steps if step.tier not in (Tier.BLOCK, Tier.TREAT)),
        [NotProposed(action=step.action, target=step.target, why=why) for step in later],
    )


def _in_tiers(
    weighed: list[Weighed],
    treatments: tuple[Option, ...],
    ahead: dict[int, float],
    where: Localisation,
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
        awaited = _awaited(here, treatments, where)
        tiers.append(
            [
                _test_step(
                    w,
                    ahead.get(id(w)),
                    w is awaited or _is_worthwhile(w.value, w.action, where, knowledge),
                )
                for w in here
            ]
        )
    tiers.append([_treat_step(o) for o in treatments if o.is_next])
    leading = [steps for steps in tiers if steps and steps[0].value >= worthwhile]
    trailing = [steps for steps in tiers if steps and steps[0].value < worthwhile]
    return tuple(step for steps in (*leading, *trailing) for step in steps)


def _awaited(
    tests: list[Weighed], treatments: tuple[Option, ...], where: Localisation
) -> Weighed | None:
    """The best test of the leading source where a treatment of it waits for a positive one.

    Its worth may be small while a milder treatment is about as good; whoever wants the other
    treatment must still see the way to it.
    """
    leading = where.leading_kind
    waits = any(
        o.pattern is not None
        and o.pattern.kind == leading
        and o.blocks_missing > 0
        and not o.is_closed
        for o in treatments
    )
    aimed = (w for w in tests if w.action.pattern and w.action.pattern.kind == leading)
    return next(aimed, None) if waits else None


def _is_worthwhile(value: float, action: Action, where: Localisation, knowledge: Knowledge) -> bool:
    """Worth its burden; and a block is aimed at what may hurt, not at nerves on the way to it."""
    if value < knowledge.utilities.worthwhile:
        return False
    if action.pattern is None:
        return True
    kind = where.frame.kinds.index(action.pattern.kind)
    return bool(where.posterior.kinds[kind] >= knowledge.utilities.least_reach)


def _test_step(w: Weighed, ahead: float | None, worthwhile: bool) -> NextStep:
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
        worthwhile=worthwhile,
    )


def _why(w: Weighed) -> str:
    if w.action.tier is Tier.BLOCK:
        positive = float(w.chances[2:].sum())
        return (
            f"{positive:.0%} chance of at least half relief; tells {w.bits:.2f} bits about "
            f"which structure it is."
        )
    if w.action.tier is Tier.IMAGE:
        study = lowered(study_label(w.action.name))
        return f"No {study} is on file; it tells at least {w.bits:.2f} bits."
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
