"""Imaging in a browser: a study is attached, looked at, and read onto the grid by keyboard."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from browser.usable import check_usable
from needlepoint.imaging.phantom import phantom_study


def attach(page: Page, name: str) -> None:
    line = page.locator(".identity .line").inner_text()
    born = re.search(r"born (\S+)", line)
    number = re.search(r"no\. (\S+)", line)
    assert born and number
    files = phantom_study(
        name=name, number=number.group(1), born=date.fromisoformat(born.group(1)),
        made_at=datetime(2026, 3, 1, 9, tzinfo=UTC), seed=name,
    )  # fmt: skip
    if not page.locator("#files").is_visible():
        page.get_by_text("Attach images").click()
    sent = [
        {"name": f"{n}.dcm", "mimeType": "application/dicom", "buffer": f}
        for n, f in enumerate(files)
    ]
    page.set_input_files("#files", sent)
    page.get_by_role("button", name="Attach", exact=True).click()


def test_a_study_is_attached_opened_and_read_by_keyboard_alone(visit: Any, patient: Any) -> None:
    page = visit()
    patient(page, "Alder", "imaging/")
    attach(page, "Alder-Demo^Ana")
    expect(page.get_by_role("status").first).to_contain_text("7 images of 1 study attached")
    page.get_by_role("link", name="Open beside the grid").first.click()
    viewer = page.frame_locator("iframe")
    expect(viewer.locator("canvas").first).to_be_visible(timeout=60_000)
    expect(viewer.get_by_text("PHANTOM sagittal").first).to_be_visible(timeout=60_000)
    before = page.locator("#moving").inner_text()
    page.locator("[data-cell='L5-S1 left'] summary").focus()
    page.keyboard.press("ArrowUp")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    graded = page.locator(".cell[open] .item:has(select)").first
    while "item" not in (
        page.evaluate("document.activeElement.closest('.item:has(select)')?.className") or ""
    ):
        page.keyboard.press("ArrowDown")
    page.keyboard.press("3")
    expect(graded.locator("input[value=present]")).to_be_checked()
    page.keyboard.press("n")
    page.keyboard.press("Escape")
    summary = page.locator("[data-cell='L5-S1 left'] summary")
    expect(summary).to_be_focused()
    expect(summary).to_contain_text("severe")
    expect(summary).not_to_contain_text("?")
    expect(page.locator("#moving")).not_to_have_text(before, use_inner_text=True)
    page.get_by_role("button", name="Write down").first.press("Enter")
    expect(page.get_by_role("status").first).to_contain_text("findings written down")
    expect(page.locator("[data-cell='L5-S1 left'] summary")).to_contain_text("severe")
    expect(page.locator("iframe")).to_be_visible()


def test_the_viewer_shows_the_practices_own_study_and_keeps_to_this_clinic(
    visit: Any, patient: Any
) -> None:
    page = visit()
    elsewhere: list[str] = []
    page.on(
        "request",
        lambda r: (
            elsewhere.append(r.url)
            if not re.match(r"(http://127\.0\.0\.1|blob:|data:)", r.url)
            else None
        ),
    )
    patient(page, "Alder", "imaging/")
    page.get_by_role("link", name="Open beside the grid").first.click()
    page.get_by_role("link", name="Compare").first.click()
    viewer = page.frame_locator("iframe")
    expect(viewer.locator("canvas").first).to_be_visible(timeout=60_000)
    expect(viewer.get_by_text("PHANTOM").first).to_be_visible(timeout=60_000)
    assert elsewhere == []


@pytest.mark.parametrize("size", ["desktop", "phone"])
@pytest.mark.parametrize(
    ("who", "tab"),
    [("Alder", "imaging/"), ("Birch", "imaging/"), ("Larch", "imaging/"), ("Zinnia", "imaging/")],
)
def test_everyone_can_use_imaging_and_it_fits(
    visit: Any, patient: Any, who: str, tab: str, size: str
) -> None:
    page = visit(size)
    patient(page, who, tab)
    cell = page.locator(".cell summary").first
    cell.click()
    check_usable(page)


def test_the_grid_is_filled_without_script(visit: Any, patient: Any) -> None:
    page = visit("phone", script=False)
    patient(page, "Alder", "imaging/")
    page.locator("[data-cell='L5-S1 midline'] summary").click()
    page.locator("[name='s.modic_1_on_mri.L5-S1.'][value=present]").check(force=True)
    page.get_by_role("button", name="Write down").first.click()
    expect(page.get_by_role("status").first).to_contain_text("1 finding written down")
    expect(page.locator("[data-cell='L5-S1 midline'] summary")).to_contain_text("Modic type 1")


def test_images_of_another_person_are_refused_on_the_page(visit: Any, patient: Any) -> None:
    page = visit()
    patient(page, "Elm", "imaging/")
    attach(page, "Nobody^Else")
    expect(page.locator("#refused")).to_contain_text("The name in the images is another.")
    expect(page.get_by_label("These are images of")).to_be_visible()
