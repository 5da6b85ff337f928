"""How much is left in the reservoir, and on which day must it be filled again?

Time is counted in hours that pass, dates in the days of the clinic's zone: a night of 25 hours does
not move a refill, and 29 February is a day like another.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, tzinfo
from itertools import pairwise
from math import floor

from needlepoint.core.technique.pump.solution import CannotBe, Setting, Worked
from needlepoint.core.units import Concentration, DoseRate, Flow, Volume, days, say


@dataclass(frozen=True, slots=True, kw_only=True)
class Fill:
    """What was drawn out and put in, and when."""

    entry: str
    at: datetime
    volume: Volume
    drawn: Volume | None  # what was drawn out before; None: not written down
    expected_by_programmer: Volume | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Set:
    """A setting and the moment from which it holds."""

    entry: str
    at: datetime
    setting: Setting


@dataclass(frozen=True, slots=True, kw_only=True)
class Between:
    """An amount known only within bounds: boluses may have been called for, or not."""

    least: Volume
    most: Volume


def in_force(
    settings: Sequence[Set], start: datetime, end: datetime
) -> tuple[tuple[Setting, timedelta], ...] | None:
    """The settings from one moment to another, each with its time; None before any was set.

    A pump that is programmed within a day of its fill is taken to have run so since the fill.
    """
    known = [one for one in settings if one.at <= start]
    if not known:
        known = [one for one in settings if one.at - start <= timedelta(days=1)][:1]
    if not known:
        return None
    inside = [one for one in settings if start < one.at < end and one is not known[-1]]
    points = [(start, known[-1].setting), *((one.at, one.setting) for one in inside)]
    ends = [*(at for at, _ in points[1:]), end]
    return tuple(
        (setting, stop.astimezone(UTC) - begin.astimezone(UTC))
        for (begin, setting), stop in zip(points, ends, strict=True)
    )


def infused_between(settings: Sequence[Set], start: datetime, end: datetime) -> Between | None:
    """What ran from one moment to another, without any bolus and with all that are allowed."""
    parts = in_force(settings, start, end)
    if parts is None:
        return None
    return Between(
        least=Volume(ml=sum(setting.basal.during(time).ml for setting, time in parts)),
        most=Volume(ml=sum(setting.fastest.during(time).ml for setting, time in parts)),
    )


def content_at(fill: Fill, settings: Sequence[Set], at: datetime) -> Between | None:
    """What is left of a fill. It may fall below nothing: then the pump has run dry."""
    ran = infused_between(settings, fill.at, at)
    if ran is None:
        return None
    return Between(least=fill.volume - ran.most, most=fill.volume - ran.least)


# --- dates ----------------------------------------------------------------------------------------


def later(moment: datetime, time: timedelta) -> datetime:
    """That much time later, counted in hours that pass and not on the clock of a zone."""
    return moment.astimezone(UTC) + time


@dataclass(frozen=True, slots=True, kw_only=True)
class RefillDates:
    """When the reservoir needs a hand, the soonest reason first."""

    refill_by: date  # the appointment, at the latest
    alarm_at: datetime  # with every allowed bolus taken
    alarm_if_fast: datetime | None  # and the pump at the edge of its accuracy
    stable_until: datetime | None
    danger_from: datetime | None  # withdrawal has begun at such a volume
    empty_at: datetime
    limited_by: str  # volume, stability, accuracy, withdrawal: what made it so soon
    formulas: tuple[str, ...]


def refill_dates(
    now: datetime,
    content: Volume,
    setting: Setting,
    *,
    filled_at: datetime,
    alarm: Volume,
    margin_days: int,
    zone: tzinfo,
    stable_days: float | None = None,
    danger: Volume | None = None,
    accuracy_percent: float | None = None,
) -> RefillDates:
    """The calendar of a running pump.

    The appointment lies the margin before the alarm or the end of stability, whichever is sooner;
    and not after the day on which a pump at the edge of its accuracy reaches its alarm, nor after
    the day on which withdrawal may begin.

    Raises:
        CannotBe: the pump does not run, so nothing will run out.
    """
    flow = setting.fastest
    if flow.ml_per_day <= 0:
        raise CannotBe("The pump is stopped: no refill date can be reckoned. Start it first.")
    alarm_at = _when(now, content - alarm, flow)
    stable_until = None if stable_days is None else later(filled_at, timedelta(days=stable_days))
    soonest = alarm_at if stable_until is None else min(alarm_at, stable_until)
    fast = danger_from = None
    if accuracy_percent:
        fast = _when(now, content - alarm, flow * (1 + accuracy_percent / 100))
    if danger is not None:
        danger_from = _when(now, content - danger, flow)
    last_day = _last_safe_day(filled_at, soonest, zone)
    wanted = {
        "volume" if soonest == alarm_at else "stability": last_day - timedelta(days=margin_days),
        "accuracy": _last_safe_day(filled_at, fast, zone) if fast else date.max,
        "withdrawal": _last_safe_day(filled_at, danger_from, zone) if danger_from else date.max,
    }
    limited_by = min(wanted, key=lambda reason: wanted[reason])
    refill_by = wanted[limited_by]
    return RefillDates(
        refill_by=refill_by,
        alarm_at=alarm_at,
        alarm_if_fast=fast,
        stable_until=stable_until,
        danger_from=danger_from,
        empty_at=_when(now, content, flow),
        limited_by=limited_by,
        formulas=(
            f"days to alarm = (content - alarm volume) / flow with all boluses = "
            f"({say(content.ml)} ml - {say(alarm.ml)} ml) / {say(flow.ml_per_day)} ml/day = "
            f"{say(max(0.0, (content - alarm).ml) / flow.ml_per_day)} days",
            f"refill by = soonest of: last safe day {last_day} - margin {margin_days} days"
            + "".join(
                f"; {words} {wanted[reason]}"
                for reason, words in _SOONER.items()
                if wanted[reason] != date.max
            )
            + f" = {refill_by}",
        ),
    )


_SOONER = {
    "accuracy": "alarm of a pump at the fast edge of its accuracy",
    "withdrawal": "volume at which withdrawal may begin",
}


def _last_safe_day(filled_at: datetime, until: datetime, zone: tzinfo) -> date:
    """The day of a moment, or the last whole day since the fill, whichever is sooner."""
    whole_days = max(0, floor(days(until - filled_at.astimezone(UTC)) + 1e-9))
    filled_on = filled_at.astimezone(zone).date()
    return min(until.astimezone(zone).date(), filled_on + timedelta(days=whole_days))


def _when(now: datetime, volume: Volume, flow: Flow) -> datetime:
    """When that much will have run; now if it already has."""
    return later(now, max(volume, Volume(ml=0)) / flow)


# --- what was drawn out ---------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Residual:
    """What was drawn out at a refill beside what should have been there."""

    entry: str
    at: datetime
    since: datetime
    drawn: Volume
    expected: Between
    ran: Between  # as programmed
    short: Volume  # below 0: more was drawn than expected

    @property
    def percent(self) -> float:
        """Share of the programmed volume: above 0 too much was given, below 0 too little."""
        programmed = self.ran.most if self.short.ml > 0 else self.ran.least
        return 100 * self.short.ml / programmed.ml if programmed.ml > 0 else 0.0

    @property
    def formula(self) -> str:
        nearest = self.drawn + self.short
        return (
            f"discrepancy = (expected - drawn) / programmed = ({say(nearest.ml)} ml - "
            f"{say(self.drawn.ml)} ml) / "
            f"{say((self.ran.most if self.short.ml > 0 else self.ran.least).ml)} ml = "
            f"{self.percent:.1f} %"
        )


def residuals(fills: Sequence[Fill], settings: Sequence[Set]) -> tuple[Residual, ...]:
    """Every refill whose residual can be compared, oldest first."""
    found = []
    for last, this in pairwise(fills):
        expected = content_at(last, settings, this.at)
        ran = infused_between(settings, last.at, this.at)
        if this.drawn is None or expected is None or ran is None:
            continue
        short = Volume(ml=0)
        if this.drawn < expected.least:
            short = expected.least - this.drawn
        elif this.drawn > expected.most:
            short = expected.most - this.drawn
        found.append(
            Residual(
                entry=this.entry,
                at=this.at,
                since=last.at,
                drawn=this.drawn,
                expected=expected,
                ran=ran,
                short=short,
            )
        )
    return tuple(found)


# --- planning a fill ------------------------------------------------------------------------------


def strength_for_interval(
    dose: DoseRate, fill: Volume, alarm: Volume, interval: timedelta
) -> Worked[Concentration]:
    """How strong the solution must be for the fill to last that long.

    Raises:
        CannotBe: the fill does not reach the alarm volume.
    """
    usable = fill - alarm
    if usable.ml <= 0:
        raise CannotBe(
            f"A fill of {say(fill.ml)} ml lies at or below the alarm volume of {say(alarm.ml)} ml."
        )
    flow = Flow(ml_per_day=usable.ml / days(interval))
    strength = dose / flow
    return Worked(
        value=strength,
        formula=(
            f"flow = (fill - alarm volume) / days = ({say(fill.ml)} ml - {say(alarm.ml)} ml) / "
            f"{say(days(interval))} days = {say(flow.ml_per_day)} ml/day; "
            f"concentration = daily dose / flow = {say(dose.mg_per_day)} mg/day / "
            f"{say(flow.ml_per_day)} ml/day = {say(strength.mg_per_ml)} mg/ml"
        ),
    )
