"""The sheet on the screen and for a machine."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from needlepoint.cli.main import main

CASES = Path(__file__).parents[2] / "cases/technique"


def run(capsys, *words: str) -> tuple[int, str, str]:
    code = main(["sheet", *words])
    out, err = capsys.readouterr()
    return code, out, err


def test_the_sheet_of_a_plan_is_printed(capsys) -> None:
    code, out, _ = run(capsys, str(CASES / "two_joints_share_a_nerve.yaml"))
    assert code == 0
    words = " ".join(out.split())
    assert "left L3 medial branch left L4 medial branch left L5 dorsal ramus" in words
    assert "temperature: 80 to 90 °C" in words
    assert "lesions in all: 3 to 9 over 3 places" in words
    assert "ASK: Ask for every medicine that thins the blood." in words


def test_the_same_for_a_machine(capsys) -> None:
    code, out, _ = run(capsys, str(CASES / "two_joints_share_a_nerve.yaml"), "--json")
    assert code == 0
    sheet = json.loads(out)["sheets"][0]
    assert [n["place"] for n in sheet["needles"]] == [
        "medial_branch/L3", "medial_branch/L4", "dorsal_ramus/L5"]  # fmt: skip
    assert sheet["lesions"] == [3, 9]
    assert {step["stage"] for step in sheet["steps"]} >= {"position", "target", "confirm"}


def test_advice_in_spanish(capsys) -> None:
    case = str(CASES / "diabetes_and_steroid.yaml")
    code, out, _ = run(capsys, case, "--language", "es")
    assert code == 0 and "Mida su azúcar" in out


def test_a_technique_by_name_and_a_target_in_words(capsys) -> None:
    case = str(CASES / "two_joints_share_a_nerve.yaml")
    code, out, _ = run(
        capsys, case, "--technique", "sacroiliac_joint_injection",
        "--target", "right sacroiliac_joint", "--diagnostic", "--json",
    )  # fmt: skip
    sheet = json.loads(out)["sheets"][0]
    assert code == 0 and sheet["diagnostic"]
    assert "steroid" not in {syringe["role"] for syringe in sheet["syringes"]}


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("--technique", "lumbar_medial_branch_block"), "name the target, for example left L5-S1"),
        (("--technique", "lumbar_medial_branch_block", "--target", "L4-L5 facet_joint"), "side"),
        (("--technique", "lumbar_medial_branch_block", "--target", "left L7 facet_joint"), "L7"),
        (("--technique", "cervical_medial_branch_block", "--target", "left L4-L5 facet_joint"),
         "For L4-L5: lumbar_medial_branch_block"),
        (("--technique", "magic"), "not known"),
        (("--option", "magic"), "not on offer"),
        (("--target", "left hip_joint"), "--technique"),
    ],
)  # fmt: skip
def test_what_cannot_be_done_is_refused_in_a_sentence(capsys, words, says) -> None:
    code, out, err = run(capsys, str(CASES / "two_joints_share_a_nerve.yaml"), *words)
    assert (code, out) == (2, "") and says in err


def test_an_option_of_the_assessment_has_its_sheet(capsys) -> None:
    case = Path(__file__).parents[2] / "cases/technique/knee_has_three_nerves.yaml"
    code, out, _ = run(capsys, str(case), "--option", "knee_steroid_injection", "--json")
    sheet = json.loads(out)["sheets"][0]
    assert code == 0 and sheet["technique"] == "knee_joint_injection"
    assert {needle["place"] for needle in sheet["needles"]} == {"knee_joint"}


def test_a_planned_block_is_a_test(capsys, tmp_path) -> None:
    chart = tmp_path / "chart.yaml"
    chart.write_text(
        "as_of: 2026-11-26T09:00Z\nentries:\n"
        "- {kind: complaint, presentation: axial_low_back}\n"
        "- {kind: diagnostic_block, block: sacroiliac_joint_injection, performed: false,\n"
        "   targets: [{kind: sacroiliac_joint, side: left}]}\n"
    )
    code, out, _ = run(capsys, str(chart), "--json")
    (sheet,) = json.loads(out)["sheets"]
    assert code == 0 and sheet["diagnostic"]
