"""Knowledge and administration in a browser: usable by everyone, and not wider than the window."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Browser

from browser.conftest import SIZES
from browser.usable import check_usable

ADDRESSES = [
    "/knowledge/", "/knowledge/?q=sacroiliac", "/knowledge/review/", "/knowledge/unverified/",
    "/knowledge/unverified/?folder=safety", "/knowledge/differences/?since=2026-01-01",
    "/knowledge/differences/?since=never", "/knowledge/file/safety/bleeding/gates.yaml/",
    "/knowledge/source/simpson-2006/", "/knowledge/payers/", "/administration/settings/",
    "/administration/health/", "/administration/log/?since=2026-01-01",
    "/administration/changes/", "/administration/people/", "/administration/audit/",
]  # fmt: skip


@pytest.mark.parametrize("size", ["desktop", "phone"])
def test_an_administrator_can_use_every_page_and_it_fits(
    browser: Browser, clinic: str, size: str
) -> None:
    context = browser.new_context(viewport=SIZES[size])  # type: ignore[arg-type]
    page = context.new_page()
    broken: list[str] = []
    page.on("pageerror", lambda error: broken.append(str(error)))
    page.goto(f"{clinic}/demonstration/")
    page.click("button[value=demo-administrator]")
    page.wait_for_url("**/administration/people/")
    for address in ADDRESSES:
        page.goto(f"{clinic}{address}", wait_until="networkidle")
        check_usable(page)
    assert broken == []
    context.close()


def test_a_search_of_the_knowledge_answers_while_one_types(visit: Any) -> None:
    page = visit()
    page.goto(page.url.replace("/patients/", "/knowledge/"))
    page.fill("#q", "thigh thrust")
    page.get_by_role("link", name="Thigh thrust reproduces the pain").first.click()
    page.wait_for_url("**/findings/sacroiliac/thigh_thrust.yaml/")
    assert page.locator("#grounds").is_visible()
