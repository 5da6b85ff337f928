"""The shapes of the drawings, as their files say them."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml


def read_geometry(name: str) -> Mapping[str, Any]:
    """One file beside this one: body or spine."""
    text = Path(__file__).with_name(f"{name}.yaml").read_text(encoding="utf-8")
    loaded: Mapping[str, Any] = yaml.safe_load(text)
    return loaded
