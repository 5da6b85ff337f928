"""How are events written down? One JSON line each, with ids and counts, never a patient's value."""

from __future__ import annotations

import logging
import sys
from typing import Any

import structlog


def set_up(_settings: dict[str, Any]) -> None:
    """Send our own events to standard error as JSON; keep other libraries' sentences out.

    Django and the libraries put addresses, form values and queries into their messages, so of
    theirs only the logger's name, the level and a status are kept.
    """
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.JSONRenderer(),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        logger_factory=lambda *_: structlog.WriteLogger(sys.stderr),
        cache_logger_on_first_use=False,
    )
    root = logging.getLogger()
    if not any(isinstance(handler, NamesOnly) for handler in root.handlers):
        root.addHandler(NamesOnly())
    root.setLevel(logging.WARNING)


class NamesOnly(logging.Handler):
    """Passes on who spoke and how loudly, without the words."""

    def emit(self, record: logging.LogRecord) -> None:
        if not record.name.startswith(("django", "allauth", "needlepoint", "gunicorn", "py.")):
            return
        kind = record.exc_info[0].__name__ if record.exc_info and record.exc_info[0] else None
        structlog.get_logger().warning(
            "library_message",
            logger=record.name,
            severity=record.levelname.lower(),
            status=getattr(record, "status_code", None),
            exception=kind,
        )
