"""Who answers browsers? Gunicorn, with our application and without its own access log."""

from __future__ import annotations

import gc
from typing import Any

from gunicorn.app.base import BaseApplication


def serve(bind: str, workers: int) -> None:
    """Answer until told to stop."""
    _Server(bind, workers).run()


class _Server(BaseApplication):  # type: ignore[misc]  # gunicorn has no types
    def __init__(self, bind: str, workers: int) -> None:
        self._chosen: dict[str, Any] = {
            "bind": bind,
            "workers": workers,
            "worker_class": "gthread",
            "threads": 4,
            "timeout": 60,
            "graceful_timeout": 30,
            "preload_app": True,  # knowledge is read once and shared by all workers
            "accesslog": None,  # addresses hold links; our own log names views instead
            "errorlog": "-",
            "loglevel": "warning",
            "limit_request_line": 4096,
            "forwarded_allow_ips": "127.0.0.1,::1",
        }
        super().__init__()

    def load_config(self) -> None:
        for key, value in self._chosen.items():
            self.cfg.set(key, value)

    def load(self) -> Any:
        from needlepoint.web import urls  # noqa: F401 - every view is imported before the fork
        from needlepoint.web.shell.parts import warm
        from needlepoint.web.wsgi import application

        warm()
        # What was read stays as long as the server: neither is it searched for garbage in the
        # middle of an answer, nor is it copied by each worker that looks at it.
        gc.collect()
        gc.freeze()
        return application
