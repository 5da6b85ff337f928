"""Treatment: compared, decided with a reason, carried out, and looked after."""

from __future__ import annotations

import uuid
from datetime import datetime, timedelta

import pytest
from django.utils import timezone

from needlepoint.core.anatomy import Side
from needlepoint.core.chart import (
    AdverseEvent,
    Attestation,
    BlockTarget,
    Consent,
    Decision,
    DiaryReading,
    InjectionBody,
    PlannedProcedure,
    Procedure,
    RadiofrequencyBody,
    Reading,
)
from needlepoint.core.knowledge import TherapyCategory
from needlepoint.web.shell.parts import knowledge
from needlepoint.web.story.sentences import sentence
from needlepoint.web.treatment.forms import (
    CryoForm,
    InjectionForm,
    OtherForm,
    RadiofrequencyForm,
    form_of,
)
from web.people import Practice, entries, practice
from web.test_blocks import time_out, write

CASE = "lumbar/facet_two_concordant_blocks"
RADIO = "lumbar_medial_branch_radiofrequency"
JOINTS = tuple(
    BlockTarget(kind="facet_joint", segment=s, side=Side.LEFT) for s in ("L4-L5", "L5-S1")
)


def burn(here: Practice, at: datetime | None = None) -> str:
    plan = PlannedProcedure(technique=RADIO, targets=JOINTS, guidance="fluoroscopy", at=at)
    entry = write(here, plan)
    write(here, Consent(to=RADIO, given=True))
    return entry


def test_every_kind_of_treatment_is_offered_and_doing_nothing_too(sqlite: str) -> None:
    here = practice(CASE)
    page = here.physician.get(here.address("treatment/")).context["page"]
    kinds = {one.category for one in page.all}
    for kind in (TherapyCategory.WATCHFUL, TherapyCategory.HOME, TherapyCategory.PHYSICAL,
                 TherapyCategory.PSYCHOLOGICAL, TherapyCategory.ABLATION):  # fmt: skip
        assert kind.value in kinds
    for column in page.columns:
        assert column.response and column.interval and column.grades and column.would_change
    names = [one.therapy for one in (*page.all, *page.rest)]
    assert len(names) == len(set(names))


def test_the_page_prints_what_it_holds(sqlite: str) -> None:
    here = practice(CASE)
    answer = here.physician.get(here.address("treatment/"))
    text = answer.content.decode()
    for column in answer.context["page"].columns:
        for said in (column.label, column.response, column.interval, column.months):
            assert said in text
        for reason in (*column.reasons_for, *column.reasons_against, *column.dissent):
            assert reason.says.split("'")[0].split('"')[0][:40] in text


def test_what_is_ticked_is_compared(sqlite: str) -> None:
    here = practice(CASE)
    chosen = {"with": ["natural_course", RADIO]}
    page = here.physician.get(here.address("treatment/"), chosen).context["page"]
    assert {one.therapy for one in page.columns} == set(chosen["with"])


def test_an_override_needs_a_reason_and_is_kept_with_the_answer_as_it_stood(sqlite: str) -> None:
    from needlepoint.store.deciding import signed_assessment
    from needlepoint.store.reading import entries_of

    here = practice(CASE)
    address = here.address(f"treatment/option/{RADIO}/")
    form = {"answer": "override", "complaint": "pain", "once": uuid.uuid4().hex}
    silent = here.physician.post(address, {**form, "reason": ""})
    assert silent.status_code == 422 and "Give the reason" in silent.content.decode()
    said = "She wants exercise first."
    for _ in range(2):
        assert here.physician.post(address, {**form, "reason": said}).status_code == 302
    (decision,) = [e for e in entries(here.patient.pk) if isinstance(e, Decision)]
    assert not decision.accepted and decision.reason == said and decision.assessment_sha256
    entry = entries_of(here.patient.chart_id)[-1].id
    kept = signed_assessment(here.patient.chart_id, entry)
    assert kept is not None and kept["decided"] == decision.about and len(kept["options"]) > 5
    page = here.physician.get(address).context["page"]
    assert page.option.standing == "overridden" and page.option.is_closed


def test_to_accept_what_something_stands_against_needs_a_reason_too(sqlite: str) -> None:
    here = practice("lumbar/facet_or_sacroiliac")
    address = here.address(f"treatment/option/{RADIO}/")
    form = {"answer": "accept", "complaint": "pain", "reason": ""}
    answer = here.physician.post(address, form)
    assert answer.status_code == 422 and "Say why it is accepted" in answer.content.decode()


def test_a_decision_about_another_pain_or_an_unknown_option_is_none(sqlite: str) -> None:
    here = practice(CASE)
    form = {"answer": "accept", "complaint": "knee", "reason": "x"}
    assert here.physician.post(here.address(f"treatment/option/{RADIO}/"), form).status_code == 404
    assert here.physician.get(here.address("treatment/option/leeches/")).status_code == 404


def test_a_nurse_or_coordinator_signs_no_decision(sqlite: str) -> None:
    here = practice(CASE)
    form = {"answer": "accept", "complaint": "pain", "reason": "x"}
    address = here.address(f"treatment/option/{RADIO}/")
    assert here.coordinator.get(address).status_code == 200
    assert here.coordinator.post(address, form).status_code == 404


def test_a_treatment_is_carried_out_and_compared_with_its_sheet(sqlite: str) -> None:
    here = practice(CASE)
    entry = burn(here)
    address = here.address(f"treatment/planned/{entry}/perform/")
    form = {
        **time_out(here, address), "therapy": RADIO, "guidance": "fluoroscopy", "mode": "conventional",
        "temperature_c": "60", "seconds": "90", "needle_gauge": "18", "active_tip_mm": "10",
        "lesions": "1", "performed_at": "", "hold_reason": "Known and weighed.",
    }  # fmt: skip
    wrong = here.physician.post(address, {**form, "levels-facet_joint": "L4-L5:right"})
    assert wrong.status_code == 422 and "STOP" in wrong.content.decode()
    right = {**form, "levels-facet_joint": ["L4-L5:left", "L5-S1:left"]}
    answer = here.physician.post(address, right)
    assert answer.status_code == 302, answer.context["form"].errors
    done = entries(here.patient.pk)[-1]
    assert isinstance(done, Procedure) and isinstance(done.body, RadiofrequencyBody)
    assert done.body.temperature_c == 60 and set(done.targets) == set(JOINTS)
    page = here.physician.get(answer["Location"]).context["page"]
    assert any("temperature" in one for one in page.differences)
    assert any("lesions" in one for one in page.differences)


def test_why_it_was_done_differently_is_said_at_once_or_afterwards(sqlite: str) -> None:
    from needlepoint.store.reading import entries_of

    here = practice(CASE)
    entry = burn(here)
    address = here.address(f"treatment/planned/{entry}/perform/")
    form = {
        **time_out(here, address), "therapy": RADIO, "guidance": "fluoroscopy", "mode": "conventional",
        "temperature_c": "60", "seconds": "90", "hold_reason": "Known and weighed.",
        "levels-facet_joint": ["L4-L5:left", "L5-S1:left"],
    }  # fmt: skip
    done = here.physician.post(address, form)
    assert done.status_code == 302
    (last,) = [e for e in entries_of(here.patient.chart_id) if isinstance(e.statement, Procedure)]
    note = here.address(f"papers/note/{last.id}/")
    assert (
        "Why it was done differently is not recorded." in here.physician.get(note).content.decode()
    )
    why = here.address(f"deviation/{last.id}/")
    assert here.physician.get(why).status_code == 200
    assert here.physician.post(why, {"reason": " "}).status_code == 422
    assert here.outsider.post(why, {"reason": "x"}).status_code == 404
    assert here.coordinator.post(why, {"reason": "x"}).status_code in (403, 404)
    assert here.physician.post(here.address("deviation/none/"), {"reason": "x"}).status_code == 404
    assert here.physician.post(why, {"reason": "Pain down the leg."}).status_code == 302
    said = here.physician.get(note).content.decode()
    assert "Pain down the leg." in said and "Why it was done differently" not in said
    page = here.physician.get(here.address(f"treatment/done/{last.id}/")).context["page"]
    assert page.reasons == ("Pain down the leg",)


def test_a_technique_that_tests_and_treats_goes_by_what_was_planned(sqlite: str) -> None:
    here = practice("lumbar/sacroiliac_block_positive")
    joint = (BlockTarget(kind="sacroiliac_joint", side=Side.RIGHT),)
    plan = PlannedProcedure(technique="sacroiliac_steroid_injection", targets=joint)
    entry = write(here, plan)
    page = here.physician.get(here.address(f"planned/{entry}/")).context["page"]
    assert not page.is_block and "steroid" in page.label.lower()
    assert here.physician.get(here.address(f"blocks/{entry}/perform/")).status_code == 404
    write(here, Consent(to="sacroiliac_joint_injection", given=True))
    address = here.address(f"treatment/planned/{entry}/perform/")
    form = {
        **time_out(here, address), "therapy": "sacroiliac_steroid_injection", "guidance": "",
        "levels-sacroiliac_joint": ":right", "medicine_0": "triamcinolone", "dose_mg_0": "40",
        "volume_ml_0": "1", "performed_at": "", "hold_reason": "Known and weighed.",
    }  # fmt: skip
    answer = here.physician.post(address, form)
    assert answer.status_code == 302, answer.context["form"].errors
    done = entries(here.patient.pk)[-1]
    assert isinstance(done, Procedure) and isinstance(done.body, InjectionBody)
    assert done.name == "sacroiliac_steroid_injection" and done.body.medicines[0].dose_mg == 40


def test_every_technique_has_a_form_of_its_own_body() -> None:
    known = knowledge().guidance.techniques
    assert form_of(known[RADIO]) is RadiofrequencyForm
    assert form_of(known["sacroiliac_joint_injection"]) is InjectionForm
    assert form_of(known["spinal_cord_stimulator_implant"]) is OtherForm
    frozen = [t for t in known.values() if "cryoneurolysis" in t.uses]
    assert frozen and all(form_of(t) is CryoForm for t in frozen)
    for technique in known.values():
        assert form_of(technique) is not None


def test_amounts_without_a_medicine_are_refused(sqlite: str) -> None:
    here = practice(CASE)
    form = {"levels-facet_joint": "L4-L5:left", "sedation": "none", "dose_mg_0": "10", "do": "plan"}
    answer = here.physician.post(here.address(f"plan/{RADIO}/"), form)
    assert answer.status_code == 422 and "Name the medicine" in answer.content.decode()


def test_a_dose_above_its_ceiling_is_not_planned(sqlite: str) -> None:
    here = practice(CASE)
    form = {
        "levels-facet_joint": "L4-L5:left", "sedation": "none", "medicine_0": "lidocaine",
        "dose_mg_0": "2000", "do": "plan",
    }  # fmt: skip
    answer = here.physician.post(here.address("plan/lumbar_medial_branch_block/"), form)
    assert answer.status_code == 422 and "never more than" in answer.content.decode()
    assert not any(isinstance(e, PlannedProcedure) for e in entries(here.patient.pk))


def test_a_complication_is_asked_for_again_until_it_is_settled(sqlite: str) -> None:
    from needlepoint.store.reading import entries_of

    here = practice(CASE)
    ago = timezone.now() - timedelta(days=20)
    body = RadiofrequencyBody(mode="conventional", temperature_c=80)
    done = write(here, Procedure(name=RADIO, targets=JOINTS, body=body), occurred_at=ago)
    address = here.address(f"complications/{done}/")
    refused = here.physician.post(address, {"name": "", "severity": "mild", "note": "seen"})
    text = refused.content.decode()
    assert refused.status_code == 422 and "Say what happened" in text and "seen" in text
    write(
        here, AdverseEvent(name="neuritis", severity="moderate", related_entry=done),
        occurred_at=timezone.now() - timedelta(days=12),
    )  # fmt: skip
    event = entries_of(here.patient.chart_id)[-1].id
    page = here.physician.get(here.address("treatment/")).context["page"]
    assert [one.is_overdue for one in page.complications] == [True]
    here.physician.post(address, {"event": event, "now": "persists", "note": "burning"})
    again = here.physician.get(here.address("treatment/")).context["page"].complications
    assert [(one.is_open, one.is_overdue) for one in again] == [(True, False)]
    here.physician.post(address, {"event": event, "now": "settled"})
    assert here.physician.get(here.address("treatment/")).context["page"].complications == ()
    assert isinstance(entries(here.patient.pk)[-1], Attestation)
    foreign = here.physician.post(address, {"event": "x", "now": "settled"})
    assert foreign.status_code == 404


def test_the_story_tells_complications_and_diaries_in_words() -> None:
    event = AdverseEvent(name="neuritis", severity="life_threatening", note="burning")
    assert sentence(event, knowledge()) == "Complication: neuritis, life threatening, burning"
    told = DiaryReading(block_entry="b", reading=Reading(minutes=30, nrs=2, late=True))
    assert sentence(told, knowledge()).endswith("30 minutes after the block, told late")


@pytest.mark.parametrize("case", ["red_flags/cauda_equina", "traps/two_complaints",
                                  "leg_and_hip/knee_osteoarthritis"])  # fmt: skip
def test_other_charts_are_shown_as_well(sqlite: str, case: str) -> None:
    here = practice(case)
    for tab in ("blocks/", "treatment/", "papers/"):
        assert here.physician.get(here.address(tab)).status_code == 200
