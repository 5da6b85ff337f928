"""Does this patient meet what guidelines and payers ask for, and what is still to be documented?

Authorities stand side by side and are never merged. What is not known is neither met nor unmet:
it becomes a line of the "document this" list.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from needlepoint.core.knowledge import Policy, is_verified
from needlepoint.core.rules.criteria import Answer, Judged, judge, together
from needlepoint.core.rules.situation import Situation


class Standing(StrEnum):
    """What one authority would say today."""

    MET = "met"
    UNMET = "unmet"
    MISSING = "missing"


@dataclass(frozen=True, slots=True, kw_only=True)
class CriterionLine:
    """One criterion as it goes into a packet."""

    says: str
    standing: Standing
    value: str | None
    entries: tuple[str, ...]
    document: str | None  # what to write down, where it is missing
    rests_on: tuple[str, ...]
    verified: bool
    advisory: bool  # information or advice: shown, never in the way


@dataclass(frozen=True, slots=True, kw_only=True)
class Eligibility:
    """One policy, judged for one patient and plan."""

    policy: Policy
    standing: Standing
    lines: tuple[CriterionLine, ...]

    @property
    def document(self) -> tuple[str, ...]:
        """Everything to document, once each."""
        return tuple(dict.fromkeys(line.document for line in self.lines if line.document))


def eligibility(now: Situation) -> tuple[Eligibility, ...]:
    """Every policy about the planned technique."""
    technique = now.planned.technique.id
    return tuple(
        _policy(policy, now)
        for policy in now.knowledge.guidance.policies.values()
        if technique in policy.applies_to
    )


def _policy(policy: Policy, now: Situation) -> Eligibility:
    judged = [one for one in judge(policy.criteria, now) if one.applies is not Answer.NO]
    groups: dict[str, list[Judged]] = {}
    for one in judged:
        groups.setdefault(one.criterion.group or one.criterion.id, []).append(one)
    lines: list[CriterionLine] = []
    standings: list[Standing] = []
    for members in groups.values():
        answer = together(members)
        lines += [_line(one, answer, now) for one in members]
        if any(one.criterion.effect == "require" for one in members):
            standings.append(_standing(answer, members))
    standing = next(
        (one for one in (Standing.UNMET, Standing.MISSING) if one in standings), Standing.MET
    )
    return Eligibility(policy=policy, standing=standing, lines=tuple(lines))


def _standing(answer: Answer, members: list[Judged]) -> Standing:
    if answer is Answer.YES:
        return Standing.MET
    if answer is Answer.UNKNOWN or all(one.applies is Answer.UNKNOWN for one in members):
        return Standing.MISSING
    return Standing.UNMET


def _line(one: Judged, group: Answer, now: Situation) -> CriterionLine:
    own = {Answer.YES: Standing.MET, Answer.NO: Standing.UNMET}.get(one.answer, Standing.MISSING)
    if own is Standing.UNMET and one.applies is Answer.UNKNOWN:
        own = Standing.MISSING
    missing = own is Standing.MISSING and group is not Answer.YES
    value = one.measured.value
    return CriterionLine(
        says=one.criterion.says,
        standing=own,
        value=None if value is None else f"{value:g}" if isinstance(value, float) else str(value),
        entries=one.measured.entries,
        document=one.document if missing and one.criterion.effect != "info" else None,
        rests_on=one.criterion.rests_on,
        verified=is_verified(one.criterion, now.knowledge),
        advisory=one.criterion.effect != "require",
    )
