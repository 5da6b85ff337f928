"""How much, how strong, how fast: amounts that cannot be mistaken for one another.

A milligram is no microgram, a dose is no concentration: each has its own type, made with its unit
named (`Mass(mg=2)`, `Mass.of_mcg(2)`) and read back in a named unit. Only what makes sense can be
multiplied or divided; anything else is a type error before it is a mistake at a pump.
"""

from __future__ import annotations

import dataclasses
import math
import re
from dataclasses import dataclass
from datetime import timedelta
from typing import Self, TypeVar, overload

from needlepoint.core.errors import NeedlepointError

MCG_PER_MG = 1000.0
MICROLITRE_PER_ML = 1000.0
HOURS_PER_DAY = 24.0
MG_PER_ML_PER_PERCENT = 10.0  # by definition: 1 % is 1 g in 100 ml
_DAY_S = 86_400.0


class NoSuchAmount(NeedlepointError):
    """An amount that was written without a unit, in another unit, or is no number."""


@dataclass(frozen=True, slots=True)
class _Amount:
    """What the amounts share: adding like to like, scaling, comparing."""

    def __post_init__(self) -> None:
        if not math.isfinite(self._base):
            raise NoSuchAmount(f"{type(self).__name__} {self._base} is no amount.")

    @property
    def _base(self) -> float:
        return float(getattr(self, dataclasses.fields(self)[0].name))

    def _like(self, base: float) -> Self:
        return type(self)(**{dataclasses.fields(self)[0].name: base})

    def _same(self, other: object) -> float:
        if type(other) is not type(self):
            raise TypeError(f"{type(self).__name__} and {type(other).__name__} do not go together")
        return other._base

    def __add__(self, other: Self) -> Self:
        return self._like(self._base + self._same(other))

    def __sub__(self, other: Self) -> Self:
        return self._like(self._base - self._same(other))

    def __mul__(self, factor: float) -> Self:
        if isinstance(factor, bool) or not isinstance(factor, int | float):
            return NotImplemented
        return self._like(self._base * factor)

    __rmul__ = __mul__

    def __lt__(self, other: Self) -> bool:
        return self._base < self._same(other)

    def __le__(self, other: Self) -> bool:
        return self._base <= self._same(other)

    def __gt__(self, other: Self) -> bool:
        return self._base > self._same(other)

    def __ge__(self, other: Self) -> bool:
        return self._base >= self._same(other)

    def per(self, other: Self) -> float:
        """How many times the other goes into this."""
        return self._base / self._same(other)

    def is_near(self, other: Self, *, relative: float = 1e-9, absolute: float = 1e-12) -> bool:
        """Whether both are the same but for rounding."""
        same = self._same(other)
        return math.isclose(self._base, same, rel_tol=relative, abs_tol=absolute)


@dataclass(frozen=True, slots=True, kw_only=True)
class Volume(_Amount):
    """Millilitres."""

    ml: float

    @property
    def microlitre(self) -> float:
        return self.ml * MICROLITRE_PER_ML

    @overload
    def __truediv__(self, other: Flow) -> timedelta: ...
    @overload
    def __truediv__(self, other: float) -> Volume: ...
    def __truediv__(self, other: Flow | float) -> timedelta | Volume:
        """By a flow: how long it lasts. By a number: a share of it."""
        if isinstance(other, Flow):
            return timedelta(seconds=self.ml / other.ml_per_day * _DAY_S)
        return self._like(self.ml / other)


@dataclass(frozen=True, slots=True, kw_only=True)
class Mass(_Amount):
    """Milligrams of a drug."""

    mg: float

    @classmethod
    def of_mcg(cls, value: float) -> Mass:
        return cls(mg=value / MCG_PER_MG)

    @property
    def mcg(self) -> float:
        return self.mg * MCG_PER_MG

    @overload
    def __truediv__(self, other: Volume) -> Concentration: ...
    @overload
    def __truediv__(self, other: Concentration) -> Volume: ...
    @overload
    def __truediv__(self, other: float) -> Mass: ...
    def __truediv__(self, other: Volume | Concentration | float) -> Concentration | Volume | Mass:
        if isinstance(other, Volume):
            return Concentration(mg_per_ml=self.mg / other.ml)
        if isinstance(other, Concentration):
            return Volume(ml=self.mg / other.mg_per_ml)
        return self._like(self.mg / other)


@dataclass(frozen=True, slots=True, kw_only=True)
class Concentration(_Amount):
    """Milligrams of a drug in a millilitre."""

    mg_per_ml: float

    @classmethod
    def of_mcg_per_ml(cls, value: float) -> Concentration:
        return cls(mg_per_ml=value / MCG_PER_MG)

    @classmethod
    def of_percent(cls, value: float) -> Concentration:
        return cls(mg_per_ml=value * MG_PER_ML_PER_PERCENT)

    @property
    def mcg_per_ml(self) -> float:
        return self.mg_per_ml * MCG_PER_MG

    @property
    def percent(self) -> float:
        return self.mg_per_ml / MG_PER_ML_PER_PERCENT

    def within(self, volume: Volume) -> Mass:
        """How much drug a volume of this strength holds."""
        return Mass(mg=self.mg_per_ml * volume.ml)


@dataclass(frozen=True, slots=True, kw_only=True)
class Flow(_Amount):
    """Millilitres a day."""

    ml_per_day: float

    @classmethod
    def of_ml_per_hour(cls, value: float) -> Flow:
        return cls(ml_per_day=value * HOURS_PER_DAY)

    def during(self, time: timedelta) -> Volume:
        """How much has run after that time."""
        return Volume(ml=self.ml_per_day * time.total_seconds() / _DAY_S)

    def carrying(self, strength: Concentration) -> DoseRate:
        """The daily dose that this flow gives at a strength."""
        return DoseRate(mg_per_day=self.ml_per_day * strength.mg_per_ml)


@dataclass(frozen=True, slots=True, kw_only=True)
class DoseRate(_Amount):
    """Milligrams of a drug a day."""

    mg_per_day: float

    @classmethod
    def of_mcg_per_day(cls, value: float) -> DoseRate:
        return cls(mg_per_day=value / MCG_PER_MG)

    @classmethod
    def of_mg_per_hour(cls, value: float) -> DoseRate:
        return cls(mg_per_day=value * HOURS_PER_DAY)

    @property
    def mcg_per_day(self) -> float:
        return self.mg_per_day * MCG_PER_MG

    @overload
    def __truediv__(self, other: Concentration) -> Flow: ...
    @overload
    def __truediv__(self, other: Flow) -> Concentration: ...
    @overload
    def __truediv__(self, other: float) -> DoseRate: ...
    def __truediv__(self, other: Concentration | Flow | float) -> Flow | Concentration | DoseRate:
        if isinstance(other, Concentration):
            return Flow(ml_per_day=self.mg_per_day / other.mg_per_ml)
        if isinstance(other, Flow):
            return Concentration(mg_per_ml=self.mg_per_day / other.ml_per_day)
        return self._like(self.mg_per_day / other)

    def during(self, time: timedelta) -> Mass:
        """How much drug has run after that time."""
        return Mass(mg=self.mg_per_day * time.total_seconds() / _DAY_S)


def days(time: timedelta) -> float:
    """A duration in days of 24 hours."""
    return time.total_seconds() / _DAY_S


# --- as people write it ---------------------------------------------------------------------------

A = TypeVar("A", bound=_Amount)
_WRITTEN = re.compile(r"^\s*([0-9]+(?:\.[0-9]+)?)\s*([^\s0-9.,][^0-9]*?)\s*$")
_SPELT = {"µ": "mc", "μ": "mc", "ug": "mcg", "mikrog": "mcg", "microg": "mcg", "litre": "l"}

_UNITS: dict[str, _Amount] = {
    "mg": Mass(mg=1),
    "mcg": Mass.of_mcg(1),
    "ml": Volume(ml=1),
    "mg/ml": Concentration(mg_per_ml=1),
    "mcg/ml": Concentration.of_mcg_per_ml(1),
    "%": Concentration.of_percent(1),
    "ml/day": Flow(ml_per_day=1),
    "ml/d": Flow(ml_per_day=1),
    "ml/h": Flow.of_ml_per_hour(1),
    "mg/day": DoseRate(mg_per_day=1),
    "mg/d": DoseRate(mg_per_day=1),
    "mg/h": DoseRate.of_mg_per_hour(1),
    "mcg/day": DoseRate.of_mcg_per_day(1),
    "mcg/d": DoseRate.of_mcg_per_day(1),
    "mcg/h": DoseRate.of_mg_per_hour(1 / MCG_PER_MG),
}


def read_amount(text: str, wanted: type[A]) -> A:
    """An amount as people write it: "2 mg/day", "500 mcg/ml", "0.5 %".

    A comma is refused: in "1,000 mcg/ml" it means a thousand to one reader and one to another.

    Raises:
        NoSuchAmount: no unit, an unknown unit, or one of another kind.
    """
    match = _WRITTEN.match(text)
    examples = ", ".join(unit for unit, one in _UNITS.items() if type(one) is wanted)
    if match is None:
        raise NoSuchAmount(
            f"{text!r}: write a number with its unit and no comma, as in 0.5: {examples}."
        )
    unit = match[2].lower().replace(" ", "")
    for wrong, right in _SPELT.items():
        unit = unit.replace(wrong, right)
    one = _UNITS.get(unit.replace("mcmcg", "mcg"))
    if one is None or type(one) is not wanted:
        raise NoSuchAmount(f"{text!r}: {match[2]!r} is not expected here. Write it in {examples}.")
    found = one * float(match[1])
    assert isinstance(found, wanted)
    return found


# --- as people read it ----------------------------------------------------------------------------


def say(value: float) -> str:
    """Four figures, without zeros that say nothing and without an exponent."""
    if value == 0:
        return "0"
    digits = max(0, 3 - math.floor(math.log10(abs(value))))
    text = f"{value:.{digits}f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def say_chance(p: float) -> str:
    """Two decimals, and never a certainty that nobody has."""
    return ">.99" if p > 0.99 else "<.01" if p < 0.01 else f"{p:.2f}"


def say_mass(mass: Mass, unit: str) -> str:
    """In the unit that people speak of this drug in."""
    return f"{say(mass.mcg)} mcg" if unit == "mcg" else f"{say(mass.mg)} mg"


def say_dose(dose: DoseRate, unit: str) -> str:
    """A daily dose in the unit that people speak of this drug in."""
    return f"{say(dose.mcg_per_day)} mcg/day" if unit == "mcg" else f"{say(dose.mg_per_day)} mg/day"


def say_strength(strength: Concentration, unit: str) -> str:
    """A concentration in the unit that people speak of this drug in."""
    if unit == "mcg":
        return f"{say(strength.mcg_per_ml)} mcg/ml"
    return f"{say(strength.mg_per_ml)} mg/ml"


def say_time(time: timedelta) -> str:
    """Hours up to two days, then days."""
    hours = time.total_seconds() / 3600
    return f"{say(round(hours, 1))} h" if hours < 48 else f"{say(round(hours / 24, 2))} days"
