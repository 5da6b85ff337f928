"""The grid of findings: three states, one statement a changed cell, and what was wide is split."""

from __future__ import annotations

from typing import Any

import pytest
from sending import attached, clinic

from needlepoint.core.anatomy import Side
from needlepoint.core.chart import ImagingFinding, Provenance, RadiationDose, State
from needlepoint.store.reading import entries_of
from needlepoint.store.writing import append_entry
from web.people import entries, looks

FACET = "facet_arthropathy_on_ct_or_mri"
DISC = "disc_degeneration_on_mri"


def grid(here: Any, query: str = "") -> Any:
    return here.physician.get(here.address(f"imaging/{query}")).context["grid"]


def items(here: Any, query: str = "") -> dict[str, Any]:
    return {i.key: i for row in grid(here, query).rows for cell in row.cells for i in cell.items}


def save(here: Any, changes: dict[str, str], **more: str) -> Any:
    """Send the whole grid as a browser does, with some cells changed."""
    shown = items(here)
    form = {f"s.{key}": item.state for key, item in shown.items()}
    form |= {f"g.{key}": item.grade for key, item in shown.items() if item.grades}
    seen = here.physician.get(here.address("imaging/")).context["seen"]
    return here.physician.post(here.address("imaging/"), {**form, "seen": seen, "modality": "mri", **changes, **more})  # fmt: skip


def said(here: Any, name: str) -> list[tuple[str | None, str | None, str, str | None]]:
    return [
        (e.segment, e.side.value if e.side else None, e.state.value, e.grade)
        for e in entries(here.patient.pk) if isinstance(e, ImagingFinding) and e.name == name
    ]  # fmt: skip


def state(here: Any, finding: ImagingFinding) -> None:
    append_entry(chart=here.patient.chart_id, statement=finding, author="u1",
                 role=entries_of(here.patient.chart_id)[0].role, provenance=Provenance.CLINICIAN_FOUND)  # fmt: skip


def test_rows_are_levels_and_columns_are_sides(sqlite: str) -> None:
    page = grid(clinic("lumbar/facet_or_sacroiliac"))
    levels = [row.level for row in page.rows]
    assert levels[0] == "Region" and [x for x in levels if "-" in x] == [
        "L1-L2",
        "L2-L3",
        "L3-L4",
        "L4-L5",
        "L5-S1",
    ]
    assert levels.index("L4-L5") < levels.index("L5") < levels.index("L5-S1")
    for row in page.rows:
        assert [cell.column for cell in row.cells] == ["left", "midline", "right"]
        for cell in row.cells:
            assert all(
                i.side == ("" if cell.column == "midline" else cell.column) for i in cell.items
            )


@pytest.mark.parametrize("case", ["neck_and_arm/cervical_facet", "leg_and_hip/l5_radiculopathy", "leg_and_hip/knee_osteoarthritis",
                                  "trunk_and_pelvis/thoracic_facet", "trunk_and_pelvis/crps_hand"])  # fmt: skip
def test_every_complaint_has_a_grid_of_its_own_region(sqlite: str, case: str) -> None:
    here = clinic(case)
    page = grid(here)
    assert page is not None and page.total == len(items(here))
    for modality, _, _ in page.modalities:
        for item in items(here, f"?modality={modality}").values():
            assert item.label and " on MRI" not in item.label


def test_what_was_touched_is_written_and_silence_stays_unread(sqlite: str) -> None:
    here = clinic()
    before = len(entries(here.patient.pk))
    answer = save(here, {f"s.{FACET}.L5-S1.right": "present", f"g.{FACET}.L5-S1.right": "severe",
                         "s.modic_1_on_mri.L4-L5.": "absent"})  # fmt: skip
    assert answer.status_code == 302 and len(entries(here.patient.pk)) == before + 2
    assert said(here, FACET)[-1] == ("L5-S1", "right", "present", "severe")
    assert said(here, "modic_1_on_mri") == [("L4-L5", None, "absent", None)]
    last = entries_of(here.patient.chart_id)[-1]
    assert last.provenance is Provenance.CLINICIAN_FOUND and isinstance(
        last.statement, ImagingFinding
    )
    assert last.statement.modality == "mri"
    assert save(here, {}).status_code == 302 and len(entries(here.patient.pk)) == before + 2


def test_a_reading_from_a_report_says_so(sqlite: str) -> None:
    here = clinic()
    save(here, {"s.modic_1_on_mri.L4-L5.": "present"}, read_from="report")
    assert entries_of(here.patient.chart_id)[-1].provenance is Provenance.IMPORTED


def test_a_cell_can_be_corrected_and_set_back_to_not_read(sqlite: str) -> None:
    here = clinic()
    key = f"{FACET}.L4-L5.left"
    assert items(here)[key].state == "present"
    save(here, {f"s.{key}": "absent", f"g.{key}": ""})
    assert items(here)[key].state == "absent"
    save(here, {f"s.{key}": "", f"g.{key}": ""})
    assert items(here)[key].state == "" and said(here, FACET)[-1][2] == "unexamined"
    page = here.physician.get(here.address("imaging/")).context
    assert [line.says for line in page["earlier"]][-1].startswith("Facet arthropathy, L4-L5, left")


def test_absent_at_every_level_shows_in_every_cell_and_is_split_by_a_change(sqlite: str) -> None:
    here = clinic("lumbar/normal_mri_speaks_against_disc")
    cells = {k: i for k, i in items(here).items() if i.name == DISC}
    assert len(cells) == 5 and {i.state for i in cells.values()} == {"absent"}
    save(here, {f"s.{DISC}.L5-S1.": "present", f"g.{DISC}.L5-S1.": "mild"})
    after = {k: (i.state, i.grade) for k, i in items(here).items() if i.name == DISC}
    assert after.pop(f"{DISC}.L5-S1.") == ("present", "mild")
    assert set(after.values()) == {("absent", "")} and len(after) == 4
    assert (None, None, "unexamined", None) in said(here, DISC)


def test_both_sides_at_once_is_split_by_a_change(sqlite: str) -> None:
    here = clinic()
    state(here, ImagingFinding(name=FACET, segment="L3-L4", side=Side.BOTH, grade="mild"))
    assert {items(here)[f"{FACET}.L3-L4.{side}"].grade for side in ("left", "right")} == {"mild"}
    save(here, {f"s.{FACET}.L3-L4.left": "absent", f"g.{FACET}.L3-L4.left": ""})
    now = items(here)
    assert now[f"{FACET}.L3-L4.left"].state == "absent"
    assert (now[f"{FACET}.L3-L4.right"].state, now[f"{FACET}.L3-L4.right"].grade) == (
        "present",
        "mild",
    )


def test_present_somewhere_is_said_beside_the_grid_and_fills_no_cell(sqlite: str) -> None:
    here = clinic()
    state(here, ImagingFinding(name=DISC, grade="severe"))
    page = grid(here)
    assert page.elsewhere == ("Disc degeneration, severe",)
    assert {i.state for i in items(here).values() if i.name == DISC} == {""}


def test_a_preview_moves_the_answer_and_writes_nothing(sqlite: str) -> None:
    here = clinic()
    before = len(entries(here.patient.pk))
    shown = here.physician.get(here.address("imaging/")).context["page"]["moving"].sources[0].chance
    answer = here.physician.post(
        here.address("imaging/"),
        {f"s.{FACET}.L4-L5.left": "absent", "s.facet_effusion_on_mri.L4-L5.left": "absent"},
        HTTP_HX_REQUEST="true", HTTP_HX_TARGET="moving",
    )  # fmt: skip
    assert answer.context["page"]["moving"].sources[0].chance != shown
    assert (
        len(entries(here.patient.pk)) == before and b'<table class="differential' in answer.content
    )


def test_what_someone_else_read_meanwhile_is_not_overwritten_unseen(sqlite: str) -> None:
    here = clinic()
    seen = here.physician.get(here.address("imaging/")).context["seen"]
    state(here, ImagingFinding(name="modic_1_on_mri", segment="L4-L5", complaint="back"))
    answer = save(here, {"s.modic_2_on_mri.L4-L5.": "present"}, seen=str(seen))
    assert answer.status_code == 422 and "while you were reading" in answer.content.decode()
    kept = [
        i
        for r in answer.context["grid"].rows
        for c in r.cells
        for i in c.items
        if i.key == "modic_2_on_mri.L4-L5."
    ]
    assert kept[0].state == "present"


@pytest.mark.parametrize("changes", [{"s.nothing.L4-L5.": "present"}, {f"s.{FACET}.X9.left": "present"},
                                     {f"s.{FACET}.L4-L5.right": "maybe"}, {f"s.{FACET}.L4-L5.both": "present"}])  # fmt: skip
def test_what_no_grid_sends_is_not_written(sqlite: str, changes: dict[str, str]) -> None:
    here = clinic()
    before = len(entries(here.patient.pk))
    save(here, changes)
    assert len(entries(here.patient.pk)) == before


def test_a_grade_that_does_not_exist_is_left_out(sqlite: str) -> None:
    here = clinic()
    save(here, {f"s.{FACET}.L4-L5.right": "present", f"g.{FACET}.L4-L5.right": "colossal"})
    assert said(here, FACET)[-1] == ("L4-L5", "right", "present", None)


def test_who_may_only_read_cannot_write(sqlite: str) -> None:
    here = clinic()
    assert here.coordinator.get(here.address("imaging/")).status_code == 200
    answer = here.coordinator.post(here.address("imaging/"), {f"s.{FACET}.L4-L5.left": "absent"})
    assert answer.status_code == 404
    assert here.outsider.get(here.address("imaging/")).status_code == 404
    assert ("imaging", "refused") in looks(here.patient.pk)


def test_a_chart_without_a_complaint_teaches_and_still_takes_images(sqlite: str) -> None:
    here = attached(clinic(None))
    page = here.physician.get(here.address("imaging/"))
    assert page.context["grid"] is None and "First the complaint" in page.content.decode()
    assert len(page.context["studies"]) == 1


# --- the dose -------------------------------------------------------------------------------------


def blocked(here: Any) -> str:
    return next(
        e.id for e in entries_of(here.patient.chart_id) if e.statement.kind == "diagnostic_block"
    )


def dose(here: Any, **said: object) -> Any:
    form = {
        "procedure": blocked(here),
        "dose_area_product": "",
        "air_kerma": "",
        "seconds": "",
        "study": "",
        **said,
    }
    return here.physician.post(here.address("imaging/dose/"), form)


def test_doses_are_kept_with_their_procedure_and_summed(sqlite: str) -> None:
    here = clinic("lumbar/facet_two_concordant_blocks")
    assert here.physician.get(here.address("imaging/")).context["doses"].without == 2
    assert dose(here, dose_area_product="1.5", seconds="32").status_code == 302
    assert dose(here, dose_area_product="0.5", air_kerma="4").status_code == 302
    told = [e for e in entries(here.patient.pk) if isinstance(e, RadiationDose)]
    assert [d.procedure_entry for d in told] == [blocked(here)] * 2
    doses = here.physician.get(here.address("imaging/")).context["doses"]
    assert doses.total == "2 Gy·cm², 4 mGy air kerma, 32 s of fluoroscopy" and doses.without == 1


@pytest.mark.parametrize(("wrong", "says"), [({}, "at least one"), ({"seconds": "-1"}, "greater than or equal"),
                                             ({"air_kerma": "1e9"}, "less than or equal"), ({"seconds": "nan"}, "number"),
                                             ({"seconds": "5", "procedure": "nothing"}, "valid choice")])  # fmt: skip
def test_a_dose_that_cannot_be_is_refused_and_says_why(
    sqlite: str, wrong: dict[str, str], says: str
) -> None:
    here = clinic("lumbar/facet_two_concordant_blocks")
    answer = dose(here, **wrong)
    assert answer.status_code == 422 and says in answer.content.decode()
    assert not [e for e in entries(here.patient.pk) if isinstance(e, RadiationDose)]


def test_no_state_is_lost_between_three(sqlite: str) -> None:
    here = clinic()
    states = {State.PRESENT: "present", State.ABSENT: "absent", State.UNEXAMINED: ""}
    for wanted in (State.ABSENT, State.PRESENT, State.UNEXAMINED, State.PRESENT):
        save(here, {"s.modic_1_on_mri.L5-S1.": states[wanted]})
        assert items(here)["modic_1_on_mri.L5-S1."].state == states[wanted]
