"""The intake: what a patient answers on a phone stands in the chart, once, as the patient's word."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import yaml
from django.urls import reverse

from needlepoint.core.chart import Provenance, Role, State
from needlepoint.core.medicines import medicines_of
from needlepoint.core.record import fold
from needlepoint.store.models import Intake, Link
from needlepoint.store.reading import chart_from_store
from needlepoint.web import intake as package
from needlepoint.web.shell.parts import knowledge
from web.intake import ANSWERS, begin, phone, said, walk
from web.people import looks, practice

FOLDER = Path(package.__file__).parent


def page(name: str) -> str:
    return reverse("intake_step", args=[name])


def of_kind(here: Any, kind: str) -> list[Any]:
    return [e.statement for e in said(here) if e.statement.kind == kind]


@pytest.mark.parametrize("language", ["en", "es"])
def test_a_whole_intake_stands_in_the_chart_as_the_patients_word(
    sqlite: str, language: str
) -> None:
    here = practice(None)
    device = phone(here)
    assert walk(device, begin(device, language)) == reverse("intake_review")
    review = device.get(reverse("intake_review")).content.decode()
    assert "Eliquis 5 mg twice a day" in review and f'lang="{language}"' in review
    assert device.post(reverse("intake_review"))["Location"] == reverse("thanks")
    entries = said(here)
    assert {e.role for e in entries} == {Role.PATIENT}
    assert {e.provenance for e in entries} == {Provenance.PATIENT_SAID}
    (pain,) = of_kind(here, "complaint")
    assert (pain.presentation, pain.nrs_average, pain.duration_months) == ("axial_low_back", 6, 24)
    (drawn,) = of_kind(here, "pain_drawing")
    assert drawn.complete and [m.quality for m in drawn.marks] == ["aching", "burning"]
    assert drawn.worst.zone == "lumbar_paravertebral_l4_l5"
    (tried,) = of_kind(here, "earlier_treatment")
    assert (tried.relief_percent, tried.reason_stopped) == (20, "did not help")
    assert {q.instrument for q in of_kind(here, "questionnaire")} == {"peg", "phq4"}
    intake = Intake.objects.get()
    assert intake.submitted_at is not None and intake.answers == {}
    assert Link.objects.get().closed_at is not None
    assert device.get(reverse("intake")).status_code == 404
    assert ("intake page", "allowed") in looks(here.patient.pk)


def test_what_the_patient_said_reaches_the_differential_and_the_medicines(sqlite: str) -> None:
    here = practice(None)
    device = phone(here)
    walk(device, begin(device))
    chart = chart_from_store(here.patient.chart_id)
    record = fold(chart, as_of=chart.as_of)
    medicines = medicines_of(record, knowledge().guidance.vocabulary)
    (thinner,) = medicines.of("anticoagulant")
    assert thinner.ingredient == "apixaban" and thinner.last_taken is not None
    assert medicines.is_complete
    answer = here.physician.get(here.address("pain-source/"))
    assert answer.context["page"].pain is not None


def test_going_back_shows_what_was_answered_and_a_correction_takes_it_back(sqlite: str) -> None:
    here = practice(None)
    device = phone(here)
    walk(device, begin(device), until="more")
    assert b"moving house" in device.get(page("time-1")).content
    device.post(page("place-1"), {"place": "neck", "side": "right"})
    (pain,) = of_kind(here, "complaint")
    assert pain.presentation == "neck" and pain.nrs_average == 6


def test_a_page_sent_twice_writes_once(sqlite: str) -> None:
    here = practice(None)
    device = phone(here)
    walk(device, begin(device), until="more")
    before = len(said(here))
    for name in ("strength-1", "drawing-1"):
        for _ in range(2):
            device.post(page(name), ANSWERS[name.partition("-")[0]])
    device.post(page("feel-1"), ANSWERS["feel"])
    assert len(said(here)) == before
    assert len(of_kind(here, "complaint")) == len(of_kind(here, "pain_drawing")) == 1


def test_after_a_dead_phone_a_new_link_goes_on_where_it_stopped(sqlite: str) -> None:
    here = practice(None)
    device = phone(here)
    walk(device, begin(device), until="medicines")
    again = phone(here)
    assert again.get(reverse("intake"))["Location"] == page("medicines")
    assert b"moving house" in again.get(page("time-1")).content
    walk(again, page("medicines"))
    assert len(of_kind(here, "complaint")) == 1


def test_what_was_not_answered_or_not_known_stays_unexamined(sqlite: str) -> None:
    here = practice(None)
    device = phone(here)
    walk(device, begin(device), {"flags": {"fever": "unsure"}, "conditions": {"diabetes": "unsure"},
                                 "thoughts": {}, "pregnancy": {"pregnant": "na"}})  # fmt: skip
    names = {s.name for s in of_kind(here, "symptom")}
    assert "fever" not in names and "suicidal_thoughts" not in names
    assert of_kind(here, "condition") == []
    chart = chart_from_store(here.patient.chart_id)
    assert fold(chart, as_of=chart.as_of).state_of("fever") is State.UNEXAMINED


def test_no_other_allergy_holds_only_where_nothing_was_left_open(sqlite: str) -> None:
    here = practice(None)
    device = phone(here)
    listed = yaml.safe_load((FOLDER.parent / "phone" / "lists.yaml").read_text())["allergies"]
    begin(device)
    device.post(page("consent"), {"agree": "yes"})
    no = {name: "no" for name in listed}
    device.post(page("allergies"), {**no, "latex": "unsure", "others": "no"})
    assert "other" not in {a.substance for a in of_kind(here, "allergy")}
    device.post(page("allergies"), {**no, "others": "no"})
    assert "other" in {a.substance for a in of_kind(here, "allergy")}
    device.post(page("allergies"), {**no, "others": "yes", "which": "penicillin: rash"})
    assert {"other"} & {a.substance for a in of_kind(here, "allergy")} == set()


@pytest.mark.parametrize("language", ["en", "es"])
def test_thoughts_of_self_harm_show_help_at_once_and_reach_the_clinic(
    sqlite: str, language: str, settings: Any
) -> None:
    settings.CRISIS_LINE = "555 0100"
    here = practice(None)
    device = phone(here)
    walk(device, begin(device, language), until="thoughts")
    answer = device.post(page("thoughts"), {"thoughts": "yes"})
    assert answer["Location"] == reverse("intake_help")
    shown = device.get(answer["Location"]).content.decode()
    assert "555 0100" in shown and 'href="tel:555 0100"' in shown
    assert Intake.objects.get().raised_at is not None
    chart = chart_from_store(here.patient.chart_id)
    assert fold(chart, as_of=chart.as_of).state_of("suicidal_thoughts") is State.PRESENT


def test_a_number_that_the_clinic_has_not_set_is_not_invented(sqlite: str) -> None:
    here = practice(None)
    device = phone(here)
    begin(device)
    device.post(page("consent"), {"agree": "yes"})
    assert b"tel:" not in device.get(reverse("intake_help")).content


def test_an_alarm_of_a_questionnaire_is_not_undone_by_a_no_on_a_later_page(sqlite: str) -> None:
    here = practice(None)
    device = phone(here)
    low = {"gad1": "0", "gad2": "0", "phq1": "2", "phq2": "2"}
    long = {f"phq{n}": "0" for n in range(1, 9)} | {"phq1": "2", "phq2": "2", "phq9": "1"}
    answers = {"measure-1": {f"peg_{n}": "5" for n in ("pain", "enjoyment", "activity")},
               "measure-2": low, "measure-3": long}  # fmt: skip
    address = walk(device, begin(device), answers)
    assert address == reverse("intake_help")
    device.post(page("thoughts"), {"thoughts": "no"})
    chart = chart_from_store(here.patient.chart_id)
    assert fold(chart, as_of=chart.as_of).state_of("suicidal_thoughts") is State.PRESENT


def test_the_sign_of_an_emergency_says_to_see_a_doctor_today_once(sqlite: str) -> None:
    here = practice(None)
    device = phone(here)
    walk(device, begin(device), until="flags-2")
    sent = {"urinary_retention": "yes", "saddle_anaesthesia": "yes"}
    assert device.post(page("flags-2"), sent)["Location"] == reverse("intake_urgent")
    assert Intake.objects.get().raised_at is not None
    assert device.post(page("flags-2"), sent)["Location"] == page("flags-3")


def test_who_does_not_agree_is_asked_nothing(sqlite: str) -> None:
    here = practice(None)
    device = phone(here)
    begin(device)
    assert device.get(page("place-1"))["Location"] == page("consent")
    device.post(page("consent"), {"agree": "no"})
    assert device.get(page("place-1"))["Location"] == reverse("intake_declined")
    assert [s.given for s in of_kind(here, "consent")] == [False]
    assert device.get(reverse("intake_declined")).status_code == 200


def test_another_pain_is_told_and_taken_back(sqlite: str) -> None:
    here = practice(None)
    device = phone(here)
    more = {"more-1": {"more": "yes"}, "place-2": {"place": "knee", "side": "both"},
            "drawing-2": {"zones": ["anterior_knee:right"], "brush": "burning"}, "feel-2": {}}  # fmt: skip
    walk(device, begin(device), more)
    assert [c.name for c in of_kind(here, "complaint")] == ["pain 1", "pain 2"]
    device.post(page("more-1"), {"more": "no"})
    assert [c.name for c in of_kind(here, "complaint")] == ["pain 1"]
    assert {d.complaint for d in of_kind(here, "pain_drawing")} == {"pain 1"}


def test_strokes_are_kept_as_drawn_and_rubbish_is_left_out(sqlite: str) -> None:
    here = practice(None)
    device = phone(here)
    walk(device, begin(device), until="drawing")
    lines = [{"view": "back", "points": [[0.4, 0.3], [0.41, 0.32]], "quality": "burning"},
             {"view": "back", "points": [[4, 0.3]], "quality": "burning"}, {"view": "up"}, 7]  # fmt: skip
    device.post(page("drawing-1"), {
        "zones": ["groin:left"], "qualities": json.dumps({"groin:left": "burning", "x": "<b>"}),
        "strokes": json.dumps({"strokes": lines}), "worst": "groin:left"})  # fmt: skip
    (drawn,) = of_kind(here, "pain_drawing")
    assert len(drawn.strokes) == 1 and drawn.strokes[0].points == ((0.4, 0.3), (0.41, 0.32))
    assert drawn.marks[0].quality == "burning" and not drawn.complete


@pytest.mark.parametrize(
    ("name", "sent", "says"),
    [
        ("place-1", {"side": "left"}, "Please answer this"),
        ("place-1", {"place": "moon"}, "Please choose one"),
        ("time-1", {"number": "soon", "unit": "days"}, "Write a number"),
        ("time-1", {"number": "900", "unit": "years"}, "Write a number"),
        ("drawing-1", {"brush": "aching"}, "Paint or tick"),
        ("drawing-1", {"zones": ["moon:left"]}, "Please choose one"),
    ],
)
def test_a_refused_page_says_what_to_change(
    sqlite: str, name: str, sent: dict[str, Any], says: str
) -> None:
    here = practice(None)
    device = phone(here)
    walk(device, begin(device), until=name)
    answer = device.post(page(name), sent)
    assert answer.status_code == 422 and says in answer.content.decode()
    typed = sent.get("number")
    assert typed is None or f'value="{typed}"' in answer.content.decode()


def test_no_log_carries_an_answer(sqlite: str, caplog: Any, capsys: Any) -> None:
    here = practice(None)
    device = phone(here)
    walk(device, begin(device), {"goal": {"goal": "Quintessence"}})
    written = caplog.text + "".join(capsys.readouterr())
    assert "Quintessence" not in written and "Eliquis" not in written


def test_every_question_is_a_finding_and_has_words_in_both_languages() -> None:
    data = yaml.safe_load((FOLDER / "questions.yaml").read_text())
    asked = [*data["about"].items(), *(one for t in data["topics"] for one in t["ask"].items())]
    for name, pair in asked:
        assert knowledge().findings[name].station == "history", name
        assert len(pair) == 2 and all(pair), name
    topics = {name for t in data["topics"] for name in t["ask"]}
    for flag in knowledge().red_flags:
        for name in flag.ask:
            if knowledge().findings[name].station == "history":
                assert name in topics | set(data["about"]) | {"suicidal_thoughts"}, name


def test_every_place_is_a_presentation_and_every_list_is_known() -> None:
    places = yaml.safe_load((FOLDER.parent / "phone" / "places.yaml").read_text())
    assert set(places) == set(knowledge().presentations)
    lists = yaml.safe_load((FOLDER.parent / "phone" / "lists.yaml").read_text())
    safety = knowledge().guidance.safety
    assert set(lists["conditions"]) <= set(safety.conditions)
    assert set(lists["implants"]) <= set(safety.devices)


def test_every_word_of_a_patients_page_is_there_in_both_languages() -> None:
    import re

    from needlepoint.web.phone import words as module

    spoken = yaml.safe_load(Path(module.__file__).with_name("words.yaml").read_text())
    web = FOLDER.parent
    used = {
        key
        for folder in ("phone", "intake", "diary", "measures")
        for path in (web / folder / "templates").rglob("*.html")
        for key in re.findall(r"\bt\.(\w+)", path.read_text())
    }
    assert used <= set(spoken)
    assert all(len(pair) == 2 and all(pair) for pair in spoken.values())
