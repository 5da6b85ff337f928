"""Blocks, treatment and papers in a browser: from a plan to a reading, from options to a packet."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pypdf
import pytest
from playwright.sync_api import Page, expect

from browser.usable import check_usable

PAGES = {
    "blocks": ("Birch", "blocks/"),
    "no block yet": ("Alder", "blocks/"),
    "planning a block": ("Alder", "plan/lumbar_medial_branch_block/"),
    "a planned block": ("Dogwood", "planned/also-3/"),
    "a sheet": ("Dogwood", "planned/also-3/sheet/"),
    "performing a block": ("Dogwood", "blocks/also-3/perform/"),
    "a diary that is running": ("Larch", "blocks/also-2/"),
    "a block without a reading": ("Nutmeg", "blocks/also-0/"),
    "a toxicity card": ("Dogwood", "cards/last/"),
    "options side by side": ("Birch", "treatment/"),
    "an option": ("Cedar", "treatment/option/sacroiliac_steroid_injection/"),
    "a planned treatment": ("Birch", "planned/also-6/"),
    "performing a treatment": ("Birch", "treatment/planned/also-6/perform/"),
    "a treatment that was done": ("Juniper", "treatment/done/also-2/"),
    "complications": ("Juniper", "complications/also-2/"),
    "why it was done differently": ("Juniper", "deviation/also-2/"),
    "a note with a deviation": ("Juniper", "papers/note/also-2/"),
    "a withdrawal card": ("Willow", "papers/card/withdrawal/"),
    "papers": ("Birch", "papers/"),
    "a packet": ("Birch", "papers/packet/also-6/"),
    "a consent in Spanish": ("Birch", "papers/consent/also-6/?language=es"),
}


@pytest.mark.parametrize("size", ["desktop", "phone"])
@pytest.mark.parametrize("name", PAGES)
def test_everyone_can_use_it_and_it_fits(visit: Any, patient: Any, name: str, size: str) -> None:
    page = visit(size)
    patient(page, *PAGES[name])
    check_usable(page)


def plan_a_block(page: Page, patient: Callable[..., None], name: str) -> None:
    """Left L4-L5, consent taken, ready for the needle."""
    patient(page, name, "plan/lumbar_medial_branch_block/")
    untick(page)
    page.locator("input[name='levels-facet_joint'][value='L4-L5:left']").check()
    page.get_by_role("button", name="Plan it").click()
    page.wait_for_url("**/planned/**")
    page.get_by_label("What is done, its chance").check()
    page.get_by_label("The patient").select_option("yes")
    page.get_by_role("button", name="Write down").click()
    expect(page.get_by_role("status").first).to_contain_text("Consent written down")
    page.get_by_role("link", name="Time-out and perform").click()


def untick(page: Page) -> None:
    ticked = page.locator(".levels input:checked")
    while ticked.count():
        ticked.first.uncheck()


def fill_in(page: Page) -> None:
    for box in page.locator(".time-out input").all():
        box.check()
    if page.get_by_label("Why it was done all the same").count():
        page.get_by_label("Why it was done all the same").fill("Weighed with the patient.")
    page.get_by_label("Pain just before").fill("7")
    page.get_by_label("Agent", exact=True).select_option("bupivacaine")
    page.get_by_label("Strength").fill("0.5")
    page.get_by_label("Volume a place").fill("0.5")
    page.get_by_label("Contrast", exact=True).select_option("as_intended")
    page.get_by_label("Sedation", exact=True).select_option("none")
    page.get_by_label("Guidance", exact=True).select_option("fluoroscopy")


@pytest.mark.parametrize(("name", "script"), [("Yarrow", True), ("Fir", False)])
def test_the_wrong_side_is_refused_and_a_reading_moves_the_answer(
    visit: Any, patient: Any, name: str, script: bool
) -> None:
    page = visit("desktop" if script else "phone", script=script)
    plan_a_block(page, patient, name)
    page.locator("#typed").fill("right L4-L5 facet_joint")
    fill_in(page)
    page.get_by_role("button", name="Performed").click()
    expect(page.get_by_role("alert").first).to_contain_text("STOP")
    expect(page.get_by_label("Pain just before")).to_have_value("7")
    page.locator("#typed").fill("")
    untick(page)
    page.locator("input[name='levels-facet_joint'][value='L4-L5:left']").check()
    page.get_by_role("button", name="Performed").click()
    expect(page.locator(".rail [aria-current]")).to_have_text("Performed")
    expect(page.get_by_text("A block without an answer is no evidence")).to_be_visible()
    page.get_by_label("Minutes after").fill("0")
    page.get_by_label("Pain then").fill("6")
    page.get_by_role("button", name="Write down").click()
    expect(page.locator(".rail [aria-current]")).to_have_text("Diary running")


def test_a_reading_within_the_time_moves_the_answer(visit: Any, patient: Any) -> None:
    page = visit()
    patient(page, "Nutmeg", "blocks/also-0/")
    before = page.locator(".moved tbody tr").first.locator("strong").inner_text()
    page.get_by_label("Minutes after").fill("30")
    page.get_by_label("Pain then").fill("0")
    page.get_by_role("button", name="Write down").click()
    expect(page.locator(".big")).to_contain_text("relief")
    expect(page.locator("[data-chart] svg")).to_be_visible()
    grid = page.locator("[data-chart] svg .role-axis-grid line").first
    assert grid.get_attribute("stroke") not in (None, "#000", "rgb(0, 0, 0)")  # of the house
    page.wait_for_load_state("networkidle")
    assert page.locator(".moved tbody tr").first.locator("strong").inner_text() != before


def test_level_and_side_are_picked_on_the_spine_and_the_look_follows(
    visit: Any, patient: Any
) -> None:
    page = visit()
    patient(page, "Alder", "plan/lumbar_medial_branch_block/")
    box = page.locator("input[value='L3-L4:right']")
    expect(box).not_to_be_checked()
    page.locator("svg [data-zone='L3-L4'][data-side=right]").first.click()
    expect(box).to_be_checked()
    expect(page.locator("#prospect")).to_contain_text("right L2 medial branch")


def test_time_out_and_place_are_entered_by_keyboard_alone(visit: Any, patient: Any) -> None:
    page = visit()
    patient(page, "Dogwood", "blocks/also-3/perform/")
    page.locator("#typed").focus()
    page.keyboard.type("right sacroiliac_joint")
    boxes = page.locator(".time-out input")
    for n in range(boxes.count()):
        page.keyboard.press("Tab")
        expect(boxes.nth(n)).to_be_focused()
        page.keyboard.press("Space")
        expect(boxes.nth(n)).to_be_checked()
    page.keyboard.press("Tab")
    expect(page.get_by_label("Pain just before")).to_be_focused()


@pytest.mark.parametrize(("therapy", "script"), [("structured_exercise", True),
                                                 ("duloxetine", False)])  # fmt: skip
def test_from_the_options_to_a_reason_and_a_packet(
    visit: Any, patient: Any, therapy: str, script: bool
) -> None:
    page = visit(script=script)
    patient(page, "Birch", "treatment/")
    page.locator(f".data a[href*='/option/{therapy}/']").first.click()
    page.get_by_label("Decide against").check()
    page.get_by_role("button", name="Sign", exact=True).click()
    expect(page.get_by_text("Give the reason")).to_be_visible()
    page.get_by_label("Reason").fill("Tried for a year without effect.")
    page.get_by_role("button", name="Sign", exact=True).click()
    expect(page.locator(".decided.overridden")).to_contain_text("Tried for a year")
    page.get_by_role("link", name="Papers").click()
    page.get_by_role("link", name="Payer packet, all authorities").click()
    with page.expect_download() as waited:
        page.get_by_role("link", name="Download PDF").click()
    name = waited.value.suggested_filename
    assert re.fullmatch(r"packet-en-\d{4}-\d\d-\d\d\.pdf", name)
    reader = pypdf.PdfReader(io.BytesIO(Path(waited.value.path()).read_bytes()))
    assert "Birch" in reader.pages[0].extract_text()
