"""A clinic with one treating team, someone elsewhere, and a patient whose chart is a case."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

from django.test import Client

from clinic import a_clinic, a_patient, a_team, a_user

CASES = Path(__file__).parents[2] / "cases"
BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


@dataclass(frozen=True)
class Practice:
    """Who treats, who does not, and the patient."""

    physician: Client
    coordinator: Client
    outsider: Client
    patient: Any
    user: Any
    team: Any

    def address(self, tab: str) -> str:
        return f"/patients/{self.patient.pk}/{tab}"


def practice(case: str | None = "lumbar/facet_or_sacroiliac") -> Practice:
    clinic, elsewhere = a_clinic(), a_clinic("Elsewhere")
    team = a_team(clinic)
    user = a_user(clinic, "physician", team)
    patient = a_patient(clinic, team, given_name="Ana", numbers={"clinic": "10234"})
    if case:
        write_case(patient, case, str(user.pk))
    return Practice(
        physician=signed_in(user),
        coordinator=signed_in(a_user(clinic, "coordinator", team)),
        outsider=signed_in(a_user(elsewhere, "physician", a_team(elsewhere))),
        patient=patient,
        user=user,
        team=team,
    )


def signed_in(user: Any) -> Client:
    client = Client()
    client.force_login(user, backend=BACKEND)
    return client


def write_case(patient: Any, case: str, author: str) -> None:
    from needlepoint.files.cases import read_case
    from needlepoint.store.writing import Draft, append_entries
    from needlepoint.web.shell.parts import knowledge

    chart = read_case(CASES / f"{case}.yaml", knowledge=knowledge()).chart
    drafts = [
        Draft(statement=e.statement, author=author, role=e.role, provenance=e.provenance,
              occurred_at=e.occurred_at, recorded_at=e.recorded_at)
        for e in chart.entries
    ]  # fmt: skip
    append_entries(chart=patient.chart_id, drafts=drafts)


def entries(patient_id: UUID) -> list[Any]:
    from needlepoint.store.models import Patient
    from needlepoint.store.reading import entries_of

    return [e.statement for e in entries_of(Patient.objects.get(pk=patient_id).chart_id)]


def looks(patient_id: UUID) -> list[tuple[str, str]]:
    """Purpose and outcome of each knock, oldest first."""
    from needlepoint.store.models import Access

    rows = Access.objects.filter(patient_id=patient_id).order_by("pk")
    return list(rows.values_list("purpose", "outcome"))
