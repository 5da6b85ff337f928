"""Ready for the needle: what holds first, silence counted, never a sentence cut short."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from needlepoint.core.plan import pending
from needlepoint.core.plan.readiness import Ready, brief, readiness
from needlepoint.core.record import fold
from needlepoint.core.rules import Outcome
from needlepoint.core.rules.safety import check_safety
from needlepoint.files.cases import read_case
from needlepoint.files.charts import read_chart
from needlepoint.files.knowledge import load_knowledge

CASES = sorted((Path(__file__).parents[2] / "cases" / "safety").rglob("*.yaml"))[::7]
KNOWLEDGE = load_knowledge()
OWN = ("contraindication/consent", "contraindication/glucose", "contraindication/pregnancy")


def looks(*given: dict[str, Any]) -> dict[str, Ready]:
    plan = {"kind": "planned_procedure", "technique": "hip_joint_injection",
            "targets": [{"kind": "hip_joint", "side": "left"}], "guidance": "fluoroscopy",
            "sedation": "none",
            "medicines": [{"name": "triamcinolone", "dose_mg": 40, "volume_ml": 1}]}  # fmt: skip
    document = {
        "as_of": "2026-03-02T09:00Z",
        "entries": [
            {"kind": "demographics", "birth_year": 1960, "sex": "male"},
            {"kind": "complaint", "name": "pain", "presentation": "groin_or_hip", "side": "left"},
            *given, plan,
        ],
    }  # fmt: skip
    chart = read_chart(document)
    (now,) = pending(fold(chart, as_of=chart.as_of), KNOWLEDGE)  # type: ignore[arg-type]
    return {look.name: look for look in readiness(now)}


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
def test_the_looks_agree_with_the_safety_check_in_whole_sentences(path: Path) -> None:
    case = read_case(path)
    for now in pending(fold(case.chart, as_of=case.as_of), KNOWLEDGE):
        check = check_safety(now)
        holds = [v.outcome for v in check.verdicts if v.rule not in OWN]
        told = {look.name: look for look in readiness(now)}
        assert told["holds"].outcome is min(holds, key=list(Outcome)[::-1].index)
        for look in told.values():
            assert look.says.endswith((".", "?")) and "(" not in look.says[-3:]
        if told["holds"].not_asked:
            silent = [r for v in check.verdicts for r in v.reasons if v.rule not in OWN]
            assert not any(r.entries for r in silent if r.outcome is not Outcome.CLEAR)


def test_what_nobody_asked_is_counted_and_what_the_chart_states_is_said() -> None:
    silent = looks()["holds"]
    assert silent.not_asked and "red flags not asked for; " in silent.says
    warfarin = {"kind": "medication", "name": "warfarin", "last_taken": "2026-03-01T20:00Z"}
    taken = looks(warfarin)["holds"]
    assert not taken.not_asked and taken.says.lower().startswith("warfarin: ")
    assert "red flags not asked for" in taken.rest
    feverish = looks(
        warfarin,
        {"kind": "vital_sign", "name": "temperature", "value": 38.6, "unit": "°C"},
    )["holds"]
    assert feverish.outcome is Outcome.HOLD


def glucose(value: float, day: str) -> dict[str, Any]:
    return {"kind": "laboratory_value", "name": "glucose", "value": value, "unit": "mg/dL",
            "occurred_at": f"{day}T07:00Z"}  # fmt: skip


def test_glucose_counts_on_the_day_only_and_a_high_one_holds() -> None:
    diabetes = {"kind": "condition", "name": "diabetes"}
    hba1c = {"kind": "laboratory_value", "name": "HbA1c", "value": 6.9, "unit": "%"}
    assert looks()["glucose"].says == "Ask about diabetes."
    today = looks(diabetes, hba1c, glucose(130, "2026-03-02"))["glucose"]
    assert today.outcome is not Outcome.HOLD and "Measure" not in today.says
    old = looks(diabetes, hba1c, glucose(130, "2026-02-20"))["glucose"]
    assert (old.outcome, old.says) == (Outcome.CANNOT_TELL, "Measure glucose on the day.")
    high = looks(diabetes, hba1c, glucose(318, "2026-03-02"))["glucose"]
    assert high.outcome is Outcome.HOLD and high.says.startswith("Glucose above 300")
    still_high = looks(diabetes, hba1c, glucose(318, "2026-02-20"))["glucose"]
    assert still_high.outcome is Outcome.HOLD


def test_a_brief_ground_is_a_whole_sentence_without_its_brackets() -> None:
    says = "apixaban: wait 48 h more, until Wed 04 Mar 2026 09:00 UTC (72 h by ASRA). Others: 24 h."
    assert brief(says) == "apixaban: wait 48 h more, until Wed 04 Mar 2026 09:00 UTC."
    assert brief("HbA1c above 8.5 %. Put the implant off.") == "HbA1c above 8.5 %."
