"""Can what the entries say be true? Names that exist, sides that are given, dates that fit."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator
from datetime import date, timedelta

from needlepoint.core.anatomy import Side
from needlepoint.core.chart import (
    BlockTarget,
    Complaint,
    Decision,
    Demographics,
    DiagnosticBlock,
    DiaryReading,
    Discogram,
    EarlierTreatment,
    Entry,
    ExamFinding,
    ImagingFinding,
    LaboratoryValue,
    Medication,
    PainDrawing,
    PainMark,
    PlannedProcedure,
    Procedure,
    Questionnaire,
    RadiationDose,
    Retraction,
    State,
    Symptom,
    VitalSign,
    is_near_our_time,
)
from needlepoint.core.errors import Fault
from needlepoint.core.knowledge import FindingKnowledge, Knowledge, in_force
from needlepoint.core.outcomes import instrument_named
from needlepoint.files.impossible import impossible_doses, impossible_value
from needlepoint.files.nodes import Document
from needlepoint.files.nodes import Path as Place
from needlepoint.files.pumps import pump_faults
from needlepoint.files.typed import closest

OLDEST = 120  # years
_DAYS = ("at", "last_taken", "started", "stopped", "since", "implanted_on", "onset", "birth_date")
Placed = tuple[int, Entry]
Found = Iterator[tuple[Place, str]]


def meaning_faults(entries: list[Placed], document: Document, knowledge: Knowledge) -> list[Fault]:
    """Everything that is well formed and still cannot be so."""
    faults: list[Fault] = []
    checks = _Checks(entries, knowledge)
    for n, entry in entries:
        for place, what in checks.of(entry):
            faults.append(Fault(where=document.where(("entries", n, *place)), what=what))
    for n, place, what in pump_faults(entries, knowledge):
        faults.append(Fault(where=document.where(("entries", n, *place)), what=what))
    for entry_id, count in Counter(entry.id for _, entry in entries).items():
        if count > 1:
            what = f"{count} entries have the id {entry_id!r}. Give each its own."
            faults.append(Fault(where="entries", what=what))
    return faults


def entry_faults(entry: Entry, earlier: Iterable[Entry], knowledge: Knowledge) -> tuple[Fault, ...]:
    """Why one more entry cannot be so, given what a chart holds already; places are its fields."""
    placed = [(n, one) for n, one in enumerate((*earlier, entry))]
    return tuple(
        Fault(where=".".join(str(step) for step in place) or "the entry", what=what)
        for place, what in _Checks(placed, knowledge).of(entry)
    )


class _Checks:
    """What the entries of one chart are checked against."""

    def __init__(self, entries: list[Placed], knowledge: Knowledge) -> None:
        self.knowledge = knowledge
        self.ids = {entry.id for _, entry in entries}
        self.blocks = {e.id for _, e in entries if isinstance(e.statement, DiagnosticBlock)}
        taken_back = {e.statement.entry for _, e in entries if isinstance(e.statement, Retraction)}
        said = [
            e.statement.name
            for _, e in entries
            if isinstance(e.statement, Complaint) and e.id not in taken_back
        ]
        self.complaints = set(said)
        self.doubled = {name for name, count in Counter(said).items() if count > 1}

    def of(self, entry: Entry) -> Found:
        statement = entry.statement
        for field in _DAYS:
            day = getattr(statement, field, None)
            if isinstance(day, date) and not is_near_our_time(day):
                yield (field,), f"{field} lies in the year {day.year}. Correct the date."
        if isinstance(statement, LaboratoryValue | VitalSign):
            yield from impossible_value(statement, self.knowledge)
        if isinstance(statement, PlannedProcedure | Procedure | DiagnosticBlock):
            yield from impossible_doses(statement, self.knowledge)
        complaint = getattr(statement, "complaint", None)
        if isinstance(complaint, str):
            yield from self._known(("complaint",), "complaint", complaint, self.complaints)
        match statement:
            case Demographics():
                yield from self._demographics(statement, entry)
            case Complaint():
                yield from self._complaint(statement, entry)
            case PainDrawing():
                for n, mark in enumerate(statement.marks):
                    yield from self._mark(mark, ("marks", n))
                if statement.worst:
                    yield from self._mark(statement.worst, ("worst",))
            case Symptom() | ExamFinding() | ImagingFinding():
                yield from self._finding(statement)
            case DiagnosticBlock():
                yield from self._block(statement)
            case DiaryReading():
                yield from self._known(
                    ("block_entry",), "block", statement.block_entry, self.blocks
                )
            case Discogram():
                discs = self.knowledge.anatomy.kinds["disc"].segments
                for n, level in enumerate(statement.levels):
                    yield from self._known(
                        ("levels", n, "segment"), "segment", level.segment, discs
                    )
            case Medication():
                yield from _medication(statement, entry)
            case EarlierTreatment() if statement.target:
                yield from self._target(statement.target, ("target",))
            case PlannedProcedure():
                yield from self._technique(statement.technique)
                for n, target in enumerate(statement.targets):
                    yield from self._target(target, ("targets", n))
            case Procedure():
                for n, target in enumerate(statement.targets):
                    yield from self._target(target, ("targets", n))
            case Questionnaire():
                yield from self._questionnaire(statement)
            case Decision():
                yield from self._decision(statement)
            case RadiationDose():
                yield from self._dose(statement)
            case Retraction():
                yield from self._known(("entry",), "entry", statement.entry, self.ids)

    def _known(self, place: Place, what: str, name: str, known: Collection[str]) -> Found:
        if name not in known:
            near = closest(name, known)
            yield place, f"{what} {name!r} is not known.{near or ' Check its spelling.'}"

    def _demographics(self, statement: Demographics, entry: Entry) -> Found:
        written = entry.occurred_at.date()
        born = statement.birth_date
        if born is None and statement.birth_year is not None:
            born = date(statement.birth_year, 1, 1)
        if born is not None and born > written:
            yield ("birth_date",), "the birth lies after the entry. Correct one of the dates."
        elif born is not None and (written - born).days / 365.25 > OLDEST:
            yield ("birth_date",), f"the patient would be over {OLDEST}. Correct the birth date."

    def _complaint(self, statement: Complaint, entry: Entry) -> Found:
        yield from self._known(
            ("presentation",), "presentation", statement.presentation, self.knowledge.presentations
        )
        if statement.name in self.doubled:
            yield (
                ("name",),
                (f"two complaints are called {statement.name!r}. Name them apart, or retract one."),
            )
        if statement.onset and statement.onset > entry.occurred_at.date():
            yield ("onset",), "the onset lies after the entry. Correct one of the dates."

    def _mark(self, mark: PainMark, place: Place) -> Found:
        zones = self.knowledge.anatomy.zones
        yield from self._known((*place, "zone"), "zone", mark.zone, zones)
        zone = zones.get(mark.zone)
        if zone is None:
            return
        if not zone.paired and mark.side not in (None, Side.MIDLINE):
            yield (*place, "side"), f"{mark.zone} lies in the midline: leave out the side."
        if zone.paired and mark.side is Side.MIDLINE:
            yield (*place, "side"), f"{mark.zone} has a left and a right: say which, or both."

    def _decision(self, statement: Decision) -> Found:
        """therapy:, block:, technique: or red_flag:ID, perhaps @place; other words are free."""
        subject = statement.about.partition("@")[0].strip()
        what, colon, name = subject.partition(":")
        known = {
            "therapy": self.knowledge.therapies,
            "block": self.knowledge.blocks,
            "technique": self.knowledge.guidance.techniques,
            "red_flag": {flag.id: flag for flag in self.knowledge.red_flags},
        }
        if colon and what in known:
            yield from self._known(("about",), what, name.strip(), known[what])
        if not statement.accepted and not (statement.reason or "").strip():
            yield ("reason",), "an answer that was overridden needs its reason. Add reason."

    def _finding(self, statement: Symptom | ExamFinding | ImagingFinding) -> Found:
        finding = self.knowledge.findings.get(statement.name)
        if finding is None:
            near = closest(statement.name, self.knowledge.findings)
            yield ("name",), f"finding {statement.name!r} is not known.{near}"
            return
        if statement.grade is not None:
            yield from self._grade(finding, statement.grade)
        if statement.segment is not None:
            yield from self._known(
                ("segment",), "segment", statement.segment, self._segments(finding)
            )
        if statement.side is Side.MIDLINE and finding.sided:
            yield ("side",), f"{finding.name} has a left and a right: say which, or both."

    def _grade(self, finding: FindingKnowledge, grade: str) -> Found:
        tables = in_force(finding.values, date.max) if finding.values else None
        grades = tuple(tables.grades) if tables else ()
        if not grades:
            yield ("grade",), f"{finding.name} has no grades. Leave it out."
        else:
            yield from self._known(("grade",), "grade", grade, grades)

    def _segments(self, finding: FindingKnowledge) -> set[str]:
        """Every segment of every kind: a finding may be said of a level or of its root."""
        return {s for kind in self.knowledge.anatomy.kinds.values() for s in kind.segments}

    def _block(self, statement: DiagnosticBlock) -> Found:
        yield from self._known(("block",), "block", statement.block, self.knowledge.blocks)
        block = self.knowledge.blocks.get(statement.block)
        for n, target in enumerate(statement.targets):
            place: Place = ("targets", n)
            if block and target.kind is None and target.nerve is None:
                aims = len(block.structures) == 1 or (target.level and len(block.nerves) == 1)
                if not aims:
                    yield place, "say what was aimed at: kind and segment, or nerve and level."
                    continue
            yield from self._target(target, place, default=self._default_kind(statement))
            yield from self._level_of_block(statement.block, target, place)
        if statement.agent is not None:
            names = {
                word.lower()
                for agent in self.knowledge.agents.values()
                for word in (agent.id, agent.label, *agent.synonyms)
            }
            yield from self._known(
                ("agent", "name"), "local anaesthetic", statement.agent.name.lower(), names
            )
        yield from self._relief(statement)

    def _level_of_block(self, block: str, target: BlockTarget, place: Place) -> Found:
        """A lumbar block is not done at C4-C5; the technique that carries it out has its levels."""
        technique = self.knowledge.guidance.technique_of.get(block)
        if technique is not None and not technique.has_level(target.segment):
            yield (
                (*place, "segment"),
                f"{technique.label} is not done at {target.segment}. Correct the level or name.",
            )

    def _questionnaire(self, statement: Questionnaire) -> Found:
        """Scores and answers within the instrument; one that is not on file is kept as it is."""
        instrument = instrument_named(statement.instrument, self.knowledge.guidance.instruments)
        name, span = statement.instrument, self._span_of_finding(statement.instrument)
        if instrument is not None:
            name, span = instrument.label, (instrument.low, instrument.high)
        if span is not None and statement.score is not None:
            low, high = span
            if not low <= statement.score <= high:
                yield ("score",), f"{name} runs from {low:g} to {high:g}. Check the score."
        if instrument is None:
            return
        items = {item.id: item for item in instrument.items}
        for name, answer in statement.answers.items():
            if name not in items:
                near = closest(name, items)
                yield ("answers", name), f"{instrument.label} has no item {name!r}.{near}"
            elif not items[name].low <= answer <= items[name].high:
                what = f"answers run from {items[name].low:g} to {items[name].high:g}."
                yield ("answers", name), what

    def _span_of_finding(self, instrument: str) -> tuple[float, float] | None:
        """The scale of a questionnaire that is known only for what its score says of a source."""
        named = (
            (finding.score_range.low, finding.score_range.high)
            for finding in self.knowledge.findings.values()
            if finding.instrument is not None
            and finding.instrument.lower() == instrument.lower()
            and finding.score_range is not None
        )
        return next(named, None)

    def _dose(self, statement: RadiationDose) -> Found:
        if statement.procedure_entry is not None:
            place: Place = ("procedure_entry",)
            yield from self._known(place, "entry", statement.procedure_entry, self.ids)
        said = (
            statement.dose_area_product_gy_cm2,
            statement.air_kerma_mgy,
            statement.fluoroscopy_seconds,
            statement.study_uid,
        )
        if all(one is None for one in said):
            yield (), "give dose_area_product_gy_cm2, air_kerma_mgy, fluoroscopy_seconds or images."

    def _technique(self, name: str) -> Found:
        """By its own name, or that of the therapy or block it carries out."""
        guidance = self.knowledge.guidance
        known = {*guidance.techniques, *guidance.technique_of}
        yield from self._known(("technique",), "technique", name, known)

    def _default_kind(self, statement: DiagnosticBlock) -> str | None:
        block = self.knowledge.blocks.get(statement.block)
        return block.structures[0] if block and len(block.structures) == 1 else None

    def _relief(self, statement: DiagnosticBlock) -> Found:
        relief = statement.relief
        if relief is not None:
            given = [relief.percent, relief.percent_range, relief.word]
            if sum(part is not None for part in given) != 1:
                yield ("relief",), "give one of percent, percent_range or word."
            if relief.percent_range and relief.percent_range[0] > relief.percent_range[1]:
                yield ("relief", "percent_range"), "the lower end comes first."
            if relief.percent_range and not (
                relief.percent_range[0] >= -100 and relief.percent_range[1] <= 100
            ):
                yield ("relief", "percent_range"), "percentages run from -100 to 100."
            if relief.word is not None:
                words = self.knowledge.block_response.words
                yield from self._known(("relief", "word"), "word", relief.word.lower(), words)
        told: dict[float, float] = {}
        for n, one in enumerate(statement.diary):
            if told.setdefault(one.minutes, one.nrs) != one.nrs:
                what = f"two readings at {one.minutes:g} minutes differ. Keep what is right."
                yield ("diary", n), what
        if statement.diary and statement.nrs_before is None:
            yield ("diary",), "nrs_before is missing: a block is read against the pain before it."

    def _target(self, target: BlockTarget, place: Place, default: str | None = None) -> Found:
        anatomy = self.knowledge.anatomy
        kind_name = target.kind or default
        paired = False
        if kind_name is not None:
            yield from self._known((*place, "kind"), "structure", kind_name, anatomy.kinds)
            kind = anatomy.kinds.get(kind_name)
            if kind is not None:
                paired = kind.paired
                if kind.segments and target.segment is None and target.nerve is None:
                    yield place, f"a {kind.label} has a level: add segment."
                if target.segment is not None:
                    yield from self._known(
                        (*place, "segment"), "segment", target.segment, kind.segments
                    )
        if target.nerve is not None:
            yield from self._known((*place, "nerve"), "nerve", target.nerve, anatomy.nerves)
            nerve = anatomy.nerves.get(target.nerve)
            if nerve is not None:
                paired = nerve.paired
                if nerve.levels and target.level is None:
                    yield place, f"{nerve.label} has levels: add level, e.g. {nerve.levels[0]}."
                elif target.level is not None:
                    yield from self._known((*place, "level"), "level", target.level, nerve.levels)
        if paired and target.side in (None, Side.MIDLINE):
            yield place, "a block needs its side: left, right or both."


def _medication(statement: Medication, entry: Entry) -> Found:
    if not any(letter.isalpha() for letter in statement.name):
        yield ("name",), f"{statement.name!r} is no name of a medicine. Write it in letters."
    late = entry.recorded_at + timedelta(days=1)
    if statement.last_taken and statement.last_taken > late:
        yield ("last_taken",), "the last dose lies after the entry. Correct one of the dates."
    if statement.state is State.ABSENT and statement.last_taken:
        yield ("last_taken",), "a medicine that is not taken has no last dose."
