"""The patient's way in, as a browser walks it."""

from __future__ import annotations

import re
from typing import Any

from django.test import Client
from django.urls import reverse

from clinic import a_clinic, a_patient, a_team, a_user
from needlepoint.store.links import close_link, make_link
from needlepoint.store.models import Access, Link, Scope


def given(scope: Scope = Scope.INTAKE) -> Any:
    clinic = a_clinic()
    return make_link(
        patient=a_patient(clinic, family_name="Quintanilla"),
        scope=scope,
        by=a_user(clinic, "nurse"),
    )


def test_a_preview_of_the_message_opens_nothing(sqlite: str, client: Client) -> None:
    one = given()
    answer = client.get(reverse("open_link", args=[one.token]))
    assert answer.status_code == 200 and b"Quintanilla" not in answer.content
    assert Link.objects.get().opened_at is None


def test_the_device_that_opened_it_goes_on_and_another_does_not(database: str) -> None:
    one = given()
    address = reverse("open_link", args=[one.token])
    phone, other = Client(), Client()
    assert phone.post(address).status_code == 302
    assert phone.get(address).status_code == 302, "touching the message again goes on"
    assert phone.get(reverse("mine")).status_code == 200
    assert other.post(address).status_code == 404
    assert other.get(reverse("mine")).status_code == 404
    close_link(one.link)
    assert phone.get(reverse("mine")).status_code == 404


def test_staff_on_a_shared_tablet_are_signed_out_before_a_patient_comes_in(
    sqlite: str, sign_in: Any
) -> None:
    one = given()
    tablet = sign_in(a_user(a_clinic(), "administrator"))
    assert tablet.get("/administration/people/").status_code == 200
    assert tablet.post(reverse("desk"), {"code": one.code}).status_code == 302
    assert tablet.get("/administration/people/").status_code == 302
    tablet.post(reverse("leave"))
    assert tablet.get(reverse("mine")).status_code == 404


def test_a_wrong_code_says_what_to_do(sqlite: str, client: Client) -> None:
    answer = client.post(reverse("desk"), {"code": "NOTACODE"})
    assert answer.status_code == 422 and b"ask the desk for a new one" in answer.content


def test_staff_give_a_link_see_it_once_and_withdraw_it(sqlite: str, sign_in: Any) -> None:
    clinic = a_clinic()
    team = a_team(clinic)
    patient = a_patient(clinic, team)
    desk = sign_in(a_user(clinic, "coordinator", team))
    page = desk.post(f"/patients/{patient.id}/links/", {"scope": "intake"}).content.decode()
    address = re.search(r'id="link-address">http://testserver(/l/[^<]+)<', page)
    assert address is not None
    assert address.group(1) not in desk.get(f"/patients/{patient.id}/links/").content.decode()
    link = Link.objects.get()
    desk.post(reverse("withdraw", args=[patient.id, link.pk]))
    assert Client().post(address.group(1)).status_code == 404
    purposes = Access.objects.filter(patient_id=patient.id).values_list("purpose", flat=True)
    assert {"links", "withdraw link"} <= set(purposes)


def test_a_link_of_another_patient_cannot_be_withdrawn(sqlite: str, sign_in: Any) -> None:
    clinic = a_clinic()
    team = a_team(clinic)
    mine = a_patient(clinic, team)
    theirs = make_link(patient=a_patient(clinic), scope=Scope.DIARY, by=a_user(clinic, "nurse"))
    desk = sign_in(a_user(clinic, "coordinator", team))
    assert desk.post(reverse("withdraw", args=[mine.id, theirs.link.pk])).status_code == 404
    assert Link.objects.get().closed_at is None
