"""The pages of yes and no: what may be dangerous, and what tells about one pain."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

from needlepoint.core.anatomy import Side
from needlepoint.core.assess import assess
from needlepoint.core.chart import Chart, State, Symptom
from needlepoint.core.knowledge import Knowledge
from needlepoint.core.rules.verdict import Outcome
from needlepoint.web.intake.asking import Asking
from needlepoint.web.intake.fields import PatientForm, Says
from needlepoint.web.phone.fields import yes_no
from needlepoint.web.phone.words import in_language, two_languages

A_PAGE = 5
MOST_ABOUT = 15  # questions about one pain: those that tell most come first
_FILE = Path(__file__).with_name("questions.yaml")
_STATES = {"yes": State.PRESENT, "no": State.ABSENT}


@cache
def topics() -> tuple[Mapping[str, Any], ...]:
    """Red flags by topic, as they are asked."""
    return tuple(two_languages(_FILE)["topics"])


def about_words() -> Mapping[str, Any]:
    """The words of each question about a pain, by finding."""
    words: Mapping[str, Any] = two_languages(_FILE)["about"]
    return words


def flags_asked(asking: Asking) -> dict[int, tuple[str, Mapping[str, str]]]:
    """Each topic that concerns these pains, by its place in the file: heading, and questions."""
    asked: dict[int, tuple[str, Mapping[str, str]]] = {}
    for place, topic in enumerate(topics(), 1):
        fits = {
            name: in_language(pair, asking.language)
            for name, pair in topic["ask"].items()
            if _concerns(name, asking.presentations, asking.knowledge)
        }
        if fits:
            asked[place] = (in_language(topic["says"], asking.language), fits)
    return asked


def _concerns(name: str, presentations: Sequence[str], knowledge: Knowledge) -> bool:
    where = knowledge.findings[name].presentations
    return not where or bool(set(where) & set(presentations))


def telling(chart: Chart, complaint: str, presentation: str, knowledge: Knowledge) -> list[str]:
    """Which questions about this pain tell most, given what is known; those without words are left
    to the clinician.
    """
    assert chart.as_of is not None
    words = about_words()
    fits = [n for n in words if _concerns(n, (presentation,), knowledge)]
    result = assess(chart, knowledge, as_of=chart.as_of)
    found = [c for c in result.complaints if c.observed.complaint == complaint]
    bits = {s.action: s.information_bits for s in found[0].plan.steps} if found else {}
    known = {s.statement.name for s in result.record.findings if not s.entry.startswith("intake-")}
    ranked = sorted(fits, key=lambda name: -bits.get(name, 0.0))
    return [name for name in ranked if name not in known][:MOST_ABOUT]


class Flags(PatientForm):
    """One topic of red flags."""

    def build(self) -> None:
        self.head, self.asked = flags_asked(self.asking).get(self.step.part, ("", {}))
        for name, label in self.asked.items():
            self.fields[name] = yes_no(label, t=self.asking.t)

    @property
    def heading(self) -> str:
        return self.head

    def says(self) -> Says:
        said = _symptoms(self.cleaned_data, self.asked)
        return {f"flags-{self.step.part}": tuple(said)}


class About(PatientForm):
    """Some questions about one pain."""

    title = "about_title"

    def build(self) -> None:
        names = self.asking.asked.get(str(self.step.pain), ())
        first = (self.step.part - 1) * A_PAGE
        self.asked = [n for n in names[first : first + A_PAGE] if n in about_words()]
        for name in self.asked:
            label = in_language(about_words()[name], self.asking.language)
            self.fields[name] = yes_no(label, t=self.asking.t)

    def says(self) -> Says:
        asking, pain = self.asking, self.step.pain
        side = asking.side(pain)
        known = asking.knowledge.findings
        said = _symptoms(
            self.cleaned_data, self.asked, complaint=asking.complaint(pain),
            sides={n: side for n in self.asked if known[n].sided and side not in ("", "midline")},
        )  # fmt: skip
        return {f"about-{pain}-{self.step.part}": tuple(said)}


def emergencies(chart: Chart, intake: str, knowledge: Knowledge) -> tuple[str, ...]:
    """Red flags that cannot wait for the visit and that answers of this intake raise, by their ids.

    Args:
        intake: what the ids of its entries begin with.
    """
    assert chart.as_of is not None
    return tuple(
        verdict.rule
        for verdict in assess(chart, knowledge, as_of=chart.as_of).verdicts
        if verdict.urgency == "emergency"
        and verdict.outcome is Outcome.HOLD
        and any(entry.startswith(intake) for r in verdict.reasons for entry in r.entries)
    )


def _symptoms(
    said: Mapping[str, Any], names: Iterable[str], *, complaint: str | None = None,
    sides: Mapping[str, str] | None = None,
) -> Iterable[Symptom]:  # fmt: skip
    """Yes is present and no is absent. “I don't know” and silence stay unexamined: no entry."""
    for name in names:
        state = _STATES.get(said.get(name) or "")
        if state is not None:
            side = (sides or {}).get(name)
            yield Symptom(
                name=name, state=state, side=Side(side) if side else None, complaint=complaint
            )


__all__ = ["A_PAGE", "About", "Flags", "emergencies", "flags_asked", "telling"]
