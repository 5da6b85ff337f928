"""Does a condition or an allergy of this patient forbid a drug of the solution?"""

from __future__ import annotations

from needlepoint.core.rules import Planned, Reason, Situation, Verdict, situation
from needlepoint.core.rules.measures import measure
from needlepoint.core.rules.verdict import cannot_tell, clear, hold
from needlepoint.core.technique.pump.history import PumpHistory
from needlepoint.core.technique.pump.solution import limits_of

_REFILL = "intrathecal_pump_refill"  # the technique under which a pump's patient is looked at


def contraindicated(of: PumpHistory) -> Verdict | None:
    """Conditions and allergies that forbid a drug of the solution."""
    now, reasons = patient(of), list[Reason]()
    for one in of.now.setting.drugs:
        known = limits_of(one, of.devices)
        if now is None or known is None or one.drug is None:
            continue
        for condition in known.contraindicated_by:
            found = measure(f"condition/{condition}", now)
            label = now.safety.conditions[condition].label
            if found.value is None:
                reasons.append(cannot_tell(f"{one.label}: {found.ask}", entries=found.entries))
            elif found.value:
                says = f"{label}: {one.label.lower()} must not be given."
                reasons.append(hold(says, entries=found.entries))
            else:
                reasons.append(clear(f"{label}: no.", found.entries))
        found = measure(f"allergy/{one.drug}", now)
        if found.value is True:
            reasons.append(hold(f"Allergy to {one.label.lower()}.", entries=found.entries))
        elif found.value is None:
            says = f"Ask about allergy to {one.label.lower()}."
            reasons.append(cannot_tell(says, entries=found.entries))
    if not reasons:
        return None
    label = "What forbids a drug"
    return Verdict(rule="pump/contraindicated", label=label, reasons=tuple(reasons))


def patient(of: PumpHistory) -> Situation | None:
    """The patient as the measures see him; None in knowledge bases without that technique."""
    technique = of.knowledge.guidance.techniques.get(_REFILL)
    if technique is None:
        return None
    return situation(of.record, Planned(technique=technique, at=of.record.as_of), of.knowledge)
