"""A payer is one file: the example of the manual is read, and every fault is told with its cure."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from needlepoint.config import knowledge_root
from needlepoint.core.errors import KnowledgeFault, NeedlepointError
from needlepoint.core.knowledge import Knowledge
from needlepoint.files import policies
from needlepoint.files.nodes import read_document
from needlepoint.files.policies import BOUNDS, MOST_FAULTS, check_policy, with_policies

MANUAL = Path(__file__).parents[2] / "docs" / "coverage.md"


def example() -> str:
    found = re.search(r"```yaml\n(id: example_health_facet.*?)```", MANUAL.read_text(), re.DOTALL)
    assert found, "the manual has lost its example"
    return found.group(1)


def write(folder: Path, text: str, name: str = "example_health_facet.yaml") -> Path:
    (folder / name).write_text(text)
    return folder


def faults_of(folder: Path, knowledge: Knowledge) -> str:
    with pytest.raises(KnowledgeFault) as refused:
        with_policies(knowledge, folder)
    return str(refused.value)


def test_the_example_of_the_manual_is_a_policy(tmp_path: Path, knowledge: Knowledge) -> None:
    more = with_policies(knowledge, write(tmp_path, example()))
    policy = more.guidance.policies["example_health_facet"]
    assert policy.criteria[0].id == "two_blocks"
    of_technique = more.guidance.policies_of["lumbar_medial_branch_radiofrequency"]
    assert policy in of_technique
    assert len(more.guidance.policies) == len(knowledge.guidance.policies) + 1
    assert more.version.startswith(f"{knowledge.version}+")


@pytest.mark.parametrize(
    ("found", "written", "told"),
    [
        ("blocks/positive_at/70", "blocks/positiv_at/70", "Did you mean 'blocks/positive_at'"),
        ("blocks/positive_at/70", "blocks/positive_at", "is no measure"),
        ("measure: history/sessions_12_months", "measure: history/sessions_12", "no measure"),
        ("threshold: 2}", "threshold: '2'}", "a number is needed"),
        ("threshold: true}", "threshold: 1}", ""),
        ("operator: ==, threshold: true}", "operator: in, threshold: []}", "at least one"),
        ("operator: ==, threshold: true}", "operator: in, threshold: yes it is}", "Write [a, b]"),
        ("operator: '>=', threshold: 6}", "operator: between, threshold: [9, 6]}", "lower first"),
        ("operator: <=", "operator: =<", "expected"),
        ("threshold: false}", "threshold: no one}", "is yes or no. Write true or false"),
        ("lumbar_medial_branch_radiofrequency", "lumbar_medial_radiofrequency", "Did you mean"),
        ("in_force_from: 2026-01-01", "in_force_from: soon", "a date such as"),
        ("kind: coverage_commercial", "kind: payer", "expected"),
        ("- id: sessions", "- id: two_blocks", "2 criteria have the id"),
        ("jurisdiction: US, Ohio\n", "", "jurisdiction is missing"),
        ("title: Facet", "titel: Facet", "is not known here"),
        ("id: example_health_facet ", "id: another ", "Make them agree"),
        ("group: conservative  ", "group_rule: any  ", "needs its group"),
    ],
)
def test_a_fault_is_told_with_its_line_and_cure(
    found: str, written: str, told: str, tmp_path: Path, knowledge: Knowledge
) -> None:
    text = example()
    assert found in text
    changed = text.replace(found, written, 1)
    if not told:  # an attestation may be of any kind: a number is no fault there
        with_policies(knowledge, write(tmp_path, changed))
        return
    said = faults_of(write(tmp_path, changed), knowledge)
    assert told in said
    assert "line" in said


def test_all_faults_are_told_at_once(tmp_path: Path, knowledge: Knowledge) -> None:
    text = example().replace("history/conservative_weeks", "history/weeks").replace("70:", "70")
    text = text.replace("cervical_medial_branch_radiofrequency", "cervical_radiofrequency")
    assert faults_of(write(tmp_path, text), knowledge).count("line ") == 2


def test_a_policy_of_the_knowledge_base_is_not_replaced(
    tmp_path: Path, knowledge: Knowledge
) -> None:
    name = next(iter(knowledge.guidance.policies))
    text = example().replace("example_health_facet", name)
    assert "Give the file another name" in faults_of(
        write(tmp_path, text, f"{name}.yaml"), knowledge
    )


def test_an_empty_or_missing_folder_is_refused(tmp_path: Path, knowledge: Knowledge) -> None:
    with pytest.raises(NeedlepointError, match=r"no \.yaml file"):
        with_policies(knowledge, tmp_path)
    with pytest.raises(NeedlepointError, match="no such folder"):
        with_policies(knowledge, tmp_path / "nowhere")


def _criteria(count: int, measure: str = "nosuch") -> str:
    rows = (
        f"  - {{id: c{n}, says: S, rests_on: [nosuch/x{n}], "
        f"test: {{measure: {measure}{n}, operator: '>=', threshold: 6}}}}\n"
        for n in range(count)
    )
    return _HEAD + "criteria:\n" + "".join(rows)


_HEAD = """id: example_health
authority: Example
title: T
kind: coverage_commercial
jurisdiction: US
applies_to: [lumbar_medial_branch_block]
"""


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (f"id: {'x' * BOUNDS.bytes}\n", "bytes; at most"),
        ("x: [" + "1," * BOUNDS.values + "1]\n", "more than 6,000 values"),
        ("".join("a: 1\n" for _ in range(BOUNDS.values)), "more than 6,000 values"),
        ("a: &a [x, x]\nb: [*a, *a]\n", "anchors"),
        ("a: &a 1\n", "anchors"),
        ("x: " + "[" * 1000, "nested too deeply"),
        ("".join(" " * n + "a:\n" for n in range(60)) + "id: x\n", ""),
    ],
)
def test_a_payers_file_beyond_its_bounds_is_refused_before_its_values_are_built(
    knowledge: Knowledge, text: str, says: str
) -> None:
    policy, faults = check_policy(text.encode(), knowledge)
    assert policy is None and 0 < len(faults) <= MOST_FAULTS
    assert says in faults[0].what


def test_so_many_faults_are_looked_into_and_no_more(
    knowledge: Knowledge, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each asks thousands of names what may have been meant: 12,000 of them took over a minute."""
    asked: list[str] = []
    monkeypatch.setattr(policies, "closest", lambda word, _: asked.append(word) or "")
    policy, faults = check_policy(_criteria(300).encode(), knowledge)
    assert policy is None and len(faults) == MOST_FAULTS
    assert len(asked) <= MOST_FAULTS
    unknown = "".join(f"key_{n}: 1\n" for n in range(900))
    assert len(check_policy((_HEAD + unknown).encode(), knowledge)[1]) == MOST_FAULTS


def test_every_policy_that_ships_is_well_within_the_bounds_of_a_file_that_is_sent() -> None:
    root = knowledge_root() / "eligibility"
    texts = [path.read_text(encoding="utf-8") for path in root.glob("*.yaml")]
    assert texts and max(len(text.encode()) for text in texts) * 4 < BOUNDS.bytes
    assert not any(read_document(text, bounds=BOUNDS).faults for text in texts)
