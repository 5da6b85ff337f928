"""The packet on the command line: for a person, for a machine, and refused with a cure."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from needlepoint.cli import main

HERE = Path(__file__).parents[2]
CASE = HERE / "cases" / "coverage" / "second_radiofrequency_at_five_months.yaml"


def run(capsys: Any, *arguments: str) -> tuple[int, str, str]:
    code = main(arguments)
    out, err = capsys.readouterr()
    return code, out, err


def test_a_person_reads_each_authority_with_proof_and_what_to_document(capsys: Any) -> None:
    code, out, _ = run(capsys, "coverage", str(CASE))
    assert code == 0
    plain = " ".join(out.split())
    assert "UNMET * Medicare, CGS" in plain and "LCD L38773" in plain
    assert "That benefit lasted at least 6 months" in plain
    assert "rf-1 2025-10-10" in plain  # the entry that proves it, with its day
    assert "from 2027-02-10" in plain  # when the interval of another authority has passed
    assert "Document this" in plain and "promises no payment" in plain


def test_a_machine_gets_every_line_with_proofs_counters_and_citation(capsys: Any) -> None:
    code, out, _ = run(capsys, "coverage", str(CASE), "--json")
    assert code == 0
    procedure = json.loads(out)["procedures"][0]
    policies = {one["policy"]: one for one in procedure["policies"]}
    medicare = policies["medicare_facet_cgs"]
    assert medicare["standing"] == "unmet" and medicare["document_number"] == "LCD L38773"
    lines = {line["criterion"]: line for line in medicare["lines"]}
    assert lines["radiofrequency_sessions"]["counter"] == {"used": 1, "allowed": 2}
    proof = lines["repeat_relief"]["proofs"][0]
    assert proof["entry"] == "rf-1" and proof["author"]
    assert lines["repeat_months"]["cited"] and lines["repeat_months"]["verified"]
    wanted = procedure["to_document"]
    assert procedure["document"] == [one["says"] for one in wanted]
    named = [one["attest"] for one in wanted if one["attest"]]
    assert len(named) == len(set(named)), "one line a thing to document"
    waiting = {line["says"] for one in procedure["policies"] for line in one["lines"]
               if line["document"]}  # fmt: skip
    assert waiting == {says for one in wanted for some in one["serves"].values() for says in some}


def test_any_procedure_may_be_named_with_its_place_and_day(capsys: Any) -> None:
    code, out, _ = run(
        capsys, "coverage", str(CASE), "--technique", "lumbar_medial_branch_radiofrequency",
        "--target", "left L4-L5 facet_joint", "--at", "2026-05-01", "--json",
    )  # fmt: skip
    assert code == 0
    procedure = json.loads(out)["procedures"][0]
    assert procedure["at"].startswith("2026-05-01") and procedure["complaint"] == "back"


def test_a_payer_of_the_clinic_stands_beside_the_others(capsys: Any, tmp_path: Path) -> None:
    manual = (HERE / "docs" / "coverage.md").read_text()
    found = re.search(r"```yaml\n(id: example_health_facet.*?)```", manual, re.DOTALL)
    assert found
    (tmp_path / "example_health_facet.yaml").write_text(found.group(1))
    code, out, _ = run(capsys, "coverage", str(CASE), "--policies", str(tmp_path), "--json")
    policies = {p["policy"]: p for p in json.loads(out)["procedures"][0]["policies"]}
    assert code == 0 and policies["example_health_facet"]["standing"] == "unmet"
    sessions = next(
        line
        for line in policies["example_health_facet"]["lines"]
        if line["criterion"] == "sessions"
    )
    assert sessions["next_on"] == "2026-10-10" and not sessions["verified"]


def test_the_folder_may_come_from_the_environment(
    capsys: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "wrong.yaml").write_text("id: wrong\nauthority: A\n")
    monkeypatch.setenv("NEEDLEPOINT_POLICIES", str(tmp_path))
    code, _, err = run(capsys, "coverage", str(CASE))
    assert code == 2
    assert "wrong.yaml" in err and "criteria is missing. Add it." in err


@pytest.mark.parametrize(
    ("more", "told"),
    [
        (("--technique", "lumbar_medial_branch_radiofrequenzy"), "Did you mean"),
        (("--target", "left L4-L5 facet_joint"), "go with --technique"),
        (("--policies", "/nowhere/at/all"), "no such folder"),
        (
            ("--technique", "lumbar_medial_branch_radiofrequency", "--target", "L4-L5 facet_joint"),
            "side",
        ),
    ],
)
def test_what_cannot_be_done_is_refused_with_a_cure(
    more: tuple[str, ...], told: str, capsys: Any
) -> None:
    code, _, err = run(capsys, "coverage", str(CASE), *more)
    assert code == 2 and told in err


def test_a_chart_without_a_plan_says_what_to_do(capsys: Any) -> None:
    code, _, err = run(
        capsys, "coverage", str(HERE / "cases" / "lumbar" / "facet_or_sacroiliac.yaml")
    )
    assert code == 2 and "planned_procedure" in err
