"""A real archive (Orthanc, on this machine, for the tests alone): asked, attached, shown, and down."""

from __future__ import annotations

import base64
import json
import shutil
import socket
import subprocess
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core.cache import cache
from images import image, study
from sending import attached, clinic
from test_dicomweb import parts_of

from needlepoint.core.chart import ImagingStudy, Provenance
from needlepoint.imaging.archive import Archive, ArchiveUnreachable, archive_of
from needlepoint.store.models import Attachment
from needlepoint.store.reading import entries_of
from needlepoint.store.writing import append_entry, retract

USER, PASSWORD = "reader", "a word of the tests"


def _free() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Orthanc:
    """An archive with storage of its own, on the loopback address."""

    def __init__(self, folder: Path) -> None:
        program = shutil.which("Orthanc") or shutil.which("orthanc")
        plugin = Path("/usr/lib/orthanc/libOrthancDicomWeb.so")
        plugins = sorted(plugin.parent.glob(f"{plugin.name}*"))
        if program is None or not plugins:
            pytest.fail("Orthanc is missing, and archives are tested with it. Install it with: "
                        "sudo apt-get install orthanc orthanc-dicomweb", pytrace=False)  # fmt: skip
        self.port = _free()
        settings = {
            "Name": "tests", "HttpPort": self.port, "RemoteAccessAllowed": False,
            "StorageDirectory": str(folder / "storage"), "IndexDirectory": str(folder / "storage"),
            "DicomServerEnabled": False, "AuthenticationEnabled": True,
            "RegisteredUsers": {USER: PASSWORD}, "Plugins": [str(plugins[-1])],
            "DicomWeb": {"Enable": True, "Root": "/dicom-web/"}, "HttpsVerifyPeers": False,
        }  # fmt: skip
        (folder / "orthanc.json").write_text(json.dumps(settings))
        self.log = (folder / "log").open("wb")
        self.process = subprocess.Popen(
            [program, str(folder / "orthanc.json")], stdout=self.log, stderr=self.log
        )
        self.wait(folder / "log")

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/dicom-web"

    def wait(self, log: Path) -> None:
        """Until it answers, or it has ended."""
        for _ in range(300):
            try:
                self.ask("/system")
                return
            except (urllib.error.URLError, OSError):
                try:
                    self.process.wait(timeout=0.1)
                    break
                except subprocess.TimeoutExpired:
                    continue
        pytest.fail(f"Orthanc did not start:\n{log.read_text()[-2000:]}", pytrace=False)

    def ask(self, path: str, content: bytes | None = None) -> Any:
        said = base64.b64encode(f"{USER}:{PASSWORD}".encode()).decode()
        request = urllib.request.Request(
            f"http://127.0.0.1:{self.port}{path}", data=content,
            headers={"Authorization": f"Basic {said}", "Content-Type": "application/dicom"},
        )  # fmt: skip
        with urllib.request.urlopen(request, timeout=20) as answer:
            return json.load(answer)

    def stop(self) -> None:
        self.process.terminate()
        self.process.wait(timeout=30)
        self.log.close()


STRANGER = image(StudyInstanceUID="1.2.9", SeriesInstanceUID="1.2.9.1", SOPInstanceUID="1.2.9.1.1",
                 PatientName="Stone^Al", PatientID="999", Modality="CT", kind="1.2.840.10008.5.1.4.1.1.2")  # fmt: skip
MARRIED = image(StudyInstanceUID="1.2.8", SeriesInstanceUID="1.2.8.1", SOPInstanceUID="1.2.8.1.1",
                PatientName="Rivera-Lake^Ana", StudyDescription="<b>LSPINE</b>")  # fmt: skip


@pytest.fixture(scope="module")
def orthanc(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Orthanc]:
    server = Orthanc(tmp_path_factory.mktemp("orthanc"))
    for content in (*study(seed="archived"), STRANGER, MARRIED):
        server.ask("/instances", content)
    yield server
    server.stop()


@pytest.fixture(autouse=True)
def _whose(settings: Any) -> None:
    """What a test says of the archive's clinic ends with the test."""
    settings.ARCHIVE_CLINIC = ""


@pytest.fixture
def archive(orthanc: Orthanc, sqlite: str, settings: Any) -> Orthanc:
    """The clinic's archive, as its environment names it."""
    settings.ARCHIVE_URL, settings.ARCHIVE_USER, settings.ARCHIVE_PASSWORD = (
        orthanc.url,
        USER,
        PASSWORD,
    )
    settings.CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
    cache.clear()
    return orthanc


def alone() -> Any:
    """A clinic that has the installation for itself, and so the archive."""
    from needlepoint.accounts.models import Clinic

    here = clinic()
    from django.conf import settings

    settings.ARCHIVE_CLINIC = str(here.patient.clinic_id)
    assert Clinic.objects.count() == 2
    return here


def offered(here: Any) -> dict[str, Any]:
    page = here.physician.get(here.address("imaging/archive/"))
    assert page.status_code == 200
    return {one.study.uid: one for one in page.context["offered"]}


def test_studies_under_the_patients_number_are_offered_and_no_others(archive: Orthanc) -> None:
    found = offered(alone())
    assert "1.2.9" not in found and len(found) == 2
    fits = next(one for uid, one in found.items() if uid != "1.2.8")
    assert (fits.study.modality, fits.study.images, fits.differs) == ("mri", 3, ())
    assert found["1.2.8"].differs == ("The name in the images is another.",)


def test_an_attached_study_stays_there_and_is_shown_from_there(archive: Orthanc) -> None:
    here = alone()
    uid = next(u for u, one in offered(here).items() if not one.differs)
    assert here.physician.get(here.address(f"dicomweb/studies/{uid}/metadata")).status_code == 404
    answer = here.physician.post(here.address("imaging/archive/"), {"study": uid})
    assert answer.status_code == 302 and not Attachment.objects.exists()
    entry = entries_of(here.patient.chart_id)[-1]
    assert isinstance(entry.statement, ImagingStudy) and entry.statement.study_uid == uid
    assert (
        entry.provenance is Provenance.IMPORTED and f"{entry.occurred_at:%Y-%m-%d}" == "2026-02-01"
    )
    root = f"dicomweb/studies/{uid}"
    [found] = here.physician.get(here.address("dicomweb/studies")).json()
    assert found["0020000D"]["Value"] == [uid]
    said = json.loads(here.physician.get(here.address(f"{root}/metadata")).getvalue())
    assert len(said) == 3 and str(archive.port) not in json.dumps(said)
    series, instance = said[0]["0020000E"]["Value"][0], said[0]["00080018"]["Value"][0]
    assert len(json.loads(here.physician.get(here.address(f"{root}/series")).getvalue())) == 1
    image_at = f"{root}/series/{series}/instances/{instance}"
    frame = here.physician.get(here.address(f"{image_at}/frames/1"), HTTP_ACCEPT='multipart/related; type="application/octet-stream"; transfer-syntax=*')  # fmt: skip
    [(_, pixels)] = parts_of(frame)
    assert len(pixels) == 256 * 256 * 2 and any(
        pixels in content for content in study(seed="archived")
    )
    assert (
        here.physician.get(here.address("imaging/")).context["studies"][0].says
        == "images in the archive"
    )
    assert here.outsider.get(here.address(f"{root}/metadata")).status_code == 404


def test_a_study_taken_back_is_no_longer_handed_through(archive: Orthanc) -> None:
    here = alone()
    uid = next(u for u, one in offered(here).items() if not one.differs)
    here.physician.post(here.address("imaging/archive/"), {"study": uid})
    entry = entries_of(here.patient.chart_id)[-1]
    retract(
        chart=here.patient.chart_id, entry=entry.id, reason="wrong", author="u1", role=entry.role
    )
    assert here.physician.get(here.address(f"dicomweb/studies/{uid}/metadata")).status_code == 404


def test_another_name_in_the_archive_is_asked_about(archive: Orthanc) -> None:
    here = alone()
    refused = here.physician.post(here.address("imaging/archive/"), {"study": "1.2.8"})
    assert refused.status_code == 422 and "name in the images" in refused.content.decode()
    assert (
        "<b>LSPINE" not in refused.content.decode()
        and "&lt;b&gt;LSPINE" in refused.content.decode()
    )
    kept = here.physician.post(
        here.address("imaging/archive/"), {"study": "1.2.8", "confirmed": "married"}
    )
    assert kept.status_code == 302
    assert "married" in (entries_of(here.patient.chart_id)[-1].statement.note or "")  # type: ignore[union-attr]


def test_no_entry_opens_the_images_of_a_stranger(archive: Orthanc) -> None:
    """An entry that came with a file, naming somebody else's study, shows nothing."""
    here = alone()
    author = entries_of(here.patient.chart_id)[0]
    append_entry(chart=here.patient.chart_id, statement=ImagingStudy(modality="ct", study_uid="1.2.9"),
                 author="u1", role=author.role, provenance=Provenance.IMPORTED)  # fmt: skip
    for path in ("", "/metadata", "/series"):
        assert here.physician.get(here.address(f"dicomweb/studies/1.2.9{path}")).status_code == 404
    assert here.physician.get(here.address("dicomweb/studies")).json() == []
    refused = here.physician.post(
        here.address("imaging/archive/"), {"study": "1.2.9", "confirmed": "x"}
    )
    assert refused.status_code == 422


@pytest.mark.parametrize(
    "path",
    ["series/../../instances", "series/1.2/instances/1.2/rendered", "series/x", "series/1.2/x"],
)
def test_nothing_else_of_the_archive_is_reached(archive: Orthanc, path: str) -> None:
    here = alone()
    uid = next(u for u, one in offered(here).items() if not one.differs)
    here.physician.post(here.address("imaging/archive/"), {"study": uid})
    assert here.physician.get(here.address(f"dicomweb/studies/{uid}/{path}")).status_code == 404


def test_an_archive_that_is_down_is_said_in_a_sentence_and_local_images_open(
    sqlite: str, settings: Any
) -> None:
    settings.ARCHIVE_URL = f"http://127.0.0.1:{_free()}/dicom-web"
    here = attached(alone())
    page = here.physician.get(here.address("imaging/archive/"))
    assert page.status_code == 422 and "does not answer" in page.content.decode()
    assert here.physician.get(here.address("imaging/")).status_code == 200
    author = entries_of(here.patient.chart_id)[0]
    append_entry(chart=here.patient.chart_id, statement=ImagingStudy(modality="ct", study_uid="1.2.9"),
                 author="u1", role=author.role, provenance=Provenance.IMPORTED)  # fmt: skip
    assert len(here.physician.get(here.address("dicomweb/studies")).json()) == 1
    away = here.physician.get(here.address("dicomweb/studies/1.2.9/metadata"))
    assert away.status_code == 503 and "does not answer" in away.content.decode()


def test_a_wrong_password_is_said_in_a_sentence_that_does_not_hold_it(archive: Orthanc) -> None:
    with pytest.raises(ArchiveUnreachable, match="refused the clinic's password") as refused:
        Archive(url=archive.url, user=USER, password="wrong-word").find(number="10234")
    assert "wrong-word" not in str(refused.value)


def test_the_archive_of_one_clinic_is_not_anothers(archive: Orthanc) -> None:
    from needlepoint.accounts.models import Clinic

    here = alone()
    other = Clinic.objects.exclude(pk=here.patient.clinic_id).get()
    assert archive_of(here.patient.clinic_id) is not None and archive_of(other.pk) is None
    from django.conf import settings

    settings.ARCHIVE_CLINIC = ""
    assert archive_of(here.patient.clinic_id) is None, "two clinics, and nobody said whose it is"
