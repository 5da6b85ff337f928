"""Finding a patient, and registering one."""

from __future__ import annotations

from datetime import date

import pytest

from clinic import a_patient
from needlepoint.core.chart import Demographics
from needlepoint.store.models import Patient
from needlepoint.web.patients.search import PAGE, find_patients
from web.people import entries, practice


@pytest.mark.parametrize(
    ("asked", "found"),
    [("riv", True), ("RIVERA, ana", True), ("Ána", True), ("ana", True), ("10234", True),
     ("1963-04-02", True), ("rivers", False), ("1023", False), ("1963-04-03", False)],
)  # fmt: skip
def test_a_patient_is_found_by_name_number_and_birth_date(
    database: str, asked: str, found: bool
) -> None:
    here = practice(None)
    here.patient.identity.birth_date = date(1963, 4, 2)
    here.patient.identity.save()
    shown = find_patients(here.user, asked).patients
    assert [one.patient_id for one in shown] == ([here.patient.pk] if found else [])


@pytest.mark.parametrize("few", [5, 500])
def test_pages_follow_each_other_without_gap_or_repeat(
    database: str, few: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("needlepoint.web.patients.search._FEW", few)
    here = practice(None)
    for n in range(PAGE + 10):
        a_patient(here.user.clinic, here.team, family_name="Alike", given_name=f"{n % 3}")
    seen, after = [], ""
    while True:
        page = find_patients(here.user, "", after=after)
        seen += [one.patient_id for one in page.patients]
        if not page.next:
            break
        after = page.next
    assert len(seen) == len(set(seen)) == PAGE + 11


def test_nobody_of_another_clinic_or_team_is_listed(sqlite: str) -> None:
    here = practice(None)
    a_patient(here.user.clinic, family_name="Unseen")
    text = here.physician.get("/patients/").content.decode()
    assert "Rivera" in text and "Unseen" not in text
    assert "Rivera" not in here.outsider.get("/patients/").content.decode()
    assert "No patients yet" in here.outsider.get("/patients/").content.decode()


def test_a_search_is_posted_and_htmx_gets_the_list_alone(sqlite: str) -> None:
    here = practice(None)
    part = here.physician.post(
        "/patients/", {"q": "riv"}, headers={"HX-Request": "true", "HX-Target": "found"}
    )
    assert "<html" not in part.content.decode() and "Rivera" in part.content.decode()
    assert "Nobody found" in here.physician.post("/patients/", {"q": "zzz"}).content.decode()
    assert here.physician.post("/patients/", {"after": "' or 1=1"}).status_code == 200


NEW = {"family_name": "Quill", "given_name": "Ines", "birth_date": "1970-05-06", "sex": "female",
       "number": "77", "phone": "", "language": "es"}  # fmt: skip


def test_a_new_patient_has_a_chart_that_names_nobody(sqlite: str) -> None:
    here = practice(None)
    answer = here.physician.post("/patients/new/", NEW)
    patient = Patient.objects.get(identity__family_name="Quill")
    assert answer["Location"] == f"/patients/{patient.pk}/story/"
    assert entries(patient.pk) == [Demographics(birth_year=1970, sex="female")]


@pytest.mark.parametrize(
    ("change", "says"),
    [({"family_name": ""}, "Enter the family name"), ({"birth_date": ""}, "Enter the birth date"),
     ({"birth_date": "2199-01-01"}, "has not come yet"), ({"birth_date": "1870-01-01"}, "before 1900"),
     ({"birth_date": "6/5/70"}, "Write it as"), ({"number": "10234"}, "Another patient has this number")],
)  # fmt: skip
def test_a_refused_registration_says_what_to_change_and_keeps_the_rest(
    sqlite: str, change: dict[str, str], says: str
) -> None:
    here = practice(None)
    answer = here.physician.post("/patients/new/", {**NEW, **change})
    text = answer.content.decode()
    assert answer.status_code == 422 and says in text and 'value="Ines"' in text
    assert Patient.objects.count() == 1


def test_the_same_person_is_not_registered_twice_unawares(sqlite: str) -> None:
    here = practice(None)
    here.physician.post("/patients/new/", NEW)
    again = here.physician.post("/patients/new/", {**NEW, "number": "78"})
    assert again.status_code == 422 and "registered already" in again.content.decode()
    here.physician.post("/patients/new/", {**NEW, "number": "78", "anyway": "on"})
    assert Patient.objects.filter(identity__family_name="Quill").count() == 2
