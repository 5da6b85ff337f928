"""Which paper is asked for, and from what is it written?"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from django.utils import timezone

from needlepoint.core.assess import Assessment, assess
from needlepoint.core.chart import Chart
from needlepoint.core.errors import UnknownKnowledge
from needlepoint.core.knowledge import Knowledge
from needlepoint.core.papers import (
    CARDS,
    Identity,
    Language,
    Paper,
    ToCall,
    card_paper,
    consent,
    instructions,
    letter,
    payer_packet,
    procedure_note,
)
from needlepoint.core.plan import Option, Standing
from needlepoint.core.technique.pump import pump_state
from needlepoint.store.models import Number, Patient
from needlepoint.web.phone.help import numbers

OF_CHART = "chart"  # in place of an entry: the letter is about all of it


def assessed(
    chart: Chart, names: Mapping[str, str], knowledge: Knowledge, *, with_intervals: bool = True
) -> Assessment:
    """The assessment that papers rest on: authors by name, moments in the clinic's zone."""
    named = tuple(
        replace(
            e, author=names.get(e.author, e.author), occurred_at=timezone.localtime(e.occurred_at)
        )
        for e in chart.entries
    )
    return assess(
        replace(chart, entries=named), knowledge, as_of=timezone.localtime(), with_reasons=False,
        look_ahead=False, with_intervals=with_intervals,
    )  # fmt: skip


def identity_of(patient: Patient) -> Identity:
    """Name, birth date and the clinic's number, from where identity is kept."""
    known = patient.identity
    number = Number.objects.filter(patient=patient).order_by("pk").first()
    return Identity(
        name=f"{known.given_name} {known.family_name}".strip(), birth_date=known.birth_date,
        number=number.value if number else None,
    )  # fmt: skip


def to_call_of(patient: Patient) -> ToCall:
    """The numbers that this patient's clinic has set."""
    known = numbers(patient.clinic)
    return ToCall(clinic=known.clinic, emergency=known.emergency)


def planned(result: Assessment, entry: str) -> Standing | None:
    """The plan with this entry, if it is not done yet."""
    return next((one for one in result.planned if one.planned.entry == entry), None)


def write_paper(
    result: Assessment,
    kind: str,
    entry: str,
    identity: Identity,
    knowledge: Knowledge,
    *,
    language: Language = "en",
    policy: str | None = None,
    to_call: ToCall | None = None,
) -> Paper | None:
    """The paper; None if there is nothing that it could be about."""
    if kind == "letter":
        return letter(result, identity, knowledge) if entry == OF_CHART else None
    if kind == "card":
        return _card(result, entry, identity, knowledge)
    if kind == "note":
        try:
            return procedure_note(result, entry, identity, knowledge)
        except UnknownKnowledge:
            return None
    one = planned(result, entry)
    if one is None:
        return None
    match kind:
        case "packet":
            return payer_packet(one, result.record, identity, knowledge, policy=policy)
        case "instructions":
            return instructions(one, result.record, identity, knowledge, language=language,
                                to_call=to_call)  # fmt: skip
        case "consent":
            offered = [option for c in result.complaints for option in c.plan.options]
            mine = option_of(one, offered)
            others = [option for option in offered if option is not mine]
            return consent(one, result.record, mine, others, identity, knowledge, language=language)
    return None


def _card(result: Assessment, name: str, identity: Identity, knowledge: Knowledge) -> Paper | None:
    """A card for an emergency stands under its own name in place of an entry."""
    kind = next((one for one in CARDS if one == name), None)
    if kind is None:
        return None
    pump = pump_state(result.record, knowledge, zone=timezone.get_current_timezone())
    return card_paper(kind, result.record, pump, identity, knowledge)


def option_of(one: Standing, offered: list[Option]) -> Option | None:
    """The treatment that the planned procedure carries out, if one is on offer."""
    names = one.planned.technique.carries_out
    return next((option for option in offered if option.therapy.id in names), None)


__all__ = ["OF_CHART", "assessed", "identity_of", "planned", "to_call_of", "write_paper"]
