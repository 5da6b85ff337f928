"""Papers: every sentence has its ground, the same input gives the same bytes, identity on each page."""

from __future__ import annotations

import io
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from icalendar import Calendar
from pypdf import PdfReader

from needlepoint.core.assess import Assessment, assess
from needlepoint.core.errors import UnknownKnowledge
from needlepoint.core.papers import (
    Basis,
    Identity,
    Paper,
    consent,
    instructions,
    letter,
    payer_packet,
    procedure_note,
)
from needlepoint.files import read_chart
from needlepoint.files.cases import read_case
from needlepoint.papers import as_calendar, as_pdf, as_text

ANA = Identity(name="RIVERA, Ana #*_$[", birth_date=date(1960, 5, 3), number="4711")
CASES = sorted(Path(__file__).parents[2].joinpath("cases").rglob("*.yaml"))
AS_OF = datetime(2026, 3, 3, 9, tzinfo=UTC)


def chart_of(**apixaban: object) -> dict:
    return {
        "as_of": AS_OF,
        "defaults": {"author": "dr-b", "role": "physician"},
        "entries": [
            {"kind": "demographics", "birth_year": 1960, "sex": "female", "weight_kg": 70},
            {"kind": "complaint", "name": "back", "presentation": "axial_low_back", "side": "left"},
            {"kind": "medication", "name": "Eliquis 5 bid",
             "last_taken": AS_OF - timedelta(hours=12), **apixaban},
            {"kind": "exam_finding", "name": "extension_rotation", "side": "left"},
            {"kind": "earlier_treatment", "treatment": "physiotherapy", "started": "2025-09-01",
             "duration_weeks": 8, "relief_percent": 20},
            {"id": "b1", "kind": "diagnostic_block", "block": "lumbar_medial_branch_block",
             "occurred_at": AS_OF - timedelta(days=30),
             "targets": [{"kind": "facet_joint", "segment": "L4-L5", "side": "left"}],
             "agent": {"name": "lidocaine", "concentration_percent": 2, "volume_ml": 0.5},
             "nrs_before": 7, "diary": [{"minutes": 30, "nrs": 1}]},
            {"id": "p1", "kind": "planned_procedure",
             "technique": "lumbar_interlaminar_epidural",
             "targets": [{"kind": "facet_joint", "segment": "L4-L5", "side": "left"}],
             "at": AS_OF + timedelta(days=9), "sedation": "moderate",
             "medicines": [{"name": "lidocaine", "concentration_percent": 2, "volume_ml": 4}]},
        ],
    }  # fmt: skip


@pytest.fixture(scope="module")
def result(knowledge) -> Assessment:
    return assess(
        read_chart(chart_of(may_stop="agreed"), knowledge=knowledge, now=AS_OF), knowledge
    )


def papers_of(result: Assessment, knowledge) -> list[Paper]:
    papers = [letter(result, ANA, knowledge)]
    for plan in result.planned:
        options = [o for c in result.complaints for o in c.plan.options]
        papers.append(payer_packet(plan, result.record, ANA, knowledge))
        for language in ("en", "es"):
            papers.append(instructions(plan, result.record, ANA, knowledge, language=language))
            papers.append(
                consent(plan, result.record, next(iter(options), None), options[1:], ANA, knowledge,
                        language=language)
            )  # fmt: skip
    for block in (b for c in result.record.complaints for b in c.blocks if b.statement.performed):
        papers.append(procedure_note(result, block.entry, ANA, knowledge))
    return papers


def check_grounds(paper: Paper, result: Assessment, knowledge) -> None:
    standing = {e.id for e in result.record.entries}
    for sentence in paper.sentences:
        assert sentence.says.strip()
        assert set(sentence.entries) <= standing, sentence
        assert all(name in knowledge.extracts for name in sentence.rests_on), sentence
        if sentence.basis is Basis.CHART:
            assert sentence.entries


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
def test_every_sentence_of_every_case_has_its_ground(path: Path, knowledge) -> None:
    case = read_case(path, knowledge=knowledge)
    found = assess(case.chart, knowledge, as_of=case.as_of, with_intervals=False)
    for paper in papers_of(found, knowledge):
        check_grounds(paper, found, knowledge)


def test_the_same_paper_gives_the_same_bytes(result, knowledge) -> None:
    for paper in papers_of(result, knowledge):
        check_grounds(paper, result, knowledge)
        assert as_pdf(paper) == as_pdf(paper)
        assert as_text(paper) == as_text(paper)


def test_identity_stands_on_every_page_and_is_never_markup(result, knowledge) -> None:
    long = payer_packet(result.planned[0], result.record, ANA, knowledge)
    for paper in (long, letter(result, ANA, knowledge)):
        pages = PdfReader(io.BytesIO(as_pdf(paper))).pages
        for page in pages:
            assert ANA.line in page.extract_text()


def test_the_note_lists_what_nobody_wrote_down(result, knowledge) -> None:
    note = as_text(procedure_note(result, "b1", ANA, knowledge))
    assert "[ ] Consent to this procedure is not recorded." in note
    assert "[ ] Image guidance is not recorded." in note
    assert "Targets: left L4-L5 facet joint." in note
    assert "Pain after: 30 min 1." in note


def test_a_note_of_something_not_done_is_refused(result, knowledge) -> None:
    with pytest.raises(UnknownKnowledge, match="b1"):
        procedure_note(result, "p1", ANA, knowledge)


def test_instructions_name_the_last_dose_only_once_the_prescriber_agreed(knowledge) -> None:
    for may_stop, told in (("agreed", True), (None, False), ("refused", False)):
        data = chart_of(**({"may_stop": may_stop} if may_stop else {}))
        found = assess(read_chart(data, knowledge=knowledge, now=AS_OF), knowledge)
        text = as_text(instructions(found.planned[0], found.record, ANA, knowledge))
        assert ("Apixaban: last dose no later than" in text) is told
        events = Calendar.from_ical(as_calendar(found.planned[0])).walk("VEVENT")
        assert (len(events) > 1) is told


def test_a_calendar_tells_moments_not_wall_clocks(result) -> None:
    events = Calendar.from_ical(as_calendar(result.planned[0], language="es")).walk("VEVENT")
    starts = [event.decoded("dtstart") for event in events]
    assert starts == sorted(starts)
    assert all(start.utcoffset() == timedelta(0) for start in starts)
    assert AS_OF + timedelta(days=9) in starts
    assert any("última dosis" in str(event["summary"]) for event in events)


def test_spanish_papers_hold_no_english_sentence_of_ours(result, knowledge) -> None:
    paper = instructions(result.planned[0], result.record, ANA, knowledge, language="es")
    text = as_text(paper)
    assert "Sus medicinas" in text and "12 de marzo de 2026" in text
    assert " the " not in text.split("[1]")[0]


def test_the_patient_reads_the_planned_hour_with_its_zone_and_the_place(knowledge) -> None:
    given = chart_of()
    plan = given["entries"][-1]
    plan["targets"] = [{"kind": "facet_joint", "segment": "L4-L5", "side": "both"}]
    late = {**given, "as_of": AS_OF + timedelta(days=20)}  # the hour has passed and is still said
    found = assess(read_chart(late, knowledge=knowledge, now=late["as_of"]), knowledge)
    (one,) = found.planned
    english = as_text(instructions(one, found.record, ANA, knowledge))
    assert "On Thursday 12 March 2026, 09:00 (UTC)." in english
    assert "Where: L4-L5 facet joint, both sides." in english
    spanish = as_text(instructions(one, found.record, ANA, knowledge, language="es"))
    assert "Dónde: L4-L5, ambos lados." in spanish and "facet" not in spanish
    del plan["at"]
    open_ = assess(read_chart(given, knowledge=knowledge, now=AS_OF), knowledge)
    said = as_text(instructions(open_.planned[0], open_.record, ANA, knowledge))
    assert "[ ] The day and time are not fixed yet. Ask us." in said
    assert "BEGIN:VEVENT" not in as_calendar(open_.planned[0])


def test_no_day_of_a_last_dose_is_told_before_the_day_is_fixed(knowledge) -> None:
    given = chart_of(may_stop="agreed")
    fixed = assess(read_chart(given, knowledge=knowledge, now=AS_OF), knowledge)
    assert "Apixaban: last dose no later than" in as_text(
        instructions(fixed.planned[0], fixed.record, ANA, knowledge)
    )
    del given["entries"][-1]["at"]
    open_ = assess(read_chart(given, knowledge=knowledge, now=AS_OF), knowledge)
    said = as_text(instructions(open_.planned[0], open_.record, ANA, knowledge))
    assert "no later than" not in said and "Apixaban: we will tell you" in said


def test_a_spanish_consent_names_every_other_treatment_in_spanish(knowledge) -> None:
    bare = [one.id for one in knowledge.therapies.values() if not one.label_es]
    assert bare == []


def test_the_note_gives_the_reason_that_stood_before_the_needle(result, knowledge) -> None:
    note = " ".join(as_text(procedure_note(result, "b1", ANA, knowledge)).split())
    assert "As of" in note or "Before it the most probable sources were" in note
    early = chart_of()
    for entry in early["entries"]:
        if entry["kind"] in ("complaint", "exam_finding", "demographics"):
            entry["occurred_at"] = AS_OF - timedelta(days=60)
    found = assess(read_chart(early, knowledge=knowledge, now=AS_OF), knowledge)
    (one,) = found.complaints
    frame = one.where.frame
    facet = one.where.posterior.kinds[frame.kinds.index("facet_joint")]
    told = " ".join(as_text(procedure_note(found, "b1", ANA, knowledge)).split())
    before = float(told.split("Before it the most probable sources were facet joint ")[1][:4])
    assert before < facet - 0.05, "the answered block is no reason for itself"
