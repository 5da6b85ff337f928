"""Is this patient ready for the procedure: holds, consent, glucose, pregnancy, time-out?"""

from __future__ import annotations

from dataclasses import dataclass

from needlepoint.core.errors import NeedlepointError
from needlepoint.core.rules import Outcome, Situation
from needlepoint.core.rules.measures import measure
from needlepoint.core.rules.safety import check_safety
from needlepoint.core.technique.sheet import sheet_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Ready:
    """One of the five looks; silence of the chart is a question, never a tick."""

    name: str
    label: str
    outcome: Outcome
    says: str


def readiness(now: Situation) -> tuple[Ready, ...]:
    """The five looks at one planned procedure."""
    return (_holds(now), _consent(now), _glucose(now), _pregnancy(now), _time_out(now))


def _holds(now: Situation) -> Ready:
    """What holds, with its first reason; else what is still open, each by its name."""
    said = check_safety(now)
    named = [v for v in said.verdicts if v.outcome is said.outcome]
    match said.outcome:
        case Outcome.HOLD:
            reason = next(r.says for r in named[0].reasons if r.outcome is Outcome.HOLD)
            says = f"{', '.join(v.label for v in named)}: {reason}"
        case Outcome.CANNOT_TELL:
            says = f"To be answered: {', '.join(v.label.lower() for v in named)}."
        case _:
            says = "Nothing holds."
    return Ready(name="holds", label="Holds", outcome=said.outcome, says=says)


def _consent(now: Situation) -> Ready:
    said = measure("consent", now)
    if said.value is None:
        return _ask("consent", "Consent", said.ask)
    given = said.value is True
    return Ready(
        name="consent", label="Consent", outcome=Outcome.CLEAR if given else Outcome.HOLD,
        says="Given." if given else "Refused: stop and ask.",
    )  # fmt: skip


def _glucose(now: Situation) -> Ready:
    label = "Glucose"
    if not now.planned.uses_steroid:
        return Ready(name="glucose", label=label, outcome=Outcome.CLEAR, says="No steroid.")
    diabetes = measure("condition/diabetes", now)
    if diabetes.value is None:
        return _ask("glucose", label, diabetes.ask)
    if diabetes.value is False:
        return Ready(name="glucose", label=label, outcome=Outcome.CLEAR, says="No diabetes.")
    value = measure("lab/glucose", now)
    if value.value is None:
        return _ask("glucose", label, value.ask)
    says = f"Diabetes; last measured {value.value}. Weigh it with the steroid."
    return Ready(name="glucose", label=label, outcome=Outcome.CLEAR, says=says)


def _pregnancy(now: Situation) -> Ready:
    label = "Pregnancy test"
    possible = measure("childbearing_possible", now)
    if possible.value is False:
        return Ready(name="pregnancy", label=label, outcome=Outcome.CLEAR, says="Not needed.")
    pregnant = measure("condition/pregnancy", now)
    if pregnant.value is None:
        return _ask("pregnancy", label, pregnant.ask or possible.ask)
    return Ready(
        name="pregnancy", label=label, outcome=Outcome.HOLD if pregnant.value else Outcome.CLEAR,
        says="Pregnant." if pregnant.value else "Not pregnant.",
    )  # fmt: skip


def _time_out(now: Situation) -> Ready:
    label = "Time-out"
    try:
        sheet = sheet_of(now)
    except NeedlepointError as error:
        return Ready(name="time_out", label=label, outcome=Outcome.HOLD, says=str(error))
    asked = [ask for line in sheet.checklist if line.moment == "time_out" for ask in line.ask]
    if asked:
        return _ask("time_out", label, asked[0])
    return Ready(name="time_out", label=label, outcome=Outcome.CLEAR, says="Nothing left to ask.")


def _ask(name: str, label: str, says: str) -> Ready:
    return Ready(name=name, label=label, outcome=Outcome.CANNOT_TELL, says=says)


__all__ = ["Ready", "readiness"]
