"""Does the clinic stay fast with 100,000 patients and 5 million entries, and lose nothing?

Fills a PostgreSQL server of its own (and a SQLite file) with an invented practice, starts
`needlepoint serve` as production does, and measures at the server over loopback. Then twenty
clinicians write at once for a bounded time; every entry that was acknowledged must be there, once,
and `verify` must find every chain whole.

    python bench/load.py [--patients N] [--entries N] [--sqlite-patients N] [--seconds S]
"""

from __future__ import annotations

import argparse
import os
import random
import re
import resource
import shutil
import sqlite3
import statistics
import sys
import tempfile
import time
import uuid
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parent.parent))

from bench.browser import Browser, Server, environment, key_of_form, signed_in
from bench.database import Postgres
from bench.measure import keep, table

LONG = 300  # charts of 500 entries
RUNS = 11
CLINICIANS = 20
GOALS_MS = {
    "pain source": 200, "story": 200, "blocks": 200, "plan": 200, "treatment": 200, "papers": 200,
    "letter": 200, "devices": 200, "progress": 200, "list": 100, "search": 100,
}  # fmt: skip


def main() -> int:
    """Each database in a process of its own, because a process has one set of settings."""
    asked = _arguments()
    if asked.only:
        return one(asked)
    import subprocess

    codes = []
    for only, patients, entries in (
        ("postgresql", asked.patients, asked.entries),
        ("sqlite", asked.sqlite_patients, asked.sqlite_patients * 50),
    ):
        if patients:
            codes.append(subprocess.run([
                sys.executable, __file__, "--only", only, "--patients", str(patients),
                "--entries", str(entries), "--seconds", str(asked.seconds)]).returncode)  # fmt: skip
    return max(codes)


def one(asked: argparse.Namespace) -> int:
    """Fill, measure, write, verify one database."""
    data = Path(tempfile.mkdtemp(prefix="np-bench-data-", dir="/tmp"))
    server = Postgres() if asked.only == "postgresql" else None
    try:
        if server is not None:
            server.start(filling=True)
        url = server.create("clinic") if server else f"sqlite:///{data / 'clinic.sqlite3'}"
        os.environ.update(environment(url, data))
        return _measured(asked, url, data, server)
    finally:
        if server is not None:
            server.remove()
        shutil.rmtree(data, ignore_errors=True)


def _measured(asked: argparse.Namespace, url: str, data: Path, server: Postgres | None) -> int:
    import django

    django.setup()
    found: dict[str, Any] = {"patients": asked.patients, "entries": asked.entries,
                             "database": server.version() if server else f"SQLite {sqlite3.sqlite_version}"}  # fmt: skip
    begun = time.monotonic()
    practice = fill(asked.patients, asked.entries, url)
    found["filled_s"] = round(time.monotonic() - begun)
    print(f"{found['database']}: {asked.patients:,} patients, {asked.entries:,} entries filled in "
          f"{found['filled_s']} s; load average {os.getloadavg()[0]:.1f}", flush=True)  # fmt: skip
    if server is not None:
        server.stop()
        server.start()  # from here on every commit reaches the disk
    settings = environment(url, data)
    running = Server(settings, data / "log")
    try:
        found["ms"] = pages(running, practice)
        found["writing"], lost = writing(running, practice, asked.seconds)
    finally:
        running.stop()
    begun = time.monotonic()
    from needlepoint.store.verifying import verify

    proof = verify()
    found["verify"] = {"entries": proof.entries, "damage": len(proof.damage),
                       "seconds": round(time.monotonic() - begun)}  # fmt: skip
    found["load_average"] = os.getloadavg()
    found["memory_mb"] = round(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024)
    return _report(asked.only, found, lost, proof.damage)


def _report(name: str, found: dict[str, Any], lost: int, damage: tuple[str, ...]) -> int:
    """Print, keep, and say whether every goal was met."""
    rows = [(what, f"{ms:.0f}", f"{worst:.0f}", f"{busy:.0f}", str(_goal(what)))
            for what, (ms, worst, busy) in found["ms"].items()]  # fmt: skip
    table(
        f"{name}: milliseconds at the server",
        [("page", "median", "worst", "processor", "goal"), *rows],
    )
    wrote = found["writing"]
    table(f"{name}: {CLINICIANS} clinicians writing for {wrote['seconds']} s",
          [(what, str(value)) for what, value in wrote.items()])  # fmt: skip
    verified = found["verify"]
    print(f"verify: {verified['entries']:,} entries in {verified['seconds']} s, {verified['damage']} "
          f"damaged; lost {lost}", flush=True)  # fmt: skip
    for one_damage in damage[:10]:
        print(one_damage)
    keep(f"load_{name}", found)
    slow = [what for what, (ms, *_) in found["ms"].items() if ms > _goal(what)]
    if slow:
        print(f"slower than the goal: {', '.join(slow)}")
    return 1 if slow or lost or damage or wrote["errors"] else 0


def _goal(what: str) -> int:
    return next(goal for name, goal in GOALS_MS.items() if what.startswith(name))


# --- filling --------------------------------------------------------------------------------------


def fill(patients: int, entries: int, url: str) -> dict[str, Any]:
    """A clinic whose charts all have valid chains; returns who may be asked for what."""
    from django.core.management import call_command
    from django.db import connection

    from bench.practice import courses, people
    from needlepoint.files import load_knowledge

    call_command("migrate", verbosity=0)
    long = min(LONG, max(20, patients // 50))
    practice = _staff()
    rng = random.Random(11)
    with _bulk(connection, url) as put:
        known = courses(load_knowledge())
        for n, person in enumerate(people(patients, entries, long=long)):
            course = known[0] if n < 20 else known[n % len(known)]
            put(person, course, practice["author"], practice["teams"][_team(n, long)], rng)
            if n < long:
                practice["long"].append(str(person.patient))
            if n % (patients // 9 or 1) == 4:
                practice["asked"].append(
                    (person.family_name, person.number, str(person.birth_date))
                )
            if n % 10_000 == 9_999:
                print(f"  {n + 1:,} patients", flush=True)
    connection.close()
    return practice


def _team(n: int, long: int) -> str:
    """The long charts are the main team's, as are most others; one team treats few."""
    return "few" if n >= long and n % 1000 == 999 else "main"


def _staff() -> dict[str, Any]:
    from needlepoint.accounts.models import Clinic, Membership, Team, User
    from needlepoint.accounts.roles import Role

    clinic = Clinic.objects.create(name="Harbour Pain")
    teams = {name: Team.objects.create(clinic=clinic, name=name) for name in ("main", "few")}
    sessions: dict[str, list[str]] = {"main": [], "few": []}
    author = ""
    for n in range(CLINICIANS + 1):
        user = User.objects.create_user(
            f"u{n}", None, clinic=clinic, role=Role.PHYSICIAN, name=f"Dr. {n}"
        )
        team = "few" if n == CLINICIANS else "main"
        Membership.objects.create(user=user, team=teams[team])
        sessions[team].append(signed_in(user))
        author = author or str(user.pk)
    return {"clinic": clinic.pk, "teams": {n: t.pk for n, t in teams.items()}, "sessions": sessions,
            "author": author, "long": [], "asked": []}  # fmt: skip


def _bulk(connection: Any, url: str) -> Any:
    return _copied(connection) if url.startswith("postgresql") else _inserted(connection)


def _copied(connection: Any) -> Any:
    """PostgreSQL: COPY without indexes, which are made anew at the end as the migrations made them."""
    from contextlib import contextmanager

    from bench.practice import COLUMNS, rows

    @contextmanager
    def run() -> Iterator[Callable[..., None]]:
        with connection.cursor() as cursor:
            again = _without_indexes(cursor)
            waiting: list[tuple[Any, ...]] = []

            def flush() -> None:
                _copy_identities(cursor.cursor if hasattr(cursor, "cursor") else cursor, waiting)
                sql = f"COPY store_entryrow ({', '.join(COLUMNS)}) FROM STDIN"
                with cursor.copy(sql) as copy:
                    for person, course, author, _team, rng, _clinic in waiting:
                        copy.write("".join(map(_line, rows(person, course, author, rng))))
                waiting.clear()

            def put(person: Any, course: Any, author: str, team: Any, rng: Any) -> None:
                waiting.append((person, course, author, team, rng, None))
                if len(waiting) == 1000:
                    flush()

            yield put
            flush()
            for statement in again:
                cursor.execute(statement)
            cursor.execute(_HEADS)
            for name in ("store_entryrow", "store_identity", "store_careteam", "store_number",
                         "store_patient", "store_charthead"):  # fmt: skip
                cursor.execute(f"VACUUM ANALYZE {name}")

    return run()


_HEADS = """UPDATE store_charthead h SET sequence = e.sequence, hash = e.hash, recorded_at = e.recorded_at
FROM (SELECT DISTINCT ON (chart_id) chart_id, sequence, hash, recorded_at FROM store_entryrow
ORDER BY chart_id, sequence DESC) e WHERE e.chart_id = h.chart_id"""


def _line(row: tuple[Any, ...]) -> str:
    """One row as COPY reads it; only statements can hold what must be escaped."""
    cells = [("\\N" if v is None else v.replace("\\", "\\\\").replace("\t", "\\t").replace("\n", "\\n")
              if isinstance(v, str) else str(v)) for v in row]  # fmt: skip
    return "\t".join(cells) + "\n"


def _without_indexes(cursor: Any) -> list[str]:
    """Take indexes and constraints off the table of entries; returns how to put them back."""
    cursor.execute("SELECT conname, pg_get_constraintdef(oid) FROM pg_constraint "
                   "WHERE conrelid = 'store_entryrow'::regclass AND contype IN ('u', 'f')")  # fmt: skip
    constraints = cursor.fetchall()
    for name, _ in constraints:
        cursor.execute(f'ALTER TABLE store_entryrow DROP CONSTRAINT "{name}"')
    cursor.execute("SELECT indexname, indexdef FROM pg_indexes WHERE tablename = 'store_entryrow' "
                   "AND indexname <> 'store_entryrow_pkey'")  # fmt: skip
    indexes = cursor.fetchall()
    for name, _ in indexes:
        cursor.execute(f'DROP INDEX "{name}"')
    return [definition for _, definition in indexes] + [
        f'ALTER TABLE store_entryrow ADD CONSTRAINT "{name}" {definition}'
        for name, definition in constraints
    ]


def _copy_identities(cursor: Any, waiting: list[tuple[Any, ...]]) -> None:
    from needlepoint.accounts.models import Team
    from needlepoint.store.models import CareTeam, Identity, Number, Patient

    clinic = Team.objects.get(pk=waiting[0][3]).clinic_id if waiting else None
    now = datetime.now(UTC)
    Patient.objects.bulk_create([
        Patient(id=p.patient, chart_id=p.chart, clinic_id=clinic, registered_at=now)
        for p, *_ in waiting])  # fmt: skip
    from needlepoint.store.patients import search_name

    Identity.objects.bulk_create([
        Identity(patient_id=p.patient, clinic_id=clinic, family_name=p.family_name,
                 given_name=p.given_name, birth_date=p.birth_date, sex="female",
                 search_name=search_name(f"{p.family_name} {p.given_name}"))
        for p, *_ in waiting])  # fmt: skip
    Number.objects.bulk_create([
        Number(patient_id=p.patient, clinic_id=clinic, system="clinic", value=p.number)
        for p, *_ in waiting])  # fmt: skip
    CareTeam.objects.bulk_create([
        CareTeam(patient_id=p.patient, team_id=team, since=now) for p, _, _, team, *_ in waiting])  # fmt: skip
    _open(waiting)


def _open(waiting: list[tuple[Any, ...]]) -> None:
    from needlepoint.store.chain import beginning
    from needlepoint.store.models import ChartHead

    ChartHead.objects.bulk_create([
        ChartHead(chart_id=p.chart, hash=beginning(p.chart), files_hash=beginning(p.chart, "files"))
        for p, *_ in waiting])  # fmt: skip


def _inserted(connection: Any) -> Any:
    """SQLite: many rows a statement, a thousand patients a commit."""
    from contextlib import contextmanager

    from django.db import transaction

    from bench.practice import COLUMNS, rows
    from needlepoint.store.models import ChartHead

    marks = ", ".join("?" * len(COLUMNS))
    sql = f"INSERT INTO store_entryrow ({', '.join(COLUMNS)}) VALUES ({marks})"

    @contextmanager
    def run() -> Iterator[Callable[..., None]]:
        waiting: list[tuple[Any, ...]] = []

        def flush() -> None:
            with transaction.atomic():
                _copy_identities(None, waiting)
                for person, course, author, _team, rng, _clinic in waiting:
                    made = list(rows(person, course, author, rng))
                    with connection.cursor() as cursor:
                        cursor.connection.executemany(sql, [_plain(row) for row in made])
                    last = made[-1]
                    ChartHead.objects.filter(pk=person.chart).update(
                        sequence=last[0], hash=last[11], recorded_at=last[3])  # fmt: skip
            waiting.clear()

        def put(person: Any, course: Any, author: str, team: Any, rng: Any) -> None:
            waiting.append((person, course, author, team, rng, None))
            if len(waiting) == 1000:
                flush()

        yield put
        flush()
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")

    return run()


def _plain(row: tuple[Any, ...]) -> tuple[Any, ...]:
    """Values as Django writes them into SQLite."""
    return tuple(
        v.hex if isinstance(v, uuid.UUID)
        else v.astimezone(UTC).replace(tzinfo=None).isoformat(" ", timespec="microseconds")
        if isinstance(v, datetime) else v.isoformat() if isinstance(v, date) else v
        for v in row
    )  # fmt: skip


# --- measuring ------------------------------------------------------------------------------------


def pages(server: Server, practice: dict[str, Any]) -> dict[str, tuple[float, float, float]]:
    """Median, worst and processor time of each page. Every run opens another chart, unless it says again."""
    main = Browser(server.port, practice["sessions"]["main"][0])
    few = Browser(server.port, practice["sessions"]["few"][0])
    for path in practice["long"][-3:]:  # warm: every worker has answered
        for _ in range(3):
            main.get(f"/patients/{path}/pain-source/")
            main.get(f"/patients/{path}/story/")
            main.get(f"/patients/{path}/treatment/")
            few.get("/patients/")
    charts, asked = practice["long"][: RUNS + 1], practice["asked"]
    name, number, born = zip(*(asked * RUNS), strict=False)

    def posted(browser: Browser, values: Any) -> Callable[[int], tuple[int, bytes]]:
        return lambda n: browser.post("/patients/", {"q": values[n]})

    calls: dict[str, Callable[[int], tuple[int, bytes]]] = {
        "pain source, chart of 500 entries": lambda n: main.get(
            f"/patients/{charts[n]}/pain-source/"
        ),
        "pain source, the same chart again": lambda n: main.get(
            f"/patients/{charts[0]}/pain-source/"
        ),
        **{
            f"{what}, chart of 500 entries": _of_chart(main, charts, where)
            for what, where in _places(main, charts[0]).items()
        },
        "list of patients": lambda n: main.get("/patients/"),
        "list of a team that treats few": lambda n: few.get("/patients/"),
        "search by name": posted(main, name),
        "search by part of a name": posted(main, [one[2:5] for one in name]),
        "search by number": posted(main, number),
        "search by birth date": posted(main, born),
        "search by name, team that treats few": posted(few, name),
    }
    return {what: _timed(what, call, server) for what, call in calls.items()}


def _places(browser: Browser, chart: str) -> dict[str, str]:
    """The pages of a chart, with the first treatment and the first block that they offer it.

    The charts that are asked hold the same course, so what one is offered the others are too.
    """
    return {
        "story": "story/",
        "blocks": "blocks/",
        "plan of a block": _offered(browser, chart, "blocks/", r"plan/[\w-]+/"),
        "treatment": "treatment/",
        "treatment, one option": _offered(
            browser, chart, "treatment/", r"treatment/option/[\w-]+/"
        ),
        "papers": "papers/",
        "letter": "papers/letter/chart/",
        "devices": "devices/",
        "progress": "progress/",
    }


def _offered(browser: Browser, chart: str, page: str, link: str) -> str:
    """Where the first link of this form on the page leads, from the chart on."""
    _, answer = browser.get(f"/patients/{chart}/{page}")
    found = re.search(rf"/patients/{chart}/({link})", answer.decode())
    if found is None:
        raise SystemExit(f"{page} of the chart that is measured offers no {link}.")
    return found[1]


def _of_chart(
    browser: Browser, charts: list[str], where: str
) -> Callable[[int], tuple[int, bytes]]:
    return lambda n: browser.get(f"/patients/{charts[n]}/{where}")


def _timed(
    what: str, call: Callable[[int], tuple[int, bytes]], server: Server
) -> tuple[float, float, float]:
    """Median and worst by the wall, and the median of the server's own processor time."""
    call(RUNS)
    times, busy = [], []
    for n in range(RUNS):
        worked, begun = server.processor_ms(), time.perf_counter()
        status, _ = call(n)
        times.append((time.perf_counter() - begun) * 1e3)
        busy.append(server.processor_ms() - worked)
        if status != 200:
            raise SystemExit(f"{what} answered {status} instead of 200.")
    return statistics.median(times), max(times), statistics.median(busy)


def writing(server: Server, practice: dict[str, Any], seconds: int) -> tuple[dict[str, Any], int]:
    """Twenty write at once into twelve charts; then look for every entry that was acknowledged."""
    charts = practice["long"][-12:]
    until = time.monotonic() + seconds

    def clinician(n: int) -> tuple[list[tuple[str, str]], list[int], list[float]]:
        browser = Browser(server.port, practice["sessions"]["main"][n])
        said, errors, times = [], [], []
        turn = random.Random(n)
        while time.monotonic() < until:
            chart, once = turn.choice(charts), uuid.uuid4().hex
            begun = time.perf_counter()
            status, _ = browser.post(f"/patients/{chart}/story/add/goal/", {
                "words": f"walk {turn.randrange(1000)} m", "provenance": "patient_said", "once": once})  # fmt: skip
            times.append((time.perf_counter() - begun) * 1e3)
            (said.append((chart, once)) if status == 302 else errors.append(status))
        return said, errors, times

    with ThreadPoolExecutor(CLINICIANS) as pool:
        done = list(pool.map(clinician, range(CLINICIANS)))
    said = [one for each, _, _ in done for one in each]
    errors = [status for _, each, _ in done for status in each]
    times = [ms for _, _, each in done for ms in each]
    lost = _lost(said)
    return {"seconds": seconds, "acknowledged": len(said), "errors": len(errors), "lost": lost,
            "median_ms": round(statistics.median(times)), "worst_ms": round(max(times))}, lost  # fmt: skip


def _lost(said: list[tuple[str, str]]) -> int:
    """How many acknowledged entries do not stand in their chart exactly once."""
    from needlepoint.store.models import EntryRow, Patient

    charts = dict(Patient.objects.filter(pk__in={c for c, _ in said}).values_list("pk", "chart_id"))
    there = {}
    for patient, chart in charts.items():
        kept = EntryRow.objects.filter(chart_id=chart, once__isnull=False)
        there[str(patient)] = [key_of_form(str(key)) for key in kept.values_list("once", flat=True)]
    return sum(there.get(chart, []).count(once) != 1 for chart, once in said)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--patients", type=int, default=100_000)
    parser.add_argument("--entries", type=int, default=5_000_000)
    parser.add_argument("--sqlite-patients", type=int, default=20_000)
    parser.add_argument("--seconds", type=int, default=20)
    parser.add_argument("--only", choices=("postgresql", "sqlite"), help=argparse.SUPPRESS)
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
