"""Stimulation: worked trials, leads over drawings, identifiers, and what silence means."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from needlepoint.core.anatomy import Side
from needlepoint.core.chart import PainDrawing, PainMark, Trial, TrialDay
from needlepoint.core.errors import NeedlepointError
from needlepoint.core.plan import planned_now
from needlepoint.core.record import Said, fold
from needlepoint.core.rules import Outcome, situation
from needlepoint.core.technique.stimulation import (
    candidacy,
    device_registry,
    lead_places,
    mri_card,
    parse_udi,
    program_log,
    read_trial,
)
from needlepoint.files import read_chart

DAY = datetime(2026, 3, 1, 9, tzinfo=UTC)


def trial(**fields: object) -> Said[Trial]:
    return Said(entry="t", occurred_at=DAY, statement=Trial(of="spinal_cord_stimulation", **fields))


def days(*lines: tuple) -> tuple[TrialDay, ...]:
    names = ("day", "nrs", "function_percent", "sleep_hours", "opioid_mme")
    return tuple(TrialDay(**dict(zip(names, line, strict=False))) for line in lines)


def test_a_diary_is_read_as_the_mean_of_its_days_against_before(knowledge) -> None:
    diary = days((0, 8, None, 4, 60), (1, 4, 20, 5, 60), (3, 3, 40, 6, 40), (5, 2, 30, 7, 20))
    reading = read_trial(trial(diary=diary), knowledge)
    assert reading.relief_percent == pytest.approx(100 * (1 - 3 / 8))
    assert reading.opioid_reduction_percent == pytest.approx(100 * (1 - 20 / 60))
    assert (reading.days, reading.function_percent, reading.sleep_hours) == (5, 30, 3)
    assert reading.verdict.outcome is Outcome.CLEAR


def test_less_than_half_fails_unless_opioids_were_halved(knowledge) -> None:
    worse = read_trial(trial(nrs_before=8, nrs_during=5, days=5), knowledge)
    assert worse.verdict.outcome is Outcome.HOLD
    diary = days((0, 8, 0, 5, 60), (2, 5, 10, 6, 40), (5, 5, 10, 6, 30))
    instead = read_trial(trial(diary=diary), knowledge)
    assert instead.verdict.outcome is Outcome.CLEAR


def test_an_empty_trial_cannot_tell_and_asks(knowledge) -> None:
    reading = read_trial(trial(), knowledge)
    assert reading.verdict.outcome is Outcome.CANNOT_TELL
    assert any("Record pain before" in reason.says for reason in reading.verdict.reasons)


def test_more_opioids_during_the_trial_are_told(knowledge) -> None:
    diary = days((0, 8, 10, 5, 30), (3, 2, 10, 6, 60))
    reading = read_trial(trial(diary=diary), knowledge)
    assert any("Opioids rose by 100 %" in reason.says for reason in reading.verdict.reasons)


@given(st.lists(st.floats(0, 10), min_size=1, max_size=7), st.floats(1, 10), st.floats(0, 3))
def test_more_pain_in_the_diary_is_never_more_relief(pains, before, more) -> None:
    from needlepoint.files import load_knowledge

    known = load_knowledge()
    calm = days(*((n + 1, p) for n, p in enumerate(pains)))
    sore = days(*((n + 1, min(10, p + more)) for n, p in enumerate(pains)))
    first = read_trial(trial(nrs_before=before, diary=calm), known).relief_percent
    second = read_trial(trial(nrs_before=before, diary=sore), known).relief_percent
    assert first is not None and second is not None and second <= first + 1e-9


# --- leads ----------------------------------------------------------------------------------------


def drawing(*marks: tuple[str, str | None]) -> PainDrawing:
    return PainDrawing(
        complete=True,
        marks=tuple(PainMark(zone=z, side=Side(s) if s else None) for z, s in marks),
    )


def test_back_and_legs_lead_to_the_lower_thoracic_cord(knowledge) -> None:
    places = lead_places(
        drawing(("lower_lumbar", "both"), ("posterior_thigh", "left"), ("posterior_leg", "left")),
        knowledge,
    )
    assert places[0].of == "scs" and "T9" in places[0].levels
    assert places[0].share == 1 and places[0].enough


def test_a_foot_leads_to_its_ganglia(knowledge) -> None:
    places = lead_places(drawing(("sole", "left"), ("dorsal_foot", "left")), knowledge)
    assert places[0].of == "drg" and places[0].levels == ("L5", "S1")
    assert places[0].sides == (Side.LEFT,)


def test_a_finer_zone_changes_nothing(knowledge) -> None:
    coarse = lead_places(drawing(("lower_lumbar", "left")), knowledge)
    fine = lead_places(drawing(("lumbar_paravertebral_l4_l5", "left")), knowledge)
    assert [(p.levels, p.share) for p in coarse] == [(p.levels, p.share) for p in fine]


def test_left_mirrors_right_over_a_drawing(knowledge) -> None:
    left = lead_places(drawing(("sole", "left"), ("anterior_knee", "left")), knowledge)
    right = lead_places(drawing(("sole", "right"), ("anterior_knee", "right")), knowledge)
    assert [(p.levels, p.share) for p in left] == [(p.levels, p.share) for p in right]


def test_an_empty_drawing_places_no_lead(knowledge) -> None:
    assert lead_places(drawing(), knowledge) == ()


# --- candidates, programs, devices ----------------------------------------------------------------


def record_of(*entries: dict):
    base = {"kind": "complaint", "name": "leg", "presentation": "leg_dominant"}
    chart = read_chart({"as_of": DAY, "entries": [base, *entries]}, now=DAY)
    return fold(chart, as_of=DAY)


def candidate(knowledge, *entries: dict):
    record = record_of(*entries)
    technique = knowledge.guidance.techniques["spinal_cord_stimulator_trial"]
    return candidacy(situation(record, planned_now(technique, (), record), knowledge))


def said(name: str, value: object) -> dict:
    return {"kind": "attestation", "name": name, "value": value}


def test_silence_makes_no_candidate(knowledge) -> None:
    answer = candidate(knowledge)
    assert answer.verdict.outcome is Outcome.CANNOT_TELL
    assert answer.load is None and answer.expected_improvement is None
    assert not any(reason.outcome is Outcome.CLEAR for reason in answer.verdict.reasons)


def test_the_load_grades_what_may_be_expected(knowledge) -> None:
    factors = knowledge.guidance.neuromodulation.facts["stimulation/psychosocial_factors"].value
    none = [said(name, "none") for name in factors]
    assert candidate(knowledge, *none).expected_improvement.value == 0.86
    severe = [*none[:-1], said(factors[-1], "severe")]
    assert candidate(knowledge, *severe).expected_improvement.value == 0.6
    assert candidate(knowledge, *none[:-1]).load is None  # one was never asked


def test_one_who_cannot_use_it_is_no_candidate(knowledge) -> None:
    answer = candidate(knowledge, said("can_use_stimulator", False))
    assert answer.verdict.outcome is Outcome.HOLD


def test_a_setting_outside_its_range_is_shown(knowledge) -> None:
    program = {"kind": "stimulator_program", "waveform": "tonic", "frequency_hz": 50,
               "pulse_width_us": 3000, "amplitude_ma": 4}  # fmt: skip
    (line,) = program_log(record_of(program), knowledge)
    assert [reason.says.split(";")[0] for reason in line.unusual] == ["Pulse width 3000 us"]


def test_the_registry_keeps_why_a_device_came_out(knowledge) -> None:
    device = {"kind": "implanted_device", "device": "scs_generator", "site": "buttock",
              "side": "left", "implanted_on": "2020-02-29", "expected_life_years": 9}  # fmt: skip
    gone = {**device, "state": "absent", "reason": "infection"}
    record = record_of(
        {**device, "occurred_at": "2020-02-29"}, {**gone, "occurred_at": "2024-05-01"}
    )
    (one,) = device_registry(record)
    assert one.now.statement.reason == "infection" and len(one.earlier) == 1
    (kept,) = device_registry(record_of({**device, "occurred_at": "2020-02-29"}))
    assert kept.replace_by == date(2029, 2, 28)


def test_no_scan_is_cleared_by_the_card_of_a_stimulator(knowledge) -> None:
    device = {"kind": "implanted_device", "device": "scs_generator", "model": "Nova 16",
              "leads": ["N60 at T8"], "adapter": False, "impedances_in_range": True}  # fmt: skip
    for mri, abandoned, outcome in (
        ("unknown", False, Outcome.HOLD),
        ("unsafe", False, Outcome.HOLD),
        ("conditional", False, Outcome.CANNOT_TELL),
        ("conditional", True, Outcome.HOLD),
    ):
        record = record_of({**device, "mri": mri, "abandoned_leads": abandoned})
        assert mri_card(record.devices[0], knowledge).outcome is outcome


def test_an_identifier_is_read_and_its_check_digit_holds() -> None:
    udi = parse_udi("(01)00884838012349(11)230500(17)271231(10)L7(21)NHX123")
    assert udi.device == "00884838012349"
    assert (udi.lot, udi.serial) == ("L7", "NHX123")
    assert udi.made == date(2023, 5, 31) and udi.expires == date(2027, 12, 31)


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("", "from \\(01\\) on"),
        ("884838012349", "from \\(01\\) on"),
        ("(01)00884838012340", "check digit"),
        ("(01)00884838012349(17)271399", "no date"),
    ],
)
def test_a_misread_identifier_is_refused(text: str, what: str) -> None:
    with pytest.raises(NeedlepointError, match=what):
        parse_udi(text)


def test_an_assessment_says_that_a_stopped_pump_must_run(knowledge) -> None:
    from needlepoint.core.assess import assess

    setting = {"kind": "pump_setting", "model": "synchromed_ii_20", "running": False,
               "flow_ml_per_day": 0.25, "occurred_at": "2026-02-01",
               "drugs": [{"name": "morphine", "concentration_mg_per_ml": 20,
                          "dose_mg_per_day": 5}]}  # fmt: skip
    base = {"kind": "complaint", "name": "leg", "presentation": "leg_dominant"}
    chart = read_chart({"as_of": DAY, "entries": [base, setting]}, now=DAY)
    found = assess(chart, knowledge, with_intervals=False).devices
    assert {v.rule: v.outcome for v in found}["pump/running"] is Outcome.HOLD
