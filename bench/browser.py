"""The real server as production starts it, and browsers that speak to it over loopback."""

from __future__ import annotations

import http.client
import os
import secrets
import signal
import socket
import subprocess
import sys
import time
import urllib.parse
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

HOST = "clinic.example"


def environment(url: str, data: Path) -> dict[str, str]:
    """What a clinic behind a proxy has set."""
    root = Path(__file__).parent.parent
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("NEEDLEPOINT_D", "DJANGO"))}
    return {
        **kept, "NEEDLEPOINT_DATABASE_URL": url, "NEEDLEPOINT_DATA": str(data),
        "NEEDLEPOINT_SECRET": "a secret of the benches, which guards nothing at all, anywhere",
        "NEEDLEPOINT_HOSTS": HOST, "NEEDLEPOINT_BEHIND_PROXY": "1",
        "DJANGO_SETTINGS_MODULE": "needlepoint.config.settings",
        "PYTHONPATH": os.pathsep.join([str(root / "src"), os.environ.get("PYTHONPATH", "")]),
    }  # fmt: skip


def command(settings: dict[str, str], *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run `needlepoint ...` to its end."""
    return subprocess.run([sys.executable, "-m", "needlepoint.cli", *arguments], env=settings,
                          capture_output=True, text=True)  # fmt: skip


class Server:
    """`needlepoint serve`, in a process group of its own."""

    def __init__(self, settings: dict[str, str], log: Path, *, workers: int = 3) -> None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self.settings, self.log, self.workers = settings, log, workers
        self.start()

    def start(self) -> None:
        """Start it and wait until it answers, at most two minutes."""
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "needlepoint.cli", "serve", "--bind",
                 f"127.0.0.1:{self.port}", "--workers", str(self.workers)],
                env=self.settings, stdout=log, stderr=log, start_new_session=True,
            )  # fmt: skip
        until = time.monotonic() + 120
        while time.monotonic() < until:
            if self.process.poll() is not None:
                break
            try:
                with socket.create_connection(("127.0.0.1", self.port), timeout=1):
                    return
            except OSError:
                time.sleep(0.1)
        raise SystemExit(f"The server did not start:\n{self.log.read_text()[-2000:]}")

    def processor_ms(self) -> float:
        """Processor time of the master and its workers so far, every thread of them."""
        return sum(map(_processor_ms, _family(self.process.pid)))

    def kill(self) -> None:
        """kill -9, master and workers at once: nobody gets to clean up."""
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()

    def stop(self) -> None:
        if self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(timeout=40)
            except subprocess.TimeoutExpired:
                self.kill()


def _family(pid: int) -> list[int]:
    """A process and its children."""
    children = Path(f"/proc/{pid}/task/{pid}/children")
    return [pid, *(int(child) for child in children.read_text().split())]


def _processor_ms(pid: int) -> float:
    tasks = Path(f"/proc/{pid}/task").glob("*/schedstat")
    return sum(int(task.read_text().split()[0]) for task in tasks) / 1e6


@dataclass
class Browser:
    """One person signed in. It keeps its connection, as browsers do."""

    port: int
    session: str
    csrf: str = field(default_factory=lambda: secrets.token_hex(16))
    line: http.client.HTTPConnection | None = None

    def get(self, path: str) -> tuple[int, bytes]:
        return self._ask("GET", path, None)

    def post(self, path: str, form: dict[str, Any]) -> tuple[int, bytes]:
        return self._ask("POST", path, urllib.parse.urlencode(form))

    def _ask(self, verb: str, path: str, body: str | None) -> tuple[int, bytes]:
        try:
            return self._once(verb, path, body)
        except (http.client.RemoteDisconnected, BrokenPipeError, ConnectionResetError):
            self.close()  # a kept connection had ended; browsers ask anew as well
            return self._once(verb, path, body)
        except BaseException:
            self.close()
            raise

    def _once(self, verb: str, path: str, body: str | None) -> tuple[int, bytes]:
        if self.line is None:
            self.line = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        self.line.request(verb, path, body, {
            "Host": HOST, "X-Forwarded-Proto": "https", "X-Forwarded-For": "127.0.0.1",
            "Cookie": f"__Host-session={self.session}; __Host-csrf={self.csrf}",
            "X-CSRFToken": self.csrf, "Referer": f"https://{HOST}/",
            "Content-Type": "application/x-www-form-urlencoded",
        })  # fmt: skip
        answer = self.line.getresponse()
        return answer.status, answer.read()

    def close(self) -> None:
        if self.line is not None:
            self.line.close()
            self.line = None


def key_of_form(kept: str) -> str:
    """The key that a form was sent with; its entries add the number of their statement."""
    return kept.rpartition("-")[0] or kept


def signed_in(user: Any) -> str:
    """A session of this user with the second factor set up; returns the cookie's value."""
    from allauth.mfa.models import Authenticator
    from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
    from django.conf import settings
    from django.contrib.sessions.backends.db import SessionStore

    if not Authenticator.objects.filter(user=user).exists():
        TOTP.activate(user, generate_totp_secret())
    session = SessionStore()
    session["_auth_user_id"] = str(user.pk)
    session["_auth_user_backend"] = settings.AUTHENTICATION_BACKENDS[0]
    session["_auth_user_hash"] = user.get_session_auth_hash()
    session.save()
    return str(session.session_key)
