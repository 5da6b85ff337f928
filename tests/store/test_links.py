"""A link opens once, in time, for what it was made for."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

from django.db import connection
from django.utils import timezone

from clinic import a_clinic, a_patient, a_user
from needlepoint.store.links import (
    Given,
    close_link,
    link_in_use,
    make_link,
    open_by_code,
    open_by_token,
)
from needlepoint.store.models import Access, Link, Scope

HERE = "192.0.2.1"


def a_link(scope: Scope = Scope.INTAKE) -> Given:
    clinic = a_clinic()
    return make_link(patient=a_patient(clinic), scope=scope, by=a_user(clinic, "nurse"))


def test_only_hashes_of_the_secrets_are_kept(database: str) -> None:
    given = a_link()
    row = Link.objects.values().get()
    assert given.token not in str(row) and given.code not in str(row)


def test_a_link_opens_once_and_a_replay_is_refused_and_logged(database: str) -> None:
    given = a_link()
    assert open_by_token(given.token, from_address=HERE) == given.link
    assert open_by_token(given.token, from_address=HERE) is None
    assert open_by_code(given.code, from_address=HERE) is None
    lines = list(Access.objects.order_by("pk").values_list("outcome", "link_id"))
    assert lines == [("allowed", given.link.pk), ("refused", given.link.pk)]


def test_two_devices_at_the_same_moment_do_not_both_open_it(database: str) -> None:
    given = a_link()

    def open_it(n: int) -> bool:
        try:
            return open_by_token(given.token, from_address=f"192.0.2.{n}") is not None
        finally:
            connection.close()

    with ThreadPoolExecutor(5) as pool:
        assert sum(pool.map(open_it, range(5))) == 1


def test_a_link_that_ended_was_withdrawn_or_is_made_up_opens_nothing(database: str) -> None:
    ended, withdrawn = a_link(), a_link()
    Link.objects.filter(pk=ended.link.pk).update(ends_at=timezone.now())
    close_link(withdrawn.link)
    for token in (ended.token, withdrawn.token, "made-up", "", ended.token.upper()):
        assert open_by_token(token, from_address=HERE) is None


def test_a_desk_code_is_read_as_people_type_it_and_only_for_minutes(database: str) -> None:
    given, late = a_link(), a_link()
    typed = f" {given.code[:4].lower()}-{given.code[4:]} "
    assert open_by_code(typed, from_address=HERE) == given.link
    Link.objects.filter(pk=late.link.pk).update(code_ends_at=timezone.now())
    assert open_by_code(late.code, from_address=HERE) is None
    assert open_by_token(late.token, from_address=HERE) == late.link


def test_guessing_at_codes_ends_soon_for_one_address_and_for_all(database: str) -> None:
    given = a_link()
    for _ in range(5):
        assert open_by_code("AAAAAAAA", from_address=HERE) is None
    assert open_by_code(given.code, from_address=HERE) is None, "one address: locked out"
    for n in range(55):
        open_by_code("AAAAAAAA", from_address=f"198.51.100.{n}")
    assert open_by_code(given.code, from_address="203.0.113.9") is None, "all addresses together"


def test_a_link_serves_its_own_scope_until_it_is_closed(database: str) -> None:
    link = a_link(Scope.DIARY).link
    assert link_in_use(str(link.pk), "diary") == link
    assert link_in_use(str(link.pk), "intake") is None
    close_link(link)
    assert link_in_use(str(link.pk), "diary") is None
