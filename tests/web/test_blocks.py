"""A block from plan to reading: the wrong side is refused, the right one is read."""

from __future__ import annotations

import uuid
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from needlepoint.core.anatomy import Side
from needlepoint.core.chart import (
    Attestation,
    BlockAgent,
    BlockTarget,
    Consent,
    Decision,
    DiagnosticBlock,
    DiaryReading,
    Discogram,
    PlannedProcedure,
    Provenance,
    Reading,
    Role,
    Statement,
)
from needlepoint.core.record import Said
from needlepoint.web.blocks.diary import diary_of, diary_spec, state_of
from needlepoint.web.procedures.targets import mismatch, targets_from
from needlepoint.web.shell.parts import knowledge
from web.people import Practice, entries, practice

CASE = "lumbar/sacroiliac_three_tests"
JOINT = "levels-sacroiliac_joint"
RIGHT = BlockTarget(kind="sacroiliac_joint", side=Side.RIGHT)
DONE = {
    "nrs_before": "7", "agent": "bupivacaine", "concentration_percent": "0.5", "volume_ml": "1.5",
    "contrast": "as_intended", "sedation": "none", "guidance": "fluoroscopy", "steroid": "",
    "performed_at": "",
}  # fmt: skip


def write(here: Practice, statement: Statement, **more: Any) -> str:
    from needlepoint.store.writing import append_entry

    entry = append_entry(
        chart=here.patient.chart_id, statement=statement, author=str(here.user.pk),
        role=Role.PHYSICIAN, provenance=Provenance.CLINICIAN_FOUND, **more,
    )  # fmt: skip
    return entry.id


def planned(here: Practice, *, consent: bool | None = True) -> str:
    plan = PlannedProcedure(technique="sacroiliac_joint_injection", targets=(RIGHT,))
    entry = write(here, plan)
    if consent is not None:
        write(here, Consent(to="sacroiliac_joint_injection", given=consent))
    return entry


def time_out(here: Practice, address: str) -> dict[str, str]:
    form = here.physician.get(address).context["form"]
    return {field.html_name: "on" for field in form.time_out}


def performed(here: Practice, *, hours_ago: float = 1, nrs: float = 7) -> str:
    block = DiagnosticBlock(
        block="sacroiliac_joint_injection", targets=(RIGHT,), nrs_before=nrs,
        agent=BlockAgent(name="bupivacaine", concentration_percent=0.5, volume_ml=1.5),
    )  # fmt: skip
    return write(here, block, occurred_at=timezone.now() - timedelta(hours=hours_ago))


def test_a_plan_is_looked_at_before_it_is_written(sqlite: str) -> None:
    here = practice(CASE)
    address = here.address("plan/sacroiliac_joint_injection/")
    form = {JOINT: ":right", "sedation": "none", "guidance": "fluoroscopy", "complaint": "pain"}
    looked = here.physician.post(address, {**form, "do": "look"})
    assert looked.status_code == 200 and looked.context["prospect"].sheet.needles
    assert not any(isinstance(e, PlannedProcedure) for e in entries(here.patient.pk))
    made = here.physician.post(address, {**form, "do": "plan", "once": uuid.uuid4().hex})
    plan = entries(here.patient.pk)[-1]
    assert made.status_code == 302 and isinstance(plan, PlannedProcedure)
    assert plan.targets == (RIGHT,) and plan.technique == "sacroiliac_joint_injection"
    page = here.physician.get(made["Location"]).context["page"]
    assert page.is_block and page.consent == "" and page.prospect.coverage.authorities


def test_the_next_step_is_ticked_for_a_clinician_to_confirm(sqlite: str) -> None:
    here = practice(CASE)
    page = here.physician.get(here.address("blocks/")).context["page"]
    assert page.proposals[0].name == "sacroiliac_joint_injection"
    picker = here.physician.get(here.address("plan/sacroiliac_joint_injection/")).context["picker"]
    ticked = [box.value for kind in picker.kinds for row in kind.rows for box in row.boxes
              if box.is_checked]  # fmt: skip
    assert ticked == [":right"]


def test_a_plan_on_the_side_that_does_not_hurt_is_asked_about(sqlite: str) -> None:
    here = practice(CASE)
    address = here.address("plan/sacroiliac_joint_injection/")
    for side, says in (("left", "The pain is on the right"), ("right", "")):
        form = {JOINT: f":{side}", "sedation": "none", "complaint": "pain", "do": "look"}
        shown = here.physician.post(address, form).context["prospect"]
        assert shown.other_side.startswith(says) and bool(shown.other_side) == bool(says)


def test_a_plan_without_a_side_says_what_is_missing_and_keeps_what_was_typed(sqlite: str) -> None:
    here = practice(CASE)
    form = {"typed": "sacroiliac_joint", "sedation": "none", "do": "plan"}
    answer = here.physician.post(here.address("plan/sacroiliac_joint_injection/"), form)
    text = answer.content.decode()
    assert answer.status_code == 422 and "add the side" in text
    assert 'value="sacroiliac_joint"' in text


@pytest.mark.parametrize("said", [{JOINT: ":left"}, {JOINT: [":left", ":right"]},
                                  {"typed": "left sacroiliac_joint"}, {}])  # fmt: skip
def test_the_wrong_side_is_refused_and_nothing_is_written(sqlite: str, said: Any) -> None:
    here = practice(CASE)
    entry = planned(here)
    address = here.address(f"blocks/{entry}/perform/")
    before = len(entries(here.patient.pk))
    answer = here.physician.post(address, {**DONE, **time_out(here, address), **said})
    text = answer.content.decode()
    assert answer.status_code == 422 and "Nothing has been written down" in text
    assert len(entries(here.patient.pk)) == before
    assert 'value="7"' in text


@pytest.mark.parametrize("said", [{JOINT: ":right"}, {"typed": "right sacroiliac_joint"}])
def test_the_right_side_is_written_with_its_time_out(sqlite: str, said: dict[str, str]) -> None:
    here = practice(CASE)
    entry = planned(here)
    address = here.address(f"blocks/{entry}/perform/")
    answer = here.physician.post(address, {**DONE, **time_out(here, address), **said})
    assert answer.status_code == 302, answer.context["form"].errors
    attested, block = entries(here.patient.pk)[-2:]
    assert isinstance(attested, Attestation) and attested.name == f"time_out/{entry}"
    assert isinstance(block, DiagnosticBlock) and block.targets == (RIGHT,)
    assert (block.nrs_before, block.contrast) == (7, "as_intended")
    page = here.physician.get(answer["Location"]).context["page"]
    assert page.state == "performed" and page.has_plan and page.differences == ()
    assert here.physician.get(here.address(f"planned/{entry}/"))["Location"] == answer["Location"]


def test_the_second_entry_starts_blank_and_shows_no_side_to_copy(sqlite: str) -> None:
    here = practice(CASE)
    answer = here.physician.get(here.address(f"blocks/{planned(here)}/perform/"))
    boxes = [b for k in answer.context["picker"].kinds for r in k.rows for b in r.boxes]
    assert boxes and not any(box.is_checked for box in boxes)
    assert "right sacroiliac joint" not in answer.content.decode()


@pytest.mark.parametrize(("change", "says"), [
    ({"nrs_before": "0"}, "read against pain"), ({"nrs_before": "14"}, "from 0 to 10"),
    ({"contrast": ""}, "the answer is read by it"), ({"agent": ""}, "the answer is read by it"),
    ({"performed_at": "2199-01-01T08:00"}, "has not come yet"),
])  # fmt: skip
def test_a_refused_block_says_what_to_change(
    sqlite: str, change: dict[str, str], says: str
) -> None:
    here = practice(CASE)
    address = here.address(f"blocks/{planned(here)}/perform/")
    form = {**DONE, **time_out(here, address), JOINT: ":right", **change}
    answer = here.physician.post(address, form)
    assert answer.status_code == 422 and says in answer.content.decode()


def test_no_block_without_a_time_out_line_said(sqlite: str) -> None:
    here = practice(CASE)
    address = here.address(f"blocks/{planned(here)}/perform/")
    answer = here.physician.post(address, {**DONE, JOINT: ":right"})
    assert answer.status_code == 422 and "Said aloud?" in answer.content.decode()


@pytest.mark.parametrize("given", [None, False])
def test_no_block_without_consent(sqlite: str, given: bool | None) -> None:
    here = practice(CASE)
    address = here.address(f"blocks/{planned(here, consent=given)}/perform/")
    form = {**DONE, **time_out(here, address), JOINT: ":right", "hold_reason": "urgent"}
    answer = here.physician.post(address, form)
    assert answer.status_code == 422 and "Consent to this procedure is" in answer.content.decode()
    assert not any(isinstance(e, DiagnosticBlock) for e in entries(here.patient.pk))


def test_a_hold_is_overruled_only_with_a_reason_that_is_kept(sqlite: str) -> None:
    from needlepoint.core.chart import Condition

    here = practice(CASE)
    entry = planned(here)
    write(here, Condition(name="systemic infection"))
    address = here.address(f"blocks/{entry}/perform/")
    assert here.physician.get(address).context["threshold"].safety.holds
    form = {**DONE, **time_out(here, address), JOINT: ":right"}
    silent = here.physician.post(address, form)
    assert silent.status_code == 422 and "A hold stands" in silent.content.decode()
    said = here.physician.post(address, {**form, "hold_reason": "Joint aspirate was wanted."})
    assert said.status_code == 302
    decision = next(e for e in entries(here.patient.pk) if isinstance(e, Decision))
    assert not decision.accepted and decision.assessment_sha256


def test_consent_is_written_down_after_talking_and_not_before(sqlite: str) -> None:
    here = practice(CASE)
    entry = planned(here, consent=None)
    address = here.address(f"planned/{entry}/consent/")
    silent = here.physician.post(address, {"given": "yes"})
    assert silent.status_code == 422 and "Consent comes after talking" in silent.content.decode()
    here.physician.post(address, {"given": "yes", "talked": "on"})
    assert entries(here.patient.pk)[-1] == Consent(to="sacroiliac_joint_injection", given=True)
    page = here.physician.get(here.address(f"planned/{entry}/")).context["page"]
    assert page.consent == "given"


def test_what_a_payer_asks_for_is_documented_on_the_plan(sqlite: str) -> None:
    here = practice(CASE)
    entry = planned(here)
    before = here.physician.get(here.address(f"planned/{entry}/")).context["page"].prospect
    asked = [gap.attest for gap in before.coverage.gaps if gap.attest]
    address = here.address(f"planned/{entry}/document/")
    assert here.physician.post(address, {"name": "moon_phase", "value": "no"}).status_code == 422
    here.physician.post(address, {"name": asked[0], "value": "yes"})
    after = here.physician.get(here.address(f"planned/{entry}/")).context["page"].prospect
    assert asked[0] not in [gap.attest for gap in after.coverage.gaps]


def test_a_reading_moves_the_answer(sqlite: str) -> None:
    here = practice(CASE)
    entry = performed(here)
    empty = here.physician.get(here.address(f"blocks/{entry}/")).context["page"]
    assert empty.read is None and empty.state == "performed"
    assert all(one.change == "0.00" for one in empty.moved)
    form = {"minutes": "30", "nrs": "1", "activity": "stairs", "once": uuid.uuid4().hex}
    for _ in range(2):
        assert here.physician.post(here.address(f"blocks/{entry}/diary/"), form).status_code == 302
    (reading,) = [e for e in entries(here.patient.pk) if isinstance(e, DiaryReading)]
    assert reading.reading == Reading(minutes=30, nrs=1, activity="stairs")
    page = here.physician.get(here.address(f"blocks/{entry}/")).context["page"]
    assert page.state == "diary" and page.read is not None
    joint = next(one for one in page.moved if "sacroiliac joint" in one.label)
    assert joint.change.startswith("+") and joint.change != "+0.00"


@pytest.mark.parametrize(("form", "says"), [
    ({"minutes": "", "nrs": "3"}, "how long after"), ({"minutes": "30", "nrs": "12"}, "0 to 10"),
    ({"minutes": "600", "nrs": "3"}, "has not come yet"),
])  # fmt: skip
def test_a_refused_reading_says_what_to_change(
    sqlite: str, form: dict[str, str], says: str
) -> None:
    here = practice(CASE)
    answer = here.physician.post(here.address(f"blocks/{performed(here)}/diary/"), form)
    assert answer.status_code == 422 and says in answer.content.decode()


def test_a_block_is_read_when_its_agent_has_worn_off() -> None:
    now = timezone.now()
    done = DiagnosticBlock(
        block="sacroiliac_joint_injection", targets=(RIGHT,), nrs_before=8,
        agent=BlockAgent(name="lidocaine"), diary=(Reading(minutes=30, nrs=2),),
    )  # fmt: skip
    agent = knowledge().agents["lidocaine"]
    last = timedelta(minutes=agent.duration_minutes[1])
    for at, state in ((now - last / 2, "diary"), (now - last, "read")):
        block = Said(entry="b", occurred_at=at, statement=done)
        assert state_of(block, knowledge(), now) == state


def test_the_curve_and_its_table_say_the_same_and_late_readings_are_marked() -> None:
    diary = (Reading(minutes=30, nrs=2), Reading(minutes=900, nrs=7, late=True))
    done = DiagnosticBlock(
        block="sacroiliac_joint_injection", targets=(RIGHT,), nrs_before=8,
        agent=BlockAgent(name="lidocaine"), diary=diary,
    )  # fmt: skip
    block = Said(entry="b", occurred_at=timezone.now(), statement=done)
    page, spec = diary_of(block, knowledge()), diary_spec(block, knowledge().agents["lidocaine"])
    drawn = spec["layer"][-1]["data"]["values"]
    assert [(v["nrs"], v["late"]) for v in drawn[1:]] == [(r.nrs, r.is_late) for r in page.rows]
    assert drawn[0]["nrs"] == page.nrs_before
    assert [(r.is_late, r.is_within) for r in page.rows] == [(False, True), (True, False)]
    band = spec["layer"][0]["data"]["values"][0]
    low, high = knowledge().agents["lidocaine"].onset_minutes[0] / 60, 200 / 60
    assert (band["from"], band["to"]) == pytest.approx((low, high))


def test_both_sides_said_in_two_ways_are_the_same() -> None:
    both = (BlockTarget(kind="sacroiliac_joint", side=Side.BOTH),)
    left = BlockTarget(kind="sacroiliac_joint", side=Side.LEFT)
    assert mismatch(both, (left, RIGHT)) is None and mismatch((left, RIGHT), both) is None
    assert "not entered: right" in str(mismatch(both, (left,)))


def test_a_box_that_the_technique_does_not_have_is_no_target() -> None:
    how = knowledge().guidance.techniques["lumbar_medial_branch_block"]
    posted = {"levels-facet_joint": ["L4-L5:left", "C2-C3:left", "L4-L5:above"]}
    found = targets_from(how, posted, knowledge())
    assert found == (BlockTarget(kind="facet_joint", segment="L4-L5", side=Side.LEFT),)


def test_a_discogram_is_written_disc_by_disc_with_its_controls(sqlite: str) -> None:
    here = practice("lumbar/discogenic_young")
    disc = BlockTarget(kind="disc", segment="L4-L5")
    entry = write(here, PlannedProcedure(technique="lumbar_discography", targets=(disc,)))
    write(here, Consent(to="lumbar_discography", given=True))
    address = here.address(f"blocks/{entry}/perform/")
    form = here.physician.get(address).context["form"]
    assert form.discs == ("L4-L5", "L3-L4", "L5-S1")
    said = {
        **time_out(here, address), "levels-disc": "L4-L5:midline", "sedation": "none",
        "intensity-L4-L5": "8", "concordance-L4-L5": "exact", "opening-L4-L5": "10",
        "pressure-L4-L5": "25", "intensity-L3-L4": "0", "concordance-L3-L4": "none",
        "performed_at": "", "hold_reason": "",
    }  # fmt: skip
    answer = here.physician.post(address, said)
    if answer.status_code == 422:  # what holds here is said, and overruled
        assert "A hold stands" in answer.content.decode()
        answer = here.physician.post(address, {**said, "hold_reason": "Agreed with the surgeon."})
    assert answer.status_code == 302
    discogram = entries(here.patient.pk)[-1]
    assert isinstance(discogram, Discogram) and len(discogram.levels) == 2
    page = here.physician.get(answer["Location"]).context["page"]
    assert [(d.segment, d.is_positive) for d in page.discs] == [("L4-L5", True), ("L3-L4", False)]
    assert "L3-L4 stayed negative" in page.control


def test_two_plans_of_one_technique_are_told_apart_by_their_side(sqlite: str) -> None:
    here = practice(CASE)
    left = BlockTarget(kind="sacroiliac_joint", side=Side.LEFT)
    plan = PlannedProcedure(technique="sacroiliac_joint_injection", targets=(left,))
    other = write(here, plan, occurred_at=timezone.now() - timedelta(hours=3))
    performed(here)
    assert here.physician.get(here.address(f"planned/{other}/")).status_code == 200


def test_the_toxicity_card_is_one_click_from_every_page_of_a_procedure(sqlite: str) -> None:
    here = practice(CASE)
    entry, done = planned(here), performed(here, hours_ago=400)
    card = here.address("cards/last/")
    pages = ("blocks/", f"planned/{entry}/", f"planned/{entry}/sheet/", f"blocks/{done}/",
             f"blocks/{entry}/perform/", "plan/sacroiliac_joint_injection/", "treatment/",
             f"complications/{done}/")  # fmt: skip
    for page in pages:
        assert f'href="{card}"' in here.physician.get(here.address(page)).content.decode(), page
    shown = here.physician.get(card).context["page"]
    assert "weight not known" in shown.weight and shown.lines
    assert here.physician.get(here.address("cards/no_such/")).status_code == 404


def test_ids_of_others_lead_nowhere(sqlite: str) -> None:
    here = practice(CASE)
    entry = planned(here)
    for tab in ("planned/x/", "blocks/x/", "blocks/x/perform/", f"treatment/done/{entry}/",
                f"treatment/planned/{entry}/perform/", "plan/x/", "complications/x/"):  # fmt: skip
        assert here.physician.get(here.address(tab)).status_code == 404, tab


def test_a_coordinator_reads_and_performs_nothing(sqlite: str) -> None:
    here = practice(CASE)
    entry = planned(here)
    assert here.coordinator.get(here.address(f"planned/{entry}/")).status_code == 200
    refused = here.coordinator.post(here.address(f"blocks/{entry}/perform/"), DONE)
    assert refused.status_code in (403, 404)
    assert not any(isinstance(e, DiagnosticBlock) for e in entries(here.patient.pk))
