"""Needlepoint finds where a patient's pain comes from, and says how sure it is and why.

Three names are enough: `read_chart`, `load_knowledge`, `assess`. They are loaded on first use.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from needlepoint.core.assess import Assessment, assess
    from needlepoint.core.errors import NeedlepointError
    from needlepoint.files import load_knowledge, read_chart

__version__ = "0.1.0"
__all__ = ["Assessment", "NeedlepointError", "assess", "load_knowledge", "read_chart"]

_WHERE = {
    "Assessment": "needlepoint.core.assess",
    "assess": "needlepoint.core.assess",
    "NeedlepointError": "needlepoint.core.errors",
    "load_knowledge": "needlepoint.files",
    "read_chart": "needlepoint.files",
}


def __getattr__(name: str) -> Any:
    if name not in _WHERE:
        raise AttributeError(f"needlepoint has no {name!r}; it has {', '.join(__all__)}")
    from importlib import import_module

    return getattr(import_module(_WHERE[name]), name)
