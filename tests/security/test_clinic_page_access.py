"""The clinic's settings, its log, its health: an administrator's, and of no patient."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.http import Http404
from django.urls import reverse

from clinic import a_clinic, a_patient, a_team, a_user
from needlepoint.accounts.models import StaffChange
from needlepoint.core.knowledge import Knowledge
from needlepoint.store.condition import Condition, Done, Waiting, condition, note_done
from needlepoint.store.counting import Count
from needlepoint.store.door import patient_for
from needlepoint.store.glass import break_glass
from needlepoint.store.models import GlassBreak
from needlepoint.web.health.pages import as_json, health_page
from needlepoint.web.phone.help import numbers
from needlepoint.web.shell.parts import listing

NOW = datetime(2026, 12, 1, 8, tzinfo=UTC)
NONE = Count(number=0)
FORM = {
    "name": "Harbour Pain", "time_zone": "America/Chicago", "jurisdiction": "US, Illinois",
    "phone": "312 555 0100", "crisis_line": "988", "emergency_number": "911",
    "rooms": "Room 1\n\n Suite B ",
}  # fmt: skip


def test_the_settings_of_a_clinic_are_kept_and_written_down(database: str, sign_in: Any) -> None:
    clinic, other = a_clinic(), a_clinic("Elsewhere")
    boss = a_user(clinic, "administrator")
    assert sign_in(boss).post(reverse("clinic_settings"), FORM).status_code == 302
    clinic.refresh_from_db()
    assert (clinic.time_zone, clinic.crisis_line) == ("America/Chicago", "988")
    assert clinic.room_names == ("Room 1", "Suite B")
    said = StaffChange.objects.get(user=boss).what
    assert "crisis_line" in said and "988" not in said and "name," not in said
    other.refresh_from_db()
    assert other.crisis_line == ""
    page = sign_in(boss).get(reverse("changes")).content.decode()
    assert "clinic settings: crisis_line" in page
    sign_in(boss).post(reverse("clinic_settings"), {**FORM, "rooms": "Room 1\nSuite B"})
    assert StaffChange.objects.count() == 1  # nothing was changed


@pytest.mark.parametrize(
    ("field", "value", "says"),
    [("time_zone", "Chicago", "no such zone"), ("crisis_line", "call us", "no digit"),
     ("rooms", "One\nOne", "Two rooms"), ("name", "", "required")],
)  # fmt: skip
def test_a_refused_setting_says_what_to_change_and_keeps_what_was_typed(
    sqlite: str, sign_in: Any, field: str, value: str, says: str
) -> None:
    clinic = a_clinic()
    answer = sign_in(a_user(clinic, "administrator")).post(
        reverse("clinic_settings"), {**FORM, field: value}
    )
    text = answer.content.decode()
    assert answer.status_code == 422 and says in text and "312 555 0100" in text
    clinic.refresh_from_db()
    assert clinic.time_zone == "UTC"


def test_the_log_is_searched_by_person_day_and_outcome(database: str, sign_in: Any) -> None:
    clinic = a_clinic()
    team = a_team(clinic)
    patient = a_patient(clinic, team, family_name="Quintanilla")
    nurse, stranger = a_user(clinic, "nurse", team), a_user(clinic, "physician")
    patient_for(nurse, patient.id, "story")
    with pytest.raises(Http404):
        patient_for(stranger, patient.id, "snooping")
    boss = sign_in(a_user(clinic, "administrator"))
    log = reverse("access_log")
    today = datetime.now(UTC).date()
    both = boss.get(log, {"since": str(today - timedelta(days=1))}).content.decode()
    assert ">story<" in both and "snooping" in both and "Quintanilla" not in both
    mine = boss.get(log, {"person": str(nurse.pk)}).content.decode()
    assert ">story<" in mine and "snooping" not in mine and str(patient.id) in mine
    refused = boss.get(log, {"outcome": "refused"}).content.decode()
    assert "snooping" in refused and ">story<" not in refused
    none = boss.get(log, {"until": str(today - timedelta(days=2))}).content.decode()
    assert "Nothing in the log fits" in none
    wrong = boss.get(log, {"since": "2026-02-01", "until": "2026-01-01"})
    assert wrong.status_code == 422 and "Exchange the two" in wrong.content.decode()
    other = sign_in(a_user(a_clinic("Elsewhere"), "administrator"))
    assert ">story<" not in other.get(log, {"outcome": "allowed"}).content.decode()
    assert other.get(log, {"person": str(nurse.pk)}).status_code == 422


def test_the_health_page_and_its_json_say_the_same(
    database: str, sign_in: Any, settings: Any, tmp_path: Any
) -> None:
    settings.DATA_DIR = tmp_path
    clinic = a_clinic()
    boss = sign_in(a_user(clinic, "administrator"))
    text = boss.get(reverse("state")).content.decode()
    assert "The clinic can work" in text and "none is noted" in text
    note_done("backup", charts=3, entries=40, checkpoint="c")
    break_glass(
        user=a_user(clinic), patient=a_patient(clinic), reason="Found unconscious in the hall"
    )
    told = json.loads(boss.get(reverse("state"), {"format": "json"}).content)
    assert told["able"] is True
    assert told["checks"]["backup"] == {
        "state": "well",
        "found": "0 hours old",
        "do": "",
    }
    assert told["checks"]["waiting"]["state"] == "attention"
    GlassBreak.objects.update(reviewed_at=NOW)
    other = sign_in(a_user(a_clinic("Elsewhere"), "administrator")).get(reverse("state"))
    assert "0 charts" in other.content.decode()
    found = condition(clinic=clinic.pk)
    assert (
        found.waiting is not None
        and not found.waiting.emergencies
        and found.charts == Count(number=1)
    )


@pytest.mark.parametrize("role", ["physician", "nurse", "coordinator", "researcher"])
@pytest.mark.parametrize("name", ["state", "clinic_settings", "access_log", "changes"])
def test_nobody_else_sees_how_the_clinic_is_run(
    sqlite: str, sign_in: Any, role: str, name: str
) -> None:
    assert sign_in(a_user(a_clinic(), role)).get(reverse(name)).status_code == 403


def _state(knowledge: Knowledge, **found: Any) -> dict[str, Any]:
    well = {
        "now": NOW, "database": True, "database_kind": "SQLite", "missing_migrations": 0,
        "room_mb": 9000, "charts": Count(number=2), "entries": Count(number=7),
        "waiting": Waiting(emergencies=NONE, links=NONE, due=NONE, stale=NONE),
        "last_backup": Done(at=NOW, charts=2, entries=7, checkpoint="c"),
        "last_proof": Done(at=NOW, charts=2, entries=7, checkpoint="c"),
    }  # fmt: skip
    return as_json(health_page(Condition(**{**well, **found}), knowledge, listing()))


def test_what_is_wrong_is_named_with_what_to_do(knowledge: Knowledge) -> None:
    assert {c["state"] for c in _state(knowledge)["checks"].values()} == {"well"}
    late = Done(at=NOW - timedelta(hours=30), charts=1, entries=1, checkpoint="c")
    for found, name, state, able in (
        ({"last_backup": late}, "backup", "attention", True),
        ({"last_backup": None}, "backup", "attention", True),
        ({"last_proof": None}, "proof", "attention", True),
        ({"missing_migrations": 2}, "tables", "wrong", False),
        ({"room_mb": 100}, "room", "wrong", False),
        ({"database": False, "missing_migrations": None, "waiting": None}, "database", "wrong", False),
        ({"now": NOW.replace(year=2100)}, "knowledge", "attention", True),
    ):  # fmt: skip
        told = _state(knowledge, **found)
        assert told["able"] is able and told["checks"][name]["state"] == state, name
        assert told["checks"][name]["do"]


def test_notes_of_a_backup_that_cannot_be_read_count_as_none(
    sqlite: str, settings: Any, tmp_path: Any
) -> None:
    settings.DATA_DIR = tmp_path
    (tmp_path / "last-backup.json").write_text("{half")
    assert condition().last_backup is None and condition().backup_is_due


def test_patients_are_told_the_clinics_own_numbers_before_those_of_the_machine(
    sqlite: str, settings: Any
) -> None:
    settings.CRISIS_LINE, settings.CLINIC_PHONE = "555 0100", ""
    clinic = a_clinic()
    assert (numbers(clinic).crisis, numbers(clinic).clinic) == ("555 0100", "")
    clinic.crisis_line, clinic.phone = "988", "312 555 0100"
    assert (numbers(clinic).crisis, numbers(clinic).clinic) == ("988", "312 555 0100")
