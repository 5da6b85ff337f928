"""Every template can be read: a mistake in one is found before a patient's page needs it."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.template.loader import get_template

WEB = Path(__file__).parents[2] / "src" / "needlepoint" / "web"
NAMES = sorted(
    str(path.relative_to(root)) for root in WEB.glob("*/templates") for path in root.rglob("*.html")
)


@pytest.mark.parametrize("name", NAMES)
def test_a_template_can_be_read(sqlite: str, name: str) -> None:
    assert get_template(name) is not None
