"""Which procedures is a command about: those planned in the chart, or one that is named?"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from datetime import datetime

from needlepoint.core.errors import NeedlepointError
from needlepoint.core.knowledge import Knowledge
from needlepoint.core.plan import pending, planned_now
from needlepoint.core.record import PatientRecord
from needlepoint.core.rules import Situation, situation
from needlepoint.core.rules.history import technique_named
from needlepoint.files.targets import parse_target
from needlepoint.files.typed import closest


def situations(
    record: PatientRecord,
    knowledge: Knowledge,
    technique: str | None,
    targets: list[str],
    at: datetime | None,
) -> Iterator[Situation]:
    """Before the technique that is named, or else before everything planned in the chart.

    Raises:
        NeedlepointError: the technique is not known, or nothing is planned.
    """
    if technique is None:
        if targets or at:
            raise NeedlepointError("--target and --at go with --technique: name what is planned.")
        planned = list(pending(record, knowledge))
        if not planned:
            raise NeedlepointError(
                "Nothing is planned in this chart. Add a planned_procedure, or name one with "
                "--technique."
            )
        yield from planned
        return
    named = technique_named(technique, knowledge)
    if named is None:
        guidance = knowledge.guidance
        near = closest(technique, (*guidance.techniques, *guidance.technique_of))
        raise NeedlepointError(f"--technique: {technique!r} is not known.{near}")
    where = tuple(parse_target(text, knowledge) for text in targets)
    plan = planned_now(named, where, record)
    if at is not None:
        plan = dataclasses.replace(plan, at=max(at, record.as_of))
    yield situation(record, plan, knowledge)
