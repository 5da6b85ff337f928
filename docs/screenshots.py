"""Draw docs/screenshots anew: every main page of the demonstration, on a desk and in a hand."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import urllib.error
import urllib.request
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright

OUT = Path(__file__).with_name("screenshots")
PORT = 8917
HERE = f"http://127.0.0.1:{PORT}"
SIZES = {"desktop": (1440, 900), "phone": (390, 844)}
# file name -> beginning of a patient's name and tab, or an address; sizes
PAGES: dict[str, tuple[str, str, tuple[str, ...]]] = {
    "sign_in": ("/demonstration/", "", ("desktop",)),
    "today": ("/today/", "", ("desktop", "phone")),
    "due": ("/due/", "", ("desktop", "phone")),
    "patients": ("/patients/", "", ("desktop", "phone")),
    "new_patient": ("/patients/new/", "", ("desktop",)),
    "pain_source": ("Alder", "pain-source/", ("desktop", "phone")),
    "pain_source_after_blocks": ("Birch", "pain-source/", ("desktop",)),
    "pain_source_neck": ("Larch", "pain-source/", ("desktop",)),
    "pain_source_knee": ("Katsura", "pain-source/", ("desktop",)),
    "emergency": ("Spruce", "pain-source/", ("desktop", "phone")),
    "story": ("Alder", "story/", ("desktop", "phone")),
    "pain_drawing": ("Alder", "story/drawing/pain/", ("desktop", "phone")),
    "examination": ("Alder", "examination/", ("desktop", "phone")),
    "questions": ("Zinnia", "questions/", ("desktop",)),
    "pump": ("Willow", "devices/", ("desktop", "phone")),
    "pump_bridging": ("Acacia", "devices/", ("desktop",)),
    "pump_change": ("Acacia", "devices/pump/change/", ("desktop",)),
    "pump_cards": ("Acacia", "devices/cards/", ("desktop",)),
    "stimulator_trial": ("Beech", "devices/", ("desktop", "phone")),
    "mri_card": ("Vine", "devices/mri/", ("desktop",)),
    "progress": ("Pine", "progress/", ("desktop", "phone")),
    "progress_alarm": ("Rowan", "progress/", ("desktop",)),
    "blocks": ("Birch", "blocks/", ("desktop",)),
    "plan_a_block": ("Alder", "plan/lumbar_medial_branch_block/", ("desktop", "phone")),
    "planned_block": ("Dogwood", "planned/also-3/", ("desktop",)),
    "perform_a_block": ("Dogwood", "blocks/also-3/perform/", ("desktop", "phone")),
    "block": ("Larch", "blocks/also-2/", ("desktop", "phone")),
    "toxicity_card": ("Dogwood", "cards/last/", ("desktop", "phone")),
    "treatment": ("Birch", "treatment/", ("desktop", "phone")),
    "treatment_done": ("Juniper", "treatment/done/also-2/", ("desktop",)),
    "papers": ("Birch", "papers/", ("desktop",)),
    "packet": ("Birch", "papers/packet/also-6/", ("desktop",)),
    "inbox": ("/inbox/", "", ("desktop", "phone")),
    "told": ("Sage", "told/", ("desktop", "phone")),
    "links": ("Sumac", "links/", ("desktop",)),
    "knowledge": ("/knowledge/thigh_thrust/", "", ("desktop",)),
    "knowledge_list": ("/knowledge/?q=sacroiliac", "", ("desktop", "phone")),
    "knowledge_file": ("/knowledge/file/safety/bleeding/gates.yaml/", "", ("desktop",)),
    "knowledge_review": ("/knowledge/review/", "", ("desktop",)),
    "knowledge_unverified": ("/knowledge/unverified/", "", ("desktop",)),
    "knowledge_differences": ("/knowledge/differences/?since=2026-01-01", "", ("desktop",)),
    "knowledge_source": ("/knowledge/source/simpson-2006/", "", ("desktop",)),
    "payers": ("/knowledge/payers/", "", ("desktop",)),
    "clinic_people": ("/administration/people/", "", ("desktop",)),
    "clinic_emergencies": ("/administration/emergencies/?state=all", "", ("desktop",)),
    "clinic_settings": ("/administration/settings/", "", ("desktop", "phone")),
    "clinic_health": ("/administration/health/", "", ("desktop", "phone")),
    "access_log": ("/administration/log/?since=2026-01-01", "", ("desktop",)),
}


def main() -> None:
    """Start a demonstration of its own, look at each page, and stop it."""
    OUT.mkdir(exist_ok=True)
    chromium = shutil.which("chromium") or shutil.which("google-chrome")
    if chromium is None:
        raise SystemExit("Chromium is missing. Install it with: sudo apt-get install chromium")
    with tempfile.TemporaryDirectory() as data, sync_playwright() as playwright:
        server = _start(data)
        try:
            arguments = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
                         "--disable-background-networking", "--disable-component-update",
                         "--disable-sync"]  # fmt: skip
            browser = playwright.chromium.launch(executable_path=chromium, args=arguments)
            for size in SIZES:
                _look(browser, size)
            _look_as_patients(browser)
            browser.close()
        finally:
            server.terminate()
            server.wait()


def _start(data: str) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-c", "from needlepoint.cli import main; raise SystemExit(main())",
               "demo", "--port", str(PORT)]  # fmt: skip
    settings = {**os.environ, "NEEDLEPOINT_DATA": data}
    server = subprocess.Popen(
        command, env=settings, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    while True:
        try:
            urllib.request.urlopen(f"{HERE}/demonstration/", timeout=5).close()
            return server
        except (urllib.error.URLError, OSError):
            pass
        try:
            raise SystemExit(f"The demonstration ended with code {server.wait(timeout=0.2)}.")
        except subprocess.TimeoutExpired:
            continue


def _look(browser: Browser, size: str) -> None:
    width, height = SIZES[size]
    page = browser.new_page(viewport={"width": width, "height": height})
    page.goto(f"{HERE}/demonstration/")
    _keep(page, "sign_in", size)
    page.click("button[value=demo-physician]")
    page.wait_for_url("**/today/")
    page.goto(f"{HERE}/patients/")
    links = {
        a.inner_text(): a.get_attribute("href") for a in page.query_selector_all("#found td a")
    }
    for name, (who, tab, sizes) in PAGES.items():
        if size not in sizes or name == "sign_in" or who.startswith("/administration/"):
            continue
        if not who.startswith("/"):
            who = next(str(href) for said, href in links.items() if said.startswith(who))
        page.goto(f"{HERE}{who}{tab}", wait_until="networkidle")
        _keep(page, name, size)
    page.close()
    _administrator(browser, size)


def _administrator(browser: Browser, size: str) -> None:
    width, height = SIZES[size]
    page = browser.new_page(viewport={"width": width, "height": height})
    page.goto(f"{HERE}/demonstration/")
    page.click("button[value=demo-administrator]")
    page.wait_for_url("**/administration/people/")
    for name, (address, _, sizes) in PAGES.items():
        if size in sizes and address.startswith(("/administration/", "/knowledge/payers/")):
            page.goto(f"{HERE}{address}", wait_until="networkidle")
            _keep(page, name, size)
    page.close()


# file name -> beginning of a patient's name, what the link is for, the page it is taken to
BY_LINK = {
    "patient_place": ("Zinnia", "intake", "/intake/page/place-1/"),
    "patient_drawing": ("Sage", "intake", "/intake/page/drawing-1/"),
    "patient_questions": ("Sage", "intake", "/intake/page/flags-2/"),
    "patient_review": ("Sage", "intake", "/intake/review/"),
    "patient_diary": ("Sumac", "diary", "/diary/2/"),
    "patient_measure": ("Teak", "measures", "/measures/1/"),
}


def _look_as_patients(browser: Browser) -> None:
    """Open a link for each page on a phone of its own."""
    desk = browser.new_page()
    desk.goto(f"{HERE}/demonstration/")
    desk.click("button[value=demo-physician]")
    desk.wait_for_url("**/today/")
    desk.goto(f"{HERE}/patients/")
    people = {
        a.inner_text(): str(a.get_attribute("href")) for a in desk.query_selector_all("#found td a")
    }
    width, height = SIZES["phone"]
    for name, (who, scope, place) in BY_LINK.items():
        patient = next(href for said, href in people.items() if said.startswith(who))
        desk.goto(f"{HERE}{'/'.join(patient.split('/')[:3])}/links/")
        desk.select_option("[name=scope]", scope)
        desk.click("text=Make a link")
        hand = browser.new_page(viewport={"width": width, "height": height})
        hand.goto(desk.inner_text("#link-address"))
        hand.click("main button")
        hand.wait_for_load_state("networkidle")
        if hand.query_selector("main button[value=en]"):
            hand.click("main button[value=en]")
            hand.check("[name=agree][value=yes]", force=True)
            hand.click(".go button")
        hand.goto(f"{HERE}{place}", wait_until="networkidle")
        hand.screenshot(path=OUT / f"{name}_phone.png")
        hand.close()
    desk.close()


def _keep(page: Page, name: str, size: str) -> None:
    if size in PAGES[name][2]:
        path = OUT / f"{name}_{size}.png"
        page.screenshot(path=path)
        with Image.open(path) as picture:  # few colours: a third of the size, and no one sees it
            picture.convert("RGB").quantize(96).save(path, optimize=True)


if __name__ == "__main__":
    main()
