"""The knowledge base in the browser: found, shown with its grounds, compared; payers checked."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from clinic import a_user
from needlepoint.accounts.models import PayerFile, StaffChange
from needlepoint.core.knowledge import Knowledge
from needlepoint.web.library.files import file_page
from needlepoint.web.library.index import review_page, source_page
from needlepoint.web.shell.parts import knowledge_texts, listing, shipped
from needlepoint.web.shell.payers import asking
from web.people import practice, signed_in

MANUAL = Path(__file__).parents[2] / "docs" / "coverage.md"
OTHER = "/knowledge/payers/"


def example() -> str:
    found = re.search(r"```yaml\n(id: example_health_facet.*?)```", MANUAL.read_text(), re.DOTALL)
    assert found is not None
    return found.group(1)


def boss_of(here: object) -> object:
    return signed_in(a_user(here.user.clinic, "administrator"))  # type: ignore[attr-defined]


@pytest.mark.parametrize("role", ["nurse", "coordinator", "researcher", "administrator"])
def test_every_member_of_staff_may_read_it(sqlite: str, role: str) -> None:
    browser = signed_in(a_user(practice(None).user.clinic, role))
    for name in ("knowledge", "knowledge_review", "knowledge_unverified", "knowledge_differences",
                 "payers"):  # fmt: skip
        assert browser.get(reverse(name)).status_code == 200, name


def test_an_item_is_found_by_a_word_and_leads_to_its_source_in_full(sqlite: str) -> None:
    browser = practice(None).physician
    found = browser.get(reverse("knowledge"), {"q": "thigh thrust"}).content.decode()
    file = "findings/sacroiliac/thigh_thrust.yaml"
    assert reverse("knowledge_file", args=[file]) in found
    page = browser.get(reverse("knowledge_file", args=[file])).content.decode()
    assert "0.72" in page and "0.5–0.87" in page and "no clinician has checked it" in page
    source = reverse("knowledge_source", args=["simpson-2006"])
    assert source in page
    text = browser.get(source).content.decode()
    assert (
        shipped().sources["simpson-2006"].title in text
        and reverse("knowledge_file", args=[file]) in text
    )
    part = browser.get(reverse("knowledge"), {"q": "zzzz"},
                       headers={"HX-Request": "true", "HX-Target": "found"})  # fmt: skip
    assert "<html" not in part.content.decode() and "Nothing found" in part.content.decode()


@pytest.mark.parametrize("name", ["labat-2008", "peg-2026"])
def test_a_source_whose_values_are_called_items_or_are_lists_has_its_page(
    sqlite: str, name: str
) -> None:
    answer = practice(None).physician.get(reverse("knowledge_source", args=[name]))
    assert answer.status_code == 200
    assert "[&#x27;" not in answer.content.decode()


def test_every_source_is_put_in_words(knowledge: Knowledge) -> None:
    for source in knowledge.sources.values():
        page = source_page(source, knowledge, (), frozenset())
        assert all(one.said for one in page.extracts if one.extract.value), source.id


def test_every_file_has_a_page_that_prints_what_it_holds(knowledge: Knowledge) -> None:
    from datetime import date

    from needlepoint.files.catalogue import read_item

    texts = knowledge_texts().texts
    for one in listing():
        page = file_page(read_item(one.file, texts[one.file]), knowledge, today=date(2026, 12, 1))
        unverified = sum(r.is_unverified for part in page.blocks[: 1 if page.blocks and
                         page.blocks[0].block.day else None] for r in part.rows)  # fmt: skip
        assert unverified == one.unverified, one.file


def test_what_is_overdue_stands_first() -> None:
    from datetime import date

    page = review_page(listing(), today=date(2100, 1, 1))
    assert page.overdue > 500 and all(row.is_overdue for row in page.rows)
    assert [row.review_by for row in page.rows] == sorted(row.review_by for row in page.rows)
    assert review_page(listing(), today=date(2026, 1, 1)).overdue == 0


def test_a_day_that_is_none_is_refused_and_kept(sqlite: str) -> None:
    browser = practice(None).physician
    answer = browser.get(reverse("knowledge_differences"), {"since": "last <week>"})
    text = answer.content.decode()
    assert answer.status_code == 422 and "neither a day" in text and "last &lt;week&gt;" in text
    since = browser.get(reverse("knowledge_differences"), {"since": "2026-01-01"})
    assert since.status_code == 200 and "new" in since.content.decode()


@pytest.mark.parametrize("path", ["sources/simpson-2006.yaml", "../../etc/passwd", "nothing.yaml"])
def test_no_other_file_is_shown(sqlite: str, path: str) -> None:
    assert practice(None).physician.get(f"/knowledge/file/{path}/").status_code == 404


def test_a_file_of_a_payer_is_checked_line_by_line_by_anyone(sqlite: str) -> None:
    browser = practice(None).coordinator
    bad = example().replace("blocks/positive_at/70", "blocks/positiv_at/70")
    answer = browser.post(OTHER, {"file": SimpleUploadedFile("a.yaml", bad.encode())})
    text = answer.content.decode()
    assert answer.status_code == 422 and "positiv_at" in text and "line " in text
    assert "Six weeks of conservative treatment" in text  # what was sent stands there to be mended
    good = browser.post(OTHER, {"text": example()}).content.decode()
    assert "Can be judged" in good and not PayerFile.objects.exists()
    assert browser.post(reverse("add_payer"), {"text": example()}).status_code == 403
    for odd in ("", "- a", "id: ../x", "id: aetna_stimulation\n", "a: [", "\x00"):
        assert browser.post(OTHER, {"text": odd}).status_code == 422, odd
    binary = SimpleUploadedFile("a.yaml", b"\xff\xfe\x00")
    assert browser.post(OTHER, {"file": binary}).status_code == 422


def test_a_kept_file_is_judged_in_this_clinic_and_in_no_other(database: str) -> None:
    here = practice(None)
    boss = boss_of(here)
    assert boss.post(reverse("add_payer"), {"text": example()}).status_code == 302  # type: ignore[attr-defined]
    elsewhere = practice(None)
    from needlepoint.web.shell.parts import knowledge

    def known(clinic: object) -> set[str]:
        with asking(clinic.pk):  # type: ignore[attr-defined]
            return set(knowledge().guidance.policies)

    ships = set(shipped().guidance.policies)
    assert known(here.user.clinic) == ships | {"example_health_facet"}
    assert known(elsewhere.user.clinic) == ships == set(knowledge().guidance.policies)
    boss.post(reverse("use_payer"), {"policy": "aetna_stimulation", "use": "no"})  # type: ignore[attr-defined]
    assert known(here.user.clinic) == (ships | {"example_health_facet"}) - {"aetna_stimulation"}
    boss.post(reverse("use_payer"), {"policy": "example_health_facet", "use": "no"})  # type: ignore[attr-defined]
    assert known(here.user.clinic) == ships - {"aetna_stimulation"}
    said = list(StaffChange.objects.order_by("pk").values_list("what", flat=True))
    assert said[-1] == "payer example_health_facet not used"
    assert "Example Health" in here.physician.get(OTHER).content.decode()
    assert "Example Health" not in elsewhere.physician.get(OTHER).content.decode()
    assert boss.post(reverse("use_payer"), {"policy": "nobody", "use": "yes"}).status_code == 404  # type: ignore[attr-defined]


def test_a_file_that_a_newer_edition_cannot_read_is_left_out_and_named(sqlite: str) -> None:
    here = practice(None)
    PayerFile.objects.create(
        clinic=here.user.clinic, policy_id="old_one", changed_by=here.user,
        text=example().replace("example_health_facet", "old_one").replace("lumbar_medial", "lunar"),
    )  # fmt: skip
    text = here.physician.get(OTHER).content.decode()
    assert "cannot be read by this edition" in text and "is not known" in text
    assert here.physician.get(here.address("pain-source/")).status_code == 200
