"""The calendar of a hold: real hours in every zone, over changes of clocks and leap days."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from needlepoint.core.knowledge import Knowledge
from needlepoint.core.rules.bleeding import Bleeding, bleeding_risk
from needlepoint.core.rules.clock import after, days_between, hours_between, said
from needlepoint.core.rules.days import months_before
from needlepoint.files import load_knowledge

from .conftest import NINE, before

KNOWLEDGE = load_knowledge()
ZONES = st.sampled_from(
    ["UTC", "America/New_York", "Europe/Madrid", "Europe/London", "Asia/Kolkata",
     "Australia/Lord_Howe", "Pacific/Auckland"]
)  # fmt: skip
MOMENTS = st.datetimes(datetime(2015, 1, 1), datetime(2026, 6, 1))
KIDNEY = {"kind": "laboratory_value", "name": "creatinine_clearance", "value": 90}


def bleeding(*entries: dict[str, Any], technique: str = "lumbar_interlaminar_epidural") -> Bleeding:
    person = {"kind": "demographics", "birth_year": 1970, "sex": "male", "weight_kg": 80}
    plan = {"kind": "planned_procedure", "technique": technique}
    return bleeding_risk(before([person, KIDNEY, *entries, plan], KNOWLEDGE))


@given(MOMENTS, ZONES, st.integers(-400, 400))
def test_hours_are_hours_whatever_the_clocks_do(moment: datetime, zone: str, hours: int) -> None:
    start = moment.replace(tzinfo=UTC).astimezone(ZoneInfo(zone))
    later = after(start, hours)
    assert later.astimezone(UTC) - start.astimezone(UTC) == timedelta(hours=hours)
    assert hours_between(start, later) == pytest.approx(hours)
    assert later.tzinfo is start.tzinfo


def test_the_night_the_clocks_go_forward_is_an_hour_shorter() -> None:
    zone = ZoneInfo("America/New_York")
    last, needle = datetime(2026, 3, 7, 9, tzinfo=zone), datetime(2026, 3, 10, 9, tzinfo=zone)
    assert hours_between(last, needle) == 71
    assert after(last, 72) == datetime(2026, 3, 10, 10, tzinfo=zone)
    assert days_between(last, needle) == pytest.approx(71 / 24)


@given(ZONES, st.integers(1, 200))
def test_the_calendar_is_the_same_in_every_zone(zone: str, ago: int) -> None:
    last = NINE - timedelta(hours=ago)
    plans = []
    for place in (UTC, ZoneInfo(zone)):
        now = before(
            [
                {"kind": "demographics", "birth_year": 1970, "sex": "male"}, KIDNEY,
                {"kind": "medication", "name": "apixaban", "last_taken": last},
                {"kind": "planned_procedure", "technique": "lumbar_interlaminar_epidural"},
            ],
            KNOWLEDGE,
        )  # fmt: skip
        there = replace(now.planned, at=NINE.astimezone(place))
        plans.append(bleeding_risk(replace(now, planned=there, memory={})))
    one, two = plans[0].calendar[0], plans[1].calendar[0]
    assert one.last_dose_by == two.last_dose_by and one.restart_from == two.restart_from
    assert plans[0].verdict.outcome == plans[1].verdict.outcome


def test_a_moment_is_said_with_its_zone() -> None:
    assert said(NINE, datetime(2026, 7, 1, tzinfo=ZoneInfo("Europe/Madrid"))) == (
        "Mon 02 Mar 2026 10:00 CET"
    )


@given(MOMENTS, st.integers(1, 60))
def test_a_rolling_window_ends_on_a_day_that_exists(moment: datetime, months: int) -> None:
    start = months_before(moment.replace(tzinfo=UTC), months)
    assert (
        start.day <= moment.day
        and (moment.year - start.year) * 12 + moment.month - start.month == months
    )
    assert months_before(datetime(2024, 2, 29, tzinfo=UTC), 12) == datetime(2023, 2, 28, tzinfo=UTC)


def test_the_calendar_says_the_last_dose_and_the_next() -> None:
    plan = bleeding({"kind": "medication", "name": "Eliquis 5 bid"}).calendar[0]
    assert (plan.drug, plan.action, plan.hold_hours, plan.restart_hours) == (
        "apixaban",
        "hold",
        72,
        24,
    )
    assert plan.last_dose_by == NINE - timedelta(hours=72)
    assert plan.restart_from == NINE + timedelta(hours=24)
    assert plan.restart_after_trauma == NINE + timedelta(hours=48)


def test_restart_waits_for_the_removal_of_what_stays() -> None:
    answer = bleeding(
        {"kind": "medication", "name": "apixaban"}, technique="spinal_cord_stimulator_trial"
    )
    assert answer.calendar[0].restart_from is None and answer.calendar[0].restart_hours == 24
    assert any("restart counts from its removal" in r.says for r in answer.verdict.reasons)


def test_two_names_of_one_drug_are_one_drug() -> None:
    answer = bleeding(
        {"kind": "medication", "name": "Eliquis"}, {"kind": "medication", "name": "apixaban"}
    )
    assert len(answer.calendar) == 1 and not answer.raised


def test_a_drug_long_gone_does_not_raise_the_tier() -> None:
    aspirin = {"kind": "medication", "name": "aspirin", "stopped": "2025-06-01"}
    answer = bleeding(aspirin, {"kind": "medication", "name": "sertraline"},
                      technique="lumbar_medial_branch_block")  # fmt: skip
    assert answer.tier == "low" and not answer.raised


def test_several_drugs_have_a_line_each(knowledge: Knowledge) -> None:
    answer = bleeding(
        {"kind": "medication", "name": "warfarin"}, {"kind": "medication", "name": "aspirin 81"},
        {"kind": "medication", "name": "fish oil"},
    )  # fmt: skip
    assert [plan.drug for plan in answer.calendar] == ["aspirin", "fish oil", "warfarin"]
    assert answer.raised == ("3 drugs that affect bleeding",)


def test_every_authority_that_gives_the_enforced_hours_is_named() -> None:
    found = bleeding({"kind": "medication", "name": "apixaban", "last_taken": NINE - timedelta(2)})
    said = next(r.says for r in found.verdict.reasons if r.says.startswith("apixaban: wait"))
    enforced, others = said.split(" Others: ")
    for authority in ("ASRA pain medicine 2018", "ESAIC/ESRA 2022"):
        assert authority in enforced
    assert "European label for surgery 48 h" in others
