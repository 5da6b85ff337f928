"""What do the pages of administration show? Ids and times; never a patient's name or chart."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from needlepoint.accounts.models import Team, User
from needlepoint.store.accesses import Look


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonRow:
    id: UUID
    name: str
    username: str
    role: str
    teams: str
    is_active: bool
    has_second_factor: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class PeoplePage:
    clinic: str
    people: tuple[PersonRow, ...]
    teams: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditPage:
    asked: bool
    looks: tuple[Look, ...]
    refused: tuple[Look, ...]


def people_page(
    clinic: str, users: list[User], teams: list[Team], enrolled: set[UUID]
) -> PeoplePage:
    return PeoplePage(
        clinic=clinic,
        people=tuple(
            PersonRow(
                id=user.pk,
                name=user.name,
                username=user.username,
                role=user.role.replace("_", " "),
                teams=", ".join(sorted(team.name for team in user.teams.all())),
                is_active=user.is_active,
                has_second_factor=user.pk in enrolled,
            )
            for user in users
        ),
        teams=tuple(team.name for team in teams),
    )
