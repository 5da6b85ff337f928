"""The sheet of a procedure: cases, and laws over every technique of the knowledge base."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from needlepoint.core.anatomy import Side
from needlepoint.core.chart import BlockTarget, DiagnosticBlock, PlannedProcedure, Procedure
from needlepoint.core.errors import RefusedPlan
from needlepoint.core.knowledge import Knowledge, Technique
from needlepoint.core.plan import planned_now
from needlepoint.core.record import Said, fold
from needlepoint.core.rules import Outcome, situation
from needlepoint.core.rules.history import technique_named
from needlepoint.core.rules.situation import Situation, planned_procedure
from needlepoint.core.technique.sheet import ProcedureSheet, aim, compare, sheet_of
from needlepoint.files.cases import Case, ExpectedSheet, read_case
from needlepoint.files.charts import read_chart

CASES = sorted(Path(__file__).parents[2].joinpath("cases/technique").glob("*.yaml"))
NOW = datetime(2026, 11, 26, 9, tzinfo=UTC)
ADULT = {
    "as_of": "2026-11-26T09:00Z",
    "entries": [
        {"kind": "demographics", "sex": "male", "birth_date": "1980-05-01", "weight_kg": 70,
         "height_cm": 178},
        {"kind": "complaint", "presentation": "axial_low_back"},
    ],
}  # fmt: skip
IDS = [path.stem for path in sorted(Path(__file__).parents[2].glob("knowledge/technique/*.yaml"))]


# --- cases ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
def test_case(path: Path, knowledge: Knowledge) -> None:
    case = read_case(path, knowledge=knowledge)
    assert case.then.sheet, "a case of technique says what the sheet must hold"
    for expected in case.then.sheet:
        now = planned_in(case, expected, knowledge)
        if expected.refused is not None:
            with pytest.raises(RefusedPlan) as refusal:
                sheet_of(now)
            assert expected.refused in str(refusal.value)
            continue
        problems = list(problems_of(expected, sheet_of(now), case, knowledge))
        assert not problems, f"{case.title}\n" + "\n".join(problems)


def planned_in(case: Case, expected: ExpectedSheet, knowledge: Knowledge) -> Situation:
    """The plan as it was written, whether or not it was carried out since."""
    record = fold(case.chart, as_of=case.as_of)
    for entry in case.chart.entries:
        one = entry.statement
        if not isinstance(one, PlannedProcedure):
            continue
        technique = technique_named(one.technique, knowledge)
        if technique is not None and expected.technique in (None, technique.id):
            said = Said(entry=entry.id, occurred_at=entry.occurred_at, statement=one)
            plan = planned_procedure(said, technique, knowledge, not_before=case.as_of)
            return situation(record, plan, knowledge)
    raise AssertionError("nothing is planned in this case")


def problems_of(expected: ExpectedSheet, sheet: ProcedureSheet, case: Case, knowledge: Knowledge):
    needles = [str(needle) for needle in sheet.needles]
    if expected.needles is not None and needles != list(expected.needles):
        yield f"needles are {needles}"
    drawn = {f"{s.purpose} {s.drug}": s for s in sheet.syringes}
    for unit in ("total_ml", "total_mg"):
        for name, wanted in getattr(expected, unit).items():
            found = getattr(drawn[name], unit) if name in drawn else None
            if found is None or found != pytest.approx(wanted):
                yield f"{unit} of {name} is {found}; of {sorted(drawn)}"
    used = {s.name: (s.low, s.high) for s in sheet.settings}
    for name, wanted in expected.settings.items():
        if used.get(name) != tuple(wanted):
            yield f"{name} is {used.get(name)}"
    if expected.lesions is not None and sheet.lesions != tuple(expected.lesions):
        yield f"lesions are {sheet.lesions}"
    if expected.controls is not None:
        found_controls = sheet.discography.controls if sheet.discography else None
        if found_controls != tuple(expected.controls):
            yield f"controls are {found_controls}"
    own = [step.says for step in sheet.steps if step.for_this_patient]
    if expected.for_this_patient == () and own:
        yield f"steps for this patient: {own}"
    texts = {
        "for_this_patient": own,
        "asks": [ask for line in sheet.checklist for ask in line.ask],
        "knows": [known for line in sheet.checklist for known in line.known],
        "holds": [
            reason.says
            for verdict in sheet.safety.verdicts
            for reason in verdict.reasons
            if reason.outcome is Outcome.HOLD
        ],
        "tells": [line.says for line in sheet.aftercare],
        "remarks": list(sheet.remarks),
    }
    for what, said in texts.items():
        for words in getattr(expected, what) or ():
            if not any(words in one for one in said):
                yield f"{what}: {words!r} is not among {said}"
    if expected.differs is not None:
        done = [e.statement for e in case.chart.entries if isinstance(e.statement, Procedure)]
        found_differences = [str(d) for d in compare(sheet, done[-1], knowledge)]
        if len(found_differences) != len(expected.differs):
            yield f"differences are {found_differences}"
        for words in expected.differs:
            if not any(words in one for one in found_differences):
                yield f"no difference says {words!r}: {found_differences}"


# --- laws over every technique --------------------------------------------------------------------


def adult(
    technique: Technique, targets: tuple[BlockTarget, ...], knowledge: Knowledge
) -> Situation:
    record = fold(read_chart(ADULT, knowledge=knowledge, now=NOW), as_of=NOW)
    return situation(record, planned_now(technique, targets, record), knowledge)


def a_target(
    technique: Technique, knowledge: Knowledge, side: Side = Side.LEFT
) -> tuple[BlockTarget, ...]:
    """One target that the technique has."""
    if technique.targets in ("none", "lead"):
        return ()
    anatomy = knowledge.anatomy
    if not technique.kinds:
        return (BlockTarget(nerve=technique.nerves[0], side=side),)
    for name in technique.kinds:
        kind = anatomy.kinds[name]
        places = [s for s in kind.segments if not technique.levels or s in technique.levels]
        target = BlockTarget(
            kind=name,
            segment=places[-1] if places else None,
            side=side if kind.paired else None,
        )
        try:
            aim(technique, (target,), knowledge)
        except RefusedPlan:
            continue
        return (target,)
    raise AssertionError(f"{technique.id} has no target of its own")


@pytest.fixture(scope="module", params=IDS)
def technique(request, knowledge: Knowledge) -> Technique:
    return knowledge.guidance.techniques[request.param]


def test_every_technique_says_how_to_lie_where_to_go_and_how_to_be_sure(technique) -> None:
    stages = {step.stage for step in technique.steps}
    assert {"position", "target", "approach", "confirm", "after"} <= stages
    order = ["position", "view", "target", "approach", "needle"]
    found = [step.stage for step in technique.steps if step.stage in order]
    assert found == sorted(found, key=order.index), "one lies down before one aims"


def test_every_technique_has_a_checklist_a_time_out_risks_and_advice_in_two_languages(
    technique, knowledge
) -> None:
    sheet = sheet_of(adult(technique, a_target(technique, knowledge), knowledge))
    moments = [line.moment for line in sheet.checklist]
    assert moments.count("time_out") >= 3 and moments.count("before") >= 5
    assert sheet.risks and all(risk.label and risk.label_es for risk in sheet.risks)
    assert sheet.aftercare and all(a.says != a.says_es for a in sheet.aftercare)
    assert technique.label != technique.label_es


def test_default_agents_at_one_place_stay_below_every_ceiling_of_a_70_kg_adult(
    technique, knowledge
) -> None:
    sheet = sheet_of(adult(technique, a_target(technique, knowledge), knowledge))
    for verdict in sheet.safety.verdicts:
        if verdict.rule in ("anaesthetic_dose", "neurolytic"):
            assert verdict.outcome is not Outcome.HOLD, [r.says for r in verdict.reasons]
        if verdict.rule == "steroid_exposure":
            says = " ".join(r.says for r in verdict.reasons if r.outcome is Outcome.HOLD)
            assert "a session" not in says and "particles" not in says


def test_the_sum_is_the_places_times_each(technique, knowledge) -> None:
    sheet = sheet_of(adult(technique, a_target(technique, knowledge), knowledge))
    for syringe in sheet.syringes:
        if syringe.each_ml is not None:
            assert syringe.places == max(len(sheet.needles), 1)
            assert syringe.total_ml == pytest.approx([syringe.places * v for v in syringe.each_ml])
        if syringe.total_ml is not None:
            assert 0 < syringe.total_ml[0] <= syringe.total_ml[1]


def test_left_mirrors_right(technique, knowledge) -> None:
    left = aim(technique, a_target(technique, knowledge), knowledge)
    right = aim(technique, a_target(technique, knowledge, Side.RIGHT), knowledge)
    assert [(n.place, n.side.mirrored) for n in left] == [(n.place, n.side) for n in right]


def test_both_is_left_and_right_together(technique, knowledge) -> None:
    both = set(aim(technique, a_target(technique, knowledge, Side.BOTH), knowledge))
    apart = {
        needle
        for side in (Side.LEFT, Side.RIGHT)
        for needle in aim(technique, a_target(technique, knowledge, side), knowledge)
    }
    assert both == apart


def test_a_missing_side_is_asked_for(technique, knowledge) -> None:
    target = a_target(technique, knowledge)
    if not target or target[0].side is None or not technique.sided:
        return
    with pytest.raises(RefusedPlan, match="left, right or both"):
        aim(technique, (replace(target[0], side=None),), knowledge)


def test_a_level_that_nobody_has_is_refused(technique, knowledge) -> None:
    for target in a_target(technique, knowledge):
        if target.segment is not None:
            with pytest.raises(RefusedPlan, match="L7"):
                aim(technique, (replace(target, segment="L7"),), knowledge)


def test_a_test_holds_no_steroid(technique, knowledge) -> None:
    now = adult(technique, a_target(technique, knowledge), knowledge)
    assert not [s for s in sheet_of(now, diagnostic=True).syringes if s.role == "steroid"]


def test_every_landmark_can_be_reached(technique, knowledge) -> None:
    """A landmark for a nerve that the technique never meets would be a trap."""
    nerves = {at.partition("/")[0] for mark in technique.landmarks for at in mark.at}
    assert nerves <= {*technique.nerves, *technique.kinds}


# --- over all of them -----------------------------------------------------------------------------


def test_every_block_and_every_procedure_is_carried_out_by_one_technique(knowledge) -> None:
    done = [name for t in knowledge.guidance.techniques.values() for name in t.carries_out]
    assert len(done) == len(set(done))
    assert set(knowledge.blocks) <= set(done)
    by_hand = {"injection", "ablation", "cryo", "neuromodulation", "minimally_invasive"}
    needled = {t.id for t in knowledge.therapies.values() if t.category in by_hand}
    assert needled <= set(done)


def test_a_series_goes_to_the_arm_or_the_leg(knowledge) -> None:
    choose = knowledge.guidance.technique_for
    arm = choose("sympathetic_block_series", "cervicothoracic_sympathetic_chain")
    leg = choose("sympathetic_block_series", "lumbar_sympathetic_chain")
    assert (arm.id, leg.id) == ("stellate_ganglion_block", "lumbar_sympathetic_block")
    assert choose("peripheral_nerve_injection", "radial_nerve").id == "radial_nerve_block"
    assert choose("structured_exercise", "disc") is None


def test_a_named_nerve_is_met_where_its_joint_meets_it(knowledge) -> None:
    block = knowledge.guidance.techniques["lumbar_medial_branch_block"]
    by_joint = aim(
        block, (BlockTarget(kind="facet_joint", segment="L4-L5", side=Side.LEFT),), knowledge
    )
    named = tuple(
        BlockTarget(nerve="medial_branch", level=level, side=Side.LEFT) for level in ("L4", "L3")
    )
    by_nerve = aim(block, named, knowledge)
    assert [(n.place, n.side, n.landmark) for n in by_joint] == [
        (n.place, n.side, n.landmark) for n in by_nerve
    ]
    with pytest.raises(RefusedPlan, match="does not reach the C5"):
        aim(block, (BlockTarget(nerve="medial_branch", level="C5", side=Side.LEFT),), knowledge)
    with pytest.raises(RefusedPlan, match="does not go to the femoral nerve"):
        aim(block, (BlockTarget(nerve="femoral_nerve", side=Side.LEFT),), knowledge)


def test_a_disc_level_is_no_root(knowledge) -> None:
    injection = knowledge.guidance.techniques["lumbar_transforaminal_epidural"]
    target = BlockTarget(kind="nerve_root", segment="L4-L5", side=Side.LEFT)
    with pytest.raises(RefusedPlan, match="Say L4 or L5"):
        aim(injection, (target,), knowledge)


LUMBAR = ("L1-L2", "L2-L3", "L3-L4", "L4-L5", "L5-S1")
facets = st.lists(
    st.tuples(st.sampled_from(LUMBAR), st.sampled_from([Side.LEFT, Side.RIGHT, Side.BOTH])),
    min_size=1,
    max_size=5,
)


@settings(max_examples=60, deadline=None)
@given(facets)
def test_order_and_repetition_of_targets_change_nothing(knowledge, chosen) -> None:
    block = knowledge.guidance.techniques["lumbar_medial_branch_radiofrequency"]

    def needles(pairs):
        targets = tuple(BlockTarget(kind="facet_joint", segment=s, side=side) for s, side in pairs)
        return {(n.place, n.side, frozenset(n.serves)) for n in aim(block, targets, knowledge)}

    once = needles(chosen)
    assert once == needles(list(reversed(chosen))) == needles([*chosen, *chosen])
    # Independent count: n neighbouring joints of one side have n + 1 nerves.
    for side in (Side.LEFT, Side.RIGHT):
        joints = {LUMBAR.index(s) for s, chosen_side in chosen if side in chosen_side.single}
        expected = {n for joint in joints for n in (joint, joint + 1)}
        assert len([one for one in once if one[1] is side]) == len(expected)


def test_a_block_done_with_too_much_is_told_apart_from_the_sheet(knowledge) -> None:
    block = knowledge.guidance.techniques["lumbar_medial_branch_block"]
    target = BlockTarget(kind="facet_joint", segment="L4-L5", side=Side.LEFT)
    sheet = sheet_of(adult(block, (target,), knowledge), diagnostic=True)
    chart = read_chart(
        {**ADULT, "entries": [*ADULT["entries"], {
            "kind": "diagnostic_block", "block": "lumbar_medial_branch_block",
            "targets": [{"kind": "facet_joint", "segment": "L4-L5", "side": "left"}],
            "agent": {"name": "xylocaine", "volume_ml": 2}, "steroid": "triamcinolone",
            "guidance": "landmark", "nrs_before": 6}]},
        knowledge=knowledge, now=NOW,
    )  # fmt: skip
    done = next(e.statement for e in chart.entries if isinstance(e.statement, DiagnosticBlock))
    said = [str(difference) for difference in compare(sheet, done, knowledge)]
    assert any("steroid: planned none in a test; done triamcinolone" in one for one in said)
    assert any("0.3 to 0.5 ml a place; done xylocaine, 2 ml a place" in one for one in said)
    assert any("guidance: planned fluoroscopy; done landmark" in one for one in said)
    other = replace(done, block="sacroiliac_joint_injection")
    assert [d.what for d in compare(sheet, other, knowledge)] == ["procedure"]
