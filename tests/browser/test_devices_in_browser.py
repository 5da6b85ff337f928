"""Pump and stimulator in a browser: with script and without, and nothing leaves unnoticed."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import expect

from browser.usable import check_usable


@pytest.mark.parametrize("script", [True, False])
def test_a_change_is_reviewed_before_and_after_and_signed(
    visit: Any, patient: Any, script: bool
) -> None:
    page = visit(script=script)
    patient(page, "Acacia", "devices/pump/change/")
    new = "25 mg/ml" if script else "15 mg/ml"
    page.get_by_label("Concentration").first.fill(new)
    page.get_by_label("Daily dose").first.fill("2 mg/day")
    page.get_by_role("button", name="Before and after").click()
    expect(page.get_by_text("not saved yet")).to_be_visible()
    expect(page.get_by_role("row", name="Morphine, concentration")).to_contain_text(new)
    expect(page.get_by_role("heading", name="Bridge")).to_be_visible()
    if script:
        check_usable(page)
    page.get_by_label("Type the daily dose of morphine again").fill("2 mcg/day")
    page.get_by_label("does the pump run?").select_option("yes")
    page.get_by_role("button", name="Save this setting").click()
    expect(page.get_by_text("This is not the dose above")).to_be_visible()
    page.get_by_label("Type the daily dose of morphine again").fill("2 mg/day")
    if page.get_by_label("Why it is done although something holds").count():
        page.get_by_label("Why it is done although something holds").fill("Weighed with the team")
    page.get_by_label("The bridge was programmed").check()
    page.get_by_role("button", name="Save this setting").click()
    page.wait_for_url("**/devices/")
    expect(page.get_by_text(new).first).to_be_visible()


def test_a_refill_whose_volumes_differ_is_not_written_without_a_word(
    visit: Any, patient: Any
) -> None:
    page = visit(script=False)
    patient(page, "Willow", "devices/pump/refill/")
    page.get_by_label("Drawn out, ml").fill("14")
    page.get_by_label("Put in, ml").fill("20")
    page.get_by_label("Does the pump run now?").select_option("yes")
    page.get_by_role("button", name="Compare").click()
    expect(page.get_by_text("Too little was given")).to_be_visible()
    page.get_by_role("button", name="Write down").click()
    expect(page.get_by_text("The volumes do not agree.")).to_be_visible()
    page.get_by_label("What is done about it").fill("Pump interrogated, catheter study booked")
    page.get_by_role("button", name="Write down").click()
    page.wait_for_url("**/devices/")
    expect(page.get_by_text("Refill written down.")).to_be_visible()


@pytest.mark.parametrize("size", ["desktop", "phone"])
def test_a_stopped_pump_cannot_be_left_unnoticed(visit: Any, patient: Any, size: str) -> None:
    page = visit(size)
    patient(page, "Willow", "devices/pump/running/")
    page.get_by_label("Does the pump run now?").select_option("no")
    page.get_by_role("button", name="Write down").click()
    expect(page.get_by_role("alert").first).to_contain_text("The pump is stopped.")
    for tab in ("story/", "examination/", "pain-source/", "devices/"):
        patient(page, "Willow", tab)
        expect(page.get_by_role("alert").first).to_contain_text("The pump is stopped.")
    page.get_by_role("link", name="Is it running?").first.click()
    page.get_by_label("Does the pump run now?").select_option("yes")
    page.get_by_role("button", name="Write down").click()
    page.wait_for_url("**/devices/")
    expect(page.locator(".pump-alarm")).to_have_count(0)


def test_a_trial_is_kept_by_keyboard_and_judged(visit: Any, patient: Any) -> None:
    page = visit()
    patient(page, "Beech", "devices/")
    page.get_by_text("Add a day").focus()
    page.keyboard.press("Enter")
    page.get_by_label("Pain, 0 to 10", exact=True).first.focus()
    page.keyboard.type("3")
    page.get_by_label("Function, change, %").focus()
    page.keyboard.type("40")
    page.keyboard.press("Enter")
    expect(page.get_by_role("row", name="day 4")).to_contain_text("3/10")
    page.get_by_text("Judge the trial: the diary says succeeded").click()
    page.get_by_role("radio", name="failed").check()
    page.get_by_role("button", name="Sign the verdict").click()
    expect(page.get_by_text("Say why it is judged otherwise.")).to_be_visible()
    page.get_by_role("radio", name="succeeded").check()
    page.get_by_role("button", name="Sign the verdict").click()
    expect(page.get_by_text("Verdict written down.")).to_be_visible()


@pytest.mark.parametrize("size", ["desktop", "phone"])
def test_an_intrathecal_trial_is_kept_and_a_slip_of_the_unit_is_asked_about(
    visit: Any, patient: Any, size: str
) -> None:
    page = visit(size)
    patient(page, "Hawthorn", "devices/")
    trial = page.get_by_label("Trial of intrathecal morphine, single doses")
    trial.get_by_text("Add a day").click()
    day = trial.get_by_label("Day of the trial").input_value()
    trial.get_by_label("Dose of this day, with its unit").fill("150 mg")
    trial.get_by_label("Pain, 0 to 10").fill("3")
    trial.get_by_label("Side effects").fill("none")
    trial.get_by_role("button", name="Add the day").click()
    expect(page.get_by_text("Look at the unit: mg or mcg?")).to_be_visible()
    trial.get_by_label("Dose of this day, with its unit").fill("150 mcg")
    trial.get_by_role("button", name="Add the day").click()
    row = page.get_by_role("row", name=f"day {day}")
    expect(row).to_contain_text("0.15 mg")
    expect(row).to_contain_text("3/10")


def test_what_a_pump_waits_for_is_answered_in_place(visit: Any, patient: Any) -> None:
    page = visit()
    patient(page, "Hawthorn", "devices/")
    card = page.locator("#pump-candidate")
    asked = "Examine and record whether the body bears the size and weight of the pump."
    expect(card.locator(".verdicts").get_by_text(asked)).to_be_visible()
    card.get_by_text("Kind of pain, and what a pump waits for").click()
    card.get_by_label("Body bears pump").select_option("yes")
    card.get_by_role("button", name="Write down").click()
    expect(page.get_by_text("Written down.")).to_be_visible()
    expect(card.locator(".verdicts").get_by_text(asked)).to_have_count(0)
