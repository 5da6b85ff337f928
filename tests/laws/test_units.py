"""Amounts cannot be mistaken for one another, and nothing is lost on the way through a unit."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from needlepoint.core.units import (
    Concentration,
    DoseRate,
    Flow,
    Mass,
    NoSuchAmount,
    Volume,
    days,
    read_amount,
    say,
)

positive = st.floats(1e-6, 1e6)


@given(positive)
def test_every_unit_is_read_back_as_it_was_written(x: float) -> None:
    assert Mass.of_mcg(x).mcg == pytest.approx(x)
    assert Concentration.of_mcg_per_ml(x).mcg_per_ml == pytest.approx(x)
    assert Concentration.of_percent(x).percent == pytest.approx(x)
    assert Volume(ml=x).microlitre == pytest.approx(1000 * x)
    assert Flow.of_ml_per_hour(x).ml_per_day == pytest.approx(24 * x)
    assert DoseRate.of_mcg_per_day(x).mcg_per_day == pytest.approx(x)
    assert DoseRate.of_mg_per_hour(x).mg_per_day == pytest.approx(24 * x)


@given(positive, positive)
def test_dose_flow_and_strength_give_each_other_back(dose: float, strength: float) -> None:
    given_dose, given_strength = DoseRate(mg_per_day=dose), Concentration(mg_per_ml=strength)
    flow = given_dose / given_strength
    assert flow.carrying(given_strength).is_near(given_dose)
    assert (given_dose / flow).is_near(given_strength)


@given(positive, positive)
def test_mass_volume_and_strength_give_each_other_back(mg: float, ml: float) -> None:
    mass, volume = Mass(mg=mg), Volume(ml=ml)
    assert (mass / volume).within(volume).is_near(mass)
    assert (mass / (mass / volume)).is_near(volume)


@given(st.floats(0.1, 100), st.floats(0.01, 24))
def test_a_flow_runs_for_the_time_that_its_volume_lasts(ml: float, flow: float) -> None:
    volume, rate = Volume(ml=ml), Flow(ml_per_day=flow)
    assert rate.during(volume / rate).is_near(volume, relative=1e-6)
    assert days(volume / rate) == pytest.approx(ml / flow, rel=1e-6)


def test_one_percent_is_ten_milligrams_in_a_millilitre() -> None:
    assert Concentration.of_percent(1) == Concentration(mg_per_ml=10)


@pytest.mark.parametrize(
    "mix",
    [
        lambda: Mass(mg=1) + Volume(ml=1),
        lambda: Mass(mg=1) < DoseRate(mg_per_day=2),
        lambda: Concentration(mg_per_ml=1) - Mass(mg=1),
        lambda: DoseRate(mg_per_day=1).per(Flow(ml_per_day=1)),
        lambda: Mass(mg=1) * Mass(mg=1),
        lambda: Mass(mg=1) * True,
        lambda: Mass(1),  # no unit was named
    ],
)
def test_unlike_amounts_do_not_go_together(mix) -> None:
    with pytest.raises(TypeError):
        mix()


@pytest.mark.parametrize(
    ("text", "wanted", "amount"),
    [
        ("2 mg/day", DoseRate, DoseRate(mg_per_day=2)),
        ("75mcg/day", DoseRate, DoseRate.of_mcg_per_day(75)),
        ("75 µg/d", DoseRate, DoseRate.of_mcg_per_day(75)),
        ("500 mcg/mL", Concentration, Concentration(mg_per_ml=0.5)),
        ("0.5 %", Concentration, Concentration(mg_per_ml=5)),
        ("0.1 ml/h", Flow, Flow(ml_per_day=2.4)),
        ("18 ml", Volume, Volume(ml=18)),
        ("25 ug", Mass, Mass(mg=0.025)),
    ],
)
def test_amounts_are_read_as_people_write_them(text, wanted, amount) -> None:
    assert read_amount(text, wanted).is_near(amount)


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("2", DoseRate),
        ("2 mg", DoseRate),
        ("2 mg/day", Concentration),
        ("1,000 mcg/ml", Concentration),
        (".5 mg/ml", Concentration),
        ("-2 mg/day", DoseRate),
        ("2 grains", Mass),
        ("nan mg", Mass),
        ("", Volume),
    ],
)
def test_an_amount_without_its_unit_or_of_another_kind_is_refused(text, wanted) -> None:
    with pytest.raises(NoSuchAmount):
        read_amount(text, wanted)


@given(st.floats(1e-4, 1e5))
def test_a_number_is_said_to_four_figures_without_an_exponent(x: float) -> None:
    assert "e" not in say(x)
    assert float(say(x)) == pytest.approx(x, rel=5e-4)
