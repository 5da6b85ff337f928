"""The small DICOMweb: what a viewer asks for, answered by the standard, for the treating team alone."""

from __future__ import annotations

import io
import json
from email.parser import BytesParser
from email.policy import HTTP
from pathlib import Path
from typing import Any

import pydicom
import pytest
from images import RF, element, fluoroscopy, image, study
from pydicom.encaps import generate_frames
from sending import attached, clinic

from needlepoint.core.errors import RefusedFile
from needlepoint.imaging.frames import frames_of
from needlepoint.store.models import ImageRow
from web.people import looks

GOLDEN = Path(__file__).parent / "golden"
PATHS = ["studies", "studies/{0}/series", "studies/{0}/instances", "studies/{0}/metadata", "studies/{0}",
         "studies/{0}/series/{1}/instances", "studies/{0}/series/{1}/metadata", "studies/{0}/series/{1}",
         "studies/{0}/series/{1}/instances/{2}", "studies/{0}/series/{1}/instances/{2}/metadata",
         "studies/{0}/series/{1}/instances/{2}/frames", "studies/{0}/series/{1}/instances/{2}/frames/1"]  # fmt: skip


def parts_of(answer: Any) -> list[tuple[str, bytes]]:
    """A multipart body, read by a parser that is not ours."""
    head = f"Content-Type: {answer['Content-Type']}\r\n\r\n".encode()
    message = BytesParser(policy=HTTP).parsebytes(head + answer.getvalue())
    assert message.is_multipart() and message.get_content_type() == "multipart/related"
    return [
        (part["Content-Type"].replace('"', ""), part.get_payload(decode=True))
        for part in message.iter_parts()
    ]  # type: ignore[attr-defined]


def numbers() -> tuple[str, str, str]:
    row = ImageRow.objects.order_by("attachment__sequence").first()
    assert row is not None
    return row.study, row.series, row.instance


@pytest.mark.parametrize("path", PATHS)
def test_only_the_treating_team_sees_images_and_the_look_is_written_down_once(
    sqlite: str, path: str
) -> None:
    here = attached(clinic())
    address = here.address(f"dicomweb/{path.format(*numbers())}")
    for _ in range(3):
        assert here.physician.get(address).status_code == 200
    assert looks(here.patient.pk).count(("images", "allowed")) == 1
    for _ in range(2):
        assert here.outsider.get(address).status_code == 404
    assert looks(here.patient.pk).count(("images", "refused")) == 2
    assert here.physician.post(address).status_code == 405


def test_images_of_another_patient_are_not_there(sqlite: str) -> None:
    from clinic import a_patient

    here = attached(clinic())
    other = a_patient(here.patient.clinic, here.team, family_name="Stone")
    for path in PATHS[1:]:
        assert (
            here.physician.get(
                f"/patients/{other.pk}/dicomweb/{path.format(*numbers())}"
            ).status_code
            == 404
        )
    assert here.physician.get(f"/patients/{other.pk}/dicomweb/studies").json() == []


def test_a_file_comes_back_byte_for_byte(sqlite: str) -> None:
    files = [*study(), fluoroscopy()]
    here = attached(clinic(), files)
    for row in ImageRow.objects.all():
        address = here.address(
            f"dicomweb/studies/{row.study}/series/{row.series}/instances/{row.instance}"
        )
        answer = here.physician.get(address, HTTP_ACCEPT='multipart/related; type="application/dicom"; transfer-syntax=*')  # fmt: skip
        [(media_type, content)] = parts_of(answer)
        assert media_type == f"application/dicom; transfer-syntax={row.syntax}" and content in files
        assert 'type="application/dicom"' in answer["Content-Type"]
    whole = here.physician.get(here.address(f"dicomweb/studies/{numbers()[0]}"))
    assert [content for _, content in parts_of(whole)] == study()
    assert here.physician.get(address, HTTP_ACCEPT="text/html").status_code == 406


@pytest.mark.parametrize("frames", [1, 3, 5])
def test_frames_are_those_that_pydicom_finds(sqlite: str, frames: int) -> None:
    odd = image(Rows=3, Columns=3, BitsAllocated=8, BitsStored=8, HighBit=7, frames=frames,
                pixels=bytes(range(9 * frames)) + b"\0" * (frames % 2), SOPInstanceUID="1.2.3.4.1.9")  # fmt: skip
    here = attached(clinic(), [fluoroscopy(frames), odd])
    for row in ImageRow.objects.all():
        data = pydicom.dcmread(io.BytesIO(odd if row.sop_class != RF else _kept(row)))
        expected = (
            list(generate_frames(data.PixelData, number_of_frames=frames)) if row.is_packed
            else [bytes(range(9 * n, 9 * n + 9)) for n in range(frames)]
        )  # fmt: skip
        address = here.address(
            f"dicomweb/studies/{row.study}/series/{row.series}/instances/{row.instance}/frames/"
        )
        wanted = ",".join(str(n) for n in range(1, frames + 1))
        answer = here.physician.get(address + wanted, HTTP_ACCEPT='multipart/related; type="application/octet-stream"; transfer-syntax=*')  # fmt: skip
        found = parts_of(answer)
        kind = "image/jpeg" if row.is_packed else "application/octet-stream"
        assert [content for _, content in found] == expected
        assert {media_type for media_type, _ in found} == {f"{kind}; transfer-syntax={row.syntax}"}
        for wrong in ("0", str(frames + 1), "x", "1,", "-1", "1,9999999"):
            assert here.physician.get(address + wrong).status_code == 404, wrong


def _kept(row: ImageRow) -> bytes:
    from needlepoint.imaging.frames import path_of_image

    return path_of_image(row).read_bytes()


def test_headers_are_as_they_were_before(sqlite: str) -> None:
    """The golden file: what a viewer is told of one image, identity from our own records."""
    here = attached(clinic())
    address = here.address(f"dicomweb/studies/{numbers()[0]}/metadata")
    said = here.physician.get(address).json()
    text = json.dumps(said[0], indent=1, sort_keys=True, ensure_ascii=False)
    text = text.replace(str(here.patient.pk), "PATIENT")
    path = GOLDEN / "metadata.json"
    assert text + "\n" == path.read_text(encoding="utf-8")
    data = pydicom.Dataset.from_json(said[0], lambda *_: b"")
    assert str(data.PatientName) == "Rivera^Ana" and data.PatientID == "10234"
    assert data.Rows == 256 and data[0x00083002].value == "1.2.840.10008.1.2.1"


@pytest.mark.parametrize(
    ("asked", "count"),
    [("", 1), ("?ModalitiesInStudy=MR", 1), ("?ModalitiesInStudy=CT", 0), ("?StudyDate=20260101-20260301", 1),
     ("?StudyDate=20260301-", 0), ("?StudyDescription=PHANTOM*", 1), ("?00081030=x", 0), ("?limit=0", 0), ("?offset=1", 0),
     ("?includefield=all&limit=101", 1), ("?StudyInstanceUID=1.2", 0)],
)  # fmt: skip
def test_studies_are_found_by_what_the_standard_names(sqlite: str, asked: str, count: int) -> None:
    here = attached(clinic())
    assert len(here.physician.get(here.address("dicomweb/studies") + asked).json()) == count


def test_a_search_tells_how_many_series_and_images(sqlite: str) -> None:
    here = attached(clinic(), [*study(), fluoroscopy()])
    found = here.physician.get(here.address("dicomweb/studies")).json()
    counts = {
        s["0020000D"]["Value"][0]: (s["00201206"]["Value"][0], s["00201208"]["Value"][0])
        for s in found
    }
    assert sorted(counts.values()) == [(1, 1), (1, 3)]
    series = here.physician.get(here.address("dicomweb/studies/1.2.3.4/series")).json()
    assert series[0]["00080060"]["Value"] == ["RF"] and series[0]["00201209"]["Value"] == [1]


def test_a_large_value_has_an_address_and_comes_back_whole(sqlite: str) -> None:
    table = bytes(range(256)) * 16
    content = bytearray(image(SOPInstanceUID="1.2.3.4.1.7"))
    at = content.rfind(b"\xe0\x7f\x10\x00")
    content[at:at] = element(0x00281201, b"OW", table)
    here = attached(clinic(), [bytes(content)])
    [said] = here.physician.get(here.address("dicomweb/studies/1.2.3.4/metadata")).json()
    where = said["00281201"]["BulkDataURI"].removeprefix("http://testserver")
    assert parts_of(here.physician.get(where)) == [("application/octet-stream", table)]
    assert here.physician.get(where.replace("00281201", "00100010")).status_code == 404
    assert here.physician.get(where.replace("00281201", "zz")).status_code == 404


def test_private_values_and_identity_stay_in_the_file(sqlite: str) -> None:
    content = bytearray(image(SOPInstanceUID="1.2.3.4.1.8", OtherPatientIDs="SECRET", PatientAddress="SECRET",
                              RequestingPhysician="Dr Who"))  # fmt: skip
    at = content.rfind(b"\xe0\x7f\x10\x00")
    content[at:at] = element(0x00290010, b"LO", b"ACME") + element(0x00291001, b"LO", b"SECRET")
    here = attached(clinic(), [bytes(content)])
    answer = here.physician.get(here.address("dicomweb/studies/1.2.3.4/metadata"))
    assert "SECRET" not in answer.content.decode() and "ACME" not in answer.content.decode()


def test_a_frame_that_is_not_there_is_refused(sqlite: str) -> None:
    attached(clinic(), [fluoroscopy(2)])
    row = ImageRow.objects.select_related("attachment").get()
    with pytest.raises(RefusedFile, match="frames 1 to 2"):
        frames_of(row, [3])


def test_the_viewer_is_let_do_more_on_its_own_address_only(sqlite: str) -> None:
    here = attached(clinic())
    viewer = here.physician.get(here.address("images/viewer?StudyInstanceUIDs=1.2"))
    policy = viewer["Content-Security-Policy"]
    assert "'wasm-unsafe-eval'" in policy and "frame-ancestors 'self'" in policy
    assert (
        "'unsafe-eval'" not in policy
        and "default-src 'none'" in policy
        and "form-action 'none'" in policy
    )
    assert viewer["X-Frame-Options"] == "SAMEORIGIN"
    page = here.physician.get(here.address("imaging/"))
    assert "unsafe" not in page["Content-Security-Policy"] and page["X-Frame-Options"] == "DENY"
    for path in ("dicomweb/studies", "story/"):
        assert "unsafe" not in here.physician.get(here.address(path))["Content-Security-Policy"]
    assert here.outsider.get(here.address("images/viewer")).status_code == 404
    assert b"<script>" not in viewer.content and b"Rivera" not in viewer.content
