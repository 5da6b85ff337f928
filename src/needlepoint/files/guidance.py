"""Reading what guides treatment: medicines, safety, technique, eligibility, devices."""

from __future__ import annotations

from typing import Any

from needlepoint.core.errors import Fault
from needlepoint.core.knowledge import (
    Admixture,
    AnaestheticLimit,
    BleedingKnowledge,
    Card,
    Contraindication,
    Criterion,
    DrugClass,
    DrugLine,
    Fact,
    FollowUpSchedule,
    Guidance,
    Hold,
    Ingredient,
    Instrument,
    IntrathecalDrug,
    LaboratoryGate,
    LabTest,
    LeadCoverage,
    NeuromodulationKnowledge,
    OpioidFactor,
    Policy,
    Product,
    Pump,
    Restart,
    SafetyKnowledge,
    SheetPart,
    SteroidLimit,
    Technique,
    Term,
    Vocabulary,
)
from needlepoint.files.shelf import Shelf


def read_guidance(shelf: Shelf) -> Guidance:
    """Every file of the folders named below."""
    return Guidance(
        vocabulary=_vocabulary(shelf),
        safety=_safety(shelf),
        techniques={t.id: t for t in shelf.each(Technique, "technique")},
        sheet_parts=tuple(_once(shelf, "sheet", _all(shelf, SheetPart, "sheet", "parts")).values()),
        policies={p.id: p for p in shelf.each(Policy, "eligibility")},
        neuromodulation=_neuromodulation(shelf),
        instruments={i.id: i for i in shelf.each(Instrument, "measures")},
        follow_up={s.id: s for s in shelf.each(FollowUpSchedule, "follow_up")},
    )


def _all(shelf: Shelf, wanted: Any, folder: str, key: str) -> list[Any]:
    """The lists under one key of every file of a folder, joined."""
    return [one for name in shelf.under(folder) for one in shelf.many(wanted, name, key)]


def _once(shelf: Shelf, folder: str, items: list[Any], key: str = "id") -> dict[str, Any]:
    """By name; a name that is given twice is a fault."""
    named: dict[str, Any] = {}
    for item in items:
        name = getattr(item, key)
        if name in named:
            what = f"{name!r} is defined twice. Keep one."
            shelf.faults.append((folder, Fault(where="the folder", what=what)))
        named[name] = item
    return named


def _mapped(shelf: Shelf, wanted: Any, folder: str, key: str) -> dict[str, Any]:
    """The mappings under one key of every file of a folder, joined; a name only once."""
    joined: dict[str, Any] = {}
    for name in shelf.under(folder):
        for word, value in shelf.mapping(wanted, name, key).items():
            if word in joined:
                what = f"{word!r} is also defined in another file. Keep one."
                shelf.faults.append((name, Fault(where="the file", what=what)))
            joined[word] = value
    return joined


def _vocabulary(shelf: Shelf) -> Vocabulary:
    folder = "medicines"
    return Vocabulary(
        classes=_once(shelf, folder, _all(shelf, DrugClass, folder, "classes")),
        ingredients=_once(shelf, folder, _all(shelf, Ingredient, folder, "ingredients")),
        products=tuple(_all(shelf, Product, folder, "products")),
        ambiguous=_mapped(shelf, tuple[str, ...], folder, "ambiguous"),
    )


def _safety(shelf: Shelf) -> SafetyKnowledge:
    bleeding, doses = "safety/bleeding", "safety/doses"
    return SafetyKnowledge(
        bleeding=BleedingKnowledge(
            holds=tuple(_all(shelf, Hold, bleeding, "holds")),
            restarts=tuple(_all(shelf, Restart, bleeding, "restarts")),
            gates=tuple(_all(shelf, LaboratoryGate, bleeding, "gates")),
            relevant_classes=tuple(_all(shelf, str, bleeding, "relevant_classes")),
        ),
        anaesthetics=tuple(_all(shelf, AnaestheticLimit, doses, "anaesthetics")),
        steroids=_once(shelf, doses, _all(shelf, SteroidLimit, doses, "steroids"), "drug"),
        opioids=tuple(_all(shelf, OpioidFactor, doses, "opioids")),
        facts=_mapped(shelf, Fact, "safety/facts", "facts"),
        conditions=_once(shelf, "safety/terms", _all(shelf, Term, "safety/terms", "conditions")),
        devices=_once(shelf, "safety/terms", _all(shelf, Term, "safety/terms", "devices")),
        substances=_once(shelf, "safety/terms", _all(shelf, Term, "safety/terms", "substances")),
        tests=_once(shelf, "safety/terms", _all(shelf, LabTest, "safety/terms", "tests")),
        contraindications=tuple(
            _once(
                shelf,
                "safety/contraindications",
                _all(shelf, Contraindication, "safety/contraindications", "contraindications"),
            ).values()
        ),
        cards={card.id: card for card in shelf.each(Card, "safety/cards")},
    )


def _neuromodulation(shelf: Shelf) -> NeuromodulationKnowledge:
    folder = "neuromodulation"
    return NeuromodulationKnowledge(
        drugs=_once(shelf, folder, _all(shelf, IntrathecalDrug, folder, "drugs"), "drug"),
        lines=tuple(_all(shelf, DrugLine, folder, "lines")),
        admixtures=tuple(_all(shelf, Admixture, folder, "admixtures")),
        pumps=_once(shelf, folder, _all(shelf, Pump, folder, "pumps")),
        coverage=tuple(_all(shelf, LeadCoverage, folder, "coverage")),
        intrathecal_candidacy=tuple(_all(shelf, Criterion, folder, "intrathecal_candidacy")),
        stimulation_candidacy=tuple(_all(shelf, Criterion, folder, "stimulation_candidacy")),
        facts=_mapped(shelf, Fact, folder, "facts"),
    )
