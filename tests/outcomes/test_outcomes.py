"""Scores, changes that matter, and what came of a procedure: by worked numbers and by laws."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from needlepoint.core.outcomes import (
    Direction,
    ResponseRules,
    change,
    instrument_named,
    responses,
    score,
)
from needlepoint.core.plan import progress
from needlepoint.core.record import fold
from needlepoint.files import load_knowledge, read_chart

INSTRUMENTS = load_knowledge().guidance.instruments
RULES = ResponseRules(
    moderate_percent=30, substantial_percent=50, baseline_within_days=60,
    first_follow_up_after_days=14,
)  # fmt: skip
DAY = datetime(2026, 3, 1, 9, tzinfo=UTC)


@pytest.mark.parametrize(
    ("name", "answers", "value", "band"),
    [
        ("phq9", [1, 1, 2, 2, 1, 1, 1, 1, 0], 10, "moderate"),
        ("phq9", [3] * 9, 27, "severe"),
        ("phq2", [2, 1], 3, None),
        ("gad7", [1, 1, 1, 1, 0, 0, 0], 4, "minimal"),
        ("phq4", [1, 1, 1, 0], 3, "mild"),
        ("peg", [7, 5, 6], 6, "moderate"),
        ("rmdq", [1] * 11 + [0] * 13, 11, None),
        ("odi", [2] * 10, 40, "minimal"),
        ("ndi", [3] * 10, 60, "severe"),
        ("bpi_interference", [4, 5, 6, 3, 7, 5, 5], 5, None),
    ],
)
def test_worked_scores(name: str, answers: list[float], value: float, band: str | None) -> None:
    instrument = INSTRUMENTS[name]
    given_answers = {i.id: float(a) for i, a in zip(instrument.items, answers, strict=True)}
    scored = score(instrument, given_answers)
    assert scored.value == pytest.approx(value)
    if name != "odi":
        assert scored.band == band


def test_bands_of_the_disability_index_meet_without_a_gap() -> None:
    instrument = INSTRUMENTS["odi"]
    words = [score(instrument, {i.id: a for i in instrument.items}).band for a in range(6)]
    assert words == ["minimal", "minimal", "moderate", "severe", "crippled", "bed-bound"]


def test_nine_of_ten_neck_items_are_counted_of_forty_five() -> None:
    instrument = INSTRUMENTS["ndi"]
    answers = {item.id: 3.0 for item in instrument.items[:9]}
    assert score(instrument, answers).value == pytest.approx(60)
    too_few = {item.id: 3.0 for item in instrument.items[:8]}
    assert score(instrument, too_few).value is None


def test_a_missing_answer_is_no_zero() -> None:
    instrument = INSTRUMENTS["phq9"]
    answers = {item.id: 1.0 for item in instrument.items[:-1]}
    scored = score(instrument, answers)
    assert scored.value is None
    assert "8 of 9" in (scored.why or "")


def test_any_thought_of_self_harm_asks_for_action_even_without_a_score() -> None:
    assert score(INSTRUMENTS["phq9"], {"phq9": 1.0}).alarms == ("phq9",)
    assert score(INSTRUMENTS["phq9"], {"phq9": 0.0}).alarms == ()


def test_an_answer_outside_its_range_voids_the_score() -> None:
    answers = {item.id: 1.0 for item in INSTRUMENTS["phq9"].items} | {"phq3": 4.0}
    scored = score(INSTRUMENTS["phq9"], answers)
    assert scored.value is None
    assert "phq3 = 4" in (scored.why or "")


@pytest.mark.parametrize("written", ["PHQ-9", "phq 9", "Phq9", "phq9"])
def test_an_instrument_is_known_by_the_names_people_write(written: str) -> None:
    assert instrument_named(written, INSTRUMENTS) is INSTRUMENTS["phq9"]


@pytest.mark.parametrize("instrument", INSTRUMENTS.values(), ids=lambda i: i.id)
def test_no_words_of_a_licensed_instrument_are_shipped(instrument) -> None:
    if instrument.licence == "licensed":
        assert not any(i.says or i.says_es for i in instrument.items)
        assert not instrument.stem
    else:
        assert instrument.can_be_asked("en")


@pytest.mark.parametrize("instrument", INSTRUMENTS.values(), ids=lambda i: i.id)
def test_the_ends_of_a_scale_are_reached_by_the_ends_of_its_items(instrument) -> None:
    lowest = score(instrument, {i.id: i.low for i in instrument.items})
    highest = score(instrument, {i.id: i.high for i in instrument.items})
    assert lowest.value == pytest.approx(instrument.low)
    assert highest.value == pytest.approx(instrument.high)


@given(st.sampled_from(sorted(INSTRUMENTS)), st.data())
def test_a_change_back_is_the_opposite_in_points(name: str, data) -> None:
    instrument = INSTRUMENTS[name]
    values = st.floats(instrument.low, instrument.high)
    before, after = data.draw(values), data.draw(values)
    assert change(instrument, before, after).points == pytest.approx(
        -change(instrument, after, before).points
    )
    assert change(instrument, before, before).direction is Direction.SAME


@pytest.mark.parametrize(
    ("name", "before", "after", "direction"),
    [
        ("nrs", 8, 6, Direction.SAME),  # 2 points, but a quarter only
        ("nrs", 6, 4, Direction.BETTER),
        ("nrs", 4, 6.5, Direction.WORSE),
        ("rmdq", 14, 9, Direction.BETTER),
        ("rmdq", 20, 15, Direction.SAME),
        ("promis_physical_function", 35, 40, Direction.BETTER),
        ("gad7", 10, 9, Direction.BETTER),  # no minimal change is on file: any change is shown
    ],
)
def test_change_that_matters(name: str, before: float, after: float, direction: Direction) -> None:
    assert change(INSTRUMENTS[name], before, after).direction is direction


# --- what came of a procedure ---------------------------------------------------------------------


def follow_up(pains: dict[int, float], *, second: int | None = None):
    entries = [
        {"kind": "complaint", "name": "back", "presentation": "axial_low_back", "occurred_at": DAY},
        procedure(DAY, "rf-1"),
        *({"kind": "questionnaire", "instrument": "NRS", "score": pain, "complaint": "back",
           "occurred_at": DAY + timedelta(days=day)} for day, pain in pains.items()),
    ]  # fmt: skip
    if second is not None:
        entries.append(procedure(DAY + timedelta(days=second), "rf-2"))
    chart = read_chart({"entries": entries}, now=DAY + timedelta(days=2000))
    record = fold(chart, as_of=DAY + timedelta(days=1000))
    return responses(record, INSTRUMENTS["nrs"], RULES)


def procedure(at: datetime, name: str) -> dict:
    return {"kind": "procedure", "id": name, "name": "lumbar_medial_branch_radiofrequency",
            "complaint": "back", "occurred_at": at,
            "body": {"technique": "radiofrequency", "mode": "conventional"}}  # fmt: skip


def test_relief_is_a_share_of_the_pain_before_and_returns() -> None:
    (one,) = follow_up({-7: 8, 30: 2, 180: 3, 300: 6})
    assert one.before is not None and one.before.value == 8
    assert [percent for _, percent in one.after] == [75, 62.5, 25]
    assert (one.best_percent, one.last_percent) == (75, 25)
    assert one.substantial is False
    assert one.returned_months == pytest.approx(300 / 30.4375)
    assert one.relief_months == pytest.approx(180 / 30.4375)


def test_what_was_never_measured_is_not_a_failure() -> None:
    (one,) = follow_up({-7: 8})
    assert one.substantial is None and one.after == ()
    (old,) = follow_up({-90: 8, 30: 2})
    assert old.before is None and old.substantial is None


def test_soreness_and_local_anaesthetic_of_the_first_days_do_not_count() -> None:
    (one,) = follow_up({-7: 8, 1: 0, 5: 9, 40: 4})
    assert [percent for _, percent in one.after] == [50]
    assert one.substantial is True and one.returned_months is None


def test_a_second_procedure_ends_the_follow_up_of_the_first() -> None:
    first, second = follow_up({-7: 8, 60: 7, 200: 7, 260: 1}, second=210)
    assert [percent for _, percent in first.after] == [12.5, 12.5]
    assert second.before is not None and second.before.value == 7
    assert second.substantial is True


@given(st.dictionaries(st.integers(15, 900), st.floats(0, 10), max_size=6))
def test_more_pain_later_never_means_more_relief(pains: dict[int, float]) -> None:
    (one,) = follow_up({-7: 8, **pains})
    (worse,) = follow_up({-7: 8, **{day: min(10, pain + 1) for day, pain in pains.items()}})
    if one.last_percent is not None and worse.last_percent is not None:
        assert worse.last_percent <= one.last_percent
    assert (one.relief_months or 0) >= (worse.relief_months or 0)


def test_the_course_follows_opioids_as_they_were_taken(knowledge) -> None:
    def opioid(day: int, text: str, **more: object) -> dict:
        at = DAY + timedelta(days=day)
        return {"kind": "medication", "name": text, "occurred_at": at, **more}

    chart = read_chart(
        {"entries": [
            {"kind": "complaint", "presentation": "axial_low_back", "occurred_at": DAY},
            opioid(0, "oxycodone", dose="10 mg", frequency="four times a day"),
            opioid(60, "oxycodone", dose="5 mg", frequency="twice a day"),
            opioid(120, "oxycodone", state="absent"),
        ]},
        now=DAY + timedelta(days=400),
    )  # fmt: skip
    found = progress(fold(chart, as_of=DAY + timedelta(days=300)), knowledge)
    assert [mme for _, mme in found.opioids] == [pytest.approx(60), pytest.approx(15), 0]


def test_harm_stands_worst_first(knowledge) -> None:
    events = [
        {"kind": "adverse_event", "name": name, "severity": severity, "occurred_at": DAY}
        for name, severity in (("soreness", "mild"), ("dural_puncture", "severe"))
    ]
    chart = read_chart(
        {"entries": [{"kind": "complaint", "presentation": "neck", "occurred_at": DAY}, *events]},
        now=DAY,
    )
    found = progress(fold(chart, as_of=DAY), knowledge)
    assert [event.statement.name for event in found.events] == ["dural_puncture", "soreness"]
