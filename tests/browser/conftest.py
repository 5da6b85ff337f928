"""A demonstration clinic on a port of its own, and a browser to look at it."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
SIZES = {"desktop": {"width": 1440, "height": 900}, "phone": {"width": 390, "height": 844}}

expect.set_options(timeout=20_000)  # a busy machine is no fault of a page


@pytest.fixture(scope="module")
def clinic() -> Iterator[str]:
    """The address of a freshly made demonstration: what one file writes, no other finds."""
    data = tempfile.mkdtemp(prefix="needlepoint-browser-")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    settings = {**os.environ, "NEEDLEPOINT_DATA": data}
    settings.pop("DJANGO_SETTINGS_MODULE", None)
    command = [sys.executable, "-c", "from needlepoint.cli import main; raise SystemExit(main())",
               "demo", "--port", str(port)]  # fmt: skip
    with (Path(data) / "log").open("wb") as log:
        server = subprocess.Popen(command, env=settings, stdout=log, stderr=log)
    try:
        _wait(f"http://127.0.0.1:{port}/demonstration/", server, Path(data) / "log")
        yield f"http://127.0.0.1:{port}"
    finally:
        server.terminate()
        try:
            server.wait(timeout=30)
        except subprocess.TimeoutExpired:  # a busy machine; what it holds is thrown away anyway
            server.kill()
            server.wait()
        shutil.rmtree(data, ignore_errors=True)


def _wait(address: str, server: subprocess.Popen[bytes], log: Path) -> None:
    """Until it answers, it ends, or two minutes have passed."""
    until = time.monotonic() + 120
    while time.monotonic() < until:
        try:
            urllib.request.urlopen(address, timeout=5).close()
            return
        except (urllib.error.URLError, OSError):
            pass
        try:
            server.wait(timeout=0.1)
            break
        except subprocess.TimeoutExpired:
            continue
    pytest.fail(f"The demonstration did not start:\n{log.read_text()[-2000:]}", pytrace=False)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Chromium as the system has it; its absence is a failure, never a skip."""
    path = (
        shutil.which("chromium")
        or shutil.which("chromium-browser")
        or shutil.which("google-chrome")
    )
    if path is None:
        pytest.fail("Chromium is missing, and the pages are tested in it. "
                    "Install it with: sudo apt-get install chromium", pytrace=False)  # fmt: skip
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=path, args=ARGUMENTS)
        yield chromium
        chromium.close()


def _is_complaint(message: Any) -> bool:
    """A form that says what to change answers 422, which the browser reports like an error."""
    return message.type in ("error", "warning") and "status of 422" not in message.text


@pytest.fixture
def visit(browser: Browser, clinic: str) -> Iterator[Callable[..., Page]]:
    """Open a page as the physician; what the browser complains of fails the test."""
    contexts: list[BrowserContext] = []
    complaints: list[str] = []

    def open_page(size: str = "desktop", *, script: bool = True) -> Page:
        context = browser.new_context(viewport=SIZES[size], java_script_enabled=script)  # type: ignore[arg-type]
        contexts.append(context)
        page = context.new_page()
        page.on(
            "console",
            lambda m: complaints.append(m.text) if _is_complaint(m) else None,
        )
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.goto(f"{clinic}/demonstration/")
        page.click("button[value=demo-physician]")
        page.wait_for_url("**/today/")
        page.goto(f"{clinic}/patients/")
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert complaints == []


@pytest.fixture
def patient(visit: Any) -> Callable[[Page, str, str], None]:
    """Go to a tab of a patient of the practice, by the beginning of the name."""

    def go(page: Page, name: str, tab: str = "") -> None:
        link = page.context.new_page()
        link.goto(page.url.split("/patients")[0] + "/patients/")
        href = link.locator("#found a", has_text=name).first.get_attribute("href")
        link.close()
        page.goto(f"{page.url.split('/patients')[0]}{href}{tab}", wait_until="networkidle")

    return go
