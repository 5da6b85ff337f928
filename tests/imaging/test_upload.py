"""Images come in whole, once, to the right patient, and by those who may."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from images import image, study, zipped
from sending import attached, clinic, refused, send

from needlepoint.core.chart import ImagingStudy, Provenance
from needlepoint.store.exporting import export_chart
from needlepoint.store.models import Attachment, Identity, ImageRow, Patient
from needlepoint.store.moving import backup, restore
from needlepoint.store.reading import entries_of
from needlepoint.store.verifying import verify
from needlepoint.store.writing import retract
from web.people import entries, looks


def studies(here: Any) -> list[ImagingStudy]:
    return [e for e in entries(here.patient.pk) if isinstance(e, ImagingStudy)]


@pytest.mark.parametrize("how", ["files", "zip", "a folder in a zip"])
def test_a_study_is_attached_with_one_entry(sqlite: str, how: str) -> None:
    here, files = clinic(), study()
    named = {f"IMG{n}": f for n, f in enumerate(files)}
    sent = {
        "files": named,
        "zip": {"study.zip": zipped(named)},
        "a folder in a zip": {"disc.zip": zipped({**{f"DICOM/ST1/{k}": v for k, v in named.items()},
                                                  "AUTORUN.INF": b"[autorun]"})},
    }[how]  # fmt: skip
    answer = send(here.physician, here, sent)
    assert answer.status_code == 302
    said = studies(here)
    assert [(s.modality, s.region, s.images, s.note) for s in said] == [
        ("mri", "lumbar spine", 3, None)
    ]
    written = entries_of(here.patient.chart_id)[-1]
    assert (
        written.provenance is Provenance.IMPORTED
        and f"{written.occurred_at:%Y-%m-%d}" == "2026-02-01"
    )
    assert ("upload images", "allowed") in looks(here.patient.pk)
    if how != "files":
        page = here.physician.get(here.address("imaging/")).content.decode()
        assert ("AUTORUN.INF" in page) is (how != "zip")


def test_files_lie_under_their_hash_as_they_came_and_the_chart_is_whole(database: str) -> None:
    here, files = attached(clinic()), study()
    kept = {row.sha256 for row in Attachment.objects.all()}
    from needlepoint.store.attachments import path_of

    assert sorted(path_of(sha).read_bytes() for sha in kept) == sorted(files)
    assert {row.label for row in Attachment.objects.all()} == {"mri image"}
    verify(with_files=True).raise_if_damaged()
    for row in ImageRow.objects.all():
        assert (
            "Rivera" not in row.metadata
            and "19600503" not in row.metadata
            and "10234" not in row.metadata
        )
    assert here.patient.pk


def test_the_same_images_again_add_nothing_and_a_later_slice_is_added(sqlite: str) -> None:
    here, files = clinic(), study(slices=4)
    send(here.physician, here, files[:3])
    send(here.physician, here, files[:3])
    assert len(studies(here)) == 1 and Attachment.objects.count() == 3
    send(here.physician, here, files)
    assert [s.images for s in studies(here)] == [3, 1] and ImageRow.objects.count() == 4
    page = here.physician.get(here.address("imaging/")).context
    assert [line.says for line in page["studies"]] == ["4 images"]


def test_another_content_under_a_known_number_is_refused(sqlite: str) -> None:
    here = clinic()
    number = "1.2.3.4.1.1"
    send(here.physician, here, [image(SOPInstanceUID=number)])
    answer = send(here.physician, here, [image(SOPInstanceUID=number, pixels=b"\1" * 128)])
    assert answer.status_code == 422 and "another content" in answer.content.decode()
    assert ImageRow.objects.count() == 1


OTHERS = {
    "another name": ({"PatientName": "Riviera^Ana"}, "name in the images"),
    "another given name": ({"PatientName": "Rivera^Berta"}, "name in the images"),
    "another birth date": ({"PatientBirthDate": "19600504"}, "birth date in the images"),
    "no name, unknown number": ({"PatientName": "", "PatientID": "77"}, "no name"),
    "no birth date, unknown number": ({"PatientBirthDate": "", "PatientID": "77"}, "cannot be compared"),
    "nothing": ({"PatientName": "", "PatientBirthDate": "", "PatientID": ""}, "no name"),
}  # fmt: skip


@pytest.mark.parametrize("what", OTHERS)
def test_images_of_someone_else_are_not_attached_unless_one_says_why(
    sqlite: str, what: str
) -> None:
    here = clinic()
    said, says = OTHERS[what]
    page = refused(send(here.physician, here, [image(**said)]))
    assert says in page and 'name="confirmed"' in page
    answer = send(here.physician, here, [image(**said)], confirmed="  her married name ")
    assert answer.status_code == 302
    note = studies(here)[0].note or ""
    assert "her married name" in note and "Riviera" not in note


FITTING = {
    "accents and case": {"PatientName": "RIVÉRA^ANA MARIA"},
    "a number of another house": {"PatientID": "H-99"},
    "no birth date but our number": {"PatientBirthDate": ""},
    "no given name": {"PatientName": "Rivera"},
    "a name in two scripts": {"PatientName": "Rivera^Ana=里"},
}


@pytest.mark.parametrize("what", FITTING)
def test_images_that_fit_are_attached_without_a_question(sqlite: str, what: str) -> None:
    here = clinic()
    assert send(here.physician, here, [image(**FITTING[what])]).status_code == 302
    assert studies(here)[0].note is None


def test_the_number_of_another_patient_speaks_against_it(sqlite: str) -> None:
    from clinic import a_patient

    here = clinic()
    a_patient(here.patient.clinic, here.team, family_name="Stone", numbers={"clinic": "555"})
    page = refused(send(here.physician, here, [image(PatientID="555")]))
    assert "another patient of this clinic" in page and "Stone" not in page


def test_the_same_images_in_two_charts_are_asked_about(sqlite: str) -> None:
    from clinic import a_patient

    here = attached(clinic())
    twin = a_patient(here.patient.clinic, here.team, given_name="Ana")
    Identity.objects.filter(patient=twin).update(birth_date="1960-05-03")
    address = f"/patients/{twin.pk}/imaging/upload/"
    from django.core.files.uploadedfile import SimpleUploadedFile

    files = [SimpleUploadedFile("a.dcm", f) for f in study()]
    answer = here.physician.post(address, {"files": files, "whole": "yes"})
    assert answer.status_code == 422 and "another chart of this clinic" in answer.content.decode()


def test_images_of_two_people_in_one_upload_are_refused(sqlite: str) -> None:
    here = clinic()
    assert "2 people" in refused(
        send(here.physician, here, [image(), image(PatientName="Stone^Al")])
    )


def test_a_study_that_was_taken_back_is_not_shown_any_more(sqlite: str) -> None:
    here = attached(clinic())
    uid = studies(here)[0].study_uid
    address = here.address(f"dicomweb/studies/{uid}/metadata")
    assert here.physician.get(address).status_code == 200
    entry = entries_of(here.patient.chart_id)[-1]
    retract(
        chart=here.patient.chart_id,
        entry=entry.id,
        reason="wrong patient",
        author="u1",
        role=entry.role,
    )
    assert here.physician.get(address).status_code == 404
    assert here.physician.get(here.address("dicomweb/studies")).json() == []
    assert not here.physician.get(here.address("imaging/")).context["studies"]


def test_a_coordinator_attaches_nothing_and_an_outsider_finds_nothing(sqlite: str) -> None:
    here = clinic()
    assert send(here.coordinator, here, study()).status_code == 403
    assert send(here.outsider, here, study()).status_code == 404
    assert not Attachment.objects.exists()


def test_nothing_of_the_patient_is_logged_or_stands_in_an_address(sqlite: str, capfd: Any) -> None:
    here = clinic()
    answer = send(here.physician, here, {"RIVERA_ANA_19600503.dcm": study()[0]})
    send(here.physician, here, {"RIVERA_ANA_19600503.dcm": study()[0][:700]})
    said = "".join(capfd.readouterr()).lower()
    assert "rivera" not in said and "1960" not in said
    assert "rivera" not in answer["Location"].lower()
    assert all("rivera" not in row.label.lower() for row in Attachment.objects.all())


def test_images_survive_backup_and_leave_with_an_export(sqlite: str, tmp_path: Path, settings: Any,
                                                        sqlite_template: Path) -> None:  # fmt: skip
    import shutil

    from clinic import on_database

    here = attached(clinic())
    out = export_chart(here.patient.chart_id, tmp_path / "out")
    assert sorted(p.read_bytes() for p in (out / "attachments").glob("*.dcm")) == sorted(study())
    backup(tmp_path / "backup.tar.gz")
    settings.ATTACHMENTS_DIR = tmp_path / "other"
    shutil.copy(sqlite_template, tmp_path / "other.sqlite3")
    with on_database(f"sqlite:///{tmp_path}/other.sqlite3"):
        restore(tmp_path / "backup.tar.gz")
        assert ImageRow.objects.count() == 3 and Patient.objects.count() == 1
