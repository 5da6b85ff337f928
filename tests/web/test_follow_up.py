"""Follow-up from the board to the phone and back: what is asked, what is open, what came too late."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from needlepoint.core.anatomy import Side
from needlepoint.core.chart import (
    BlockAgent,
    BlockTarget,
    Complaint,
    DiagnosticBlock,
    DiaryReading,
    InjectionBody,
    Procedure,
    Provenance,
    Questionnaire,
    Reading,
    Role,
)
from needlepoint.core.record import fold
from needlepoint.core.rules import situation
from needlepoint.core.rules.own_outcomes import relief_of
from needlepoint.core.rules.situation import Planned
from needlepoint.store.due import refresh
from needlepoint.store.links import make_link
from needlepoint.store.models import Link, Scope
from needlepoint.store.reading import chart_from_store
from needlepoint.store.writing import append_entry, retract
from needlepoint.web.shell.parts import knowledge
from web.intake import phone, said
from web.people import Practice, looks, practice

RF = Procedure(name="lumbar_medial_branch_radiofrequency", complaint="main", body=InjectionBody())
ESI = Procedure(name="lumbar_interlaminar_epidural", complaint="leg", body=InjectionBody())
NRS = {"nrs": "3"}
PEG = {"peg_pain": "3", "peg_enjoyment": "4", "peg_activity": "2"}
PGIC = {"pgic": "2"}


def write(here: Practice, statement: Any, *, days_ago: float = 0) -> str:
    return append_entry(
        chart=here.patient.chart_id, statement=statement, author=str(here.user.pk),
        role=Role.PHYSICIAN, provenance=Provenance.CLINICIAN_FOUND,
        occurred_at=timezone.now() - timedelta(days=days_ago), knowledge=knowledge(),
    ).id  # fmt: skip


def treated(days_ago: float, *more: tuple[Any, float]) -> Practice:
    here = practice(None)
    write(here, Complaint(name="main", presentation="axial_low_back"), days_ago=400)
    write(here, Complaint(name="leg", presentation="leg_dominant"), days_ago=400)
    write(here, RF, days_ago=days_ago)
    for statement, ago in more:
        write(here, statement, days_ago=ago)
    return here


def send(here: Practice) -> tuple[Client, str]:
    """Send the link as the board does; the patient's device, and the address of the link."""
    page = here.physician.post(here.address("links/"), {"scope": "measures"})
    address = page.context["given"].address.partition("testserver")[2]
    device = Client()
    assert device.post(address).status_code == 302
    return device, address


def opened(here: Practice, *, days_ago: float) -> tuple[Client, str]:
    """A link of a follow-up that was sent some days ago and is opened now."""
    given = make_link(patient=here.patient, scope=Scope.MEASURES, by=here.user, subject="follow_up",
                      made_at=timezone.now() - timedelta(days=days_ago))  # fmt: skip
    device, address = Client(), reverse("open_link", args=[given.token])
    assert device.post(address).status_code == 302
    return device, address


def asked(device: Client) -> list[tuple[str, str]]:
    """Every question from where it stands to the end, left empty but for the one scale."""
    found, address = [], device.get(reverse("measures"))["Location"]
    while address != reverse("measures"):
        page = device.get(address).context["asked"]
        found.append((page.instrument.id, page.question[1] or ""))
        address = f"/measures/{page.number + 1}/"
        if device.get(address).status_code == 404:
            break
    return found


def rows(here: Practice) -> list[Any]:
    page = here.physician.get("/due/?kind=follow_up").context["page"]
    return [t for t in page.tasks if t.patient_id == here.patient.pk]


def follow_up(here: Practice, label: str) -> Any:
    page = here.physician.get(here.address("progress/")).context["page"]
    return next(row for row in page.follow_ups if row.label.startswith(label))


def test_a_link_asks_exactly_what_is_due_at_that_time(sqlite: str) -> None:
    device, _ = send(treated(91))
    assert asked(device) == [("nrs", "main"), ("peg", ""), ("pgic", "")]
    device, _ = send(treated(5, (ESI, 14)))
    assert asked(device) == [("nrs", "leg"), ("pgic", "")], "function is not asked at two weeks"


def test_the_same_device_is_asked_again_only_what_is_still_open(sqlite: str) -> None:
    here = treated(91)
    device, address = send(here)
    first = device.get(reverse("measures"))["Location"]
    second = device.post(first, NRS)["Location"]
    third = device.post(second, {})["Location"]  # left empty
    device.post(third, PGIC)
    assert device.get(reverse("measures")).status_code == 200, "what was left empty is passed"
    assert device.get(address)["Location"] == reverse("measures")
    assert device.get(device.get(reverse("measures"))["Location"]).context[
        "asked"
    ].instrument.id == ("peg")
    write(here, Questionnaire(instrument="PEG", score=4))
    device.get(address)
    assert device.get(reverse("measures")).status_code == 200, "the clinic has asked by telephone"


def test_an_answer_after_the_window_keeps_its_day_and_counts_for_no_time(sqlite: str) -> None:
    here = treated(60)
    send(here)
    assert Link.objects.get().subject == "", "nothing is open two months after a lesion"
    device, _ = opened(here, days_ago=25)
    address = device.get(reverse("measures"))["Location"]
    page = device.get(address)
    assert b"The time we wanted to ask about has passed" in page.content
    device.post(address, NRS)
    (answer,) = [e for e in said(here) if isinstance(e.statement, Questionnaire)]
    assert timezone.now() - answer.occurred_at < timedelta(minutes=5)
    row = follow_up(here, "1 month")
    assert row.word == "missed" and "came" in row.detail and "not counted here" in row.detail


def test_an_answer_is_never_written_to_another_pain_because_the_clinic_entered_one_meanwhile(
    sqlite: str,
) -> None:
    here = treated(91, (ESI, 91))
    device, _ = send(here)
    address = device.get(reverse("measures"))["Location"]
    page = device.get(address)
    pain = page.context["asked"].question[1]
    write(here, Questionnaire(instrument="nrs", score=6, complaint=pain))
    sent = device.post(address, {"nrs": "9", "question": page.context["asked"].mark})
    assert sent["Location"] == reverse("measures")
    assert not any(e.id.startswith("measure-") for e in said(here))
    last = device.post("/measures/9/", {"nrs": "9", "question": "gone"})
    assert last["Location"] == reverse("measures")


def test_a_blood_patch_after_an_injection_ends_neither_its_follow_up_nor_its_relief(
    sqlite: str,
) -> None:
    patch = Procedure(name="epidural_blood_patch", complaint="leg", body=InjectionBody())
    here = treated(
        300, (Questionnaire(instrument="nrs", score=8, complaint="leg"), 95), (ESI, 91), (patch, 85),
        (Questionnaire(instrument="nrs", score=2, complaint="leg"), 0.01),
    )  # fmt: skip
    page = here.physician.get(here.address("progress/")).context["page"]
    best = {row.name: row.best for row in page.responses}
    assert best["Lumbar interlaminar epidural"] == "75 %"
    assert follow_up(here, "3 months after lumbar interlaminar").word == "answered in part"


def test_several_follow_ups_are_one_row_and_one_link_that_asks_each_question_once(
    sqlite: str,
) -> None:
    here = treated(91, (ESI, 30))
    (row,) = rows(here)
    assert "3 months after lumbar medial branch" in row.says
    assert "1 month after lumbar interlaminar" in row.says.lower()
    device, _ = send(here)
    questions = asked(device)
    assert sorted(questions) == sorted(set(questions))
    assert [q[0] for q in questions] == ["nrs", "nrs", "peg", "pgic"], "pains stand together"
    assert {q for q in questions if q[0] == "nrs"} == {("nrs", "main"), ("nrs", "leg")}


def test_the_board_says_how_far_each_follow_up_is_with_one_thing_to_do(database: str) -> None:
    here = treated(91)
    (row,) = rows(here)
    assert "Link not sent." in row.says and row.action == "Send link" and row.gives_link
    board = here.coordinator.get("/due/")
    assert board.status_code == 200 and b'name="scope" value="measures"' in board.content
    device, _ = send(here)
    (row,) = rows(here)
    assert ", opened." in row.says and (row.action, row.gives_link) == ("Call", False)
    address = device.get(reverse("measures"))["Location"]
    address = device.post(address, NRS)["Location"]
    (row,) = rows(here)
    assert "answered in part, open: " in row.says and row.action == "Call"
    assert follow_up(here, "3 months").word == "answered in part"
    page = here.physician.get(here.address("links/")).content.decode()
    assert "1 of 3 answered, open: PEG" in page
    device.post(device.post(address, PEG)["Location"], PGIC)
    assert rows(here) == [] and follow_up(here, "3 months").word == "answered"


def test_an_unopened_link_says_so_and_one_from_before_the_window_is_none(sqlite: str) -> None:
    here = treated(91)
    make_link(patient=here.patient, scope=Scope.MEASURES, by=here.user,
              made_at=timezone.now() - timedelta(days=25))  # fmt: skip
    (row,) = rows(here)
    assert "Link not sent." in row.says and row.action == "Send link"
    here.physician.post(here.address("links/"), {"scope": "measures"})
    (row,) = rows(here)
    assert ", not opened." in row.says and row.action == "Call"


def test_what_has_not_opened_or_has_closed_is_not_on_the_board(sqlite: str) -> None:
    assert rows(treated(60)) == []
    assert rows(treated(5)) == []


def test_a_treatment_that_is_taken_back_takes_its_follow_up_along(sqlite: str) -> None:
    here = treated(91)
    device, _ = send(here)
    entry = next(e for e in said(here) if isinstance(e.statement, Procedure))
    retract(chart=here.patient.chart_id, entry=entry.id, reason="another patient's",
            author=str(here.user.pk), role=Role.PHYSICIAN)  # fmt: skip
    assert rows(here) == []
    page = device.get(reverse("measures"))
    assert page.status_code == 200 and b"Nothing is due today" in page.content


def test_another_clinic_sees_and_sends_nothing(sqlite: str) -> None:
    here = treated(91)
    refresh(knowledge())
    board = here.outsider.get("/due/")
    assert board.context["page"].tasks == () and b"RIVERA" not in board.content
    assert here.outsider.post(here.address("links/"), {"scope": "measures"}).status_code == 404
    assert here.outsider.get(here.address("progress/")).status_code == 404
    assert Link.objects.count() == 0
    assert [outcome for _, outcome in looks(here.patient.pk)][-2:] == ["refused", "refused"]


def test_a_link_of_questionnaires_while_nothing_is_due_leaves_out_what_was_just_answered(
    sqlite: str,
) -> None:
    here = treated(60, (Questionnaire(instrument="nrs", score=4, complaint="main"), 3))
    device, _ = send(here)
    assert asked(device) == [("nrs", "leg"), ("peg", ""), ("pgic", "")]


def test_what_the_patient_answers_by_link_says_whether_a_treatment_may_be_repeated(
    sqlite: str,
) -> None:
    here = treated(91, (Questionnaire(instrument="nrs", score=8, complaint="main"), 95))
    device, _ = send(here)
    device.post(device.get(reverse("measures"))["Location"], NRS)
    chart = chart_from_store(here.patient.chart_id)
    assert chart.as_of is not None
    record = fold(chart, as_of=chart.as_of)
    (done,) = record.procedures
    technique = knowledge().guidance.techniques["lumbar_medial_branch_radiofrequency"]
    now = situation(record, Planned(technique=technique, targets=(), at=chart.as_of), knowledge())
    percent, months, proven = relief_of(done.entry, done.statement, now)
    assert percent == pytest.approx(62.5) and months == pytest.approx(91 / 30.4375, abs=0.05)
    assert len(proven) == 2


# --- diaries --------------------------------------------------------------------------------------

BLOCK = DiagnosticBlock(
    block="lumbar_medial_branch_block", complaint="main", nrs_before=7,
    targets=(BlockTarget(kind="facet_joint", segment="L4-L5", side=Side.LEFT),),
    agent=BlockAgent(name="bupivacaine", concentration_percent=0.5, volume_ml=0.5),
)  # fmt: skip


def with_readings(*readings: tuple[float, float]) -> tuple[Practice, str]:
    here = practice(None)
    write(here, Complaint(name="main", presentation="axial_low_back"), days_ago=40)
    block = write(here, BLOCK, days_ago=1)
    phone(here, Scope.DIARY, subject=block)
    for minutes, nrs in readings:
        write(here, DiaryReading(block_entry=block, reading=Reading(minutes=minutes, nrs=nrs)))
    return here, block


def test_missing_readings_are_named_on_the_link_in_the_inbox_and_at_the_block(sqlite: str) -> None:
    here, block = with_readings((20, 2), (112, 1))
    told = "2 of 7 readings, missing at "
    for address in ("links/", "blocks/", f"blocks/{block}/"):
        assert told in here.physician.get(here.address(address)).content.decode(), address
    inbox = here.physician.get("/inbox/")
    assert told in inbox.content.decode()
    assert told.encode() not in here.outsider.get("/inbox/").content
    page = here.physician.get(here.address(f"blocks/{block}/")).context["page"]
    assert page.read.relief.startswith("86% relief") and "may have been lower then" in page.unseen


def test_no_reading_at_all_is_no_answer_and_never_no_relief(sqlite: str) -> None:
    here, block = with_readings()
    page = here.physician.get(here.address(f"blocks/{block}/")).context["page"]
    assert (page.read is None and page.moved == ()) or all(m.change == "0.00" for m in page.moved)
    assert page.readings.startswith("0 of 7 readings") and "does not mean no relief" in page.unseen


def test_pain_that_is_back_when_the_agent_may_have_worn_off_is_no_answer(sqlite: str) -> None:
    """Bupivacaine surely works from 20 minutes to 2 hours; nobody said how it was then."""
    here, block = with_readings((388, 7), (480, 7))
    page = here.physician.get(here.address(f"blocks/{block}/")).context["page"]
    assert page.read is None and "surely works" in page.unseen
    here, block = with_readings((388, 2))
    page = here.physician.get(here.address(f"blocks/{block}/")).context["page"]
    assert page.read.relief == "at least 64% relief" and "may have been more" in page.unseen


def test_a_diary_that_is_complete_is_in_no_inbox(sqlite: str) -> None:
    times = (20, 110, 205, 295, 390, 480, 720)
    here, block = with_readings(*((t, 2.0) for t in times))
    page = here.physician.get(here.address(f"blocks/{block}/")).context["page"]
    assert (page.readings, page.unseen) == ("7 of 7 readings", "")
    assert b"Diaries with missing readings" not in here.physician.get("/inbox/").content
