"""Examination: only what was touched is written, and silence stays unexamined."""

from __future__ import annotations

from needlepoint.core.anatomy import Side
from needlepoint.core.chart import ExamFinding, State, Symptom
from web.people import entries, practice


def test_rows_stand_in_order_of_what_they_tell(sqlite: str) -> None:
    here = practice()
    page = here.physician.get(here.address("examination/")).context["page"]
    told = [float(row.bits.split()[0]) for row in page.rows if row.bits and not row.state]
    assert told == sorted(told, reverse=True) and len(told) > 5
    answered = [bool(row.state) for row in page.rows]
    assert answered == sorted(answered)  # what was examined stands last


def test_only_what_was_touched_is_written(sqlite: str) -> None:
    here = practice()
    before = entries(here.patient.pk)
    page = here.physician.get(here.address("examination/")).context["page"]
    form = {f"s-{row.name}": row.state for row in page.rows}
    form |= {f"d-{row.name}": row.side for row in page.rows if row.side}
    form |= {"complaint": "pain", "once": "a"}
    here.physician.post(
        here.address("examination/"), {**form, "s-paraspinal_trigger_point": "present"}
    )
    (new,) = entries(here.patient.pk)[len(before) :]
    assert new == ExamFinding(
        name="paraspinal_trigger_point", state=State.PRESENT, side=Side.LEFT, complaint="pain"
    )


def test_a_finding_moved_to_the_other_side_leaves_the_first(sqlite: str) -> None:
    here = practice()
    form = {"complaint": "pain", "s-extension_rotation": "present", "d-extension_rotation": "right"}
    here.physician.post(here.address("examination/"), form)
    page = here.physician.get(here.address("examination/")).context["page"]
    (row,) = [row for row in page.rows if row.name == "extension_rotation"]
    assert (row.state, row.side, row.also) == ("present", "right", "")


def test_a_row_set_back_is_unexamined_and_not_absent(sqlite: str) -> None:
    here = practice()
    form = {"complaint": "pain", "s-thigh_thrust": ""}
    here.physician.post(here.address("examination/"), form)
    last = entries(here.patient.pk)[-1]
    assert (last.name, last.state) == ("thigh_thrust", State.UNEXAMINED)
    page = here.physician.get(here.address("examination/")).context["page"]
    assert [row.state for row in page.rows if row.name == "thigh_thrust"] == [""]


def test_the_answer_moves_while_one_types_and_nothing_is_written(sqlite: str) -> None:
    here = practice()
    before = len(entries(here.patient.pk))
    shown = here.physician.get(here.address("examination/")).context["page"].moving
    moved = here.physician.post(
        here.address("examination/"),
        {"complaint": "pain", "s-paraspinal_trigger_point": "present", "d-paraspinal_trigger_point": "left"},
        headers={"HX-Request": "true", "HX-Target": "moving"},
    )  # fmt: skip
    assert "<html" not in moved.content.decode()
    assert moved.context["page"].moving.sources != shown.sources
    assert len(entries(here.patient.pk)) == before


def test_sending_twice_writes_once(sqlite: str) -> None:
    here = practice()
    before = len(entries(here.patient.pk))
    form = {"complaint": "pain", "s-sacral_thrust": "absent", "once": "key"}
    for _ in range(2):
        here.physician.post(here.address("examination/"), form)
    assert len(entries(here.patient.pk)) == before + 1


def test_a_level_that_does_not_exist_is_refused_and_nothing_is_written(sqlite: str) -> None:
    here = practice()
    before = len(entries(here.patient.pk))
    form = {"complaint": "pain", "s-step_off": "present", "g-step_off": "L9-L10",
            "s-low_midline_sill_sign": "present", "g-low_midline_sill_sign": "L9-L10"}  # fmt: skip
    answer = here.physician.post(here.address("examination/"), form)
    assert answer.status_code == 422 and "L9-L10" in answer.content.decode()
    assert len(entries(here.patient.pk)) == before


def test_open_red_flags_are_asked_first_and_may_be_answered_by_a_coordinator(sqlite: str) -> None:
    here = practice()
    page = here.coordinator.get(here.address("questions/")).context["page"]
    assert page.rows[0].is_red_flag
    name = page.rows[0].name
    here.coordinator.post(here.address("questions/"), {"complaint": "pain", f"s-{name}": "absent"})
    last = entries(here.patient.pk)[-1]
    assert isinstance(last, Symptom) and (last.name, last.state) == (name, State.ABSENT)


def test_a_coordinator_reads_the_examination_and_may_not_write_it(sqlite: str) -> None:
    here = practice()
    assert here.coordinator.get(here.address("examination/")).status_code == 200
    before = len(entries(here.patient.pk))
    form = {"complaint": "pain", "s-thigh_thrust": "present"}
    assert here.coordinator.post(here.address("examination/"), form).status_code == 404
    assert len(entries(here.patient.pk)) == before


def test_what_the_form_cannot_say_changes_nothing(sqlite: str) -> None:
    here = practice()
    before = len(entries(here.patient.pk))
    garbled = {"complaint": "pain", "s-thigh_thrust": "perhaps", "s-no_such_finding": "present"}
    assert here.physician.post(here.address("examination/"), garbled).status_code == 302
    other = {"complaint": "another pain", "s-thigh_thrust": "present"}
    assert here.physician.post(here.address("examination/"), other).status_code == 404
    assert len(entries(here.patient.pk)) == before
