"""Every address asks for something, and gives nothing to those who do not have it."""

from __future__ import annotations

import re
import sys
import uuid
from collections.abc import Iterator
from datetime import timedelta
from types import ModuleType
from typing import Any

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import Client
from django.urls import (
    URLPattern,
    URLResolver,
    clear_url_caches,
    get_resolver,
    path,
    reverse,
)
from django.utils import timezone

from clinic import a_clinic, a_patient, a_team, a_user
from needlepoint.accounts.roles import Role, may
from needlepoint.store.links import make_link
from needlepoint.store.models import Access, EntryRow, Link, Scope
from needlepoint.web.permissions import ANY_LINK, Door, door_of


def addresses(resolver: Any = None, prefix: str = "") -> Iterator[tuple[str, URLPattern]]:
    for one in (resolver or get_resolver()).url_patterns:
        if isinstance(one, URLResolver):
            yield from addresses(one, prefix + str(one.pattern))
        else:
            yield prefix + str(one.pattern), one


def door(pattern: URLPattern) -> Door | None:
    return door_of(pattern.callback, pattern.name or "")


def _is_of_a_library(pattern: URLPattern) -> bool:
    """Of allauth: what is not listed in web/permissions.py nobody uses here, and it is shut."""
    return pattern.callback.__module__.startswith("allauth.")


ALL = list(addresses())
OURS = [(where, p) for where, p in ALL if door(p) is not None]


def path_of(where: str, patient: Any = None) -> str:
    """A path that fits the pattern; ids are real for the patient and guessed for the rest."""
    known = {"patient_id": str(patient.id) if patient is not None else str(uuid.uuid4())}

    def fill(match: re.Match[str]) -> str:
        kind, name = match.group(1) or "str", match.group(2)
        made = {"uuid": str(uuid.uuid4()), "int": "1", "slug": "thigh-thrust", "path": "x"}
        return known.get(name, made.get(kind, "x"))

    return "/" + re.sub(r"<(?:(\w+):)?(\w+)>", fill, where).replace("^", "").replace("$", "")


def test_every_address_declares_what_it_asks_for() -> None:
    silent = [w for w, p in ALL if door(p) is None and not _is_of_a_library(p)]
    assert silent == [], "give these views needs(...), by_link(...) or open_to_anyone(...)"
    assert len(OURS) > 15


def test_what_is_open_says_why_and_every_name_is_used_once() -> None:
    for where, pattern in OURS:
        one = door(pattern)
        assert one is not None
        assert sum([one.permission is not None, one.scope is not None, bool(one.why)]) == 1, where
    names = [p.name for _, p in OURS]
    assert len(set(names)) == len(names) and all(names)


def test_no_address_takes_a_value_of_a_patient() -> None:
    names = {name for where, _ in OURS for name in re.findall(r"<(?:\w+:)?(\w+)>", where)}
    assert not names & {"name", "birth_date", "number", "phone", "email", "family_name"} - {"name"}
    for where, _ in OURS:
        if "<" in where and where.startswith("patients/"):
            assert "<uuid:patient_id>" in where, where


@pytest.mark.parametrize("where", [w for w, p in ALL if door(p) is None])
def test_what_is_shut_is_not_there(sqlite: str, client: Client, where: str) -> None:
    assert client.get(path_of(where)).status_code == 404


@pytest.mark.parametrize(("where", "pattern"), OURS)
def test_a_stranger_is_sent_to_sign_in_or_finds_nothing(
    sqlite: str, client: Client, where: str, pattern: URLPattern
) -> None:
    patient = a_patient(a_clinic(), family_name="Quintanilla")
    one = door(pattern)
    assert one is not None
    for answer in (client.get(path_of(where, patient)), client.post(path_of(where, patient))):
        if one.permission is not None:
            assert answer.status_code == 302 and "login" in answer["Location"]
        elif one.scope is not None:
            assert answer.status_code == 404
        assert b"Quintanilla" not in answer.content


@pytest.mark.parametrize(("where", "pattern"), OURS)
def test_staff_reach_what_their_role_may_and_no_other_clinics_patient(
    sqlite: str, sign_in: Any, where: str, pattern: URLPattern
) -> None:
    one = door(pattern)
    if one is None or one.permission is None:
        return
    home, elsewhere = a_clinic(), a_clinic("Elsewhere")
    team = a_team(elsewhere)
    patient = a_patient(home, a_team(home), family_name="Quintanilla")
    for role in Role:
        browser = sign_in(a_user(elsewhere, role.value, team))
        browser.raise_request_exception = False
        answer = browser.get(path_of(where, patient))
        if not may(role, one.permission):
            assert answer.status_code == 403, (role, where)
        elif "<uuid:" in where:
            assert answer.status_code in (404, 405), (role, where)
        else:
            assert answer.status_code < 500, (role, where)
        assert b"Quintanilla" not in answer.content
    knocks = Access.objects.filter(patient_id=patient.id)
    assert not knocks.exclude(outcome="refused").exists()


@pytest.mark.parametrize(("where", "pattern"), OURS)
def test_a_link_opens_no_address_of_staff_or_of_another_scope(
    sqlite: str, where: str, pattern: URLPattern
) -> None:
    one = door(pattern)
    assert one is not None
    clinic = a_clinic()
    patient = a_patient(clinic, family_name="Quintanilla")
    for scope in Scope:
        given = make_link(patient=patient, scope=scope, by=a_user(clinic, "nurse"))
        browser = Client()
        assert browser.post(reverse("open_link", args=[given.token])).status_code == 302
        answer = browser.get(path_of(where, patient))
        if one.permission is not None:
            assert answer.status_code == 302 and "login" in answer["Location"]
        elif one.scope not in (None, ANY_LINK, scope.value):
            assert answer.status_code == 404


@pytest.mark.parametrize(("where", "pattern"), [x for x in OURS if "<uuid:patient_id>" in x[0]])
def test_no_chart_is_read_or_written_from_outside_and_every_knock_is_logged(
    sqlite: str, sign_in: Any, where: str, pattern: URLPattern
) -> None:
    """From another clinic, and from this one by who does not treat the patient."""
    home, elsewhere = a_clinic(), a_clinic("Elsewhere")
    team = a_team(home)
    patient = a_patient(home, team, family_name="Quintanilla", given_name="Xochitl")
    strangers = [
        a_user(elsewhere, "physician", a_team(elsewhere)),
        a_user(home, "physician", a_team(home, "Other")),
    ]
    for user in strangers:
        browser = sign_in(user)
        browser.raise_request_exception = False
        for answer in (
            browser.get(path_of(where, patient)),
            browser.post(path_of(where, patient), {"words": "x", "provenance": "patient_said"}),
        ):
            assert answer.status_code in (404, 405), (where, answer.status_code)
            assert b"Quintanilla" not in answer.content and b"Xochitl" not in answer.content
        knocks = Access.objects.filter(patient_id=patient.id, user_id=user.pk)
        assert knocks.exists() and not knocks.exclude(outcome="refused").exists(), where
    assert EntryRow.objects.count() == 0


@pytest.mark.parametrize(("where", "pattern"), [x for x in OURS if "<uuid:patient_id>" in x[0]])
def test_a_guessed_id_looks_just_like_a_patient_of_others(
    sqlite: str, sign_in: Any, where: str, pattern: URLPattern
) -> None:
    home, elsewhere = a_clinic(), a_clinic("Elsewhere")
    patient = a_patient(home, a_team(home), family_name="Quintanilla")
    browser = sign_in(a_user(elsewhere, "physician", a_team(elsewhere)))
    browser.raise_request_exception = False
    real, guessed = browser.get(path_of(where, patient)), browser.get(path_of(where))
    assert real.status_code == guessed.status_code
    assert _plain(real) == _plain(guessed)


@pytest.mark.parametrize(
    ("where", "pattern"), [(w, p) for w, p in OURS if (d := door(p)) and d.scope is not None]
)
@pytest.mark.parametrize("spoilt", ["expired", "withdrawn", "replayed"])
def test_a_link_that_is_spent_opens_nothing_of_the_patient(
    sqlite: str, where: str, pattern: URLPattern, spoilt: str
) -> None:
    one = door(pattern)
    assert one is not None and one.scope is not None
    clinic = a_clinic()
    patient = a_patient(clinic, family_name="Quintanilla")
    scope = Scope.INTAKE if one.scope == ANY_LINK else Scope(one.scope)
    given = make_link(patient=patient, scope=scope, by=a_user(clinic, "nurse"))
    browser, other = Client(), Client()
    for each in (browser, other):
        each.raise_request_exception = False
    browser.post(reverse("open_link", args=[given.token]))
    now = timezone.now()
    if spoilt == "expired":
        Link.objects.update(ends_at=now - timedelta(minutes=1))
    elif spoilt == "withdrawn":
        Link.objects.update(closed_at=now)
    else:  # somebody who read the address over a shoulder comes second
        other.post(reverse("open_link", args=[given.token]))
        browser = other
    for answer in (browser.get(path_of(where)), browser.post(path_of(where))):
        assert answer.status_code in (404, 405), (where, spoilt)
        assert b"Quintanilla" not in answer.content


def test_an_address_that_forgets_to_say_whom_it_lets_in_is_shut_and_found(
    sqlite: str, sign_in: Any, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    def forgetful(request: HttpRequest) -> HttpResponse:
        return HttpResponse("everything about Quintanilla")

    new = path("forgotten/", forgetful, name="forgotten")
    module = ModuleType("forgetful_urls")
    module.urlpatterns = [new, *get_resolver().url_patterns]  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "forgetful_urls", module)
    settings.ROOT_URLCONF = "forgetful_urls"
    clear_url_caches()
    try:
        assert [w for w, p in addresses() if door(p) is None and not _is_of_a_library(p)] == [
            "forgotten/"
        ]
        answer = sign_in(a_user(a_clinic())).get("/forgotten/")
        assert answer.status_code == 404 and b"Quintanilla" not in answer.content
    finally:
        settings.ROOT_URLCONF = "needlepoint.web.urls"
        clear_url_caches()


def _plain(answer: Any) -> str:
    """The page without what is new in every answer."""
    return re.sub(r"csrfmiddlewaretoken\" value=\"[^\"]*", "", answer.content.decode())


@pytest.mark.parametrize(
    "odd",
    ["/administration/people/x'--/", "/patients/1/", "/l/" + "a" * 3000 + "/", "/%00", "/../etc/passwd",
     "/patients/00000000-0000-0000-0000-000000000000/links/"],
)  # fmt: skip
def test_odd_addresses_break_nothing(sqlite: str, client: Client, odd: str) -> None:
    assert client.get(odd).status_code in (200, 302, 400, 404)
