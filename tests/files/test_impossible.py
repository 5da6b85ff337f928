"""What cannot be is refused at the door with a sentence that says what to check."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from needlepoint.core.errors import UnreadableFile
from needlepoint.core.rules.laboratory import canonical
from needlepoint.files import load_knowledge
from needlepoint.files.charts import read_chart

KNOWLEDGE = load_knowledge()
TESTS = sorted(KNOWLEDGE.guidance.safety.tests)


def faults(entry: dict[str, Any]) -> str:
    try:
        read_chart({"as_of": "2026-03-02", "entries": [entry]}, knowledge=KNOWLEDGE)
    except UnreadableFile as error:
        return " ".join(fault.what for fault in error.faults)
    return ""


def planned(*medicines: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"kind": "planned_procedure", "technique": "lumbar_interlaminar_epidural",
            "medicines": list(medicines), **more}  # fmt: skip


def block(name: str, kind: str, segment: str) -> dict[str, Any]:
    target = {"kind": kind, "segment": segment, "side": "left"}
    return {"kind": "diagnostic_block", "block": name, "targets": [target], "nrs_before": 7,
            "relief": {"percent": 80}}  # fmt: skip


@pytest.mark.parametrize(
    ("entry", "words"),
    [
        ({"kind": "demographics", "weight_kg": 700}, "at most 400"),
        ({"kind": "vital_sign", "name": "temperature", "value": 380}, "between 25 and 45"),
        ({"kind": "vital_sign", "name": "temp", "value": 38.5, "unit": "F"}, "cannot be"),
        ({"kind": "laboratory_value", "name": "INR", "value": 45}, "between 0.5 and 20"),
        (
            {"kind": "laboratory_value", "name": "platelet count", "value": 0.2, "unit": "/uL"},
            "cannot be",
        ),
        (
            {"kind": "laboratory_value", "name": "HbA1c", "value": 780, "unit": "mmol/mol"},
            "cannot be",
        ),
        ({"kind": "vital_sign", "name": "weight", "value": 7000, "unit": "lb"}, "cannot be"),
        (
            planned({"name": "lidocaine", "concentration_percent": 100, "volume_ml": 60}),
            "ten times",
        ),
        (planned({"name": "Kenalog", "dose_mg": 4000}), "ten times"),
        (planned({"name": "phenol", "concentration_percent": 80, "volume_ml": 60}), "ten times"),
        (planned({"name": "lidocaine", "volume_ml": -5}), "above 0"),
        (
            planned(
                {"name": "lidocaine", "dose_mg": 10, "concentration_percent": 2, "volume_ml": 20}
            ),
            "10 mg and 400 mg",
        ),
        (
            planned({"name": "Marcain 0.5%", "concentration_percent": 5, "volume_ml": 2}),
            "not alike",
        ),
        (planned({"name": "dexamethasone 10 mg", "dose_mg": 4}), "4 mg and 10 mg"),
        (planned(at="9999-12-31T23:59-12:00"), "the year 9999"),
        ({"kind": "medication", "name": "warfarin", "started": "0001-01-01"}, "the year 1."),
        ({"kind": "questionnaire", "instrument": "dn4", "score": 14}, "from 0 to 10"),
        (block("lumbar_medial_branch_block", "facet_joint", "C4-C5"), "not done at C4-C5"),
        (
            {
                **block("lumbar_medial_branch_block", "facet_joint", "L4-L5"),
                "diary": [{"minutes": 30, "nrs": 1}, {"minutes": 30, "nrs": 8}],
            },
            "two readings at 30 minutes differ",
        ),
        (block("cervical_medial_branch_block", "facet_joint", "L4-L5"), "not done at L4-L5"),
        (planned(sedation="heavy"), "moderate"),
        (planned(targets=[{"kind": "facet_joint", "segment": "L4-L5"}]), "needs its side"),
        (planned(targets=[{"kind": "facet_joint", "side": "left"}]), "has a level"),
        ({**planned(), "technique": "lumbar_interlamnar_epidural"}, "Did you mean"),
    ],
)
def test_it_is_refused(entry: dict[str, Any], words: str) -> None:
    said = faults(entry)
    assert words in said and said.endswith((".", "?")), said


@pytest.mark.parametrize(
    "entry",
    [
        {"kind": "vital_sign", "name": "temperature", "value": 101.5},
        {"kind": "laboratory_value", "name": "platelets", "value": 250000},
        {"kind": "laboratory_value", "name": "INR", "value": 9.5},
        {"kind": "laboratory_value", "name": "glucose", "value": 1.1, "unit": "mmol/L"},
        {"kind": "laboratory_value", "name": "a test nobody lists", "value": -4000},
        planned({"name": "lidocaine", "concentration_percent": 2, "volume_ml": 50}),
    ],
)
def test_what_can_be_is_let_in(entry: dict[str, Any]) -> None:
    assert faults(entry) == ""


@given(st.sampled_from(TESTS), st.floats(0, 1))
def test_a_value_reads_the_same_in_every_unit(name: str, share: float) -> None:
    test = KNOWLEDGE.guidance.safety.tests[name]
    value = test.lowest + share * (test.highest - test.lowest)
    for unit in test.units:
        written = (value - unit.offset) / unit.factor
        assert canonical(written, unit.unit, test) == pytest.approx(value, abs=1e-6)
    assert canonical(value, test.unit or None, test) in (value, None)
    bare = canonical(value, None, test)
    assert bare is None or bare == value or test.lowest <= bare <= test.highest
