"""What is implanted, since when, how long will it last, and may the patient enter a scanner?"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta

from needlepoint.core.chart import ImplantedDevice, State
from needlepoint.core.errors import NeedlepointError
from needlepoint.core.knowledge import Knowledge
from needlepoint.core.record import PatientRecord, Said
from needlepoint.core.rules.facts import words
from needlepoint.core.rules.verdict import Reason, Verdict, cannot_tell, caution, clear, hold

_DAYS_A_YEAR = 365.2425


@dataclass(frozen=True, slots=True, kw_only=True)
class Udi:
    """What a unique device identifier in GS1 form says."""

    device: str  # GTIN of 14 digits
    lot: str | None = None
    serial: str | None = None
    made: date | None = None
    expires: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Device:
    """One implant, with its past."""

    now: Said[ImplantedDevice]
    earlier: tuple[Said[ImplantedDevice], ...]  # oldest first: revisions and their reasons
    replace_by: date | None  # from the day of implant and the stated life


_ELEMENT = re.compile(r"\((\d{2})\)([^()]+)")


def parse_udi(text: str) -> Udi:
    """Read an identifier as printed, with its brackets: (01)00884838012349(17)271231(21)AB12.

    Raises:
        NeedlepointError: it is no such identifier, or its check digit is wrong.

    Source:
        GS1 General Specifications: application identifiers 01, 10, 11, 17, 21; check digit by
        weights 3 and 1 from the right.
    """
    found = dict(_ELEMENT.findall(text.strip()))
    device = found.get("01", "").strip()
    if not re.fullmatch(r"\d{14}", device):
        raise NeedlepointError(
            f"{text!r} is no device identifier. Copy it whole, with its brackets, from (01) on."
        )
    if not _check_digit_fits(device):
        raise NeedlepointError(
            f"{device}: the check digit does not fit. A digit was misread; compare with the label."
        )
    return Udi(
        device=device,
        lot=_stripped(found.get("10")),
        serial=_stripped(found.get("21")),
        made=_day(found.get("11"), text),
        expires=_day(found.get("17"), text),
    )


def _check_digit_fits(digits: str) -> bool:
    total = sum(int(d) * (3 if n % 2 == 0 else 1) for n, d in enumerate(reversed(digits[:-1])))
    return (total + int(digits[-1])) % 10 == 0


def _stripped(text: str | None) -> str | None:
    return text.strip() if text else None


def _day(text: str | None, whole: str) -> date | None:
    """YYMMDD; day 00 is the last of the month, as the standard says."""
    if text is None:
        return None
    digits = text.strip()
    try:
        year, month, day = 2000 + int(digits[:2]), int(digits[2:4]), int(digits[4:6])
        if day:
            return date(year, month, day)
        return date(year + month // 12, month % 12 + 1, 1) - timedelta(days=1)
    except ValueError as error:
        raise NeedlepointError(f"{whole!r}: {digits!r} is no date of the form YYMMDD.") from error


def device_registry(record: PatientRecord) -> tuple[Device, ...]:
    """Every device that is in the body, and those that were, with why they were taken out."""
    entries: dict[tuple[str, str | None, object], list[Said[ImplantedDevice]]] = {}
    for e in record.entries:
        one = e.statement
        if isinstance(one, ImplantedDevice) and one.state is not State.UNEXAMINED:
            key = (one.device.lower(), one.site, one.side)
            said = Said(entry=e.id, occurred_at=e.occurred_at, statement=one)
            entries.setdefault(key, []).append(said)
    return tuple(
        Device(now=said[-1], earlier=tuple(said[:-1]), replace_by=_replace_by(said[-1].statement))
        for said in entries.values()
    )


def _replace_by(device: ImplantedDevice) -> date | None:
    if device.implanted_on is None or device.expected_life_years is None:
        return None
    return device.implanted_on + timedelta(days=device.expected_life_years * _DAYS_A_YEAR)


def mri_card(said: Said[ImplantedDevice], knowledge: Knowledge) -> Verdict:
    """Whether a scan may be asked for; never more than "look it up" for a conditional system."""
    device, entry = said.statement, [said.entry]
    facts = knowledge.guidance.neuromodulation.facts
    lookup, before = facts["stimulation/mri_lookup"], facts["stimulation/before_imaging"]
    reasons: list[Reason] = []
    match device.mri:
        case "unsafe":
            reasons.append(hold("MR unsafe: no scan.", lookup, entries=entry))
        case "unknown":
            says = f"Not known: find {', '.join(words(lookup))}, then ask the maker."
            reasons.append(hold(says, lookup, entries=entry))
        case "conditional":
            missing = _not_known(device)
            if device.abandoned_leads:
                says = "An abandoned lead: most conditions no longer hold. Ask the maker."
                reasons.append(hold(says, lookup, entries=entry))
            if device.impedances_in_range is False:
                says = "An impedance out of range: a lead may be broken. No scan until it is clear."
                reasons.append(hold(says, lookup, entries=entry))
            if missing:
                says = f"Conditional: find {', '.join(missing)} first."
                reasons.append(cannot_tell(says, lookup, entries=entry))
            says = "Conditional: field, coil, region and mode are in the maker's manual; read it."
            reasons.append(cannot_tell(says, lookup, entries=entry))
            reasons.append(caution(f"Before imaging: {before.value}.", before, entries=entry))
        case "safe":
            reasons.append(clear("MR safe, as recorded.", entry))
    return Verdict(
        rule="device_mri",
        label=f"MRI with {device.model or device.device.replace('_', ' ')}",
        reasons=tuple(reasons),
    )


def _not_known(device: ImplantedDevice) -> list[str]:
    known = {
        "generator model": device.model,
        "lead model": device.leads or None,
        "whether there is an adapter": device.adapter,
        "whether leads were abandoned": device.abandoned_leads,
        "impedances": device.impedances_in_range,
    }
    return [name for name, value in known.items() if value is None]
