"""What is lost when things break? The real server, on each database, broken on purpose.

Killed with -9 while twenty forms a moment come in; the database restarted under it; the disk full;
one form sent twenty times at once; the clock set back. After each, every entry that was
acknowledged must stand in its chart exactly once, and `needlepoint verify --files` must find every
chain whole. Ends with 1 if anything was lost or damaged. Bounded; loopback only.
"""

from __future__ import annotations

import http.client
import os
import random
import shutil
import subprocess
import sys
import tempfile
import threading
import time
import uuid
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parent.parent))

from bench.browser import Browser, Server, command, environment, key_of_form, signed_in
from bench.database import Postgres
from bench.measure import keep, table

WRITERS = 8
SECONDS = 4.0
BROKEN = (http.client.HTTPException, OSError)


@dataclass
class Clinic:
    """The clinic that is being broken, and everything that it has acknowledged so far."""

    settings: dict[str, str]
    data: Path
    patients: list[str]
    charts: dict[str, uuid.UUID]
    session: str
    said: list[tuple[str, str]] = field(default_factory=list)  # patient and key of the form
    refused: int = 0


def main() -> int:
    """Each database in a process of its own; both are tried even if the first one fails."""
    if len(sys.argv) > 1:
        return one(sys.argv[1])
    # A small disk is mounted; who may not mount gets a name space in which one may.
    alone = [] if os.geteuid() == 0 else ["unshare", "--map-root-user", "--mount"]
    sqlite = subprocess.run([*alone, sys.executable, __file__, "sqlite"]).returncode
    return max(sqlite, subprocess.run([sys.executable, __file__, "postgresql"]).returncode)


def one(name: str) -> int:
    """Try every fault on one database."""
    folder = Path(tempfile.mkdtemp(prefix="np-faults-", dir="/tmp"))
    postgres = Postgres() if name == "postgresql" else None
    disk = SmallDisk(folder / "disk") if name == "sqlite" else None
    try:
        if postgres is not None:
            postgres.start()
        data = disk.folder if disk else folder
        url = postgres.create("clinic") if postgres else f"sqlite:///{data / 'clinic.sqlite3'}"
        os.environ.update(environment(url, data))
        import django

        django.setup()
        return _tried(name, _clinic(url, data), folder, postgres, disk)
    finally:
        if postgres is not None:
            postgres.remove()
        if disk is not None:
            disk.remove()
        shutil.rmtree(folder, ignore_errors=True)


def _tried(name: str, clinic: Clinic, folder: Path, postgres: Postgres | None,
           disk: SmallDisk | None) -> int:  # fmt: skip
    server = Server(clinic.settings, folder / "log", workers=2)
    faults: list[tuple[str, Callable[[], str]]] = [
        ("kill -9 of master and workers, three times", lambda: killed(clinic, server)),
        ("one form sent 20 times at once", lambda: doubled(clinic, server)),
        ("clock set back by a day between entries", lambda: set_back(clinic)),
    ]
    if postgres is not None:
        faults.append(("database stopped at once and started, twice",
                       lambda: restarted(clinic, server, postgres)))  # fmt: skip
    if disk is not None:
        faults.append(("disk full, then room again", lambda: full(clinic, server, disk)))
    rows, kept, bad = [], {}, 0
    try:
        for what, fault in faults:
            did = fault()
            lost, whole = lost_of(clinic), command(clinic.settings, "verify", "--files")
            fine = lost == 0 and whole.returncode == 0 and not did.startswith("WRONG")
            bad += not fine
            rows.append(
                (what, did, f"lost {lost}", "whole" if whole.returncode == 0 else "DAMAGED")
            )
            kept[what] = {"did": did, "acknowledged_so_far": len(clinic.said), "lost": lost,
                          "verify": whole.returncode == 0}  # fmt: skip
            if whole.returncode:
                print(whole.stderr[-2000:])
    finally:
        server.stop()
    table(f"{name}: {len(clinic.said)} entries acknowledged", rows)
    keep(f"faults_{name}", kept)
    return 1 if bad else 0


# --- the faults -----------------------------------------------------------------------------------


def killed(clinic: Clinic, server: Server) -> str:
    """SIGKILL to the whole process group in the middle of writing."""
    before, cut = len(clinic.said), clinic.refused
    for n in range(3):
        with writers(clinic, server):
            time.sleep(SECONDS / 2 + n * 0.13)
            server.kill()
        server.start()
    return (f"{len(clinic.said) - before} acknowledged, {clinic.refused - cut} cut off, "
            "started again each time")  # fmt: skip


def restarted(clinic: Clinic, server: Server, postgres: Postgres) -> str:
    """The database falls over as if the power had gone, while the server stays up."""
    before = len(clinic.said)
    for _ in range(2):
        with writers(clinic, server):
            time.sleep(SECONDS / 2)
            postgres.stop("immediate")
            time.sleep(0.5)
            postgres.start()
            time.sleep(SECONDS / 2)
    after = _write(clinic, Browser(server.port, clinic.session), random.Random(1))
    word = "" if after == 302 else f"WRONG: afterwards a form answered {after}; "
    return f"{word}{len(clinic.said) - before} acknowledged around it; the server went on"


def doubled(clinic: Clinic, server: Server) -> str:
    """An impatient finger: the same form from twenty connections at the same moment."""
    patient, once = clinic.patients[0], uuid.uuid4().hex
    start = threading.Barrier(20)

    def send(_: int) -> int:
        browser = Browser(server.port, clinic.session)
        start.wait()
        return _post(browser, patient, once)

    with ThreadPoolExecutor(20) as pool:
        answers = list(pool.map(send, range(20)))
    clinic.said.append((patient, once))
    good = answers.count(302)
    there = _keys(clinic, patient).count(once)
    word = "" if good == 20 and there == 1 else "WRONG: "
    return f"{word}{good} of 20 answered well, {there} entry written"


def set_back(clinic: Clinic) -> str:
    """Entries stay in the order in which they were written, and none is hidden."""
    from needlepoint.core.chart import Goal, Provenance, Role
    from needlepoint.store.reading import chart_from_store
    from needlepoint.store.writing import append_entry

    chart, now = clinic.charts[clinic.patients[1]], datetime.now(UTC)
    written = [
        append_entry(chart=chart, statement=Goal(words=str(n)), author="u1", role=Role.NURSE,
                     provenance=Provenance.PATIENT_SAID, now=now - timedelta(days=n % 3))
        for n in range(30)
    ]  # fmt: skip
    read = chart_from_store(chart, now=now - timedelta(days=2))
    times = [entry.recorded_at for entry in read.entries]
    fine = read.entries[-30:] == tuple(written) and times == sorted(times)
    fine = fine and read.as_of is not None and read.as_of >= times[-1]
    return ("" if fine else "WRONG: ") + "30 entries at three clocks: in order, none hidden"


def full(clinic: Clinic, server: Server, disk: SmallDisk) -> str:
    """No room: forms fail and say so; with room again, all goes on."""
    before, refused = len(clinic.said), clinic.refused
    disk.fill()
    with writers(clinic, server):
        time.sleep(SECONDS)
    failed = clinic.refused - refused
    during = len(clinic.said) - before
    disk.clear()
    browser = Browser(server.port, clinic.session)
    answers = [_write(clinic, browser, random.Random(n)) for n in range(5)]
    word = "" if answers == [302] * 5 and failed else f"WRONG: {failed} failed, then {answers}; "
    return (
        f"{word}{during} acknowledged and {failed} refused while full ({disk.how}); then well again"
    )


class SmallDisk:
    """A file system of a few megabytes."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        folder.mkdir(mode=0o700)
        self.how = "a tmpfs of 24 MB"
        mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=24m", "tmpfs", str(folder)],
                                 capture_output=True) if os.geteuid() == 0 else None  # fmt: skip
        self.mounted = mounted is not None and mounted.returncode == 0
        if not self.mounted:
            raise SystemExit("No small file system could be mounted to be filled. Run as root.")

    def fill(self) -> None:
        """To the last block: not even the journal may grow."""
        with (self.folder / "ballast").open("wb", buffering=0) as file:
            for size in (1 << 20, 1 << 12):
                try:
                    while True:
                        file.write(b"\0" * size)
                except OSError:
                    continue

    def clear(self) -> None:
        (self.folder / "ballast").unlink()

    def remove(self) -> None:
        if self.mounted:
            subprocess.run(["umount", "-l", str(self.folder)], capture_output=True)


# --- writing and looking --------------------------------------------------------------------------


class writers:  # noqa: N801 - reads as what it is: with writers(...):
    """People who write until the block ends, and note only what was acknowledged."""

    def __init__(self, clinic: Clinic, server: Server) -> None:
        self.clinic, self.server = clinic, server
        self.over = threading.Event()
        self.threads = [threading.Thread(target=self._go, args=(n,)) for n in range(WRITERS)]

    def _go(self, n: int) -> None:
        browser, turn = Browser(self.server.port, self.clinic.session), random.Random(n)
        while not self.over.is_set():
            if _write(self.clinic, browser, turn) != 302:
                time.sleep(0.05)  # nobody hammers a server that is down

    def __enter__(self) -> None:
        for thread in self.threads:
            thread.start()

    def __exit__(self, *_: object) -> None:
        self.over.set()
        for thread in self.threads:
            thread.join(timeout=70)


def _write(clinic: Clinic, browser: Browser, turn: random.Random) -> int:
    patient, once = turn.choice(clinic.patients), uuid.uuid4().hex
    try:
        status = _post(browser, patient, once)
    except BROKEN:
        browser.close()
        status = 0
    if status == 302:
        clinic.said.append((patient, once))
    else:
        clinic.refused += 1
    return status


def _post(browser: Browser, patient: str, once: str) -> int:
    form = {"words": "walk the dog", "provenance": "patient_said", "once": once}
    return browser.post(f"/patients/{patient}/story/add/goal/", form)[0]


def _keys(clinic: Clinic, patient: str) -> list[str]:
    from needlepoint.store.models import EntryRow

    rows = EntryRow.objects.filter(chart_id=clinic.charts[patient], once__isnull=False)
    return [key_of_form(str(key)) for key in rows.values_list("once", flat=True)]


def lost_of(clinic: Clinic) -> int:
    """How many acknowledged entries do not stand in their chart exactly once."""
    from django.db import connection

    connection.close()  # it may have been cut by what was tried
    there = {patient: _keys(clinic, patient) for patient in clinic.patients}
    return sum(there[patient].count(once) != 1 for patient, once in clinic.said)


def _clinic(url: str, data: Path) -> Clinic:
    from django.core.management import call_command

    from needlepoint.accounts.models import Clinic as ClinicRow
    from needlepoint.accounts.models import Membership, Team, User
    from needlepoint.accounts.roles import Role
    from needlepoint.store.patients import register_patient

    call_command("migrate", verbosity=0)
    practice = ClinicRow.objects.create(name="Harbour Pain")
    team = Team.objects.create(clinic=practice, name="Spine")
    user = User.objects.create_user("u", None, clinic=practice, role=Role.PHYSICIAN, name="Dr. U")
    Membership.objects.create(user=user, team=team)
    made: list[Any] = [register_patient(clinic=practice, teams=[team], family_name=f"P{n}")
                       for n in range(6)]  # fmt: skip
    return Clinic(
        settings=environment(url, data), data=data, patients=[str(p.pk) for p in made],
        charts={str(p.pk): p.chart_id for p in made}, session=signed_in(user),
    )  # fmt: skip


if __name__ == "__main__":
    sys.exit(main())
