"""Can everyone use this page, and does it fit?"""

from __future__ import annotations

from playwright.sync_api import Page

from needlepoint.web.shell.assets import VENDOR


def check_usable(page: Page) -> None:
    """No serious or critical fault of accessibility, and no wider than the window."""
    page.wait_for_load_state("load")
    page.evaluate((VENDOR / "axe.js").read_text())
    found = page.evaluate("axe.run(document, {resultTypes: ['violations']})")
    faults = [
        (page.url, fault["id"], fault["impact"], [node["target"] for node in fault["nodes"]][:3])
        for fault in found["violations"]
        if fault["impact"] in ("serious", "critical")
    ]
    assert faults == []
    window = page.viewport_size
    assert window is not None
    assert page.evaluate("document.documentElement.scrollWidth") <= window["width"], page.url
