"""The command line as a person and a program use it."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import jsonschema
import pyarrow.parquet as pq
import pytest

from needlepoint.cli import main

CASE = Path(__file__).parents[2] / "cases" / "lumbar" / "facet_or_sacroiliac.yaml"
KEYS = {"differential", "kinds", "findings", "contributions", "next_steps", "options", "verdicts",
        "knowledge_version", "as_of"}  # fmt: skip


def run(capsys, *arguments: str) -> tuple[int, str, str]:
    code = main(arguments)
    out, err = capsys.readouterr()
    return code, out, err


def test_json_has_the_promised_keys(capsys) -> None:
    code, out, _ = run(capsys, "assess", str(CASE), "--json")
    data = json.loads(out)
    assert code == 0 and data.keys() >= KEYS
    first = data["differential"][0]
    assert first.keys() >= {"kind", "segment", "side", "probability", "interval"}
    chances = [source["probability"] for source in data["differential"]]
    assert chances == sorted(chances, reverse=True)
    assert data["next_steps"][0].keys() >= {"action", "target", "value", "information_bits", "why"}
    assert data["options"][0].keys() >= {"therapy", "target", "expected_response",
                                         "duration_months", "verdicts"}  # fmt: skip
    assert {"present", "absent", "unexamined"} <= data["findings"].keys()
    assert all(v["outcome"] in ("clear", "hold", "cannot_tell") for v in data["verdicts"])


def test_the_same_chart_gives_the_same_answer_twice(capsys) -> None:
    first = run(capsys, "assess", str(CASE), "--json")[1]
    assert run(capsys, "assess", str(CASE), "--json")[1] == first


def test_a_person_reads_danger_sources_reasons_and_the_next_step(capsys) -> None:
    code, out, _ = run(capsys, "assess", str(CASE))
    assert code == 0
    for word in ("facet joint", "Why facet joint", "before any finding", "NEXT",
                 "Red flags not yet asked", "none nameable", "Unexamined"):  # fmt: skip
        assert word in out


def test_the_ledger_of_another_generator_can_be_asked_for(capsys) -> None:
    assert (
        "Why sacroiliac joint" in run(capsys, "assess", str(CASE), "--why", "sacroiliac_joint")[1]
    )
    assert "not among the sources" in run(capsys, "assess", str(CASE), "--why", "knee_joint")[1]


def test_a_chart_as_it_stood_earlier(capsys, tmp_path) -> None:
    chart = tmp_path / "chart.yaml"
    chart.write_text(
        "as_of: 2026-03-01\nentries:\n"
        "  - {kind: complaint, presentation: neck, occurred_at: 2026-01-01}\n"
        "  - {kind: exam_finding, name: spurling_test, occurred_at: 2026-02-01}\n"
    )
    late = json.loads(run(capsys, "assess", str(chart), "--json")[1])
    early = json.loads(run(capsys, "assess", str(chart), "--json", "--as-of", "2026-01-15")[1])
    assert late["findings"]["present"] and not early["findings"]["present"]


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("entries: [{kind: goal, words: walk, occurred_at: 2026-01-01}]\n", ["no complaint"]),
        ("a: [\n", ["not valid YAML"]),
        ('{"resourceType": "Patient"}\n', ["hand over a Bundle"]),
        ('{"resourceType": "Bundle", "entry": 5}\n', ["must be a list"]),
        ("title: x\ngiven: 3\nthen: {}\nas_of: 2026-01-01\npoint: y\n", ["given"]),
    ],
)
def test_what_cannot_be_assessed_is_refused_with_code_2(capsys, tmp_path, content, words) -> None:
    chart = tmp_path / "chart.yaml"
    chart.write_text(content)
    code, out, err = run(capsys, "assess", str(chart))
    assert (code, out) == (2, "")
    assert all(word in err for word in words) and "Traceback" not in err


def test_missing_files_and_unknown_items_are_named(capsys) -> None:
    code, _, err = run(capsys, "assess", "nobody.yaml")
    assert code == 2 and "nobody.yaml" in err
    code, _, err = run(capsys, "knowledge", "show", "thigh_thrus")
    assert code == 2 and "thigh_thrust" in err


def test_an_empty_folder_and_a_moment_before_the_chart_are_refused(capsys, tmp_path) -> None:
    code, _, err = run(capsys, "assess", str(tmp_path))
    assert code == 2 and "no .yaml" in err
    code, out, err = run(capsys, "assess", str(CASE), "--as-of", "1999-01-01")
    assert (code, out) == (2, "") and "later moment" in err
    code, _, err = run(capsys, "assess", str(CASE), "--out", str(tmp_path / "no" / "x.jsonl"))
    assert code == 2 and "No such file" in err


def test_a_batch_goes_on_past_a_bad_file_and_says_so(capsys, tmp_path) -> None:
    bad = tmp_path / "bad.yaml"
    bad.write_text("entries: []\n")
    out = tmp_path / "answers.jsonl"
    code, _, err = run(capsys, "assess", str(CASE), str(bad), str(CASE), "--out", str(out))
    rows = [json.loads(line) for line in out.read_text().splitlines()]
    assert code == 2 and len(rows) == 2 and "2 assessed, 1 refused" in err
    assert rows[0]["file"] == str(CASE) and rows[0].keys() >= KEYS


def test_a_batch_of_one_folder_prints_lines(capsys) -> None:
    code, out, _ = run(capsys, "assess", str(CASE.parent.parent / "mechanism"))
    assert code == 0 and len(out.splitlines()) == 3


def test_a_batch_writes_parquet(capsys, tmp_path) -> None:
    out = tmp_path / "answers.parquet"
    assert run(capsys, "assess", str(CASE), "--out", str(out))[0] == 0
    table = pq.read_table(out).to_pylist()
    assert table[0]["kind"] == "facet_joint" and table[0]["rank"] == 1
    assert run(capsys, "assess", str(CASE), "--out", "answers.xls")[0] == 2


def test_a_batch_does_not_let_one_patient_change_another(capsys, tmp_path) -> None:
    other = CASE.parent / "sacroiliac_three_tests.yaml"
    alone = json.loads(run(capsys, "assess", str(CASE), "--out", "-")[1])
    together = run(capsys, "assess", str(other), str(CASE), "--out", "-")[1].splitlines()
    assert json.loads(together[1]) == alone


def test_knowledge_commands_answer(capsys) -> None:
    code, everything, _ = run(capsys, "knowledge", "check", "--all")
    assert code == 0 and "0 faults" in everything and "unverified: " in everything
    for folder in ("safety", "neuromodulation"):
        assert f"unread, and a mistake in it could harm: {folder}" in everything
    code, out, _ = run(capsys, "knowledge", "show", "thigh_thrust")
    assert code == 0 and "sacroiliac_joint" in out
    code, out, _ = run(capsys, "knowledge", "sources", "DePalma")
    assert code == 0 and "DePalma" in out
    code, out, err = run(capsys, "knowledge", "sources", "nobody-wrote-this")
    assert (code, out) == (2, "") and "No source contains" in err


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("apixaban", ("ASRA pain medicine 2018", "hours: 72", "eliquis")),
        ("Eliquis 5 mg", ("ASRA pain medicine 2018",)),
        ("lidocaine", ("max_mg: 300", "onset_minutes")),
        ("dexamethasone", ("session_max_mg: 15",)),
        ("lumbar_interlaminar_epidural", ("neuraxial: True",)),
        ("lumbar_medial_branch_block", ("nonspecific", "technique:", "bleeding_tier")),
        ("phq9", ("PHQ-9",)),
        ("laslett-2006", ("laslett-2006/",)),
        ("anaesthetic/reduction_factor", ("value",)),
    ],
)
def test_whatever_is_on_file_can_be_shown_with_its_numbers(capsys, name, words) -> None:
    code, out, err = run(capsys, "knowledge", "show", name)
    assert code == 0, err
    assert all(word.lower() in out.lower() for word in words), out


def test_an_empty_name_is_no_folder(capsys) -> None:
    code, out, err = run(capsys, "assess", "")
    assert (code, out) == (2, "") and "file name is empty" in err


def test_a_day_at_the_end_of_the_calendar_is_refused(capsys, tmp_path) -> None:
    with pytest.raises(SystemExit) as stopped:
        run(capsys, "assess", str(CASE), "--as-of", "9999-12-31T23:59-12:00")
    assert stopped.value.code == 2
    chart = tmp_path / "old.yaml"
    chart.write_text(
        "entries:\n  - {kind: complaint, presentation: neck, occurred_at: 0001-01-01T00:00+14:00}\n"
    )
    code, _, err = run(capsys, "assess", str(chart))
    assert code == 2 and "occurred_at lies in the year 1." in err and "Traceback" not in err


def test_the_schema_accepts_the_cases_and_refuses_nonsense(capsys) -> None:
    schema = json.loads(run(capsys, "schema")[1])
    jsonschema.Draft202012Validator.check_schema(schema)
    chart = {"as_of": "2026-01-01", "entries": [
        {"kind": "complaint", "presentation": "neck", "occurred_at": "2026-01-01"},
        {"kind": "exam_finding", "name": "spurling_test", "state": "present"}]}  # fmt: skip
    jsonschema.validate(chart, schema)
    chart["entries"][1]["name"] = "nonsense"
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(chart, schema)


def test_reference_pages_are_written(capsys, tmp_path) -> None:
    assert run(capsys, "docs", "--out", str(tmp_path / "reference"))[0] == 0
    pages = {page.name for page in (tmp_path / "reference").iterdir()}
    assert pages == {"presentations.md", "findings.md", "blocks.md", "cases.md"}


def test_the_package_imports_light_and_three_names_are_enough(tmp_path) -> None:
    chart = tmp_path / "patient.yaml"
    chart.write_text("as_of: 2026-03-01\nentries: [{kind: complaint, presentation: neck}]\n")
    code = (
        "import sys, needlepoint; "
        "assert 'numpy' not in sys.modules and 'pydantic' not in sys.modules; "
        "from needlepoint import read_chart, load_knowledge, assess; "
        "assert not {'django', 'numba', 'pandas', 'rich'} & set(sys.modules); "
        f"k = load_knowledge(); c = read_chart({str(chart)!r}, knowledge=k); "
        "assert assess(c, k).complaints"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


def test_doses_ask_for_the_weight_and_for_opioids(tmp_path, capsys) -> None:
    chart = tmp_path / "patient.yaml"
    chart.write_text("as_of: 2026-03-01\nentries: [{kind: complaint, presentation: neck}]\n")
    assert main(["dose", str(chart)]) == 0
    said = capsys.readouterr().out
    assert "weigh the patient" in said and "OPIOIDS: not asked for" in said
    assert main(["dose", str(chart), "--json"]) == 0
    data = json.loads(capsys.readouterr().out)
    assert data["opioids"]["mme_per_day"] is None
    assert all(one["mg"] is None for one in data["anaesthetic_ceilings"])


def test_safety_names_what_it_does_not_know(tmp_path, capsys) -> None:
    chart = tmp_path / "patient.yaml"
    chart.write_text("as_of: 2026-03-01\nentries: [{kind: complaint, presentation: neck}]\n")
    assert main(["safety", str(chart)]) == 2
    assert "Nothing is planned" in capsys.readouterr().err
    assert main(["safety", str(chart), "--technique", "lumbar_medial_branch_blok"]) == 2
    assert "Did you mean 'lumbar_medial_branch_block'" in capsys.readouterr().err
    where = ["--target", "left L4-L5 facet joint"]
    name = ["--technique", "lumbar_medial_branch_block", *where]
    assert main(["safety", str(chart), *name, "--json"]) == 0
    (planned,) = json.loads(capsys.readouterr().out)["planned"]
    assert planned["outcome"] == "cannot_tell"
    assert planned["targets"] == ["left L4-L5 facet joint"]
