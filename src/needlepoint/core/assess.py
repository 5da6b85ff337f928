"""The pipeline in one function: from a chart to what may cause the pain and what to do next.

Read this first. Data moves one way; each step reads only what came before.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime

from needlepoint.core.chart import Chart
from needlepoint.core.findings import ObservedFindings, observe
from needlepoint.core.inference import (
    Intervals,
    Localisation,
    Step,
    intervals,
    localise,
    waterfall,
)
from needlepoint.core.knowledge import Knowledge
from needlepoint.core.plan import (
    NextSteps,
    Standing,
    behind_flags,
    next_steps,
    standing_of_options,
    standing_of_planned,
    with_posterior_doubt,
)
from needlepoint.core.record import PatientRecord, fold
from needlepoint.core.rules import Before, Mechanism, Verdict, before, mechanism_of, screen
from needlepoint.core.rules.danger import RED_FLAGS
from needlepoint.core.rules.opioids import opioids_of
from needlepoint.core.technique.devices import device_verdicts


@dataclass(frozen=True, kw_only=True)
class ComplaintAssessment:
    """What may cause one pain, why, and what to do about it."""

    observed: ObservedFindings
    where: Localisation
    mechanism: Mechanism
    intervals: Intervals | None  # None where they were not asked for
    steps: tuple[Step, ...]  # the waterfall; empty where it was not asked for
    plan: NextSteps
    standings: tuple[Standing | None, ...]  # of the plan's options; None: it is no procedure


@dataclass(frozen=True, kw_only=True)
class Assessment:
    """Everything the chart supports saying, as of a moment."""

    record: PatientRecord
    complaints: tuple[ComplaintAssessment, ...]
    verdicts: tuple[Verdict, ...]  # red flags
    planned: tuple[Standing, ...]  # every procedure that is planned and not done yet
    devices: tuple[Verdict, ...]  # of pump, stimulators and trials
    opioids: Verdict  # of the medicine list, whether or not anything is planned
    knowledge_version: str
    as_of: datetime


def assess(
    chart: Chart,
    knowledge: Knowledge,
    *,
    as_of: datetime | None = None,
    with_intervals: bool = True,
    with_reasons: bool = True,
    look_ahead: bool = True,
) -> Assessment:
    """Say what may cause this pain, how sure we are, and what may be done next.

    Args:
        as_of: the moment to look at the chart from; the chart's own, or now, if not given.
        with_intervals: redraw the parameters for an interval around each probability.
        with_reasons: keep what each finding did to each kind.
        look_ahead: think two steps ahead where one step ties.
    """
    moment = as_of or chart.as_of or datetime.now(UTC)
    record = fold(chart, as_of=moment)
    observed = tuple(observe(record, complaint, knowledge) for complaint in record.complaints)
    verdicts = screen(record, observed, knowledge)
    patient = before(record, knowledge, {RED_FLAGS: verdicts})
    return Assessment(
        record=record,
        complaints=tuple(
            _assess_complaint(
                patient, one, verdicts, knowledge, with_intervals, with_reasons, look_ahead
            )
            for one in observed
        ),
        verdicts=verdicts,
        planned=standing_of_planned(patient),
        devices=device_verdicts(record, knowledge),
        opioids=opioids_of(record, knowledge),
        knowledge_version=knowledge.version,
        as_of=moment,
    )


def _assess_complaint(
    patient: Before,
    observed: ObservedFindings,
    verdicts: tuple[Verdict, ...],
    knowledge: Knowledge,
    with_intervals: bool,
    with_reasons: bool,
    look_ahead: bool,
) -> ComplaintAssessment:
    record = patient.record
    where = localise(observed, knowledge, age=record.age, on=record.as_of.date())
    parts = (where.frame, where.prior, where.factors, where.blocks, where.posterior)
    mechanism = mechanism_of(observed, knowledge)
    drawn = intervals(*parts, knowledge) if with_intervals else None
    plan = next_steps(
        record, observed, where, verdicts, knowledge, mechanism=mechanism, look_ahead=look_ahead
    )
    offered = plan.options
    if drawn is not None:
        offered = tuple(with_posterior_doubt(option, where, drawn) for option in offered)
    plan = replace(plan, options=behind_flags(offered, verdicts))
    return ComplaintAssessment(
        observed=observed,
        where=where,
        mechanism=mechanism,
        intervals=drawn,
        steps=waterfall(*parts, knowledge.parameters.floor) if with_reasons else (),
        plan=plan,
        standings=standing_of_options(patient, plan.options),
    )
