"""Does every name in the knowledge base name something, and does every number make sense?"""

from __future__ import annotations

import dataclasses
from collections.abc import Collection, Iterator, Mapping
from typing import Any

from needlepoint.core.errors import Fault
from needlepoint.core.knowledge import Estimate, Knowledge
from needlepoint.files.guidance_references import broken_guidance
from needlepoint.files.names import Faults
from needlepoint.files.nodes import Document
from needlepoint.files.therapy_references import broken_therapies
from needlepoint.files.typed import closest


def broken_references(knowledge: Knowledge, documents: Mapping[str, Document]) -> Faults:
    """Every name that names nothing and every number outside its bounds, with file and place."""
    yield from _anatomy(knowledge)
    yield from _priors(knowledge)
    yield from _findings(knowledge)
    yield from _blocks_and_therapies(knowledge)
    yield from _treatments(knowledge)
    yield from _rules(knowledge)
    yield from broken_guidance(knowledge, documents)
    yield from _rests_on(knowledge, documents)
    for name, item in _dated(knowledge):
        for path, estimate in _estimates(item, ""):
            yield from _interval(name, path, estimate)


def _unknown(file: str, what: str, names: Collection[str], known: Collection[str]) -> Faults:
    for name in names:
        if name not in known:
            yield file, Fault(where=what, what=f"{name!r} is not known.{closest(name, known)}")


def _anatomy(knowledge: Knowledge) -> Faults:
    anatomy = knowledge.anatomy
    nerves = {
        f"{nerve.id}/{level}" if level else nerve.id
        for nerve in anatomy.nerves.values()
        for level in (nerve.levels or ("",))
    }
    for supply in anatomy.supplies:
        yield from _unknown("anatomy", "supplies.kind", [supply.kind], anatomy.kinds)
        kind = anatomy.kinds.get(supply.kind)
        if supply.segment and kind:
            yield from _unknown(
                "anatomy", f"supply of {supply.kind}", [supply.segment], kind.segments
            )
        yield from _unknown("anatomy", f"supply of {supply.kind}", supply.nerves, nerves)
        if sum(supply.nerves.values()) > 1 + 1e-9:
            what = f"the shares of {supply.kind} {supply.segment or ''} add up to more than 1."
            yield "anatomy", Fault(where="supplies", what=what)
    for zone in anatomy.zones.values():
        if zone.part_of:
            yield from _unknown("anatomy", f"zone {zone.id}", [zone.part_of], anatomy.zones)


def _priors(knowledge: Knowledge) -> Faults:
    kinds, zones = knowledge.anatomy.kinds, knowledge.anatomy.zones
    referred = {referral.kind for referral in knowledge.referrals}
    for place in knowledge.places:
        file = f"priors/places ({place.kind}, {place.region})"
        yield from _unknown(file, "kind", [place.kind], kinds)
        if place.kind in kinds:
            yield from _unknown(file, "segments", place.segments, kinds[place.kind].segments)
    for item in knowledge.presentations.values():
        file = item.source_file
        yield from _unknown(file, "zones", item.zones, zones)
        for day, table in item.values.items():
            yield from _unknown(file, f"values.{day}.kinds", table.kinds, kinds)
            for kind in table.kinds:
                place_known = (kind, item.region) in knowledge.places_by_kind_and_region
                if kind in kinds and kinds[kind].segments and not place_known:
                    what = f"{kind} has segments, but no place table of {item.region} says which."
                    yield file, Fault(where=f"values.{day}.kinds", what=what)
                if kind not in referred and kind in kinds:
                    what = f"{kind} has no referral table. Write referral/{kind}.yaml."
                    yield file, Fault(where=f"values.{day}.kinds", what=what)
            for pair in table.pairs:
                yield from _unknown(file, f"values.{day}.pairs", pair.kinds, table.kinds)
            if abs(sum(table.sources) - 1) > 1e-6:
                what = "sources must add up to 1."
                yield file, Fault(where=f"values.{day}.sources", what=what)
    for referral in knowledge.referrals:
        file = referral.source_file
        yield from _unknown(file, "kind", [referral.kind], kinds)
        if referral.kind in kinds:
            yield from _unknown(file, "segments", referral.segments, kinds[referral.kind].segments)
        for day, zone_table in referral.values.items():
            yield from _unknown(file, f"values.{day}.zones", zone_table.zones, zones)


def _findings(knowledge: Knowledge) -> Faults:
    kinds = knowledge.anatomy.kinds
    for item in knowledge.findings.values():
        file = item.source_file
        yield from _unknown(file, "presentations", item.presentations, knowledge.presentations)
        yield from _unknown(file, "painted", item.painted, knowledge.anatomy.zones)
        if item.group:
            yield from _unknown(file, "group", [item.group], knowledge.groups)
        if item.cluster:
            yield from _unknown(file, "cluster.members", item.cluster.members, knowledge.findings)
        for day, tables in item.values.items():
            if (tables.table is None) == (not tables.grades):
                what = "give either table or grades."
                yield file, Fault(where=f"values.{day}", what=what)
            for table in (*tables.grades.values(), *((tables.table,) if tables.table else ())):
                yield from _unknown(file, f"values.{day}", table.kinds, kinds)
                yield from _unknown(file, f"values.{day}.kinds_at", table.kinds_at, table.kinds)
                for kind, by_segment in table.kinds_at.items():
                    if kind in kinds:
                        where = f"values.{day}.kinds_at.{kind}"
                        yield from _unknown(file, where, by_segment, kinds[kind].segments)


def _treatments(knowledge: Knowledge) -> Faults:
    file, seen = "inference/treatments.yaml", set[str]()
    for known in knowledge.earlier_treatments.treatments:
        where = f"treatments ({known.names[0]})"
        yield from _unknown(file, where, known.therapies, knowledge.therapies)
        yield from _unknown(file, where, known.reaches, knowledge.anatomy.kinds)
        for name in known.names:
            if name in seen:
                what = f"{name!r} is listed twice. Keep one."
                yield file, Fault(where=where, what=what)
            seen.add(name)
        own = (known.success, known.success_elsewhere, known.duration_months)
        whole = all(own) and bool(known.reaches)
        if (known.therapies and any(own)) or not (known.therapies or whole):
            what = "give either therapies, or reaches with success, success_elsewhere and duration."
            yield file, Fault(where=where, what=what)


def _blocks_and_therapies(knowledge: Knowledge) -> Faults:
    kinds, nerves = knowledge.anatomy.kinds, knowledge.anatomy.nerves
    for block in knowledge.blocks.values():
        file = block.source_file
        yield from _unknown(file, "presentations", block.presentations, knowledge.presentations)
        yield from _unknown(file, "nerves", block.nerves, nerves)
        yield from _unknown(file, "structures", block.structures, kinds)
        yield from _unknown(file, "agents", block.agents, knowledge.agents)
        for day, values in block.values.items():
            covered = [cover.kind for cover in values.covers]
            yield from _unknown(file, f"values.{day}.covers", covered, kinds)
    yield from broken_therapies(knowledge)


def _rules(knowledge: Knowledge) -> Faults:
    for flag in knowledge.red_flags:
        names = [*flag.ask, *flag.cleared_by, *flag.known_by]
        for criterion in flag.criteria:
            names += [*criterion.any_of, *criterion.all_of]
        yield from _unknown(flag.source_file, "findings", names, knowledge.findings)
        yield from _unknown(
            flag.source_file, "presentations", flag.presentations, knowledge.presentations
        )
    yield from _unknown(
        "mechanism/mechanism.yaml", "findings", knowledge.mechanism.findings, knowledge.findings
    )


def _rests_on(knowledge: Knowledge, documents: Mapping[str, Document]) -> Faults:
    """Every extract named, wherever it is named, with its line."""
    for key in knowledge.extracts:
        source = key.split("/")[0]
        if source not in knowledge.sources:
            what = f"no file sources/{source}.yaml describes this publication."
            yield f"extracts/{source}.yaml", Fault(where="the file", what=what)
    for file, document in documents.items():
        for path, line in document.lines.items():
            if len(path) < 2 or path[-2] != "rests_on" or not isinstance(path[-1], int):
                continue
            named = _at(document.data, path)
            if isinstance(named, str) and named not in knowledge.extracts:
                what = f"rests_on names {named}, which is no extract."
                near = closest(named, knowledge.extracts)
                yield file, Fault(where=f"line {line}", what=what + near)


def _at(data: Any, path: tuple[str | int, ...]) -> Any:
    for step in path:
        if isinstance(data, dict):
            data = data.get(step, next((v for k, v in data.items() if str(k) == step), None))
        elif isinstance(data, list) and isinstance(step, int):
            data = data[step]
    return data


# --- numbers --------------------------------------------------------------------------------------


def _dated(knowledge: Knowledge) -> Iterator[tuple[str, Any]]:
    """Everything that carries estimates, with the file it stands in."""
    for group in (
        knowledge.presentations.values(),
        knowledge.findings.values(),
        knowledge.referrals,
        knowledge.blocks.values(),
        knowledge.red_flags,
        knowledge.therapies.values(),
    ):
        for item in group:
            yield item.source_file, item
    for place in knowledge.places:
        yield f"priors/places ({place.kind}, {place.region})", place
    yield "blocks/response.yaml", knowledge.block_response
    yield "blocks/discography.yaml", knowledge.discography
    yield "mechanism/mechanism.yaml", knowledge.mechanism
    yield "inference/parameters.yaml", knowledge.parameters
    yield "inference/treatments.yaml", knowledge.earlier_treatments
    yield "plan/modifiers.yaml", knowledge.treatment.modifiers
    yield "plan/earlier.yaml", knowledge.treatment.earlier
    for finding_group in knowledge.groups.values():
        yield f"findings/groups ({finding_group.id})", finding_group


def all_estimates(knowledge: Knowledge) -> Iterator[tuple[str, str, Estimate]]:
    """Every adopted number: the file it stands in, its field, and the number."""
    for file, item in _dated(knowledge):
        for path, estimate in _estimates(item, ""):
            yield file, path, estimate


def _estimates(item: Any, path: str) -> Iterator[tuple[str, Estimate]]:
    if isinstance(item, Estimate):
        yield path, item
    elif dataclasses.is_dataclass(item):
        for part in dataclasses.fields(item):
            yield from _estimates(getattr(item, part.name), f"{path}.{part.name}".lstrip("."))
    elif isinstance(item, Mapping):
        for key, value in item.items():
            yield from _estimates(value, f"{path}.{key}".lstrip("."))
    elif isinstance(item, tuple | list):
        for n, value in enumerate(item):
            yield from _estimates(value, f"{path}[{n}]")


_SHARES = (
    "share",
    "base_rate",
    "kinds",
    "zones",
    "nonspecific",
    "success",
    "none_nameable",
    "technical_failure",
    "sensitivity",
    "false_positive",
)


def _interval(file: str, path: str, estimate: Estimate) -> Faults:
    if estimate.interval_95 is not None:
        low, high = estimate.interval_95
        if not low <= estimate.value <= high:
            what = f"{estimate.value:g} lies outside its own interval {low:g} to {high:g}."
            yield file, Fault(where=path, what=what)
    parts = {part.split("[")[0] for part in path.split(".")}
    is_share = (
        bool(parts & set(_SHARES))
        and "odds_ratio" not in parts
        and not any("log_odds" in part for part in parts)
    )
    if is_share and not 0 <= estimate.value <= 1:
        yield file, Fault(where=path, what=f"{estimate.value:g} is not between 0 and 1.")
