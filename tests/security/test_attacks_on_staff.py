"""Attacks on how staff get in and stay in: fixation, redirects, mass assignment, headers, logs."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from clinic import a_clinic, a_patient, a_team, a_user
from needlepoint.accounts.keys import ask_for_key
from needlepoint.accounts.models import Clinic, StaffChange, StaffKey, User
from needlepoint.store.models import Access
from security.test_keys import HERE, OWN, join
from security.test_sessions import code_for, enter
from web.people import practice, signed_in


def test_a_session_that_somebody_planted_is_not_the_one_that_is_signed_in(
    database: str, client: Client, settings: Any
) -> None:
    from django.contrib.sessions.backends.db import SessionStore

    user = a_user(a_clinic(), "administrator")
    store = SessionStore()
    store["planted"] = True
    store.create()
    thief = Client()
    for browser in (client, thief):
        browser.cookies[settings.SESSION_COOKIE_NAME] = store.session_key
    enter(client, user)
    client.post(reverse("mfa_authenticate"), {"code": code_for(user)})
    assert client.get(HERE).status_code == 200
    assert client.session.session_key != store.session_key
    assert thief.get(HERE).status_code == 302


def test_whoever_was_signed_in_at_the_browser_is_not_after_a_link(
    sqlite: str, sign_in: Any
) -> None:
    clinic = a_clinic()
    boss = a_user(clinic, "administrator")
    given = ask_for_key(a_user(clinic, "nurse"), lost_factor=False, by=boss)
    browser = sign_in(boss)
    assert join(browser, f"/join/{given.token}/").status_code == 302
    assert browser.get(HERE).status_code == 302, "the administrator is signed out"


@pytest.mark.parametrize(
    "elsewhere",
    ["https://evil.example/", "//evil.example/", "/\\evil.example", "javascript:alert(1)",
     "https:evil.example", "\t//evil.example", "http://testserver@evil.example/"],
)  # fmt: skip
def test_signing_in_leads_to_no_other_site(sqlite: str, client: Client, elsewhere: str) -> None:
    user = a_user(a_clinic(), "administrator")
    address = reverse("account_login")
    form = {"login": user.username, "password": "long enough", "next": elsewhere}
    client.post(address, form)
    done = client.post(reverse("mfa_authenticate"), {"code": code_for(user), "next": elsewhere})
    assert done.status_code == 302 and "evil" not in done["Location"]
    assert done["Location"].startswith("/") and not done["Location"].startswith(("//", "/\\"))


@pytest.mark.parametrize("path", ["//evil.example/", "/%2F/evil.example", "/\\evil.example/"])
def test_an_address_that_looks_like_another_site_sends_nobody_there(
    sqlite: str, client: Client, path: str
) -> None:
    answer = client.get(path)
    assert not answer.get("Location", "/").startswith(("//", "http://evil", "/\\"))


def test_forms_of_people_take_what_they_show_and_nothing_beside(
    database: str, sign_in: Any
) -> None:
    clinic, elsewhere = a_clinic(), a_clinic("Elsewhere")
    boss = a_user(clinic, "administrator")
    extra = {
        "clinic": str(elsewhere.pk), "clinic_id": str(elsewhere.pk), "password": OWN, "id": "1",
        "is_active": "", "told_through": "999", "is_superuser": "on", "is_staff": "on",
    }  # fmt: skip
    form = {"name": "Dr. Lee", "username": "lee", "role": "nurse", **extra}
    sign_in(boss).post(reverse("new_person"), form)
    lee = User.objects.get(username="lee")
    assert (lee.clinic, lee.is_active, lee.told_through) == (clinic, True, 0)
    assert not lee.has_usable_password()
    change = {"role": "nurse", "is_active": "on", "username": "other", "name": "Other", **extra}
    sign_in(boss).post(reverse("person", args=[lee.pk]), {**change, "is_active": "on"})
    lee.refresh_from_db()
    assert (lee.username, lee.name, lee.clinic) == ("lee", "Dr. Lee", clinic)
    assert not lee.has_usable_password()
    for role in ("superuser", "", "physician' OR '1'='1"):
        assert sign_in(boss).post(
            reverse("person", args=[lee.pk]), {"role": role, "is_active": "on"}
        ).status_code == 422  # fmt: skip
    settings = {"name": "Harbour Pain", "time_zone": "UTC", "id": str(elsewhere.pk)}
    sign_in(boss).post(reverse("clinic_settings"), settings)
    assert Clinic.objects.get(pk=elsewhere.pk).name == "Elsewhere"


def test_a_link_takes_a_password_and_nothing_beside(sqlite: str, client: Client) -> None:
    clinic = a_clinic()
    user = a_user(clinic, "nurse")
    given = ask_for_key(user, lost_factor=False, by=a_user(clinic, "administrator"))
    client.post(
        f"/join/{given.token}/",
        {"password": OWN, "again": OWN, "role": "physician", "user": "x", "kind": "factor",
         "username": "other"},
    )  # fmt: skip
    user.refresh_from_db()
    assert user.check_password(OWN) and user.role == "nurse" and user.username != "other"
    assert StaffKey.objects.get().kind == "password"


@pytest.mark.parametrize("name", ["give_key", "end_key", "confirm_colleague"])
def test_nothing_is_given_confirmed_or_ended_from_another_site(sqlite: str, name: str) -> None:
    clinic = a_clinic()
    boss, user = a_user(clinic, "administrator"), a_user(clinic, "physician")
    given = ask_for_key(user, lost_factor=True, by=a_user(clinic, "administrator"))
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(boss, backend="allauth.account.auth_backends.AuthenticationBackend")
    target = user.pk if name == "give_key" else given.key.pk
    assert browser.post(reverse(name, args=[target])).status_code == 403
    key = StaffKey.objects.get()
    assert (key.confirmed_at, key.withdrawn_at) == (None, None)


def test_a_link_is_not_used_from_another_site(sqlite: str) -> None:
    clinic = a_clinic()
    user = a_user(clinic, "nurse")
    given = ask_for_key(user, lost_factor=False, by=a_user(clinic, "administrator"))
    assert join(Client(enforce_csrf_checks=True), f"/join/{given.token}/").status_code == 403
    user.refresh_from_db()
    assert not user.check_password(OWN)


def test_somebody_who_is_let_go_writes_nothing_more_in_an_open_session(database: str) -> None:
    here = practice(None)
    address = here.address("story/")
    assert here.physician.get(address).status_code == 200
    boss = signed_in(a_user(here.user.clinic, "administrator"))
    boss.post(reverse("person", args=[here.user.pk]), {"role": "physician"})
    before = Access.objects.count()
    for answer in (here.physician.get(address), here.physician.post(f"{address}add/goal/", {})):
        assert answer.status_code == 302 and "login" in answer["Location"]
    assert Access.objects.count() == before


def test_a_role_that_is_taken_away_is_gone_in_an_open_session(sqlite: str) -> None:
    here = practice(None)
    boss = signed_in(a_user(here.user.clinic, "administrator"))
    form = {"role": "researcher", "is_active": "on", "teams": [str(here.team.pk)]}
    boss.post(reverse("person", args=[here.user.pk]), form)
    assert here.physician.get(here.address("story/")).status_code == 403


@pytest.mark.parametrize("name", ["Lee\r\nSet-Cookie: a=b", 'Lee"; filename="x.exe', "Lee\n{}"])
def test_a_name_breaks_no_header_and_no_line_of_the_log(
    sqlite: str, sign_in: Any, capsys: Any, name: str
) -> None:
    clinic = a_clinic()
    team = a_team(clinic)
    user = a_user(clinic, "nurse", team)
    User.objects.filter(pk=user.pk).update(name=name)
    patient = a_patient(clinic, team, numbers={"clinic": "17"})
    sign_in(user).get(reverse("patient", args=[patient.pk]))
    boss = sign_in(a_user(clinic, "administrator"))
    sheet = boss.post(reverse("audit"), {"number": "17", "csv": "1"})
    assert sheet["Content-Disposition"] == 'attachment; filename="accesses.csv"'
    assert "Set-Cookie: a=b" not in str(sheet.headers) and "a" not in sheet.cookies
    boss.get('/administration/log/\r\n{"event": "forged"}')
    boss.get(
        f"{HERE}?x=%0A%7B%22event%22%3A%22forged%22%7D", HTTP_USER_AGENT='x\n{"event":"forged"}'
    )
    lines = [line for line in capsys.readouterr().err.splitlines() if line.startswith("{")]
    assert lines and all(json.loads(line)["event"] != "forged" for line in lines)


def test_a_reason_is_shown_as_text_and_stands_in_no_log(
    sqlite: str, sign_in: Any, capsys: Any
) -> None:
    from needlepoint.store.glass import break_glass

    clinic = a_clinic()
    reason = '<script>alert(1)</script>\n{"event": "forged"} found unconscious'
    break_glass(user=a_user(clinic), patient=a_patient(clinic), reason=reason)
    page = sign_in(a_user(clinic, "administrator")).get(reverse("emergencies")).content.decode()
    assert "<script>alert" not in page and "&lt;script&gt;alert(1)" in page
    assert "forged" not in capsys.readouterr().err


def test_the_answer_to_a_guessed_link_tells_nothing_and_guessing_ends(
    sqlite: str, client: Client
) -> None:
    a_user(a_clinic(), "nurse")
    seen = {client.get(f"/join/{'A' * n}/").status_code for n in range(1, 46)}
    assert seen == {404, 429}
    text = client.get("/join/AAAA/").content.decode()
    assert re.search("nurse-", text) is None
    assert StaffChange.objects.count() == 0
