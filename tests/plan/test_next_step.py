"""What is proposed next, and what never is."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

import toy
from needlepoint.core.anatomy import Side
from needlepoint.core.assess import assess
from needlepoint.core.chart import (
    Allergy,
    BlockTarget,
    Complaint,
    Condition,
    DiagnosticBlock,
    ExamFinding,
    ImagingStudy,
    Relief,
    State,
    Symptom,
)
from needlepoint.core.findings import observe
from needlepoint.core.inference import localise
from needlepoint.core.plan import Tier, first_steps, options
from needlepoint.core.plan.next_step import HYPOTHESES
from needlepoint.core.plan.options import deciding
from needlepoint.core.plan.possible_blocks import block_actions
from needlepoint.core.plan.proposed import chances
from needlepoint.core.plan.unexamined import findings_actions
from needlepoint.core.plan.weighing import weigh
from needlepoint.core.record import fold
from needlepoint.files import read_chart
from needlepoint.files.cases import read_case

CASES = Path(__file__).parents[2] / "cases"

BACK = Complaint(presentation="back", side=Side.LEFT)
FACET = ExamFinding(name="extension_rotation", side=Side.LEFT)


def plan(knowledge, *statements, **more):
    result = assess(
        toy.chart(BACK, *statements), knowledge, as_of=toy.NOON, with_intervals=False, **more
    )
    return result.complaints[0].plan


def actions(knowledge, *statements) -> set[str]:
    return {step.action for step in plan(knowledge, *statements).steps}


def medial(percent: float) -> DiagnosticBlock:
    targets = tuple(BlockTarget(kind="facet_joint", segment=s, side=Side.LEFT)
                    for s in ("L3-L4", "L4-L5", "L5-S1"))  # fmt: skip
    return DiagnosticBlock(
        block="medial_branch_block", targets=targets, relief=Relief(percent=percent)
    )


def test_what_was_examined_is_not_asked_again(small) -> None:
    assert "thigh_thrust" in actions(small)
    assert "thigh_thrust" not in actions(
        small, ExamFinding(name="thigh_thrust", state=State.ABSENT)
    )


def test_a_study_that_exists_is_not_ordered_again(small) -> None:
    done = plan(small, ImagingStudy(modality="mri"))
    assert "mri" not in {s.action for s in done.steps}
    assert any(n.action == "mri" and "Already done" in n.why for n in done.not_proposed)


def test_a_contraindicated_block_is_refused_with_the_reason(small) -> None:
    blocks = {
        name: replace(block, contraindicated_by=("lidocaine_allergy", "systemic_infection"))
        for name, block in small.blocks.items()
    }
    careful = replace(small, blocks=blocks, version="careful")
    for stated in (Allergy(substance="Lidocaine"), Condition(name="systemic infection")):
        refused = plan(careful, FACET, stated)
        assert not [s for s in refused.steps if s.tier is Tier.BLOCK]
        assert any("The chart states" in n.why for n in refused.not_proposed)
    absent = plan(careful, FACET, Allergy(substance="Lidocaine", state=State.ABSENT))
    assert not any("The chart states" in n.why for n in absent.not_proposed)


def test_after_one_positive_block_a_comparative_one_and_after_two_the_treatment(small) -> None:
    first = plan(small, FACET, medial(90))
    assert next(s for s in first.steps if s.tier is Tier.BLOCK).action == "medial_branch_block"
    gate = next(o for o in first.options if o.therapy.id == "medial_branch_radiofrequency")
    assert gate.blocks_missing == 1
    second = plan(small, FACET, medial(90), medial(85))
    treat = [s for s in second.steps if s.tier is Tier.TREAT]
    assert treat[0].action == "medial_branch_radiofrequency"
    assert any("need not wait" in n.why for n in second.not_proposed)


def test_a_block_without_relief_is_not_repeated(small) -> None:
    after = plan(small, FACET, medial(0))
    repeats = [s for s in after.steps if s.action == "medial_branch_block"
               and s.target in ("left L4-S1 facet joint", "left L5-S1 facet joint")]  # fmt: skip
    assert not repeats
    assert any("Already done" in n.why for n in after.not_proposed)


def test_a_raised_flag_leads_whatever_else_is_known(small) -> None:
    steps = plan(small, FACET, medial(100), Symptom(name="urinary_retention")).steps
    assert steps[0].tier is Tier.SAFETY and "MRI today" in steps[0].why


def test_information_is_what_the_answer_tells_and_never_negative(small) -> None:
    for step in plan(small, FACET).steps:
        assert step.information_bits >= 0
        if step.expected:
            assert sum(chance for _, chance in step.expected) == pytest.approx(1, abs=1e-6)


def test_a_test_is_worth_the_same_whatever_else_could_be_done(knowledge) -> None:
    """A study of two findings has four outcomes like a block; they are not weighed as one."""
    case = read_case(CASES / "lumbar" / "facet_or_sacroiliac.yaml")
    record = fold(case.chart, as_of=case.as_of)
    observed = observe(record, record.complaints[0], knowledge)
    where = localise(observed, knowledge, age=record.age, on=record.as_of.date())
    best = where.posterior.best(HYPOTHESES)
    treatments = deciding(options(where, best, knowledge))
    actions = [
        *findings_actions(where, best, observed, knowledge, record.age),
        *block_actions(where, best, observed, knowledge),
    ]
    assert {a.tier for a in actions if len(a.outcomes) == 4} == {Tier.IMAGE, Tier.BLOCK}
    together = {
        (w.action.name, w.action.target): w for w in weigh(actions, best, treatments, knowledge)
    }
    for action in actions:
        (alone,) = weigh([action], best, treatments, knowledge)
        assert alone.value == pytest.approx(together[action.name, action.target].value, abs=1e-9)


def test_only_what_is_worth_its_burden_is_put_forward_each_test_once(knowledge) -> None:
    case = read_case(CASES / "lumbar" / "facet_or_sacroiliac.yaml")
    (one,) = assess(case.chart, knowledge, as_of=case.as_of, with_intervals=False).complaints
    shown = first_steps(one.plan.steps)
    assert shown[0].action == "lumbar_medial_branch_block"
    assert all(s.worthwhile for s in shown)
    assert len({s.action for s in shown}) == len(shown)
    for study in (s for s in one.plan.steps if s.tier is Tier.IMAGE):
        assert all(0 <= p <= 1 for _, p in chances(study)) and len(chances(study)) <= 5


def test_an_action_that_changes_nothing_is_left_out_and_says_so(small) -> None:
    settled = plan(small, FACET, medial(95), medial(95), medial(95))
    assert any("would not change" in n.why for n in settled.not_proposed)


def test_a_chance_of_relief_before_a_block_agrees_with_the_posterior_after_it(small) -> None:
    """Conservation: averaging the answers over their chances gives back the probability now."""
    from needlepoint.core.findings import observe
    from needlepoint.core.inference import localise
    from needlepoint.core.plan.possible_blocks import block_actions
    from needlepoint.core.record import fold

    record = fold(toy.chart(BACK, FACET), as_of=toy.NOON)
    observed = observe(record, record.complaints[0], small)
    where = localise(observed, small, age=None, on=toy.DAY)
    for action in block_actions(where, where.posterior, observed, small):
        joint = action.likelihood * where.posterior.probability
        assert joint.sum() == pytest.approx(1, abs=1e-9)
        assert joint.sum(axis=0) == pytest.approx(where.posterior.probability, abs=1e-9)


def test_looking_ahead_never_prefers_a_wider_place_of_the_same_block(small) -> None:
    ahead = [s for s in plan(small, FACET, look_ahead=True).steps if s.tier is Tier.BLOCK]
    compared = [(s.action, s.target) for s in ahead if s.look_ahead is not None]
    assert len({action for action, _ in compared}) == len(compared)
    plain = [s for s in plan(small, FACET, look_ahead=False).steps if s.tier is Tier.BLOCK]
    for action in {s.action for s in plain}:
        first = next(s.target for s in plain if s.action == action)
        assert next(s.target for s in ahead if s.action == action) == first


def test_no_needle_and_no_treatment_while_a_flag_that_cannot_wait_is_raised(knowledge) -> None:
    entries = [
        {"kind": "complaint", "name": "back", "presentation": "axial_low_back"},
        {"kind": "symptom", "name": "saddle_anaesthesia"},
        {"kind": "symptom", "name": "urinary_retention"},
    ]
    chart = read_chart({"as_of": "2026-03-01", "entries": entries}, knowledge=knowledge)
    plan = assess(chart, knowledge, with_intervals=False).complaints[0].plan
    assert plan.steps[0].tier is Tier.SAFETY
    assert not [s for s in plan.steps if s.tier in (Tier.BLOCK, Tier.TREAT)]
    assert any("comes first" in one.why for one in plan.not_proposed)
