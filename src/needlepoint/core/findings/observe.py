"""From the record to what was observed about one complaint. Silence stays unexamined."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Literal

from needlepoint.core.anatomy import Anatomy, Side
from needlepoint.core.chart import Discogram, EarlierTreatment, Procedure, State
from needlepoint.core.knowledge import FindingKnowledge, Knowledge
from needlepoint.core.outcomes import reported_score
from needlepoint.core.record import BlockRecord, ComplaintRecord, PatientRecord, Said


@dataclass(frozen=True, slots=True, kw_only=True)
class Observation:
    """One finding, seen or not seen, at a place if a place was given."""

    name: str
    state: Literal[State.PRESENT, State.ABSENT]
    side: Side | None = None
    segment: str | None = None
    grade: str | None = None
    entries: tuple[str, ...] = ()  # chart entries it rests on


@dataclass(frozen=True, slots=True, kw_only=True)
class ObservedFindings:
    """All that bears on one complaint."""

    complaint: str
    presentation: str
    side: Side | None  # where the patient says the pain is
    observations: tuple[Observation, ...]
    replaced: tuple[Observation, ...]  # members whose cluster speaks for them
    unexamined: tuple[str, ...]  # findings of this complaint that nobody looked for
    painted: frozenset[tuple[str, Side]]  # whole zones on single sides
    drawing_complete: bool
    drawing_entry: str | None
    blocks: tuple[BlockRecord, ...]
    discograms: tuple[Said[Discogram], ...]
    treatments: tuple[Said[EarlierTreatment | Procedure], ...] = ()

    @property
    def one_side(self) -> Side | None:
        """The side on which all of it is: said, and nothing is painted elsewhere but midline."""
        if self.side not in (Side.LEFT, Side.RIGHT):
            return None
        painted = {side for _, side in self.painted}
        return self.side if painted <= {self.side, Side.MIDLINE} else None

    @property
    def present(self) -> tuple[Observation, ...]:
        return tuple(o for o in self.observations if o.state is State.PRESENT)

    @property
    def absent(self) -> tuple[Observation, ...]:
        return tuple(o for o in self.observations if o.state is State.ABSENT)


def observe(
    record: PatientRecord, complaint: ComplaintRecord, knowledge: Knowledge
) -> ObservedFindings:
    """Collect what was observed about one complaint.

    A published combination (cluster) speaks for its members as soon as the members, or the
    statement of the combination itself, decide it. A finding that can be read off the drawing, or
    off a questionnaire's score, counts as if it had been stated, unless it was.
    """
    painted, complete = _painted(complaint, knowledge.anatomy)
    stated = _stated(complaint, knowledge)
    names = {o.name for o in stated}
    derived = [
        *_from_questionnaires(complaint, knowledge, names),
        *_from_drawing(complaint, knowledge, names, painted, complete),
    ]
    observations, replaced = _clustered([*stated, *derived], knowledge.findings)
    seen = {o.name for o in (*observations, *replaced)}
    looked_for = knowledge_of(complaint.complaint.presentation, knowledge)
    return ObservedFindings(
        complaint=complaint.complaint.name,
        presentation=complaint.complaint.presentation,
        side=complaint.complaint.side,
        observations=tuple(sorted(observations, key=_clinical_order(knowledge.findings))),
        replaced=tuple(replaced),
        unexamined=tuple(f.name for f in looked_for if f.values and f.name not in seen),
        painted=frozenset(painted),
        drawing_complete=complete,
        drawing_entry=complaint.drawing.entry if complaint.drawing else None,
        blocks=complaint.blocks,
        discograms=complaint.discograms,
        treatments=complaint.treatments,
    )


def knowledge_of(presentation: str, knowledge: Knowledge) -> tuple[FindingKnowledge, ...]:
    """The findings that are looked for in a complaint."""
    return tuple(
        f
        for f in knowledge.findings.values()
        if not f.presentations or presentation in f.presentations
    )


_STATIONS = ("history", "questionnaire", "examination", "imaging")


def _clinical_order(
    findings: Mapping[str, FindingKnowledge],
) -> Callable[[Observation], tuple[object, ...]]:
    def key(o: Observation) -> tuple[object, ...]:
        return (
            _STATIONS.index(findings[o.name].station),
            o.name,
            o.segment or "",
            o.side or "",
            o.state,
            o.grade or "",
        )

    return key


def _stated(complaint: ComplaintRecord, knowledge: Knowledge) -> list[Observation]:
    return [
        Observation(
            name=said.statement.name,
            state=said.statement.state,
            side=said.statement.side,
            segment=said.statement.segment,
            grade=said.statement.grade,
            entries=(said.entry,),
        )
        for said in complaint.findings
        if said.statement.state is not State.UNEXAMINED
        and said.statement.name in knowledge.findings
    ]


def _from_questionnaires(
    complaint: ComplaintRecord, knowledge: Knowledge, stated: set[str]
) -> Iterable[Observation]:
    scores = {said.statement.instrument.lower(): said for said in complaint.questionnaires}
    for finding in knowledge.findings.values():
        if finding.instrument is None or finding.at_least is None or finding.name in stated:
            continue
        said = scores.get(finding.instrument.lower())
        if said is None:
            continue
        points = reported_score(said.statement, knowledge.guidance.instruments)
        if points is not None:
            reached = points >= finding.at_least
            yield Observation(
                name=finding.name,
                state=State.PRESENT if reached else State.ABSENT,
                entries=(said.entry,),
            )


def _painted(complaint: ComplaintRecord, anatomy: Anatomy) -> tuple[set[tuple[str, Side]], bool]:
    """Whole zones painted, each on single sides; a paired zone without a side counts for both."""
    if complaint.drawing is None:
        return set(), False
    drawing = complaint.drawing.statement
    marks = (*drawing.marks, *((drawing.worst,) if drawing.worst else ()))
    painted: set[tuple[str, Side]] = set()
    for mark in marks:
        if mark.zone not in anatomy.zones:
            continue
        zone = anatomy.whole_zone(mark.zone)
        if anatomy.zones[zone].paired:
            side = mark.side or Side.BOTH
            painted |= {(zone, single) for single in side.single if single is not Side.MIDLINE}
        else:
            painted.add((zone, Side.MIDLINE))
    return painted, drawing.complete


def _from_drawing(
    complaint: ComplaintRecord,
    knowledge: Knowledge,
    stated: set[str],
    painted: set[tuple[str, Side]],
    complete: bool,
) -> Iterable[Observation]:
    if complaint.drawing is None:
        return
    zones = {zone for zone, _ in painted}
    for finding in knowledge_of(complaint.complaint.presentation, knowledge):
        if not finding.painted or finding.name in stated:
            continue
        hit = any(knowledge.anatomy.whole_zone(zone) in zones for zone in finding.painted)
        if hit or complete:
            yield Observation(
                name=finding.name,
                state=State.PRESENT if hit else State.ABSENT,
                entries=(complaint.drawing.entry,),
            )


def _clustered(
    observations: list[Observation], findings: Mapping[str, FindingKnowledge]
) -> tuple[list[Observation], list[Observation]]:
    """Let decided clusters replace their members."""
    kept = list(observations)
    replaced: list[Observation] = []
    for finding in findings.values():
        if finding.cluster is None:
            continue
        members = [o for o in kept if o.name in finding.cluster.members]
        own = [o for o in kept if o.name == finding.name]
        decided = own or _decide(finding, members)
        if decided:
            replaced += members
            kept = [o for o in kept if o not in members and o not in own] + decided
    return kept, replaced


def _decide(finding: FindingKnowledge, members: list[Observation]) -> list[Observation]:
    """The cluster's state, side by side, if its members settle it."""
    assert finding.cluster is not None
    sides = sorted({s for o in members if o.side for s in o.side.single})
    if not sides or not finding.sided:
        decided = [_count(finding, members, None)]
    else:
        decided = [_count(finding, members, side) for side in sides]
    return [o for o in decided if o is not None]


def _count(
    finding: FindingKnowledge, members: list[Observation], side: Side | None
) -> Observation | None:
    assert finding.cluster is not None
    here = [o for o in members if side is None or o.side is None or side in o.side.single]
    present = {o.name for o in here if o.state is State.PRESENT}
    absent = {o.name for o in here if o.state is State.ABSENT} - present
    at_least, size = finding.cluster.at_least, len(finding.cluster.members)
    if len(present) >= at_least:
        state: Literal[State.PRESENT, State.ABSENT] = State.PRESENT
    elif size - len(absent) < at_least:
        state = State.ABSENT
    else:
        return None
    entries = tuple(sorted({entry for o in here for entry in o.entries}))
    return Observation(name=finding.name, state=state, side=side, entries=entries)
