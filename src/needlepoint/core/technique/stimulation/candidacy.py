"""Is this patient a candidate for stimulation, and how often did patients like that improve?

Clinical requirements are three-valued. Psychosocial factors do not decide; they grade what may be
expected, by the one study that published improvement with and without them.
"""

from __future__ import annotations

from dataclasses import dataclass

from needlepoint.core.knowledge import Fact
from needlepoint.core.rules.criteria import Answer, judge
from needlepoint.core.rules.facts import number, words
from needlepoint.core.rules.measures import measure
from needlepoint.core.rules.situation import Situation
from needlepoint.core.rules.verdict import (
    Reason,
    Verdict,
    cannot_tell,
    caution,
    clear,
    hold,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidacy:
    """Whether to go on to a trial, and with what prospect."""

    verdict: Verdict
    factors: tuple[tuple[str, str | None], ...]  # each with none, mild, severe, or None: not asked
    load: str | None  # the worst of them; None while some were not asked and none is severe
    expected_improvement: Fact | None  # share improved at six months, where a trial was advised


def candidacy(now: Situation) -> Candidacy:
    """Judge the clinical requirements and grade the psychosocial load."""
    devices = now.knowledge.guidance.neuromodulation
    reasons = []
    for one in judge(devices.stimulation_candidacy, now):
        entries = one.measured.entries
        if one.answer is Answer.UNKNOWN:
            reasons.append(cannot_tell(one.document, one.criterion, entries=entries))
        elif one.answer is Answer.YES:
            reasons.append(clear(one.criterion.says, entries))
        else:
            make = hold if one.criterion.effect == "require" else caution
            reasons.append(make(f"Not so: {one.criterion.says}", one.criterion, entries=entries))
    factors, said = _factors(now)
    load = _load(factors)
    expected = _expected(load, now)
    reasons.append(_prospect(load, expected, factors, said, now))
    verdict = Verdict(
        rule="stimulation_candidacy", label="Candidate for stimulation", reasons=tuple(reasons)
    )
    return Candidacy(verdict=verdict, factors=factors, load=load, expected_improvement=expected)


# A factor that is only said to be there counts as mild.
_GRADE = {"none": "none", "false": "none", "mild": "mild", "true": "mild", "severe": "severe"}


def _factors(now: Situation) -> tuple[tuple[tuple[str, str | None], ...], list[str]]:
    listed = words(now.knowledge.guidance.neuromodulation.facts["stimulation/psychosocial_factors"])
    found: list[tuple[str, str | None]] = []
    entries: list[str] = []
    for name in listed:
        said = measure(f"documented/{name}", now)
        grade = None if said.value is None else _GRADE.get(str(said.value).lower())
        found.append((name, grade))
        entries += said.entries
    return tuple(found), entries


def _load(factors: tuple[tuple[str, str | None], ...]) -> str | None:
    grades = [grade for _, grade in factors]
    if "severe" in grades:
        return "severe"
    if None in grades:
        return None
    return "mild" if "mild" in grades else "none"


def _expected(load: str | None, now: Situation) -> Fact | None:
    name = {
        "none": "improved_without_factors",
        "mild": "improved_overall",
        "severe": "improved_with_severe_factors",
    }.get(load or "")
    facts = now.knowledge.guidance.neuromodulation.facts
    return facts[f"stimulation/{name}"] if name else None


def _prospect(
    load: str | None,
    expected: Fact | None,
    factors: tuple[tuple[str, str | None], ...],
    entries: list[str],
    now: Situation,
) -> Reason:
    if expected is None:
        open_ones = [name.replace("_", " ") for name, grade in factors if grade is None]
        return cannot_tell(f"Grade (none, mild, severe): {', '.join(open_ones)}.", entries=entries)
    share = f"{number(expected):.0%} of patients with this load improved"
    if load == "severe":
        named = ", ".join(n.replace("_", " ") for n, grade in factors if grade == "severe")
        says = f"Severe: {named}. {share}; treat these first."
        return caution(says, expected, entries=entries)
    return caution(f"Psychosocial load {load}: {share}.", expected, entries=entries)
