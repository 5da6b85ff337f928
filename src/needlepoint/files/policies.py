"""What do payers outside the repository ask for, and is every criterion one that can be judged?"""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import replace
from itertools import islice
from pathlib import Path

from needlepoint.core.errors import Fault, KnowledgeFault, NeedlepointError
from needlepoint.core.knowledge import Criterion, Knowledge, Policy, Test
from needlepoint.core.rules.measures import is_measure, kind_of, known_measures
from needlepoint.files.nodes import Bounds, Document, plain_document, read_document
from needlepoint.files.nodes import Path as Place
from needlepoint.files.shelf import KnowledgeFiles, Shelf
from needlepoint.files.typed import closest, read_as

_ID = re.compile(r"[a-z][a-z0-9_]{2,79}")
# The largest that ships has 14,000 bytes and 1,200 values.
BOUNDS = Bounds(bytes=60_000, values=6_000)
MOST_FAULTS = 20  # told at once
Found = Iterator[tuple[Place, str]]
_NUMERIC = (">=", "<=", ">", "<")


def with_policies(knowledge: Knowledge, folder: Path | str) -> Knowledge:
    """The knowledge with the policies of a folder: one YAML file each, named by its id.

    Raises:
        NeedlepointError: there is no such folder, or no policy in it.
        KnowledgeFault: every fault of every file, with its line and its cure.
    """
    root = Path(folder)
    if not root.is_dir():
        raise NeedlepointError(
            f"{folder}: no such folder. Name the folder that holds the policies."
        )
    texts = {
        path.relative_to(root).as_posix(): path.read_bytes()
        for path in sorted(root.rglob("*"))
        if path.suffix == ".yaml" and path.is_file()
    }
    if not texts:
        raise NeedlepointError(f"{folder}: no .yaml file is in there. Write one file a policy.")
    files = KnowledgeFiles(root=root, texts={f"policies/{name}": t for name, t in texts.items()})
    shelf = Shelf(files=files)
    added = {policy.id: policy for policy in shelf.each(Policy, "policies")}
    faults = list(shelf.faults)
    for policy in added.values():
        document = shelf.documents[policy.source_file]
        faults += [
            (policy.source_file, fault) for fault in policy_faults(policy, document, knowledge)
        ]
        if policy.id in knowledge.guidance.policies:
            what = f"{policy.id!r} is a policy of the knowledge base. Give the file another name."
            faults.append((policy.source_file, Fault(where=document.where(("id",)), what=what)))
    if faults:
        named = tuple(Fault(where=f"{name}, {f.where}", what=f.what) for name, f in faults)
        raise KnowledgeFault(str(folder), named)
    guidance = replace(
        knowledge.guidance, policies={**knowledge.guidance.policies, **dict(sorted(added.items()))}
    )
    version = f"{knowledge.version}+{hashlib.sha256(files.version.encode()).hexdigest()[:8]}"
    return replace(knowledge, guidance=guidance, version=version)


def check_policy(text: bytes, knowledge: Knowledge) -> tuple[Policy | None, tuple[Fault, ...]]:
    """One policy of a payer, as its file says it; None and every fault if it cannot be judged."""
    document = read_document(text, bounds=BOUNDS)
    if document.faults or not isinstance(document.data, dict):
        what = "keys with values are expected. docs/coverage.md shows a whole file."
        return None, document.faults[:MOST_FAULTS] or (Fault(where="line 1", what=what),)
    name = document.data.get("id")
    if not isinstance(name, str) or not _ID.fullmatch(name):
        shown = repr(name)[:40]
        what = f"id is {shown}. Write a name of small letters, digits and _, as example_health."
        return None, (Fault(where=document.where(("id",)), what=what),)
    if name in knowledge.guidance.policies:
        what = f"{name!r} is a policy that ships with Needlepoint. Give this one another id."
        return None, (Fault(where=document.where(("id",)), what=what),)
    data = {**document.data, "source_file": f"policies/{name}.yaml"}
    policy, faults = read_as(Policy, document, data, most=MOST_FAULTS)
    if policy is None or faults:
        return None, tuple(faults)
    # Each fault looks for what may have been meant among thousands of names: so many, no more.
    faults = list(islice(policy_faults(policy, document, knowledge), MOST_FAULTS))
    return (None if faults else policy), tuple(faults)


def of_clinic(knowledge: Knowledge, *, added: Iterable[Policy], unused: Iterable[str]) -> Knowledge:
    """The knowledge as one clinic uses it: with its own payers, without those it has no part in."""
    left_out = frozenset(unused)
    own = {policy.id: policy for policy in added}
    kept = {n: p for n, p in {**knowledge.guidance.policies, **own}.items() if n not in left_out}
    named = repr((sorted(own.items()), sorted(left_out)))
    changed = replace(
        knowledge,
        guidance=replace(knowledge.guidance, policies=kept),
        version=f"{knowledge.version}+{hashlib.sha256(named.encode()).hexdigest()[:8]}",
    )
    changed.compiled.update(knowledge.compiled)  # payers change nothing that inference derives
    return changed


def policy_faults(
    policy: Policy, document: Document | None, knowledge: Knowledge
) -> Iterator[Fault]:
    """Everything in a policy that is well formed and still cannot be judged."""
    places = document or plain_document({})
    for place, what in _policy(policy, knowledge):
        yield Fault(where=places.where(place), what=what)


def _policy(policy: Policy, knowledge: Knowledge) -> Found:
    techniques = knowledge.guidance.techniques
    for n, name in enumerate(policy.applies_to):
        if name not in techniques:
            what = f"technique {name!r} is not known.{closest(name, techniques)}"
            yield ("applies_to", n), what
    began, ended = policy.in_force_from, policy.in_force_until
    if began and ended and ended < began:
        yield ("in_force_until",), "it ends before it begins. Correct one of the dates."
    for name, count in Counter(one.id for one in policy.criteria).items():
        if count > 1:
            yield ("criteria",), f"{count} criteria have the id {name!r}. Give each its own."
    groups: dict[str, list[Criterion]] = {}
    for criterion in policy.criteria:
        groups.setdefault(criterion.group or "", []).append(criterion)
    rules = {name: {one.group_rule or "any" for one in group} for name, group in groups.items()}
    for n, criterion in enumerate(policy.criteria):
        place: Place = ("criteria", n)
        yield from _criterion(place, criterion, knowledge)
        if criterion.group:
            members = len(groups[criterion.group])
            yield from _grouped(place, criterion, members, len(rules[criterion.group]))


def _criterion(place: Place, one: Criterion, knowledge: Knowledge) -> Found:
    yield from test_faults((*place, "test"), one.test, knowledge)
    for n, test in enumerate(one.applies_when):
        yield from test_faults((*place, "applies_when", n), test, knowledge)
    for n, name in enumerate(one.rests_on):
        if name not in knowledge.extracts:
            near = closest(name, knowledge.extracts)
            yield (*place, "rests_on", n), f"{name!r} is no extract.{near or ' Leave it empty.'}"
    if one.group_rule and not one.group:
        yield (*place, "group_rule"), "a group_rule needs its group. Name the group."


def _grouped(place: Place, one: Criterion, members: int, rules: int) -> Found:
    if one.group_rule == "at_least_2" and members < 2:
        yield (*place, "group"), f"at_least_2 of {one.group!r} needs two criteria in that group."
    if rules > 1:
        what = f"the criteria of group {one.group!r} have different rules. Use one."
        yield (*place, "group_rule"), what


def test_faults(place: Place, test: Test, knowledge: Knowledge) -> Found:
    """A measure that does not exist, or a threshold that it can never be compared with."""
    if not is_measure(test.measure, knowledge):
        near = closest(test.measure, known_measures(knowledge))
        hint = near or " docs/coverage.md lists the families."
        yield (*place, "measure"), f"{test.measure!r} is no measure.{hint}"
        return
    threshold, shown = test.threshold, f"{test.measure} {test.operator} {test.threshold!r}"
    if test.operator in _NUMERIC:
        if isinstance(threshold, bool) or not isinstance(threshold, int | float):
            yield (*place, "threshold"), f"{shown}: a number is needed. Write it without quotes."
        elif kind_of(test.measure) in (bool, str):
            yield (*place, "operator"), f"{shown}: {test.measure} is no number. Use == or !=."
        return
    if test.operator == "between":
        pair = threshold if isinstance(threshold, tuple) else ()
        numbers = [float(x) for x in pair if isinstance(x, int | float)]
        if len(numbers) != 2 or numbers[0] > numbers[1]:
            yield (*place, "threshold"), f"{shown}: give two numbers, the lower first."
        return
    if (test.operator in ("in", "not_in")) != isinstance(threshold, tuple):
        cure = "Write [a, b]." if test.operator in ("in", "not_in") else "Write one value."
        yield (*place, "threshold"), f"{shown}: the threshold does not fit the operator. {cure}"
        return
    if isinstance(threshold, tuple) and len({isinstance(one, str) for one in threshold}) != 1:
        yield (*place, "threshold"), f"{shown}: give words or numbers, at least one."
        return
    wanted = kind_of(test.measure)
    values = threshold if isinstance(threshold, tuple) else (threshold,)
    if wanted is bool and not all(isinstance(value, bool) for value in values):
        yield (*place, "threshold"), f"{shown}: {test.measure} is yes or no. Write true or false."
    if test.measure == "planned/technique":
        known = knowledge.guidance.techniques
        for value in values:
            if value not in known:
                what = f"technique {value!r} is not known.{closest(str(value), known)}"
                yield (*place, "threshold"), what
