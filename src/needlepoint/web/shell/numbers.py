"""How does a number of a form stand in a chart?"""

from __future__ import annotations

from decimal import Decimal


def real(value: Decimal | float | None) -> float | None:
    """As a chart keeps it; None where nothing was typed."""
    return None if value is None else float(value)
