"""Signing in, staying in, and being signed out."""

from __future__ import annotations

import re
import time
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import (
    TOTP,
    format_hotp_value,
    hotp_value,
    yield_hotp_counters_from_time,
)
from django.test import Client
from django.urls import reverse

from clinic import a_clinic, a_patient, a_user
from needlepoint.store.links import make_link
from needlepoint.store.models import Scope

HERE = "/administration/people/"


def enter(browser: Client, user: Any, password: str = "long enough") -> Any:
    return browser.post(reverse("account_login"), {"login": user.username, "password": password})


def code_for(user: Any) -> str:
    secret = TOTP(Authenticator.objects.get(user=user, type="totp")).instance.data["secret"]
    return str(format_hotp_value(hotp_value(secret, next(iter(yield_hotp_counters_from_time())))))


def test_a_password_alone_does_not_sign_in(database: str, client: Client) -> None:
    user = a_user(a_clinic(), "administrator")
    answer = enter(client, user)
    assert answer["Location"] == reverse("mfa_authenticate")
    assert client.get(HERE).status_code == 302
    assert client.post(answer["Location"], {"code": "000000"}).status_code == 200
    assert client.get(HERE).status_code == 302
    client.post(answer["Location"], {"code": code_for(user)})
    assert client.get(HERE).status_code == 200


def test_staff_without_a_second_factor_set_one_up_before_anything_else(
    sqlite: str, client: Client
) -> None:
    user = a_user(a_clinic(), "administrator", second_factor=False)
    enter(client, user)
    assert client.get(HERE)["Location"] == reverse("mfa_activate_totp")
    again = client.get(reverse("mfa_activate_totp"))["Location"]
    assert again.startswith(reverse("account_reauthenticate")), "the password once more"
    page = client.post(again, {"password": "long enough"}, follow=True)
    assert page.status_code == 200 and b"data:image/svg" in page.content


def test_nobody_signs_up_or_resets_a_password_by_mail(sqlite: str, client: Client) -> None:
    for path in ("/account/signup/", "/account/password/reset/", "/account/email/"):
        assert client.get(path).status_code == 404


def test_a_wrong_password_says_the_same_as_a_wrong_name(sqlite: str, client: Client) -> None:
    user = a_user(a_clinic())
    wrong = enter(client, user, "wrong password").context["form"].errors
    user.username = "nobody"
    assert enter(client, user, "wrong password").context["form"].errors == wrong


def test_guessing_passwords_ends_soon(database: str, client: Client) -> None:
    user = a_user(a_clinic())
    for _ in range(6):
        enter(client, user, "wrong password")
    said = enter(client, user)
    assert said.status_code in (200, 429) and "Location" not in said


@pytest.mark.parametrize(("minutes", "inside"), [(14, True), (16, False)])
def test_an_idle_session_signs_itself_off(
    sqlite: str, sign_in: Any, monkeypatch: pytest.MonkeyPatch, minutes: int, inside: bool
) -> None:
    browser = sign_in(a_user(a_clinic(), "administrator"))
    assert browser.get(HERE).status_code == 200
    later = time.time() + minutes * 60
    monkeypatch.setattr("needlepoint.web.middleware.sessions.time.time", lambda: later)
    assert (browser.get(HERE).status_code == 200) is inside


def test_a_session_ends_after_a_working_day_however_busy(
    sqlite: str, sign_in: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    browser = sign_in(a_user(a_clinic(), "administrator"))
    begun = time.time()
    for tenth in range(12 * 6):
        monkeypatch.setattr(
            "needlepoint.web.middleware.sessions.time.time", lambda n=tenth: begun + n * 600
        )
        assert browser.get(HERE).status_code == 200
    monkeypatch.setattr("needlepoint.web.middleware.sessions.time.time", lambda: begun + 43300)
    assert browser.get(HERE).status_code == 302


def test_who_is_let_go_is_out_at_once(sqlite: str, sign_in: Any) -> None:
    clinic = a_clinic()
    boss, nurse = a_user(clinic, "administrator"), a_user(clinic, "nurse")
    theirs = sign_in(nurse)
    assert theirs.get("/account/2fa/").status_code == 200
    sign_in(boss).post(f"{HERE}{nurse.pk}/", {"role": "nurse"})
    nurse.refresh_from_db()
    assert not nurse.is_active and theirs.get("/account/2fa/").status_code == 302


def test_the_clinics_own_tablet_lets_go_of_a_patients_link_when_idle(
    sqlite: str, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    clinic = a_clinic()
    given = make_link(patient=a_patient(clinic), scope=Scope.INTAKE, by=a_user(clinic, "nurse"))
    client.post(reverse("desk"), {"code": given.code})
    assert client.get(reverse("mine")).status_code == 200
    later = time.time() + 16 * 60
    monkeypatch.setattr("needlepoint.web.middleware.sessions.time.time", lambda: later)
    assert client.get(reverse("mine")).status_code == 404


def test_who_lets_go_of_the_second_factor_sets_up_another_at_once(
    sqlite: str, sign_in: Any
) -> None:
    user = a_user(a_clinic(), "administrator")
    browser = sign_in(user)
    assert browser.get(HERE).status_code == 200
    Authenticator.objects.filter(user=user).delete()
    assert browser.get(HERE)["Location"] == reverse("mfa_activate_totp")


@pytest.mark.parametrize("name", ["account_login", "account_reauthenticate"])
def test_a_page_of_getting_in_offers_nothing_that_is_not_there(
    sqlite: str, client: Client, sign_in: Any, name: str
) -> None:
    browser = client if name == "account_login" else sign_in(a_user(a_clinic()))
    answer = browser.get(reverse(name))
    assert answer.status_code == 200
    for link in re.findall(r'href="(/[^"]*)"', answer.content.decode()):
        if not link.startswith("/static/"):
            assert browser.get(link).status_code in (200, 302), link


@pytest.mark.parametrize("wanted", ["<b>", "account_logout", "\U0001f600", "a\r\nX-Evil: 1", "/\0"])
def test_an_odd_place_to_go_to_after_signing_in_breaks_nothing(
    sqlite: str, client: Client, wanted: str
) -> None:
    user = a_user(a_clinic(), "administrator")
    sent = {"login": user.username, "password": "long enough", "next": wanted}
    assert client.post(reverse("account_login"), sent).status_code == 302
    answer = client.post(reverse("mfa_authenticate"), {"code": code_for(user), "next": wanted})
    assert answer.status_code == 302 and "X-Evil" not in answer.headers
    assert client.get(HERE).status_code == 200
