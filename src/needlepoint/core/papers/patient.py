"""What the patient takes home, and what the patient signs: English or Spanish."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime

from needlepoint.core.chart import PlannedProcedure
from needlepoint.core.knowledge import ConsentRisk, Knowledge
from needlepoint.core.papers.for_you import drug_name, for_you
from needlepoint.core.papers.model import (
    Identity,
    Language,
    Paper,
    Section,
    Sentence,
    ToCall,
    cited,
    computed,
    from_chart,
    full_sources,
    missing,
)
from needlepoint.core.papers.words import moment, places, word
from needlepoint.core.plan import Option, Standing
from needlepoint.core.record import PatientRecord
from needlepoint.core.rules import Outcome, Situation
from needlepoint.core.rules.bleeding import DrugHold
from needlepoint.core.rules.facts import number, words
from needlepoint.core.technique.sheet import aftercare_of, risks_of

_OFTEN = 0.01  # from here on a chance is said of 100 people, below as 1 in so many
_INSTEAD = 6  # other options named in a consent


def instructions(
    one: Standing,
    record: PatientRecord,
    identity: Identity,
    knowledge: Knowledge,
    *,
    language: Language = "en",
    to_call: ToCall | None = None,
) -> Paper:
    """When to come, what to take and not to take, what to look out for, and whom to call."""
    sections = (
        *_held(one, language),
        Section(heading=word("when", language), sentences=tuple(_when(one, record, language))),
        Section(heading=word("medicines", language), sentences=tuple(_medicines(one, language))),
        Section(
            heading=word("eating", language), sentences=tuple(_eating(one, knowledge, language))
        ),
        Section(heading=word("after", language), sentences=tuple(_aftercare(one, language))),
        Section(heading=word("call", language), sentences=tuple(_call(to_call, language))),
    )
    title = f"{word('instructions', language)}: {_label(one, language)}"
    return Paper(
        kind="instructions",
        title=title,
        language=language,
        identity=identity,
        as_of=record.as_of,
        sections=sections,
        sources=full_sources(sections, knowledge),
        knowledge_version=knowledge.version,
    )


def _call(to_call: ToCall | None, language: Language) -> Iterator[Sentence]:
    """The clinic's own numbers; where it has set none, the paper says so."""
    known = to_call or ToCall()
    if known.clinic:
        yield computed(word("call_us", language, phone=known.clinic))
    else:
        yield missing(word("call_us_where", language))
    if known.emergency:
        yield computed(word("call_help", language, phone=known.emergency))


def consent(
    one: Standing,
    record: PatientRecord,
    option: Option | None,
    others: Iterable[Option],
    identity: Identity,
    knowledge: Knowledge,
    *,
    language: Language = "en",
) -> Paper:
    """What is done, how likely it helps and harms, in numbers, and what else there is.

    Args:
        option: the treatment with its expected response; None where it was not worked out.
        others: the other options, best first.
    """
    risks = risks_of(one.safety.now)
    sections = (
        *_held(one, language),
        Section(heading=word("what", language), sentences=tuple(_what(one, language))),
        Section(heading=word("chance", language), sentences=(_chance(option, language),)),
        Section(heading=word("risks", language), sentences=tuple(_risks(risks, language))),
        Section(heading=word("for_you", language), sentences=tuple(for_you(one, language))),
        Section(heading=word("instead", language), sentences=tuple(_others(others, language))),
    )
    return Paper(
        kind="consent",
        title=f"{word('consent', language)}: {_label(one, language)}",
        language=language,
        identity=identity,
        as_of=record.as_of,
        sections=sections,
        sign=(word("patient", language), word("physician", language)),
        sources=full_sources(sections, knowledge),
        knowledge_version=knowledge.version,
    )


def is_held(one: Standing) -> bool:
    """Something other than a drug that is still to be paused holds it."""
    return any(v.outcome is Outcome.HOLD and v.rule != "bleeding_risk" for v in one.safety.verdicts)


def _held(one: Standing, language: Language) -> Iterator[Section]:
    """On top of what must not be handed out yet."""
    if is_held(one):
        says = missing(word("held", language))
        yield Section(heading=word("held_heading", language), sentences=(says,))


def _label(one: Standing, language: Language) -> str:
    technique = one.planned.technique
    return technique.label_es if language == "es" else technique.label


def _says(one: Standing, says: str) -> Sentence:
    """From the plan's entry where there is one."""
    entry = one.planned.entry
    return from_chart(says, entry) if entry else computed(says)


def _when(one: Standing, record: PatientRecord, language: Language) -> Iterator[Sentence]:
    """Day and time as they were written down, never the moment of printing; and where."""
    at = planned_at(one, record)
    if at is None:
        yield missing(word("not_fixed", language))
    else:
        yield _says(one, word("on", language, day=moment(at, language)))
    where = places(one.planned.targets, language)
    if where:
        yield _says(one, word("where", language, where=where))


def planned_at(one: Standing, record: PatientRecord) -> datetime | None:
    """When it was planned for, in the zone of the paper; None where no time was given.

    A plan without an entry is one that was asked about, at the moment that was asked about.
    """
    if one.planned.entry is None:
        return one.planned.at
    said = next((e.statement for e in record.entries if e.id == one.planned.entry), None)
    at = said.at if isinstance(said, PlannedProcedure) else None
    return None if at is None else at.astimezone(record.as_of.tzinfo)


def is_dated(one: Standing) -> bool:
    """Whether its moment is fixed and lies ahead: else no day of a last dose can be told."""
    return planned_at(one, one.safety.now.record) == one.planned.at


def _medicines(one: Standing, language: Language) -> Iterator[Sentence]:
    """The calendar of every drug that affects bleeding; nothing is stopped unasked."""
    ask = one.safety.now.safety.facts["bleeding/ask_prescriber_classes"]
    yield cited(word("ask_first", language), ask.rests_on)
    for hold in one.safety.bleeding.calendar:
        rests_on = [
            name
            for row in hold.rows
            for name in (*row.rests_on, *(row.hours.rests_on if row.hours else ()))
        ]
        drug = _capital(drug_name(hold.drug, one, language))
        zone = one.safety.now.record.as_of.tzinfo
        if hold.last_dose_by is not None and not is_dated(one):
            says = word("when_fixed", language, drug=drug)
            yield cited(says, rests_on, hold.entry)
        elif hold.last_dose_by is not None and is_settled(hold, one.safety.now):
            by = moment(hold.last_dose_by.astimezone(zone), language)
            yield cited(
                word("last_dose", language, drug=drug, by=by),
                rests_on,
                hold.entry,
            )
            if hold.restart_from is not None:
                since = moment(hold.restart_from.astimezone(zone), language)
                on = [name for r in hold.restarts for name in r.hours.rests_on]
                says = word("again", language, drug=drug, since=since)
                yield cited(says, on, hold.entry)
        else:
            name = "continue" if hold.action == "continue" else "talk"
            yield cited(word(name, language, drug=drug), rests_on, hold.entry)
    medicines = one.safety.now.medicines
    if not medicines.is_complete or medicines.questions:
        yield missing(word("no_list", language))


def _capital(name: str) -> str:
    return name[0].upper() + name[1:]


def is_settled(hold: DrugHold, now: Situation) -> bool:
    """Whether the patient may be told to pause it: its prescriber agreed, or need not be asked."""
    asked = words(now.safety.facts["bleeding/ask_prescriber_classes"])
    taken = [one for one in now.medicines.taken if one.said.entry == hold.entry]
    return hold.action == "hold" and all(
        one.said.statement.may_stop == "agreed" or not one.is_one_of(asked) for one in taken
    )


def _eating(one: Standing, knowledge: Knowledge, language: Language) -> Iterator[Sentence]:
    match one.planned.sedation:
        case "unknown":
            yield missing(word("ask_eating", language))
        case "none" | "minimal":
            yield _says(one, word("no_fasting", language))
        case _:
            facts = knowledge.guidance.safety.facts
            meal, fatty, clear = (
                facts[f"fasting/{name}_hours"]
                for name in ("light_meal", "fatty_meal", "clear_fluid")
            )
            says = word(
                "fasting",
                language,
                meal=f"{number(meal):g}",
                fatty=f"{number(fatty):g}",
                clear=f"{number(clear):g}",
            )
            yield cited(says, (*meal.rests_on, *fatty.rests_on, *clear.rests_on))
            yield from _slow_stomach(one, language)


def _slow_stomach(one: Standing, language: Language) -> Iterator[Sentence]:
    """A medicine that keeps food in the stomach needs longer than six hours."""
    now = one.safety.now
    for taken in now.medicines.of("glp1_agonist"):
        hours = now.safety.facts["fasting/glp1_solids_hours"]
        drug = _capital(drug_name(taken.label, one, language))
        shown = f"{number(hours):g}"
        says = word("slow_stomach", language, drug=drug, hours=shown)
        yield cited(says, hours.rests_on, taken.said.entry)


def _aftercare(one: Standing, language: Language) -> Iterator[Sentence]:
    lines = aftercare_of(one.safety.now)
    for line in lines:
        yield cited(line.says_es if language == "es" else line.says, line.rests_on)
    if not lines:
        yield missing(word("no_aftercare", language))


def _what(one: Standing, language: Language) -> Iterator[Sentence]:
    where = places(one.planned.targets, language)
    yield _says(one, f"{_label(one, language)}{f': {where}' if where else ''}.")


def _chance(option: Option | None, language: Language) -> Sentence:
    if option is None:
        return missing(word("chance_unknown", language))
    says = word(
        "helps",
        language,
        n=round(100 * option.expected_response),
        months=f"{option.duration_months:.2g}",
    )
    return computed(says)


def _risks(risks: tuple[ConsentRisk, ...], language: Language) -> Iterator[Sentence]:
    for risk in risks:
        label = risk.label_es if language == "es" else risk.label
        chance = risk.chance
        if chance is None or chance.value <= 0:
            yield cited(word("risk_without", language, label=label), risk.rests_on)
        elif chance.value >= _OFTEN:
            says = word("risk_often", language, label=label, n=round(100 * chance.value))
            yield cited(says, chance.rests_on)
        else:
            says = word("risk", language, label=label, n=f"{_round(1 / chance.value):,}")
            yield cited(says, chance.rests_on)
    if not risks:
        yield missing(word("no_risks", language))


def _round(n: float) -> int:
    """To two figures: more would claim a precision that nobody has."""
    digits = max(len(str(int(n))) - 2, 0)
    return int(round(n, -digits))


def _others(others: Iterable[Option], language: Language) -> Iterator[Sentence]:
    for option in list(others)[:_INSTEAD]:
        therapy = option.therapy
        label = (therapy.label_es if language == "es" else None) or therapy.label
        yield computed(
            word("other", language, label=label, n=round(100 * option.expected_response))
        )
