"""The list of all knowledge leaves nothing out, and differences are found by item and number."""

from __future__ import annotations

import dataclasses
from datetime import date
from pathlib import Path

import pytest

from needlepoint.cli import main
from needlepoint.config import knowledge_root
from needlepoint.core.knowledge import Knowledge, is_verified
from needlepoint.files.catalogue import (
    EVIDENCE,
    between_days,
    between_versions,
    catalogue,
    is_verified_line,
    read_item,
    weighs,
)
from needlepoint.files.knowledge import knowledge_files
from needlepoint.files.references import all_estimates
from needlepoint.files.shelf import KnowledgeFiles

TWO_DAYS = b"""
id: sacroiliac/thigh_thrust
label: Thigh thrust
values:
  2031-01-01:
    method: a guess
    review_by: 2032-01-01
    rests_on: []
    table:
      base_rate: {value: 0.2, judged: true}
      kinds:
        disc: {value: 0.3, interval_95: [0.2, 0.4], rests_on: [example-2030/table-2]}
  2031-06-01:
    method: pooled
    review_by: 2033-01-01
    rests_on: [example-2030/table-2]
    table:
      base_rate: {value: 0.2, judged: true}
      kinds:
        disc: {value: 0.35, interval_95: [0.3, 0.4], rests_on: [example-2030/table-2]}
"""


@pytest.fixture(scope="module")
def files() -> KnowledgeFiles:
    return knowledge_files(knowledge_root())


def invented(**texts: bytes) -> KnowledgeFiles:
    return KnowledgeFiles(root=Path(), texts={f"findings/{n}.yaml": t for n, t in texts.items()})


def test_every_number_of_the_knowledge_stands_in_the_page_of_its_file(
    files: KnowledgeFiles, knowledge: Knowledge
) -> None:
    shown: dict[str, set[str]] = {}
    for file, _, estimate in all_estimates(knowledge):
        if file not in files.texts:
            continue  # rows of a table are named by what they are about
        if file not in shown:
            item = read_item(file, files.texts[file])
            shown[file] = {line.says for block in item.blocks for line in block.lines}
        said = f"{estimate.value:g}"
        assert any(said in text for text in shown[file]), (file, estimate)
    assert len(shown) > 500


def test_a_number_is_verified_in_the_list_just_when_the_core_says_so(
    files: KnowledgeFiles, knowledge: Knowledge
) -> None:
    finding = knowledge.findings["thigh_thrust"]
    tables = finding.values[max(finding.values)]
    assert tables.table is not None
    lines = {line.path: line for line in read_item(finding.source_file, files.texts[
        finding.source_file]).blocks[0].lines}  # fmt: skip
    for kind, estimate in tables.table.kinds.items():
        line = lines[f"table · kinds · {kind}"]
        assert is_verified_line(line, knowledge.verified_extracts) == is_verified(
            estimate, knowledge
        )


def test_the_list_holds_every_adopted_file_and_repeats_from_the_cache(
    files: KnowledgeFiles, knowledge: Knowledge, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NEEDLEPOINT_CACHE", str(tmp_path))
    made = catalogue(files, knowledge.verified_extracts)
    adopted = {name for name in files.texts if name.split("/")[0] not in EVIDENCE}
    assert {one.file for one in made} == adopted
    assert catalogue(files, knowledge.verified_extracts) == made
    next(tmp_path.glob("catalogue-*.json")).write_text("[{]")
    assert catalogue(files, knowledge.verified_extracts) == made


def test_lines_keep_what_is_said_how_sure_and_on_what_grounds() -> None:
    item = read_item("findings/thigh_thrust.yaml", TWO_DAYS)
    assert item.title == "Thigh thrust" and [b.day for b in item.blocks] == [
        "2031-06-01", "2031-01-01"]  # fmt: skip
    base, disc = item.blocks[0].lines
    assert base.is_judged and not is_verified_line(base, frozenset({"example-2030/table-2"}))
    assert (disc.says, disc.interval) == ("0.35", "0.3–0.4") and weighs(disc)
    assert is_verified_line(disc, frozenset({"example-2030/table-2"}))
    assert not is_verified_line(disc, frozenset())


def test_two_editions_differ_by_item_and_number() -> None:
    before = invented(one=TWO_DAYS, gone=b"label: Gone\nminutes: 2")
    after = invented(one=TWO_DAYS.replace(b"0.35", b"0.41"), new=b"label: New\nminutes: 3")
    found = {one.file: one for one in between_versions(before, after)}
    assert {name: one.how for name, one in found.items()} == {
        "findings/one.yaml": "changed", "findings/gone.yaml": "gone", "findings/new.yaml": "new",
    }  # fmt: skip
    (line,) = found["findings/one.yaml"].differences
    assert (line.path, line.before, line.after) == (
        "2031-06-01 · table · kinds · disc", "0.35 (0.3–0.4)", "0.41 (0.3–0.4)")  # fmt: skip
    assert list(between_versions(after, after)) == []


def test_two_days_differ_by_what_was_in_force() -> None:
    files = invented(one=TWO_DAYS)
    (changed,) = between_days(files, date(2031, 3, 1), date(2031, 7, 1))
    assert changed.how == "changed"
    assert ("table · kinds · disc", "0.3 (0.2–0.4)", "0.35 (0.3–0.4)") in [
        dataclasses.astuple(line) for line in changed.differences
    ]
    (new,) = between_days(files, date(2030, 1, 1), date(2031, 3, 1))
    assert new.how == "new"
    assert list(between_days(files, date(2031, 6, 1), date(2031, 7, 1))) == []


def test_the_command_compares_with_a_folder_and_refuses_what_is_neither(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["knowledge", "diff", "2100-01-01"]) == 0
    assert capsys.readouterr().out == ""
    assert main(["knowledge", "diff", "yesterday"]) == 2
    assert "neither a folder nor a day" in capsys.readouterr().err
    assert main(["knowledge", "diff", str(tmp_path)]) == 2
    (tmp_path / "findings").mkdir()
    (tmp_path / "findings/old.yaml").write_text("label: Old\nminutes: 2\n")
    assert main(["knowledge", "diff", str(tmp_path)]) == 0
    assert "findings/old.yaml: gone" in capsys.readouterr().out
