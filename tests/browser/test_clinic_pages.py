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
    "/administration/emergencies/?state=all", "/administration/emergencies/", "/colleagues/",
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


@pytest.mark.parametrize("size", ["desktop", "phone"])
def test_two_people_let_a_third_one_in_and_the_third_reads_it(
    browser: Browser, clinic: str, size: str
) -> None:
    def come_in(who: str) -> Any:
        context = browser.new_context(viewport=SIZES[size])  # type: ignore[arg-type]
        page = context.new_page()
        page.goto(f"{clinic}/demonstration/")
        page.click(f"button[value={who}]")
        page.wait_for_load_state("networkidle")
        return page

    office, doctor = come_in("demo-administrator"), come_in("demo-physician")
    office.goto(f"{clinic}/administration/people/")
    office.get_by_role("link", name="Pat Sample, NP").click()
    check_usable(office)
    office.get_by_role("button", name="Make a new link").click()
    check_usable(office)
    link = office.inner_text("#key-address").partition("/join/")[2]
    doctor.goto(f"{clinic}/due/")
    doctor.locator("li, tr, div").get_by_role("link", name="Confirm").first.click()
    check_usable(doctor)
    doctor.get_by_role("button", name="I know Pat Sample, NP, and they asked").click()
    check_usable(doctor)
    code = doctor.inner_text("#staff-code")
    context = browser.new_context(viewport=SIZES[size], java_script_enabled=False)  # type: ignore[arg-type]
    third = context.new_page()
    third.goto(f"{clinic}/join/{link}")
    for name, value in (("code", code), ("password", "four plain words"), ("again", "four words")):
        third.fill(f"[name={name}]", value)
    third.get_by_role("button", name="Set the password").click()
    assert third.get_by_text("The two are not the same").is_visible()
    for name in ("password", "again"):
        third.fill(f"[name={name}]", "four plain words")
    third.get_by_role("button", name="Set the password").click()
    assert third.get_by_text("Sign in as demo-practitioner").is_visible()
    told = come_in("demo-practitioner")
    assert told.get_by_text("link made: lost second factor, by Kim Office").first.is_visible()
    check_usable(told)
    told.get_by_role("button", name="I know of this").click()
    told.wait_for_url("**/today/")
    for page in (office, doctor, third, told):
        page.context.close()


@pytest.mark.parametrize("size", ["desktop", "phone"])
def test_a_link_in_a_browser_is_usable_and_a_spent_one_says_what_to_do(
    browser: Browser, clinic: str, size: str
) -> None:
    context = browser.new_context(viewport=SIZES[size])  # type: ignore[arg-type]
    page = context.new_page()
    page.goto(f"{clinic}/join/nothing/")
    check_usable(page)
    assert page.get_by_text("Ask an administrator").is_visible()
    context.close()
