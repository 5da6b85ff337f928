"""Devices: a refill is judged, a change is reviewed, a stopped pump stays in sight, a trial is read."""

from __future__ import annotations

import html
import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from needlepoint.core.chart import (
    Attestation,
    Complaint,
    Decision,
    ImplantedDevice,
    Provenance,
    PumpDrug,
    PumpSetting,
    Refill,
    Role,
    StimulatorProgram,
    Trial,
)
from web.people import Practice, entries, practice

NOW = {"occurred_at": "", "once": ""}


def write(here: Practice, *said: tuple[float, Any]) -> None:
    from needlepoint.store.writing import append_entry

    for days_ago, statement in said:
        append_entry(
            chart=here.patient.chart_id, statement=statement, author=str(here.user.pk),
            role=Role.PHYSICIAN, provenance=Provenance.CLINICIAN_FOUND,
            occurred_at=datetime.now(UTC) - timedelta(days=days_ago),
        )  # fmt: skip


def with_pump(running: bool | None = True, dose: float = 2.0) -> Practice:
    """Morphine 10 mg/ml at 0.2 ml/day for 50 days: 10 of 20 ml are left."""
    here = practice(None)
    drug = PumpDrug(name="morphine", concentration_mg_per_ml=10, dose_mg_per_day=dose)
    setting = PumpSetting(
        drugs=(drug,), running=running, model="SynchroMed II 20", catheter_cm=80, alarm_ml=2
    )
    write(here, (50, setting), (50, Refill(volume_ml=20)))
    return here


def text_of(answer: Any) -> str:
    return re.sub(r"\s+", " ", html.unescape(answer.content.decode()))


# --- refill ---------------------------------------------------------------------------------------

REFILL = {**NOW, "residual_ml": "10.1", "expected_residual_ml": "10", "volume_ml": "20",
          "running": "yes"}  # fmt: skip


def test_a_refill_that_agrees_is_compared_and_then_written(sqlite: str) -> None:
    here = with_pump()
    shown = here.physician.post(here.address("devices/pump/refill/"), REFILL)
    assert "10.1 ml drawn" in text_of(shown) and len(entries(here.patient.pk)) == 2
    saved = here.physician.post(here.address("devices/pump/refill/"), {**REFILL, "step": "save"})
    assert saved.status_code == 302 and saved["Location"].endswith("/devices/")
    refill, checked = entries(here.patient.pk)[2:]
    assert refill == Refill(volume_ml=20, residual_ml=10.1, expected_residual_ml=10)
    assert checked == Attestation(name="pump_running", value=True)


def test_volumes_that_do_not_agree_ask_what_is_done_about_it(sqlite: str) -> None:
    here = with_pump()
    form = {**REFILL, "residual_ml": "18", "expected_residual_ml": "10", "step": "save"}
    refused = here.physician.post(here.address("devices/pump/refill/"), form)
    assert refused.status_code == 422 and "Too little was given" in text_of(refused)
    assert "Say what is done about it" in text_of(refused) and 'value="18"' in text_of(refused)
    assert len(entries(here.patient.pk)) == 2
    form["action_taken"] = "Rotor study booked"
    assert here.physician.post(here.address("devices/pump/refill/"), form).status_code == 302
    assert Decision(about="pump refill", accepted=True, reason="Rotor study booked") in entries(
        here.patient.pk
    )


def test_more_than_the_reservoir_holds_is_refused_with_a_sentence(sqlite: str) -> None:
    here = with_pump()
    form = {**REFILL, "volume_ml": "25", "step": "save"}
    answer = here.physician.post(here.address("devices/pump/refill/"), form)
    assert answer.status_code == 422 and "do not fit into SynchroMed II" in text_of(answer)
    assert "look for a pocket fill now" in text_of(answer) and 'value="25"' in text_of(answer)
    assert len(entries(here.patient.pk)) == 2


def test_whether_the_pump_runs_must_be_said(sqlite: str) -> None:
    here = with_pump()
    answer = here.physician.post(
        here.address("devices/pump/refill/"), {**REFILL, "running": "", "step": "save"}
    )
    assert answer.status_code == 422 and "Does the pump run now?: say it" in text_of(answer)


# --- a stopped pump -------------------------------------------------------------------------------


def test_a_stopped_pump_stays_on_every_page_until_it_runs(sqlite: str) -> None:
    here = with_pump()
    stop = here.physician.post(
        here.address("devices/pump/refill/"), {**REFILL, "running": "no", "step": "save"}
    )
    assert stop["Location"].endswith("/devices/pump/running/")
    for tab in ("story/", "examination/", "pain-source/", "devices/", "devices/mri/"):
        assert "The pump is stopped." in text_of(here.physician.get(here.address(tab))), tab
    started = here.physician.post(here.address("devices/pump/running/"), {**NOW, "running": "yes"})
    assert started["Location"].endswith("/devices/")
    assert "The pump is stopped." not in text_of(here.physician.get(here.address("story/")))
    last = [e for e in entries(here.patient.pk) if isinstance(e, PumpSetting)][-1]
    assert last.running is True and last.drugs[0].dose_mg_per_day == 2


def test_silence_about_the_pump_is_not_running(sqlite: str) -> None:
    here = with_pump(running=None)
    bar = here.physician.get(here.address("story/")).context["bar"]
    assert bar.pump == "cannot_tell"


def test_a_pump_that_was_taken_out_alarms_no_more(sqlite: str) -> None:
    from needlepoint.core.chart import State

    here = with_pump(running=False)
    out = ImplantedDevice(device="intrathecal_pump", state=State.ABSENT, reason="infection")
    write(here, (0, out))
    assert here.physician.get(here.address("story/")).context["bar"].pump == ""


# --- change ---------------------------------------------------------------------------------------

CHANGE = {
    **NOW, "drug_1": "morphine", "strength_1": "20 mg/ml", "dose_1": "2 mg/day",
    "model": "SynchroMed II 20", "catheter_cm": "80", "fill": "20 ml", "alarm_ml": "2",
}  # fmt: skip


def review(here: Practice, **typed: str) -> Any:
    return here.physician.post(
        here.address("devices/pump/change/"), {**CHANGE, **typed, "step": "review"}
    )


def sign(here: Practice, shown: Any, **typed: str) -> Any:
    context = shown.context
    form = {**dict(context["typed"]), "sign-sealed": context["sign"]["sealed"].value(),
            "sign-dose_0": "2 mg/day", "sign-running": "yes", "step": "save", **typed}  # fmt: skip
    return here.physician.post(here.address("devices/pump/change/"), form)


def test_a_new_concentration_shows_before_after_and_bridge_and_saves_nothing(sqlite: str) -> None:
    here = with_pump()
    shown = review(here)
    said, page = text_of(shown), shown.context["review"]
    assert shown.status_code == 200 and len(entries(here.patient.pk)) == 2
    assert all(f">{row.before}<" in said and row.after in said for row in page.rows)
    changed = [(row.label, row.before, row.after) for row in page.rows if row.is_changed]
    assert ("Morphine, concentration", "10 mg/ml", "20 mg/ml") in changed
    assert ("Flow", "0.2 ml/day", "0.1 ml/day") in changed
    # By hand: a line of 0.375 ml at 0.2 ml/day is 1.875 days, 45 hours.
    assert "Run 0.2 ml/day for 45 h, then 0.1 ml/day." in page.bridge


def test_a_signed_change_is_written_with_the_bridge(sqlite: str) -> None:
    here = with_pump()
    shown = review(here)
    saved = sign(here, shown, **{"sign-bridged": "on", "sign-reason": "meant so"})
    assert saved.status_code == 302, text_of(saved)
    new = entries(here.patient.pk)[2:]
    assert isinstance(new[0], PumpSetting) and new[0].running is True
    assert new[0].drugs == (
        PumpDrug(name="morphine", concentration_mg_per_ml=20, dose_mg_per_day=2),
    )
    assert Attestation(name="pump_bridged", value=True) in new


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        ("3 mg/day", "This is not the dose above"),
        ("2 mcg/day", "This is not the dose above"),
        ("2", "write a number with its unit"),
        ("", "Type it again, with its unit."),
    ],
)
def test_the_dose_is_typed_again_with_its_unit(sqlite: str, typed: str, says: str) -> None:
    here = with_pump()
    answer = sign(here, review(here), **{"sign-dose_0": typed, "sign-reason": "meant so"})
    assert answer.status_code == 422 and says in text_of(answer)
    assert len(entries(here.patient.pk)) == 2


def test_what_was_not_reviewed_is_not_saved(sqlite: str) -> None:
    here = with_pump()
    shown = review(here)
    why = {"sign-reason": "meant so"}
    answer = sign(here, shown, strength_1="25 mg/ml", **why)
    assert "Review it again" in text_of(answer) and len(entries(here.patient.pk)) == 2
    other = PumpDrug(name="morphine", concentration_mg_per_ml=10, dose_mg_per_day=2.1)
    write(here, (0, PumpSetting(drugs=(other,), running=True)))
    assert "Review it again" in text_of(sign(here, shown, **why))
    assert len(entries(here.patient.pk)) == 3


def test_a_change_against_a_hold_needs_its_reason(sqlite: str) -> None:
    here = with_pump()
    shown = review(here, strength_1="20 mg/ml", dose_1="20 mg/day")
    assert shown.context["review"].holds
    refused = sign(here, shown, **{"sign-dose_0": "20 mg/day"})
    assert refused.status_code == 422 and "Something holds. Give the reason" in text_of(refused)
    why = {"sign-dose_0": "20 mg/day", "sign-reason": "Dying, comfort only"}
    assert sign(here, shown, **why).status_code == 302
    decision = [e for e in entries(here.patient.pk) if isinstance(e, Decision)][-1]
    assert not decision.accepted and decision.reason == "Dying, comfort only"


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        ({"dose_1": "2"}, "write a number with its unit"),
        ({"dose_1": "2000 mg/day"}, "If micrograms were meant"),
        ({"dose_1": "0 mg/day"}, "This cannot be 0"),
        ({"fill": "40 ml"}, "do not fit into"),
        ({"drug_2": "bupivacaine"}, "Concentration: say it, with its unit."),
        ({"bolus": "0.1 mg"}, "needs how many at most"),
    ],
)
def test_a_change_that_cannot_be_says_why_and_keeps_what_was_typed(
    sqlite: str, typed: dict[str, str], says: str
) -> None:
    here = with_pump()
    answer = review(here, **typed)
    assert answer.status_code == 422 and says in text_of(answer)
    assert all(f'value="{value}"' in text_of(answer) for value in typed.values() if value)


def test_what_is_not_typed_over_stays_exactly_as_it_is(sqlite: str) -> None:
    here = with_pump(dose=1.23456789)
    form = here.physician.get(here.address("devices/pump/change/")).context["form"]
    typed = {f.name: f.value() for f in form if f.value() not in (None, "")}
    shown = review(here, **{k: str(v) for k, v in typed.items()})
    assert shown.context["review"].changed == ("Nothing.",)


# --- the trial and the rest -----------------------------------------------------------------------


def test_a_trial_goes_from_its_first_day_to_a_verdict(sqlite: str) -> None:
    here = practice(None)
    start = {**NOW, "of": "spinal_cord_stimulation", "nrs_before": "8"}
    here.physician.post(here.address("devices/trial/"), start)
    for day, nrs in ((1, "4"), (2, "3"), (3, "3")):
        (card,) = here.physician.get(here.address("devices/")).context["page"].stimulator.trials
        form = {**NOW, "day": str(day), "nrs": nrs, "function_percent": "20"}
        address = here.address(f"devices/trial/{card.entry}/day/")
        assert here.physician.post(address, form).status_code == 302
    (card,) = here.physician.get(here.address("devices/")).context["page"].stimulator.trials
    assert [d.day for d in card.days] == ["before", "day 1", "day 2", "day 3"]
    assert card.reads == "succeeded" and card.is_running
    address = here.address(f"devices/trial/{card.entry}/verdict/")
    refused = here.physician.post(address, {**NOW, "verdict": "failed", "reason": ""})
    assert refused.status_code == 422 and "The diary says succeeded" in text_of(refused)
    assert here.physician.post(address, {**NOW, "verdict": "succeeded"}).status_code == 302
    (card,) = here.physician.get(here.address("devices/")).context["page"].stimulator.trials
    assert card.decided == "succeeded" and not card.is_running
    assert here.physician.post(address, {**NOW, "verdict": "failed"}).status_code == 404


def test_a_day_stands_once_in_the_diary(sqlite: str) -> None:
    here = practice(None)
    write(here, (2, Trial(of="spinal_cord_stimulation", nrs_before=8)))
    (card,) = here.physician.get(here.address("devices/")).context["page"].stimulator.trials
    form = {**NOW, "day": "1", "nrs": "4"}
    here.physician.post(here.address(f"devices/trial/{card.entry}/day/"), form)
    (card,) = here.physician.get(here.address("devices/")).context["page"].stimulator.trials
    again = here.physician.post(here.address(f"devices/trial/{card.entry}/day/"), form)
    assert again.status_code == 422 and "Day 1 is in the diary already" in text_of(again)


def test_an_unusual_program_is_asked_about_once(sqlite: str) -> None:
    here = practice(None)
    form = {**NOW, "waveform": "tonic", "frequency_hz": "500"}
    asked = here.physician.post(here.address("devices/program/"), form)
    assert asked.status_code == 422 and "tonic is used at 40 to 60" in text_of(asked)
    here.physician.post(here.address("devices/program/"), {**form, "meant": "on"})
    assert entries(here.patient.pk) == [StimulatorProgram(waveform="tonic", frequency_hz=500)]


def test_a_misread_identifier_is_found_by_its_check_digit(sqlite: str) -> None:
    here = practice(None)
    form = {**NOW, "device": "scs_generator", "mri": "conditional",
            "udi": "(01)00884838012348(21)AB12"}  # fmt: skip
    answer = here.physician.post(here.address("devices/implant/"), form)
    assert answer.status_code == 422 and "the check digit does not fit" in text_of(answer)
    form["udi"] = "(01)00884838012349(17)271231(21)AB12"
    here.physician.post(here.address("devices/implant/"), form)
    (card,) = here.physician.get(here.address("devices/")).context["page"].stimulator.implants
    assert ("Serial number", "AB12") in card.udi
    end = {**NOW, "what": "out", "reason": "infection of the pocket"}
    here.physician.post(here.address(f"devices/implant/{card.entry}/end/"), end)
    (card,) = here.physician.get(here.address("devices/")).context["page"].stimulator.implants
    assert not card.is_in and card.history[-1][1] == "taken out: infection of the pocket"


def test_the_load_is_graded_and_said_again_only_where_it_changed(sqlite: str) -> None:
    here = practice(None)
    form = {**NOW, "secondary_gain": "severe", "lack_of_engagement": "none"}
    for _ in range(2):
        here.physician.post(here.address("devices/load/"), form)
    assert len(entries(here.patient.pk)) == 2
    page = here.physician.get(here.address("devices/")).context["page"]
    assert page.stimulator.load == "severe"


def test_a_lead_is_placed_against_what_the_patient_painted(sqlite: str) -> None:
    from needlepoint.core.anatomy import Side
    from needlepoint.core.chart import PainDrawing, PainMark

    here = practice(None)
    mark = PainMark(zone="lateral_thigh", side=Side.LEFT)
    write(here, (2, Complaint(name="pain", presentation="axial_low_back")),
          (1, PainDrawing(complaint="pain", marks=(mark,))))  # fmt: skip
    (leads,) = here.physician.get(here.address("devices/")).context["page"].stimulator.leads
    assert leads.rows[0].share == "100%" and leads.rows[0].missed == ""
    assert "Reached: outer thigh, left." in str(leads.drawing)


def test_who_may_not_set_devices_sees_them_and_writes_nothing(sqlite: str) -> None:
    here = with_pump()
    page = text_of(here.coordinator.get(here.address("devices/")))
    assert "2 mg/day" in page and "Change dose or concentration" not in page
    answer = here.coordinator.post(here.address("devices/pump/refill/"),
                                   {**REFILL, "step": "save"})  # fmt: skip
    assert answer.status_code in (403, 404) and len(entries(here.patient.pk)) == 2
