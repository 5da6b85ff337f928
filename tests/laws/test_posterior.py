"""Laws of the posterior, over generated patients on a small invented knowledge base."""

from __future__ import annotations

import itertools
from dataclasses import replace
from datetime import timedelta

import numpy as np
import pytest
from by_definition import posterior_by_definition
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose

import toy
from needlepoint.core.anatomy import Side
from needlepoint.core.chart import (
    BlockTarget,
    Chart,
    Complaint,
    Demographics,
    DiagnosticBlock,
    DiscLevel,
    Discogram,
    EarlierTreatment,
    ExamFinding,
    PainDrawing,
    PainMark,
    Relief,
    Retraction,
    State,
    Statement,
)
from needlepoint.core.findings import observe
from needlepoint.core.inference import Localisation, intervals, localise, versus, waterfall
from needlepoint.core.knowledge import Knowledge, PairOdds, Presentation
from needlepoint.core.record import fold

SIDES = [Side.LEFT, Side.RIGHT, Side.BOTH, None]
SEGMENTS = ["L2-L3", "L3-L4", "L4-L5", "L5-S1"]
NAMES = [
    "extension_rotation", "thigh_thrust", "gaenslen", "compression", "straight_leg_raise",
    "centralisation", "hip_rotation_painful", "midline_pain",
]  # fmt: skip


def look(knowledge: Knowledge, *statements: Statement, chart: Chart | None = None) -> Localisation:
    record = fold(chart or toy.chart(*statements), as_of=toy.NOON)
    observed = observe(record, record.complaints[0], knowledge)
    return localise(observed, knowledge, age=record.age, on=toy.DAY)


def kinds(where: Localisation) -> dict[str, float]:
    return dict(zip(where.frame.kinds, where.posterior.kinds.tolist(), strict=True))


BACK = Complaint(presentation="back")

exam = st.builds(
    ExamFinding,
    name=st.sampled_from(NAMES),
    state=st.sampled_from([State.PRESENT, State.ABSENT]),
    side=st.sampled_from(SIDES),
)
imaging = st.builds(
    ExamFinding,
    name=st.sampled_from(["modic", "herniation"]),
    state=st.sampled_from([State.PRESENT, State.ABSENT]),
    segment=st.sampled_from([*SEGMENTS, None]),
)
drawing = st.builds(
    PainDrawing,
    complete=st.booleans(),
    marks=st.lists(
        st.builds(
            PainMark,
            zone=st.sampled_from(["lower_lumbar", "buttock", "groin", "posterior_leg"]),
            side=st.sampled_from([Side.LEFT, Side.RIGHT]),
        ),
        max_size=3,
    ).map(tuple),
)
facet_target = st.builds(
    BlockTarget,
    kind=st.just("facet_joint"),
    segment=st.sampled_from(SEGMENTS),
    side=st.sampled_from([Side.LEFT, Side.RIGHT]),
)
relief = st.integers(-10, 100).map(lambda p: Relief(percent=p))
block = st.one_of(
    st.builds(DiagnosticBlock, block=st.just("medial_branch_block"),
              targets=st.tuples(facet_target), relief=relief),
    st.builds(
        DiagnosticBlock, block=st.just("sacroiliac_injection"),
        targets=st.sampled_from([Side.LEFT, Side.RIGHT]).map(
            lambda side: (BlockTarget(kind="sacroiliac_joint", side=side),)),
        relief=relief),
)  # fmt: skip
treatment = st.builds(
    EarlierTreatment, treatment=st.sampled_from(["facet rfa", "epidural steroid"]),
    target=st.none() | facet_target, relief_percent=st.integers(0, 100),
    relief_weeks=st.none() | st.integers(0, 60),
)  # fmt: skip
patients = st.tuples(
    st.lists(exam, max_size=5), st.lists(imaging, max_size=2), st.lists(drawing, max_size=1),
    st.lists(block, max_size=2), st.sampled_from(SIDES), st.lists(treatment, max_size=2),
).map(lambda parts: (replace(BACK, side=parts[4]), *parts[0], *parts[1], *parts[2], *parts[3],
                     *parts[5]))  # fmt: skip


@pytest.fixture(scope="module")
def two_levels() -> Knowledge:
    """Few enough patterns that every set of three can be listed by hand."""
    base = toy.knowledge()
    places = tuple(
        replace(p, segments={s: e for s, e in p.segments.items() if s in ("L4-L5", "L5-S1", "L5")},
                runs={1: 0.6, 2: 0.4} if p.runs else {})
        for p in base.places
    )  # fmt: skip
    odds = (PairOdds(kinds=("facet_joint", "disc"), odds_ratio=toy.number(1.7)),)
    back = replace(base.presentations["back"], values={toy.DAY: toy.prior(pairs=odds)})
    return replace(base, places=places, presentations={"back": back}, version="two levels")


@given(statements=patients)
def test_enumeration_agrees_with_brute_force(two_levels: Knowledge, statements) -> None:
    where = look(two_levels, *statements)
    expected = posterior_by_definition(where, two_levels)
    nothing, none = where.frame.nothing, where.frame.none
    got = {
        frozenset(int(c) for c in row if c not in (nothing, none)): p
        for row, p in zip(where.posterior.columns, where.posterior.probability, strict=True)
    }
    assert where.posterior.left_out == 0
    assert got.keys() == expected.keys()
    for hypothesis, p in expected.items():
        assert got[hypothesis] == pytest.approx(p, abs=1e-9)


@given(statements=patients)
def test_what_is_left_out_is_bounded_by_the_certificate(small: Knowledge, statements) -> None:
    whole = look(replace(small, parameters=toy.parameters(triple_patterns=99)), *statements)
    pruned = look(replace(small, parameters=toy.parameters(triple_patterns=6)), *statements)
    count = pruned.frame.columns
    expanded = {tuple(row) for row in pruned.posterior.columns}
    lost = sum(
        p for row, p in zip(whole.posterior.columns, whole.posterior.probability, strict=True)
        if tuple(row) not in expanded
    )  # fmt: skip
    assert count == whole.frame.columns
    assert lost <= pruned.posterior.left_out + 1e-12
    assert_allclose(pruned.posterior.kinds, whole.posterior.kinds,
                    atol=pruned.posterior.left_out + 1e-12)  # fmt: skip


@given(statements=patients)
def test_probabilities_of_hypotheses_sum_to_one(small: Knowledge, statements) -> None:
    posterior = look(small, *statements).posterior
    assert posterior.probability.sum() == pytest.approx(1, abs=1e-12)
    assert sum(posterior.by_count) == pytest.approx(1, abs=1e-9)
    assert (posterior.kinds >= 0).all() and (posterior.kinds <= 1 + 1e-12).all()


@given(statements=patients, order=st.randoms(use_true_random=False))
def test_order_of_entries_of_one_moment_does_not_matter(
    small: Knowledge, statements, order
) -> None:
    shuffled = list(statements)
    order.shuffle(shuffled)
    there, back = look(small, *statements), look(small, *shuffled)
    assert_allclose(there.posterior.kinds, back.posterior.kinds, atol=1e-12)


@given(statements=patients, name=st.sampled_from(NAMES), side=st.sampled_from(SIDES))
def test_an_unexamined_finding_changes_nothing(small: Knowledge, statements, name, side) -> None:
    silent = ExamFinding(name=name, state=State.UNEXAMINED, side=side, segment="L2-L3")
    without, with_silence = look(small, *statements), look(small, *statements, silent)
    assert_allclose(without.posterior.patterns, with_silence.posterior.patterns, atol=1e-15)


@given(statements=patients)
def test_left_mirrors_right(small: Knowledge, statements) -> None:
    here, there = look(small, *statements), look(small, *map(_mirrored, statements))
    mirrored = {(p.kind, p.segments, p.side.mirrored): n
                for n, p in enumerate(there.frame.patterns)}  # fmt: skip
    order = [mirrored[(p.kind, p.segments, p.side)] for p in here.frame.patterns]
    assert_allclose(here.posterior.patterns, there.posterior.patterns[order], atol=1e-12)


def _mirrored(statement):
    changes = {}
    if getattr(statement, "side", None):
        changes["side"] = statement.side.mirrored
    if isinstance(statement, PainDrawing):
        changes["marks"] = tuple(replace(m, side=m.side.mirrored) for m in statement.marks)
    if isinstance(statement, DiagnosticBlock):
        changes["targets"] = tuple(replace(t, side=t.side.mirrored) for t in statement.targets)
    if isinstance(statement, EarlierTreatment) and statement.target:
        changes["target"] = replace(statement.target, side=statement.target.side.mirrored)
    return replace(statement, **changes)


@given(statements=patients, extra=st.one_of(exam, block, drawing))
def test_a_retracted_entry_leaves_no_trace(small: Knowledge, statements, extra) -> None:
    chart = toy.chart(*statements)
    wrong = replace(chart.entries[0], id="wrong", statement=extra)
    taken_back = replace(chart.entries[0], id="undo",
                         statement=Retraction(entry="wrong", reason="wrong patient"))  # fmt: skip
    corrected = replace(chart, entries=(*chart.entries, wrong, taken_back))
    assert fold(corrected, as_of=toy.NOON) == fold(chart, as_of=toy.NOON)


def test_one_source_one_finding_gives_the_sensitivity_and_none_the_base_rate(small) -> None:
    where = look(small, BACK, ExamFinding(name="extension_rotation"))
    factor = where.factors[0]
    facet = where.frame.columns_of_kind["facet_joint"]
    assert 1 - (1 - factor.leak) * (1 - factor.a[facet]) == pytest.approx(0.9)
    assert 1 - (1 - factor.leak) * (1 - factor.a[where.frame.nothing]) == pytest.approx(0.5)


@given(share=st.floats(0.0, 1.0), base=st.floats(0.0, 1.0))
def test_a_negative_argument_never_leaves_the_bounds(share: float, base: float) -> None:
    finding = toy.finding("odd", base, {"facet_joint": share, "disc": share / 2, "hip_joint": 0})
    odd = toy.knowledge(findings={"odd": finding})
    for state in (State.PRESENT, State.ABSENT):
        where = look(odd, BACK, ExamFinding(name="odd", state=state))
        assert np.isfinite(where.posterior.probability).all()
        assert (where.posterior.probability >= 0).all()


def test_a_finding_below_its_base_rate_argues_against(small: Knowledge) -> None:
    before, after = look(small, BACK), look(small, BACK, ExamFinding(name="centralisation"))
    assert kinds(after)["facet_joint"] < kinds(before)["facet_joint"]
    assert kinds(after)["disc"] > kinds(before)["disc"]


@given(painted=st.sets(st.sampled_from(["lower_lumbar", "buttock", "groin"]), min_size=1))
def test_a_finer_map_changes_nothing(small: Knowledge, painted) -> None:
    whole = [PainMark(zone=z, side=Side.LEFT) for z in sorted(painted)]
    parts = [
        replace(m, zone=part)
        for m in whole
        for part in (("upper_buttock_part", "lower_buttock_part") if m.zone == "buttock"
                     else (m.zone,))
    ]  # fmt: skip
    coarse = look(small, BACK, PainDrawing(complete=True, marks=tuple(whole)))
    fine = look(small, BACK, PainDrawing(complete=True, marks=tuple(parts)))
    assert_allclose(coarse.posterior.kinds, fine.posterior.kinds, atol=1e-15)


def test_a_zone_that_nobody_paints_changes_little(small: Knowledge) -> None:
    back = small.presentations["back"]
    wider = replace(small, version="wider", presentations={
        "back": replace(back, zones=(*back.zones, "shoulder"))})  # fmt: skip
    drawn = PainDrawing(complete=True, marks=(PainMark(zone="buttock", side=Side.LEFT),))
    assert_allclose(look(small, BACK, drawn).posterior.kinds,
                    look(wider, BACK, drawn).posterior.kinds, atol=1e-9)  # fmt: skip


@given(drawn=drawing, side=st.sampled_from(SIDES))
def test_a_drawing_tells_sources_apart_and_says_nothing_of_there_being_none(
    small: Knowledge, drawn, side
) -> None:
    back = replace(BACK, side=side)
    midline = replace(small.findings["midline_pain"], painted=())  # else a finding of its own
    alone = replace(small, findings={**small.findings, "midline_pain": midline}, version="alone")
    before, after = look(alone, back), look(alone, back, drawn)

    def odds_of_none(where: Localisation) -> float:
        one_source = slice(1, 1 + len(where.frame.patterns))
        p = where.posterior.probability
        return float(p[0] / p[one_source].sum())

    assert_allclose(odds_of_none(after), odds_of_none(before), rtol=1e-9)


def test_zones_left_blank_speak_only_if_the_drawing_was_finished(small: Knowledge) -> None:
    mark = (PainMark(zone="buttock", side=Side.LEFT),)
    started = look(small, BACK, PainDrawing(complete=False, marks=mark))
    finished = look(small, BACK, PainDrawing(complete=True, marks=mark))
    assert kinds(finished)["disc"] < kinds(started)["disc"]  # discs paint the midline


@pytest.mark.parametrize("name", ["extension_rotation", "centralisation", "straight_leg_raise"])
def test_widening_a_pattern_never_explains_an_unplaced_finding_better(small, name: str) -> None:
    factor = look(small, BACK, ExamFinding(name=name)).factors[0]
    frame = look(small, BACK).frame
    for kind, columns in frame.columns_of_kind.items():
        assert np.ptp(factor.a[columns]) == 0, kind


def test_a_cluster_replaces_its_members_once_they_decide_it(small: Knowledge) -> None:
    tests = [ExamFinding(name=n, side=Side.LEFT) for n in ("thigh_thrust", "gaenslen")]
    where = look(small, BACK, *tests)
    assert [f.name for f in where.factors] == ["three_provocation_tests"]
    undecided = look(small, BACK, tests[0])
    assert [f.name for f in undecided.factors] == ["thigh_thrust"]


def test_correlated_findings_count_less_than_independent_ones(small: Knowledge) -> None:
    plain = replace(small, groups={}, version="plain",
                    findings={n: f for n, f in small.findings.items()
                              if n != "three_provocation_tests"})  # fmt: skip
    grouped = replace(plain, groups=small.groups, version="grouped")
    tests = [
        ExamFinding(name=n, side=Side.LEFT) for n in ("thigh_thrust", "gaenslen", "compression")
    ]
    assert (kinds(look(grouped, BACK, *tests))["sacroiliac_joint"]
            < kinds(look(plain, BACK, *tests))["sacroiliac_joint"])  # fmt: skip


def test_level_and_side_say_where_not_what(small: Knowledge) -> None:
    where = look(small, BACK, ExamFinding(name="modic", segment="L4-L5"))
    best = where.frame.patterns[
        int(where.posterior.patterns[where.frame.columns_of_kind["disc"]].argmax())
        + where.frame.columns_of_kind["disc"][0]
    ]
    assert "L4-L5" in best.segments


def test_a_herniation_at_l4_l5_speaks_for_the_l5_root(small: Knowledge) -> None:
    where = look(small, BACK, ExamFinding(name="herniation", segment="L4-L5"))
    roots = {where.frame.patterns[c].segments[0]: where.posterior.patterns[c]
             for c in where.frame.columns_of_kind["nerve_root"]
             if where.frame.patterns[c].side is Side.LEFT}  # fmt: skip
    assert roots["L5"] > roots["S1"] and roots["L5"] > roots["L4"]


# --- blocks ---------------------------------------------------------------------------------------


def medial(percent: float, segment: str = "L4-L5", **more) -> DiagnosticBlock:
    return DiagnosticBlock(
        block="medial_branch_block",
        targets=(BlockTarget(kind="facet_joint", segment=segment, side=Side.LEFT),),
        relief=Relief(percent=percent),
        **more,
    )


def facet_only() -> Knowledge:
    """One site that is covered whole, against none nameable."""
    base = toy.knowledge()
    places = tuple(
        replace(p, segments={"L4-L5": toy.number(1)}, runs={1: 1.0}, bilateral=0.0)
        for p in base.places if p.kind == "facet_joint"
    )  # fmt: skip
    back = replace(base.presentations["back"],
                   values={toy.DAY: toy.prior({"facet_joint": 1.0}, none=0.5)})  # fmt: skip
    return replace(base, places=places, presentations={"back": back}, version="facet only")


def odds_of_left_facet(knowledge: Knowledge, *blocks: DiagnosticBlock) -> float:
    where = look(knowledge, replace(BACK, side=Side.LEFT), *blocks)
    column = next(c for c, p in enumerate(where.frame.patterns) if p.side is Side.LEFT)
    return float(where.posterior.patterns[column] / where.posterior.none)


def test_more_relief_speaks_more_for_a_source_that_was_wholly_covered() -> None:
    knowledge = facet_only()
    ratios = [odds_of_left_facet(knowledge, medial(p)) for p in range(20, 101, 5)]
    assert all(a <= b * 1.0001 for a, b in itertools.pairwise(ratios))
    assert odds_of_left_facet(knowledge, medial(10)) < odds_of_left_facet(knowledge)


def test_half_relief_of_half_the_pain_raises_two_sources(small: Knowledge) -> None:
    pair = (medial(50), replace_sij(50))
    before, after = look(small, BACK).posterior, look(small, BACK, *pair).posterior
    assert after.by_count[2] + after.by_count[3] > before.by_count[2] + before.by_count[3]


def replace_sij(percent: float) -> DiagnosticBlock:
    return DiagnosticBlock(
        block="sacroiliac_injection",
        targets=(BlockTarget(kind="sacroiliac_joint", side=Side.LEFT),),
        relief=Relief(percent=percent),
    )


def test_a_second_positive_block_tells_no_more_than_the_first() -> None:
    knowledge = facet_only()
    none, one, two = (odds_of_left_facet(knowledge, *[medial(90)] * n) for n in (0, 1, 2))
    assert two / one <= one / none * 1.0001


def test_without_a_personal_tendency_two_blocks_multiply_exactly() -> None:
    knowledge = replace(facet_only(), block_response=toy.response(patient_sd=0.0))
    none, one, two = (odds_of_left_facet(knowledge, *[medial(90)] * n) for n in (0, 1, 2))
    # One technical failure does not make the next likelier, so the square is exact.
    assert two / one == pytest.approx(one / none, rel=1e-9)


def test_a_block_that_relieves_explains_the_neighbour_away(small: Knowledge) -> None:
    pain = [ExamFinding(name="thigh_thrust", side=Side.LEFT)]
    before, after = look(small, BACK, *pain), look(small, BACK, *pain, medial(95))
    assert kinds(after)["facet_joint"] > kinds(before)["facet_joint"]
    assert kinds(after)["sacroiliac_joint"] < kinds(before)["sacroiliac_joint"]


def test_a_block_at_the_wrong_level_moves_other_levels_down(small: Knowledge) -> None:
    after = look(small, replace(BACK, side=Side.LEFT), medial(0, "L2-L3"))
    before = look(small, replace(BACK, side=Side.LEFT))
    sites = {(s.segment, s.side): n for n, s in enumerate(before.frame.sites)
             if s.kind == "facet_joint"}  # fmt: skip
    upper = sites[("L2-L3", Side.LEFT)]
    assert after.posterior.sites[upper] < before.posterior.sites[upper]


def test_sedation_and_vascular_uptake_make_an_answer_tell_less() -> None:
    knowledge = facet_only()
    plain = odds_of_left_facet(knowledge, medial(90))
    sedated = odds_of_left_facet(knowledge, medial(90, sedation="opioid_or_benzodiazepine"))
    assert sedated < plain
    missed = odds_of_left_facet(knowledge, medial(0, contrast="vascular"))
    assert missed > odds_of_left_facet(knowledge, medial(0))


def test_a_block_without_a_stated_effect_is_no_evidence(small: Knowledge) -> None:
    silent = replace(medial(50), relief=None)
    assert look(small, BACK, silent).blocks is None
    planned = replace(medial(90), performed=False)
    assert look(small, BACK, planned).blocks is None


def test_a_root_block_of_larger_volume_is_less_selective(small: Knowledge) -> None:
    def root(volume: float) -> Localisation:
        from needlepoint.core.chart import BlockAgent

        return look(small, replace(BACK, side=Side.LEFT), DiagnosticBlock(
            block="root_block", relief=Relief(percent=90),
            agent=BlockAgent(name="lidocaine", volume_ml=volume),
            targets=(BlockTarget(nerve="spinal_nerve", level="L5", side=Side.LEFT),)))  # fmt: skip

    def share_of(where: Localisation, level: str) -> float:
        return sum(float(where.posterior.sites[n]) for n, s in enumerate(where.frame.sites)
                   if s.kind == "nerve_root" and s.segment == level)  # fmt: skip

    assert share_of(root(1.2), "S1") > share_of(root(0.2), "S1")


@given(statements=patients)
def test_waterfall_ends_where_the_answer_is(small: Knowledge, statements) -> None:
    where = look(small, *statements)
    steps = waterfall(where.frame, where.prior, where.factors, where.blocks, where.posterior,
                      small.parameters.floor)  # fmt: skip
    if steps:
        assert_allclose(steps[-1].after, where.posterior.kinds, atol=1e-9)
    for earlier, later in itertools.pairwise(steps):
        assert_allclose(earlier.after, later.before, atol=1e-12)


@given(statements=patients, rival=st.integers(0, 30))
def test_pairwise_parts_add_up_to_the_odds_of_the_two(small: Knowledge, statements, rival) -> None:
    where = look(small, *statements)
    favoured = int(where.posterior.patterns.argmax())
    rival = (favoured + 1 + rival) % where.frame.none
    answer = versus(where.frame, where.prior, where.factors, where.blocks, favoured, rival,
                    small.parameters.floor)  # fmt: skip
    single = where.posterior.probability[1 : 1 + where.frame.none]
    assert answer.total == pytest.approx(np.log(single[favoured] / single[rival]), abs=1e-6)


def test_intervals_contain_the_answer_and_repeat(small: Knowledge) -> None:
    where = look(small, BACK, ExamFinding(name="thigh_thrust", side=Side.LEFT), medial(20))
    parts = (where.frame, where.prior, where.factors, where.blocks, where.posterior, small)
    first, second = intervals(*parts, seed=3), intervals(*parts, seed=3)
    assert_allclose(first.kinds, second.kinds)
    assert (first.kinds[:, 0] <= where.posterior.kinds).all()
    assert (first.kinds[:, 1] >= where.posterior.kinds).all()


def test_a_positive_disc_with_a_control_raises_it_and_without_one_less(small: Knowledge) -> None:
    def disc(segment: str, intensity: float) -> DiscLevel:
        return DiscLevel(segment=segment, intensity=intensity, volume_ml=2,
                         opening_pressure_psi=10, pressure_psi=30, annular_grade=4,
                         concordance="exact" if intensity else "none")  # fmt: skip

    alone = look(small, BACK, Discogram(levels=(disc("L4-L5", 8),)))
    controlled = look(small, BACK, Discogram(levels=(disc("L4-L5", 8), disc("L3-L4", 0))))
    assert kinds(look(small, BACK))["disc"] < kinds(alone)["disc"] < kinds(controlled)["disc"]


def test_unknown_age_says_nothing_and_old_age_favours_the_facet(small: Knowledge) -> None:
    young = kinds(look(small, BACK, Demographics(birth_year=1998)))
    old = kinds(look(small, BACK, Demographics(birth_year=1954)))
    unknown = kinds(look(small, BACK))
    assert young["facet_joint"] < unknown["facet_joint"] < old["facet_joint"]
    assert young["disc"] > unknown["disc"] > old["disc"]


def test_later_statements_win_and_earlier_moments_do_not_know_them(small: Knowledge) -> None:
    chart = toy.chart(BACK, ExamFinding(name="thigh_thrust"))
    changed = replace(
        chart.entries[1], id="later", occurred_at=toy.NOON + timedelta(days=30),
        recorded_at=toy.NOON + timedelta(days=30),
        statement=ExamFinding(name="thigh_thrust", state=State.ABSENT),
    )  # fmt: skip
    chart = replace(chart, entries=(*chart.entries, changed))
    assert fold(chart, as_of=toy.NOON).state_of("thigh_thrust") is State.PRESENT
    later = fold(chart, as_of=toy.NOON + timedelta(days=31))
    assert later.state_of("thigh_thrust") is State.ABSENT


def test_two_complaints_are_answered_apart(small: Knowledge) -> None:
    base = small.presentations["back"]
    two = replace(small, presentations={
        "back": base, "hip": Presentation(
            id="hip", label="Hip", label_es="Cadera", region="lumbosacral", says="x",
            zones=base.zones, values={toy.DAY: toy.prior({"hip_joint": 0.8, "disc": 0.2})})})  # fmt: skip
    record = fold(toy.chart(
        Complaint(name="one", presentation="back"), Complaint(name="two", presentation="hip"),
        ExamFinding(name="thigh_thrust", complaint="one")), as_of=toy.NOON)  # fmt: skip
    first, second = (observe(record, c, two) for c in record.complaints)
    assert first.present and not second.present


def test_a_reflex_says_which_root_and_not_only_that_it_is_one(small: Knowledge) -> None:
    name = "straight_leg_raise"
    tables = small.findings[name].values[toy.DAY]
    assert tables.table is not None
    at = {"nerve_root": {"L5": toy.number(0.9), "L4": toy.number(0.1)}}
    by_root = replace(
        small.findings[name],
        values={toy.DAY: replace(tables, table=replace(tables.table, kinds_at=at))},
    )
    knowledge = replace(small, findings={**small.findings, name: by_root}, version="by root")
    before, after = look(knowledge, BACK), look(knowledge, BACK, ExamFinding(name=name))

    def share(where: Localisation, segment: str) -> float:
        return sum(p for s, p in zip(where.frame.sites, where.posterior.sites, strict=True)
                   if s.kind == "nerve_root" and s.segment == segment)  # fmt: skip

    assert share(after, "L5") > share(before, "L5")
    assert share(after, "L5") / share(after, "L4") > 2 * share(before, "L5") / share(before, "L4")
