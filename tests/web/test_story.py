"""The story: what is written comes into the chart, what is refused says what to change."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime

import pytest

from needlepoint.core.chart import (
    Allergy,
    Complaint,
    Demographics,
    Medication,
    PainDrawing,
    Retraction,
)
from web.people import entries, practice

SAID = {"provenance": "patient_said", "occurred_on": "", "once": ""}


def test_a_complaint_comes_into_the_chart_and_the_differential_opens(sqlite: str) -> None:
    here = practice(None)
    form = {**SAID, "presentation": "axial_low_back", "side": "left", "nrs_average": "6"}
    assert here.physician.post(here.address("story/add/complaint/"), form).status_code == 302
    (complaint,) = entries(here.patient.pk)
    assert isinstance(complaint, Complaint) and complaint.nrs_average == 6
    page = here.physician.get(here.address("pain-source/")).context["page"]
    assert page.pain is not None


@pytest.mark.parametrize(
    ("kind", "form", "says"),
    [
        ("complaint", {"presentation": "", "nrs_average": "4"}, "Where it hurts: say it"),
        ("complaint", {"presentation": "axial_low_back", "nrs_average": "14"}, "from 0 to 10"),
        ("medication", {"name": "", "state": "present"}, "Medicine: say it"),
        ("goal", {"words": "walk", "occurred_on": "2199-01-01"}, "has not come yet"),
        ("goal", {"words": "walk", "occurred_on": "31.3.2026"}, "Write it as 2026-03-31"),
    ],
)
def test_a_refused_form_says_what_to_change_and_keeps_what_was_typed(
    sqlite: str, kind: str, form: dict[str, str], says: str
) -> None:
    here = practice(None)
    answer = here.physician.post(here.address(f"story/add/{kind}/"), {**SAID, **form})
    text = answer.content.decode()
    assert answer.status_code == 422 and says in text
    assert all(f'value="{typed}"' in text or f">{typed}" in text.replace("\n", "") or typed in text
               for typed in form.values())  # fmt: skip
    assert entries(here.patient.pk) == []


def test_sending_a_form_twice_writes_once(sqlite: str) -> None:
    here = practice(None)
    form = {**SAID, "name": "Eliquis 5 bid", "state": "present", "once": uuid.uuid4().hex}
    for _ in range(2):
        here.physician.post(here.address("story/add/medication/"), form)
    (medicine,) = entries(here.patient.pk)
    assert isinstance(medicine, Medication)


def test_what_thins_the_blood_and_what_harms_stands_in_the_bar(sqlite: str) -> None:
    here = practice(None)
    assert "blood thinners not asked" in here.physician.get(here.address("story/")).content.decode()
    medicine = {**SAID, "name": "Eliquis", "state": "present"}
    here.physician.post(here.address("story/add/medication/"), medicine)
    allergy = {**SAID, "substance": "iodinated contrast", "state": "present"}
    here.physician.post(here.address("story/add/allergy/"), allergy)
    weight = {**SAID, "name": "weight_kg", "value": "81"}
    here.physician.post(here.address("story/add/vital_sign/"), weight)
    bar = here.physician.get(here.address("story/")).context["bar"]
    assert (bar.thinners, bar.allergies, bar.weight) == (
        ("Apixaban",) if "Apixaban" in bar.thinners else ("apixaban",),
        ("iodinated contrast",),
        "81 kg",
    )
    assert {type(e) for e in entries(here.patient.pk)} == {Medication, Allergy, Demographics}


def test_an_allergy_that_was_denied_is_not_one(sqlite: str) -> None:
    here = practice(None)
    form = {**SAID, "substance": "latex", "state": "absent"}
    here.physician.post(here.address("story/add/allergy/"), form)
    bar = here.physician.get(here.address("story/")).context["bar"]
    assert bar.allergies == () and bar.allergies_asked


def test_an_entry_is_taken_back_with_a_reason_and_stays_to_be_read(sqlite: str) -> None:
    here = practice(None)
    here.physician.post(here.address("story/add/goal/"), {**SAID, "words": "Ski again"})
    (line,) = here.physician.get(here.address("story/")).context["page"].timeline
    address = here.address(f"story/take-back/{line.entry}/")
    silent = here.physician.post(address, {"reason": ""})
    assert silent.status_code == 422 and "Give the reason" in silent.content.decode()
    here.physician.post(address, {"reason": "said by another patient"})
    page = here.physician.get(here.address("story/")).context["page"]
    assert isinstance(entries(here.patient.pk)[-1], Retraction)
    assert [one.is_withdrawn for one in page.timeline if "Ski" in one.says] == [True]
    assert all(not section.lines for section in page.sections)


def test_a_drawing_is_ticked_without_script(sqlite: str) -> None:
    here = practice()
    form = {
        **SAID,
        "zones": ["groin:left", "lumbar_midline:midline"],
        "complete": "on",
        "quality": "aching",
    }
    assert here.physician.post(here.address("story/drawing/pain/"), form).status_code == 302
    drawing = entries(here.patient.pk)[-1]
    assert isinstance(drawing, PainDrawing) and drawing.complete
    assert {(m.zone, m.side and m.side.value) for m in drawing.marks} == {
        ("groin", "left"), ("lumbar_midline", None),
    }  # fmt: skip


def test_an_empty_unfinished_drawing_is_refused(sqlite: str) -> None:
    here = practice()
    answer = here.physician.post(here.address("story/drawing/pain/"), SAID)
    assert answer.status_code == 422 and "Paint where it hurts" in answer.content.decode()
    made_up = here.physician.post(
        here.address("story/drawing/pain/"), {**SAID, "zones": ["tail:left"]}
    )
    assert made_up.status_code == 422
    assert here.physician.get(here.address("story/drawing/nobody/")).status_code == 404


def test_what_a_patient_wrote_is_shown_as_text(sqlite: str) -> None:
    here = practice(None)
    words = "<script>alert(1)</script>"
    here.physician.post(here.address("story/add/goal/"), {**SAID, "words": words})
    assert words not in here.physician.get(here.address("story/")).content.decode()


def test_hours_are_those_of_the_clinic(sqlite: str) -> None:
    """A last dose typed as eight in the morning is eight where the clinic is."""
    here = practice(None)
    here.user.clinic.time_zone = "America/New_York"
    here.user.clinic.save()
    form = {**SAID, "name": "Eliquis", "state": "present", "last_taken": "2026-01-15T08:00"}
    here.physician.post(here.address("story/add/medication/"), form)
    (medicine,) = entries(here.patient.pk)
    assert medicine.last_taken == datetime(2026, 1, 15, 13, tzinfo=UTC)
    assert "2026-01-15 08:00" in here.physician.get(here.address("story/")).content.decode()
