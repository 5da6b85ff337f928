"""The intrathecal trial in the clinic: begun, kept by day, judged, and what a pump waits for."""

from __future__ import annotations

import html
import re
from typing import Any

import pytest

from clinic import a_user
from needlepoint.core.chart import Attestation, Decision, Trial
from web.people import Practice, entries, practice, signed_in

NOW = {"occurred_at": "", "once": ""}
BEGIN = {**NOW, "method": "bolus", "drug": "morphine", "nrs_before": "8", "opioid_mme": "60"}
DAY = {**NOW, "day": "1", "dose": "0.1 mg", "nrs": "3", "function_percent": "20",
       "side_effects": "none"}  # fmt: skip


def page_of(here: Practice) -> Any:
    return here.physician.get(here.address("devices/")).context["page"].intrathecal


def begun(here: Practice) -> str:
    assert here.physician.post(here.address("devices/intrathecal/"), BEGIN).status_code == 302
    (card,) = page_of(here).trials
    return str(card.entry)


def text_of(answer: Any) -> str:
    return re.sub(r"\s+", " ", html.unescape(answer.content.decode()))


def trials_of(here: Practice) -> list[Trial]:
    return [e for e in entries(here.patient.pk) if isinstance(e, Trial)]


def test_a_trial_goes_from_its_first_dose_to_a_verdict(sqlite: str) -> None:
    here = practice(None)
    begun(here)
    for day, nrs, side in (("1", "4", "itching"), ("2", "2", "none")):
        (card,) = page_of(here).trials
        form = {**DAY, "day": day, "nrs": nrs, "side_effects": side}
        address = here.address(f"devices/intrathecal/{card.entry}/day/")
        assert here.physician.post(address, form).status_code == 302
    (card,) = page_of(here).trials
    assert card.reads == "succeeded" and card.label == "Trial of intrathecal morphine, single doses"
    assert [d.side_effects for d in card.days] == ["", "itching", "none"]
    assert [d.dose for d in card.days] == ["", "0.1 mg", "0.1 mg"]
    address = here.address(f"devices/intrathecal/{card.entry}/verdict/")
    silent = here.physician.post(address, {**NOW, "verdict": "failed", "reason": ""})
    assert silent.status_code == 422 and "The diary says succeeded" in text_of(silent)
    here.physician.post(address, {**NOW, "verdict": "succeeded", "reason": ""})
    (card,) = page_of(here).trials
    assert not card.is_running and card.decided == "succeeded"
    last = next(e for e in reversed(entries(here.patient.pk)) if isinstance(e, Decision))
    assert last.about == "intrathecal trial" and last.accepted
    said = text_of(here.physician.get(here.address("devices/")))
    assert "The trial succeeded by its diary." in said


def test_a_slip_of_the_unit_is_refused_and_what_was_typed_is_kept(sqlite: str) -> None:
    here = practice(None)
    entry = begun(here)
    address = here.address(f"devices/intrathecal/{entry}/day/")
    for dose, says in (
        ("100 mg", "more than ten times the highest dose on file, 0.5 mg"),
        ("0.1", "0.1"),
        ("", "say it"),
        ("0 mg", "more than nothing"),
    ):
        answer = here.physician.post(address, {**DAY, "dose": dose, "side_effects": "some nausea"})
        assert answer.status_code == 422 and says in text_of(answer)
        assert "some nausea" in text_of(answer)
    assert len(trials_of(here)) == 1


def test_silence_about_side_effects_is_not_none(sqlite: str) -> None:
    here = practice(None)
    entry = begun(here)
    address = here.address(f"devices/intrathecal/{entry}/day/")
    answer = here.physician.post(address, {**DAY, "side_effects": ""})
    assert answer.status_code == 422 and "Side effects: say it." in text_of(answer)
    (card,) = page_of(here).trials
    assert "or that there were none" in " ".join(r.says for r in card.verdict.reasons)


def test_a_day_stands_once_and_a_shorter_trial_is_gone(sqlite: str) -> None:
    here = practice(None)
    entry = begun(here)
    address = here.address(f"devices/intrathecal/{entry}/day/")
    here.physician.post(address, DAY)
    assert here.physician.post(address, DAY).status_code == 404  # said anew under another entry
    (card,) = page_of(here).trials
    again = here.physician.post(here.address(f"devices/intrathecal/{card.entry}/day/"), DAY)
    assert again.status_code == 422 and "in the diary already" in text_of(again)


def test_candidacy_is_answered_in_the_application(sqlite: str) -> None:
    here = practice(None)
    before = " ".join(r.says for r in page_of(here).candidate.reasons)
    assert "Document severe chronic intractable pain." in before
    form = {**NOW, "intrathecal_pain_type": "noncancer_diffuse", "intrathecal_exposure": "no",
            "chronic_intractable_pain": "yes", "life_expectancy_months": "24"}  # fmt: skip
    assert here.physician.post(here.address("devices/candidate/"), form).status_code == 302
    said = {e.name: e.value for e in entries(here.patient.pk) if isinstance(e, Attestation)}
    assert said == {"intrathecal_pain_type": "noncancer_diffuse", "intrathecal_exposure": False,
                    "chronic_intractable_pain": True, "life_expectancy_months": 24.0}  # fmt: skip
    after = " ".join(r.says for r in page_of(here).candidate.reasons)
    assert "Document severe chronic intractable pain." not in after
    here.physician.post(here.address("devices/candidate/"), form)  # nothing new is said
    assert len([e for e in entries(here.patient.pk) if isinstance(e, Attestation)]) == 4
    wrong = {**form, "intrathecal_pain_type": "moonlight"}
    assert here.physician.post(here.address("devices/candidate/"), wrong).status_code == 422


def test_who_may_not_examine_reads_and_writes_nothing(sqlite: str) -> None:
    here = practice(None)
    entry = begun(here)
    coordinator = here.coordinator
    assert coordinator.get(here.address("devices/")).status_code == 200
    for where, form in (
        ("devices/intrathecal/", BEGIN),
        (f"devices/intrathecal/{entry}/day/", DAY),
        (f"devices/intrathecal/{entry}/verdict/", {**NOW, "verdict": "succeeded"}),
        ("devices/candidate/", {**NOW, "intrathecal_exposure": "yes"}),
    ):
        assert coordinator.post(here.address(where), form).status_code == 403
    nurse = signed_in(a_user(here.patient.clinic, "nurse", here.team))
    assert nurse.post(here.address(f"devices/intrathecal/{entry}/day/"), DAY).status_code == 302
    (card,) = page_of(here).trials
    judged = here.address(f"devices/intrathecal/{card.entry}/verdict/")
    assert nurse.post(judged, {**NOW, "verdict": "succeeded"}).status_code == 403
    assert all(trial.verdict is None for trial in trials_of(here))


@pytest.mark.parametrize("where", ["intrathecal/", "candidate/", "intrathecal/{}/day/",
                                   "intrathecal/{}/verdict/"])  # fmt: skip
def test_another_clinic_finds_no_trial(sqlite: str, where: str) -> None:
    here = practice(None)
    entry = begun(here)
    stranger = here.outsider
    address = here.address(f"devices/{where.format(entry)}")
    assert stranger.post(address, {**DAY, **BEGIN, "verdict": "failed"}).status_code == 404
    assert len(trials_of(here)) == 1
    guessed = here.address(f"devices/{where.format('no-such-entry')}")
    if "{}" in where:
        assert here.physician.post(guessed, DAY).status_code == 404
