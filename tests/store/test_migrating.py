"""A clinic of an earlier version becomes one of this version, and is guarded as this one is."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.hashers import check_password, make_password
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from clinic import on_database
from needlepoint.accounts.models import User
from needlepoint.store.verifying import verify


def to(*targets: tuple[str, str]) -> Any:
    executor = MigrationExecutor(connection)
    executor.migrate(list(targets))
    return MigrationExecutor(connection).loader.project_state(list(targets)).apps


def test_a_password_that_two_know_ends_and_old_changes_are_not_told_as_new(
    tmp_path: Any, django_db_blocker: Any
) -> None:
    with django_db_blocker.unblock(), on_database(f"sqlite:///{tmp_path / 'old.sqlite3'}"):
        old = to(("accounts", "0006_clinic_settings"), ("store", "0005_intakes"))
        clinic = old.get_model("accounts", "Clinic").objects.create(name="Harbour Pain")
        people = {
            name: old.get_model("accounts", "User").objects.create(
                username=name, name=name, clinic=clinic, role="nurse",
                password=make_password("known to two"), password_is_temporary=name == "new",
            )
            for name in ("new", "settled")
        }  # fmt: skip
        old.get_model("accounts", "StaffChange").objects.create(
            clinic=clinic, user=people["settled"], what="added as nurse"
        )
        leaves = MigrationExecutor(connection).loader.graph.leaf_nodes()
        to(*leaves)
        assert not User.objects.get(username="new").has_usable_password()
        settled = User.objects.get(username="settled")
        assert check_password("known to two", settled.password) and settled.told_through > 0
        assert verify().damage == ()
