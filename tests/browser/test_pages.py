"""The clinic in a browser: on a desk and in a hand, by keyboard, without script, for everyone."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from browser.usable import check_usable

PAGES = {
    "the patient list": ("", ""),
    "the board of today": ("/today/", ""),
    "the board of what is due": ("/due/", ""),
    "a new patient": ("/patients/new/", ""),
    "an item of knowledge": ("/knowledge/thigh_thrust/", ""),
    "the pain source": ("Alder", "pain-source/"),
    "the pain source after blocks": ("Birch", "pain-source/"),
    "an emergency": ("Spruce", "pain-source/"),
    "the pain source of a neck": ("Larch", "pain-source/"),
    "the pain source of a knee": ("Katsura", "pain-source/"),
    "two complaints": ("Umbra", "pain-source/"),
    "the story": ("Alder", "story/"),
    "the pain drawing": ("Alder", "story/drawing/pain/"),
    "the examination": ("Alder", "examination/"),
    "the questions": ("Zinnia", "questions/"),
    "a pump before its refill": ("Willow", "devices/"),
    "a pump that is bridging": ("Acacia", "devices/"),
    "a refill": ("Willow", "devices/pump/refill/"),
    "a change of the pump": ("Acacia", "devices/pump/change/"),
    "whether the pump runs": ("Acacia", "devices/pump/running/"),
    "withdrawal and overdose": ("Acacia", "devices/cards/"),
    "a trial that is running": ("Beech", "devices/"),
    "an intrathecal trial": ("Hawthorn", "devices/"),
    "a stimulator": ("Vine", "devices/"),
    "the MRI card": ("Vine", "devices/mri/"),
    "progress after a procedure": ("Pine", "progress/"),
    "progress with an alarm": ("Rowan", "progress/"),
}


def go(page: Page, patient: Callable[..., None], name: str) -> None:
    who, tab = PAGES[name]
    if who.startswith("/"):
        page.goto(page.url.split("/patients")[0] + who, wait_until="networkidle")
    elif who:
        patient(page, who, tab)


@pytest.mark.parametrize("size", ["desktop", "phone"])
@pytest.mark.parametrize("name", PAGES)
def test_everyone_can_use_it_and_it_fits(visit: Any, patient: Any, name: str, size: str) -> None:
    page = visit(size)
    go(page, patient, name)
    check_usable(page)


def test_an_examination_is_entered_by_keyboard_alone(visit: Any, patient: Any) -> None:
    page = visit()
    patient(page, "Dogwood", "examination/")
    before = page.locator("#moving .chance").first.inner_text()
    rows = page.locator(".man")
    named = [rows.nth(n).get_attribute("data-name") for n in range(4)]
    for key in ("l", "+", "-", "r", "-", " "):
        page.keyboard.press(key)
    expect(page.locator(f"[name=s-{named[0]}][value=present]")).to_be_checked()
    expect(page.locator(f"[name=s-{named[1]}][value=absent]")).to_be_checked()
    expect(page.locator(f"[name=s-{named[3]}][value='']")).to_be_checked()
    expect(page.locator("#moving .chance").first).not_to_have_text(before)
    page.keyboard.press("Enter")
    page.wait_for_url("**/pain-source/")
    expect(page.get_by_role("status").first).to_contain_text("written down")


def test_what_if_moves_the_answer_and_can_be_taken_back(visit: Any, patient: Any) -> None:
    page = visit()
    patient(page, "Alder", "pain-source/")
    before = page.locator("#differential .chance").first.inner_text()
    page.locator(".suppose input[value=present]").nth(1).check()
    expect(page.get_by_text("Nothing is saved.").first).to_be_visible()
    expect(page.locator("#differential .chance").first).not_to_have_text(before)
    page.get_by_role("link", name="Back to what is known").click()
    expect(page.locator("#differential .chance").first).to_have_text(before)


def test_a_row_opens_its_ledger(visit: Any, patient: Any) -> None:
    page = visit()
    patient(page, "Alder", "pain-source/")
    second = page.locator("#differential a.why").nth(1)
    kind = second.locator(".kind").inner_text()
    second.click()
    expect(page.locator("#ledger h2")).to_have_text(f"Why {kind}")
    page.locator("#ledger th a").first.click()
    page.wait_for_url("**/knowledge/**")


def test_a_tap_on_the_figure_ticks_the_list(visit: Any, patient: Any) -> None:
    page = visit("phone")
    patient(page, "Zinnia", "story/")
    page.get_by_role("link", name="Draw the pain").click()
    zone = page.locator("svg [data-zone=posterior_thigh][data-side=left]")
    box = page.locator("input[data-zone=posterior_thigh][data-side=left]")
    zone.click()
    expect(box).to_be_checked()
    expect(zone).to_have_class("zone painted")
    box.uncheck()
    expect(zone).not_to_have_class("zone painted")


def test_a_new_patient_is_taken_to_an_answer_without_script(visit: Any) -> None:
    page = visit("phone", script=False)
    page.get_by_role("link", name="New patient").click()
    page.get_by_label("Family name").fill("Zz-Demo")
    page.get_by_label("Birth date").fill("1961-03-04")
    page.get_by_role("button", name="Register").click()
    page.get_by_text("Add the first complaint").click()
    page.get_by_label("Where it hurts").select_option("axial_low_back")
    page.locator("#complaint").get_by_label("Side", exact=False).first.select_option("right")
    page.locator("#complaint").get_by_role("button", name="Write down").click()
    page.get_by_role("link", name="Draw the pain").click()
    page.locator("input[value='lumbar_paravertebral_l5_s1:right']").check()
    page.get_by_role("button", name="Write down").click()
    page.get_by_role("link", name="Examination").click()
    page.locator("[name=s-extension_rotation][value=present]").check(force=True)
    page.get_by_role("button", name="Write down").click()
    assert page.url.endswith("/pain-source/")
    expect(page.locator("#differential .kind").first).to_be_visible()
    expect(page.locator("#ledger")).to_contain_text("Extension with rotation")


def test_a_search_finds_as_one_types(visit: Any) -> None:
    page = visit()
    page.locator("#q").press_sequentially("maple")
    expect(page.locator("#found tbody tr")).to_have_count(1)
    page.locator("#q").fill("nobody at all")
    expect(page.locator("#found")).to_contain_text("Nobody found")


def test_on_a_phone_the_place_where_one_is_stands_in_view(visit: Any) -> None:
    page = visit("phone")
    page.locator("main a[href^='/patients/']:not([href='/patients/new/'])").first.click()
    for name in ("Story", "Treatment", "Papers"):
        page.locator("nav[aria-label=Patient]").get_by_role("link", name=name).click()
        here = page.locator("nav[aria-label=Patient] [aria-current=page]")
        expect(here).to_have_text(name)
        expect(here).to_be_in_viewport(ratio=1)
