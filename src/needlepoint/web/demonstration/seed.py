"""Fill an empty database with the demonstration practice."""

from __future__ import annotations

import io
import secrets
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import yaml
from django.db import transaction
from django.utils import timezone

from needlepoint.accounts.keys import ask_for_key
from needlepoint.accounts.models import Clinic, Membership, Team, User
from needlepoint.accounts.people import add_person
from needlepoint.accounts.roles import Role, author_role
from needlepoint.config import knowledge_root
from needlepoint.core.chart import (
    Demographics,
    DiagnosticBlock,
    Entry,
    Provenance,
    RadiationDose,
    Statement,
)
from needlepoint.core.errors import NeedlepointError
from needlepoint.core.knowledge import Knowledge
from needlepoint.files import read_chart
from needlepoint.files.cases import read_case
from needlepoint.imaging.arriving import Limits, arriving
from needlepoint.imaging.keeping import keep_images, read_images
from needlepoint.imaging.phantom import phantom_study
from needlepoint.store.due import rebuild
from needlepoint.store.glass import break_glass, review_glass
from needlepoint.store.models import Access, Appointment, Number, Outcome, Patient
from needlepoint.store.patients import register_patient
from needlepoint.store.writing import Draft, append_entries
from needlepoint.web.demonstration.told import begin_intake, give_link, keep_diary

_FILE = Path(__file__).with_name("practice.yaml")


class CasesMissing(NeedlepointError):
    """The demonstration is made from case files, which an installed package does not carry."""


def seed(knowledge: Knowledge, *, now: datetime | None = None) -> int:
    """Make the practice; how many patients it has. The database must be empty of clinics."""
    practice = yaml.safe_load(_FILE.read_text(encoding="utf-8"))
    moment = now or datetime.now(UTC)
    with transaction.atomic():
        clinic = Clinic.objects.create(name=practice["clinic"], rooms="Room 1\nRoom 2")
        team = Team.objects.create(clinic=clinic, name=practice["team"])
        people = [_person(clinic, team, one) for one in practice["people"]]
        for n, patient in enumerate(practice["patients"], start=1):
            _patient(clinic, team, people[0], patient, n, knowledge, moment)
        _staff(clinic, team, people, practice)
    rebuild(knowledge)
    return len(practice["patients"])


def _person(clinic: Clinic, team: Team, said: Mapping[str, str]) -> User:
    """A member of staff with a password that nobody knows: the door has its own key."""
    user = User.objects.create_user(
        said["username"], secrets.token_urlsafe(24), clinic=clinic, role=Role(said["role"]),
        name=said["name"],
    )  # fmt: skip
    if not said.get("visits"):
        Membership.objects.create(user=user, team=team)
    return user


def _staff(clinic: Clinic, team: Team, people: list[User], practice: Mapping[str, Any]) -> None:
    """A colleague who waits for a second person, and charts that were opened in an emergency."""
    office = next(one for one in people if one.role == Role.ADMINISTRATOR)
    visitor = next(one for one in people if not one.teams.exists())
    said = practice["joins"]
    joins = add_person(clinic=clinic, username=said["username"], name=said["name"],
                       role=Role(said["role"]), teams=[team], by=office)  # fmt: skip
    ask_for_key(joins, lost_factor=False, by=office)
    patients = list(Patient.objects.filter(clinic=clinic).order_by("registered_at", "pk"))
    for one in practice["emergencies"]:
        patient = patients[one["patient"]]
        broken = break_glass(user=visitor, patient=patient, reason=one["reason"])
        for purpose in one["looks"]:
            Access.objects.create(
                at=timezone.now(), patient_id=patient.pk, clinic_id=clinic.pk, user_id=visitor.pk,
                purpose=purpose, outcome=Outcome.BROKE_GLASS,
            )  # fmt: skip
        if one.get("reviewed"):
            review_glass(broken=broken, by=office, justified=True, review="The ward was called.")


def _patient(
    clinic: Clinic,
    team: Team,
    author: User,
    said: Mapping[str, Any],
    number: int,
    knowledge: Knowledge,
    now: datetime,
) -> None:
    entries = sorted(_entries(said, knowledge, now), key=lambda entry: entry.occurred_at)
    born = next(s.birth_year for s in _demographics(entries) if s.birth_year)
    family, given = said["name"]
    patient = register_patient(
        clinic=clinic, teams=[team], family_name=family, given_name=given,
        birth_date=date(born, 1 + number % 12, 1 + 7 * number % 27),
        numbers={"clinic": f"D-{1000 + number}"},
        sex=next((s.sex for s in _demographics(entries) if s.sex != "unknown"), ""),
    )  # fmt: skip
    append_entries(chart=patient.chart_id, drafts=[_draft(e, author) for e in entries])
    _appointments(patient, said.get("also", []), author, now)
    _doses(patient, author, said.get("doses", []), entries)
    for days in said.get("phantoms", []):
        _phantom(patient, author, now - timedelta(days=days), knowledge)
    if "intake" in said:
        begin_intake(patient, said["intake"], knowledge)
    if "diary" in said:
        keep_diary(patient, said["diary"], knowledge)
    for link in said.get("links", []):
        give_link(patient, author, link, knowledge, now)


def _doses(
    patient: Patient, author: User, said: list[dict[str, Any]], entries: list[Entry]
) -> None:
    """A dose for each block that was done, in their order."""
    blocks = [e for e in entries if isinstance(e.statement, DiagnosticBlock)]
    drafts = [
        Draft(
            statement=RadiationDose(procedure_entry=block.id, **dose), author=str(author.pk),
            role=block.role, provenance=Provenance.CLINICIAN_FOUND, occurred_at=block.occurred_at,
        )
        for block, dose in zip(blocks, said, strict=False)
    ]  # fmt: skip
    append_entries(chart=patient.chart_id, drafts=drafts)


def _phantom(patient: Patient, author: User, made_at: datetime, knowledge: Knowledge) -> None:
    """A drawn study that says PHANTOM in every image."""
    who = patient.identity
    number = Number.objects.get(patient=patient).value
    files = phantom_study(
        name=f"{who.family_name}^{who.given_name}", number=number,
        born=who.birth_date, made_at=made_at, seed=f"{who.family_name} {made_at:%Y%m%d}",
    )  # fmt: skip
    sent = [(f"{n}.dcm", io.BytesIO(file)) for n, file in enumerate(files)]
    limits = Limits(files=100, file_bytes=10_000_000, total_bytes=100_000_000)
    with arriving(sent, limits) as arrived:
        keep_images(
            patient, read_images(arrived), author=str(author.pk),
            role=author_role(author.role), knowledge=knowledge,
        )  # fmt: skip


def _appointments(
    patient: Patient, also: list[dict[str, Any]], author: User, now: datetime
) -> None:
    """A plan with a room has its place in the day."""
    for n, one in enumerate(also):
        if "room" in one:
            Appointment.objects.create(
                patient=patient, clinic_id=patient.clinic_id, entry_id=f"also-{n}",
                at=_dated(one, now)["at"], room=one["room"], made_by=author, made_at=now,
            )  # fmt: skip


def _demographics(entries: list[Entry]) -> list[Demographics]:
    return [e.statement for e in entries if isinstance(e.statement, Demographics)]


def _draft(entry: Entry, author: User) -> Draft:
    return Draft(
        statement=entry.statement, author=str(author.pk), role=entry.role,
        provenance=entry.provenance, occurred_at=entry.occurred_at, recorded_at=entry.occurred_at,
        entry_id=entry.id,
    )  # fmt: skip


def _entries(said: Mapping[str, Any], knowledge: Knowledge, now: datetime) -> list[Entry]:
    """The case's entries, moved to their day, and those that are told beside it."""
    path = _cases() / f"{said['case']}.yaml"
    case = read_case(path, knowledge=knowledge)
    move = now - timedelta(days=said["days_ago"]) - case.as_of
    kept = [
        replace(
            e, id=f"case-{n}", occurred_at=e.occurred_at + move, recorded_at=e.recorded_at + move
        )
        for n, e in enumerate(case.chart.entries)
        if not said.get("only") or e.statement.kind in said["only"]
    ]
    return [*_renamed(kept, case.chart.entries), *_also(said.get("also", []), knowledge, now)]


def _renamed(kept: list[Entry], before: tuple[Entry, ...]) -> list[Entry]:
    """Entries that speak of another by its id follow its new name."""
    names = {e.id: f"case-{n}" for n, e in enumerate(before)}
    return [replace(e, statement=_pointing(e.statement, names)) for e in kept]


def _pointing(statement: Statement, names: Mapping[str, str]) -> Statement:
    for field in ("entry", "block_entry", "related_entry", "procedure_entry"):
        named = getattr(statement, field, None)
        if isinstance(named, str) and named in names:
            return replace(statement, **{field: names[named]})  # type: ignore[arg-type]
    return statement


def _also(said: list[dict[str, Any]], knowledge: Knowledge, now: datetime) -> list[Entry]:
    entries = [
        {**_dated(one, now), "id": f"also-{n}",
         "occurred_at": now - timedelta(days=one["days_ago"])}
        for n, one in enumerate(said)
    ]  # fmt: skip
    if not entries:
        return []
    chart = read_chart({"as_of": now, "entries": entries}, knowledge=knowledge)
    return list(chart.entries)


def _dated(one: Mapping[str, Any], now: datetime) -> dict[str, Any]:
    """Fields that are told from the day of seeding become days and moments."""
    found: dict[str, Any] = {}
    for name, value in one.items():
        if name.endswith("_days_ago"):
            day = (now - timedelta(days=value)).date()
            found[name.removesuffix("_days_ago")] = day.isoformat()
        elif name.endswith("_today"):
            found[name.removesuffix("_today")] = datetime.combine(
                now.date(), time.fromisoformat(value), tzinfo=now.tzinfo
            )
        elif name not in ("days_ago", "room"):
            found[name] = value
    return found


def _cases() -> Path:
    folder = knowledge_root().parent / "cases"
    if not folder.is_dir():
        raise CasesMissing("The demonstration needs the folder `cases` of the source: clone it.")
    return folder
