"""Files that are broken, or built to do harm: refused in a sentence, nothing kept, the clinic goes on."""

from __future__ import annotations

import io
import os
import struct
import tempfile
import zipfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from images import (
    CT,
    DIR,
    PDF,
    SR,
    element,
    fluoroscopy,
    image,
    nested,
    preamble,
    study,
    zipped,
)
from sending import clinic, refused, send

from needlepoint.core.errors import RefusedFile
from needlepoint.imaging.headers import read_header
from needlepoint.store.models import Attachment, ImageRow

BIG = 0xFFFFFFF0
HOSTILE = {
    "cut in its pixels": (study()[0][:-5000], "cut short"),
    "cut in its header": (study()[0][:600], "cut short"),
    "cut in the first bytes": (study()[0][:140], "cut short"),
    "a clip without its end": (fluoroscopy()[:-8], "cut short"),
    "fewer pixels than it says": (image(pixels=b"\0" * 20), "fewer pixels"),
    "a length of four gigabytes": (preamble() + element(0x00081140, b"UT", b"x", BIG), "does not have"),
    "a sequence of four gigabytes": (preamble() + element(0x00081140, b"SQ", b"", BIG), "does not have"),
    "pixels of four gigabytes": (preamble() + element(0x7FE00010, b"OW", b"xx", BIG), "does not have"),
    "ten thousand sequences deep": (nested(10_000), "nested"),
    "no end to a sequence": (preamble() + element(0x00081140, b"SQ", b"", 0xFFFFFFFF), "cut short"),
    "an item outside a sequence": (preamble() + struct.pack("<HHL", 0xFFFE, 0xE000, 8) + b"\0" * 8, "wrongly"),
    "an end of nothing": (preamble() + struct.pack("<HHL", 0xFFFE, 0xE00D, 0), "wrongly"),
    "noise behind the head": (preamble() + b"\x08\x00\x05\x00??\x01\x00" + b"\xfe" * 64, "no DICOM element"),
    "deflated": (preamble("1.2.840.10008.1.2.1.99") + b"x" * 400, "not taken"),
    "big-endian": (preamble("1.2.840.10008.1.2.2") + b"x" * 400, "not taken"),
    "a video": (preamble("1.2.840.10008.1.2.4.102") + b"x" * 400, "not taken"),
    "no transfer syntax": (b"\0" * 128 + b"DICM" + b"\0" * 400, "not taken"),
    "no image": (image(Rows=None), "Rows"),
    "an impossible size": (image(Columns=0), "impossible Columns"),
    "an impossible number of frames": (image(NumberOfFrames="99999"), "impossible NumberOfFrames"),
    "a number that is a path": (image(StudyInstanceUID="../../etc/passwd"), "StudyInstanceUID"),
    "a number that is too long": (image(SeriesInstanceUID="1." * 40 + "1"), "SeriesInstanceUID"),
}  # fmt: skip


@pytest.mark.parametrize("what", HOSTILE)
def test_a_hostile_file_is_refused_by_name_and_nothing_is_kept(sqlite: str, what: str) -> None:
    here = clinic()
    content, says = HOSTILE[what]
    page = refused(send(here.physician, here, {"good.dcm": study()[0], "bad.dcm": content}))
    assert says in page and "bad.dcm" in page and "Nothing was kept" in page
    assert here.physician.get(here.address("imaging/")).status_code == 200


OTHERS = {
    "a picture": (b"\x89PNG\r\n\x1a\n" + b"\0" * 200, "not a DICOM file"),
    "a program": (b"MZ" + b"\0" * 400, "not a DICOM file"),
    "nothing": (b"", "not a DICOM file"),
    "a PDF in DICOM": (image(kind=PDF), "a PDF inside DICOM"),
    "a dose report": (image(kind=SR), "enter its totals"),
    "a table of contents": (image(kind=DIR), "table of contents"),
    "an unknown class": (image(kind="1.2.3.4.5"), "no image we can show"),
}


@pytest.mark.parametrize("what", OTHERS)
def test_what_is_no_image_is_named_with_its_cure(sqlite: str, what: str) -> None:
    here = clinic()
    content, says = OTHERS[what]
    assert says in refused(send(here.physician, here, {"it": content}))
    beside = send(here.physician, here, {"it": content, "good.dcm": study()[0]}, follow=True)
    assert ImageRow.objects.count() == 1 and beside.status_code == 302
    assert says in here.physician.get(here.address("imaging/")).content.decode()


def symlinked() -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        link = zipfile.ZipInfo("image.dcm")
        link.external_attr = 0o120777 << 16
        archive.writestr(link, "/etc/passwd")
    return packed.getvalue()


def locked() -> bytes:
    content = bytearray(zipped({"a.dcm": study()[0]}))
    at = content.find(b"PK\x01\x02")
    content[at + 8] |= 1
    content[6] |= 1
    return bytes(content)


ZIPS = {
    "a bomb": (zipped({"a.dcm": b"\0" * 60_000_000}), "far more"),
    "a path outside": (zipped({"../../etc/cron.d/x": study()[0]}), "outside itself"),
    "an absolute path": (zipped({"/etc/cron.d/x": study()[0]}), "outside itself"),
    "a path of another system": (zipped({"..\\..\\x": study()[0]}), "outside itself"),
    "a drive": (zipped({"C:/x": study()[0]}), "outside itself"),
    "a link": (symlinked(), "link"),
    "a lock": (locked(), "password"),
    "an archive in it": (zipped({"inner.zip": zipped({"a.dcm": study()[0]})}), "another archive"),
    "cut off": (zipped({"a.dcm": study()[0]})[:-60], "damaged or cut short"),
    "a wrong checksum": (
        zipped({"a.dcm": study()[0]}).replace(b"PK\x01\x02", b"PK\x01\x03"),
        "damaged",
    ),
}


@pytest.mark.parametrize("what", ZIPS)
def test_a_hostile_archive_is_refused_and_nothing_is_kept(sqlite: str, what: str) -> None:
    here = clinic()
    content, says = ZIPS[what]
    assert says in refused(send(here.physician, here, {"study.zip": content}))


def test_an_archive_that_lies_about_its_size_is_stopped_as_it_comes(
    sqlite: str, settings: Any
) -> None:
    settings.IMAGES_MB = 1
    content = zipped({"a.dcm": os.urandom(3_000_000)}, compresslevel=0)
    lying = content.replace(struct.pack("<L", 3_000_000), struct.pack("<L", 300_000))
    here = clinic()
    page = refused(send(here.physician, here, {"study.zip": lying}))
    assert "more than 1 MB" in page or "damaged" in page


def test_ten_thousand_tiny_files_are_too_many(sqlite: str) -> None:
    here = clinic()
    tiny = zipped({f"{n}.dcm": b"" for n in range(10_000)})
    assert "more than 5000 files" in refused(send(here.physician, here, {"study.zip": tiny}))
    answer = send(here.physician, here, {f"{n}.dcm": b"x" for n in range(5_001)})
    assert answer.status_code == 400 and "too many for one upload" in answer.content.decode()
    assert here.physician.get(here.address("imaging/")).status_code == 200
    assert not Attachment.objects.exists()


def test_an_upload_that_was_cut_off_keeps_nothing(sqlite: str) -> None:
    here = clinic()
    assert "cut off" in refused(send(here.physician, here, study(), whole=None))


def test_nothing_is_left_in_the_temporary_folder(
    sqlite: str, tmp_path: Path, monkeypatch: Any
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    here = clinic()
    for content in (nested(500), zipped({"a.dcm": study()[0]})[:-60], study()[0][:900]):
        refused(send(here.physician, here, {"x.zip": content}))
    send(here.physician, here, study())
    assert list(tmp_path.glob("needlepoint-images-*")) == []


def test_script_in_a_header_is_shown_as_text(sqlite: str) -> None:
    here = clinic()
    evil = "<script>alert(1)</script>"
    files = [image(StudyDescription=evil, BodyPartExamined="<B>", SeriesDescription=evil)]
    send(here.physician, here, {f"{evil}.dcm": files[0], f"{evil}.txt": b"no image"})
    page = here.physician.get(here.address("imaging/")).content.decode()
    assert evil not in page and "script&gt;.txt" in page
    metadata = here.physician.get(here.address("dicomweb/studies/1.2.3.4/metadata"))
    assert metadata["Content-Type"] == "application/dicom+json" and metadata["X-Content-Type-Options"] == "nosniff"  # fmt: skip


def _header(content: bytes, tmp: Path) -> None:
    path = tmp / "file"
    path.write_bytes(content)
    try:
        read_header(path)
    except RefusedFile:
        return


GOOD = [study()[0][:2000], image(kind=CT), fluoroscopy()]


@given(st.sampled_from(GOOD), st.lists(st.tuples(st.integers(132, 1999), st.binary(min_size=1, max_size=4)), max_size=6))  # fmt: skip
def test_no_change_of_bytes_breaks_the_reader(
    tmp_path_factory: pytest.TempPathFactory, content: bytes, changes: list[tuple[int, bytes]]
) -> None:
    bent = bytearray(content)
    for at, value in changes:
        bent[at : at + len(value)] = value
    _header(bytes(bent), tmp_path_factory.mktemp("bent"))


@given(st.binary(max_size=400))
def test_no_noise_breaks_the_reader(tmp_path_factory: pytest.TempPathFactory, noise: bytes) -> None:
    _header(preamble() + noise, tmp_path_factory.mktemp("noise"))
    _header(preamble("1.2.840.10008.1.2") + noise, tmp_path_factory.mktemp("noise"))
