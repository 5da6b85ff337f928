"""Laws of the pump: nothing is lost, both computations agree, dates move as they must."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from needlepoint.core.technique.pump.line import Line, bridge, prime, pushed_out
from needlepoint.core.technique.pump.reservoir import (
    Fill,
    Set,
    content_at,
    infused_between,
    refill_dates,
    residuals,
    strength_for_interval,
)
from needlepoint.core.technique.pump.solution import (
    CannotBe,
    Infused,
    PatientBolus,
    Setting,
    flow_for,
    highest_dose,
    stock_needed,
)
from needlepoint.core.technique.pump.transport import (
    Filled,
    Run,
    by_parcels,
    by_volumes,
    delivered,
)
from needlepoint.core.units import Concentration, DoseRate, Flow, Mass, Volume, days

strengths = st.floats(0.01, 30).map(lambda x: Concentration(mg_per_ml=x))
flows = st.floats(0.05, 3).map(lambda x: Flow(ml_per_day=x))
lines = st.tuples(st.floats(0.05, 0.4), st.floats(0.05, 0.4)).map(
    lambda x: Line(tubing=Volume(ml=x[0]), catheter=Volume(ml=x[1]), rests_on=(), formula="")
)
solutions = st.dictionaries(st.sampled_from(["morphine", "clonidine", "bupivacaine"]), strengths,
                            min_size=1)  # fmt: skip
runs = st.lists(
    st.builds(Run, time=st.floats(0, 10).map(lambda d: timedelta(days=d)), flow=flows), max_size=4
)


def at_flow(setting: Setting, flow: Flow) -> Setting:
    """The same solution at another flow: every dose changes by the same share."""
    drugs = tuple(replace(one, dose=flow.carrying(one.strength)) for one in setting.drugs)
    return replace(setting, drugs=drugs, flow=flow)


@st.composite
def fillings(draw) -> tuple[Filled, list[Run]]:
    line, segments = draw(lines), draw(runs)
    needed = sum(run.flow.during(run.time).ml for run in segments)
    return Filled(
        reservoir=Volume(ml=needed + draw(st.floats(0.1, 20))),
        in_reservoir=draw(solutions),
        tubing=line.tubing,
        catheter=line.catheter,
        in_line=draw(solutions | st.just({})),
    ), segments


def setting(*drugs: tuple[str, float, float], bolus: PatientBolus | None = None, **more) -> Setting:
    """Drugs as (name, mg/ml, mg/day)."""
    made = tuple(
        Infused(text=name, drug=name, label=name, unit="mg",
                strength=Concentration(mg_per_ml=strength), dose=DoseRate(mg_per_day=dose))
        for name, strength, dose in drugs
    )  # fmt: skip
    more.setdefault("running", True)
    return Setting(drugs=made, flow=made[0].dose / made[0].strength, bolus=bolus, **more)


@given(fillings())
def test_what_was_filled_is_given_under_way_or_left(filling) -> None:
    start, segments = filling
    end = by_volumes(start, segments)
    for drug in {*start.in_reservoir, *start.in_line}:
        none = Concentration(mg_per_ml=0)
        filled = (
            start.in_reservoir.get(drug, none).within(start.reservoir).mg
            + start.in_line.get(drug, none).within(start.line).mg
        )
        found = end.given[drug].mg + end.in_reservoir[drug].mg + end.in_line[drug].mg
        assert found == pytest.approx(filled, rel=1e-9, abs=1e-12)
    assert (end.volume + end.residual).is_near(start.reservoir, relative=1e-9)


@given(fillings())
def test_the_formula_and_the_parcels_agree(filling) -> None:
    start, segments = filling
    closed, stepped = by_volumes(start, segments), by_parcels(start, segments)
    assert closed.residual.is_near(stepped.residual, relative=1e-9, absolute=1e-9)
    for drug in closed.given:
        assert closed.given[drug].is_near(stepped.given[drug], relative=1e-6, absolute=1e-9)
        assert closed.in_line[drug].is_near(stepped.in_line[drug], relative=1e-6, absolute=1e-9)


def test_a_reservoir_does_not_give_more_than_it_holds() -> None:
    start = Filled(reservoir=Volume(ml=1), in_reservoir={"morphine": Concentration(mg_per_ml=10)},
                   tubing=Volume(ml=0.2), catheter=Volume(ml=0.2), in_line={})  # fmt: skip
    with pytest.raises(CannotBe, match="cannot run out"):
        delivered(start, [Run(time=timedelta(days=2), flow=Flow(ml_per_day=1))])


# --- dose, flow, strength -------------------------------------------------------------------------


@given(st.floats(0.01, 20), st.floats(0.1, 30))
def test_half_the_concentration_at_the_same_flow_is_half_the_dose(dose: float, c: float) -> None:
    now = setting(("morphine", c, dose))
    half = at_flow(setting(("morphine", c / 2, dose)), now.flow)
    assert half.drugs[0].dose.is_near(now.drugs[0].dose / 2)


@given(st.floats(0.1, 20), st.floats(0.1, 30), st.floats(0.1, 30), st.floats(1, 3))
def test_every_drug_of_one_reservoir_changes_by_the_same_share(d, c1, c2, share) -> None:
    now = setting(("morphine", c1, d), ("bupivacaine", c2, d * c2 / c1))
    then = at_flow(now, now.flow * share)
    for before, after in zip(now.drugs, then.drugs, strict=True):
        assert after.dose.per(before.dose) == pytest.approx(share)


@given(st.floats(0.1, 20), st.floats(0.1, 30), st.floats(0.1, 30))
def test_the_highest_dose_brings_one_drug_to_its_ceiling_and_none_above(d, c1, c2) -> None:
    now = setting(("morphine", c1, d), ("bupivacaine", c2, d * c2 / c1))
    ceilings = {"morphine": DoseRate(mg_per_day=15), "bupivacaine": DoseRate(mg_per_day=20)}
    highest = highest_dose(now, ceilings)
    assert highest is not None
    shares = [
        one.dose.per(ceilings[one.name])
        for one in at_flow(now, highest.value / now.drugs[0].strength).drugs
    ]
    assert max(shares) == pytest.approx(1) and all(share <= 1 + 1e-9 for share in shares)


@given(st.floats(0.1, 20), st.floats(5, 40), st.floats(0.5, 4), st.integers(20, 180))
def test_the_strength_for_an_interval_lasts_that_interval(dose, fill, alarm, interval) -> None:
    wanted = strength_for_interval(
        DoseRate(mg_per_day=dose), Volume(ml=fill), Volume(ml=alarm), timedelta(days=interval)
    )
    flow = DoseRate(mg_per_day=dose) / wanted.value
    assert days((Volume(ml=fill) - Volume(ml=alarm)) / flow) == pytest.approx(interval, rel=1e-6)


@given(st.floats(0.1, 20), st.floats(1, 40), st.floats(1, 3))
def test_stock_and_saline_hold_what_the_fill_must_hold(target, fill, times) -> None:
    stock = Concentration(mg_per_ml=target * times)
    needed = stock_needed(Concentration(mg_per_ml=target), Volume(ml=fill), stock)
    mass = stock.within(needed.value)
    assert mass.is_near(Concentration(mg_per_ml=target).within(Volume(ml=fill)))
    assert needed.value <= Volume(ml=fill + 1e-9)


def test_a_weak_stock_makes_no_strong_fill() -> None:
    with pytest.raises(CannotBe, match="stronger"):
        stock_needed(Concentration(mg_per_ml=10), Volume(ml=20), Concentration(mg_per_ml=5))


def test_the_formula_shows_its_numbers() -> None:
    worked = flow_for(setting(("morphine", 10, 2)).drugs[0])
    assert worked.formula.endswith("= 2 mg/day / 10 mg/ml = 0.2 ml/day")


# --- bridge and prime -----------------------------------------------------------------------------


@given(lines, st.floats(0.5, 30), st.floats(0.5, 30), st.floats(0.1, 10), st.floats(0.1, 10))
def test_a_bridge_gives_the_old_dose_until_the_new_solution_arrives(line, c1, c2, d1, d2) -> None:
    assume(abs(c1 / c2 - 1) > 0.01)
    old, new = setting(("morphine", c1, d1)), setting(("morphine", c2, d2))
    found = bridge(old, new, line, reservoir=Volume(ml=1e3))
    assert old.flow.during(found.time).is_near(line.volume, relative=1e-6)
    assert found.given[0][1].per(Mass(mg=1)) == pytest.approx(c1 * line.volume.ml)
    mean = found.given[0][1].mg / days(found.time)
    assert mean == pytest.approx(d1, rel=1e-6)
    # In the day after the bridge the new dose is given: both computations saw to it.
    assert found.check.given["morphine"].mg == pytest.approx(c1 * line.volume.ml + d2, rel=1e-6)


@given(lines, st.floats(0.5, 15), st.floats(1.1, 4), st.floats(0.1, 10))
def test_without_a_bridge_a_weaker_solution_overdoses_and_a_stronger_one_underdoses(
    line, c, times, dose
) -> None:
    weak, strong = setting(("morphine", c, dose)), setting(("morphine", c * times, dose))
    down = bridge(strong, weak, line, reservoir=Volume(ml=1e3)).unbridged[0]
    up = bridge(weak, strong, line, reservoir=Volume(ml=1e3)).unbridged[0]
    assert down.times_intended == pytest.approx(times)
    assert up.times_intended == pytest.approx(1 / times)
    assert up.time > down.time  # the under-dose lasts longer than the overdose


def test_a_drug_that_ends_is_named_with_what_it_still_gives() -> None:
    line = Line(tubing=Volume(ml=0.2), catheter=Volume(ml=0.2), rests_on=(), formula="")
    old, new = setting(("morphine", 10, 2)), setting(("hydromorphone", 2, 0.4))
    found = bridge(old, new, line, reservoir=Volume(ml=20))
    assert found.ended == ("morphine",) and found.fresh == ("hydromorphone",)
    assert found.unbridged[0].times_intended is None


@pytest.mark.parametrize("stopped", [setting(("morphine", 10, 2), running=False)])
def test_a_stopped_pump_is_not_bridged(stopped) -> None:
    line = Line(tubing=Volume(ml=0.2), catheter=Volume(ml=0.2), rests_on=(), formula="")
    with pytest.raises(CannotBe, match="stopped"):
        bridge(stopped, setting(("morphine", 20, 2)), line, reservoir=Volume(ml=20))


@given(lines, st.floats(0.1, 30))
def test_a_prime_holds_what_a_full_line_would_push_out(line, c) -> None:
    now = setting(("morphine", c, 1))
    whole, part = prime(line, now, "tubing_and_catheter"), prime(line, now, "catheter")
    assert whole.drug[0][1] == pushed_out(line, now)[0][1]
    assert part.volume.is_near(line.catheter) and part.volume < whole.volume


# --- dates ----------------------------------------------------------------------------------------

moments = st.datetimes(datetime(2024, 1, 1), datetime(2032, 1, 1), timezones=st.just(UTC))
zones = st.sampled_from(["UTC", "Europe/Zurich", "America/Chicago", "Pacific/Auckland"])


def dates_of(at: datetime, content: float, flow: float, zone: str = "UTC", margin: int = 7, **more):
    now = setting(("morphine", 1, flow))
    return refill_dates(at, Volume(ml=content), now, filled_at=at, alarm=Volume(ml=2),
                        margin_days=margin, zone=ZoneInfo(zone), **more)  # fmt: skip


@given(moments, st.floats(10, 40), st.floats(0.05, 1), st.floats(1.01, 5), zones)
def test_a_faster_flow_never_makes_a_later_date(at, content, flow, times, zone) -> None:
    slow, fast = dates_of(at, content, flow, zone), dates_of(at, content, flow * times, zone)
    assert fast.alarm_at < slow.alarm_at and fast.empty_at < slow.empty_at
    assert fast.refill_by <= slow.refill_by


@given(moments, st.floats(10, 40), st.floats(0.05, 1), zones)
def test_the_appointment_never_lies_after_the_alarm_less_its_margin(
    at, content, flow, zone
) -> None:
    found = dates_of(at, content, flow, zone)
    alarm_day = found.alarm_at.astimezone(ZoneInfo(zone)).date()
    assert timedelta(days=7) <= alarm_day - found.refill_by <= timedelta(days=9)
    assert found.alarm_at <= found.empty_at


@given(moments, st.floats(10, 40), st.floats(0.05, 1), st.floats(1, 60))
def test_what_does_not_keep_is_refilled_before_it_spoils(at, content, flow, keeps) -> None:
    found = dates_of(at, content, flow, stable_days=keeps)
    assert found.refill_by <= (at + timedelta(days=keeps)).date()
    if at + timedelta(days=keeps) < found.alarm_at:
        assert found.limited_by == "stability"


@given(moments, st.floats(10, 40), st.floats(0.05, 1), st.floats(0, 20), zones)
def test_the_appointment_lies_before_a_fast_pump_alarms_and_withdrawal_begins(
    at, content, flow, accuracy, zone
) -> None:
    found = dates_of(at, content, flow, zone, accuracy_percent=accuracy, danger=Volume(ml=4))
    for moment in (found.alarm_if_fast, found.danger_from):
        assert moment is None or found.refill_by <= moment.astimezone(ZoneInfo(zone)).date()


def test_a_leap_day_is_a_day() -> None:
    at = datetime(2028, 2, 1, 9, tzinfo=UTC)
    assert dates_of(at, 20, 0.5, margin=0).refill_by == date(2028, 3, 8)  # 36 days: 2028 leaps
    later = datetime(2027, 2, 1, 9, tzinfo=UTC)
    assert dates_of(later, 20, 0.5, margin=0).refill_by == date(2027, 3, 9)


@pytest.mark.parametrize(("start", "hours"), [((2026, 3, 28), 23), ((2026, 10, 24), 25)])
def test_a_day_of_23_or_25_hours_moves_the_clock_and_not_the_volume(start, hours) -> None:
    zurich = ZoneInfo("Europe/Zurich")
    at = datetime(*start, 23, 30, tzinfo=zurich)
    assert at + timedelta(days=1) - at == timedelta(days=1)  # what wall clocks would say
    found = dates_of(at, 3, 1, "Europe/Zurich", margin=0)
    assert found.alarm_at - at.astimezone(UTC) == timedelta(days=1)
    assert (found.alarm_at.astimezone(zurich).hour, hours) in ((0, 23), (22, 25))
    assert found.refill_by <= found.alarm_at.astimezone(zurich).date()


def test_a_stopped_pump_has_no_refill_date() -> None:
    with pytest.raises(CannotBe, match="stopped"):
        refill_dates(datetime(2026, 1, 1, tzinfo=UTC), Volume(ml=20),
                     setting(("morphine", 1, 1), running=False), alarm=Volume(ml=2), margin_days=7,
                     filled_at=datetime(2026, 1, 1, tzinfo=UTC), zone=UTC)  # fmt: skip


# --- residual -------------------------------------------------------------------------------------


def history(*flows_at: tuple[datetime, float], **more) -> list[Set]:
    return [Set(entry=f"s{n}", at=at, setting=setting(("morphine", 1, flow), **more))
            for n, (at, flow) in enumerate(flows_at)]  # fmt: skip


@given(moments, st.floats(0.05, 0.5), st.floats(0.05, 0.5), st.floats(1, 20), st.floats(1, 20))
def test_what_ran_under_two_settings_adds_up(at, first, second, days1, days2) -> None:
    turn, end = at + timedelta(days=days1), at + timedelta(days=days1 + days2)
    ran = infused_between(history((at, first), (turn, second)), at, end)
    assert ran is not None
    assert ran.least.ml == pytest.approx(first * days1 + second * days2, rel=1e-6)


def test_a_stopped_pump_gives_nothing_meanwhile() -> None:
    at = datetime(2026, 1, 1, tzinfo=UTC)
    stopped = history((at, 0.5), running=False)
    ran = infused_between(stopped, at, at + timedelta(days=30))
    assert ran is not None and ran.most == Volume(ml=0)


@given(st.floats(0, 20))
def test_a_residual_is_short_or_over_by_exactly_what_is_missing(drawn) -> None:
    at = datetime(2026, 1, 1, tzinfo=UTC)
    fills = [Fill(entry="a", at=at, volume=Volume(ml=20), drawn=None),
             Fill(entry="b", at=at + timedelta(days=30), volume=Volume(ml=20),
                  drawn=Volume(ml=drawn))]  # fmt: skip
    (found,) = residuals(fills, history((at, 0.2)))
    assert found.expected.least.ml == pytest.approx(14)
    assert found.short.ml == pytest.approx(14 - drawn, abs=1e-9)
    assert found.percent == pytest.approx(100 * (14 - drawn) / 6, abs=1e-6)


def test_boluses_that_may_have_been_taken_widen_what_is_expected() -> None:
    at = datetime(2026, 1, 1, tzinfo=UTC)
    bolus = PatientBolus(volume=Volume(ml=0.01), most_a_day=5)
    fill = Fill(entry="a", at=at, volume=Volume(ml=20), drawn=None)
    content = content_at(fill, history((at, 0.2), bolus=bolus), at + timedelta(days=30))
    assert content is not None
    assert (content.least.ml, content.most.ml) == pytest.approx((12.5, 14))
