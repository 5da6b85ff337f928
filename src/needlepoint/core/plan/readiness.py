"""Is this patient ready for the procedure: holds, consent, glucose, pregnancy, time-out?"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from needlepoint.core.errors import NeedlepointError
from needlepoint.core.rules import Outcome, Reason, Situation, Verdict
from needlepoint.core.rules.danger import flags_not_asked
from needlepoint.core.rules.measures import measure
from needlepoint.core.rules.safety import SafetyCheck, check_safety
from needlepoint.core.technique.sheet import sheet_of

_OWN = ("consent", "glucose", "pregnancy")  # groups that have a look of their own


@dataclass(frozen=True, slots=True, kw_only=True)
class Ready:
    """One of the five looks; silence of the chart is a question, never a tick."""

    name: str
    label: str
    outcome: Outcome
    says: str  # the most serious ground, in whole sentences
    rest: str = ""  # how many other grounds there are; empty: none
    not_asked: bool = False  # of holds: nothing in the chart speaks against it, nobody asked


def readiness(now: Situation) -> tuple[Ready, ...]:
    """The five looks at one planned procedure. All but the time-out agree with its safety check."""
    check = check_safety(now)
    return (_holds(check), _consent(check), _glucose(check), _pregnancy(check), _time_out(now))


def _holds(check: SafetyCheck) -> Ready:
    """What the chart holds it for; else what in it must be decided; else what was not asked."""
    verdicts = [v for v in check.verdicts if _group(v) not in _OWN]
    held = _reasons(verdicts, Outcome.HOLD)
    open_ = _reasons(verdicts, Outcome.CANNOT_TELL)
    stated, silent = _parted(open_)
    flags = len(flags_not_asked(check.now))
    others = len([r for r in silent if not (flags and r in _of(verdicts, "red_flags"))])
    first = [*held, *stated][:1]
    more = (
        _counted(len(held) - 1, "more holds", "more hold"),
        _counted(len(stated) - (0 if held else 1), "to decide", "to decide"),
        *_not_asked(flags, others),
    )
    rest = "; ".join(part for part in more if part)
    if first:
        outcome = Outcome.HOLD if held else Outcome.CANNOT_TELL
        return _look("holds", outcome, brief(first[0].says), rest=f"{rest}." if rest else "")
    if open_:
        whole = "; ".join(_not_asked(flags, others)) or brief(open_[0].says)
        return _look("holds", Outcome.CANNOT_TELL, f"{whole.rstrip('.')}.", not_asked=True)
    return _look("holds", Outcome.CLEAR, "Nothing holds.")


def _not_asked(flags: int, others: int) -> tuple[str, ...]:
    """Dangerous causes by themselves; what else is a question of one line each."""
    said = (
        _counted(flags, "red flag not asked for", "red flags not asked for"),
        _counted(others, "question open", "questions open"),
    )
    return tuple(one for one in said if one)


def _counted(count: int, one: str, several: str) -> str:
    return f"{count} {one if count == 1 else several}" if count > 0 else ""


def brief(says: str) -> str:
    """The first sentence, without what stands in brackets; never a part of a sentence."""
    plain = re.sub(r"\s*\([^()]*\)", "", says)
    return re.split(r"(?<=[.!?]) (?=[A-Z])", plain, maxsplit=1)[0]


def _consent(check: SafetyCheck) -> Ready:
    return _group_look("consent", check) or _look("consent", Outcome.CLEAR, "Given.")


def _glucose(check: SafetyCheck) -> Ready:
    """What the rules say of glucose; where they let it pass, the value is shown to be weighed."""
    found = _group_look("glucose", check)
    if found is not None:
        return found
    diabetes, value = measure("condition/diabetes", check.now), measure("lab/glucose", check.now)
    if diabetes.value is False:
        return _look("glucose", Outcome.CLEAR, "No diabetes.")
    if value.value is None:
        return _look("glucose", Outcome.CLEAR, "Not needed.")
    return _look("glucose", Outcome.CLEAR, f"Last measured {value.value:g} mg/dL.")


def _pregnancy(check: SafetyCheck) -> Ready:
    """A child is thought of before any needle, whether or not X-rays are planned."""
    possible = measure("childbearing_possible", check.now)
    if possible.value is False:
        return _look("pregnancy", Outcome.CLEAR, "Not needed.")
    pregnant = measure("condition/pregnancy", check.now)
    if pregnant.value is None:
        says = pregnant.ask or possible.ask
        return _look("pregnancy", Outcome.CANNOT_TELL, says)
    if pregnant.value is False:
        return _look("pregnancy", Outcome.CLEAR, "Not pregnant.")
    held = _group_look("pregnancy", check)
    return held or _look("pregnancy", Outcome.CANNOT_TELL, "Pregnant: decide with her.")


def _time_out(now: Situation) -> Ready:
    try:
        sheet = sheet_of(now)
    except NeedlepointError as error:
        return _look("time_out", Outcome.HOLD, str(error))
    asked = [ask for line in sheet.checklist if line.moment == "time_out" for ask in line.ask]
    if not asked:
        return _look("time_out", Outcome.CLEAR, "Nothing left to ask.")
    rest = _counted(len(asked) - 1, "more question.", "more questions.")
    return _look("time_out", Outcome.CANNOT_TELL, asked[0], rest=rest)


# --- verdicts -------------------------------------------------------------------------------------


def _group_look(name: str, check: SafetyCheck) -> Ready | None:
    """The look of one group of contraindications; None where the rules let it pass."""
    verdicts = [v for v in check.verdicts if _group(v) == name]
    for outcome in (Outcome.HOLD, Outcome.CANNOT_TELL):
        reasons = _reasons(verdicts, outcome)
        if reasons:
            rest = _counted(len(reasons) - 1, "more.", "more.")
            return _look(name, outcome, reasons[0].says, rest=rest)
    return None


def _group(verdict: Verdict) -> str:
    return verdict.rule.removeprefix("contraindication/")


def _reasons(verdicts: Iterable[Verdict], outcome: Outcome) -> list[Reason]:
    return [r for v in verdicts for r in v.reasons if r.outcome is outcome]


def _of(verdicts: Iterable[Verdict], rule: str) -> list[Reason]:
    return [r for v in verdicts if v.rule == rule for r in v.reasons]


def _parted(reasons: Iterable[Reason]) -> tuple[list[Reason], list[Reason]]:
    """What rests on an entry of the chart and must be decided; what nobody asked for."""
    every = list(reasons)
    return [r for r in every if r.entries], [r for r in every if not r.entries]


_LABELS = {
    "holds": "Holds",
    "consent": "Consent",
    "glucose": "Glucose",
    "pregnancy": "Pregnancy test",
    "time_out": "Time-out",
}


def _look(
    name: str, outcome: Outcome, says: str, *, rest: str = "", not_asked: bool = False
) -> Ready:
    whole = says[0].upper() + says[1:]
    return Ready(
        name=name, label=_LABELS[name], outcome=outcome, says=whole, rest=rest, not_asked=not_asked
    )


__all__ = ["Ready", "brief", "readiness"]
