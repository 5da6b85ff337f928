"""A PostgreSQL server of a bench or a test run alone: on a socket, as an ordinary user."""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import tempfile
from pathlib import Path
from typing import Any


def programs() -> Path:
    """The folder of PostgreSQL's own programs."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    on_path = shutil.which("initdb")
    if not found and on_path is None:
        raise SystemExit("PostgreSQL is missing. Install it with: sudo apt-get install postgresql")
    return found[-1].parent if found else Path(str(on_path)).resolve().parent


def _unprivileged() -> dict[str, Any]:
    """PostgreSQL refuses to run as root; then it runs as postgres, or as nobody."""
    if os.geteuid() != 0:
        return {}
    for name in ("postgres", "nobody"):
        try:
            account = pwd.getpwnam(name)
        except KeyError:
            continue
        return {"user": account.pw_uid, "group": account.pw_gid, "extra_groups": []}
    raise SystemExit(
        "Running as root, and there is no user postgres or nobody. Run as another user."
    )


DURABLE = "-c shared_buffers=512MB -c max_connections=80"
THROWN_AWAY = "-F -c shared_buffers=32MB -c max_connections=60"  # waits for no disk


class Postgres:
    """A server in a folder of its own. Every commit reaches the disk unless it is being filled."""

    def __init__(self, folder: Path | None = None, *, settings: str = DURABLE) -> None:
        self.bin, self.who, self.settings = programs(), _unprivileged(), settings
        self.folder = folder or Path(
            tempfile.mkdtemp(prefix="np-pg-", dir="/tmp")
        )  # short: sockets
        self.folder.mkdir(parents=True, exist_ok=True)
        if self.who:
            os.chown(self.folder, self.who["user"], self.who["group"])
        if not (self.folder / "data").exists():
            self._run("initdb", "-D", f"{self.folder}/data", "-U", "clinic", "-A", "trust",
                      "-E", "UTF8", "--locale=C.UTF-8", "--no-sync")  # fmt: skip

    def start(self, *, filling: bool = False) -> None:
        """Start the server; while a bench is being filled, without waiting for the disk."""
        quick = " -F -c maintenance_work_mem=1GB -c max_wal_size=8GB" if filling else ""
        options = f"-k {self.folder} -h '' {self.settings}{quick}"
        self._run("pg_ctl", "-D", f"{self.folder}/data", "-l", f"{self.folder}/log", "-w",
                  "-t", "300", "-o", options, "start")  # fmt: skip

    def stop(self, how: str = "fast") -> None:
        self._run("pg_ctl", "-D", f"{self.folder}/data", "-m", how, "-w", "-t", "300", "stop")

    def url(self, name: str) -> str:
        return f"postgresql://clinic@/{name}?host={self.folder}"

    def create(self, name: str, template: str = "template0") -> str:
        """Make a database, empty or as its template is; returns its address."""
        import psycopg

        with psycopg.connect(self.url("postgres"), autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE {name} TEMPLATE {template}")
        return self.url(name)

    def version(self) -> str:
        done = subprocess.run([self.bin / "postgres", "--version"], capture_output=True, text=True)
        return (
            done.stdout.strip()
            .removeprefix("postgres ")
            .replace("(PostgreSQL)", "PostgreSQL")
            .split(" (")[0]
        )

    def remove(self) -> None:
        """Stop at once and leave nothing behind."""
        subprocess.run([self.bin / "pg_ctl", "-D", f"{self.folder}/data", "-m", "immediate", "-w",
                        "stop"], capture_output=True, cwd="/", **self.who)  # fmt: skip
        shutil.rmtree(self.folder, ignore_errors=True)

    def _run(self, program: str, *arguments: str) -> None:
        done = subprocess.run([self.bin / program, *arguments], stdout=subprocess.DEVNULL,
                              stderr=subprocess.PIPE, text=True, cwd="/", **self.who)  # fmt: skip
        if done.returncode:
            raise SystemExit(f"{program} failed: {done.stderr}")
