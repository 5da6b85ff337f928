"""The procedure note: what was done, sentence by sentence from the chart."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from needlepoint.core.anatomy import Side
from needlepoint.core.assess import Assessment, ComplaintAssessment, assess
from needlepoint.core.chart import (
    AdverseEvent,
    Attestation,
    Chart,
    Consent,
    CryoBody,
    DiagnosticBlock,
    Discogram,
    Entry,
    InjectionBody,
    MedicationInjected,
    Procedure,
    RadiofrequencyBody,
)
from needlepoint.core.errors import UnknownKnowledge
from needlepoint.core.knowledge import Knowledge, Technique
from needlepoint.core.papers.model import (
    Identity,
    Paper,
    Section,
    Sentence,
    computed,
    from_chart,
    full_sources,
    missing,
)
from needlepoint.core.papers.performed import Done, planned_and_performed, radiation
from needlepoint.core.papers.words import chance, places, side_words
from needlepoint.core.plan import came_from
from needlepoint.core.rules.consent import is_about
from needlepoint.core.rules.history import technique_named
from needlepoint.core.technique.sheet.compare import name_of

_SINGLE = (Side.LEFT, Side.RIGHT)
_CONSENT_DAYS = timedelta(days=365)
_SHOWN, _LEAST = 3, 0.05  # sources named as the reason for the procedure, and the least chance


def procedure_note(
    result: Assessment, entry_id: str, identity: Identity, knowledge: Knowledge
) -> Paper:
    """Write the note of one performed procedure, block or discogram.

    Args:
        result: the assessment as of a moment after the procedure; its reasons are shown as they
            stood in the chart.
        entry_id: the entry that records it.

    Raises:
        UnknownKnowledge: no standing entry of that id records something performed.
    """
    entry, done = _performed(result, entry_id)
    technique = technique_named(name_of(done), knowledge)
    sections = (
        Section(heading="Procedure", sentences=tuple(_what(entry, done, technique))),
        Section(heading="Why", sentences=tuple(_why(result, entry, done, knowledge))),
        Section(heading="Before", sentences=tuple(_before(result, entry, technique, knowledge))),
        Section(heading="How", sentences=tuple(_how(entry, done, technique))),
        *planned_and_performed(result.record, entry, done, knowledge),
        *radiation(result.record, entry, done, technique),
        Section(heading="After", sentences=tuple(_after(result, entry, done))),
    )
    label = technique.label if technique else name_of(done).replace("_", " ").capitalize()
    return Paper(
        kind="note",
        title=f"Procedure note: {label}",
        language="en",
        identity=identity,
        as_of=result.as_of,
        sections=sections,
        sign=("Performed by",),
        sources=full_sources(sections, knowledge),
        knowledge_version=result.knowledge_version,
    )


def _performed(result: Assessment, entry_id: str) -> tuple[Entry, Done]:
    performed = {
        e.id: (e, e.statement)
        for e in result.record.entries
        if isinstance(e.statement, Procedure | Discogram)
        or (isinstance(e.statement, DiagnosticBlock) and e.statement.performed)
    }
    if entry_id not in performed:
        known = ", ".join(performed) or "none"
        raise UnknownKnowledge(
            f"No procedure that was done has the entry id {entry_id!r}. On file: {known}."
        )
    entry, statement = performed[entry_id]
    assert isinstance(statement, Procedure | DiagnosticBlock | Discogram)
    return entry, statement


def _what(entry: Entry, done: Done, technique: Technique | None) -> Iterator[Sentence]:
    label = technique.label if technique else name_of(done).replace("_", " ").capitalize()
    yield from_chart(f"{label}, {entry.occurred_at:%d %B %Y, %H:%M %Z}.", entry.id)
    yield from_chart(f"Performed by {entry.author}.", entry.id)
    if isinstance(done, Discogram):
        yield from_chart(f"Discs: {', '.join(level.segment for level in done.levels)}.", entry.id)
    elif done.targets:
        yield from_chart(f"Targets: {places(done.targets)}.", entry.id)
    else:
        yield missing("Target, level and side are not recorded.")


def _why(result: Assessment, entry: Entry, done: Done, knowledge: Knowledge) -> Iterator[Sentence]:
    """The complaint and its likely sources before the needle: a block does not speak for itself."""
    before = _assessed_before(result, entry, knowledge)
    complaints = [c for c in before.complaints if done.complaint in (None, c.observed.complaint)]
    if not complaints:
        before = result
        complaints = [
            c for c in result.complaints if done.complaint in (None, c.observed.complaint)
        ]
    for one in complaints:
        said = next(
            e.id
            for e in result.record.entries
            if e.statement.kind == "complaint" and e.statement.name == one.observed.complaint
        )
        label = knowledge.presentations[one.observed.presentation].label
        side = f", {side_words(one.observed.side)}" if one.observed.side else ""
        yield from_chart(f"{label}{side}.", said)
        yield from _other_side(one.observed.side, done, entry)
        when = (
            "Before it"
            if before is not result
            else f"As of {result.as_of:%d %B %Y}, its own answer included,"
        )
        yield computed(f"{when} the most probable sources were {_likely(one)}.")
    if not complaints:
        yield missing("No complaint is on file for it.")


def _other_side(pain: Side | None, done: Done, entry: Entry) -> Iterator[Sentence]:
    """A needle on the side that does not hurt is meant, or it is the wrong one: it is said."""
    if isinstance(done, Discogram) or pain not in _SINGLE:
        return
    sides = {target.side for target in done.targets} & set(_SINGLE)
    if sides and pain not in sides:
        (other,) = sides
        says = f"The pain is on the {pain}, and the needle was on the {other}."
        yield from_chart(says, entry.id)


def _likely(one: ComplaintAssessment) -> str:
    frame, posterior = one.where.frame, one.where.posterior
    order = sorted(range(len(frame.kinds)), key=lambda k: -posterior.kinds[k])[:_SHOWN]
    named = [
        f"{frame.anatomy.kinds[frame.kinds[k]].label} {chance(posterior.kinds[k])}"
        for n, k in enumerate(order)
        if n == 0 or posterior.kinds[k] >= _LEAST
    ]
    return f"{'; '.join(named)}; none nameable {chance(posterior.none)}"


def _assessed_before(result: Assessment, entry: Entry, knowledge: Knowledge) -> Assessment:
    """What the chart supported just before, by what had been written down by then."""
    earlier = tuple(e for e in result.record.entries if e.occurred_at < entry.occurred_at)
    return assess(
        Chart(id="before", entries=earlier), knowledge, as_of=entry.occurred_at,
        with_intervals=False, with_reasons=False, look_ahead=False,
    )  # fmt: skip


def _before(
    result: Assessment, entry: Entry, technique: Technique | None, knowledge: Knowledge
) -> Iterator[Sentence]:
    earlier = [e for e in result.record.entries if e.occurred_at <= entry.occurred_at]
    yield from _consent(earlier, entry, technique)
    plan = came_from(result.record, entry, knowledge)
    day = entry.occurred_at.date()
    heard = False
    for e in earlier:
        one = e.statement
        if not isinstance(one, Attestation) or e.occurred_at.date() != day:
            continue
        name, _, of = one.name.partition("/")
        if name == "time_out" and (not of or plan is None or of == plan.entry.id):
            heard = True
            said = f": {one.note.rstrip(chr(46))}." if one.note else "."
            yield from_chart(f"Time-out held{said}", e.id)
        elif not of:
            yield from_chart(f"{_attested(one)}.", e.id)
    if not heard:
        yield missing("The time-out with side and level is not recorded.")


def _consent(earlier: list[Entry], entry: Entry, technique: Technique | None) -> Iterator[Sentence]:
    """The last word on this procedure; consent to another one is no consent."""
    consents = [
        e
        for e in earlier
        if isinstance(e.statement, Consent)
        and entry.occurred_at - e.occurred_at < _CONSENT_DAYS
        and (technique is None or is_about(e.statement, technique))
    ]
    if not consents:
        yield missing("Consent to this procedure is not recorded.")
        return
    last = consents[-1]
    assert isinstance(last.statement, Consent)
    to = "this procedure" if technique else last.statement.to.replace("_", " ")
    word = "given" if last.statement.given else "refused"
    yield from_chart(f"Consent to {to} was {word} on {last.occurred_at:%d %B %Y}.", last.id)


def _attested(one: Attestation) -> str:
    name = one.name.replace("_", " ").replace("/", ", ").capitalize()
    match one.value:
        case True:
            return name
        case False:
            return f"{name}: no"
        case value:
            return f"{name}: {value}"


def _how(entry: Entry, done: Done, technique: Technique | None) -> Iterator[Sentence]:
    uses = technique.uses if technique else ()
    match done:
        case Procedure():
            yield from _guidance(done.guidance, uses, entry.id)
            yield from _body(done, entry.id)
        case DiagnosticBlock():
            yield from _guidance(None if done.guidance == "unknown" else done.guidance, uses,
                                 entry.id)  # fmt: skip
            yield from _block(done, entry.id)
        case Discogram():
            for level in done.levels:
                parts = [
                    f"opening pressure {level.opening_pressure_psi:g} psi"
                    if level.opening_pressure_psi is not None
                    else None,
                    f"{level.pressure_psi:g} psi" if level.pressure_psi is not None else None,
                    f"{level.volume_ml:g} ml" if level.volume_ml is not None else None,
                    f"pain {level.intensity:g} of 10",
                    f"concordance {level.concordance}",
                    f"annular grade {level.annular_grade}"
                    if level.annular_grade is not None
                    else None,
                ]
                said = ", ".join(part for part in parts if part)
                yield from_chart(f"{level.segment}: {said}.", entry.id)


def _guidance(guidance: str | None, uses: tuple[str, ...], entry: str) -> Iterator[Sentence]:
    if guidance is not None:
        yield from_chart(f"Guidance: {guidance}.", entry)
    elif {"fluoroscopy", "ct", "ultrasound"} & set(uses):
        yield missing("Image guidance is not recorded.")


def _body(done: Procedure, entry: str) -> Iterator[Sentence]:
    match done.body:
        case InjectionBody() as body:
            for medicine in body.medicines:
                yield from_chart(f"Injected: {_medicine(medicine)}.", entry)
            if not body.medicines:
                yield missing("What was injected is not recorded.")
            if body.approach:
                yield from_chart(f"Approach: {body.approach}.", entry)
            if body.needle_gauge is not None:
                yield from_chart(f"Needle: {body.needle_gauge} gauge.", entry)
        case RadiofrequencyBody() as body:
            parts = [
                (body.temperature_c, "{:g} °C"),
                (body.seconds, "{:g} s"),
                (body.needle_gauge, "{} gauge"),
                (body.active_tip_mm, "active tip {:g} mm"),
                (body.lesions, "{} lesions"),
            ]
            said = ", ".join(form.format(value) for value, form in parts if value is not None)
            yield from_chart(f"Radiofrequency, {body.mode}{': ' if said else ''}{said}.", entry)
            if body.temperature_c is None or body.seconds is None:
                yield missing("Temperature or time of the lesion is not recorded.")
        case CryoBody() as body:
            parts = [
                (body.temperature_c, "{:g} °C"),
                (body.cycles, "{} cycles"),
                (body.seconds, "{:g} s each"),
            ]
            said = ", ".join(form.format(value) for value, form in parts if value is not None)
            yield from_chart(f"Cryoneurolysis{': ' if said else ''}{said}.", entry)
        case body:
            yield from_chart(f"{str(getattr(body, 'details', body.technique)).rstrip('.')}.", entry)


def _medicine(one: MedicationInjected) -> str:
    parts = [
        one.name,
        f"{one.concentration_percent:g} %" if one.concentration_percent is not None else None,
        f"{one.dose_mg:g} mg" if one.dose_mg is not None else None,
        f"{one.volume_ml:g} ml" if one.volume_ml is not None else None,
        "with adrenaline" if one.adrenaline else None,
    ]
    return ", ".join(part for part in parts if part)


def _block(done: DiagnosticBlock, entry: str) -> Iterator[Sentence]:
    if done.agent is not None:
        agent = done.agent
        strength = f" {agent.concentration_percent:g} %" if agent.concentration_percent else ""
        volume = f", {agent.volume_ml:g} ml a site" if agent.volume_ml else ""
        yield from_chart(f"Agent: {agent.name}{strength}{volume}.", entry)
    else:
        yield missing("The local anaesthetic is not recorded.")
    if done.needle_gauge is not None:
        yield from_chart(f"Needle: {done.needle_gauge} gauge.", entry)
    if done.steroid:
        yield from_chart(f"Steroid: {done.steroid}.", entry)
    if done.contrast != "unknown":
        yield from_chart(f"Contrast: {done.contrast.replace('_', ' ')}.", entry)
    if done.sedation != "unknown":
        yield from_chart(f"Sedation: {done.sedation.replace('_', ' ')}.", entry)
    else:
        yield missing("Whether sedation was given is not recorded.")


def _after(result: Assessment, entry: Entry, done: Done) -> Iterator[Sentence]:
    if isinstance(done, DiagnosticBlock):
        if done.nrs_before is not None:
            yield from_chart(f"Pain before: {done.nrs_before:g} of 10.", entry.id)
        blocks = (b for c in result.record.complaints for b in c.blocks if b.entry == entry.id)
        diary = next((b.statement.diary for b in blocks), done.diary)
        if diary:
            said = "; ".join(f"{r.minutes:g} min {r.nrs:g}" for r in diary)
            yield from_chart(f"Pain after: {said}.", entry.id)
        elif done.relief is None:
            yield missing("No relief is recorded; the block is no evidence yet.")
        if done.relief is not None:
            relief = done.relief
            said = (
                f"{relief.percent:g} %"
                if relief.percent is not None
                else f"{relief.percent_range[0]:g} to {relief.percent_range[1]:g} %"
                if relief.percent_range
                else str(relief.word)
            )
            yield from_chart(f"Relief as reported: {said}.", entry.id)
    events = [
        e
        for e in result.record.entries
        if isinstance(e.statement, AdverseEvent) and e.statement.related_entry == entry.id
    ]
    for e in events:
        assert isinstance(e.statement, AdverseEvent)
        note = f": {e.statement.note.rstrip('.')}" if e.statement.note else ""
        severity = e.statement.severity.replace("_", " ")
        yield from_chart(
            f"Complication: {e.statement.name.replace('_', ' ')}, {severity}{note}.",
            e.id,
        )
    if not events:
        yield missing("No complication is recorded.")
