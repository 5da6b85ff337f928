"""Does every name in the guidance files name something?"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from needlepoint.core.anatomy import Anatomy
from needlepoint.core.errors import Fault
from needlepoint.core.knowledge import Criterion, Knowledge, Technique, Test
from needlepoint.core.rules.measures import is_measure
from needlepoint.files.follow_up import schedule_faults
from needlepoint.files.names import Faults, unknown
from needlepoint.files.nodes import Document
from needlepoint.files.policies import policy_faults, test_faults

_UNTIMED = ("continue", "never")


def broken_guidance(knowledge: Knowledge, documents: Mapping[str, Document]) -> Faults:
    """Every drug, class, technique, measure, zone or block that is named and does not exist."""
    if not knowledge.guidance.techniques:
        return
    yield from _vocabulary(knowledge)
    yield from _drugs(knowledge)
    yield from _techniques(knowledge)
    yield from _parts(knowledge)
    yield from _criteria(knowledge)
    yield from _policies(knowledge, documents)
    yield from _devices(knowledge)
    yield from schedule_faults(knowledge)


def _vocabulary(knowledge: Knowledge) -> Faults:
    words = knowledge.guidance.vocabulary
    owner: dict[str, str] = {}
    for one in words.ingredients.values():
        yield from unknown("medicines", one.id, one.classes, words.classes)
        for name in {one.id.replace("_", " "), one.label, *one.brands, *one.synonyms}:
            other = owner.setdefault(name.lower(), one.id)
            if other != one.id:
                what = f"the name {name!r} belongs to {other} and to {one.id}. Keep one."
                yield "medicines", Fault(where=one.id, what=what)
    for product in words.products:
        yield from unknown("medicines", product.names[0], product.ingredients, words.ingredients)
    for name, meant in words.ambiguous.items():
        yield from unknown("medicines", f"ambiguous {name}", meant, words.ingredients)


def _drugs(knowledge: Knowledge) -> Faults:
    words, safety = knowledge.guidance.vocabulary, knowledge.guidance.safety
    known = {*words.ingredients, *words.classes}
    for row in safety.bleeding.holds:
        yield from unknown("safety/bleeding", "holds", row.drugs, known)
        yield from unknown(
            "safety/bleeding", "holds", row.techniques, knowledge.guidance.techniques
        )
        if (row.hours is None and row.action == "hold") or (row.hours and row.action in _UNTIMED):
            what = f"{row.drugs[0]}: hours belong to hold, or to ask_prescriber once it is agreed."
            yield "safety/bleeding", Fault(where="holds", what=what)
    for restart in safety.bleeding.restarts:
        yield from unknown("safety/bleeding", "restarts", restart.drugs, known)
    for gate in safety.bleeding.gates:
        yield from unknown("safety/bleeding", "gates", gate.required_for, known)
    yield from unknown(
        "safety/bleeding", "relevant_classes", safety.bleeding.relevant_classes, words.classes
    )
    dosed = [row.drug for row in safety.anaesthetics]
    dosed += [*safety.steroids, *(row.drug for row in safety.opioids)]
    for drug in dosed:
        yield from unknown("safety/doses", drug, [drug], words.ingredients)
    for drug in knowledge.guidance.neuromodulation.drugs:
        yield from unknown("neuromodulation", drug, [drug], words.ingredients)


def _techniques(knowledge: Knowledge) -> Faults:
    guidance = knowledge.guidance
    done = {*knowledge.therapies, *knowledge.blocks}
    owner: dict[str, str] = {}
    for one in guidance.techniques.values():
        file = one.source_file
        yield from unknown(file, "carries_out", one.carries_out, done)
        yield from unknown(file, "also_carries_out", one.also_carries_out, knowledge.therapies)
        yield from unknown(file, "prognostic_blocks", one.prognostic_blocks, knowledge.blocks)
        yield from _places(file, one, knowledge.anatomy)
        yield from _agents(file, one, knowledge)
        for item in one.checklist:
            yield from _named(file, "checklist", item.measures, knowledge)
        if one.bleeding_tier.value not in ("low", "intermediate", "high"):
            what = f"{one.bleeding_tier.value!r} is no tier: low, intermediate or high."
            yield file, Fault(where="bleeding_tier", what=what)
        for name in one.carries_out:
            other = owner.setdefault(name, one.id)
            if other != one.id:
                what = f"{name} is also carried out by {other}. Keep one."
                yield file, Fault(where="carries_out", what=what)


def _agents(file: str, one: Technique, knowledge: Knowledge) -> Faults:
    """Agents are ingredients (the patient's own blood is none), and spans go upwards."""
    drugs = [agent.drug for agent in one.agents if agent.role != "blood"]
    yield from unknown(file, "agents", drugs, knowledge.guidance.vocabulary.ingredients)
    spans = {f"agents {a.drug}": s for a in one.agents for s in (a.volume_ml, a.dose_mg) if s}
    spans |= {f"settings {s.name}": s.span for s in one.settings}
    for where, span in spans.items():
        if span.low > span.high:
            what = f"low is {span.low:g} and high is {span.high:g}. Swap them."
            yield file, Fault(where=where, what=what)


def _parts(knowledge: Knowledge) -> Faults:
    """What techniques share belongs to one of them, and asks for measures that exist."""
    techniques = knowledge.guidance.techniques.values()
    routes = {t.route for t in techniques}
    uses = {use for t in techniques for use in t.uses}
    for part in knowledge.guidance.sheet_parts:
        yield from unknown("sheet", f"{part.id}.routes", part.routes, routes)
        yield from unknown("sheet", f"{part.id}.uses", part.uses, uses)
        yield from _measures("sheet", part.id, part.when, knowledge)
        for item in part.checklist:
            yield from _named("sheet", part.id, item.measures, knowledge)


def _places(file: str, one: Technique, anatomy: Anatomy) -> Faults:
    """Kinds and nerves exist, and every level is one of theirs."""
    yield from unknown(file, "kinds", one.kinds, anatomy.kinds)
    yield from unknown(file, "nerves", one.nerves, anatomy.nerves)
    yield from unknown(file, "supply_of", [one.supply_of] if one.supply_of else [], anatomy.kinds)
    levels = {
        level
        for kind in one.kinds
        if kind in anatomy.kinds
        for level in anatomy.kinds[kind].segments
    }
    yield from unknown(file, "levels", one.levels, levels)
    met = {
        f"{nerve.id}/{level}" if level else nerve.id
        for nerve in anatomy.nerves.values()
        for level in (nerve.levels or ("",))
    }
    for landmark in one.landmarks:
        yield from unknown(file, "landmarks", landmark.at, met | levels)


def _criteria(knowledge: Knowledge) -> Faults:
    guidance = knowledge.guidance
    routes = {t.route for t in guidance.techniques.values()}
    uses = {use for t in guidance.techniques.values() for use in t.uses}
    regions = {t.region for t in guidance.techniques.values()}
    places = {f"{t.route}/{t.region}" for t in guidance.techniques.values()}
    for name in ("steroid/no_particulate_at", "steroid/non_particulate_first_at"):
        fact = guidance.safety.facts.get(name)
        if fact is not None and isinstance(fact.value, tuple):
            yield from unknown("safety/facts", name, map(str, fact.value), places)
    for one in guidance.safety.contraindications:
        file = "safety/contraindications"
        yield from _measures(file, one.id, one.when, knowledge)
        yield from unknown(file, f"{one.id}.routes", one.routes, routes)
        yield from unknown(file, f"{one.id}.uses", one.uses, uses)
        yield from unknown(file, f"{one.id}.regions", one.regions, regions)
        yield from unknown(file, f"{one.id}.techniques", one.techniques, guidance.techniques)
    devices = guidance.neuromodulation
    for criteria in (devices.intrathecal_candidacy, devices.stimulation_candidacy):
        yield from _tests("neuromodulation", criteria, knowledge)


def _policies(knowledge: Knowledge, documents: Mapping[str, Document]) -> Faults:
    for policy in knowledge.guidance.policies.values():
        document = documents.get(policy.source_file)
        for fault in policy_faults(policy, document, knowledge):
            yield policy.source_file, fault


def _tests(file: str, criteria: Iterable[Criterion], knowledge: Knowledge) -> Faults:
    for one in criteria:
        yield from _measures(file, one.id, (one.test, *one.applies_when), knowledge)


def _measures(file: str, where: str, tests: Iterable[Test], knowledge: Knowledge) -> Faults:
    for n, test in enumerate(tests):
        for _, what in test_faults(("test", n), test, knowledge):
            yield file, Fault(where=where, what=what)


def _named(file: str, where: str, names: Iterable[str], knowledge: Knowledge) -> Faults:
    for name in names:
        if not is_measure(name, knowledge):
            yield file, Fault(where=where, what=f"{name!r} is no measure.")


def _devices(knowledge: Knowledge) -> Faults:
    devices = knowledge.guidance.neuromodulation
    for row in devices.coverage:
        yield from unknown("neuromodulation", "coverage", row.zones, knowledge.anatomy.zones)
    conditions, cards = knowledge.guidance.safety.conditions, knowledge.guidance.safety.cards
    for drug in devices.drugs.values():
        yield from unknown("neuromodulation", drug.drug, drug.contraindicated_by, conditions)
        named = [card for card in (drug.withdrawal_card, drug.overdose_card) if card]
        yield from unknown("neuromodulation", drug.drug, named, cards)
    for mixture in devices.admixtures:
        yield from unknown("neuromodulation", "admixtures", mixture.drugs, devices.drugs)
    for line in devices.lines:
        for combination in line.combinations:
            yield from unknown("neuromodulation", f"line {line.line}", combination, devices.drugs)
