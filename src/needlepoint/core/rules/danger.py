"""Is a dangerous cause of the pain still open while a procedure is planned?

A needle does not look for a tumour, an abscess or a crushed cauda: what cannot wait comes first.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from needlepoint.core.findings import observe
from needlepoint.core.knowledge import RedFlag
from needlepoint.core.rules.red_flags import CANNOT_WAIT, lowered, screen
from needlepoint.core.rules.situation import Situation
from needlepoint.core.rules.verdict import (
    Outcome,
    Reason,
    Verdict,
    cannot_tell,
    caution,
    clear,
    hold,
)


def dangerous_cause(now: Situation) -> Verdict:
    """Hold while an emergency is raised, or a danger that this pain may come from.

    An emergency anywhere in the patient holds every procedure; what is urgent holds those for a
    pain that it may explain. A refill of a pump is not put off: withdrawal is an emergency too.
    """
    key = (RED_FLAGS, now.complaint, now.planned.technique.cannot_wait)
    if key not in now.memory:
        now.memory[key] = _dangerous_cause(now)
    kept: Verdict = now.memory[key]
    return kept


def _dangerous_cause(now: Situation) -> Verdict:
    """The same for every plan for this pain that can wait, or cannot."""
    concerned = _concerning(now)
    raised = [_raised(flag, now) for flag in concerned if flag.outcome is Outcome.HOLD]
    unknown = flags_not_asked(now)
    answered = [r for f in concerned if f.outcome is Outcome.CLEAR for r in f.reasons if r.caution]
    reasons = raised + answered
    if not now.record.complaints:
        reasons.append(
            cannot_tell("State the pain it is for: its red flags are asked for by place.")
        )
    elif unknown:
        names = ", ".join(lowered(flag.label) for flag in unknown)
        reasons.append(cannot_tell(f"Not asked for yet: {names}."))
    reasons = reasons or [clear("What cannot wait was asked for and is not raised.")]
    return Verdict(rule="red_flags", label="Red flags", reasons=tuple(reasons))


def flags_not_asked(now: Situation) -> tuple[Verdict, ...]:
    """Those that cannot wait, bear on the plan, and were not asked for in full.

    None while no pain is stated: they are asked for by place.
    """
    if not now.record.complaints:
        return ()
    return tuple(flag for flag in _concerning(now) if flag.outcome is Outcome.CANNOT_TELL)


def _concerning(now: Situation) -> list[Verdict]:
    return [f for f in _screened(now) if f.urgency in CANNOT_WAIT and _concerns(f, now)]


def _screened(now: Situation) -> tuple[Verdict, ...]:
    """Of the patient: the same for every plan."""
    if RED_FLAGS not in now.memory:
        observed = tuple(observe(now.record, one, now.knowledge) for one in now.record.complaints)
        now.memory[RED_FLAGS] = screen(now.record, observed, now.knowledge)
    kept: tuple[Verdict, ...] = now.memory[RED_FLAGS]
    return kept


RED_FLAGS = "red_flags"  # under which the verdicts of the screen are kept


def _concerns(verdict: Verdict, now: Situation) -> bool:
    """Whether it bears on this plan: an emergency always does."""
    if verdict.urgency == "emergency" and verdict.outcome is Outcome.HOLD:
        return True
    flag = next(_flags(verdict, now))
    pains = [one for one in now.record.complaints if now.complaint in (None, one.complaint.name)]
    return not flag.presentations or any(
        one.complaint.presentation in flag.presentations for one in pains
    )


def _flags(verdict: Verdict, now: Situation) -> Iterator[RedFlag]:
    return (flag for flag in now.knowledge.red_flags if verdict.rule == f"red_flag/{flag.id}")


def _raised(flag: Verdict, now: Situation) -> Reason:
    make = caution if now.planned.technique.cannot_wait else hold
    why = " ".join(reason.says for reason in flag.reasons)
    entries = [entry for reason in flag.reasons for entry in reason.entries]
    says = f"{flag.label} ({flag.urgency}). {why} {flag.do}"
    said = make(says, entries=entries)
    return replace(said, rests_on=next(_flags(flag, now)).rests_on)
