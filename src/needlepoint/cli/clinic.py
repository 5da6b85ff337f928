"""The commands of the clinic: they need Django, which the rest of the command line does not."""

from __future__ import annotations

import argparse
import json
import os
import socket
import sys
from importlib.util import find_spec
from pathlib import Path
from uuid import UUID

from needlepoint.core.errors import DamagedStore, NeedlepointError


class ClinicNotReady(NeedlepointError):
    """The clinic is not installed, or not set up as it must be."""


def add_commands(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """The clinic's verbs."""
    manage = commands.add_parser("manage", help="the clinic's database and settings (Django)")
    manage.add_argument("arguments", nargs=argparse.REMAINDER, metavar="...", help="e.g. migrate")
    manage.set_defaults(run=_manage)
    serve = commands.add_parser("serve", help="serve the clinic to browsers")
    serve.add_argument("--bind", default="127.0.0.1:8000", help="address to listen at")
    serve.add_argument("--workers", type=int, default=3, help="processes that answer")
    serve.set_defaults(run=_serve)
    verify = commands.add_parser("verify", help="prove that no chart was changed")
    verify.add_argument("--files", action="store_true", help="read every attachment as well")
    verify.add_argument("--save", type=Path, metavar="FILE", help="keep the proof outside")
    verify.add_argument("--against", type=Path, metavar="FILE", help="an earlier proof")
    verify.set_defaults(run=_verify)
    health = commands.add_parser("health", help="say whether the clinic can work; 1 if it cannot")
    health.add_argument("--json", action="store_true", help="for machines")
    health.set_defaults(run=_health)
    backup = commands.add_parser("backup", help="put the whole clinic into one file")
    backup.add_argument("to", type=Path, metavar="FILE", help="a new file, e.g. clinic.tar.gz")
    backup.set_defaults(run=_backup)
    restore = commands.add_parser("restore", help="fill an empty clinic from a backup")
    restore.add_argument("source", type=Path, metavar="FILE")
    restore.set_defaults(run=_restore)
    due = commands.add_parser("due", help="tell anew from every chart what is due")
    due.set_defaults(run=_due)
    export = commands.add_parser("export", help="write one chart as files")
    export.add_argument(
        "chart", metavar="CHART", help="the id in the address of the patient's pages"
    )
    export.add_argument("--out", type=Path, required=True, help="a new folder")
    export.set_defaults(run=_export)


def set_up() -> None:
    """Make Django ready, and on the first start give the clinic a secret of its own."""
    if find_spec("django") is None:
        raise ClinicNotReady(
            "The clinic needs more packages. As docs/deployment.md says: "
            "pip install --require-hashes -r requirements/web.txt"
        )
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "needlepoint.config.settings")
    from needlepoint.config import environment

    os.umask(0o077)  # what the clinic writes is read by its own account alone
    environment.make_secret()
    import django

    try:
        django.setup()
    except ValueError as error:  # of config/environment.py, which knows no NeedlepointError
        raise ClinicNotReady(str(error)) from error


def _ready() -> None:
    """Set up, and refuse a database that has not the tables of this version."""
    set_up()
    from django.db import DatabaseError, connection
    from django.db.migrations.executor import MigrationExecutor

    try:
        executor = MigrationExecutor(connection)
        missing = executor.migration_plan(executor.loader.graph.leaf_nodes())
    except DatabaseError as error:
        raise ClinicNotReady(
            "The database does not answer. Check NEEDLEPOINT_DATABASE_URL and that it is running."
        ) from error
    if missing:
        raise ClinicNotReady(
            f"The database misses {len(missing)} changes of this version. "
            "Make a backup, then run: needlepoint manage migrate"
        )


def _manage(parsed: argparse.Namespace) -> int:
    set_up()
    from django.core.management import execute_from_command_line

    execute_from_command_line(["needlepoint manage", *parsed.arguments])
    return 0


def _serve(parsed: argparse.Namespace) -> int:
    set_up()
    from django.conf import settings

    host = parsed.bind.rpartition(":")[0]
    if settings.DEMONSTRATION and host not in ("127.0.0.1", "localhost", "[::1]"):
        raise ClinicNotReady(
            "The demonstration listens on this machine only. Leave --bind out, or set up a real "
            "clinic as docs/deployment.md says."
        )
    _refuse_odd(parsed.bind, parsed.workers)
    _ready()
    from needlepoint.cli.server import serve

    serve(parsed.bind, parsed.workers)
    return 0


def _refuse_odd(bind: str, workers: int) -> None:
    """The server would wait for ever without a worker, and try a bad address again and again."""
    if workers < 1:
        raise ClinicNotReady("Nobody would answer. Give --workers 1 or more.")
    host, _, port = bind.rpartition(":")
    if not host or not port.isdecimal() or not 0 < int(port) < 65536:
        raise ClinicNotReady(f"--bind {bind} is no address. Write it as 127.0.0.1:8000.")
    family = socket.AF_INET6 if host.startswith("[") else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host.strip("[]"), int(port)))
        except OSError as error:
            raise ClinicNotReady(
                f"Nothing can listen at {bind}: {error.strerror}. Choose another with --bind."
            ) from error


def _verify(parsed: argparse.Namespace) -> int:
    _ready()
    from needlepoint.imaging.keeping import image_fault
    from needlepoint.store.verifying import verify

    earlier = _heads(parsed.against) if parsed.against else None
    proof = verify(with_files=parsed.files, against=earlier, image_fault=image_fault)
    if parsed.save and not proof.damage:
        parsed.save.write_text(json.dumps({"heads": proof.heads, "checkpoint": proof.checkpoint}))
    print(f"{proof.charts} charts, {proof.entries} entries, {proof.attachments} attachments")
    if proof.damage:
        for damage in proof.damage:
            print(damage, file=sys.stderr)
        raise DamagedStore(f"{len(proof.damage)} places are not as they were written.")
    from needlepoint.store.condition import note_done

    note_done("proof", charts=proof.charts, entries=proof.entries, checkpoint=proof.checkpoint)
    print(f"whole; checkpoint {proof.checkpoint}")
    return 0


def _health(parsed: argparse.Namespace) -> int:
    set_up()
    from needlepoint.store.condition import condition
    from needlepoint.web.health.pages import as_json, health_page
    from needlepoint.web.shell.parts import listing, shipped

    page = health_page(condition(), shipped(), listing())
    if parsed.json:
        print(json.dumps(as_json(page), indent=1))
    else:
        for check in page.checks:
            do = f" {check.do}" if check.do else ""
            print(f"{check.name}: {check.state}. {check.found}.{do}")
    return 0 if page.is_able else 1


def _heads(path: Path) -> dict[str, tuple[int, str]]:
    try:
        heads = json.loads(path.read_text())["heads"]
        return {str(chart): (int(length), str(last)) for chart, (length, last) in heads.items()}
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise ClinicNotReady(
            f"{path} is no proof. Make one with: needlepoint verify --save FILE"
        ) from error


def _backup(parsed: argparse.Namespace) -> int:
    _ready()
    from needlepoint.store.moving import backup

    sha256, proof = backup(parsed.to)
    from needlepoint.store.condition import note_done

    note_done("backup", charts=proof.charts, entries=proof.entries, checkpoint=proof.checkpoint)
    print(f"{parsed.to}: {proof.charts} charts, {proof.entries} entries, read back and whole")
    print(f"sha256 {sha256}\ncheckpoint {proof.checkpoint}")
    return 0


def _restore(parsed: argparse.Namespace) -> int:
    _ready()
    from needlepoint.store.moving import restore

    proof = restore(parsed.source)
    print(f"{proof.charts} charts, {proof.entries} entries, {proof.attachments} attachments: whole")
    print(f"checkpoint {proof.checkpoint}")
    return 0


def _due(parsed: argparse.Namespace) -> int:
    _ready()
    from needlepoint.files import load_knowledge
    from needlepoint.store.due import rebuild

    print(f"{rebuild(load_knowledge())} charts were asked what is due.")
    return 0


def _export(parsed: argparse.Namespace) -> int:
    _ready()
    from needlepoint.store.exporting import UnknownChart, export_chart

    try:
        chart = UUID(parsed.chart)
    except ValueError as error:
        raise UnknownChart(
            f"{parsed.chart!r} is no chart id. Copy it from the address of the patient's pages."
        ) from error
    print(export_chart(chart, parsed.out))
    return 0


__all__ = ["ClinicNotReady", "add_commands", "set_up"]
