"""A procedure sheet for a machine: plain data, stable names."""

from __future__ import annotations

from typing import Any

from needlepoint.core.knowledge import Knowledge
from needlepoint.core.rules import Verdict
from needlepoint.core.technique.sheet import ProcedureSheet, Syringe


def sheet_data(one: ProcedureSheet, knowledge: Knowledge) -> dict[str, Any]:
    """Everything on the sheet."""
    technique = one.planned.technique
    return {
        "technique": technique.id,
        "label": technique.label,
        "label_es": technique.label_es,
        "at": one.planned.at.isoformat(),
        "diagnostic": one.diagnostic,
        "outcome": one.safety.outcome.value,
        "needles": [
            {
                "place": needle.place,
                "side": needle.side.value,
                "serves": [str(site) for site in needle.serves],
                "landmark": needle.landmark.says if needle.landmark else None,
            }
            for needle in one.needles
        ],
        "steps": [
            {
                "stage": step.stage,
                "says": step.says,
                "rests_on": list(step.rests_on),
                "verified": step.verified,
                "for_this_patient": step.for_this_patient,
            }
            for step in one.steps
        ],
        "syringes": [_syringe(syringe) for syringe in one.syringes],
        "settings": [
            {
                "name": s.name,
                "low": s.low,
                "high": s.high,
                "note": s.note,
                "rests_on": list(s.rests_on),
                "verified": s.verified,
            }
            for s in one.settings
        ],
        "lesions": list(one.lesions) if one.lesions else None,
        "discography": _discography(one),
        "checklist": [
            {
                "moment": line.moment,
                "says": line.says,
                "known": list(line.known),
                "ask": list(line.ask),
            }
            for line in one.checklist
        ],
        "risks": [
            {
                "label": risk.label,
                "label_es": risk.label_es,
                "chance": risk.chance.value if risk.chance else None,
                "rests_on": list(risk.rests_on),
            }
            for risk in one.risks
        ],
        "aftercare": [{"en": line.says, "es": line.says_es} for line in one.aftercare],
        "remarks": list(one.remarks),
        "safety": [_verdict(verdict) for verdict in one.safety.verdicts],
        "unverified": one.unverified,
        "knowledge_version": knowledge.version,
    }


def _syringe(one: Syringe) -> dict[str, Any]:
    return {
        "purpose": one.purpose,
        "role": one.role,
        "drug": one.drug,
        "concentration_percent": one.concentration_percent,
        "places": one.places,
        "each_ml": list(one.each_ml) if one.each_ml else None,
        "total_ml": list(one.total_ml) if one.total_ml else None,
        "total_mg": list(one.total_mg) if one.total_mg else None,
        "first_choice": one.first_choice,
        "note": one.note,
        "rests_on": list(one.rests_on),
        "verified": one.verified,
    }


def _discography(one: ProcedureSheet) -> dict[str, Any] | None:
    d = one.discography
    if d is None:
        return None
    return {
        "discs": list(d.discs),
        "controls": list(d.controls),
        "intensity_min": d.intensity_min,
        "pressure_above_opening_psi_max": d.pressure_above_opening_psi_max,
        "volume_ml_max": d.volume_ml_max,
        "annular_grade_min": d.annular_grade_min,
    }


def _verdict(one: Verdict) -> dict[str, Any]:
    return {
        "rule": one.rule,
        "outcome": one.outcome.value,
        "reasons": [reason.says for reason in one.reasons],
    }
