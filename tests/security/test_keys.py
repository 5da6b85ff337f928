"""Nobody lets another in alone: links, the second person, and what the owner is told."""

from __future__ import annotations

import re
import threading
from datetime import timedelta
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import (
    format_hotp_value,
    hotp_value,
    yield_hotp_counters_from_time,
)
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from clinic import a_clinic, a_team, a_user
from needlepoint.accounts.keys import (
    MOST_WRONG_CODES,
    ask_for_key,
    confirm_key,
    use_key,
)
from needlepoint.accounts.models import StaffChange, StaffKey, User
from needlepoint.accounts.people import NOT_ME, NotChanged, add_person
from needlepoint.accounts.roles import Role
from security.test_sessions import code_for, enter

OWN = "four plain words together"
HERE = "/administration/people/"


def link_in(page: Any) -> str:
    found = re.search(r"http[^<\s]*(/join/[^<\s/]+/)", page.content.decode())
    assert found is not None, "no link is shown"
    return found[1]


def code_in(page: Any) -> str:
    found = re.search(r'id="staff-code"[^>]*>(\w+)<', page.content.decode())
    assert found is not None, "no code is shown"
    return found[1]


def join(browser: Client, link: str, code: str = "", password: str = OWN) -> Any:
    return browser.post(link, {"code": code, "password": password, "again": password})


def whats(user: User) -> list[str]:
    return list(StaffChange.objects.filter(user=user).order_by("pk").values_list("what", flat=True))


def test_a_new_colleague_walks_from_link_and_code_to_work(
    database: str, client: Client, sign_in: Any
) -> None:
    clinic = a_clinic()
    boss, second = sign_in(a_user(clinic, "administrator")), sign_in(a_user(clinic, "physician"))
    form = {"name": "Dr. Lee", "username": "lee", "role": "administrator"}
    link = link_in(boss.post(reverse("new_person"), form))
    user = User.objects.get(username="lee")
    waiting = second.get(reverse("colleagues")).content.decode()
    assert "Dr. Lee" in waiting and "I know Dr. Lee" in waiting
    assert "A second person confirms it" in boss.get(reverse("colleagues")).content.decode()
    code = code_in(second.post(reverse("confirm_colleague", args=[StaffKey.objects.get().pk])))
    assert "Dr. Lee" in client.get(link).content.decode()
    spaced = f" {code[:4].lower()}-{code[4:]} "
    assert join(client, link, spaced)["Location"] == reverse("account_login")
    assert "_auth_user_id" not in client.session, "a link signs nobody in"
    enter(client, user, OWN)
    assert client.get(HERE)["Location"] == reverse("mfa_activate_totp")
    assert client.get(reverse("own_changes"))["Location"] == reverse("mfa_activate_totp")
    page = client.get(reverse("mfa_activate_totp"))
    if page.status_code == 302:
        page = client.post(page["Location"], {"password": OWN}, follow=True)
    secret = page.context["form"].secret
    now = format_hotp_value(hotp_value(secret, next(iter(yield_hotp_counters_from_time()))))
    client.post(reverse("mfa_activate_totp"), {"code": now})
    assert client.get(HERE)["Location"] == reverse("own_changes"), "it is told first"
    news = client.get(reverse("own_changes"))
    assert "link made: first sign-in, by A administrator" in news.content.decode()
    assert "confirmed: first sign-in, by A physician" in news.content.decode()
    client.post(reverse("own_changes"), {"through": news.context["page"].through})
    assert client.get(HERE).status_code == 200


def test_an_administrator_alone_gets_in_as_nobody(
    database: str, client: Client, sign_in: Any
) -> None:
    """Everything an administrator can press, then everything that a link can be tried with."""
    clinic = a_clinic()
    asked_by = a_user(clinic, "administrator")
    boss = sign_in(asked_by)
    colleague = a_user(clinic, "physician")
    for lost in ("", "factor"):
        link = link_in(boss.post(reverse("give_key", args=[colleague.pk]), {"lost": lost}))
        key = StaffKey.objects.latest("asked_at")
        assert boss.post(reverse("confirm_colleague", args=[key.pk])).status_code == 422
        join(client, link, "AAAAAAAA")
        colleague.refresh_from_db()
        if lost:
            assert colleague.check_password(OWN), "of the first link: it takes the second factor"
        said = enter(client, colleague, OWN)
        assert said["Location"] == reverse("mfa_authenticate"), "the factor stays in force"
        assert client.get(HERE).status_code == 302
        client = Client()
    assert Authenticator.objects.filter(user=colleague).exists()


def test_a_forgotten_password_is_chosen_anew_and_the_second_factor_stays(
    database: str, client: Client, sign_in: Any
) -> None:
    clinic = a_clinic()
    user = a_user(clinic, "administrator")
    theirs = sign_in(user)
    assert theirs.get(HERE).status_code == 200
    boss = sign_in(a_user(clinic, "administrator"))
    link = link_in(boss.post(reverse("give_key", args=[user.pk])))
    assert theirs.get(HERE).status_code == 200, "asking changes nothing"
    assert join(client, link).status_code == 302
    assert theirs.get(HERE).status_code == 302, "what was open is shut"
    enter(client, user, OWN)
    client.post(reverse("mfa_authenticate"), {"code": code_for(user)})
    assert client.get(HERE)["Location"] == reverse("own_changes")
    assert whats(user) == ["link made: forgotten password", "link used: new password"]


def test_a_lost_second_factor_needs_a_second_person_who_is_neither_of_the_two(
    database: str, client: Client
) -> None:
    clinic = a_clinic()
    boss, user = a_user(clinic, "administrator"), a_user(clinic, "physician")
    given = ask_for_key(user, lost_factor=True, by=boss)
    for wrong in (boss, user, a_user(clinic, "nurse"), a_user(a_clinic("Elsewhere"), "physician")):
        with pytest.raises(NotChanged):
            confirm_key(given.key, by=wrong)
    assert "Nobody has confirmed" in use_key(given.token, code="", password=OWN)
    code = confirm_key(given.key, by=a_user(clinic, "administrator"))
    with pytest.raises(NotChanged):
        confirm_key(given.key, by=a_user(clinic, "physician"))
    assert use_key(given.token, code=code, password=OWN) == ""
    assert not Authenticator.objects.filter(user=user).exists()
    assert "does not open" in use_key(given.token, code=code, password="another of mine")


def test_a_link_for_a_password_opens_nothing_once_the_second_factor_is_gone(database: str) -> None:
    clinic = a_clinic()
    user = a_user(clinic, "physician")
    given = ask_for_key(user, lost_factor=False, by=a_user(clinic, "administrator"))
    Authenticator.objects.filter(user=user).delete()
    assert "does not open" in use_key(given.token, code="", password=OWN)
    again = ask_for_key(user, lost_factor=False, by=a_user(clinic, "administrator"))
    assert again.key.needs_second, "without a factor, a password alone would be enough"


def test_a_code_is_not_guessed(database: str, client: Client) -> None:
    clinic = a_clinic()
    user = a_user(clinic, "physician")
    given = ask_for_key(user, lost_factor=True, by=a_user(clinic, "administrator"))
    code = confirm_key(given.key, by=a_user(clinic, "physician"))
    for _ in range(MOST_WRONG_CODES):
        assert join(client, f"/join/{given.token}/", "AAAAAAAA").status_code in (404, 422)
    assert join(client, f"/join/{given.token}/", code).status_code == 404
    user.refresh_from_db()
    assert not user.check_password(OWN) and "link ended: wrong codes" in whats(user)


@pytest.mark.parametrize("spoilt", ["ended", "withdrawn", "asked again", "let go", "used"])
def test_a_link_that_is_spent_says_nothing_of_whom_it_was_for(
    sqlite: str, client: Client, sign_in: Any, spoilt: str
) -> None:
    clinic = a_clinic()
    boss = a_user(clinic, "administrator")
    user = a_user(clinic, "nurse")
    given = ask_for_key(user, lost_factor=False, by=boss)
    if spoilt == "ended":
        StaffKey.objects.update(ends_at=timezone.now() - timedelta(seconds=1))
    elif spoilt == "withdrawn":
        sign_in(boss).post(reverse("end_key", args=[given.key.pk]))
    elif spoilt == "asked again":
        ask_for_key(user, lost_factor=False, by=boss)
    elif spoilt == "let go":
        User.objects.filter(pk=user.pk).update(is_active=False)
    else:
        join(Client(), f"/join/{given.token}/", password="the owner's own words")
    for answer in (client.get(f"/join/{given.token}/"), join(client, f"/join/{given.token}/")):
        assert answer.status_code == 404
        assert user.username not in answer.content.decode()
    user.refresh_from_db()
    assert not user.check_password(OWN)


def test_of_two_who_use_a_link_at_one_moment_one_gets_in(database: str) -> None:
    clinic = a_clinic()
    user = a_user(clinic, "nurse")
    given = ask_for_key(user, lost_factor=False, by=a_user(clinic, "administrator"))
    said: dict[str, str] = {}
    begin = threading.Barrier(2)

    def use(password: str) -> None:
        begin.wait()
        try:
            said[password] = use_key(given.token, code="", password=password)
        finally:
            connection.close()

    words = ["one long password", "two long passwords"]
    both = [threading.Thread(target=use, args=(password,)) for password in words]
    for thread in both:
        thread.start()
    for thread in both:
        thread.join()
    (won,) = [password for password in words if said[password] == ""]
    user.refresh_from_db()
    assert user.check_password(won)
    assert whats(user).count("link used: new password") == 1


def test_of_two_who_confirm_at_one_moment_one_code_is_given(database: str) -> None:
    clinic = a_clinic()
    given = ask_for_key(a_user(clinic), lost_factor=True, by=a_user(clinic, "administrator"))
    seconds = [a_user(clinic, "physician"), a_user(clinic, "physician")]
    codes: list[str] = []
    begin = threading.Barrier(2)

    def confirm(by: User) -> None:
        begin.wait()
        try:
            codes.append(confirm_key(given.key, by=by))
        except NotChanged:
            pass
        finally:
            connection.close()

    both = [threading.Thread(target=confirm, args=(by,)) for by in seconds]
    for thread in both:
        thread.start()
    for thread in both:
        thread.join()
    assert len(codes) == 1 and use_key(given.token, code=codes[0], password=OWN) == ""


def test_a_password_is_refused_with_the_reason_and_the_link_stays_open(
    sqlite: str, client: Client
) -> None:
    clinic = a_clinic()
    user = a_user(clinic, "nurse")
    given = ask_for_key(user, lost_factor=False, by=a_user(clinic, "administrator"))
    link = f"/join/{given.token}/"
    assert "12 characters" in join(client, link, password="short").content.decode()
    assert "similar" in join(client, link, password=user.username).content.decode()
    unlike = client.post(link, {"password": OWN, "again": f"{OWN}!"})
    assert unlike.status_code == 422 and "not the same" in unlike.content.decode()
    assert OWN not in unlike.content.decode(), "a password is never sent back"
    assert join(client, link).status_code == 302


def test_nobody_gives_a_key_to_themselves_or_across_clinics(sqlite: str, sign_in: Any) -> None:
    clinic = a_clinic()
    boss = a_user(clinic, "administrator")
    assert sign_in(boss).post(reverse("give_key", args=[boss.pk])).status_code == 422
    stranger = a_user(a_clinic("Elsewhere"), "nurse")
    for by in (boss, a_user(clinic, "physician")):
        with pytest.raises(NotChanged):
            ask_for_key(stranger, lost_factor=False, by=by)
    given = ask_for_key(stranger, lost_factor=True, by=a_user(stranger.clinic, "administrator"))
    browser = sign_in(boss)
    assert stranger.name not in browser.get(reverse("colleagues")).content.decode()
    assert browser.post(reverse("confirm_colleague", args=[given.key.pk])).status_code == 404
    assert browser.post(reverse("end_key", args=[given.key.pk])).status_code == 404
    assert StaffKey.objects.get().withdrawn_at is None


def test_what_was_not_asked_for_is_said_and_stands_for_good(sqlite: str, sign_in: Any) -> None:
    clinic = a_clinic()
    user, boss = a_user(clinic, "administrator"), a_user(clinic, "administrator")
    ask_for_key(user, lost_factor=False, by=boss)
    browser = sign_in(user)
    through = browser.get(reverse("own_changes")).context["page"].through
    ask_for_key(user, lost_factor=True, by=boss)
    said = browser.post(reverse("own_changes"), {"through": str(10**14), "not_me": "1"})
    assert said["Location"] == reverse("account_change_password")
    assert whats(user)[-1] == NOT_ME
    assert NOT_ME in sign_in(boss).get(reverse("changes")).content.decode()
    user.refresh_from_db()
    assert user.told_through > through, "both had been done when it was said"
    assert sign_in(user).get(HERE).status_code == 200, "it is told once"


@pytest.mark.parametrize("through", ["", "-1", "x", "9" * 40, "٣"])
def test_a_reading_that_names_no_change_reads_nothing(
    sqlite: str, sign_in: Any, through: str
) -> None:
    clinic = a_clinic()
    user = a_user(clinic, "administrator")
    ask_for_key(user, lost_factor=False, by=a_user(clinic, "administrator"))
    browser = sign_in(user)
    browser.post(reverse("own_changes"), {"through": through})
    user.refresh_from_db()
    assert user.told_through == 0 or through == "٣"


def test_the_machines_owner_lets_in_by_command_and_it_is_written_down(
    database: str, capsys: Any, client: Client
) -> None:
    clinic = a_clinic()
    add_person(
        clinic=clinic, username="lee", name="Dr. Lee", role=Role.PHYSICIAN, teams=[], by=None
    )
    call_command("readmit", "lee")
    link = re.search(r"(/join/\S+)", capsys.readouterr().out)
    assert link is not None and join(client, link[1]).status_code == 302
    assert whats(User.objects.get(username="lee"))[-2:] == [
        "link made on the server's command line: first sign-in",
        "link used: new password, a new second factor to be set up",
    ]


def test_who_is_let_go_while_waiting_is_not_let_in(sqlite: str, sign_in: Any) -> None:
    clinic = a_clinic()
    boss, user = a_user(clinic, "administrator"), a_user(clinic, "nurse", a_team(clinic))
    user.is_active = False
    user.save()
    assert sign_in(boss).post(reverse("give_key", args=[user.pk])).status_code == 422


def test_links_and_codes_are_kept_as_hashes_and_stand_in_no_log(
    sqlite: str, client: Client, capsys: Any
) -> None:
    clinic = a_clinic()
    user = a_user(clinic, "nurse")
    given = ask_for_key(user, lost_factor=True, by=a_user(clinic, "administrator"))
    code = confirm_key(given.key, by=a_user(clinic, "physician"))
    join(client, f"/join/{given.token}/", code)
    kept = str(StaffKey.objects.values().get()) + str(list(StaffChange.objects.values()))
    said = capsys.readouterr().err
    for secret in (given.token, code, OWN):
        assert secret not in kept and secret not in said
