"""Can what a chart says of a pump be so? Doses without a slip of units, fills that fit."""

from __future__ import annotations

from collections.abc import Iterator

from needlepoint.core.chart import Entry, ImplantedDevice, PumpSetting, Refill
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
    for n, entry in sorted(entries, key=lambda placed: placed[1].occurred_at):
        one = entry.statement
        if isinstance(one, ImplantedDevice) and "pump" in one.device.lower():
            model = one.model or model
        elif isinstance(one, PumpSetting):
            model = one.model or model
            setting = setting_of(one, devices, guidance.vocabulary)
            for place, what in impossible_setting(setting, devices):
                yield n, place, what
        elif isinstance(one, Refill):
            pump = pump_named(model, devices)
            drawn = None if one.residual_ml is None else Volume(ml=one.residual_ml)
            for place, what in impossible_refill(Volume(ml=one.volume_ml), drawn, pump):
                yield n, place, what
