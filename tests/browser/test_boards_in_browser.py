"""The boards in a browser: what is missing leads to the page that mends it, each row to its action."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import expect


@pytest.mark.parametrize("script", [True, False])
def test_a_procedure_of_today_is_given_a_room(visit: Any, script: bool) -> None:
    page = visit(script=script)
    page.get_by_role("link", name="Today", exact=True).first.click()
    row = page.locator(".visit", has_text="Hazel")
    expect(row.get_by_text("Consent: open")).to_be_visible()
    row.get_by_role("link", name="Change day and room").click()
    page.get_by_label("Day and time").fill("2020-01-01T09:00")
    page.get_by_role("button", name="Set").click()
    expect(page.get_by_text("This day has passed. Give another.")).to_be_visible()
    page.get_by_label("Day and time").fill("2031-03-31T09:15")
    page.get_by_label("Room").fill("Room 3")
    page.get_by_role("button", name="Set").click()
    row = page.locator(".visit", has_text="Hazel")
    expect(row).to_contain_text("09:15")
    expect(row).to_contain_text("Room 3")
    row.get_by_role("link", name="Change day and room").click()
    page.get_by_label("Day and time").fill(page.evaluate(_TODAY) if script else _today())
    page.get_by_role("button", name="Set").click()
    expect(page.locator(".visit", has_text="Hazel")).to_contain_text("Room 3")


_TODAY = "new Date().toISOString().slice(0, 10) + 'T23:45'"


def _today() -> str:
    from datetime import UTC, datetime

    return datetime.now(UTC).strftime("%Y-%m-%dT23:45")


@pytest.mark.parametrize("size", ["desktop", "phone"])
def test_a_row_of_what_is_due_leads_to_its_action(visit: Any, size: str) -> None:
    page = visit(size)
    page.get_by_role("link", name="Due", exact=True).first.click()
    expect(page.get_by_role("link", name="See the answer: Rowan")).to_be_visible()
    page.get_by_role("link", name="Follow-up", exact=True).click()
    page.get_by_role("link", name="Call: Pine").click()
    expect(page.get_by_role("heading", name="Enter a score")).to_be_visible()


def test_a_look_leads_to_the_page_that_mends_it(visit: Any) -> None:
    page = visit()
    page.get_by_role("link", name="Today", exact=True).first.click()
    look = page.locator(".visit", has_text="Hazel").get_by_role("link", name="Consent: open")
    look.focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/planned/**")


def test_an_alarm_is_answered_and_leaves_the_board(visit: Any, patient: Any) -> None:
    page = visit()
    patient(page, "Rowan", "progress/")
    page.get_by_label("What was asked and done").fill("Seen today with the crisis team.")
    page.get_by_role("button", name="Written down").click()
    expect(page.get_by_text("Act today")).to_have_count(0)
    page.get_by_role("link", name="Due", exact=True).first.click()
    expect(page.get_by_role("link", name="See the answer: Rowan")).to_have_count(0)


def test_a_follow_up_goes_from_the_board_to_the_phone_and_to_progress(
    visit: Any, browser: Any
) -> None:
    desk = visit("desktop")
    desk.get_by_role("link", name="Due", exact=True).first.click()
    desk.get_by_role("link", name="Follow-up", exact=True).click()
    row = desk.locator(".tasks li", has_text="Elm")
    expect(row).to_contain_text("3 months after basivertebral nerve ablation")
    expect(row).to_contain_text("Link not sent")
    row.get_by_role("button", name="Send link: Elm").click()
    patient = desk.url.split("links/")[0]
    context = browser.new_context(viewport={"width": 390, "height": 844}, has_touch=True)
    hand = context.new_page()
    hand.goto(desk.locator("#link-address").inner_text())
    hand.locator("main button").click()
    expect(hand.locator("main")).to_contain_text("3 months after your treatment of")
    for answered in range(3):
        if answered == 2:
            desk.goto(f"{patient}progress/")
            expect(desk.locator(".follow")).to_contain_text("answered in part")
        for name in dict.fromkeys(
            str(one.get_attribute("name")) for one in hand.locator("main input[type=radio]").all()
        ):
            hand.locator(f"[name='{name}']").nth(2).check(force=True)
        hand.locator(".go button").click()
    expect(hand.locator(".line-picture").first).to_be_visible()
    context.close()
    desk.goto(f"{patient}progress/")
    three = desk.locator(".follow li", has_text="3 months after")
    expect(three).to_contain_text("answered")
    expect(three).not_to_contain_text("in part")
    desk.goto(f"{patient.split('/patients')[0]}/due/?kind=follow_up")
    expect(desk.locator("main")).not_to_contain_text("Elm")
