"""The clinic's people, the answer to who looked, and the review of emergencies."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.db import DatabaseError
from django.urls import reverse

from clinic import a_clinic, a_patient, a_team, a_user
from needlepoint.accounts.keys import ask_for_key
from needlepoint.accounts.models import StaffChange, User
from needlepoint.store.door import patient_for
from needlepoint.store.glass import break_glass
from needlepoint.store.models import GlassBreak

REASON = "Found unconscious in the waiting room, pump alarm"


def test_a_new_person_gets_a_link_and_never_a_password(database: str, sign_in: Any) -> None:
    clinic = a_clinic()
    team = a_team(clinic)
    boss = sign_in(a_user(clinic, "administrator"))
    form = {"name": "Dr. Lee", "username": "lee", "role": "physician", "teams": [str(team.pk)]}
    page = boss.post(reverse("new_person"), form)
    user = User.objects.get(username="lee")
    assert not user.has_usable_password() and "/join/" in page.content.decode()
    assert list(user.teams.all()) == [team] and user.clinic == clinic
    assert boss.post(reverse("new_person"), form).status_code == 422
    boss.post(reverse("give_key", args=[user.pk]))
    done = list(StaffChange.objects.filter(user=user).values_list("what", flat=True))
    assert done == [
        "added as physician",
        "in 1 teams, before in 0",
        "link made: first sign-in",
        "link made: first sign-in",
    ]
    assert "link made" in boss.get(reverse("person", args=[user.pk])).content.decode()
    with pytest.raises(DatabaseError, match="never changed"):
        StaffChange.objects.all().delete()


def test_a_person_of_another_clinic_is_not_there(sqlite: str, sign_in: Any) -> None:
    clinic, elsewhere = a_clinic(), a_clinic("Elsewhere")
    stranger, foreign = a_user(elsewhere, "nurse"), a_team(elsewhere)
    boss = sign_in(a_user(clinic, "administrator"))
    assert boss.get(reverse("person", args=[stranger.pk])).status_code == 404
    assert boss.post(reverse("give_key", args=[stranger.pk])).status_code == 404
    mine = a_user(clinic, "nurse")
    form = {"role": "nurse", "is_active": "on", "teams": [str(foreign.pk)]}
    assert boss.post(reverse("person", args=[mine.pk]), form).status_code == 422
    assert stranger.name not in boss.get(reverse("people")).content.decode().replace(mine.name, "")


def test_an_administrator_cannot_make_themselves_a_physician(sqlite: str, sign_in: Any) -> None:
    boss = a_user(a_clinic(), "administrator")
    answer = sign_in(boss).post(
        reverse("person", args=[boss.pk]), {"role": "physician", "is_active": "on"}
    )
    assert answer.status_code == 422
    boss.refresh_from_db()
    assert boss.role == "administrator"


def test_who_looked_is_answered_by_number_without_naming_the_patient(
    database: str, sign_in: Any
) -> None:
    clinic = a_clinic()
    team = a_team(clinic)
    patient = a_patient(clinic, team, family_name="Quintanilla", numbers={"clinic": "17"})
    patient_for(a_user(clinic, "nurse", team), patient.id, "story")
    boss = sign_in(a_user(clinic, "administrator"))
    page = boss.post(reverse("audit"), {"number": "17"}).content.decode()
    assert "A nurse" in page and "story" in page and "Quintanilla" not in page
    sheet = boss.post(reverse("audit"), {"number": "17", "csv": "1"})
    assert (
        sheet["Content-Type"].startswith("text/csv")
        and b"A nurse,nurse,story,allowed" in sheet.content
    )
    other = sign_in(a_user(a_clinic("Elsewhere"), "administrator"))
    assert other.post(reverse("audit"), {"number": "17"}).status_code == 422


def test_an_emergency_is_opened_by_number_and_birth_date_and_reviewed(
    database: str, sign_in: Any
) -> None:
    clinic = a_clinic()
    patient = a_patient(clinic, birth_date=date(1970, 1, 2), numbers={"clinic": "17"})
    nurse = sign_in(a_user(clinic, "nurse"))
    form = {"number": "17", "birth_date": "1970-01-03", "reason": REASON}
    assert nurse.post(reverse("emergency"), form).status_code == 422
    short = {**form, "birth_date": "1970-01-02", "reason": "urgent"}
    assert nurse.post(reverse("emergency"), short).status_code == 422
    opened = nurse.post(reverse("emergency"), {**form, "birth_date": "1970-01-02"})
    assert opened.status_code == 302 and str(patient.id) in opened["Location"]
    boss = sign_in(a_user(clinic, "administrator"))
    assert REASON in boss.get(reverse("emergencies")).content.decode()
    review = reverse("review", args=[GlassBreak.objects.get().pk])
    assert boss.post(review, {"justified": "no", "review": ""}).status_code == 422
    assert boss.post(review, {"justified": "yes"}).status_code == 302
    assert GlassBreak.objects.get().justified is True


def test_an_emergency_of_another_clinic_is_not_there(sqlite: str, sign_in: Any) -> None:
    clinic = a_clinic()
    broken = break_glass(user=a_user(clinic), patient=a_patient(clinic), reason=REASON)
    boss = sign_in(a_user(a_clinic("Elsewhere"), "administrator"))
    assert boss.get(reverse("review", args=[broken.pk])).status_code == 404
    assert REASON not in boss.get(reverse("emergencies")).content.decode()


def test_the_health_page_says_yes_or_no_and_nothing_else(database: str, client: Any) -> None:
    answer = client.get(reverse("health"))
    assert answer.status_code == 200
    assert answer.json() == {"database": True, "tables": True, "room": True}


@pytest.mark.parametrize("role", ["physician", "coordinator", "researcher", "administrator"])
def test_every_role_arrives_somewhere_and_can_sign_out(
    sqlite: str, sign_in: Any, role: str
) -> None:
    clinic = a_clinic()
    page = sign_in(a_user(clinic, role, a_team(clinic))).get("/", follow=True)
    assert page.status_code == 200
    assert reverse("account_logout") in page.content.decode()
    assert ('id="find"' in page.content.decode()) is (role in ("physician", "coordinator"))


def test_the_board_tells_what_was_looked_at_and_nothing_of_the_chart(
    database: str, sign_in: Any
) -> None:
    clinic = a_clinic()
    patient = a_patient(clinic, a_team(clinic), family_name="Quintanilla")
    visitor = a_user(clinic, "physician")
    broken = break_glass(user=visitor, patient=patient, reason=REASON)
    for purpose in ("story", "devices", "story"):
        patient_for(visitor, patient.pk, purpose)
    boss, second = a_user(clinic, "administrator"), a_user(clinic, "physician")
    for by in (boss, second):
        page = sign_in(by).get(reverse("emergencies")).content.decode()
        assert "story (2 times), devices" in page and REASON in page and "Review" in page
        assert str(patient.pk)[:8] in page and "Quintanilla" not in page
        assert str(patient.pk) not in page, "no address of the chart"
    own = sign_in(visitor)
    assert "Yours: somebody else" in own.get(reverse("emergencies")).content.decode()
    review = reverse("review", args=[broken.pk])
    assert own.post(review, {"justified": "yes"}).status_code == 422
    assert sign_in(second).post(review, {"justified": "yes", "review": "Seen"}).status_code == 302
    assert sign_in(boss).post(review, {"justified": "no", "review": "x"}).status_code == 422
    done = sign_in(boss).get(reverse("emergencies"), {"state": "reviewed"}).content.decode()
    assert "an emergency, A physician" in done and "Seen" in done
    assert "Nothing to review" in sign_in(boss).get(reverse("emergencies")).content.decode()


def test_the_board_is_narrowed_to_a_person_of_this_clinic_only(sqlite: str, sign_in: Any) -> None:
    clinic, elsewhere = a_clinic(), a_clinic("Elsewhere")
    nurse, other = a_user(clinic, "nurse"), a_user(clinic, "physician")
    for user in (nurse, other):
        break_glass(user=user, patient=a_patient(clinic), reason=f"{REASON} {user.role}")
    boss = sign_in(a_user(clinic, "administrator"))
    page = boss.get(reverse("emergencies"), {"person": str(nurse.pk)}).content.decode()
    assert f"{REASON} nurse" in page and f"{REASON} physician" not in page
    stranger = boss.get(reverse("emergencies"), {"person": str(a_user(elsewhere).pk)})
    assert stranger.status_code == 422
    assert boss.get(reverse("emergencies"), {"state": "x'--"}).status_code == 422


@pytest.mark.parametrize("role", ["nurse", "coordinator", "researcher", "advanced_practitioner"])
def test_nobody_else_reviews_or_confirms(sqlite: str, sign_in: Any, role: str) -> None:
    browser = sign_in(a_user(a_clinic(), role))
    for name in ("emergencies", "colleagues"):
        assert browser.get(reverse(name)).status_code == 403


def test_a_colleague_who_waits_stands_among_what_is_due_of_who_may_confirm(
    sqlite: str, sign_in: Any
) -> None:
    clinic = a_clinic()
    team = a_team(clinic)
    ask_for_key(a_user(clinic, "nurse"), lost_factor=True, by=a_user(clinic, "administrator"))
    told = "a second person says that they know them"
    assert told in sign_in(a_user(clinic, "physician", team)).get(reverse("due")).content.decode()
    assert told not in sign_in(a_user(clinic, "nurse", team)).get(reverse("due")).content.decode()
