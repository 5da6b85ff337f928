"""What a physician reads first: the gravest, few questions, in an emergency nothing else."""

from __future__ import annotations

import pytest
import yaml

from needlepoint.cli.main import main

BASE = [
    {"kind": "demographics", "birth_year": 1968, "sex": "male"},
    {"kind": "complaint", "presentation": "leg_dominant", "side": "left"},
]
EPIDURAL = {
    "kind": "planned_procedure",
    "technique": "lumbar_interlaminar_epidural",
    "targets": [{"kind": "central_canal", "segment": "L4-L5"}],
}


@pytest.fixture
def shown(capsys, tmp_path, monkeypatch):
    monkeypatch.setenv("COLUMNS", "200")

    def run(*more: dict) -> str:
        chart = tmp_path / "chart.yaml"
        chart.write_text(yaml.safe_dump({"as_of": "2026-03-02T09:00Z", "entries": [*BASE, *more]}))
        assert main(["assess", "--no-intervals", str(chart)]) == 0
        return capsys.readouterr().out

    return run


def test_a_plan_asks_five_questions_and_counts_the_rest(shown) -> None:
    out = shown(EPIDURAL)
    part = out[out.index("Lumbar interlaminar epidural steroid") : out.index("Coverage and")]
    asked = [line for line in part.splitlines() if line.strip().startswith("? ")]
    assert len(asked) == 6 and "questions more" in asked[-1]


def test_opioids_and_sedatives_are_named_though_nothing_is_planned(shown) -> None:
    oxycodone = {"kind": "medication", "name": "oxycodone 40 mg twice daily"}
    out = shown(oxycodone, {"kind": "medication", "name": "alprazolam 1 mg tid"})
    assert "120 MME a day" in out and "breathing may fail" in out


def test_in_an_emergency_nothing_else_is_proposed(shown) -> None:
    out = shown({"kind": "symptom", "name": "saddle_anaesthesia"}, EPIDURAL)
    assert "HOLD" in out and "None but a referral is open" in out
    steps = out[out.index("NEXT") : out.index("OPTIONS")]
    assert "safety: Cauda equina syndrome" in steps
    assert "treat:" not in steps and "block:" not in steps and "examine:" not in steps


def test_questions_keep_the_capitals_of_their_names(shown) -> None:
    out = shown(EPIDURAL)
    assert "SSRI" in out and "ssri" not in out


def test_what_an_implant_means_for_mri_is_said(shown) -> None:
    unsafe = {"kind": "implanted_device", "device": "pacemaker", "mri": "unsafe"}
    assert "unsafe in the magnet" in shown(unsafe)


def test_no_dose_is_shown_as_a_power_of_ten(capsys, tmp_path) -> None:
    plan = {
        "kind": "planned_procedure",
        "technique": "celiac_plexus_neurolysis",
        "targets": [{"kind": "celiac_plexus"}],
    }
    pain = {"kind": "complaint", "presentation": "abdominal"}
    chart = tmp_path / "chart.yaml"
    entries = [BASE[0], pain, plan]
    chart.write_text(yaml.safe_dump({"as_of": "2026-03-02T09:00Z", "entries": entries}))
    assert main(["sheet", str(chart)]) == 0
    out = capsys.readouterr().out
    assert "20000 mg" in out.replace("\n", " ") and "e+0" not in out
