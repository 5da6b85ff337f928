"""When to stop and restart each medicine, and when to come: a calendar for the phone."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from needlepoint.core.errors import NeedlepointError
from needlepoint.core.papers import Language
from needlepoint.core.papers.for_you import drug_name
from needlepoint.core.papers.patient import is_dated, is_held, is_settled, planned_at
from needlepoint.core.papers.words import word
from needlepoint.core.plan import Standing

_LENGTH = timedelta(minutes=30)


def as_calendar(one: Standing, *, language: Language = "en") -> str:
    """An iCalendar file of the procedure and of every last and first dose.

    No drug appears before its prescriber agreed to the pause, nor before the day is fixed: what is
    not settled is no date.

    Raises:
        NeedlepointError: icalendar is not installed; says how to install it.
    """
    try:
        from icalendar import Calendar, Event
    except ImportError as error:
        raise NeedlepointError(
            "A calendar needs icalendar: pip install needlepoint[papers]."
        ) from error
    technique = one.planned.technique
    label = technique.label_es if language == "es" else technique.label
    calendar = Calendar()
    calendar.add("prodid", "-//Needlepoint//EN")
    calendar.add("version", "2.0")
    for n, (at, says) in enumerate(_events(one, label, language)):
        event = Event()
        event.add("uid", f"{one.planned.entry or technique.id}-{n}@needlepoint")
        event.add("dtstamp", one.safety.now.record.as_of.astimezone(UTC))
        event.add("dtstart", at.astimezone(UTC))
        event.add("dtend", (at + _LENGTH).astimezone(UTC))
        event.add("summary", says)
        calendar.add_component(event)
    return str(calendar.to_ical().decode())


def _events(one: Standing, label: str, language: Language) -> list[tuple[datetime, str]]:
    held = word("on_hold", language, label=label) if is_held(one) else label
    if not is_dated(one):
        at = planned_at(one, one.safety.now.record)
        return [] if at is None else [(at, held)]
    events = [(one.planned.at, held)]
    for hold in one.safety.bleeding.calendar:
        name = drug_name(hold.drug, one, language)
        drug = name[0].upper() + name[1:]
        if hold.last_dose_by is None or not is_settled(hold, one.safety.now):
            continue
        events.append((hold.last_dose_by, word("stop", language, drug=drug)))
        if hold.restart_from is not None:
            events.append((hold.restart_from, word("start", language, drug=drug)))
    return sorted(events)
