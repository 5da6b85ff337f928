"""One patient from the desk to a followed outcome, in one clinic and without leaving it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from browser.conftest import SIZES
from browser.test_phone import answer as answer_intake
from browser.test_phone import tick
from browser.test_treatment_in_browser import fill_in, untick

ANSWERS = {"place": [("place", "axial_low_back"), ("side", "left")], "strength": [("average", "7")]}
MANOEUVRES = {
    "Extension with rotation reproduces the pain": "present",
    "Tenderness beside the spine over the facet joints": "present",
    "Thigh thrust reproduces the pain": "absent",
    "Straight leg raise gives leg pain": "absent",
}


@pytest.fixture
def phone(browser: Browser) -> Iterator[Callable[..., Page]]:
    """The patient's own phone: it opens the link that stands on the clinician's page."""
    contexts: list[Any] = []

    def open_link(desk: Page, *, script: bool) -> Page:
        address = desk.locator("#link-address").inner_text()
        context = browser.new_context(
            viewport=SIZES["phone"],  # type: ignore[arg-type]
            java_script_enabled=script,
            has_touch=True,
        )
        contexts.append(context)
        page = context.new_page()
        page.goto(address)
        page.locator("main button").click()
        return page

    yield open_link
    for context in contexts:
        context.close()


@pytest.mark.parametrize(("size", "script"), [("desktop", True), ("phone", False)])
def test_from_an_intake_on_a_phone_to_a_followed_outcome(
    visit: Any, phone: Callable[..., Page], size: str, script: bool
) -> None:
    desk = visit(size, script=script)
    patient = register(desk, family_name=f"Journey {size}")

    link(desk, patient, "intake")
    tell(phone(desk, script=script))
    desk.goto(f"{patient}told/")
    desk.get_by_role("button", name="The rest is right, too").click()
    expect(desk.locator("main")).to_contain_text("Nothing to confirm")

    examine(desk, patient)
    before = chance_of(desk, patient, "facet joint")
    perform_block(desk, patient)
    desk.get_by_role("button", name="Give a diary link").click()
    diary = phone(desk, script=script)
    tick(diary, "nrs", "1")
    diary.locator(".go button").click()
    expect(diary.locator("main")).to_contain_text("Your answers so far")
    assert chance_of(desk, patient, "facet joint") > before

    treat(desk, patient)
    link(desk, patient, "measures")
    measured(phone(desk, script=script))
    desk.goto(f"{patient}progress/")
    expect(desk.locator("main")).to_contain_text("Lumbar medial branch radiofrequency")
    desk.goto(f"{patient}papers/")
    desk.get_by_role("link", name="Procedure note").first.click()
    expect(desk.locator("main")).to_contain_text("left L4-L5 facet joint")
    desk.goto(f"{patient}story/")
    expect(desk.locator("main")).to_contain_text("gabapentin")


def register(desk: Page, *, family_name: str) -> str:
    """The address of the new patient's chart."""
    desk.goto(desk.url.replace("/patients/", "/patients/new/"))
    desk.get_by_label("Family name").fill(family_name)
    desk.get_by_label("Birth date").fill("1968-05-17")
    desk.get_by_label("Sex").select_option("female")
    desk.get_by_role("button", name="Register").click()
    desk.wait_for_url(re.compile(r"/patients/[0-9a-f-]{36}/"))
    return re.sub(r"(/patients/[0-9a-f-]{36}/).*", r"\1", desk.url)


def link(desk: Page, patient: str, scope: str) -> None:
    desk.goto(f"{patient}links/")
    desk.get_by_label("What for").select_option(scope)
    desk.get_by_role("button", name="Make a link").click()


def tell(page: Page) -> None:
    """The whole intake, answered as one with a facet joint would."""
    page.locator("main button[value=en]").click()
    while "/review" not in page.url:
        kind = page.url.rstrip("/").rpartition("/")[2].partition("-")[0]
        match kind:
            case "place" | "strength":
                for name, value in ANSWERS[kind]:
                    tick(page, name, value)
            case "drawing":
                paint(page, "upper_buttock:left")
            case "medicines":
                page.locator("[name=list]").fill("gabapentin 300 mg three times a day")
                page.locator("[name=nothing_else]").check(force=True)
            case _:
                answer_intake(page, kind)
        page.locator(".go button").click()
    page.locator(".go button").click()
    expect(page.locator("h1")).to_have_text("Thank you")


def paint(page: Page, zone: str) -> None:
    box = page.locator(f"input[value='{zone}']")
    group = page.locator("details", has=box)
    if group.get_attribute("open") is None:
        group.locator("summary").click()
    box.check()


def examine(desk: Page, patient: str) -> None:
    """Every red flag asked for and absent; what speaks for a facet joint found."""
    desk.goto(f"{patient}questions/")
    for row in desk.locator("fieldset.man", has=desk.locator(".chip")).all():
        choose(row, "absent")
    desk.get_by_role("button", name="Write down").click()
    desk.goto(f"{patient}examination/")
    for name, state in MANOEUVRES.items():
        choose(desk.locator("fieldset.man", has_text=name), state)
    desk.get_by_role("button", name="Write down").click()


def choose(row: Locator, state: str) -> None:
    row.locator(f"label:has([value={state}])").click()
    expect(row.locator(f"[value={state}]")).to_be_checked()


def chance_of(desk: Page, patient: str, source: str) -> float:
    desk.goto(f"{patient}pain-source/")
    row = desk.locator(".differential tr", has=desk.get_by_text(source, exact=True)).first
    return float(row.locator(".chance").inner_text().split()[0])


def plan(desk: Page) -> None:
    """Left L4-L5 and L5-S1, planned and consented."""
    untick(desk)
    for level in ("L4-L5:left", "L5-S1:left"):
        desk.locator(f"input[name='levels-facet_joint'][value='{level}']").check()
    desk.get_by_role("button", name="Plan it").click()
    desk.get_by_label("What is done, its chance").check()
    desk.get_by_label("The patient").select_option("yes")
    desk.get_by_role("button", name="Write down").click()
    desk.get_by_role("link", name="Time-out and perform").click()
    desk.locator("#typed").fill("left L4-L5 facet joint, left L5-S1 facet joint")


def perform_block(desk: Page, patient: str) -> None:
    desk.goto(f"{patient}blocks/")
    desk.get_by_role("link", name="Plan it").first.click()
    plan(desk)
    fill_in(desk)
    done_at = datetime.now(UTC) - timedelta(minutes=45)
    desk.get_by_label("When (now, if empty)").fill(f"{done_at:%Y-%m-%dT%H:%M}")
    desk.get_by_role("button", name="Performed").click()
    expect(desk.get_by_text("A block without an answer is no evidence")).to_be_visible()


def treat(desk: Page, patient: str) -> None:
    desk.goto(f"{patient}treatment/")
    desk.locator("a[href*='/option/lumbar_medial_branch_radiofrequency/']").first.click()
    desk.get_by_label("Accept").check()
    desk.get_by_label("Reason").fill(
        "One clear block; the patient knows that a second is asked for."
    )
    desk.get_by_role("button", name="Sign", exact=True).click()
    desk.get_by_role("link", name="Plan it").first.click()
    plan(desk)
    for box in desk.locator(".time-out input").all():
        box.check()
    desk.get_by_label("Mode").select_option("conventional")
    desk.get_by_label("Temperature").fill("80")
    desk.get_by_label("Seconds").fill("90")
    if desk.get_by_label("Why it was done all the same").count():
        desk.get_by_label("Why it was done all the same").fill("Weighed with the patient.")
    desk.get_by_role("button", name="Performed").click()
    expect(desk.get_by_role("status").first).to_contain_text("written down")


def measured(page: Page) -> None:
    """Every question of the link answered with its first choice."""
    while page.locator("main input[type=radio]").count():
        for name in sorted(
            {str(one.get_attribute("name")) for one in page.locator("main input[type=radio]").all()}
        ):
            page.locator(f"[name='{name}']").first.check(force=True)
        page.locator(".go button").click()
