"""Can what a chart says of a pump be so? Doses without a slip of units, fills that fit."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from needlepoint.core.chart import Entry, ImplantedDevice, PumpSetting, Refill, Retraction
from needlepoint.core.knowledge import Knowledge
from needlepoint.core.technique.pump.possible import impossible_refill, impossible_setting
from needlepoint.core.technique.pump.solution import pump_named, setting_of
from needlepoint.core.units import Volume
from needlepoint.files.nodes import Path as Place


def pump_faults(
    entries: list[tuple[int, Entry]], knowledge: Knowledge
) -> Iterator[tuple[int, Place, str]]:
    """Position, place and sentence of everything about a pump that cannot be."""
    guidance = knowledge.guidance
    devices, model = guidance.neuromodulation, None
    moments: dict[datetime, PumpSetting] = {}
    gone = {e.statement.entry for _, e in entries if isinstance(e.statement, Retraction)}
    for n, entry in sorted(entries, key=lambda placed: placed[1].occurred_at):
        one = entry.statement
        if entry.id in gone:
            continue
        if isinstance(one, ImplantedDevice) and "pump" in one.device.lower():
            model = one.model or model
        elif isinstance(one, PumpSetting):
            model = one.model or model
            if moments.setdefault(entry.occurred_at, one) != one:
                what = "two settings have the same moment: which came last? Give each its time."
                yield n, ("kind",), what
            setting = setting_of(one, devices, guidance.vocabulary)
            for place, what in impossible_setting(setting, devices):
                yield n, place, what
        elif isinstance(one, Refill):
            # A new pump is filled on the day that it is first programmed, and often before.
            soon = _named_within_a_day(entries, entry.occurred_at) or model
            pump = pump_named(soon, devices)
            drawn = None if one.residual_ml is None else Volume(ml=one.residual_ml)
            for place, what in impossible_refill(Volume(ml=one.volume_ml), drawn, pump):
                yield n, place, what


def _named_within_a_day(entries: list[tuple[int, Entry]], at: datetime) -> str | None:
    """The model that a setting names within a day after a fill."""
    for _, entry in entries:
        one = entry.statement
        after = entry.occurred_at - at
        if isinstance(one, PumpSetting) and one.model and timedelta() <= after <= timedelta(days=1):
            return one.model
    return None
