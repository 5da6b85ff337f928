"""Who gets to a chart, who does not, and that each knock leaves a line."""

from __future__ import annotations

import uuid
from datetime import timedelta

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import transaction
from django.http import Http404
from django.utils import timezone

from clinic import a_clinic, a_patient, a_team, a_user
from needlepoint.accounts.models import Membership
from needlepoint.accounts.roles import Permission
from needlepoint.store.accesses import looks_at
from needlepoint.store.door import patient_for
from needlepoint.store.glass import GlassNotBroken, break_glass, review_glass
from needlepoint.store.models import Access, GlassBreak

REASON = "Found unconscious in the waiting room, pump alarm"


def outcomes() -> list[str]:
    return list(Access.objects.order_by("pk").values_list("outcome", flat=True))


def test_the_treating_team_reads_the_chart_and_it_is_written_down(database: str) -> None:
    clinic = a_clinic()
    team = a_team(clinic)
    user, patient = a_user(clinic, "physician", team), a_patient(clinic, team)
    assert patient_for(user, patient.id, "assessment") == patient
    (look,) = looks_at(patient.id, clinic_id=clinic.id)
    assert (look.who, look.purpose, look.outcome) == ("A physician", "assessment", "allowed")


@pytest.mark.parametrize("role", ["physician", "nurse", "coordinator"])
def test_another_team_and_another_clinic_do_not_and_are_written_down(
    database: str, role: str
) -> None:
    clinic, elsewhere = a_clinic(), a_clinic("Elsewhere")
    patient = a_patient(clinic, a_team(clinic))
    for user in (
        a_user(clinic, role, a_team(clinic, "Head")),
        a_user(elsewhere, role, a_team(elsewhere)),
        a_user(clinic, role),
    ):
        with pytest.raises(Http404):
            patient_for(user, patient.id, "story")
    assert outcomes() == ["refused"] * 3


@pytest.mark.parametrize("role", ["administrator", "researcher"])
def test_a_role_without_charts_does_not_even_in_the_team(sqlite: str, role: str) -> None:
    clinic = a_clinic()
    team = a_team(clinic)
    with pytest.raises(Http404):
        patient_for(a_user(clinic, role, team), a_patient(clinic, team).id, "story")
    assert outcomes() == ["refused"]


def test_a_guessed_id_looks_like_a_refused_one(sqlite: str) -> None:
    clinic = a_clinic()
    with pytest.raises(Http404) as guessed:
        patient_for(a_user(clinic), uuid.uuid4(), "story")
    with pytest.raises(Http404) as refused:
        patient_for(a_user(clinic), a_patient(clinic).id, "story")
    assert str(guessed.value) == str(refused.value)
    assert outcomes() == ["refused"] * 2


def test_nobody_who_is_not_signed_in_or_was_let_go_gets_in(sqlite: str) -> None:
    clinic = a_clinic()
    team = a_team(clinic)
    user, patient = a_user(clinic, "physician", team), a_patient(clinic, team)
    user.is_active = False
    for who in (AnonymousUser(), None, user):
        with pytest.raises(Http404):
            patient_for(who, patient.id, "story")


def test_who_leaves_the_team_loses_the_chart(sqlite: str) -> None:
    clinic = a_clinic()
    team = a_team(clinic)
    user, patient = a_user(clinic, "nurse", team), a_patient(clinic, team)
    patient_for(user, patient.id, "story")
    Membership.objects.all().delete()
    with pytest.raises(Http404):
        patient_for(user, patient.id, "story")


def test_a_nurse_of_the_team_reads_but_does_not_decide(sqlite: str) -> None:
    clinic = a_clinic()
    team = a_team(clinic)
    nurse, patient = a_user(clinic, "nurse", team), a_patient(clinic, team)
    patient_for(nurse, patient.id, "story")
    with pytest.raises(Http404):
        patient_for(nurse, patient.id, "decision", Permission.DECIDE)


def test_a_knock_is_never_lost_with_a_failed_change(sqlite: str) -> None:
    clinic = a_clinic()
    with pytest.raises(RuntimeError), transaction.atomic():
        patient_for(a_user(clinic), a_patient(clinic).id, "story")


# --- emergencies ----------------------------------------------------------------------------------


def test_broken_glass_opens_one_chart_for_some_hours_and_shows_in_the_log(database: str) -> None:
    clinic = a_clinic()
    user, patient, other = a_user(clinic), a_patient(clinic), a_patient(clinic)
    broken = break_glass(user=user, patient=patient, reason=REASON)
    patient_for(user, patient.id, "story")
    assert outcomes() == ["broke_glass", "broke_glass"]
    with pytest.raises(Http404):
        patient_for(user, other.id, "story")
    with pytest.raises(Http404):
        patient_for(a_user(clinic), patient.id, "story")
    GlassBreak.objects.filter(pk=broken.pk).update(ends_at=timezone.now() - timedelta(seconds=1))
    with pytest.raises(Http404):
        patient_for(user, patient.id, "story")


def test_glass_is_not_broken_without_reason_role_or_clinic(sqlite: str) -> None:
    clinic, elsewhere = a_clinic(), a_clinic("Elsewhere")
    patient = a_patient(clinic)
    for user, reason in (
        (a_user(clinic), "emergency"),
        (a_user(clinic, "administrator"), REASON),
        (a_user(clinic, "coordinator"), REASON),
        (a_user(elsewhere), REASON),
    ):
        with pytest.raises(GlassNotBroken):
            break_glass(user=user, patient=patient, reason=reason)
    assert not GlassBreak.objects.exists()


def test_charts_are_not_opened_in_a_row_as_emergencies(sqlite: str) -> None:
    clinic = a_clinic()
    user, patient = a_user(clinic), a_patient(clinic)
    for _ in range(10):
        break_glass(user=user, patient=patient, reason=REASON)
    with pytest.raises(GlassNotBroken, match="ten charts"):
        break_glass(user=user, patient=patient, reason=REASON)


def test_an_emergency_is_reviewed_once_by_someone_of_the_clinic_who_may(database: str) -> None:
    clinic = a_clinic()
    broken = break_glass(user=a_user(clinic), patient=a_patient(clinic), reason=REASON)
    boss, stranger = a_user(clinic, "administrator"), a_user(a_clinic("E"), "administrator")
    for by in (stranger, broken.user, a_user(clinic, "nurse")):
        with pytest.raises(GlassNotBroken):
            review_glass(broken=broken, by=by, justified=True, review="")
    with pytest.raises(GlassNotBroken, match="Say why"):
        review_glass(broken=broken, by=boss, justified=False, review=" ")
    review_glass(broken=broken, by=boss, justified=True, review="")
    with pytest.raises(GlassNotBroken, match="already"):
        review_glass(broken=broken, by=boss, justified=False, review="on second thought")
    assert GlassBreak.objects.get().justified is True
