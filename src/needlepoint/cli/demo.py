"""The demonstration: a clinic with invented patients, on this machine only."""

from __future__ import annotations

import argparse
import os
import socket
from pathlib import Path

from needlepoint.core.errors import NeedlepointError


class PortTaken(NeedlepointError):
    """Something else listens there."""


def add_commands(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """The demonstration's one verb."""
    demo = commands.add_parser("demo", help="open a clinic of invented patients on this machine")
    demo.add_argument("--reset", action="store_true", help="forget what was entered; begin afresh")
    demo.add_argument("--port", type=int, default=8000)
    demo.add_argument("--no-serve", action="store_true", help="only make the practice")
    demo.set_defaults(run=run)


def run(parsed: argparse.Namespace) -> int:
    """Make the practice if there is none, and open its doors on the loopback address."""
    if not parsed.no_serve:
        _refuse_taken(parsed.port)  # before the practice is made, which takes a while
    _choose_data()
    from needlepoint.cli.clinic import set_up

    set_up()
    _assets()
    _practice(reset=parsed.reset)
    if parsed.no_serve:
        return 0
    _serve(parsed.port)
    return 0


def _choose_data() -> None:
    """A folder of its own: a demonstration never meets a real clinic's data."""
    os.environ["NEEDLEPOINT_DEMONSTRATION"] = "1"
    os.environ.pop("NEEDLEPOINT_DATABASE_URL", None)


def _assets() -> None:
    """Fetch what browsers are given, where this is a checkout; an installed copy carries it."""
    from needlepoint.web.shell import assets

    if (assets.ROOT / "package-lock.json").is_file():
        assets.install()


def _practice(*, reset: bool) -> None:
    from django.conf import settings
    from django.core.management import call_command

    database = Path(settings.DATABASES["default"]["NAME"])
    database.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    if reset:
        for name in (database, *(database.with_name(database.name + s) for s in ("-wal", "-shm"))):
            name.unlink(missing_ok=True)
    call_command("migrate", verbosity=0)
    from needlepoint.accounts.models import Clinic

    if not Clinic.objects.exists():
        from needlepoint.files import load_knowledge
        from needlepoint.web.demonstration.seed import seed

        print(f"{seed(load_knowledge())} invented patients.")


def _serve(port: int) -> None:
    from needlepoint.cli.server import serve

    print(
        f"Needlepoint demonstration: http://127.0.0.1:{port}/\n"
        "Sign in with one step: choose who you are, for example Dr. Vera Exemplar.\n"
        "Every patient is invented. It listens on this machine only. Stop with Ctrl-C;\n"
        "begin afresh with: needlepoint demo --reset",
        flush=True,
    )
    serve(f"127.0.0.1:{port}", 1)


def _refuse_taken(port: int) -> None:
    with socket.socket() as probe:
        if probe.connect_ex(("127.0.0.1", port)) == 0:
            raise PortTaken(f"Port {port} is taken. Choose another: needlepoint demo --port 8001")
