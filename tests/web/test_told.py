"""What patients told: seen by the treating team, confirmed or corrected line by line."""

from __future__ import annotations

from typing import Any

from django.test import Client
from django.urls import reverse

from needlepoint.core.chart import Complaint, Provenance, Retraction, Role, State, Symptom
from needlepoint.core.record import fold
from needlepoint.store.models import Intake
from needlepoint.store.reading import chart_from_store
from web.intake import begin, phone, said, walk
from web.people import looks, practice


def told(here: Any) -> Any:
    return here.physician.get(here.address("told/"))


def line(here: Any, kind: type, **fields: Any) -> str:
    """The field of the first entry of a kind with these values."""
    entry = next(
        e for e in said(here)
        if isinstance(e.statement, kind)
        and all(getattr(e.statement, k) == v for k, v in fields.items())
    )  # fmt: skip
    return f"line-{entry.id}"


def test_an_intake_appears_in_the_inbox_of_the_treating_team_alone(sqlite: str) -> None:
    here = practice(None)
    device = phone(here)
    walk(device, begin(device), until="medicines")
    rows = here.physician.get(reverse("inbox")).context["rows"]
    assert [(r.patient_id, r.state) for r in rows] == [(here.patient.pk, "being answered")]
    assert list(here.outsider.get(reverse("inbox")).context["rows"]) == []
    assert here.outsider.get(here.address("told/")).status_code == 404
    assert told(here).status_code == 200
    assert ("intake told", "allowed") in looks(here.patient.pk)


def test_right_writes_it_down_as_found_and_the_differential_does_not_move(sqlite: str) -> None:
    here = practice(None)
    device = phone(here)
    walk(device, begin(device))
    chart = chart_from_store(here.patient.chart_id)
    before = fold(chart, as_of=chart.as_of)
    answer = here.physician.post(here.address("told/"), {"all": "on", "once": "k1"})
    assert answer.status_code == 302
    chart = chart_from_store(here.patient.chart_id)
    after = fold(chart, as_of=chart.as_of)
    assert told(here).context["page"].count == 0
    assert [c.complaint for c in before.complaints] == [c.complaint for c in after.complaints]
    assert {(s.statement.name, s.statement.state) for s in before.findings} == {
        (s.statement.name, s.statement.state) for s in after.findings
    }
    found = [e for e in after.entries if isinstance(e.statement, Complaint)]
    assert [e.provenance for e in found] == [Provenance.CLINICIAN_FOUND]
    assert {e.role for e in found} == {Role.PHYSICIAN}


def test_opposite_and_not_so_correct_what_the_patient_said(sqlite: str) -> None:
    here = practice(None)
    device = phone(here)
    walk(device, begin(device))
    form = {
        line(here, Symptom, name="fever"): "opposite",
        line(here, Symptom, name="history_of_cancer"): "not_so",
    }
    here.physician.post(here.address("told/"), {**form, "once": "k2"})
    here.physician.post(here.address("told/"), {**form, "once": "k2"})
    chart = chart_from_store(here.patient.chart_id)
    record = fold(chart, as_of=chart.as_of)
    assert record.state_of("fever") is State.PRESENT
    assert record.state_of("history_of_cancer") is State.UNEXAMINED
    by_staff = [e for e in chart.entries if e.role is Role.PHYSICIAN]
    assert sum(isinstance(e.statement, Retraction) for e in by_staff) == 2


def test_what_a_clinician_settled_is_not_said_again_by_the_same_form(sqlite: str) -> None:
    here = practice(None)
    device = phone(here)
    walk(device, begin(device), until="treatments")
    here.physician.post(here.address("told/"), {"all": "on", "once": "k3"})
    entries = len(said(here))
    for name in ("strength-1", "drawing-1", "flags-1"):
        page = device.get(reverse("intake_step", args=[name])).context["form"]
        sent = {n: page.data.getlist(n) for n in page.fields if page.data.getlist(n)}
        assert device.post(reverse("intake_step", args=[name]), sent).status_code == 302
    assert len(said(here)) == entries
    changed = {"place": "neck", "side": "right"}
    answer = device.post(reverse("intake_step", args=["place-1"]), changed)
    assert answer.status_code == 302, "the clinician's word stands, and the patient goes on"


def test_what_cannot_wait_stands_first_until_somebody_has_acted(sqlite: str) -> None:
    here = practice(None)
    device = phone(here)
    walk(device, begin(device), until="thoughts")
    device.post(reverse("intake_step", args=["thoughts"]), {"thoughts": "yes"})
    assert [r.is_raised for r in here.physician.get(reverse("inbox")).context["rows"]] == [True]
    assert b"Call today" in told(here).content
    assert here.outsider.post(here.address("told/seen/")).status_code == 404
    here.physician.post(here.address("told/seen/"))
    assert [r.is_raised for r in here.physician.get(reverse("inbox")).context["rows"]] == [False]
    assert Intake.objects.get().seen_by == here.user


def test_an_intake_that_was_gone_through_leaves_the_inbox(sqlite: str) -> None:
    here = practice(None)
    device = phone(here)
    walk(device, begin(device))
    device.post(reverse("intake_review"))
    assert len(here.physician.get(reverse("inbox")).context["rows"]) == 1
    here.physician.post(here.address("told/reviewed/"))
    assert list(here.physician.get(reverse("inbox")).context["rows"]) == []


def test_a_second_intake_is_a_new_one_and_names_its_pains_apart(sqlite: str) -> None:
    here = practice(None)
    for _ in range(2):
        device = phone(here)
        walk(device, begin(device))
        device.post(reverse("intake_review"))
    names = [e.statement.name for e in said(here) if isinstance(e.statement, Complaint)]
    assert names == ["pain 1", "pain 1 of intake 2"]


def test_a_patients_device_sees_no_other_patient(sqlite: str) -> None:
    first, second = practice(None), practice("lumbar/facet_or_sacroiliac")
    device = phone(first)
    walk(device, begin(device), until="more")
    other = phone(second)
    shown = other.get(begin(other)).content + other.get(reverse("intake_review")).content
    assert b"moving house" not in shown
    assert Client().get(reverse("intake_step", args=["place-1"])).status_code == 404


def test_an_answer_that_cannot_wait_is_raised_again_after_it_was_seen(sqlite: str) -> None:
    here = practice(None)
    device = phone(here)
    walk(device, begin(device), until="thoughts")
    for _ in range(2):
        device.post(reverse("intake_step", args=["thoughts"]), {"thoughts": "yes"})
        assert [r.is_raised for r in here.physician.get(reverse("inbox")).context["rows"]] == [True]
        here.physician.post(here.address("told/seen/"))


def test_a_link_that_sends_faster_than_a_person_is_stopped(sqlite: str, monkeypatch: Any) -> None:
    from needlepoint.web.phone import views

    here = practice(None)
    device = phone(here)
    begin(device)
    monkeypatch.setattr(views, "may_try", lambda *a, **k: False)
    answer = device.post(reverse("intake_step", args=["consent"]), {"agree": "yes"})
    assert answer.status_code == 403 and said(here) == []
