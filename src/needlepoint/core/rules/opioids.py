"""How much morphine a day does the list amount to, and is naloxone at hand?

Milligrams of morphine equivalent say how risky a dose is. They are never for changing one opioid
into another. Buprenorphine and what a pump gives are shown beside the sum, not in it.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from needlepoint.core.chart import PumpSetting
from needlepoint.core.knowledge import Knowledge, OpioidFactor, SafetyKnowledge
from needlepoint.core.medicines import Dose, PatientMedicines, Taken, resolve
from needlepoint.core.record import PatientRecord
from needlepoint.core.rules.facts import number
from needlepoint.core.rules.measures import measure
from needlepoint.core.rules.situation import Planned, Situation, situation
from needlepoint.core.rules.verdict import Reason, Verdict, cannot_tell, caution, clear, clear_by


@dataclass(frozen=True, slots=True, kw_only=True)
class OpioidLine:
    """One opioid of the list."""

    drug: str
    entry: str
    per_day: float | None  # in the factor's unit
    unit: str
    mme: float | None  # None: not counted, or not known
    counted: bool
    question: str | None
    factor: OpioidFactor | None


def morphine_equivalents(
    medicines: PatientMedicines, safety: SafetyKnowledge
) -> tuple[float | None, tuple[OpioidLine, ...]]:
    """The sum and its lines; None while a dose is unknown. The same line twice counts once."""
    lines: dict[tuple[object, ...], OpioidLine] = {}
    for one in medicines.current("opioid", "opioid_partial_agonist"):
        same: tuple[object, ...] = (one.ingredient, one.medicine.doses, one.medicine.says)
        line = _line(one, safety)
        if same in lines and one.medicine.doses:
            question = f"{one.label} is listed twice alike: ask whether both are taken."
            line = replace(line, question=question)
        elif same in lines:
            same = (*same, one.said.entry)
        lines[same] = line
    counted = [line for line in lines.values() if line.counted]
    if any(line.mme is None for line in counted):
        return None, tuple(lines.values())
    return sum(line.mme or 0.0 for line in counted), tuple(lines.values())


def _line(one: Taken, safety: SafetyKnowledge) -> OpioidLine:
    medicine = one.medicine
    hourly = next((d for d in medicine.doses if d.unit == "mcg/h"), None)
    wanted = "mcg_per_hour" if hourly else "mg"
    rows = [row for row in safety.opioids if row.drug == one.ingredient]
    row = next((r for r in rows if r.per == wanted or r.factor is None), None)
    per_day, question = _per_day(one, hourly)
    counted = row is None or row.factor is not None
    if row is None:
        question = f"{one.label}: no factor is on file for it by this route; ask how it is taken."
    factor = None if row is None else row.factor
    return OpioidLine(
        drug=one.label,
        entry=one.said.entry,
        per_day=per_day,
        unit="mcg/h" if hourly else "mg/day",
        mme=None if factor is None or per_day is None else per_day * factor.value,
        counted=counted,
        question=question if counted and (row is None or per_day is None) else None,
        factor=row,
    )


def _per_day(one: Taken, hourly: Dose | None) -> tuple[float | None, str | None]:
    """Milligrams a day, or the rate of a patch, which has no times a day.

    A stated maximum is what may be taken, so it counts; of a range the higher end does.
    """
    says, label = one.medicine.says, one.label
    if hourly is not None and len(one.medicine.doses) > 1:
        return None, f"{label}: ask how many patches are worn at once, and of which strength."
    if hourly is not None:
        return hourly.amount * max(1.0, says.units_each), None
    most = says.most_per_day
    if most is not None and most.mg is not None and len(one.medicine.ingredients) == 1:
        return most.mg, None
    dose = _strength(one)
    if dose is None:
        return None, f"{label}: ask for strength and how often."
    if dose.mg is None:
        return None, f"{label} {dose.amount:g}: ask for the unit (mg, or mcg/h of a patch)."
    if most is not None and most.unit is None:
        return dose.mg * most.amount, None
    if says.unclear:
        return None, f"{label}: ask how much is taken at each time of day."
    if says.per_day is None:
        return None, f"{label} {dose.amount:g} {dose.unit}: ask how often a day."
    return dose.mg * says.units_each * says.per_day, None


def _strength(one: Taken) -> Dose | None:
    """The strength that belongs to the opioid; of two, beside a plain analgesic, the smaller.

    Tablets of two ingredients are labelled in milligrams; "5/325" needs no unit.
    """
    doses, ingredients = one.medicine.doses, one.medicine.ingredients
    if len(ingredients) == 1:
        return doses[0] if len(doses) == 1 else None
    if len(doses) != len(ingredients):
        return None
    dose = min(doses, key=lambda d: d.amount)
    if "naloxone" in ingredients or len(doses) > 2:
        dose = doses[ingredients.index(one.ingredient)]
    return dose if dose.unit is not None else replace(dose, unit="mg")


def opioids(now: Situation) -> Verdict:
    """Daily dose, sedatives on top, naloxone, and what methadone asks for."""
    return Verdict(rule="opioids", label="Opioids", reasons=tuple(_reasons(now)))


def opioids_of(record: PatientRecord, knowledge: Knowledge) -> Verdict:
    """The same of a patient for whom nothing is planned: no part of a plan bears on it."""
    technique = next(iter(knowledge.guidance.techniques.values()), None)
    if technique is None:  # without guidance nothing can be told
        return Verdict(rule="opioids", label="Opioids", reasons=())
    planned = Planned(technique=technique, at=record.as_of)
    return opioids(situation(record, planned, knowledge))


def _reasons(now: Situation) -> list[Reason]:
    total, lines = morphine_equivalents(now.medicines, now.safety)
    facts = now.safety.facts
    pump = _from_pump(now)
    if not lines:
        found = measure("taking/opioid", now)
        if found.value is None:
            return [*pump, cannot_tell("Ask for opioids, and how much a day.")]
        if pump:
            return [*pump, *_on_top(now, None, [e for one in pump for e in one.entries])]
        says = "Opioids were stopped." if found.value else "No opioid is taken."
        return [clear(says, found.entries)]
    entries = [line.entry for line in lines]
    factors = [line.factor.factor for line in lines if line.factor and line.factor.factor]
    reasons = [cannot_tell(line.question, entries=[line.entry]) for line in lines if line.question]
    named = "; ".join(
        f"{line.drug} {line.per_day:g} {line.unit}"
        for line in lines
        if line.per_day is not None and line.counted
    )
    threshold = facts["opioids/mme_precautions"]
    if total is not None and any(line.counted for line in lines):
        says = f"{total:.0f} MME a day ({named})."
        if total >= number(threshold):
            says += f" From {number(threshold):g} on: offer naloxone, review benefit."
            reasons.append(caution(says, threshold, *factors, entries=entries))
        else:
            reasons.append(clear_by(says, now.knowledge, threshold, *factors, entries=entries))
    reasons += [_older_factor(line) for line in lines if line.factor and line.factor.upper]
    for line in lines:
        if not line.counted:
            says = f"{line.drug}: not part of the sum; weigh it by itself."
            on = [line.factor] if line.factor else []
            reasons.append(caution(says, *(o.upper for o in on if o.upper), entries=[line.entry]))
    return [*reasons, *pump, *_on_top(now, total, entries, with_pump=bool(pump))]


def _from_pump(now: Situation) -> list[Reason]:
    """What the pump gives is shown beside the sum: no factor turns it into morphine by mouth."""
    settings = now.entries_of(PumpSetting)
    if not settings:
        return []
    last = max(settings, key=lambda e: (e.occurred_at, e.recorded_at))
    assert isinstance(last.statement, PumpSetting)
    vocabulary = now.knowledge.guidance.vocabulary
    given = []
    for drug in last.statement.drugs:
        names = resolve(drug.name, vocabulary).ingredients
        if any("opioid" in vocabulary.ingredients[name].classes for name in names):
            given.append(f"{drug.name} {drug.dose_mg_per_day:g} mg a day")
    if not given:
        return []
    fact = now.safety.facts["opioids/intrathecal_in_sum"]
    says = f"By the pump, beside the sum: {', '.join(given)}. It weighs far more than by mouth."
    return [caution(says, fact, entries=[last.id])]


def _older_factor(line: OpioidLine) -> Reason:
    """A higher published factor is shown beside the sum: the risk may be larger than it says."""
    assert line.factor is not None and line.factor.upper is not None
    upper = line.factor.upper
    if line.per_day is None:
        return caution(f"{line.drug}: older tables count up to {upper.value:g} times.", upper)
    says = f"{line.drug}: up to {line.per_day * upper.value:.0f} MME by older tables."
    return caution(says, upper, entries=[line.entry])


def _on_top(
    now: Situation, total: float | None, entries: list[str], *, with_pump: bool = False
) -> list[Reason]:
    """Benzodiazepines, naloxone and the heart."""
    facts, reasons = now.safety.facts, []
    sedatives = now.medicines.current("benzodiazepine", "sedative", "gabapentinoid")
    triggers = [one.label for one in sedatives]
    high = total is not None and total >= number(facts["opioids/mme_precautions"])
    if sedatives:
        names = ", ".join(triggers)
        says = f"Opioid together with {names}: breathing may fail."
        on = facts["opioids/benzodiazepine"]
        reasons.append(caution(says, on, entries=[*entries, *(s.said.entry for s in sedatives)]))
    if (high or sedatives or with_pump) and not _has_naloxone(now):
        fact = facts["opioids/naloxone"]
        reasons.append(cannot_tell("Offer naloxone and write down that it was.", fact))
    blockers = now.medicines.current("naltrexone", "nalmefene")
    if blockers:
        says = f"{blockers[0].label} blocks opioids: ask which of the two is really taken."
        reasons.append(cannot_tell(says, entries=[*entries, blockers[0].said.entry]))
    methadone = now.medicines.current("methadone")
    if methadone:
        reasons.append(_qtc(now, methadone[0]))
    return reasons


def _has_naloxone(now: Situation) -> bool:
    """At hand by itself; what is baked into a tablet with an opioid rescues nobody."""
    return any(one.medicine.ingredients == ("naloxone",) for one in now.medicines.of("naloxone"))


def _qtc(now: Situation, methadone: Taken) -> Reason:
    facts = now.safety.facts
    found = measure("vital/qtc_ms", now)
    stop, watch = facts["opioids/qtc_stop_ms"], facts["opioids/qtc_caution_ms"]
    entries = [methadone.said.entry, *found.entries]
    if found.value is None:
        return cannot_tell("Methadone: record the QTc interval.", watch, entries=entries)
    value = float(found.value)
    if value > number(stop):
        return caution(f"QTc {value:g} ms on methadone: change it.", stop, entries=entries)
    if value > number(watch):
        return caution(f"QTc {value:g} ms on methadone: discuss.", watch, entries=entries)
    return clear_by(f"QTc {value:g} ms on methadone.", now.knowledge, watch, entries=entries)
