"""May these drugs stand in one reservoir, and how long do they keep?"""

from __future__ import annotations

from needlepoint.core.chart import Attestation
from needlepoint.core.knowledge import Admixture, Estimate, Fact
from needlepoint.core.rules import Reason, Verdict
from needlepoint.core.rules.verdict import cannot_tell, caution, clear_by, hold
from needlepoint.core.technique.pump.history import PumpHistory
from needlepoint.core.technique.pump.solution import Setting, limits_of

PAIN_TYPE = "intrathecal_pain_type"  # what a clinician attests


def mixtures(setting: Setting, of: PumpHistory) -> tuple[Admixture, ...]:
    """What is on file about this mixture: of exactly these drugs, and of one of them with any."""
    names = {one.name for one in setting.drugs}
    if len(names) < 2:
        return ()
    return tuple(
        one
        for one in of.devices.admixtures
        if (set(one.drugs) <= names if one.with_any else set(one.drugs) == names)
    )


def admixture(of: PumpHistory) -> Verdict | None:
    """May these drugs stand in one reservoir, and how long do they keep?"""
    setting, entries = of.now.setting, [of.now.entry]
    reasons: list[Reason] = []
    if len(setting.drugs) > 1:
        found = mixtures(setting, of)
        for one in found:
            if one.effect == "never":
                reasons.append(hold(one.says, one, entries=entries))
            elif one.effect == "fades" or one.days is None:
                reasons.append(cannot_tell(f"{one.says} Ask the pharmacy how long it keeps.", one,
                                           entries=entries))  # fmt: skip
            else:
                reasons.append(clear_by(one.says, of.knowledge, one.days, entries=entries))
        if not any(not one.with_any for one in found):
            names = " with ".join(one.label.lower() for one in setting.drugs)
            says = f"How long {names} keeps is not on file: ask the pharmacy."
            reasons.append(cannot_tell(says, entries=entries))
    for drug in setting.drugs:
        known = limits_of(drug, of.devices)
        if known is not None and not known.on_label:
            fact = of.devices.facts["pump/compounded"]
            says = f"{drug.label} is compounded: it may stall the motor; record source and reason."
            reasons.append(caution(says, fact, entries=entries))
    if not reasons:
        return None
    return Verdict(rule="pump/admixture", label="What is in the pump", reasons=tuple(reasons))


def stable_days(of: PumpHistory) -> tuple[float, Estimate, str] | None:
    """How long the fill keeps, by its least stable part; None where nothing limits it."""
    found: list[tuple[float, Estimate, str]] = []
    for one in of.now.setting.drugs:
        known = limits_of(one, of.devices)
        if known is None:
            continue
        estimate = known.max_days_in_pump
        undiluted = any(abs(one.strength.mg_per_ml / s - 1) < 1e-6 for s in
                        known.undiluted_mg_per_ml)  # fmt: skip
        if undiluted and known.max_days_undiluted is not None:
            estimate = known.max_days_undiluted
        if known.first_fill_days is not None and len(of.fills) == 1:
            # Whether the pump was new is not told: the shorter time is the safe one.
            estimate = known.first_fill_days
        if estimate is not None:
            found.append((estimate.value, estimate, one.label))
    for mixture in mixtures(of.now.setting, of):
        if mixture.days is not None:
            found.append((mixture.days.value, mixture.days, "the mixture"))
    return min(found, key=lambda row: row[0]) if found else None


def drug_line(of: PumpHistory) -> Verdict | None:
    """In which line the consensus places this solution, for the kind and spread of the pain.

    It orders what to try first; it forbids nothing. Baclofen alone is given for spasticity.
    """
    names = {one.name for one in of.now.setting.drugs}
    if names == {"baclofen"} or not of.devices.lines:
        return None
    label, entries = "Line of therapy", [of.now.entry]
    said = [
        e
        for e in of.record.entries
        if isinstance(e.statement, Attestation) and e.statement.name == PAIN_TYPE
    ]
    kinds = {line.pain for line in of.devices.lines}
    pain = said[-1].statement.value if said and isinstance(said[-1].statement, Attestation) else ""
    if pain not in kinds:
        reason = cannot_tell(f"Document {PAIN_TYPE}: {', '.join(sorted(kinds))}.", entries=entries)
        return Verdict(rule="pump/drug_line", label=label, reasons=(reason,))
    found = next(
        (
            line
            for line in of.devices.lines
            if line.pain == pain and any(set(c) == names for c in line.combinations)
        ),
        None,
    )
    entries.append(said[-1].id)
    if found is None:
        says = "The consensus places this solution in no line: record why it is used."
        reason = cannot_tell(says, entries=entries)
    else:
        on = Fact(value=found.line, rests_on=found.rests_on)
        says = f"Line {found.line} of the consensus."
        first = found.line.startswith("1")
        reason = clear_by(says, of.knowledge, on, entries=entries) if first else caution(
            f"{says} Record why an earlier line is not used.", on, entries=entries)  # fmt: skip
    return Verdict(rule="pump/drug_line", label=label, reasons=(reason,))
