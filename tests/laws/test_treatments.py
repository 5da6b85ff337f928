"""Laws of what earlier treatments say about the source: little, in the right direction, explained."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose

import toy
from needlepoint.core.anatomy import Side
from needlepoint.core.chart import (
    BlockTarget,
    Complaint,
    DiagnosticBlock,
    EarlierTreatment,
    ExamFinding,
    OtherBody,
    Procedure,
    Relief,
    State,
)
from needlepoint.core.findings import observe
from needlepoint.core.inference import Localisation, intervals, localise, versus, waterfall
from needlepoint.core.knowledge import Knowledge
from needlepoint.core.record import fold

BACK = Complaint(presentation="back", side=Side.LEFT)
RFA = EarlierTreatment(treatment="Facet RFA", relief_percent=80, relief_weeks=40)
BLOCK = DiagnosticBlock(
    block="medial_branch_block",
    targets=(BlockTarget(kind="facet_joint", segment="L4-L5", side=Side.LEFT),),
    relief=Relief(percent=90),
)


def look(knowledge: Knowledge, *statements) -> Localisation:
    record = fold(toy.chart(BACK, *statements), as_of=toy.NOON)
    observed = observe(record, record.complaints[0], knowledge)
    return localise(observed, knowledge, age=record.age, on=toy.DAY)


def chance(where: Localisation, kind: str = "facet_joint") -> float:
    return float(where.posterior.kinds[where.frame.kinds.index(kind)])


def parts(where: Localisation):
    return where.frame, where.prior, where.factors, where.blocks


def test_relief_raises_what_was_treated_and_failure_lowers_it_mildly(small: Knowledge) -> None:
    before = chance(look(small))
    helped = chance(look(small, RFA))
    failed = chance(look(small, replace(RFA, relief_percent=10, relief_weeks=None)))
    assert failed < before < helped
    odds = [p / (1 - p) for p in (failed, before, helped)]
    assert odds[1] / odds[0] < 2.5
    assert odds[2] / odds[1] < 2.5


def test_a_treatment_without_a_stated_effect_is_no_evidence_and_says_so(small: Knowledge) -> None:
    where = look(small, replace(RFA, relief_percent=None, relief_weeks=None))
    assert where.blocks is None
    assert_allclose(where.posterior.kinds, look(small).posterior.kinds, atol=0)
    assert "No effect is stated" in where.unweighed[0].why


def test_an_unknown_treatment_is_listed_and_never_guessed(small: Knowledge) -> None:
    where = look(small, replace(RFA, treatment="Facet RFA with crystals"))
    assert_allclose(where.posterior.kinds, look(small).posterior.kinds, atol=0)
    assert "not understood" in where.unweighed[0].why


def test_relief_that_was_neither_lasting_nor_brief_says_nothing(small: Knowledge) -> None:
    where = look(small, replace(RFA, relief_weeks=6))
    assert where.blocks is None
    assert where.unweighed
    brief = look(small, replace(RFA, relief_weeks=1))
    assert chance(brief) < chance(look(small))


def test_relief_whose_length_is_not_stated_tells_less(small: Knowledge) -> None:
    known, unknown = look(small, RFA), look(small, replace(RFA, relief_weeks=None))
    assert chance(look(small)) < chance(unknown) < chance(known)


def test_relief_on_the_left_speaks_for_the_left_and_at_its_level(small: Knowledge) -> None:
    at = BlockTarget(kind="facet_joint", segment="L5-S1", side=Side.LEFT)
    before, after = look(small), look(small, replace(RFA, target=at))
    ratio = {
        (s.segment, s.side): a / b
        for s, a, b in zip(before.frame.sites, after.posterior.sites, before.posterior.sites,
                           strict=True)
        if s.kind == "facet_joint"
    }  # fmt: skip
    assert ratio["L5-S1", Side.LEFT] > ratio["L4-L5", Side.LEFT] > ratio["L3-L4", Side.LEFT]
    assert ratio["L5-S1", Side.LEFT] > ratio["L5-S1", Side.RIGHT]


def test_the_same_treatment_again_tells_less_than_twice_as_much(small: Knowledge) -> None:
    def log_odds(where: Localisation) -> float:
        p = chance(where)
        return float(np.log(p / (1 - p)))

    none, once, twice = (
        look(small),
        look(small, RFA),
        look(small, RFA, replace(RFA, relief_weeks=50)),
    )
    gain = log_odds(once) - log_odds(none)
    assert 0 < log_odds(twice) - log_odds(once) < 0.6 * gain


def test_a_performed_procedure_speaks_as_an_earlier_treatment_does(small: Knowledge) -> None:
    done = Procedure(
        name="facet rfa", body=OtherBody(details="rfa"), relief_percent=80, relief_weeks=40
    )
    assert_allclose(look(small, done).posterior.kinds, look(small, RFA).posterior.kinds)


def test_a_treatment_that_reaches_part_of_a_source_speaks_for_it_less(small: Knowledge) -> None:
    epidural = EarlierTreatment(treatment="epidural steroid", relief_percent=70, relief_weeks=20)
    before, after = look(small), look(small, epidural)
    gain = {kind: chance(after, kind) / chance(before, kind) for kind in ("nerve_root", "disc")}
    assert gain["nerve_root"] > gain["disc"] > chance(after) / chance(before)


@given(
    percent=st.integers(-100, 100), weeks=st.none() | st.integers(0, 200), blocked=st.booleans(),
    tender=st.booleans(),
)  # fmt: skip
def test_the_ledger_with_treatments_ends_where_the_answer_is(
    small: Knowledge, percent, weeks, blocked, tender
) -> None:
    said = [replace(RFA, relief_percent=percent, relief_weeks=weeks)]
    said += [BLOCK] if blocked else []
    said += [ExamFinding(name="extension_rotation", state=State.PRESENT)] if tender else []
    where = look(small, *said)
    steps = waterfall(*parts(where), where.posterior, small.parameters.floor)
    if steps:
        assert_allclose(steps[-1].after, where.posterior.kinds, atol=1e-12)
        for one, following in pairwise(steps):
            assert_allclose(one.after, following.before, atol=1e-12)
    answer = versus(*parts(where), 0, 5, small.parameters.floor)
    p = where.posterior.probability
    assert answer.total == pytest.approx(float(np.log(p[1] / p[6])), abs=1e-9)


def test_treatments_stand_first_in_the_history_with_their_grounds(small: Knowledge) -> None:
    where = look(small, RFA, BLOCK, ExamFinding(name="extension_rotation", state=State.PRESENT))
    steps = waterfall(*parts(where), where.posterior, small.parameters.floor)
    assert [s.station for s in steps] == ["history", "examination", "blocks"]
    assert steps[0].state == "helped"
    assert steps[0].entries and steps[0].sources


def test_doubt_about_response_rates_is_in_the_interval(small: Knowledge) -> None:
    where = look(small, RFA)
    drawn = intervals(*parts(where), where.posterior, small)
    low, high = drawn.kinds[where.frame.kinds.index("facet_joint")]
    assert low < chance(where) < high
