"""How is this procedure carried out on this patient: from a plan to one sheet of paper."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from needlepoint.core.knowledge import (
    Advice,
    ConsentRisk,
    Knowledge,
    Setting,
    TechniqueStep,
    is_verified,
)
from needlepoint.core.rules.safety import SafetyCheck, check_safety
from needlepoint.core.rules.situation import Planned, Situation, instead
from needlepoint.core.technique.sheet.aim import Needle, aim
from needlepoint.core.technique.sheet.checklist import CheckLine, checklist
from needlepoint.core.technique.sheet.discography import DiscographyProtocol, protocol
from needlepoint.core.technique.sheet.shared import (
    aftercare_of,
    checks_of,
    risks_of,
    steps_of,
)
from needlepoint.core.technique.sheet.syringes import (
    Syringe,
    as_injected,
    refuse_overdose,
    syringes,
    unusual,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class SheetStep:
    """One step, and whether it stands on something read."""

    stage: str
    says: str
    rests_on: tuple[str, ...]
    verified: bool
    for_this_patient: bool  # demanded by the record, not by the technique


@dataclass(frozen=True, slots=True, kw_only=True)
class SheetSetting:
    """One setting of needle, generator, probe or syringe."""

    name: str  # carries its unit: temperature_c
    low: float
    high: float
    note: str | None
    rests_on: tuple[str, ...]
    verified: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ProcedureSheet:
    """Everything that is needed to carry out one procedure, in the order of the work."""

    planned: Planned
    diagnostic: bool
    needles: tuple[Needle, ...]
    steps: tuple[SheetStep, ...]
    syringes: tuple[Syringe, ...]
    settings: tuple[SheetSetting, ...]
    discography: DiscographyProtocol | None
    checklist: tuple[CheckLine, ...]
    risks: tuple[ConsentRisk, ...]
    aftercare: tuple[Advice, ...]
    remarks: tuple[str, ...]  # where the plan leaves what is usual
    safety: SafetyCheck  # of the plan; of the sheet's own agents at their most where none is named

    @property
    def lesions(self) -> tuple[float, float] | None:
        """Over all nerves; None where nothing is burnt or frozen."""
        each = next((one for one in self.settings if one.name == "lesions"), None)
        count = len(self.needles)
        return None if each is None or not count else (each.low * count, each.high * count)

    @property
    def unverified(self) -> int:
        """Numbers and steps that rest on nothing we read."""
        return sum(
            not one.verified
            for group in (self.steps, self.syringes, self.settings)
            for one in group
        )


def sheet_of(now: Situation, *, diagnostic: bool = False) -> ProcedureSheet:
    """Write the sheet of what is planned.

    Args:
        diagnostic: it is meant as a test: no steroid.

    Raises:
        RefusedPlan: a target, side or level is missing or wrong, or a dose is above its ceiling.
    """
    technique, knowledge = now.planned.technique, now.knowledge
    needles = aim(technique, now.planned.targets, knowledge)
    drawn = syringes(technique.agents, len(needles), knowledge, diagnostic=diagnostic)
    safety = check_safety(_with_agents(now, drawn))
    refuse_overdose(now.planned, safety)
    return ProcedureSheet(
        planned=now.planned,
        diagnostic=diagnostic,
        needles=needles,
        steps=tuple(_steps(now)),
        syringes=drawn,
        settings=tuple(_setting(one, knowledge) for one in technique.settings),
        discography=protocol(technique, needles, knowledge),
        checklist=checklist(checks_of(now), needles, safety),
        risks=risks_of(now),
        aftercare=aftercare_of(now),
        remarks=tuple(unusual(now.planned, drawn)),
        safety=safety,
    )


def _with_agents(now: Situation, drawn: tuple[Syringe, ...]) -> Situation:
    """Where nobody chose the agents yet, the sheet's own are weighed."""
    if now.planned.medicines is not None:
        return now
    agents = as_injected(drawn, now.knowledge)
    return instead(now, replace(now.planned, medicines=agents)) if agents else now


def _steps(now: Situation) -> Iterator[SheetStep]:
    """The technique's own order; what the record demands follows the last step of its stage."""
    own = now.planned.technique.steps
    extra = steps_of(now)
    last = {step.stage: n for n, step in enumerate(own)}
    for n, step in enumerate(own):
        yield _step(step, now.knowledge, for_this_patient=False)
        if last[step.stage] == n:
            for more in extra:
                if more.stage == step.stage:
                    yield _step(more, now.knowledge, for_this_patient=True)
    for more in extra:
        if more.stage not in last:
            yield _step(more, now.knowledge, for_this_patient=True)


def _step(step: TechniqueStep, knowledge: Knowledge, *, for_this_patient: bool) -> SheetStep:
    return SheetStep(
        stage=step.stage,
        says=step.says,
        rests_on=step.rests_on,
        verified=is_verified(step, knowledge),
        for_this_patient=for_this_patient,
    )


def _setting(one: Setting, knowledge: Knowledge) -> SheetSetting:
    return SheetSetting(
        name=one.name,
        low=one.span.low,
        high=one.span.high,
        note=one.span.note,
        rests_on=one.span.rests_on,
        verified=is_verified(one.span, knowledge),
    )
