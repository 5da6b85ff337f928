"""Every clinical case: what must come out, in ranks and ranges."""

from __future__ import annotations

from pathlib import Path

import pytest

from needlepoint.core.assess import Assessment, ComplaintAssessment, assess
from needlepoint.core.knowledge import Knowledge
from needlepoint.core.plan import Option, first_steps, reasons_against, reasons_for
from needlepoint.files.cases import Case, ExpectedOption, ExpectedSource, ExpectedStep, read_case

CASES = sorted(Path(__file__).parents[2].joinpath("cases").rglob("*.yaml"))


def test_there_are_at_least_sixty_over_every_area() -> None:
    assert len(CASES) >= 60
    assert len({path.parent.name for path in CASES}) >= 5


@pytest.mark.parametrize("path", CASES, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_case(path: Path, knowledge: Knowledge) -> None:
    case = read_case(path, knowledge=knowledge)
    result = assess(case.chart, knowledge, as_of=case.as_of, with_intervals=False)
    problems = [
        *(p for s in case.then.posterior for p in source_problems(s, result)),
        *(p for pair in case.then.above for p in above_problems(pair, result)),
        *(p for s in case.then.next_steps for p in step_problems(s, result)),
        *(p for o in case.then.options for p in option_problems(o, result)),
        *verdict_problems(case, result),
        *(f"{a} is proposed" for a in case.then.never_proposed if a in proposed(result)),
        *(f"{a} is proposed" for a in case.then.not_worthwhile if a in put_forward(result)),
        *(f"{a} is not put forward" for a in case.then.put_forward if a not in put_forward(result)),
    ]
    if case.then.mechanism and result.complaints[0].mechanism.leading != case.then.mechanism:
        problems.append(f"mechanism is {result.complaints[0].mechanism.probability}")
    assert not problems, f"{case.title}\n" + "\n".join(problems)


def complaint(result: Assessment, name: str | None) -> ComplaintAssessment:
    return next(c for c in result.complaints if name in (None, c.observed.complaint))


def chances(one: ComplaintAssessment) -> dict[str, float]:
    posterior = one.where.posterior
    kinds = dict(zip(one.where.frame.kinds, posterior.kinds.tolist(), strict=True))
    return {**kinds, "none_nameable": posterior.none}


def source_problems(expected: ExpectedSource, result: Assessment) -> list[str]:
    one = complaint(result, expected.complaint)
    chance = chances(one)
    order = sorted(chance, key=lambda kind: -chance[kind])
    rank = order.index(expected.kind) + 1
    said = f"{expected.kind} has {chance[expected.kind]:.3f}, rank {rank} of {order[:4]}"
    problems = []
    if expected.rank is not None and rank != expected.rank:
        problems.append(f"{said}; expected rank {expected.rank}")
    if expected.rank_max is not None and rank > expected.rank_max:
        problems.append(f"{said}; expected at least rank {expected.rank_max}")
    if expected.probability is not None:
        low, high = expected.probability
        if not low <= chance[expected.kind] <= high:
            problems.append(f"{said}; expected {low} to {high}")
    if expected.kind != "none_nameable" and (expected.side or expected.segment):
        columns = one.where.frame.columns_of_kind[expected.kind]
        best = one.where.frame.patterns[
            int(columns[one.where.posterior.patterns[columns].argmax()])
        ]
        if expected.side and best.side is not expected.side:
            problems.append(f"{expected.kind} is best at {best}; expected {expected.side}")
        if expected.segment and expected.segment not in (best.segment, *best.segments):
            problems.append(f"{expected.kind} is best at {best}; expected {expected.segment}")
    return problems


def put_forward(result: Assessment) -> set[str]:
    return {s.action for one in result.complaints for s in first_steps(one.plan.steps, per_tier=9)}


def above_problems(pair: tuple[str, str], result: Assessment) -> list[str]:
    chance = chances(result.complaints[0])
    if chance[pair[0]] > chance[pair[1]]:
        return []
    return [f"{pair[0]} {chance[pair[0]]:.3f} is not above {pair[1]} {chance[pair[1]]:.3f}"]


def step_problems(expected: ExpectedStep, result: Assessment) -> list[str]:
    steps = result.complaints[0].plan.steps
    match = next(
        (s for s in steps if s.action == expected.action
         and (expected.target is None or expected.target in (s.target or ""))), None)  # fmt: skip
    if match is None:
        return [
            f"{expected.action} {expected.target} is not among {[s.action for s in steps[:12]]}"
        ]
    tier = [s for s in steps if s.tier is match.tier]
    problems = []
    if tier.index(match) >= expected.within:
        first = [(s.action, s.target) for s in tier[:5]]
        problems.append(f"{expected.action} is number {tier.index(match) + 1} of {first}")
    if expected.tier_leads and steps[0].tier is not match.tier:
        problems.append(f"{steps[0].tier} {steps[0].action} leads, not {match.tier}")
    return problems


def option_problems(expected: ExpectedOption, result: Assessment) -> list[str]:
    one = result.complaints[0]
    offered = [o.therapy.id for o in one.plan.options]
    if expected.therapy not in offered:
        return [f"{expected.therapy} is not among {offered}"] if expected.offered else []
    if not expected.offered:
        return [f"{expected.therapy} is offered"]
    option = one.plan.options[offered.index(expected.therapy)]
    return [
        *_rank_problems(expected, option, one),
        *_state_problems(expected, option),
        *_word_problems(expected, option, one),
    ]


def _rank_problems(expected: ExpectedOption, option: Option, one: ComplaintAssessment) -> list[str]:
    ranked = [o.therapy.id for o in one.plan.options]
    here = ranked.index(expected.therapy)
    problems = [
        f"{other} stands above {expected.therapy}: {ranked}"
        for other in expected.above
        if other in ranked and ranked.index(other) < here
    ]
    first = next(o for o in one.plan.options if o.category is option.category)
    if expected.first_of_category not in (None, first is option):
        problems.append(f"first of {option.category} is {first.therapy.id}")
    if expected.target and expected.target not in option.target:
        problems.append(f"{expected.therapy} is aimed at {option.target}")
    if expected.response:
        low, high = expected.response
        if not low <= option.expected_response <= high:
            problems.append(f"{expected.therapy} responds in {option.expected_response:.3f}")
    return problems


def _state_problems(expected: ExpectedOption, option: Option) -> list[str]:
    decided = None
    if option.decision is not None:
        decided = "accepted" if option.decision.statement.accepted else "overridden"
    states = {
        "open": (expected.open, option.is_open),
        "closed": (expected.closed, option.is_closed),
        "blocks_missing": (expected.blocks_missing, option.blocks_missing),
        "decided": (expected.decided, decided),
    }
    return [
        f"{expected.therapy}: {name} is {found}, expected {wanted}; {option.obstacles}"
        for name, (wanted, found) in states.items()
        if wanted is not None and wanted != found
    ]


def _word_problems(expected: ExpectedOption, option: Option, one: ComplaintAssessment) -> list[str]:
    said = {
        "in the way": (expected.in_the_way, [o.says for o in option.obstacles]),
        "for": (expected.reasons_for, [r.says for r in reasons_for(option, one.where)]),
        "against": (expected.reasons_against, [r.says for r in reasons_against(option)]),
        "dissent": (expected.dissent, [a.says for a in option.therapy.dissent]),
    }
    return [
        f"{expected.therapy}: {word!r} is not said {place}: {sentences}"
        for place, (words, sentences) in said.items()
        for word in words
        if not any(word in sentence for sentence in sentences)
    ]


def verdict_problems(case: Case, result: Assessment) -> list[str]:
    outcomes = {v.rule: v.outcome for v in result.verdicts}
    return [
        f"{v.rule} is {outcomes.get(v.rule)}; expected {v.outcome}"
        for v in case.then.verdicts
        if outcomes.get(v.rule) != v.outcome
    ]


def proposed(result: Assessment) -> set[str]:
    return {s.action for c in result.complaints for s in c.plan.steps}
