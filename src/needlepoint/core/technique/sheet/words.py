"""How a setting of needle, generator or probe is said: the word and the unit in its name."""

from __future__ import annotations

_UNITS = {"c": "°C", "mm": "mm", "hz": "Hz", "v": "V", "ms": "ms", "ml": "ml", "psi": "psi",
          "gauge": "G"}  # fmt: skip
_WHOLE = {"seconds": ("Time", "s"), "freeze_seconds": ("Freeze", "s"), "lesions":
          ("Lesions a place", ""), "thaw_seconds": ("Thaw", "s"), "trial_days":
          ("Trial", "days")}  # fmt: skip


def words_of(name: str) -> tuple[str, str]:
    """The word and the unit in the name of a setting: temperature_c is Temperature in °C."""
    if name in _WHOLE:
        return _WHOLE[name]
    stem, _, last = name.rpartition("_")
    if last in _UNITS and stem:
        return stem.replace("_", " ").capitalize(), _UNITS[last]
    return name.replace("_", " ").capitalize(), ""


def span_words(pair: tuple[float, float], unit: str) -> str:
    """A range with its unit; one number where both ends meet."""
    low, high = pair
    said = f"{low:.4g}" if low == high else f"{low:.4g} to {high:.4g}"
    return f"{said} {unit}".strip()
