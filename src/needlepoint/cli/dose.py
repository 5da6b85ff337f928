"""How much may this patient have: local anaesthetic, steroid, opioids; and the toxicity card."""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from math import floor
from typing import Any

from needlepoint.cli.assess import open_chart
from needlepoint.core.knowledge import is_verified
from needlepoint.core.plan import pending, planned_now
from needlepoint.core.record import fold
from needlepoint.core.rules import Situation, situation
from needlepoint.core.rules.anaesthetic import ceilings, dosing_weight, reduction
from needlepoint.core.rules.cards import emergency_card
from needlepoint.core.rules.measures import measure
from needlepoint.core.rules.opioids import morphine_equivalents
from needlepoint.core.rules.situation import MG_PER_ML_PER_PERCENT
from needlepoint.core.rules.steroid import SteroidDose, ledger
from needlepoint.files.knowledge import load_knowledge

_CARD = "last"


def run(parsed: argparse.Namespace) -> int:
    """Print the ceilings and sums of one patient."""
    knowledge = load_knowledge()
    chart, _ = open_chart(parsed.file, knowledge)
    record = fold(chart, as_of=parsed.as_of or chart.as_of or datetime.now(UTC))
    now = next(pending(record, knowledge), None)
    if now is None:  # doses go by the patient; without a plan any technique serves
        technique = next(iter(knowledge.guidance.techniques.values()))
        now = situation(record, planned_now(technique, (), record), knowledge)
    if parsed.json:
        print(json.dumps(dose_data(now), ensure_ascii=False, indent=2))
        return 0
    from rich.console import Console

    console = Console()
    for line in _lines(now):
        console.print(line, markup=False, highlight=False)
    return 0


def dose_data(now: Situation) -> dict[str, Any]:
    """The same for a machine."""
    weight, by = dosing_weight(now)
    factor, groups, _ = reduction(now)
    total, opioids = morphine_equivalents(now.medicines, now.safety)
    denied = measure("taking/opioid", now).value is False
    card = emergency_card(now.safety.cards[_CARD], now)
    return {
        "as_of": now.record.as_of.isoformat(),
        "knowledge_version": now.knowledge.version,
        "dosing_weight_kg": weight,
        "weight_note": by.strip(", "),
        "reduction": {"factor": factor, "for": groups},
        "anaesthetic_ceilings": [
            {
                "drug": one.limit.drug,
                "adrenaline": one.limit.adrenaline,
                "mg": None if one.mg is None else round(one.mg, 1),
                "rests_on": [name for ground in one.on for name in ground.rests_on],
                "verified": bool(one.on)
                and all(is_verified(ground, now.knowledge) for ground in one.on),
            }
            for one in ceilings(now)
        ],
        "steroids_12_months": [
            {
                "at": line.at.isoformat(),
                "steroid": line.text,
                "mg": line.mg,
                "methylprednisolone_equivalent_mg": line.equivalent_mg,
                "region": line.region,
                "entry": line.entry,
            }
            for line in ledger(now)
        ],
        "steroids_by_region": _by_region(ledger(now)),
        "opioids": {
            "mme_per_day": total if opioids or denied else None,
            "denied": denied,
            "lines": [
                {"drug": o.drug, "per_day": o.per_day, "unit": o.unit, "mme": o.mme,
                 "counted": o.counted, "question": o.question, "entry": o.entry}
                for o in opioids
            ],
        },
        "toxicity_card": {
            "weight": card.weight,
            "lines": [{"says": line.says, "verified": line.verified} for line in card.lines],
        },
    }  # fmt: skip


def _by_region(lines: Iterable[SteroidDose]) -> dict[str, dict[str, Any]]:
    """Days and sum of each region; a dose that is not noted leaves its sum open."""
    regions: dict[str, list[SteroidDose]] = {}
    for line in lines:
        regions.setdefault(line.region or "region not known", []).append(line)
    return {
        region: {
            "days": len({line.at.date() for line in some}),
            "methylprednisolone_equivalent_mg": None
            if any(line.equivalent_mg is None for line in some)
            else sum(line.equivalent_mg or 0.0 for line in some),
        }
        for region, some in regions.items()
    }


def _lines(now: Situation) -> Iterator[str]:
    data = dose_data(now)
    weight = data["weight_note"] or "the weight is not known: weigh the patient"
    yield f"LOCAL ANAESTHETIC, most in one session, one agent alone ({weight})"
    if data["reduction"]["for"]:
        reduced, why = data["reduction"]["factor"], ", ".join(data["reduction"]["for"])
        yield f"   lowered to {reduced:.0%} for {why}"
    for one in data["anaesthetic_ceilings"]:
        name = one["drug"].replace("_", " ") + (" with adrenaline" if one["adrenaline"] else "")
        if one["mg"] is None:
            yield f"   {name}: needs the weight"
            continue
        ml = one["mg"] / MG_PER_ML_PER_PERCENT
        mark = "" if one["verified"] else " *"
        plain = one["drug"] != "liposomal_bupivacaine"  # it is never made up at 1 %
        volume = f" ({floor(10 * ml) / 10:g} ml of 1 %)" if plain else ""
        yield f"   {name}: {floor(one['mg'])} mg{mark}{volume}"
    yield "   Toxicities add: each agent takes its part of the whole."
    yield "STEROIDS, twelve months"
    for line in data["steroids_12_months"]:
        mg = "dose not noted" if line["mg"] is None else f"{line['mg']:g} mg"
        equal = line["methylprednisolone_equivalent_mg"]
        also = "" if equal is None else f", as {equal:.0f} mg methylprednisolone"
        where = line["region"] or "region not known"
        yield f"   {line['at'][:10]}  {where}: {line['steroid']} {mg}{also}"
    for region, sum_ in data["steroids_by_region"].items():
        days = "day" if sum_["days"] == 1 else "days"
        total = sum_["methylprednisolone_equivalent_mg"]
        amount = "a dose is not noted" if total is None else f"{total:.0f} mg as methylprednisolone"
        yield f"   in all, {region}: {sum_['days']} {days}, {amount}"
    if not data["steroids_12_months"]:
        yield "   none on file; ask for injections elsewhere"
    yield from _opioid_lines(data["opioids"])
    yield f"TOXICITY CARD ({data['toxicity_card']['weight']})"
    for line in data["toxicity_card"]["lines"]:
        yield f"   {line['says']}{'' if line['verified'] else ' *'}"
    yield "* unverified: check before use."


def _opioid_lines(opioids: dict[str, Any]) -> Iterator[str]:
    total = opioids["mme_per_day"]
    if not opioids["lines"]:
        denied = opioids["denied"]
        yield f"OPIOIDS: {'none' if denied else 'not asked for; ask, and how much a day'}"
        return
    yield "OPIOIDS: " + ("a dose is not known" if total is None else f"{total:.0f} MME a day")
    for line in opioids["lines"]:
        amount = "?" if line["per_day"] is None else f"{line['per_day']:g} {line['unit']}"
        mme = "" if line["mme"] is None else f", {line['mme']:.0f} MME"
        beside = "" if line["counted"] else ", not part of the sum"
        yield f"   {line['drug']}: {amount}{mme}{beside}"
        if line["question"]:
            yield f"      ? {line['question']}"
