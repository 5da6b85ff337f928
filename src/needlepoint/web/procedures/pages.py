"""What the pages about a plan print."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils.timezone import localtime

from needlepoint.core.assess import Assessment
from needlepoint.core.chart import AdverseEvent, Attestation, BlockTarget, PlannedProcedure
from needlepoint.core.errors import RefusedPlan
from needlepoint.core.inference.patterns import Pattern
from needlepoint.core.knowledge import Knowledge, Technique
from needlepoint.core.plan import Tier, standing
from needlepoint.core.plan.actions import targets_of as sites_of
from needlepoint.core.record import PatientRecord, Said
from needlepoint.core.rules import Planned, situation
from needlepoint.core.rules.cards import FilledCard, emergency_card
from needlepoint.core.rules.consent import consent
from needlepoint.core.rules.facts import number
from needlepoint.core.rules.places import sides_fit
from needlepoint.core.rules.situation import Situation, planned_procedure
from needlepoint.core.technique.sheet import sheet_of
from needlepoint.web.procedures.panels import (
    Coverage,
    SafetyPanel,
    coverage_panel,
    safety_panel,
)
from needlepoint.web.procedures.plans import Plan, is_block, planned_label
from needlepoint.web.procedures.sheet import SheetPage, sheet_page


@dataclass(frozen=True, slots=True, kw_only=True)
class Prospect:
    """A procedure before it is done: may it, is it covered, how is it done."""

    label: str
    safety: SafetyPanel
    coverage: Coverage
    sheet: SheetPage | None
    refused: str  # why there is no sheet: what to change
    other_side: str  # the pain is on one side and the plan on the other


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedPage:
    """Exactly what the page of a plan prints."""

    entry: str
    technique: str
    label: str
    targets: str
    when: str
    medicines: str
    sedation: str
    is_block: bool
    consent: str  # given, refused, or empty
    prospect: Prospect


@dataclass(frozen=True, slots=True, kw_only=True)
class Complication:
    """One thing that went wrong, and how it stands."""

    entry: str
    procedure: str  # entry id
    name: str
    severity: str
    on: str
    note: str
    last: str  # the last word on it
    is_open: bool
    is_overdue: bool


def prospect(now: Situation, knowledge: Knowledge, *, name: str) -> Prospect:
    """Ask everything about one plan. A plan that cannot be carried out says why."""
    one = standing(now)
    safety, sheet, refused = one.safety, None, ""
    try:
        made = sheet_of(now, diagnostic=is_block(name, knowledge))
        safety, sheet = made.safety, sheet_page(made)  # where no agents were named: the sheet's own
    except RefusedPlan as error:
        refused = str(error)
    return Prospect(
        label=planned_label(name, now.planned.technique, knowledge),
        safety=safety_panel(safety, knowledge),
        coverage=coverage_panel(one),
        sheet=sheet,
        refused=refused,
        other_side=_other_side(now),
    )


def _other_side(now: Situation) -> str:
    """A plan for the side that does not hurt is most often a slip, and the worst one."""
    pains = [c.complaint for c in now.record.complaints if c.complaint.name == now.complaint]
    side = pains[0].side if pains else None
    if side is None or sides_fit(side, now.planned.targets) is not False:
        return ""
    aimed = dict.fromkeys(s.value for t in now.planned.targets if t.side for s in t.side.single)
    return f"The pain is on the {side.value}; this is planned on the {' and '.join(aimed)}."


def planned_page(record: PatientRecord, plan: Plan, knowledge: Knowledge) -> PlannedPage:
    """The first state of a block, and the plan of a treatment."""
    planned = plan.planned
    now = situation(record, planned, knowledge)
    given = consent("", now).value
    return PlannedPage(
        entry=plan.entry.id,
        technique=planned.technique.id,
        label=plan.label,
        targets=", ".join(str(t) for t in planned.targets),
        when=_when(plan),
        medicines=", ".join(
            " ".join(w for w in (m.text, f"{m.mg:g} mg" if m.mg else "") if w)
            for m in planned.medicines or ()
        ),
        sedation=planned.sedation,
        is_block=plan.is_block,
        consent="" if given is None else "given" if given is True else "refused",
        prospect=prospect(now, knowledge, name=plan.name),
    )


def _when(plan: Plan) -> str:
    one = plan.entry.statement
    if isinstance(one, PlannedProcedure) and one.at is not None:
        return f"{localtime(one.at):%Y-%m-%d %H:%M}"
    return "no day yet"


def as_situation(
    record: PatientRecord, technique: Technique, said: PlannedProcedure, knowledge: Knowledge
) -> Situation:
    """The patient before a plan that nobody wrote down yet."""
    plan = Said(entry="", occurred_at=record.as_of, statement=said)
    planned = planned_procedure(plan, technique, knowledge, not_before=record.as_of)
    return situation(record, planned, knowledge)


def suggested(result: Assessment, technique: Technique, complaint: str) -> tuple[BlockTarget, ...]:
    """Where the engine would aim it: the next step of this block, or the option it carries out."""
    for one in result.complaints:
        if complaint and one.observed.complaint != complaint:
            continue
        named: dict[str | None, Pattern] = {str(p): p for p in one.where.frame.patterns}
        for step in one.plan.steps:
            is_mine = step.tier is Tier.BLOCK and step.action in technique.carries_out
            if is_mine and step.target in named:
                return sites_of(named[step.target])
        for option in one.plan.options:
            carried = (*technique.carries_out, *technique.also_carries_out)
            if option.therapy.id in carried and option.pattern is not None:
                return sites_of(option.pattern)
    return ()


def card_page(record: PatientRecord, card: str, knowledge: Knowledge) -> FilledCard | None:
    """An emergency card with this patient's doses; None if there is no such card."""
    found = knowledge.guidance.safety.cards.get(card)
    if found is None:
        return None
    any_technique = next(iter(knowledge.guidance.techniques.values()))
    planned = Planned(technique=any_technique, at=record.as_of)
    return emergency_card(found, situation(record, planned, knowledge))


def complications(
    record: PatientRecord, knowledge: Knowledge, *, of: str | None = None
) -> tuple[Complication, ...]:
    """Everything that went wrong (with one procedure), the open ones first, each asked again."""
    wait = number(knowledge.guidance.safety.facts["outcomes/complication_asked_again_after_days"])
    words: dict[str, tuple[Attestation, datetime]] = {}
    for e in record.entries:
        if isinstance(e.statement, Attestation) and e.statement.name.startswith("complication/"):
            words[e.statement.name.partition("/")[2]] = (e.statement, e.occurred_at)
    found = []
    for e in record.entries:
        one = e.statement
        if not isinstance(one, AdverseEvent) or (of is not None and one.related_entry != of):
            continue
        said, at = words.get(e.id) or (None, e.occurred_at)
        is_open = said is None or said.value != "settled"
        late = is_open and record.as_of - at > timedelta(days=wait)
        found.append(
            Complication(
                entry=e.id, procedure=one.related_entry or "",
                name=one.name.replace("_", " ").capitalize(),
                severity=one.severity.replace("_", " "),
                on=f"{localtime(e.occurred_at):%Y-%m-%d}", note=one.note or "",
                last=_last(said, at), is_open=is_open, is_overdue=late,
            )
        )  # fmt: skip
    return tuple(sorted(found, key=lambda c: (not c.is_overdue, not c.is_open)))


def _last(said: Attestation | None, at: datetime) -> str:
    if said is None:
        return "not asked again since"
    note = f": {said.note}" if said.note else ""
    return f"{said.value} on {localtime(at):%Y-%m-%d}{note}"


__all__ = [
    "Complication",
    "PlannedPage",
    "Prospect",
    "as_situation",
    "card_page",
    "complications",
    "planned_page",
    "prospect",
    "suggested",
]
