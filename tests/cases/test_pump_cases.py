"""Every pump case: numbers worked out by hand, and what each rule must say of them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from needlepoint.core.chart import Chart
from needlepoint.core.knowledge import Knowledge
from needlepoint.core.record import fold
from needlepoint.core.technique.pump import (
    PumpState,
    candidacy,
    pump_state,
    trial_bolus,
    trial_verdict,
)
from needlepoint.core.technique.pump.line import bridge, prime
from needlepoint.core.technique.pump.plan import plan_change
from needlepoint.core.technique.pump.refill import alarm_volume
from needlepoint.core.technique.pump.reservoir import strength_for_interval
from needlepoint.core.units import Volume, days
from needlepoint.files.cases import read_case
from needlepoint.files.pump_cases import ExpectedPump, ExpectedPumpVerdict

CASES = sorted(Path(__file__).parents[2].joinpath("cases", "pump").glob("*.yaml"))


def test_there_are_at_least_twenty() -> None:
    assert len(CASES) >= 20


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
def test_pump_case(path: Path, knowledge: Knowledge) -> None:
    case = read_case(path, knowledge=knowledge)
    expected = case.then.pump
    assert expected is not None, "a pump case says what must come out of the pump"
    record = fold(case.chart, as_of=case.as_of)
    state = pump_state(record, knowledge, zone=ZoneInfo(expected.zone))
    said = [*(state.verdicts if state else ()), trial_bolus(record, knowledge),
            trial_verdict(record, knowledge), candidacy(record, knowledge)]  # fmt: skip
    found = {v.rule: v for v in said if v is not None}
    problems = [p for v in expected.verdicts for p in verdict_problems(v, found)]
    if state is not None:
        problems += [*number_problems(expected, state), *word_problems(expected, state)]
    assert not problems, f"{case.title}\n" + "\n".join(problems)


def verdict_problems(expected: ExpectedPumpVerdict, found: dict) -> Iterator[str]:
    verdict = found.get(expected.rule)
    if verdict is None or expected.outcome is None:
        if verdict is not None or expected.outcome is not None:
            yield f"{expected.rule} is {verdict and verdict.outcome}; expected {expected.outcome}"
        return
    says = " | ".join(reason.says for reason in verdict.reasons)
    if verdict.outcome != expected.outcome:
        yield f"{expected.rule} is {verdict.outcome} ({says}); expected {expected.outcome}"
    if expected.says and expected.says not in says:
        yield f"{expected.rule} does not say {expected.says!r}: {says}"
    if expected.never_says and expected.never_says in says:
        yield f"{expected.rule} says {expected.never_says!r}: {says}"


def number_problems(expected: ExpectedPump, state: PumpState) -> Iterator[str]:
    of, dates, now = state.history, state.dates, state.history.now.setting
    pairs: list[tuple[str, object, object]] = [
        ("flow", expected.flow_ml_per_day, now.flow.ml_per_day),
        ("line", expected.line_ml, state.line and state.line.volume.ml),
        ("refill by", expected.refill_by, dates and dates.refill_by),
        ("limited by", expected.limited_by, dates and dates.limited_by),
    ]
    for name, dose in expected.most_mg_per_day.items():
        one = next(d for d in now.drugs if d.name == name)
        pairs.append((f"most {name}", dose, now.most_a_day(one).mg_per_day))
    if expected.content_ml:
        assert state.content is not None
        pairs.append(("least content", expected.content_ml[0], state.content.least.ml))
        pairs.append(("most content", expected.content_ml[1], state.content.most.ml))
    if expected.highest_first_drug_mg_per_day is not None:
        plan = plan_change(of, fill=Volume(ml=20), line=state.line)
        pairs.append(("highest", expected.highest_first_drug_mg_per_day,
                      plan.highest and plan.highest.value.mg_per_day))  # fmt: skip
    for name, wanted, got in pairs:
        if wanted is not None and (
            got != wanted
            if not isinstance(wanted, float)
            else got != pytest.approx(wanted, rel=5e-4)
        ):
            yield f"{name} is {got}; expected {wanted}"
    yield from moment_problems(expected, state)
    yield from line_problems(expected, state)


def moment_problems(expected: ExpectedPump, state: PumpState) -> Iterator[str]:
    dates, old = state.dates, state.old_solution
    for name, wanted, got in (
        ("alarm", expected.alarm_at, dates and dates.alarm_at),
        ("withdrawal danger", expected.danger_from, dates and dates.danger_from),
        ("empty", expected.empty_at, dates and dates.empty_at),
        ("old solution until", expected.old_solution_until, old and old.until),
    ):
        if wanted is not None and (got is None or abs(got - wanted) > timedelta(minutes=2)):
            yield f"{name} is {got}; expected {wanted}"
    if expected.old_solution_gone and old is not None:
        yield f"the old solution flows until {old.until}; expected it to be gone"


def line_problems(expected: ExpectedPump, state: PumpState) -> Iterator[str]:
    of = state.history
    old = state.old_solution
    for one in expected.unbridged:
        got = next((u for u in (old.unbridged if old else ()) if u.drug.name == one.drug), None)
        if got is None or not (
            got.dose.mg_per_day == pytest.approx(one.dose_mg_per_day, rel=5e-4)
            and days(got.time) == pytest.approx(one.days, rel=5e-4)
        ):
            yield f"unbridged {one.drug} is {got}; expected {one}"
    if expected.bridge is not None:
        assert state.line is not None and of.before is not None
        made = bridge(of.before.setting, of.now.setting, state.line, reservoir=Volume(ml=20))
        given = {d.name: mass.mg for d, mass in made.given}
        if not (
            made.flow.ml_per_day == pytest.approx(expected.bridge.flow_ml_per_day, rel=5e-4)
            and days(made.time) == pytest.approx(expected.bridge.days, rel=5e-4)
            and given == pytest.approx(dict(expected.bridge.given_mg), rel=5e-4)
        ):
            yield f"the bridge is {made.flow}, {days(made.time)} days, {given}"
    if expected.prime is not None:
        assert state.line is not None
        primed = prime(state.line, of.now.setting, expected.prime.part)
        holds = {d.name: mass.mg for d, mass in primed.drug}
        if primed.volume.ml != pytest.approx(expected.prime.ml, rel=5e-4) or holds != pytest.approx(
            dict(expected.prime.holds_mg), rel=5e-4
        ):
            yield f"the prime is {primed.volume.ml} ml with {holds}"
    if expected.interval is not None:
        wanted, alarm = expected.interval, alarm_volume(of)
        assert alarm is not None
        dose = of.now.setting.drugs[0].dose
        time = timedelta(days=wanted.days)
        strength = strength_for_interval(dose, Volume(ml=wanted.fill_ml), alarm, time).value
        if strength.mg_per_ml != pytest.approx(wanted.concentration_mg_per_ml, rel=5e-4):
            yield f"the interval needs {strength.mg_per_ml} mg/ml"


def word_problems(expected: ExpectedPump, state: PumpState) -> Iterator[str]:
    changed = " ".join(state.changed)
    yield from (f"{w!r} is not in {changed!r}" for w in expected.changed if w not in changed)
    asked = f"{state.dates_question} {state.line_question}"
    if expected.asks and expected.asks not in asked:
        yield f"{expected.asks!r} is not asked: {asked}"
    cards = {card.id for card in state.cards}
    yield from (f"card {c} is not shown: {cards}" for c in expected.cards if c not in cards)


def test_an_empty_chart_clears_nothing_about_a_pump(knowledge: Knowledge) -> None:
    record = fold(Chart(id="empty", entries=()), as_of=datetime(2026, 1, 1, tzinfo=UTC))
    assert pump_state(record, knowledge) is None
    assert trial_verdict(record, knowledge) is None
    assert {reason.outcome for reason in candidacy(record, knowledge).reasons} == {"cannot_tell"}


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
def test_no_limit_clears_on_a_number_that_nobody_read(path: Path, knowledge: Knowledge) -> None:
    case = read_case(path, knowledge=knowledge)
    state = pump_state(fold(case.chart, as_of=case.as_of), knowledge)
    for verdict in state.verdicts if state else ():
        for reason in verdict.reasons:
            if reason.outcome == "clear" and reason.rests_on and not reason.caution:
                assert any(knowledge.extracts[name].seen.is_verified for name in reason.rests_on), (
                    reason.says
                )
