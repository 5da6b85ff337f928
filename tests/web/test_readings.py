"""No, not that one: what a patient does not confirm stays in the patient's words and is asked about."""

from __future__ import annotations

from typing import Any

import pytest
from django.urls import reverse

from needlepoint.core.chart import (
    Allergy,
    EarlierTreatment,
    Medication,
    Provenance,
    Retraction,
    Role,
    State,
)
from needlepoint.core.medicines import medicines_of
from needlepoint.core.record import fold
from needlepoint.store.reading import chart_from_store
from needlepoint.web.intake.readings import mark_of
from needlepoint.web.shell.parts import knowledge
from web.intake import begin, phone, said, walk
from web.people import practice


def page(name: str) -> str:
    return reverse("intake_step", args=[name])


def of_kind(here: Any, kind: str) -> list[Any]:
    return [e.statement for e in said(here) if e.statement.kind == kind]


def record_of(here: Any) -> Any:
    chart = chart_from_store(here.patient.chart_id)
    return fold(chart, as_of=chart.as_of)


def medicines_page(here: Any, typed: str, said_of: dict[str, str], language: str = "en") -> Any:
    """The intake up to the medicines, the list typed, and the reading answered."""
    device = phone(here)
    walk(device, begin(device, language), until="medicines")
    device.post(page("medicines"), {"list": typed, "nothing_else": "on"})
    shown = device.get(page("understood")).content.decode()
    sent = {f"which-{mark_of(line)}": answer for line, answer in said_of.items()}
    assert device.post(page("understood"), sent).status_code == 302
    return device, shown


@pytest.mark.parametrize(("language", "no"), [("en", "No, not that one"), ("es", "No, esa no")])
def test_a_misspelt_medicine_can_be_refused_and_then_clears_nothing(
    sqlite: str, language: str, no: str
) -> None:
    here = practice(None)
    _, shown = medicines_page(here, "apixiban", {"apixiban": "none"}, language)
    assert no in shown and ("apixabán" if language == "es" else "Is it apixaban?") in shown
    (one,) = [m for m in of_kind(here, "medication") if m.name != "none"]
    assert (one.name, one.not_meant) == ("apixiban", ("apixaban",))
    read = medicines_of(record_of(here), knowledge().guidance.vocabulary)
    assert read.is_complete and read.of("anticoagulant") == ()
    assert read.state(knowledge().guidance.vocabulary, "anticoagulant")[0] is State.UNEXAMINED


@pytest.mark.parametrize(
    ("typed", "answer", "name", "not_meant"),
    [
        ("apixiban 5 mg bid", "yes", "apixaban", ()),
        ("apixiban 5 mg bid", "unsure", "apixiban 5 mg bid", ("apixaban",)),
        ("apixiban 5 mg bid", "", "apixiban 5 mg bid", ()),
        ("Eliquis 5 mg", "on", "Eliquis 5 mg", ("apixaban",)),
        ("prednison 5 mg", "prednisone", "prednisone", ()),
        ("prednison 5 mg", "none", "prednison 5 mg", ("prednisone", "prednisolone")),
    ],
)
def test_each_answer_to_a_reading(
    sqlite: str, typed: str, answer: str, name: str, not_meant: tuple[str, ...]
) -> None:
    here = practice(None)
    medicines_page(here, typed, {typed: answer})
    (one,) = [m for m in of_kind(here, "medication") if m.name != "none"]
    assert (one.name, one.not_meant) == (name, not_meant)
    assert one.as_written == (typed if name != typed else None)
    if answer == "yes":
        assert (one.dose, one.frequency) == ("5 mg", "2 times a day")


def test_an_answer_stays_with_its_line_when_others_change_and_the_review_shows_it(
    sqlite: str,
) -> None:
    here = practice(None)
    device, _ = medicines_page(here, "apixiban\nLipitor 20", {"apixiban": "none"})
    device.post(page("medicines"), {"list": "Xarelto\napixiban\nLipitor 20"})
    meant = {m.name: m.not_meant for m in of_kind(here, "medication")}
    assert meant == {"Xarelto": (), "apixiban": ("apixaban",), "Lipitor 20": ()}
    review = device.get(reverse("intake_review")).content.decode()
    assert "apixiban: not that one" in review


@pytest.mark.parametrize(
    ("typed", "lines"),
    [
        ("- Eliquis 5 mg\n2) ibuprofen 400\n• 81 aspirin",
         ["Eliquis 5 mg", "ibuprofen 400", "81 aspirin"]),
        ("Eliquis 5 mg, metformin 850, mystery pill", ["Eliquis 5 mg", "metformin 850", "mystery pill"]),
        ("Eliquis 5 mg, twice a day", ["Eliquis 5 mg, twice a day"]),
        ("metformina 2,5 g; Lipitor", ["metformina 2,5 g", "Lipitor"]),
        ("5 mg Eliquis", ["5 mg Eliquis"]),
    ],
)  # fmt: skip
def test_pasted_lists_are_cut_into_medicines(sqlite: str, typed: str, lines: list[str]) -> None:
    here = practice(None)
    device = phone(here)
    walk(device, begin(device), until="medicines")
    device.post(page("medicines"), {"list": typed})
    assert [m.name for m in of_kind(here, "medication")] == lines


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        ("x" * 9000, "demasiado largo"),
        ("\n".join(f"pill {n}" for n in range(81)), "como máximo 80 líneas"),
        ("Eliquis " + "and something more " * 20, "línea aparte"),
    ],
)
def test_a_list_is_refused_with_a_word_and_never_cut(sqlite: str, typed: str, says: str) -> None:
    here = practice(None)
    device = phone(here)
    walk(device, begin(device, "es"), until="medicines")
    answer = device.post(page("medicines"), {"list": typed, "nothing_else": "on"})
    assert answer.status_code == 422 and says in answer.content.decode()
    assert of_kind(here, "medication") == [] and typed[:60] in answer.content.decode()


def test_forty_medicines_in_any_script_are_kept_as_written(sqlite: str) -> None:
    here = practice(None)
    lines = [f"vitamin {n}" for n in range(37)] + ["💊 ibuprofeno", "דואלוקסטין 30", "دواء"]
    medicines_page(here, "\n".join(lines), {})
    assert [m.name for m in of_kind(here, "medication") if m.name != "none"] == lines


def test_an_allergy_that_was_misread_is_refused_and_is_no_allergy_to_that(sqlite: str) -> None:
    here = practice(None)
    device = phone(here)
    walk(device, begin(device), until="allergies")
    sent = {"others": "yes", "which": "penicilin: rash\nlidocane: fainted\nbee stings"}
    device.post(page("allergies"), sent)
    shown = device.get(page("substances")).content.decode()
    assert "Is it penicillin?" in shown and "bee stings" not in shown
    answers = {"penicilin: rash": "yes", "lidocane: fainted": "none"}
    device.post(page("substances"), {f"which-{mark_of(k)}": v for k, v in answers.items()})
    found = {a.substance: a for a in of_kind(here, "allergy")}
    assert found["penicillin"].as_written == "penicilin: rash"
    assert found["penicillin"].reaction == "rash"
    assert found["lidocane"].not_meant == ("lidocaine",) and "bee stings" in found
    assert (
        "lidocane: fainted: not that one" in device.get(reverse("intake_review")).content.decode()
    )


def test_a_treatment_that_is_not_on_the_list_is_kept_in_the_patients_words(sqlite: str) -> None:
    here = practice(None)
    device = phone(here)
    walk(device, begin(device), until="treatments")
    device.post(page("treatments"), {"tried": ["tens"], "others": "ozone shots\n\nozone shots"})
    assert [t.treatment for t in of_kind(here, "earlier_treatment")] == ["ozone shots"]
    lines = told_lines(here)
    assert "is not a treatment we know" in lines["ozone shots"].asks


# --- the inbox ------------------------------------------------------------------------------------


def told_lines(here: Any) -> dict[str, Any]:
    groups = here.physician.get(here.address("told/")).context["page"].groups
    names = {e.id: _name(e.statement) for e in said(here)}
    return {names[line.entry]: line for group in groups for line in group.lines}


def _name(one: Any) -> str:
    words = ("treatment", "substance", "name", "device")
    return str(next((v for f in words if (v := getattr(one, f, None))), ""))


def an_unclear_intake() -> Any:
    here = practice(None)
    device, _ = medicines_page(here, "apixiban\nLipitor 20", {"apixiban": "none"})
    device.post(page("allergies"), {"others": "yes", "which": "lidocane"})
    device.post(page("substances"), {f"which-{mark_of('lidocane')}": "none"})
    device.post(page("treatments"), {"tried": [], "others": "ozone shots"})
    return here


def test_what_is_not_clear_is_a_question_and_the_rest_can_be_confirmed_at_once(sqlite: str) -> None:
    here = an_unclear_intake()
    lines = told_lines(here)
    assert {name for name, line in lines.items() if line.asks} == {
        "apixiban", "lidocane", "ozone shots"
    }  # fmt: skip
    here.physician.post(here.address("told/"), {"all": "on", "once": "k1"})
    assert set(told_lines(here)) == {"apixiban", "lidocane", "ozone shots"}
    right = {f"line-{lines['apixiban'].entry}": "right", "once": "k2"}
    answer = here.physician.post(here.address("told/"), right)
    assert answer.status_code == 422 and "not clear what is meant" in answer.content.decode()


def test_the_right_name_stands_with_the_patients_words_and_who_corrected(sqlite: str) -> None:
    here = an_unclear_intake()
    lines = told_lines(here)
    names = {"apixiban": "rivaroxaban 20 mg daily", "lidocane": "articaine",
             "ozone shots": "epidural_steroid_injection"}  # fmt: skip
    sent = {f"name-{lines[words].entry}": name for words, name in names.items()}
    for _ in range(2):  # a second click writes nothing
        here.physician.post(here.address("told/"), {**sent, "once": "k3"})
    found = [e for e in record_of(here).entries if e.role is Role.PHYSICIAN]
    by_kind = {type(e.statement): e for e in found}
    assert len(found) == 3
    assert {e.provenance for e in found} == {Provenance.CLINICIAN_FOUND}
    medicine = by_kind[Medication].statement
    assert (medicine.name, medicine.as_written) == ("rivaroxaban 20 mg daily", "apixiban")
    assert medicine.not_meant == ()
    assert by_kind[Allergy].statement.as_written == "lidocane"
    assert by_kind[EarlierTreatment].statement.as_written == "ozone shots"
    told = {e.id: e for e in chart_from_store(here.patient.chart_id).entries}
    back = [e.statement.entry for e in told.values() if isinstance(e.statement, Retraction)
            and e.role is Role.PHYSICIAN]  # fmt: skip
    assert {_name(told[one].statement) for one in back} == set(names)
    assert {told[one].provenance for one in back} == {Provenance.PATIENT_SAID}
    story = here.physician.get(here.address("story/")).content.decode()
    assert "written “apixiban”" in story
    read = medicines_of(record_of(here), knowledge().guidance.vocabulary)
    assert [one.ingredient for one in read.of("anticoagulant")] == ["rivaroxaban"]
    assert read.questions == ()


def test_a_name_beside_another_answer_is_asked_about_and_kept(sqlite: str) -> None:
    here = an_unclear_intake()
    entry = told_lines(here)["Lipitor 20"].entry
    sent = {f"line-{entry}": "right", f"name-{entry}": "Crestor", "once": "k4"}
    answer = here.physician.post(here.address("told/"), sent)
    assert answer.status_code == 422
    assert 'value="Crestor"' in answer.content.decode() and "Lipitor 20" in told_lines(here)


def test_an_implant_that_was_denied_is_not_shown_as_one(sqlite: str) -> None:
    here = practice(None)
    device = phone(here)
    walk(device, begin(device), until="implants")
    device.post(page("implants"), {"pacemaker": "no", "insulin_pump": "yes"})
    lines = told_lines(here)
    assert "absent" in lines["pacemaker"].says and "absent" not in lines["insulin_pump"].says
