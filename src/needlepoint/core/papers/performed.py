"""In the note: what was planned beside what was done, why it differs, and the X-rays taken."""

from __future__ import annotations

from collections.abc import Iterator

from needlepoint.core.chart import (
    Attestation,
    DiagnosticBlock,
    Discogram,
    Entry,
    Procedure,
    RadiationDose,
)
from needlepoint.core.errors import RefusedPlan
from needlepoint.core.knowledge import Knowledge, Technique
from needlepoint.core.papers.model import Section, Sentence, cited, computed, from_chart, missing
from needlepoint.core.plan import came_from, is_block, planned_now, technique_done
from needlepoint.core.record import PatientRecord
from needlepoint.core.rules import Planned, situation
from needlepoint.core.technique.sheet import Compared, sheet_of, side_by_side

Done = Procedure | DiagnosticBlock | Discogram
DEVIATION = "deviation"  # attested as deviation/PLAN: why it was done differently
_X_RAY = frozenset(("fluoroscopy", "ct"))


def planned_and_performed(
    record: PatientRecord, entry: Entry, done: Done, knowledge: Knowledge
) -> Iterator[Section]:
    """The sheet of the plan beside what was written down; nothing where no technique is known."""
    plan, found = came_from(record, entry, knowledge), technique_done(entry, knowledge)
    if found is None:
        return
    planned = plan.planned if plan else planned_now(found[0], found[1], record)
    if plan is None:
        first = computed("No plan is on file: compared with the usual sheet of this technique.")
        diagnostic = isinstance(done, DiagnosticBlock)
    else:
        says = f"Planned on {plan.entry.occurred_at:%d %B %Y} by {plan.entry.author}."
        first, diagnostic = from_chart(says, plan.entry.id), is_block(plan.name, knowledge)
    try:
        rows = _rows(record, planned, done, knowledge, diagnostic=diagnostic)
    except RefusedPlan as refused:
        sentences = (first, missing(f"Not compared with the sheet. {refused}"))
        yield Section(heading="Planned and performed", sentences=sentences)
        return
    yield Section(
        heading="Planned and performed",
        sentences=(first, *_differences(rows, record, entry, plan.entry.id if plan else None)),
        columns=("What", "Planned", "Performed"),
        rows=tuple(_row(one, entry) for one in _merged(rows)),
        widths=(2, 3, 3),
    )


def _rows(
    record: PatientRecord, planned: Planned, done: Done, knowledge: Knowledge, *, diagnostic: bool
) -> tuple[Compared, ...]:
    sheet = sheet_of(situation(record, planned, knowledge), diagnostic=diagnostic)
    return side_by_side(sheet, done, knowledge)


def _differences(
    rows: tuple[Compared, ...], record: PatientRecord, entry: Entry, plan: str | None
) -> Iterator[Sentence]:
    differs = [one for one in rows if one.differs]
    for one in differs:
        yield from_chart(f"Deviation: {one}.", entry.id)
    reasons = deviation_reasons(record, entry, plan)
    for e, says in reasons:
        yield from_chart(f"Reason given by {e.author}: {says}.", e.id)
    if differs and not reasons:
        yield missing("Why it was done differently is not recorded.")
    if not differs:
        yield computed("Nothing that was written down differs from the sheet.")
    gone = [one.what for one in rows if one.done is None]
    if gone:
        yield missing(f"Not recorded, and so not compared: {', '.join(dict.fromkeys(gone))}.")


def deviation_reasons(
    record: PatientRecord, done: Entry, plan: str | None
) -> tuple[tuple[Entry, str], ...]:
    """Why it was done differently, as it was said at the procedure or afterwards."""
    names = (f"{DEVIATION}/{plan}", f"{DEVIATION}/{done.id}")
    return tuple(
        (e, str(e.statement.value).rstrip("."))
        for e in record.entries
        if isinstance(e.statement, Attestation) and e.statement.name in names
    )


def _merged(rows: tuple[Compared, ...]) -> Iterator[tuple[str, str, str, bool, tuple[str, ...]]]:
    """Places that were reached as planned share a line."""
    same = [r for r in rows if not r.differs and r.done == r.planned]
    told: set[str] = set()
    for one in rows:
        alike = [r for r in same if r.what == one.what] if one in same else [one]
        if one in same and one.what in told:
            continue
        if one in same:
            told.add(one.what)
        planned = ", ".join(r.planned for r in alike)
        done = ", ".join(r.done or "not recorded" for r in alike)
        yield one.what, planned, done, one.differs, one.rests_on


def _row(one: tuple[str, str, str, bool, tuple[str, ...]], entry: Entry) -> tuple[Sentence, ...]:
    what, planned, done, differs, rests_on = one
    told = f"{done} (deviation)" if differs else done
    return (
        computed(what[0].upper() + what[1:]),
        cited(planned, rests_on) if rests_on else computed(planned),
        computed(told) if done == "not recorded" else from_chart(told, entry.id),
    )


# --- radiation ------------------------------------------------------------------------------------


def radiation(
    record: PatientRecord, entry: Entry, done: Done, technique: Technique | None
) -> Iterator[Section]:
    """Time, dose-area product and air kerma as the machine showed them; never computed."""
    doses = [
        (e.id, e.statement)
        for e in record.entries
        if isinstance(e.statement, RadiationDose) and e.statement.procedure_entry == entry.id
    ]
    sentences = [from_chart(f"{', '.join(_shown(dose))}.", e) for e, dose in doses] + [
        missing(says) for _, dose in doses if (says := _not_shown(dose))
    ]
    if not doses:
        if not _took_x_rays(done, technique):
            return
        sentences = [missing(
            "The radiation dose is not recorded: time of X-rays, dose-area product, air kerma."
        )]  # fmt: skip
    yield Section(heading="Radiation", sentences=tuple(sentences))


def _took_x_rays(done: Done, technique: Technique | None) -> bool:
    """By the guidance that was written down; where none was, by what the technique uses."""
    guidance = None if isinstance(done, Discogram) else done.guidance
    if guidance in (None, "unknown"):
        uses = set(technique.uses) if technique else set()
        return bool(_X_RAY & uses) or isinstance(done, Discogram)
    return guidance in _X_RAY


def _shown(dose: RadiationDose) -> Iterator[str]:
    for value, says in (
        (dose.fluoroscopy_seconds, "X-rays for {:g} s"),
        (dose.dose_area_product_gy_cm2, "dose-area product {:g} Gy cm²"),
        (dose.air_kerma_mgy, "air kerma {:g} mGy at the reference point"),
    ):
        if value is not None:
            yield says.format(value)
    if dose.study_uid is not None:
        yield "images kept"


def _not_shown(dose: RadiationDose) -> str:
    gone = [
        what
        for value, what in (
            (dose.fluoroscopy_seconds, "time of X-rays"),
            (dose.dose_area_product_gy_cm2, "dose-area product"),
            (dose.air_kerma_mgy, "air kerma"),
        )
        if value is None
    ]
    return f"Not recorded of the radiation: {', '.join(gone)}." if gone else ""
