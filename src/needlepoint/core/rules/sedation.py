"""May this patient be sedated for this procedure, fasted how long, and which antibiotic first?"""

from __future__ import annotations

from collections.abc import Iterator

from needlepoint.core.rules.facts import number, words
from needlepoint.core.rules.measures import measure, weight_kg
from needlepoint.core.rules.opioids import morphine_equivalents
from needlepoint.core.rules.situation import Situation
from needlepoint.core.rules.verdict import (
    Reason,
    Verdict,
    cannot_tell,
    caution,
    clear,
    clear_by,
    hold,
)

_SEDATED = ("moderate", "deep")


def sedation(now: Situation) -> Verdict:
    """Depth against the procedure, fasting, and what deepens it."""
    return Verdict(rule="sedation", label="Sedation and fasting", reasons=tuple(_sedation(now)))


def _sedation(now: Situation) -> Iterator[Reason]:
    depth, technique, facts = now.planned.sedation, now.planned.technique, now.safety.facts
    if depth == "unknown":
        yield cannot_tell("Plan the sedation: none, minimal, moderate or deep.")
        return
    if depth == "deep" and technique.neuraxial:
        fact = facts["sedation/no_deep_neuraxial"]
        yield hold("No deep sedation: the patient must be able to report a nerve touched.", fact)
    if depth != "none" and technique.id in words(facts["sedation/confounds"]):
        says = "Sedation blurs the answer to a diagnostic block: none, if the patient agrees."
        yield caution(says, facts["sedation/confounds"])
    if depth not in _SEDATED:
        yield clear("No fasting is needed.")
        return
    food = [facts[f"fasting/{name}_hours"] for name in ("clear_fluid", "light_meal", "fatty_meal")]
    hours = " / ".join(f"{number(one):g}" for one in food)
    says = f"Fasting: {hours} hours for clear fluid / light meal / fatty meal."
    if measure("documented/fasted", now).value is True:
        yield clear_by(f"{says} Fasted.", now.knowledge, *food)
    else:
        ask = f"{says} Ask on the day and write it down (attestation fasted)."
        yield cannot_tell(ask, *food)
    glp1 = now.medicines.of("glp1_agonist")
    if glp1:
        fact = facts["fasting/glp1_solids_hours"]
        says = (
            f"{glp1[0].label}: {number(fact):g} hours without solid food; less sedation is safer."
        )
        yield caution(says, fact, entries=[one.said.entry for one in glp1])
    elif measure("taking/glp1_agonist", now).value is None:
        yield cannot_tell("Ask for injections for diabetes or weight (GLP-1).")
    total, lines = morphine_equivalents(now.medicines, now.safety)
    if total is None and lines:
        yield cannot_tell("The daily opioid dose is not known: it decides the first doses.")
    elif not lines and measure("taking/opioid", now).value is None:
        yield cannot_tell("Ask for opioids, and how much a day.")
    apnoea = measure("condition/sleep_apnoea", now)
    high = total is not None and total >= number(facts["opioids/mme_precautions"])
    if high or apnoea.value is True:
        fact = facts["sedation/reduction_percent"]
        why = "opioid dose" if high else "sleep apnoea"
        says = f"Lower the first doses by {number(fact):g} % ({why}) and watch the breathing."
        yield caution(says, fact, entries=[*apnoea.entries, *(line.entry for line in lines)])
    elif apnoea.value is None:
        yield cannot_tell(apnoea.ask)


def antibiotics(now: Situation) -> Verdict | None:
    """Which one, how much and when, for what is implanted or goes into a disc."""
    technique = now.planned.technique
    if not {"implant", "lead", "catheter", "intradiscal"} & set(technique.uses):
        return None
    return Verdict(rule="antibiotics", label="Antibiotic before", reasons=tuple(_antibiotics(now)))


def _antibiotics(now: Situation) -> Iterator[Reason]:
    facts = now.safety.facts
    lactam = measure("allergy/beta_lactam", now)
    carrier = measure("condition/mrsa_carrier", now)
    minutes = facts["antibiotics/minutes_before"]
    weight = weight_kg(now)
    if lactam.value is None:
        yield cannot_tell(lactam.ask)
    if carrier.value is None:
        yield cannot_tell(carrier.ask)
    if lactam.value is True or carrier.value is True:
        per_kg, most = (
            facts["antibiotics/vancomycin_mg_per_kg"],
            facts["antibiotics/vancomycin_max_g"],
        )
        start = facts["antibiotics/vancomycin_minutes_before"]
        dose = (
            ""
            if weight is None
            else f" ({min(number(per_kg) * weight / 1000, number(most)):.2g} g)"
        )
        says = (
            f"Vancomycin {number(per_kg):g} mg/kg{dose}, started within {number(start):g} minutes."
        )
        yield clear_by(
            says, now.knowledge, per_kg, start, entries=[*lactam.entries, *carrier.entries]
        )
        return
    low, high = facts["antibiotics/cefazolin_g"], facts["antibiotics/cefazolin_g_heavy"]
    heavy = facts["antibiotics/cefazolin_heavy_from_kg"]
    if weight is None:
        yield cannot_tell("Weigh the patient: the dose of cefazolin goes by weight.", heavy)
        return
    grams = high if weight >= number(heavy) else low
    says = f"Cefazolin {number(grams):g} g within {number(minutes):g} minutes before the incision."
    yield clear_by(says, now.knowledge, grams, minutes, entries=lactam.entries)
