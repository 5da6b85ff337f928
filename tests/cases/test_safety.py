"""Every clinical case that plans a procedure: what each safety rule must say, in outcome and words."""

from __future__ import annotations

from pathlib import Path

import pytest

from needlepoint.core.chart import PlannedProcedure
from needlepoint.core.knowledge import Knowledge
from needlepoint.core.record import Said, fold
from needlepoint.core.rules.safety import SafetyCheck, check_safety
from needlepoint.core.rules.situation import planned_procedure, situation
from needlepoint.files.cases import Case, ExpectedSafety, read_case

CASES = [
    path
    for path in sorted(Path(__file__).parents[2].joinpath("cases").rglob("*.yaml"))
    if "\n  safety:" in path.read_text()
]


def test_there_are_at_least_fifty_five_with_an_answer_from_a_guideline_or_label() -> None:
    assert len(CASES) >= 55


@pytest.mark.parametrize("path", CASES, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_case(path: Path, knowledge: Knowledge) -> None:
    case = read_case(path, knowledge=knowledge)
    checks = checked(case, knowledge)
    assert checks, "the case plans no procedure"
    problems = [p for wanted in case.then.safety for p in problems_of(wanted, checks)]
    assert not problems, f"{case.title}\n" + "\n".join(problems)


def checked(case: Case, knowledge: Knowledge) -> dict[str, SafetyCheck]:
    """By technique: the answer of every rule to each planned procedure."""
    record = fold(case.chart, as_of=case.as_of)
    answers = {}
    for entry in record.entries:
        one = entry.statement
        if not isinstance(one, PlannedProcedure):
            continue
        said = Said(entry=entry.id, occurred_at=entry.occurred_at, statement=one)
        guidance = knowledge.guidance
        technique = guidance.techniques.get(one.technique) or guidance.technique_of[one.technique]
        planned = planned_procedure(said, technique, knowledge, not_before=case.as_of)
        answers[one.technique] = check_safety(situation(record, planned, knowledge))
    return answers


def problems_of(wanted: ExpectedSafety, checks: dict[str, SafetyCheck]) -> list[str]:
    check = checks[wanted.technique] if wanted.technique else next(iter(checks.values()))
    verdict = next((v for v in check.verdicts if v.rule == wanted.rule), None)
    if verdict is None:
        return [f"{wanted.rule} is silent; rules that spoke: {[v.rule for v in check.verdicts]}"]
    said = "\n    ".join(f"{reason.outcome}: {reason.says}" for reason in verdict.reasons)
    problems = []
    if verdict.outcome != wanted.outcome:
        problems.append(
            f"{wanted.rule} is {verdict.outcome}, expected {wanted.outcome}:\n    {said}"
        )
    if wanted.says and wanted.says not in said:
        problems.append(f"{wanted.rule} does not say {wanted.says!r}:\n    {said}")
    if wanted.never_says and wanted.never_says in said:
        problems.append(f"{wanted.rule} says {wanted.never_says!r}:\n    {said}")
    return problems
