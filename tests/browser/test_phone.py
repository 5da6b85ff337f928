"""A patient's pages in a hand: the whole intake in two languages, with a finger and without script."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from browser.usable import check_usable

HAND = {"width": 390, "height": 844}
Hand = Callable[..., Page]


@pytest.fixture
def hand(browser: Browser, visit: Any) -> Iterator[Hand]:
    """Open a link that the physician has just given, on a phone of its own."""
    contexts: list[Any] = []
    complaints: list[str] = []

    def open_link(who: str, scope: str = "intake", *, script: bool = True) -> Page:
        desk = visit()
        link = desk.locator("#found a", has_text=who).first.get_attribute("href")
        patient = re.search(r"[0-9a-f-]{36}", str(link))
        assert patient is not None
        desk.goto(f"{desk.url.split('/patients')[0]}/patients/{patient.group()}/links/")
        desk.get_by_label("What for").select_option(scope)
        desk.get_by_role("button", name="Make a link").click()
        address = desk.locator("#link-address").inner_text()
        context = browser.new_context(viewport=HAND, java_script_enabled=script, has_touch=True)  # type: ignore[arg-type]
        contexts.append(context)
        page = context.new_page()
        page.on(
            "console",
            lambda m: complaints.append(m.text) if m.type in ("error", "warning") else None,
        )
        page.goto(address)
        page.locator("main button").click()
        return page

    yield open_link
    for context in contexts:
        context.close()
    assert complaints == []


def tick(page: Page, name: str, value: str) -> None:
    page.locator(f"[name='{name}'][value='{value}']").check(force=True)


def answer(page: Page, kind: str) -> None:
    """Say something on this page; a page that is not named is left as it is."""
    match kind:
        case "consent":
            tick(page, "agree", "yes")
        case "place":
            tick(page, "place", "leg_dominant")
            tick(page, "side", "right")
        case "time":
            page.locator("[name=number]").fill("3")
        case "strength":
            tick(page, "average", "5")
        case "drawing":
            keyboard_alone(page)
        case "more":
            tick(page, "more", "no")
        case "treatments":
            tick(page, "tried", "physiotherapy")
        case "medicines":
            page.locator("[name=list]").fill("Eliquis 5 mg\nmystery pill")
            page.locator("[name=nothing_else]").check(force=True)
        case "thoughts":
            tick(page, "thoughts", "no")


def keyboard_alone(page: Page) -> None:
    """Tick two places in the list without touching the figure."""
    for value in ("posterior_thigh:right", "lateral_leg:right"):
        box = page.locator(f"input[value='{value}']")
        group = page.locator("details", has=box)
        if group.get_attribute("open") is None:
            group.locator("summary").focus()
            page.keyboard.press("Enter")
        box.focus()
        page.keyboard.press("Space")
        expect(box).to_be_checked()


def walk(page: Page, *, until: str = "review", look: bool = True) -> int:
    """Page after page, each looked at; how many there were."""
    pages = 0
    while f"/{until}" not in page.url and pages < 60:
        kind = page.url.rstrip("/").rpartition("/")[2].partition("-")[0]
        if look:
            check_usable(page)
        answer(page, kind)
        page.locator(".go button").click()
        pages += 1
    return pages


@pytest.mark.parametrize(("language", "who"), [("es", "Yarrow"), ("en", "Zinnia")])
def test_the_whole_intake_in_both_languages(hand: Hand, language: str, who: str) -> None:
    page = hand(who)
    check_usable(page)
    page.locator(f"main button[value={language}]").click()
    assert walk(page) > 15
    expect(page.locator("html")).to_have_attribute("lang", language)
    expect(page.locator("main")).to_contain_text("Eliquis 5 mg")
    check_usable(page)
    page.locator(".go button").click()
    page.wait_for_url("**/thanks/")
    check_usable(page)


def test_not_that_one_goes_to_the_clinician_who_writes_what_it_is(
    hand: Hand, visit: Any, patient: Any
) -> None:
    page = hand("Zinnia")
    page.locator("main button[value=en]").click()
    walk(page, until="page/medicines", look=False)
    page.locator("[name=list]").fill("apixiban")
    page.locator("[name=nothing_else]").check(force=True)
    page.locator(".go button").click()
    expect(page.locator("main")).to_contain_text("Is it apixaban?")
    check_usable(page)
    page.get_by_label("No, not that one").check(force=True)
    page.locator(".go button").click()
    walk(page, until="review", look=False)
    expect(page.locator("main")).to_contain_text("apixiban: not that one")
    page.locator(".go button").click()
    page.wait_for_url("**/thanks/")
    desk = visit()
    patient(desk, "Zinnia", "told/")
    line = desk.locator("fieldset", has_text="apixiban").first
    expect(line).to_contain_text("reads as apixaban, which was not confirmed")
    line.locator("input[type=text]").fill("rivaroxaban 20 mg daily")
    desk.get_by_role("button", name="Write down").click()
    expect(desk.locator("main")).not_to_contain_text("not confirmed")
    patient(desk, "Zinnia", "story/")
    expect(desk.locator("main")).to_contain_text("written “apixiban”")


def test_the_whole_intake_without_script(hand: Hand) -> None:
    page = hand("Yarrow", script=False)
    page.locator("main button[value=en]").click()
    walk(page, look=False)
    expect(page.locator("main")).to_contain_text("Back of the thigh, right")
    page.locator(".go button").click()
    expect(page.locator("h1")).to_have_text("Thank you")


def test_without_script_no_tool_is_shown_that_needs_one_and_no_question_is_marked(
    hand: Hand,
) -> None:
    page = hand("Yarrow", script=False)
    page.locator("main button[value=en]").click()
    walk(page, until="drawing-1", look=False)
    expect(page.locator("[data-tools]")).to_be_hidden()
    mark = "one => getComputedStyle(one, '::before').content"
    assert {one.evaluate(mark) for one in page.locator(".ask").all()} <= {"none"}
    walk(page, look=False)  # to its end: the next link begins anew
    page.locator(".go button").click()
    expect(page.locator("h1")).to_have_text("Thank you")


def test_back_shows_what_was_answered_and_a_dead_phone_goes_on(hand: Hand) -> None:
    page = hand("Zinnia")
    page.locator("main button[value=en]").click()
    walk(page, until="page/more", look=False)
    for _ in range(4):
        page.locator("a.back").click()
    context = page.context
    page.close()  # in the middle of it
    again = context.new_page()
    again.goto(f"{re.match(r'https?://[^/]+', page.url).group()}/intake/")  # type: ignore[union-attr]
    assert "/page/more" in again.url
    again.goto(again.url.replace("more-1", "place-1"))
    expect(again.locator("[value=leg_dominant]")).to_be_checked()


def test_a_finger_paints_zones_and_can_undo(hand: Hand) -> None:
    page = hand("Yarrow")
    page.locator("main button[value=en]").click()
    walk(page, until="page/drawing", look=False)
    thigh = page.locator("svg").nth(-1).locator("[data-zone=posterior_thigh][data-side=left]")
    thigh = page.locator("[data-body] svg >> nth=1 >> [data-zone=posterior_thigh][data-side=left]")
    thigh.scroll_into_view_if_needed()
    tick(page, "brush", "burning")
    box = thigh.bounding_box()
    assert box is not None
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x, y + 20)
    page.mouse.up()
    ticked = page.locator("input[value='posterior_thigh:left']")
    expect(ticked).to_be_checked()
    expect(thigh).to_have_class(re.compile("q-burning"))
    expect(page.locator(".stroke")).to_have_count(1)
    page.get_by_role("button", name="Undo").click()
    expect(ticked).not_to_be_checked()
    expect(page.locator(".stroke")).to_have_count(0)


def test_a_diary_that_runs_asks_one_thing(hand: Hand) -> None:
    page = hand("Sumac", "diary")
    check_usable(page)
    page.goto(re.sub(r"/diary/.*", "/diary/1/", page.url))
    check_usable(page)
    tick(page, "nrs", "2")
    page.locator(".go button").click()
    check_usable(page)
    expect(page.locator("main")).to_contain_text("2")


def test_measures_end_in_one_picture(hand: Hand) -> None:
    page = hand("Teak", "measures")
    for _ in range(6):
        check_usable(page)
        if page.locator(".line-picture").count():
            break
        first = page.locator("main input[type=radio]").first
        first.check(force=True)
        page.locator(".go button").click()
    expect(page.locator(".line-picture").first).to_be_visible()


@pytest.mark.parametrize("size", ["desktop", "phone"])
def test_the_clinics_side_fits_and_everyone_can_use_it(visit: Any, patient: Any, size: str) -> None:
    page = visit(size)
    for tab in ("told/", "links/"):
        patient(page, "Sage", tab)
        check_usable(page)
    page.goto(page.url.split("/patients")[0] + "/inbox/")
    expect(page.locator("main")).to_contain_text("SAGE-DEMO")
    check_usable(page)
