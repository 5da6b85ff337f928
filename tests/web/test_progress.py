"""Progress: charts equal their tables, change is told in words, an alarm stays until it is answered."""

from __future__ import annotations

import html
import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from needlepoint.core.chart import (
    AdverseEvent,
    Attestation,
    Complaint,
    Medication,
    OtherBody,
    Procedure,
    Provenance,
    Questionnaire,
    Role,
)
from needlepoint.web.progress.charts import ReliefPoint, relief_chart
from web.people import Practice, entries, practice


def write(here: Practice, *said: tuple[float, Any]) -> None:
    from needlepoint.store.writing import append_entry

    for days_ago, statement in said:
        append_entry(
            chart=here.patient.chart_id, statement=statement, author=str(here.user.pk),
            role=Role.PHYSICIAN, provenance=Provenance.PATIENT_SAID,
            occurred_at=datetime.now(UTC) - timedelta(days=days_ago),
        )  # fmt: skip


def nrs(score: float) -> Questionnaire:
    return Questionnaire(instrument="NRS", score=score)


RF = Procedure(name="lumbar_medial_branch_radiofrequency", body=OtherBody(details="80 C"))


def treated() -> Practice:
    here = practice(None)
    write(
        here, (500, Complaint(name="pain", presentation="axial_low_back")), (400, nrs(8)),
        (390, RF), (300, nrs(2)), (200, nrs(6)),
        (390, Medication(name="oxycodone", dose="10 mg", frequency="twice a day")),
        (300, Medication(name="oxycodone", dose="5 mg", frequency="twice a day")),
        (380, AdverseEvent(name="neuritis", severity="mild")),
    )  # fmt: skip
    return here


def text_of(answer: Any) -> str:
    return re.sub(r"\s+", " ", html.unescape(answer.content.decode()))


def test_the_relief_of_a_procedure_is_told_with_when_it_came_back(sqlite: str) -> None:
    here = treated()
    answer = here.physician.get(here.address("progress/"))
    page = answer.context["page"]
    (row,) = page.responses
    # By hand: 8 to 2 is 75 %, 8 to 6 is 25 %; 90 and 190 days of 30.4375 are 3.0 and 6.2 months.
    assert (row.before, row.best, row.last, row.state) == (
        "8/10", "75 %", "25 %", "not a responder now",
    )  # fmt: skip
    assert (row.held, row.returned) == ("3.0 months", "by 6.2 months")
    assert all(word in text_of(answer) for word in (row.before, row.best, row.last, row.held))


def test_every_chart_holds_what_its_table_prints(sqlite: str) -> None:
    here = treated()
    answer = here.physician.get(here.address("progress/"))
    page, said = answer.context["page"], text_of(answer)
    for card in page.series:
        drawn = [v["value"] for v in card.spec["data"]["values"]]
        assert drawn == [p.value for p in card.points]
        assert all(f"{p.value:g}" in said for p in card.points)
    curves = page.relief_spec["layer"][0]["data"]["values"]
    assert [v["percent"] for v in curves] == [round(p.percent, 1) for p in page.relief]
    assert [v["value"] for v in page.opioid_spec["data"]["values"]] == [30, 15]
    assert [o.mme for o in page.opioids] == ["30", "15"]
    assert page.pains[0].course.done[0].what in said


def test_change_is_measured_against_what_patients_notice(sqlite: str) -> None:
    here = practice(None)
    write(here, (30, nrs(8)), (1, nrs(7)))
    (card,) = here.physician.get(here.address("progress/")).context["page"].series
    assert "1 point better than at first" in card.change and "less than patients" in card.change
    write(here, (0, nrs(3)))
    (card,) = here.physician.get(here.address("progress/")).context["page"].series
    assert "5 points better" in card.change and "as much as patients notice" in card.change


def test_a_follow_up_that_nobody_measured_has_one_thing_to_do(sqlite: str) -> None:
    here = treated()
    page = here.physician.get(here.address("progress/")).context["page"]
    after = [f for f in page.follow_ups if not f.is_before]
    # Day 90 lies in the window of three months and day 190 in that of six; only pain was scored.
    assert [(f.label.split(" after")[0], f.word) for f in after] == [
        ("1 month", "missed"), ("3 months", "missed in part"), ("6 months", "missed in part"),
        ("12 months", "open"),
    ]  # fmt: skip
    assert after[3].does == "send" and "Link not sent" in after[3].detail
    assert page.completeness == "0 of 3 follow-ups answered in full, 2 in part, 1 missed."
    form = {"instrument": "nrs", "score": "4", "complaint": "pain", "on": "", "once": ""}
    assert here.physician.post(here.address("progress/score/"), form).status_code == 302
    page = here.physician.get(here.address("progress/")).context["page"]
    assert page.follow_ups[-1].word == "answered in part"
    assert page.follow_ups[-1].detail.startswith("Open: PEG")


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        ({"score": "11"}, "runs from 0 to 10"),
        ({"score": ""}, "Score: say it."),
        ({"score": "4", "on": "2199-01-01"}, "has not come yet"),
    ],
)
def test_a_refused_score_says_what_to_change(sqlite: str, typed: dict[str, str], says: str) -> None:
    here = practice(None)
    form = {"instrument": "nrs", "complaint": "", "on": "", "once": "", **typed}
    answer = here.physician.post(here.address("progress/score/"), form)
    assert answer.status_code == 422 and says in text_of(answer)
    assert entries(here.patient.pk) == []


def test_an_answer_about_self_harm_stays_until_somebody_says_what_was_done(sqlite: str) -> None:
    here = practice(None)
    write(here, (0.01, Questionnaire(instrument="PHQ-9", answers={"phq9": 1})))
    assert "Act today" in text_of(here.physician.get(here.address("progress/")))
    silent = here.physician.post(here.address("progress/seen/"), {"note": ""})
    assert silent.status_code == 422 and "the alarm stays until then" in text_of(silent)
    assert here.coordinator.post(here.address("progress/seen/"), {"note": "spoke"}).status_code in (
        403,
        404,
    )
    here.physician.post(here.address("progress/seen/"), {"note": "Seen with the crisis team"})
    assert "Act today" not in text_of(here.physician.get(here.address("progress/")))
    said = [e for e in entries(here.patient.pk) if isinstance(e, Attestation)]
    assert said[0].note == "Seen with the crisis team"
    write(here, (0, Questionnaire(instrument="PHQ-9", answers={"phq9": 2})))
    assert "Act today" in text_of(here.physician.get(here.address("progress/")))


def test_an_empty_chart_teaches_what_to_measure(sqlite: str) -> None:
    here = practice(None)
    said = text_of(here.physician.get(here.address("progress/")))
    assert "Nothing has been measured yet" in said and "does not mean that there was none" in said


@pytest.mark.parametrize("months", [[], [1.1], [0.2, 14.5], [61.0]])
def test_the_months_of_a_relief_curve_are_whole_and_hold_every_point(months: list[float]) -> None:
    points = [ReliefPoint(procedure="p", months=m, percent=50) for m in months]
    along = relief_chart(points, 50)["layer"][0]["encoding"]["x"]
    assert along["scale"]["domain"][1] >= max(months, default=0)
    marks = along["axis"]["values"]
    assert all(isinstance(m, int) for m in marks) and 4 <= len(marks) <= 13
