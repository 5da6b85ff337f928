"""Boards: today by time and room with what is missing, and what is due, one action a row."""

from __future__ import annotations

import html
import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from clinic import a_patient, a_team, a_user
from needlepoint.core.anatomy import Side
from needlepoint.core.chart import (
    Attestation,
    BlockTarget,
    Complaint,
    Consent,
    OtherBody,
    PlannedProcedure,
    Procedure,
    Provenance,
    PumpDrug,
    PumpSetting,
    Questionnaire,
    Refill,
    Role,
)
from web.people import Practice, entries, looks, practice, signed_in

RF = "lumbar_medial_branch_radiofrequency"
TARGET = BlockTarget(kind="facet_joint", segment="L4-L5", side=Side.LEFT)


def now() -> datetime:
    return datetime.now(UTC).replace(microsecond=0)


def write(here: Practice, *said: Any, patient: Any = None, days_ago: float = 0) -> str:
    from needlepoint.store.writing import append_entry

    entry = ""
    for statement in said:
        entry = append_entry(
            chart=(patient or here.patient).chart_id, statement=statement,
            author=str(here.user.pk), role=Role.PHYSICIAN,
            provenance=Provenance.CLINICIAN_FOUND, occurred_at=now() - timedelta(days=days_ago),
        ).id  # fmt: skip
    return entry


def plan(at: datetime | None) -> PlannedProcedure:
    return PlannedProcedure(technique=RF, targets=(TARGET,), at=at)


def text_of(answer: Any) -> str:
    return re.sub(r"\s+", " ", html.unescape(answer.content.decode()))


def visits(here: Practice, query: str = "") -> Any:
    return here.physician.get(f"/today/{query}").context["page"].visits


# --- today ----------------------------------------------------------------------------------------


def test_today_stands_by_time_with_room_and_five_looks(sqlite: str) -> None:
    here = practice(None)
    other = a_patient(here.patient.clinic, here.team, family_name="Adler")
    entry = write(here, plan(now()), days_ago=1)
    write(here, plan(now() - timedelta(minutes=1)), patient=other, days_ago=1)
    place = {"at": now().strftime("%Y-%m-%dT23:59"), "room": "Room 2"}
    set_ = here.physician.post(here.address(f"appointment/{entry}/"), place)
    assert set_.status_code == 302
    answer = here.physician.get("/today/")
    page, said = answer.context["page"], text_of(answer)
    assert [v.name.split(",")[0] for v in page.visits] == ["Adler", "Rivera"]
    assert page.visits[1].room == "Room 2" and "Room 2" in said
    for visit in page.visits:
        assert [look.label for look in visit.looks] == [
            "Holds", "Consent", "Glucose", "Pregnancy test", "Time-out",
        ]  # fmt: skip
        for look in visit.looks:
            assert f"{look.label}: {look.word}" in said and look.address in said
            assert here.physician.get(look.address).status_code in (200, 302)


def test_an_empty_chart_is_ready_for_nothing(sqlite: str) -> None:
    here = practice(None)
    write(here, plan(now()))
    (visit,) = visits(here)
    told = {look.label: look.outcome for look in visit.looks}
    assert told["Consent"] == told["Pregnancy test"] == "cannot_tell"
    assert told["Holds"] in ("cannot_tell", "hold")


def test_consent_that_is_given_shows_at_once_and_a_refusal_holds(sqlite: str) -> None:
    here = practice(None)
    write(here, plan(now()))
    consent = lambda: next(  # noqa: E731
        look.outcome for look in visits(here)[0].looks if look.label == "Consent"
    )
    assert consent() == "cannot_tell"
    write(here, Consent(to=RF, given=True))
    assert consent() == "clear"
    write(here, Consent(to=RF, given=False))
    assert consent() == "hold"


def test_what_was_given_another_day_leaves_this_one(sqlite: str) -> None:
    here = practice(None)
    entry = write(here, plan(now()), days_ago=1)
    later = (now() + timedelta(days=3)).strftime("%Y-%m-%d")
    place = {"at": f"{later}T09:00", "room": "Room 1", "authorised_until": later}
    here.physician.post(here.address(f"appointment/{entry}/"), place)
    assert visits(here) == () and len(visits(here, f"?day={later}")) == 1
    said = [e for e in entries(here.patient.pk) if isinstance(e, Attestation)]
    assert (said[0].name, said[0].value) == ("authorised_until", later)


def test_what_is_done_says_so(sqlite: str) -> None:
    here = practice(None)
    write(here, plan(now()), days_ago=1)
    write(here, Procedure(name=RF, targets=(TARGET,), body=OtherBody(details="80 C")))
    (visit,) = visits(here)
    assert visit.is_done and visit.looks == ()


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        ({"at": ""}, "Give the day and the time."),
        ({"at": "2020-01-01T09:00"}, "This day has passed."),
        ({"at": "2199-01-02T09:00", "authorised_until": "2199-01-01"}, "ends before the day"),
    ],
)
def test_a_refused_appointment_says_what_to_change_and_keeps_what_was_typed(
    sqlite: str, typed: dict[str, str], says: str
) -> None:
    from needlepoint.store.models import Appointment

    here = practice(None)
    entry = write(here, plan(now()))
    answer = here.physician.post(here.address(f"appointment/{entry}/"), {"room": "Room 9", **typed})
    assert answer.status_code == 422 and says in text_of(answer)
    assert 'value="Room 9"' in text_of(answer) and not Appointment.objects.exists()


# --- due ------------------------------------------------------------------------------------------

PUMP = PumpSetting(
    drugs=(PumpDrug(name="morphine", concentration_mg_per_ml=10, dose_mg_per_day=2),),
    running=True, model="SynchroMed II 20", catheter_cm=80, alarm_ml=2,
)  # fmt: skip


def full(here: Practice) -> None:
    write(here, Complaint(name="pain", presentation="axial_low_back"), days_ago=500)
    write(here, PUMP, Refill(volume_ml=20), days_ago=80)
    write(here, Procedure(name=RF, targets=(TARGET,), body=OtherBody(details="80 C")),
          days_ago=100)  # fmt: skip
    write(here, plan(None), days_ago=2)
    write(here, Questionnaire(instrument="PHQ-9", answers={"phq9": 1}), days_ago=1)


def test_each_row_has_one_action_that_leads_somewhere(sqlite: str) -> None:
    here = practice(None)
    full(here)
    answer = here.physician.get("/due/")
    page, said = answer.context["page"], text_of(answer)
    assert [t.kind for t in page.urgent] == ["self_harm"]
    assert {t.kind for t in page.tasks} >= {"refill", "alarm", "follow_up", "unplaced"}
    for task in (*page.urgent, *page.tasks):
        assert task.says in said and task.action in said
        assert here.physician.get(task.address).status_code == 200, task.address
    days = [t.on for t in page.tasks]
    assert days == sorted(days)


def test_a_kind_is_chosen_and_nonsense_is_not(sqlite: str) -> None:
    here = practice(None)
    full(here)
    page = here.physician.get("/due/?kind=refill").context["page"]
    assert {t.kind for t in page.tasks} == {"refill"}
    page = here.physician.get("/due/?kind=planned&after=nowhere.at-all").context["page"]
    assert page.kind == "" and page.tasks


def test_another_team_and_another_clinic_see_nothing(sqlite: str) -> None:
    here = practice(None)
    full(here)
    write(here, plan(now()))
    team = a_team(here.patient.clinic, "Head")
    neighbour = signed_in(a_user(here.patient.clinic, "physician", team))
    for who in (neighbour, here.outsider):
        page = who.get("/due/").context["page"]
        assert (page.urgent, page.tasks) == ((), ())
        assert who.get("/today/").context["page"].visits == ()
    assert looks(here.patient.pk) == []


def test_both_boards_leave_a_line_in_the_log_of_whom_they_show(sqlite: str) -> None:
    here = practice(None)
    full(here)
    write(here, plan(now()))
    here.physician.get("/due/")
    here.physician.get("/today/")
    assert looks(here.patient.pk) == [
        ("board of what is due", "allowed"), ("board of the day", "allowed"),
    ]  # fmt: skip


@pytest.mark.parametrize("role", ["researcher", "administrator"])
def test_who_sees_no_charts_sees_no_board(sqlite: str, role: str) -> None:
    here = practice(None)
    client = signed_in(a_user(here.patient.clinic, role, here.team))
    for board in ("/today/", "/due/"):
        assert client.get(board).status_code in (403, 404)


def test_the_board_asks_the_database_as_often_for_many_as_for_few(sqlite: str) -> None:
    from needlepoint.store.due import rebuild
    from needlepoint.web.shell.parts import knowledge

    here = practice(None)

    def asked() -> int:
        rebuild(knowledge())
        with CaptureQueriesContext(connection) as queries:
            here.physician.get("/due/")
        return len(queries)

    for n in range(3):
        patient = a_patient(here.patient.clinic, here.team, family_name=f"Few {n}")
        write(here, plan(None), patient=patient)
    asked()  # the first look of a session sets it up
    few = asked()
    for n in range(40):
        patient = a_patient(here.patient.clinic, here.team, family_name=f"Many {n}")
        write(here, plan(None), patient=patient)
    assert asked() == few


def test_pages_of_the_board_follow_each_other_without_a_gap(sqlite: str) -> None:
    from needlepoint.store.models import DueRow

    here = practice(None)
    today = now().date()
    DueRow.objects.bulk_create(
        DueRow(patient=here.patient, clinic_id=here.patient.clinic_id, kind="refill",
               on=today + timedelta(days=n % 7), subject=f"e{n}", says=f"Row {n}.")
        for n in range(120)
    )  # fmt: skip
    seen: list[str] = []
    after = ""
    for _ in range(4):
        page = here.physician.get(f"/due/?after={after}").context["page"]
        seen += [t.says for t in page.tasks]
        after = page.next
        if not after:
            break
    assert sorted(seen) == sorted(f"Row {n}." for n in range(120)) and len(set(seen)) == 120


def test_what_a_patient_handed_in_waits_to_be_gone_through(sqlite: str) -> None:
    from needlepoint.store.models import Intake

    here = practice(None)
    told = Intake.objects.create(
        patient=here.patient, started_at=now(), changed_at=now(), submitted_at=now()
    )
    for query in ("", "?kind=intake"):
        (task,) = here.physician.get(f"/due/{query}").context["page"].tasks
        assert (task.label, task.action) == ("Told", "Go through it")
        assert here.physician.get(task.address).status_code == 200
    assert here.outsider.get("/due/").context["page"].tasks == ()
    told.reviewed_at = now()
    told.save()
    assert here.physician.get("/due/").context["page"].tasks == ()
