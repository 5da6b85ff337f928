"""From a bundle of one patient to a chart."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from needlepoint.core.chart import Chart
from needlepoint.core.errors import Fault, UnreadableFile
from needlepoint.core.knowledge import Knowledge
from needlepoint.fhir.parts import Malformed
from needlepoint.fhir.resources import READERS, Reading
from needlepoint.files.charts import read_chart

_DAY = re.compile(r"^\d{4}-\d\d-\d\d")
_ENTRY = re.compile(r"^entries\[(\d+)\](.*)$")


@dataclass
class _Import:
    """Entries so far, where each came from, and what was not understood."""

    entries: list[dict[str, Any]] = field(default_factory=list)
    origins: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)


def is_bundle(data: Any) -> bool:
    """Whether this is meant as FHIR: a bundle, or a single resource that should be in one."""
    return isinstance(data, dict) and "resourceType" in data


def read_bundle(
    data: dict[str, Any], knowledge: Knowledge, *, name: str
) -> tuple[Chart, list[str]]:
    """The chart of the one patient in a bundle, and a line for everything that was left out.

    Raises:
        UnreadableFile: what is not FHIR, or says what cannot be; with the resource it stands in.
    """
    if data.get("resourceType") != "Bundle":
        what = f"resourceType is {data.get('resourceType')!r}; hand over a Bundle of one patient."
        raise UnreadableFile(name, (Fault(where="resourceType", what=what),))
    resources, faults = _resources(data)
    patients = [r for _, r in resources if r.get("resourceType") == "Patient"]
    if len(patients) > 1:
        what = f"the bundle has {len(patients)} patients. Hand over one patient at a time."
        faults.append(Fault(where="entry", what=what))
    if not faults:
        faults += _of_others(data, resources)
    if faults:
        raise UnreadableFile(name, tuple(faults))
    result = _Import()
    stamp = _text(data.get("timestamp")) or _latest(resources)
    reading = Reading(knowledge=knowledge, fallback=stamp)
    for place, resource in resources:
        _read(place, resource, reading, result)
    if result.faults:
        raise UnreadableFile(name, tuple(result.faults))
    if not result.entries:
        what = "nothing in the bundle was understood. " + "; ".join(result.notes[:5])
        raise UnreadableFile(name, (Fault(where="entry", what=what),))
    chart = _chart(name, data, result, knowledge)
    return chart, result.notes


def _resources(data: dict[str, Any]) -> tuple[list[tuple[str, dict[str, Any]]], list[Fault]]:
    entries = data.get("entry", [])
    if not isinstance(entries, list):
        return [], [Fault(where="entry", what="entry must be a list of resources.")]
    resources, faults = [], []
    for n, entry in enumerate(entries):
        resource = entry.get("resource") if isinstance(entry, dict) else None
        if not isinstance(resource, dict) or not isinstance(resource.get("resourceType"), str):
            what = "there is no resource with a resourceType here. Export the bundle again."
            faults.append(Fault(where=f"entry[{n}]", what=what))
            continue
        identifier = resource.get("id")
        place = f"entry[{n}] {resource['resourceType']}" + (f"/{identifier}" if identifier else "")
        resources.append((place, resource))
    return resources, faults


_DATED = ("effectiveDateTime", "recordedDate", "authoredOn", "authored", "performedDateTime",
          "started", "issued")  # fmt: skip


def _latest(resources: list[tuple[str, dict[str, Any]]]) -> str | None:
    """The latest day that any resource names: by then all that carries no date was on file."""
    said = (_text(resource.get(key)) for _, resource in resources for key in _DATED)
    return max((day[:10] for day in said if day and _DAY.match(day)), default=None)


def _of_others(
    data: dict[str, Any], resources: list[tuple[str, dict[str, Any]]]
) -> Iterator[Fault]:
    """Resources about somebody else: what is true of one is never put into another's chart."""
    own = {_last(r.get("id")) for _, r in resources if r.get("resourceType") == "Patient"}
    for entry in data.get("entry", []):
        if entry["resource"].get("resourceType") == "Patient":
            own.add(_last(entry.get("fullUrl")))
    own.discard("")
    for place, resource in resources:
        subject = resource.get("subject") or resource.get("patient")
        said = subject.get("reference") if isinstance(subject, dict) else None
        about = _last(said)
        if not about or about in own or "#" in about or "?" in about:
            continue
        if own:
            what = f"it is about {said}, who is not the patient of this bundle."
            yield Fault(where=place, what=f"{what} Take it out.")
        own = own or {about}  # a bundle without a Patient is of whom its first resource is about


def _last(reference: Any) -> str:
    """Patient/7, https://there/Patient/7 and urn:uuid:7 are all 7."""
    text = reference if isinstance(reference, str) else ""
    return text.partition("/_history")[0].rsplit("/", 1)[-1].rsplit(":", 1)[-1].lower()


def _read(place: str, resource: dict[str, Any], reading: Reading, result: _Import) -> None:
    reader: Callable[[dict[str, Any], Reading], tuple[list[dict[str, Any]], list[str]]] | None
    reader = READERS.get(resource["resourceType"])
    if reader is None:
        result.notes.append(f"{place}: this kind of resource is not read.")
        return
    try:
        entries, notes = reader(resource, reading)
    except Malformed as error:
        result.faults.append(Fault(where=place, what=str(error)))
        return
    result.notes += [f"{place}: {note}" for note in notes]
    for entry in entries:
        result.entries.append(
            {"author": place.split()[-1], "role": "system", "provenance": "imported", **entry}
        )
        result.origins.append(place)


def _chart(name: str, data: dict[str, Any], result: _Import, knowledge: Knowledge) -> Chart:
    try:
        return read_chart(
            {"id": _text(data.get("id")) or "bundle", "entries": result.entries},
            knowledge=knowledge,
        )
    except UnreadableFile as error:
        faults = []
        for fault in error.faults:
            match = _ENTRY.match(fault.where)
            where = f"{result.origins[int(match[1])]}{match[2]}" if match else fault.where
            faults.append(Fault(where=where, what=fault.what))
        raise UnreadableFile(name, tuple(faults)) from error


def _text(value: Any) -> str | None:
    return value if isinstance(value, str) and value else None
