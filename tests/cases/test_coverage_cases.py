"""Every clinical case about coverage: what each authority must say, line by line."""

from __future__ import annotations

from pathlib import Path

import pytest

from needlepoint.core.knowledge import Knowledge
from needlepoint.core.plan.standing import pending
from needlepoint.core.record import fold
from needlepoint.core.rules.eligibility import Eligibility, eligibility
from needlepoint.files.cases import Case, ExpectedCoverage, read_case

CASES = [
    path
    for path in sorted(Path(__file__).parents[2].joinpath("cases").rglob("*.yaml"))
    if "\n  coverage:" in path.read_text()
]
Packets = dict[str, tuple[Eligibility, ...]]


def test_there_are_at_least_twenty() -> None:
    assert len(CASES) >= 20


@pytest.mark.parametrize("path", CASES, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_case(path: Path, knowledge: Knowledge) -> None:
    case = read_case(path, knowledge=knowledge)
    packets = packets_of(case, knowledge)
    assert packets, "the case plans no procedure"
    problems = [p for wanted in case.then.coverage for p in problems_of(wanted, packets)]
    assert not problems, f"{case.title}\n" + "\n".join(problems)


def packets_of(case: Case, knowledge: Knowledge) -> Packets:
    record = fold(case.chart, as_of=case.as_of)
    return {now.planned.technique.id: eligibility(now) for now in pending(record, knowledge)}


def problems_of(wanted: ExpectedCoverage, packets: Packets) -> list[str]:
    packet = packets[wanted.technique] if wanted.technique else next(iter(packets.values()))
    found = {one.policy.id: one for one in packet}
    one = found.get(wanted.policy)
    if one is None:
        known = sorted(found)
        return [] if wanted.standing == "not_in_force" else [f"{wanted.policy} not in {known}"]
    told = "\n    ".join(f"{x.id}: {x.standing} {x.value} {x.document or ''}" for x in one.lines)
    problems = []
    if wanted.standing is not None and one.standing != wanted.standing:
        problems.append(
            f"{wanted.policy} is {one.standing}, expected {wanted.standing}\n    {told}"
        )
    if wanted.criterion is not None:
        line = next((x for x in one.lines if x.id == wanted.criterion), None)
        said = "not_asked" if line is None else line.standing
        if wanted.line is not None and said != wanted.line:
            problems.append(f"{wanted.criterion} is {said}, expected {wanted.line}\n    {told}")
        next_on = None if line is None else line.next_on
    else:
        next_on = one.next_on
    if wanted.next_on is not None and next_on != wanted.next_on:
        problems.append(f"{wanted.policy} waits until {next_on}, expected {wanted.next_on}")
    if wanted.document is not None and not any(wanted.document in d for d in one.document):
        problems.append(f"{wanted.policy} does not ask for {wanted.document!r}: {one.document}")
    return problems
