"""The diary after a block and the measures after a treatment, each by its own link."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.urls import reverse

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
    Role,
)
from needlepoint.core.outcomes import diary_minutes, diary_slots
from needlepoint.store.models import Link, Scope
from needlepoint.store.writing import append_entry
from needlepoint.web.phone.schedule import rules_of
from needlepoint.web.shell.parts import knowledge
from web.intake import phone, said
from web.people import Practice, practice

BLOCK = DiagnosticBlock(
    block="lumbar_medial_branch_block", complaint="main", nrs_before=7,
    targets=(BlockTarget(kind="facet_joint", segment="L4-L5", side=Side.LEFT),),
    agent=BlockAgent(name="bupivacaine", concentration_percent=0.5, volume_ml=0.5),
)  # fmt: skip
ABLATION = Procedure(
    name="lumbar_medial_branch_radiofrequency", complaint="main", body=InjectionBody()
)


def write(here: Practice, statement: Any, *, minutes_ago: float = 0) -> str:
    at = datetime.now(UTC) - timedelta(minutes=minutes_ago)
    entry = append_entry(
        chart=here.patient.chart_id, statement=statement, author=str(here.user.pk),
        role=Role.PHYSICIAN, provenance=Provenance.CLINICIAN_FOUND, occurred_at=at,
        knowledge=knowledge(),
    )  # fmt: skip
    return entry.id


def with_block(minutes_ago: float) -> tuple[Practice, Any]:
    here = practice(None)
    pain = Complaint(name="main", presentation="axial_low_back", nrs_average=7)
    write(here, pain, minutes_ago=minutes_ago + 60)
    block = write(here, BLOCK, minutes_ago=minutes_ago)
    return here, phone(here, Scope.DIARY, subject=block)


def readings(here: Practice) -> list[Any]:
    return [e.statement.reading for e in said(here) if isinstance(e.statement, DiaryReading)]


@pytest.mark.parametrize("name", ["lidocaine", "bupivacaine", "ropivacaine"])
def test_the_diary_asks_within_the_working_time_of_the_agent_and_once_after_it(name: str) -> None:
    agent = knowledge().agents[name]
    minutes = diary_minutes(agent, knowledge().agents.values(), rules_of(knowledge()))
    onset, end = agent.onset_minutes[1], agent.duration_minutes[1]
    assert list(minutes) == sorted(set(minutes))
    assert minutes[0] == pytest.approx(onset, abs=2.5)
    assert minutes[-2] == pytest.approx(end, abs=2.5) and minutes[-1] > end


def test_an_agent_that_is_not_known_is_asked_for_as_long_as_any_may_work() -> None:
    agents = knowledge().agents.values()
    minutes = diary_minutes(None, agents, rules_of(knowledge()))
    assert minutes[-2] == max(a.duration_minutes[1] for a in agents)


def test_a_slot_is_coming_due_missed_or_answered() -> None:
    rules, start = rules_of(knowledge()), datetime(2026, 3, 1, 10, tzinfo=UTC)
    now = start + timedelta(minutes=125)
    slots = diary_slots(start, (20, 60, 120, 180), {1}, rules, now=now)
    assert [s.state for s in slots] == ["answered", "missed", "due", "coming"]


def test_the_answer_of_now_carries_its_own_minute_and_the_earlier_ones_are_shown(
    sqlite: str,
) -> None:
    here, device = with_block(minutes_ago=22)
    address = device.get(reverse("diary"))["Location"]
    page = device.get(address).content.decode()
    assert "Lower back" in page and "Before the injection it was" in page
    assert device.post(address, {"nrs": "3"}).status_code == 302
    (reading,) = readings(here)
    assert (reading.nrs, reading.late) == (3, False) and 21 < reading.minutes < 24
    waiting = device.get(reverse("diary"))
    assert waiting.status_code == 200 and b"The next answer is due at" in waiting.content
    device.post(address, {"nrs": "4"})
    (corrected,) = readings(here)
    assert (corrected.nrs, corrected.minutes) == (4, reading.minutes)


def test_a_missed_answer_may_be_given_late_and_is_marked_so(sqlite: str) -> None:
    here, device = with_block(minutes_ago=24 * 60)
    assert b"missed" in device.get(reverse("diary")).content
    device.post(reverse("diary_slot", args=[2]), {"nrs": "5"})
    (reading,) = readings(here)
    rules, agents = rules_of(knowledge()), knowledge().agents
    minutes = diary_minutes(agents["bupivacaine"], agents.values(), rules)
    assert reading.late and reading.minutes == minutes[1]


def test_what_has_not_come_cannot_be_answered_and_nothing_is_no_answer(sqlite: str) -> None:
    here, device = with_block(minutes_ago=22)
    assert device.post(reverse("diary_slot", args=[5]), {"nrs": "1"})["Location"] == reverse(
        "diary"
    )
    answer = device.post(reverse("diary_slot", args=[1]), {})
    assert answer.status_code == 422 and b"Please answer this" in answer.content
    assert device.post(reverse("diary_slot", args=[1]), {"nrs": "11"}).status_code == 422
    assert readings(here) == []


def test_a_diary_of_no_block_or_of_another_patients_block_is_not_there(sqlite: str) -> None:
    here, _ = with_block(minutes_ago=22)
    block = next(e.id for e in said(here) if isinstance(e.statement, DiagnosticBlock))
    other = practice(None)
    assert phone(other, Scope.DIARY, subject=block).get(reverse("diary")).status_code == 404
    assert phone(here, Scope.DIARY, subject="").get(reverse("diary")).status_code == 404
    assert phone(here, Scope.MEASURES).get(reverse("diary")).status_code == 404


def test_measures_are_scored_and_shown_back_without_advice(sqlite: str) -> None:
    here = practice(None)
    pain = Complaint(name="main", presentation="axial_low_back", nrs_average=7)
    write(here, pain, minutes_ago=90 * 24 * 60)
    write(here, ABLATION, minutes_ago=31 * 24 * 60)
    device = phone(here, Scope.MEASURES)
    address = device.get(reverse("measures"))["Location"]
    sent = (
        {"nrs": "3"},
        {"peg_pain": "3", "peg_enjoyment": "4", "peg_activity": "2"},
        {"pgic": "2"},
    )
    for data in sent:
        address = device.post(address, data)["Location"]
    assert address == reverse("measures")
    page = device.get(address)
    (course,) = page.context["course"].pains
    assert [nrs for _, nrs in course.rows] == ["7", "3"] and "when" in course.picture
    said_now = [e.statement for e in said(here) if isinstance(e.statement, Questionnaire)]
    assert {q.instrument for q in said_now} == {"nrs", "peg", "pgic"}
    assert [q.complaint for q in said_now if q.instrument == "nrs"] == ["main"]
    assert device.post(reverse("measures_finish"))["Location"] == reverse("thanks")
    assert Link.objects.get().closed_at is not None
    assert device.get(reverse("measures")).status_code == 404


def test_a_questionnaire_left_empty_is_not_asked_for_ever(sqlite: str) -> None:
    here = practice(None)
    device = phone(here, Scope.MEASURES)
    address = device.get(reverse("measures"))["Location"]
    while address != reverse("measures"):
        address = device.post(address, {"nrs": "4"} if "/1/" in address else {})["Location"]
    assert device.get(address).status_code == 200


def test_measures_that_were_cut_short_go_on_where_they_stopped(sqlite: str) -> None:
    here = practice(None)
    device = phone(here, Scope.MEASURES)
    device.post(device.get(reverse("measures"))["Location"], {"nrs": "4"})
    assert device.get(reverse("measures"))["Location"] == reverse("measure", args=[2])
    again = device.get(reverse("measure", args=[1])).content.decode()
    assert 'value="4"' in again and "checked" in again


def test_a_link_is_made_for_a_block_sent_again_and_shown_as_a_code(sqlite: str) -> None:
    here, device = with_block(minutes_ago=22)
    links = here.address("links/")
    refused = here.physician.post(links, {"scope": "diary", "subject": ""})
    assert refused.status_code == 422 and b"Choose the block" in refused.content
    (link,) = Link.objects.all()
    page = here.physician.post(f"{links}{link.pk}/again/")
    assert b'class="qr"' in page.content and b"link-address" in page.content
    assert device.get(reverse("diary")).status_code == 404, "the old link has ended"
    assert here.outsider.post(f"{links}{link.pk}/again/").status_code == 404
    assert Link.objects.filter(subject=link.subject).count() == 2
