"""How does a patient come into the clinic, and under what name is one found?"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping
from datetime import date

from django.db import transaction

from needlepoint.accounts.models import Clinic, Team
from needlepoint.store.models import CareTeam, Identity, Number, Patient
from needlepoint.store.writing import open_chart


def register_patient(
    *,
    clinic: Clinic,
    teams: Iterable[Team],
    family_name: str,
    given_name: str = "",
    birth_date: date | None = None,
    numbers: Mapping[str, str] | None = None,
    sex: str = "",
    phone: str = "",
    email: str = "",
    address: str = "",
    language: str = "en",
) -> Patient:
    """Keep a person's identity, begin an empty chart beside it, and say which teams treat them.

    Args:
        numbers: by who gave them, e.g. {"clinic": "10234"}.
    """
    with transaction.atomic():
        patient = Patient.objects.create(clinic=clinic)
        Identity.objects.create(
            patient=patient, clinic=clinic, family_name=family_name, given_name=given_name,
            search_name=search_name(f"{family_name} {given_name}"), birth_date=birth_date, sex=sex,
            phone=phone, email=email, address=address, language=language,
        )  # fmt: skip
        for system, value in (numbers or {}).items():
            Number.objects.create(patient=patient, clinic=clinic, system=system, value=value)
        for team in teams:
            assert team.clinic_id == clinic.pk, "a team of another clinic cannot treat this patient"
            CareTeam.objects.create(patient=patient, team=team)
        open_chart(patient.chart_id)
    return patient


def search_name(text: str) -> str:
    """A name as it is compared: lower case, without accents, single spaces."""
    plain = unicodedata.normalize("NFKD", text.casefold())
    letters = "".join(c for c in plain if not unicodedata.combining(c))
    return " ".join(letters.replace(",", " ").split())
