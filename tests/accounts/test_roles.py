"""What each role may do, said a second time by hand, so that a slip in the table shows."""

from __future__ import annotations

import pytest

from needlepoint.accounts.roles import ALLOWED, Permission, Role, author_role, may

P = Permission


def test_every_role_is_in_the_table() -> None:
    assert set(ALLOWED) == set(Role)


def test_an_administrator_sees_no_chart_and_no_patient() -> None:
    held = ALLOWED[Role.ADMINISTRATOR]
    assert held == {
        P.MANAGE_CLINIC, P.READ_AUDIT, P.REVIEW_BREAK_GLASS, P.CONFIRM_COLLEAGUE,
        P.READ_KNOWLEDGE, P.OWN_ACCOUNT,
    }  # fmt: skip


def test_a_researcher_sees_no_identity_and_no_single_chart() -> None:
    assert ALLOWED[Role.RESEARCHER] == {P.READ_REGISTRY, P.READ_KNOWLEDGE, P.OWN_ACCOUNT}


def test_only_those_who_treat_decide_and_only_who_cares_examines() -> None:
    assert {role for role in Role if may(role, P.DECIDE)} == {Role.PHYSICIAN, Role.ADVANCED_PRACTITIONER}  # fmt: skip
    assert {role for role in Role if may(role, P.EXAMINE)} == {Role.PHYSICIAN, Role.ADVANCED_PRACTITIONER, Role.NURSE}  # fmt: skip


def test_nobody_who_reads_charts_reads_the_audit() -> None:
    for role in Role:
        assert not (may(role, P.READ_CHART) and may(role, P.READ_AUDIT)), role


def test_a_physician_or_an_administrator_reviews_emergencies_and_lets_colleagues_in() -> None:
    seconds = {Role.PHYSICIAN, Role.ADMINISTRATOR}
    assert {role for role in Role if may(role, P.REVIEW_BREAK_GLASS)} == seconds
    assert {role for role in Role if may(role, P.CONFIRM_COLLEAGUE)} == seconds


def test_who_writes_in_a_chart_has_a_role_to_sign_with() -> None:
    for role in Role:
        if may(role, P.WRITE_CHART):
            assert author_role(role) == role.value
        else:
            with pytest.raises(ValueError):
                author_role(role)
