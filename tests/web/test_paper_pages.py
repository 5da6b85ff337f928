"""Papers: looked at, taken away, signed; identity stands on the paper and never in its name."""

from __future__ import annotations

import hashlib
import io
import re
from datetime import UTC, datetime, timedelta

import pypdf
import pytest

from needlepoint.core.chart import Decision
from web.people import Practice, entries, practice
from web.test_blocks import CASE as BLOCK
from web.test_blocks import performed, planned
from web.test_treatment import CASE, burn


def plans(here: Practice, entry: str) -> list[str]:
    return [f"papers/{kind}/{entry}/" for kind in ("packet", "instructions", "consent")]


def test_a_paper_is_shown_sentence_for_sentence_with_who_the_patient_is(sqlite: str) -> None:
    here = practice(CASE)
    for tab in (*plans(here, burn(here)), "papers/letter/chart/"):
        answer = here.physician.get(here.address(tab))
        text, page = answer.content.decode(), answer.context["page"]
        assert answer.status_code == 200 and "Ana Rivera" in page.identity
        for section in page.sections:
            for piece in section.sentences:
                assert piece.says[:30].split("'")[0] in text


def test_a_pdf_names_the_patient_on_the_page_and_not_in_its_name(sqlite: str) -> None:
    here = practice(CASE)
    answer = here.physician.get(here.address(f"papers/packet/{burn(here)}/pdf/"))
    assert answer["Content-Type"] == "application/pdf"
    assert re.fullmatch(
        r'attachment; filename="packet-en-\d{4}-\d\d-\d\d\.pdf"', answer["Content-Disposition"]
    )
    pages = pypdf.PdfReader(io.BytesIO(answer.content)).pages
    assert pages and all("Ana Rivera" in page.extract_text() for page in pages)


def test_a_packet_of_one_authority_leaves_the_others_out(sqlite: str) -> None:
    here = practice(CASE)
    entry = burn(here)
    every = here.physician.get(here.address(f"papers/packet/{entry}/")).context["page"]
    subjects = here.physician.get(here.address("papers/")).context["page"].subjects
    policy = next(one.policy for s in subjects for one in s.papers if one.policy)
    one = here.physician.get(here.address(f"papers/packet/{entry}/"), {"policy": policy})
    tables = [s for s in one.context["page"].sections if s.columns]
    assert len(tables) == 1 < len([s for s in every.sections if s.columns])


def test_papers_for_the_patient_speak_spanish(sqlite: str) -> None:
    here = practice(CASE)
    entry = burn(here)
    for kind in ("consent", "instructions"):
        address = here.address(f"papers/{kind}/{entry}/")
        page = here.physician.get(address, {"language": "es"}).context["page"]
        assert page.language == "es"
        assert page.title != here.physician.get(address).context["page"].title


def test_the_calendar_carries_no_name(sqlite: str) -> None:
    here = practice(CASE)
    entry = burn(here, at=datetime.now(UTC) + timedelta(days=9))
    assert (
        f"papers/calendar/{entry}/ics/"
        in here.physician.get(here.address("papers/")).content.decode()
    )
    answer = here.physician.get(here.address(f"papers/calendar/{entry}/ics/"))
    text = answer.content.decode()
    assert answer["Content-Type"].startswith("text/calendar") and "BEGIN:VEVENT" in text
    assert "Rivera" not in text and "Rivera" not in answer["Content-Disposition"]


def test_a_day_that_is_not_fixed_has_no_calendar(sqlite: str) -> None:
    here = practice(CASE)
    entry = burn(here)
    page = here.physician.get(here.address("papers/")).content.decode()
    assert f"papers/calendar/{entry}/ics/" not in page
    answer = here.physician.get(here.address(f"papers/calendar/{entry}/ics/")).content.decode()
    assert "BEGIN:VEVENT" not in answer


def test_a_note_is_written_by_name_and_not_by_number(sqlite: str) -> None:
    here = practice(BLOCK)
    here.user.name = "Dr. Vera Exemplar"
    here.user.save()
    note = here.physician.get(here.address(f"papers/note/{performed(here)}/text/"))
    assert "Performed by Dr. Vera Exemplar" in note.content.decode()


def test_what_is_missing_leads_to_where_it_is_entered(sqlite: str) -> None:
    here = practice(CASE)
    entry = burn(here)
    answer = here.physician.get(here.address(f"papers/packet/{entry}/"))
    missing = answer.context["page"].missing
    assert missing and all(one.tab for one in missing)
    assert here.address(f"planned/{entry}/") in answer.content.decode()


def test_looking_keeps_nothing_and_signing_keeps_the_paper_with_its_hash(sqlite: str) -> None:
    from needlepoint.store.models import Attachment
    from needlepoint.store.verifying import verify

    here = practice(CASE)
    entry = burn(here)
    before = len(entries(here.patient.pk))
    for tab in (f"papers/consent/{entry}/", f"papers/consent/{entry}/pdf/"):
        here.physician.get(here.address(tab))
    assert len(entries(here.patient.pk)) == before and not Attachment.objects.exists()
    here.physician.post(here.address(f"papers/consent/{entry}/sign/"), {"language": "es"})
    decision, kept = entries(here.patient.pk)[-1], Attachment.objects.get()
    assert isinstance(decision, Decision) and decision.about == f"paper:consent:{entry}"
    page = here.physician.get(here.address("papers/")).context["page"]
    answer = here.physician.get(here.address(f"papers/signed/{page.signed[0].entry}/"))
    content = b"".join(answer.streaming_content)  # type: ignore[attr-defined]
    assert hashlib.sha256(content).hexdigest() == kept.sha256
    assert "Rivera" not in answer["Content-Disposition"]
    assert verify(with_files=True).damage == ()
    letter = here.physician.get(here.address("papers/letter/chart/text/")).content.decode()
    assert "paper:" not in letter


def test_a_paper_about_nothing_does_not_exist(sqlite: str) -> None:
    here = practice(BLOCK)
    entry = planned(here)
    for tab in (
        "letter/x",
        "note/x",
        f"note/{entry}",
        "packet/x",
        f"poem/{entry}",
        "consent/chart",
    ):
        for ending in ("", "pdf/", "text/"):
            assert here.physician.get(here.address(f"papers/{tab}/{ending}")).status_code == 404
    assert here.physician.get(here.address("papers/calendar/x/ics/")).status_code == 404
    assert here.physician.get(here.address("papers/signed/x/")).status_code == 404


@pytest.mark.parametrize("tab", ["papers/", "papers/letter/chart/pdf/"])
def test_another_clinic_gets_no_paper(sqlite: str, tab: str) -> None:
    here = practice(CASE)
    answer = here.outsider.get(here.address(tab))
    assert answer.status_code == 404 and b"Rivera" not in answer.content


def test_a_coordinator_looks_at_a_paper_and_signs_none(sqlite: str) -> None:
    here = practice(CASE)
    assert here.coordinator.post(here.address("papers/letter/chart/sign/")).status_code == 403
    assert here.coordinator.get(here.address("papers/letter/chart/")).status_code == 200
