"""A chart entry as one line that a clinician reads."""

from __future__ import annotations

from collections.abc import Iterable

from django.utils.timezone import localtime

from needlepoint.core import chart as said
from needlepoint.core.anatomy import Side
from needlepoint.core.knowledge import Knowledge
from needlepoint.web.drawings.svg import zone_label


def sentence(statement: said.Statement, knowledge: Knowledge) -> str:
    """What the entry says; kinds without a line of their own are named."""
    match statement:
        case said.Symptom() | said.ExamFinding() | said.ImagingFinding():
            return _finding(statement, knowledge)
        case said.PainDrawing():
            return _drawing(statement, knowledge)
        case said.Complaint():
            return _complaint(statement, knowledge)
        case said.DiagnosticBlock():
            return _block(statement, knowledge)
        case said.Demographics():
            return _joined(
                "Patient", _year(statement), statement.sex, _unit(statement.weight_kg, "kg")
            )
        case said.Procedure() | said.PlannedProcedure():
            return _joined(_procedure(statement), _targets(statement.targets))
    return _background(statement)


def _background(statement: said.Statement) -> str:
    match statement:
        case said.Medication() if statement.state is said.State.ABSENT and statement.name == "none":
            return "No other medicines are taken"
        case said.Medication():
            state = (
                "" if statement.state is said.State.PRESENT else f"not taken ({statement.state})"
            )
            last = _last(statement)
            words = _written(statement)
            return _joined(statement.name, statement.dose, statement.frequency, state, last, *words)
        case said.Allergy():
            return _joined(
                f"Allergy: {statement.substance}", _state(statement.state), statement.reaction,
                *_written(statement),
            )  # fmt: skip
        case said.Condition():
            return _joined(statement.name.replace("_", " ").capitalize(), _state(statement.state))
        case said.ImplantedDevice():
            return _joined(
                statement.device.replace("_", " ").capitalize(),
                _state(statement.state),
                _side(statement.side),
                f"MRI {statement.mri}" if statement.state is said.State.PRESENT else None,
            )
        case said.EarlierTreatment():
            relief = _unit(statement.relief_percent, "% relief")
            weeks = _unit(statement.duration_weeks, "weeks")
            return _joined(f"Tried: {statement.treatment.replace('_', ' ')}", weeks, relief,
                           statement.reason_stopped, *_written(statement))  # fmt: skip
        case said.Goal():
            return f"Goal: {statement.words}"
        case said.Questionnaire():
            return _joined(statement.instrument, _unit(statement.score, "points"))
        case said.LaboratoryValue() | said.VitalSign():
            return _joined(
                f"{statement.name.replace('_', ' ')} {statement.value:g}", statement.unit
            )
        case said.ImagingStudy():
            return _joined(statement.modality.upper(), statement.region, statement.conclusion)
        case said.RadiationDose():
            return _joined("X-ray dose", *_dose(statement))
        case said.AdverseEvent():
            return _joined(
                f"Complication: {statement.name}",
                statement.severity.replace("_", " "),
                statement.note,
            )
        case said.DiaryReading():
            late = "told late" if statement.reading.late else None
            reading = statement.reading
            return _joined(
                f"Diary: pain {reading.nrs:g}/10, {reading.minutes:g} minutes after the block", late
            )
        case said.Discogram():
            return f"Discography: {', '.join(level.segment for level in statement.levels)}"
        case said.Retraction():
            return f"Taken back: {statement.reason}"
        case said.Decision():
            answer = "accepted" if statement.accepted else "decided otherwise"
            return _joined(f"Decision about {statement.about}", answer, statement.reason)
        case said.Consent():
            return _joined(f"Consent to {statement.to}", "given" if statement.given else "refused")
    return statement.kind.replace("_", " ").capitalize()


def _written(
    one: said.Medication | said.Allergy | said.EarlierTreatment,
) -> Iterable[str | None]:
    """The words that it was picked for, and what they were not confirmed to mean."""
    yield f"written “{one.as_written}”" if one.as_written else None
    if isinstance(one, said.EarlierTreatment):
        return
    names = " or ".join(name.replace("_", " ") for name in one.not_meant)
    yield f"not confirmed as {names}" if names else None


def _dose(one: said.RadiationDose) -> Iterable[str | None]:
    yield _unit(one.dose_area_product_gy_cm2, "Gy·cm²")
    yield _unit(one.air_kerma_mgy, "mGy air kerma")
    yield _unit(one.fluoroscopy_seconds, "s of fluoroscopy")


def _finding(
    one: said.Symptom | said.ExamFinding | said.ImagingFinding, knowledge: Knowledge
) -> str:
    known = knowledge.findings.get(one.name)
    label = known.label if known else one.name.replace("_", " ")
    return _joined(label, one.segment, _side(one.side), one.grade, one.state.value, one.note)


def _complaint(one: said.Complaint, knowledge: Knowledge) -> str:
    label = knowledge.presentations[one.presentation].label
    words = f"“{one.words}”" if one.words else None
    return _joined(f"Complaint: {label}", _side(one.side), _average(one), words)


def _average(one: said.Complaint) -> str | None:
    return None if one.nrs_average is None else f"average pain {one.nrs_average:g}/10"


def _drawing(one: said.PainDrawing, knowledge: Knowledge) -> str:
    zones = [
        zone_label(knowledge.anatomy, mark.zone, (mark.side or Side.MIDLINE).value).lower()
        for mark in one.marks
        if mark.zone in knowledge.anatomy.zones
    ]
    ended = "" if one.complete else " (not finished)"
    return f"Pain drawing: {'; '.join(zones) or 'nothing painted'}{ended}"


def _block(one: said.DiagnosticBlock, knowledge: Knowledge) -> str:
    known = knowledge.blocks.get(one.block)
    label = known.label if known else one.block.replace("_", " ")
    answer = None
    if one.relief is not None and one.relief.percent is not None:
        answer = f"{one.relief.percent:g} % relief"
    elif one.nrs_before and one.diary:
        answer = f"pain {one.nrs_before:g} to {min(r.nrs for r in one.diary):g}"
    return _joined(label, _targets(one.targets), answer if one.performed else "planned")


def _targets(targets: Iterable[said.BlockTarget]) -> str:
    return ", ".join(
        " ".join(
            word
            for word in (
                (t.kind or t.nerve or "").replace("_", " "),
                t.segment or t.level,
                _side(t.side),
            )
            if word
        )
        for t in targets
    )


def _procedure(one: said.Procedure | said.PlannedProcedure) -> str:
    name = one.name if isinstance(one, said.Procedure) else f"Planned: {one.technique}"
    return name.replace("_", " ").capitalize()


def _last(one: said.Medication) -> str | None:
    if one.last_taken is None:
        return None
    return f"last taken {localtime(one.last_taken):%Y-%m-%d %H:%M}"


def _year(one: said.Demographics) -> str | None:
    year = one.birth_date.year if one.birth_date else one.birth_year
    return None if year is None else f"born {year}"


def _state(state: said.State) -> str:
    return "" if state is said.State.PRESENT else state.value


def _side(side: Side | None) -> str | None:
    return side.value if side else None


def _unit(value: float | None, unit: str) -> str | None:
    return None if value is None else f"{value:g} {unit}"


def _joined(*parts: str | None) -> str:
    return ", ".join(part for part in parts if part)


__all__ = ["sentence"]
