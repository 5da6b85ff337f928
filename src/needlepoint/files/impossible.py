"""Which values and doses cannot be, whatever is meant? Slips of the pen, caught at the door.

The bounds of tests say what can be true of a living adult; a dose above ten times its ceiling was
never given to anybody on purpose. Neither says that a value below is right.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from math import isclose

from needlepoint.core.chart import (
    DiagnosticBlock,
    InjectionBody,
    LaboratoryValue,
    MedicationInjected,
    PlannedProcedure,
    Procedure,
    VitalSign,
)
from needlepoint.core.knowledge import Knowledge, LabTest
from needlepoint.core.rules.injections import of_block
from needlepoint.core.rules.laboratory import canonical, readings, test_named
from needlepoint.core.rules.situation import Injected, injected
from needlepoint.files.nodes import Path as Place

Found = Iterator[tuple[Place, str]]
_TENFOLD = 10.0
_ROUNDED = 0.05  # people round what they calculate


def impossible_value(one: LaboratoryValue | VitalSign, knowledge: Knowledge) -> Found:
    """A value that no living adult can have, in the unit written or in any that is in use."""
    test = test_named(one.name, knowledge.guidance.safety)
    if test is None:
        return
    value = canonical(one.value, one.unit, test)
    if one.unit is None:
        possible = any(test.lowest <= r <= test.highest for r in readings(one.value, test))
    else:
        possible = value is None or test.lowest <= value <= test.highest
    if not possible:
        unit = f" {one.unit}" if one.unit else ""
        yield ("value",), f"{test.label} {one.value:g}{unit} cannot be: {_bounds(test)}."


def _bounds(test: LabTest) -> str:
    unit = f" {test.unit}" if test.unit else ""
    said = f"it lies between {test.lowest:g} and {test.highest:g}{unit}"
    return f"{said}. Check the value, its decimal point and its unit"


def impossible_doses(
    statement: PlannedProcedure | Procedure | DiagnosticBlock, knowledge: Knowledge
) -> Found:
    """Above ten times what may be injected, or said twice and not alike."""
    for place, medicine in _injected(statement):
        what = injected(medicine, knowledge)
        yield from _contradiction(medicine, place, knowledge)
        ceiling = _highest_ceiling(what, knowledge)
        if what.mg is not None and ceiling is not None and what.mg > _TENFOLD * ceiling:
            yield (
                place,
                f"{medicine.name} {what.mg:g} mg is more than ten times the most that is given"
                f" ({ceiling:g} mg). Check percent, volume and the decimal point.",
            )


def _contradiction(medicine: MedicationInjected, place: Place, knowledge: Knowledge) -> Found:
    """Milligrams, percent with volume, and the name give different doses: any may be meant."""
    less = replace(medicine, dose_mg=None)
    by_name = replace(less, concentration_percent=None)
    readings = (injected(one, knowledge).mg for one in (medicine, less, by_name))
    said = [mg for mg in readings if mg is not None]
    least, most = min(said, default=0.0), max(said, default=0.0)
    if not isclose(least, most, rel_tol=_ROUNDED):
        yield (
            place,
            f"{medicine.name}: the dose is said twice and not alike, {least:g} mg and {most:g} mg"
            " (dose_mg, percent times volume, or the strength in the name). Keep what is right.",
        )


def _injected(
    statement: PlannedProcedure | Procedure | DiagnosticBlock,
) -> Iterable[tuple[Place, MedicationInjected]]:
    match statement:
        case PlannedProcedure():
            yield from ((("medicines", n), m) for n, m in enumerate(statement.medicines))
        case Procedure(body=InjectionBody() as body):
            yield from ((("body", "medicines", n), m) for n, m in enumerate(body.medicines))
        case DiagnosticBlock():
            yield from ((("agent",), m) for m in of_block(statement))


def _highest_ceiling(what: Injected, knowledge: Knowledge) -> float | None:
    safety = knowledge.guidance.safety
    known = [r.max_mg.value for r in safety.anaesthetics if r.drug == what.ingredient and r.max_mg]
    steroid = safety.steroids.get(what.ingredient or "")
    if steroid is not None:
        known.append(steroid.session_max_mg.value)
    phenol = safety.facts.get("neurolytic/phenol_max_mg")
    if what.ingredient == "phenol" and phenol is not None and isinstance(phenol.value, float):
        known.append(phenol.value)
    return max(known, default=None)
