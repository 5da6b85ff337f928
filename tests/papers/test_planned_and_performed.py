"""The note names what was done otherwise than planned, why, and the X-rays it took."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from needlepoint.core.assess import assess
from needlepoint.core.papers import Identity, payer_packet, procedure_note
from needlepoint.core.plan import planned_now, standing
from needlepoint.core.record import fold
from needlepoint.core.rules import situation
from needlepoint.core.rules.eligibility import to_document
from needlepoint.files import read_chart
from needlepoint.papers import as_text

ANA = Identity(name="RIVERA, Ana")
NOW = datetime(2026, 3, 3, 9, tzinfo=UTC)
DONE_AT = NOW - timedelta(days=2)
LEFT = [{"kind": "facet_joint", "segment": "L4-L5", "side": "left"}]
HEAT = {"technique": "radiofrequency", "mode": "conventional", "temperature_c": 80, "seconds": 90,
        "needle_gauge": 18, "active_tip_mm": 10, "lesions": 2}  # fmt: skip
PLAN = {"id": "plan", "kind": "planned_procedure", "occurred_at": DONE_AT - timedelta(days=3),
        "technique": "lumbar_medial_branch_radiofrequency", "targets": LEFT,
        "guidance": "fluoroscopy"}  # fmt: skip


def note(knowledge: Any, *entries: dict[str, Any], of: str = "rf") -> str:
    chart = {
        "as_of": NOW,
        "defaults": {"author": "Dr. B", "role": "physician"},
        "entries": [
            {"kind": "demographics", "birth_year": 1960, "sex": "female", "weight_kg": 70},
            {"kind": "complaint", "presentation": "axial_low_back", "side": "left"},
            *entries,
        ],
    }
    result = assess(read_chart(chart, knowledge=knowledge, now=NOW), knowledge)
    return " ".join(as_text(procedure_note(result, of, ANA, knowledge)).split())


def heat(**body: Any) -> dict[str, Any]:
    return {"id": "rf", "kind": "procedure", "occurred_at": DONE_AT, "targets": LEFT,
            "name": "lumbar_medial_branch_radiofrequency", "guidance": "fluoroscopy",
            "body": {**HEAT, **body}}  # fmt: skip


def test_what_was_done_as_planned_is_said_to_be_so(knowledge: Any) -> None:
    said = note(knowledge, PLAN, heat())
    assert "Nothing that was written down differs from the sheet." in said
    assert "Deviation" not in said
    assert "Temperature | 80 to 90 °C | 80 °C" in said
    assert "Target | left L3 medial branch, left L4 medial branch |" in said


def test_each_deviation_is_named_with_the_reason_of_who_did_it(knowledge: Any) -> None:
    cool = heat(temperature_c=70, seconds=60)
    said = note(knowledge, PLAN, cool)
    assert "Deviation: temperature: planned 80 to 90 °C; done 70 °C." in said
    assert "Deviation: time: planned 90 to 120 s; done 60 s." in said
    assert "[ ] Why it was done differently is not recorded." in said
    reason = {"kind": "attestation", "name": "deviation/plan", "occurred_at": DONE_AT,
              "value": "Stopped for pain down the leg."}  # fmt: skip
    told = note(knowledge, PLAN, reason, cool)
    assert "Reason given by Dr. B: Stopped for pain down the leg." in told
    assert "Why it was done differently is not recorded" not in told
    assert "deviation/plan" not in told, "no name of the chart format on paper"


def test_the_other_side_stands_as_a_deviation(knowledge: Any) -> None:
    right = {**heat(), "targets": [{**LEFT[0], "side": "both"}]}
    said = note(knowledge, PLAN, right)
    assert "planned not planned" not in said
    assert "Deviation: target: done right L3 medial branch, which was not planned." in said


def test_a_needle_on_the_side_that_does_not_hurt_is_said(knowledge: Any) -> None:
    right = {**heat(), "targets": [{**LEFT[0], "side": "right"}]}
    says = "The pain is on the left, and the needle was on the right."
    assert says in note(knowledge, right)
    assert "the needle was on" not in note(knowledge, heat())
    both = {**heat(), "targets": [{**LEFT[0], "side": "both"}]}
    assert "the needle was on" not in note(knowledge, both)


def test_what_nobody_wrote_down_is_no_deviation_and_no_agreement(knowledge: Any) -> None:
    said = note(knowledge, PLAN, heat(needle_gauge=None, temperature_c=None))
    assert "[ ] Not recorded, and so not compared: temperature, needle." in said
    assert "Needle | 16 to 20 G | not recorded" in said


def test_a_chosen_dose_that_was_not_given_is_a_deviation(knowledge: Any) -> None:
    where = [{"kind": "central_canal", "segment": "L4-L5"}]
    plan = {"id": "plan", "kind": "planned_procedure", "occurred_at": DONE_AT - timedelta(days=1),
            "technique": "lumbar_interlaminar_epidural", "targets": where,
            "medicines": [{"name": "dexamethasone", "dose_mg": 4, "volume_ml": 1}]}  # fmt: skip
    done = {"id": "esi", "kind": "procedure", "occurred_at": DONE_AT,
            "name": "lumbar_interlaminar_epidural_steroid", "targets": where,
            "body": {"technique": "injection", "needle_gauge": 18, "medicines": [
                {"name": "Decadron", "dose_mg": 8, "volume_ml": 2}]}}  # fmt: skip
    said = note(knowledge, plan, done, of="esi")
    assert "Deviation: Decadron: planned 1 ml, 4 mg; done 2 ml, 8 mg." in said


def test_without_a_plan_the_usual_sheet_stands_beside_it(knowledge: Any) -> None:
    said = note(knowledge, heat(temperature_c=70))
    assert "No plan is on file: compared with the usual sheet of this technique." in said
    assert "Deviation: temperature" in said


def test_contrast_in_a_vessel_is_named(knowledge: Any) -> None:
    block = {"id": "b", "kind": "diagnostic_block", "occurred_at": DONE_AT,
             "block": "lumbar_medial_branch_block", "targets": LEFT, "contrast": "vascular",
             "agent": {"name": "lidocaine", "concentration_percent": 2, "volume_ml": 0.5},
             "guidance": "fluoroscopy", "sedation": "none", "needle_gauge": 25,
             "nrs_before": 6}  # fmt: skip
    assert "done given, into a vessel" in note(knowledge, block, of="b")


# --- radiation ------------------------------------------------------------------------------------


def dose(**values: Any) -> dict[str, Any]:
    return {"kind": "radiation_dose", "procedure_entry": "rf", "occurred_at": DONE_AT, **values}


def test_the_note_says_the_x_rays_as_the_machine_showed_them(knowledge: Any) -> None:
    whole = dose(fluoroscopy_seconds=26, dose_area_product_gy_cm2=0.9, air_kerma_mgy=4.5)
    said = note(knowledge, PLAN, heat(), whole)
    assert ("X-rays for 26 s, dose-area product 0.9 Gy cm², air kerma 4.5 mGy at the reference "
            "point.") in said  # fmt: skip
    part = note(knowledge, PLAN, heat(), dose(fluoroscopy_seconds=26))
    assert "[ ] Not recorded of the radiation: dose-area product, air kerma." in part


def test_a_dose_that_nobody_read_off_is_said_to_be_missing(knowledge: Any) -> None:
    assert "[ ] The radiation dose is not recorded" in note(knowledge, PLAN, heat())
    other = {**dose(fluoroscopy_seconds=99), "procedure_entry": "another"}
    second = {**heat(), "id": "another"}
    assert "99 s" not in note(knowledge, PLAN, heat(), second, other)


def test_ultrasound_takes_no_x_rays(knowledge: Any) -> None:
    said = note(knowledge, {**heat(), "guidance": "ultrasound"})
    assert "adiation dose" not in said


# --- what comes before ----------------------------------------------------------------------------


def test_consent_to_another_procedure_is_no_consent(knowledge: Any) -> None:
    before = DONE_AT - timedelta(days=1)
    other = {"kind": "consent", "to": "sacroiliac_joint_injection", "given": True,
             "occurred_at": before}  # fmt: skip
    assert "[ ] Consent to this procedure is not recorded." in note(knowledge, other, heat())
    mine = {**other, "to": "lumbar_medial_branch_radiofrequency"}
    assert "Consent to this procedure was given on 28 February 2026." in note(
        knowledge, other, mine, heat()
    )


def test_the_time_out_is_told_in_its_own_words(knowledge: Any) -> None:
    held = {"kind": "attestation", "name": "time_out/plan", "value": True, "occurred_at": DONE_AT,
            "note": "Name and birth date. Side and level."}  # fmt: skip
    said = note(knowledge, PLAN, held, heat())
    assert "Time-out held: Name and birth date. Side and level." in said
    assert "plan" not in said.split("Before")[1].split("How")[0]


# --- document this --------------------------------------------------------------------------------


def coverage_of(knowledge: Any, technique: str) -> Any:
    chart = {"as_of": NOW, "entries": [
        {"kind": "complaint", "presentation": "axial_low_back", "author": "Dr. B",
         "role": "physician"}]}  # fmt: skip
    record = fold(read_chart(chart, knowledge=knowledge, now=NOW), as_of=NOW)
    plan = planned_now(knowledge.guidance.techniques[technique], (), record)
    return standing(situation(record, plan, knowledge)), record


def test_one_attestation_is_one_line_with_everyone_it_serves(knowledge: Any) -> None:
    for technique in ("spinal_cord_stimulator_trial", "lumbar_medial_branch_radiofrequency"):
        one, _ = coverage_of(knowledge, technique)
        wanted = to_document(one.coverage)
        named = [what.attest for what in wanted if what.attest]
        assert named and len(named) == len(set(named))
        open_lines = [line for e in one.coverage for line in e.lines if line.document]
        assert sum(what.count for what in wanted) == len(open_lines)
        assert not any("attest" in what.says for what in wanted)


def test_a_packet_asks_for_one_thing_once(knowledge: Any) -> None:
    one, record = coverage_of(knowledge, "lumbar_medial_branch_radiofrequency")
    said = " ".join(as_text(payer_packet(one, record, ANA, knowledge)).split())
    assert said.count("Ask about earlier procedures of this kind") == 1
    assert "Document this, line 1." in said
    assert "attest" not in said and "true or false" not in said
