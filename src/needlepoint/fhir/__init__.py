"""FHIR R4 in: a bundle becomes entries; what is not understood is listed, nothing is guessed."""

from __future__ import annotations

from typing import Any

from needlepoint.core.chart import Chart
from needlepoint.core.knowledge import Knowledge


def is_bundle(data: Any) -> bool:
    """Whether this is a FHIR bundle."""
    return isinstance(data, dict) and data.get("resourceType") == "Bundle"


def read_bundle(data: dict[str, Any], knowledge: Knowledge, *, name: str) -> tuple[Chart, list[str]]:
    raise SystemExit("x")
