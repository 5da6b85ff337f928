"""What does every authority ask for before what is planned, what is met, and what to document?"""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime
from typing import Any

from rich.console import Console, Group, RenderableType
from rich.padding import Padding
from rich.text import Text

from needlepoint.cli.assess import open_chart
from needlepoint.cli.planned import situations
from needlepoint.core.chart import Attestation
from needlepoint.core.knowledge import Knowledge
from needlepoint.core.record import PatientRecord, fold
from needlepoint.core.rules.eligibility import (
    CriterionLine,
    Eligibility,
    Standing,
    ToDocument,
    eligibility,
    to_document,
)
from needlepoint.core.rules.situation import Situation
from needlepoint.files.knowledge import load_knowledge
from needlepoint.files.policies import with_policies
from needlepoint.files.typed import closest

MARKS = {
    Standing.MET: ("✓", "green"),
    Standing.UNMET: ("✗", "red"),
    Standing.MISSING: ("?", "yellow"),
    Standing.INFORMS: ("i", "dim"),
}


def run(parsed: argparse.Namespace) -> int:
    """Print the packet of every planned procedure, or of the one named."""
    knowledge = load_knowledge()
    if parsed.policies:
        knowledge = with_policies(knowledge, parsed.policies)
    chart, notes = open_chart(parsed.file, knowledge)
    record = fold(chart, as_of=parsed.as_of or chart.as_of or datetime.now(UTC))
    found = [
        (now, eligibility(now))
        for now in situations(record, knowledge, parsed.technique, parsed.target, parsed.at)
    ]
    if parsed.json:
        print(json.dumps(as_packet(found, record, knowledge, notes), ensure_ascii=False, indent=2))
        return 0
    console = Console()
    notes += [f"{name}: no policy asks for it.{near}" for name, near in _unasked(record, knowledge)]
    for note in notes:
        console.print(f"  note: {note}", style="dim", markup=False)
    for now, packet in found:
        console.print(show_packet(now, packet, knowledge))
    console.print(
        Text(
            "* rests on nothing read in its source: check it with the authority. "
            "Met means that the chart shows what is on file here; it promises no payment.",
            style="dim",
        )
    )
    return 0


def _unasked(record: PatientRecord, knowledge: Knowledge) -> Iterator[tuple[str, str]]:
    """Attestations whose name near misses one that a criterion asks for."""
    tests = [
        test
        for policy in knowledge.guidance.policies.values()
        for one in policy.criteria
        for test in (one.test, *one.applies_when)
    ]
    asked = {test.measure for test in tests} | {"earlier_procedures_complete"}
    asked |= {name.removeprefix("documented/") for name in asked}
    for entry in record.entries:
        one = entry.statement
        if isinstance(one, Attestation) and one.name not in asked:
            near = closest(one.name, asked)
            if near:
                yield one.name, near


# --- for a machine --------------------------------------------------------------------------------

Found = Iterable[tuple[Situation, tuple[Eligibility, ...]]]


def as_packet(
    found: Found, record: PatientRecord, knowledge: Knowledge, notes: list[str]
) -> dict[str, Any]:
    """Everything that stands on paper, for a machine."""
    return {
        "as_of": record.as_of.isoformat(),
        "knowledge_version": knowledge.version,
        "import_notes": notes,
        "procedures": [
            {
                "technique": now.planned.technique.id,
                "label": now.planned.technique.label,
                "entry": now.planned.entry,
                "at": now.at.isoformat(),
                "targets": [str(target) for target in now.planned.targets],
                "complaint": now.complaint,
                "policies": [policy_data(one, knowledge) for one in packet],
                "document": [one.says for one in to_document(packet)],
                "to_document": [
                    {
                        "says": one.says,
                        "attest": one.attest or None,
                        "serves": {name: list(criteria) for name, criteria in one.serves},
                    }
                    for one in to_document(packet)
                ],
            }
            for now, packet in found
        ],
    }


def policy_data(one: Eligibility, knowledge: Knowledge) -> dict[str, Any]:
    """One authority with every line, its proofs and its citation."""
    policy = one.policy
    return {
        "policy": policy.id,
        "authority": policy.authority,
        "title": policy.title,
        "kind": policy.kind,
        "jurisdiction": policy.jurisdiction,
        "document_number": policy.document,
        "contractor": policy.contractor,
        "in_force_from": _day(policy.in_force_from),
        "in_force_until": _day(policy.in_force_until),
        "standing": one.standing.value,
        "verified": one.verified,
        "next_on": _day(one.next_on),
        "document": list(one.document),
        "lines": [_line_data(line, knowledge) for line in one.lines],
    }


def _line_data(line: CriterionLine, knowledge: Knowledge) -> dict[str, Any]:
    counter = line.counter
    return {
        "criterion": line.id,
        "says": line.says,
        "standing": line.standing.value,
        "effect": line.effect,
        "group": line.group,
        "value": line.value,
        "proofs": [
            {"entry": p.entry, "occurred_at": p.occurred_at.isoformat(), "author": p.author}
            for p in line.proofs
        ],
        "counter": None if counter is None else {"used": counter.used, "allowed": counter.allowed},
        "next_on": _day(line.next_on),
        "document": line.document,
        "verified": line.verified,
        "rests_on": list(line.rests_on),
        "cited": list(_cited(line, knowledge)),
    }


def _day(day: date | None) -> str | None:
    return None if day is None else day.isoformat()


def _cited(line: CriterionLine, knowledge: Knowledge) -> tuple[str, ...]:
    names = (name.split("/")[0] for name in line.rests_on)
    sources = (knowledge.sources.get(name) for name in names)
    return tuple(dict.fromkeys(source.citation for source in sources if source))


def _wanted(one: ToDocument) -> Iterator[str]:
    """What to write down, under which name, and for whom."""
    name = f" (attest {one.attest})" if one.attest else ""
    yield f"{one.says.rstrip('.')}{name}."
    for authority, criteria in one.serves:
        yield f"      {authority}: {'; '.join(criteria)}"


# --- for a person ---------------------------------------------------------------------------------


def show_packet(
    now: Situation, packet: tuple[Eligibility, ...], knowledge: Knowledge
) -> RenderableType:
    """Each authority by itself, then what to document for all of them."""
    planned = now.planned
    where = ", ".join(str(target) for target in planned.targets)
    title = Text.assemble(
        (planned.technique.label, "bold underline"),
        f"{' · ' if where else ''}{where} · {planned.at:%a %d %b %Y}",
    )
    parts: list[RenderableType] = [title]
    if not packet:
        parts.append(
            Text("  No policy on file is about this. That is silence, not coverage.", style="dim")
        )
    parts += [_policy(one, knowledge) for one in packet]
    if wanted := to_document(packet):
        parts.append(Text("\n  Document this", style="bold"))
        for n, one in enumerate(wanted, start=1):
            what, *for_whom = _wanted(one)
            parts.append(Text(f"   {n}. {what}"))
            parts += [Text(line, style="dim") for line in for_whom]
    return Padding(Group(*parts), (1, 0, 0, 0))


def _policy(one: Eligibility, knowledge: Knowledge) -> RenderableType:
    policy, (mark, style) = one.policy, MARKS[one.standing]
    words = (policy.document, policy.title, policy.jurisdiction)
    named = " · ".join(word for word in words if word and word != "none")
    kind, star = policy.kind.replace("_", " "), "" if one.verified else " *"
    heading = Text.assemble(
        (f"\n  {mark} {one.standing.value.upper()}{star}  ", f"bold {style}"),
        (policy.authority, "bold"),
        (f"  {named} · {kind}{_dates(one)}", "dim"),
    )
    return Group(heading, *(_line(line, knowledge) for line in _shown(one)))


def _dates(one: Eligibility) -> str:
    began, ended = one.policy.in_force_from, one.policy.in_force_until
    words = f" · from {began}" if began else ""
    return words + (f" until {ended}" if ended else "")


def _shown(one: Eligibility) -> Iterator[CriterionLine]:
    """Alternatives that are not needed, because another one of their group is met, are left out."""
    met = {line.group for line in one.lines if line.group and line.standing is Standing.MET}
    for line in one.lines:
        if line.group in met and line.standing is not Standing.MET and line.group:
            continue
        yield line


def _line(line: CriterionLine, knowledge: Knowledge) -> Text:
    mark, style = MARKS[Standing.INFORMS if line.effect == "info" else line.standing]
    text = Text.assemble((f"     {mark} ", style), line.says)
    if line.effect == "advise_against":
        text.append(" (advice)", "dim")
    if line.counter is not None:
        text.append(f" · used {line.counter.used} of {line.counter.allowed}")
    elif line.value is not None:
        text.append(f" · {line.value}")
    if line.next_on is not None:
        text.append(f" · from {line.next_on}", "bold")
    proofs = ", ".join(f"{p.entry} {p.occurred_at:%Y-%m-%d} {p.author}" for p in line.proofs)
    cited = ", ".join(_cited(line, knowledge)[:2])
    text.append(f"  [{proofs}]" if proofs else "", "dim")
    text.append(f"  {cited}{'' if line.verified else ' *'}", "dim")
    return text
