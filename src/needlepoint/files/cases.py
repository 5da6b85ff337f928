"""Reading a clinical case: a chart, and what must come out of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, Literal

from needlepoint.core.anatomy import Side
from needlepoint.core.chart import Chart
from needlepoint.core.errors import Fault, UnreadableFile
from needlepoint.core.knowledge import Knowledge
from needlepoint.core.quantities import Share, Text
from needlepoint.files.charts import document_of, read_chart
from needlepoint.files.pump_cases import ExpectedPump
from needlepoint.files.typed import read_as


@dataclass(frozen=True, slots=True, kw_only=True)
class ExpectedSource:
    """Where a generator must stand in the answer."""

    kind: Text  # or none_nameable
    segment: str | None = None  # of the most probable place
    side: Side | None = None
    complaint: str | None = None
    rank: int | None = None
    rank_max: int | None = None
    probability: tuple[Share, Share] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ExpectedVerdict:
    rule: Text
    outcome: Literal["clear", "hold", "cannot_tell"]


@dataclass(frozen=True, slots=True, kw_only=True)
class ExpectedStep:
    """An action that must be among the first steps, or first of its tier."""

    action: Text
    target: str | None = None  # words that the target must contain
    within: int = 3  # of its tier
    tier_leads: bool = False  # the whole plan must begin with this tier


@dataclass(frozen=True, slots=True, kw_only=True)
class ExpectedSafety:
    """What one safety rule must say of a planned procedure."""

    rule: Text  # bleeding_risk, steroid_exposure, contraindication/implants ...
    outcome: Literal["clear", "hold", "cannot_tell"]
    says: str | None = None  # words that one of the reasons must contain
    never_says: str | None = None  # words that no reason may contain
    technique: str | None = None  # where several procedures are planned


@dataclass(frozen=True, slots=True, kw_only=True)
class ExpectedCoverage:
    """What one authority must say of a planned procedure, as a whole or of one criterion."""

    policy: Text
    standing: Literal["met", "unmet", "missing", "informs", "not_in_force"] | None = None
    criterion: str | None = None
    line: Literal["met", "unmet", "missing", "not_asked"] | None = None  # of that criterion
    document: str | None = None  # words that what to document must contain
    next_on: date | None = None  # the first day on which it may be done
    technique: str | None = None  # where several procedures are planned


@dataclass(frozen=True, slots=True, kw_only=True)
class ExpectedSheet:
    """What the sheet of a planned procedure must hold; names of amounts are "purpose drug"."""

    technique: str | None = None  # where several procedures are planned
    needles: tuple[str, ...] | None = None  # every one, in order
    total_ml: Mapping[str, tuple[float, float]] = field(default_factory=dict)
    total_mg: Mapping[str, tuple[float, float]] = field(default_factory=dict)
    settings: Mapping[str, tuple[float, float]] = field(default_factory=dict)
    lesions: tuple[float, float] | None = None
    controls: tuple[str, ...] | None = None  # discs of a discography
    for_this_patient: tuple[str, ...] | None = None  # words of steps the record demands; []: none
    asks: tuple[str, ...] = ()  # words of questions on the checklist
    knows: tuple[str, ...] = ()  # words that the checklist took from the chart
    holds: tuple[str, ...] = ()  # words of what stands in the way
    tells: tuple[str, ...] = ()  # words of the advice to the patient
    remarks: tuple[str, ...] = ()
    differs: tuple[str, ...] | None = None  # words of each difference of what was done
    refused: str | None = None  # words of the refusal; nothing else is looked at


@dataclass(frozen=True, slots=True, kw_only=True)
class ExpectedOption:
    """A treatment that must, or must not, be on offer, and how."""

    therapy: Text
    offered: bool = True
    target: str | None = None  # words that the target must contain
    first_of_category: bool | None = None
    above: tuple[str, ...] = ()  # therapies that must stand below it, or not be offered
    response: tuple[Share, Share] | None = None  # expected response within
    open: bool | None = None  # nothing in its way, nothing to be found out before
    closed: bool | None = None  # ruled out, or decided against
    blocks_missing: int | None = None
    in_the_way: tuple[str, ...] = ()  # words that must be said of what stands in the way
    reasons_for: tuple[str, ...] = ()  # words
    reasons_against: tuple[str, ...] = ()
    dissent: tuple[str, ...] = ()
    decided: Literal["accepted", "overridden"] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Expected:
    posterior: tuple[ExpectedSource, ...] = ()
    above: tuple[tuple[str, str], ...] = ()  # the first kind is more probable than the second
    verdicts: tuple[ExpectedVerdict, ...] = ()
    safety: tuple[ExpectedSafety, ...] = ()
    pump: ExpectedPump | None = None
    coverage: tuple[ExpectedCoverage, ...] = ()
    next_steps: tuple[ExpectedStep, ...] = ()
    sheet: tuple[ExpectedSheet, ...] = ()
    never_proposed: tuple[str, ...] = ()
    put_forward: tuple[str, ...] = ()  # among what is proposed next
    not_worthwhile: tuple[str, ...] = ()  # possible, but not among what is proposed next
    options: tuple[ExpectedOption, ...] = ()
    mechanism: Literal["nociceptive", "neuropathic", "nociplastic"] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One clinical case: what is known, and what must come out."""

    name: str
    title: str
    point: str
    reviewed_by: str | None
    before: Chart | None  # the chart without what happens in `when`
    chart: Chart
    as_of: datetime
    then: Expected


@dataclass(frozen=True, slots=True, kw_only=True)
class _CaseFile:
    title: Text
    point: Text
    as_of: datetime
    given: list[dict[str, Any]]
    then: Expected
    reviewed_by: str | None = None
    when: list[dict[str, Any]] | None = None


def read_case(path: Path | str, *, knowledge: Knowledge | None = None) -> Case:
    """Read a case file; `given` and `when` are entries as in a chart.

    Raises:
        UnreadableFile: every fault, with its place.
    """
    name, document = document_of(Path(path))
    if document.faults:
        raise UnreadableFile(name, document.faults)
    if not isinstance(document.data, dict):
        fault = Fault(where="line 1", what="a case has title, point, as_of, given and then.")
        raise UnreadableFile(name, (fault,))
    case, faults = read_as(_CaseFile, document, _with_zone(document.data))
    if faults:
        raise UnreadableFile(name, tuple(faults))
    given, when = list(document.data["given"]), list(document.data.get("when") or [])
    chart = _chart(name, [*given, *when], document.data["as_of"], knowledge)
    return Case(
        name=Path(path).stem,
        title=case.title,
        point=case.point,
        reviewed_by=case.reviewed_by,
        before=_chart(name, given, document.data["as_of"], knowledge) if when else None,
        chart=chart,
        as_of=chart.as_of or case.as_of,
        then=case.then,
    )


def _chart(name: str, entries: list[Any], as_of: Any, knowledge: Knowledge | None) -> Chart:
    try:
        return read_chart({"as_of": as_of, "entries": entries}, knowledge=knowledge)
    except UnreadableFile as error:
        raise UnreadableFile(name, error.faults) from error


def _with_zone(data: dict[str, Any]) -> dict[str, Any]:
    moment = data.get("as_of")
    if isinstance(moment, datetime) and moment.tzinfo is None:
        return {**data, "as_of": moment.replace(tzinfo=UTC)}
    return data
