"""What does the page of the clinic's health say, to people and to machines?"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from needlepoint import __version__
from needlepoint.core.knowledge import Knowledge
from needlepoint.files.catalogue import Listed
from needlepoint.store.condition import ROOM_MB, Condition


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """One thing that was looked at: well, attention or wrong; what was found; what to do."""

    name: str
    state: str
    found: str
    do: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class HealthPage:
    """Exactly what is printed, and what a machine is told."""

    is_able: bool
    checks: tuple[Check, ...]
    version: str
    knowledge: str


def health_page(now: Condition, knowledge: Knowledge, listed: Sequence[Listed]) -> HealthPage:
    """Put what is known into words. Nothing here is of any patient."""
    return HealthPage(
        is_able=now.is_able,
        checks=tuple(_checks(now, knowledge, listed)),
        version=__version__,
        knowledge=knowledge.version,
    )


def as_json(page: HealthPage) -> dict[str, Any]:
    """For machines: the same, by name."""
    return {
        "able": page.is_able, "version": page.version, "knowledge": page.knowledge,
        "checks": {check.name: _told(check) for check in page.checks},
    }  # fmt: skip


def _told(check: Check) -> dict[str, str]:
    return {"state": check.state, "found": check.found, "do": check.do}


def _checks(now: Condition, knowledge: Knowledge, listed: Sequence[Listed]) -> Iterator[Check]:
    yield _database(now)
    yield _tables(now)
    yield _room(now)
    yield _backup(now)
    yield _proof(now)
    yield _reviews(knowledge, listed, now.now.date())
    yield _waiting(now)


def _database(now: Condition) -> Check:
    if not now.database:
        return Check(name="database", state="wrong", found=f"{now.database_kind} does not answer",
                     do="Start it. Nothing that was acknowledged is lost.")  # fmt: skip
    found = f"{now.database_kind} answers"
    if now.charts is not None:
        entries = "" if now.entries is None else f", {now.entries} entries"
        found += f": {now.charts} charts{entries}"
    return Check(name="database", state="well", found=found)


def _tables(now: Condition) -> Check:
    if now.missing_migrations == 0:
        return Check(name="tables", state="well", found="those of this version")
    missing = "unknown" if now.missing_migrations is None else f"{now.missing_migrations} missing"
    return Check(name="tables", state="wrong", found=f"changes of this version: {missing}",
                 do="Make a backup, then run: needlepoint manage migrate")  # fmt: skip


def _room(now: Condition) -> Check:
    found = f"{now.room_mb:,} MB free"
    if now.room_mb > ROOM_MB:
        return Check(name="room", state="well", found=found)
    return Check(
        name="room", state="wrong", found=found, do="Free room before anything is written."
    )


def _backup(now: Condition) -> Check:
    if now.last_backup is None:
        return Check(name="backup", state="attention", found="none is noted",
                     do="Run every night: needlepoint backup FILE")  # fmt: skip
    hours = (now.now - now.last_backup.at).total_seconds() / 3600
    found = f"{hours:.0f} hours old"
    if now.backup_is_due:
        return Check(name="backup", state="attention", found=found,
                     do="It is late. See whether the nightly job runs.")  # fmt: skip
    return Check(name="backup", state="well", found=found)


def _proof(now: Condition) -> Check:
    if now.last_proof is None:
        return Check(name="proof", state="attention", found="none is noted",
                     do="Run every week: needlepoint verify --files")  # fmt: skip
    found = f"{(now.now - now.last_proof.at).days} days old, every chain whole"
    state, do = (
        ("attention", "Run: needlepoint verify --files") if now.proof_is_due else ("well", "")
    )
    return Check(name="proof", state=state, found=found, do=do)


def _reviews(knowledge: Knowledge, listed: Sequence[Listed], today: date) -> Check:
    late = sum(1 for one in listed if one.review_by and one.review_by < today.isoformat())
    found = f"version {knowledge.version}, {late} reviews overdue"
    if late:
        return Check(name="knowledge", state="attention", found=found,
                     do="Knowledge, Review dates lists them.")  # fmt: skip
    return Check(name="knowledge", state="well", found=found)


def _waiting(now: Condition) -> Check:
    queue = now.waiting
    if queue is None:
        return Check(name="waiting", state="wrong", found="unknown", do="See the database.")
    found = (
        f"{queue.emergencies} emergencies to review, {queue.due} rows due, "
        f"{queue.stale} charts to be told anew, {queue.links} links that nobody has opened"
    )
    if queue.emergencies:
        return Check(name="waiting", state="attention", found=found,
                     do="An administrator says of each whether it was one.")  # fmt: skip
    return Check(name="waiting", state="well", found=found)


__all__ = ["Check", "HealthPage", "as_json", "health_page"]
