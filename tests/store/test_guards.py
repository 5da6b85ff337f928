"""The record is guarded by the database itself: on each table, on both databases."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.apps import apps
from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from clinic import a_clinic, a_patient, a_team, a_user
from needlepoint.accounts.keys import ask_for_key, use_key
from needlepoint.accounts.models import Clinic, StaffKey, User
from needlepoint.core.chart import Decision, Role
from needlepoint.store.attachments import keep_file
from needlepoint.store.deciding import sign_decision
from needlepoint.store.glass import break_glass, review_glass
from needlepoint.store.guards import GUARDS
from needlepoint.store.intakes import hand_in, open_intake
from needlepoint.store.links import close_link, make_link, open_by_token
from needlepoint.store.models import (
    Attachment,
    GlassBreak,
    Identity,
    ImageRow,
    Intake,
    Link,
    Number,
    Patient,
    Scope,
)
from needlepoint.store.verifying import verify

# Not of the record: told anew, planned, counted, or the clinic's to arrange as it likes.
FREE = {
    "store_duerow", "store_stalechart", "store_appointment", "store_careteam", "accounts_team",
    "accounts_membership", "accounts_payerfile", "accounts_attempt",
}  # fmt: skip
REASON = "Found unconscious in the waiting room"


def filled() -> Clinic:
    """A clinic with a row in every guarded table."""
    clinic = a_clinic()
    team = a_team(clinic)
    doctor, boss = a_user(clinic, "physician", team), a_user(clinic, "administrator")
    patient = a_patient(clinic, team, numbers={"clinic": "17"})
    head: dict[str, Any] = {"chart": patient.chart_id, "author": str(doctor.pk)}
    sign_decision(
        **head, decision=Decision(about="block", accepted=True), assessment={"p": 0.4},
        knowledge_version="k", as_of=timezone.now(), role=Role.PHYSICIAN,
    )  # fmt: skip
    dicom = b"\0" * 128 + b"DICM" + b"\0" * 200
    file = keep_file(**head, content=io.BytesIO(dicom), label="MR image")
    ImageRow.objects.create(
        chart_id=patient.chart_id, attachment=file, study="1.2", series="1.3", instance="1.4",
        sop_class="1", syntax="1", frames=1, header_end=132, pixels_at=132, pixels_length=100,
        is_packed=False, metadata="{}",
    )  # fmt: skip
    broken = break_glass(user=a_user(clinic), patient=patient, reason=REASON)
    review_glass(broken=broken, by=boss, justified=True, review="")
    given = make_link(patient=patient, scope=Scope.INTAKE, by=doctor)
    link = open_by_token(given.token, from_address="192.0.2.1")
    assert link is not None
    close_link(link)
    intake = open_intake(patient)
    hand_in(intake)
    key = ask_for_key(doctor, lost_factor=False, by=boss)
    assert use_key(key.token, code="", password="four plain words together") == ""
    StaffKey.objects.update(wrong_codes=2)
    return clinic


def refused(act: Callable[[], Any]) -> bool:
    try:
        with transaction.atomic():
            act()
    except DatabaseError:
        return True
    return False


def test_every_table_is_guarded_or_said_to_be_free(database: str) -> None:
    tables = {
        model._meta.db_table
        for label in ("store", "accounts")
        for model in apps.get_app_config(label).get_models(include_auto_created=True)
    }
    assert {guard.table for guard in GUARDS} | FREE == tables
    assert not {guard.table for guard in GUARDS} & FREE


def test_nothing_of_the_record_is_deleted_and_what_is_final_is_not_changed(database: str) -> None:
    filled()
    assert verify().damage == ()
    for guard in GUARDS:
        columns = [c.name for c in connection.introspection.get_table_description(
            connection.cursor(), guard.table)]  # fmt: skip
        assert {*guard.fixed, *guard.once, *guard.more, *guard.less} <= set(columns), guard.table

        def run(sql: str) -> None:
            connection.cursor().execute(sql)

        table, some = guard.table, columns[-1]
        assert refused(lambda t=table: run(f"DELETE FROM {t}")), table
        final = refused(lambda t=table, c=some: run(f"UPDATE {t} SET {c} = {c}"))
        assert final is (guard.is_final or bool(guard.sealed_by)), table
        if connection.vendor == "postgresql":
            assert refused(lambda t=table: run(f"TRUNCATE {t} CASCADE")), table
    assert verify().damage == ()


_CASES: dict[str, Callable[[], Any]] = {
    "an image is moved to another study": lambda: ImageRow.objects.update(study="9"),
    "a chart is given to another patient": lambda: Patient.objects.update(
        chart_id="00000000-0000-0000-0000-000000000001"
    ),
    "a patient is moved to another clinic": lambda: Patient.objects.update(
        clinic=a_clinic("Elsewhere")
    ),
    "a number is moved to another patient": lambda: Number.objects.update(
        patient=a_patient(Clinic.objects.get())
    ),
    "an emergency gets another reason": lambda: GlassBreak.objects.update(reason="other"),
    "an emergency is made longer": lambda: GlassBreak.objects.update(
        ends_at=timezone.now() + timedelta(days=9)
    ),
    "a review is taken back": lambda: GlassBreak.objects.update(reviewed_at=None),
    "a review is turned round": lambda: GlassBreak.objects.update(justified=False),
    "a link is opened again": lambda: Link.objects.update(opened_at=None),
    "a link is reopened": lambda: Link.objects.update(closed_at=None),
    "a link lasts longer": lambda: Link.objects.update(ends_at=timezone.now() + timedelta(days=99)),
    "a link is for another thing": lambda: Link.objects.update(scope="diary"),
    "an intake is taken back": lambda: Intake.objects.update(submitted_at=None),
    "a person is moved to another clinic": lambda: User.objects.update(
        clinic=a_clinic("Elsewhere")
    ),
    "a key is used again": lambda: StaffKey.objects.update(used_at=None),
    "a key lasts longer": lambda: StaffKey.objects.update(
        ends_at=timezone.now() + timedelta(days=99)
    ),
    "a key is for another person": lambda: StaffKey.objects.update(
        user=a_user(Clinic.objects.get())
    ),
    "wrong codes are forgotten": lambda: StaffKey.objects.update(wrong_codes=1),
    "a file is said to be another": lambda: Attachment.objects.update(sha256="0" * 64),
}


@pytest.mark.parametrize("what", list(_CASES))
def test_a_row_with_a_course_of_its_own_goes_forward_and_never_back(
    database: str, what: str
) -> None:
    filled()
    assert refused(_CASES[what]), what
    assert verify().damage == ()


def test_what_a_clinic_does_every_day_is_not_refused(database: str) -> None:
    clinic = filled()
    Identity.objects.update(family_name="Rivera-Lopez", phone="555 0100")
    Number.objects.update(value="18")
    User.objects.update(is_active=False)
    Clinic.objects.update(phone="555 0101")
    broken = break_glass(user=a_user(clinic), patient=Patient.objects.get(), reason=REASON)
    review_glass(broken=broken, by=a_user(clinic, "administrator"), justified=False, review="no")
    assert verify().damage == ()


def _exchanged() -> dict[str, tuple[str, ...]]:
    table = "store_entryrow"
    if connection.vendor == "sqlite":
        name = f"{table}_no_update"
        return {
            "gone": (f"DROP TRIGGER {name}",),
            "does nothing": (
                f"DROP TRIGGER {name}",
                f"CREATE TRIGGER {name} BEFORE UPDATE ON {table} BEGIN SELECT 1; END",
            ),
            "of another table": (
                f"DROP TRIGGER {name}",
                f"CREATE TRIGGER {name} BEFORE UPDATE ON store_duerow BEGIN "
                "SELECT RAISE(ABORT, 'x'); END",
            ),
        }
    name = f"{table}_append_only"
    return {
        "gone": (f"DROP TRIGGER {name} ON {table}",),
        "does nothing": (
            f"CREATE OR REPLACE FUNCTION needlepoint_{name}() RETURNS trigger LANGUAGE plpgsql "
            "AS $$BEGIN RETURN NULL; END$$",
        ),
        "disabled": (f"ALTER TABLE {table} DISABLE TRIGGER {name}",),
        "for replicas only": (f"ALTER TABLE {table} ENABLE REPLICA TRIGGER {name}",),
        "for one column only": (
            f"DROP TRIGGER {name} ON {table}",
            f"CREATE TRIGGER {name} BEFORE UPDATE OF once OR DELETE OR TRUNCATE ON {table} "
            f"FOR EACH STATEMENT EXECUTE FUNCTION needlepoint_{name}()",
        ),
    }


def test_a_guard_that_is_gone_or_looks_away_or_was_exchanged_is_found(database: str) -> None:
    for how, sql in _exchanged().items():
        with transaction.atomic():
            for one in sql:
                connection.cursor().execute(one)
            assert any("store_entryrow_" in said for said in verify().damage), how
            transaction.set_rollback(True)
    assert verify().damage == ()


def test_an_image_that_is_not_its_file_and_a_file_that_is_no_image_are_found(
    database: str, settings: Any
) -> None:
    filled()
    other = a_patient(Clinic.objects.get())
    row = ImageRow.objects.get()
    dicom = b"\0" * 128 + b"DICM" + b"\1" * 50
    keep_file(chart=other.chart_id, content=io.BytesIO(dicom), label="MR image", author="u")
    assert any("missing among the images" in said for said in verify().damage)
    lost = Attachment.objects.exclude(pk=row.attachment_id).get(media_type="application/dicom")
    ImageRow.objects.create(
        chart_id=row.chart_id, attachment=lost, study="1.2", series="1.3", instance="1.5",
        sop_class="1", syntax="1", frames=1, header_end=132, pixels_at=132, pixels_length=10,
        is_packed=False, metadata="{}",
    )  # fmt: skip
    assert any("not one of this chart's images" in said for said in verify().damage)
    asked = verify(with_files=True, image_fault=lambda _: "it is another study.")
    assert any("it is another study" in said for said in asked.damage)


def test_an_emergency_that_the_log_does_not_have_is_found(database: str) -> None:
    clinic = filled()
    now = timezone.now()
    GlassBreak.objects.create(
        clinic=clinic, user=a_user(clinic), patient=Patient.objects.get(), reason=REASON,
        opened_at=now, ends_at=now + timedelta(hours=4),
    )  # fmt: skip
    assert any("log of accesses does not have it" in said for said in verify().damage)


def test_a_step_of_an_intake_that_was_handed_in_meanwhile_does_not_take_it_back(
    database: str, knowledge: Any
) -> None:
    from needlepoint.store.intakes import save_step

    patient = a_patient(a_clinic())
    stale = open_intake(patient)
    hand_in(Intake.objects.get())
    save_step(stale, answers={"goals": {}}, says={}, knowledge=knowledge)
    assert Intake.objects.get().submitted_at is not None
