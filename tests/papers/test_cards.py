"""Cards for an emergency: this patient's doses, this patient's pump, and where each line stands."""

from __future__ import annotations

import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from needlepoint.core.errors import UnknownKnowledge
from needlepoint.core.knowledge import is_verified
from needlepoint.core.papers import CARDS, Identity, card_paper
from needlepoint.core.record import fold
from needlepoint.core.technique.pump import pump_state
from needlepoint.files import read_chart
from needlepoint.papers import as_pdf, as_text

ANA = Identity(name="RIVERA, Ana")
NOW = datetime(2026, 3, 3, 9, tzinfo=UTC)
MORPHINE = {"name": "morphine", "concentration_mg_per_ml": 10, "dose_mg_per_day": 2}


def card(knowledge: Any, kind: Any, *entries: dict[str, Any], drugs: Any = ()) -> str:
    chart = {"as_of": NOW, "defaults": {"author": "Dr. B", "role": "physician"},
             "entries": [{"kind": "complaint", "presentation": "axial_low_back"}, *entries]}  # fmt: skip
    record = fold(read_chart(chart, knowledge=knowledge, now=NOW), as_of=NOW)
    pump = pump_state(record, knowledge)
    paper = card_paper(kind, record, pump, ANA, knowledge, drugs=drugs)
    return " ".join(as_text(paper).split())


def pump_of(*drugs: dict[str, Any]) -> dict[str, Any]:
    return {"kind": "pump_setting", "model": "SynchroMed II 20", "running": True,
            "drugs": list(drugs)}  # fmt: skip


def test_toxicity_is_reckoned_by_this_weight(knowledge: Any) -> None:
    light = card(knowledge, "last", {"kind": "demographics", "weight_kg": 60})
    assert "60 kg" in light and "Lipid emulsion 20 %: 90 ml" in light  # 1.5 ml/kg, by hand
    assert "15 ml a minute" in light and "at most 720 ml" in light
    heavy = card(knowledge, "last", {"kind": "demographics", "weight_kg": 90})
    assert "Lipid emulsion 20 %: 100 ml" in heavy
    unknown = card(knowledge, "last")
    assert "[ ] Weight not known" in unknown and "1.5 ml/kg" in unknown


def test_an_opioid_in_the_pump_has_its_own_withdrawal(knowledge: Any) -> None:
    for name in ("morphine", "hydromorphone", "fentanyl", "sufentanil"):
        said = card(knowledge, "withdrawal", pump_of({**MORPHINE, "name": name}))
        assert "Withdrawal of intrathecal opioid" in said
        assert "do not reckon its dose from the dose of the pump" in said
        assert "10 mg/ml" in said or "10,000 mcg/ml" in said or "mcg/ml" in said


def test_each_drug_of_a_mixture_has_its_card_and_none_is_passed_over(knowledge: Any) -> None:
    mixture = pump_of(MORPHINE, {"name": "bupivacaine", "concentration_mg_per_ml": 20,
                                 "dose_mg_per_day": 4},
                      {"name": "clonidine", "concentration_mg_per_ml": 0.5,
                       "dose_mg_per_day": 0.1})  # fmt: skip
    said = card(knowledge, "withdrawal", mixture)
    assert "Withdrawal of intrathecal opioid" in said
    assert "Withdrawal of intrathecal clonidine" in said and "beta blocker" in said
    assert "[ ] Of withdrawal of bupivacaine: ask the maker and a poison centre." in said
    over = card(knowledge, "overdose", mixture)
    assert "Naloxone" in over and "[ ] Of overdose of bupivacaine, clonidine" in over


def test_ziconotide_may_stop_and_its_harm_is_another(knowledge: Any) -> None:
    zico = pump_of({"name": "ziconotide", "concentration_mg_per_ml": 0.025,
                    "dose_mg_per_day": 0.002})  # fmt: skip
    assert "no withdrawal is known" in card(knowledge, "withdrawal", zico)
    over = card(knowledge, "overdose", zico)
    assert "creatine kinase" in over and "suicidal" in over


def test_without_a_pump_on_file_every_drug_is_on_the_card(knowledge: Any) -> None:
    said = card(knowledge, "withdrawal")
    assert "[ ] No pump setting is on file" in said
    for label in ("opioid", "clonidine", "baclofen"):
        assert f"Withdrawal of intrathecal {label}" in said
    named = card(knowledge, "withdrawal", drugs=("baclofen",))
    assert "Withdrawal of intrathecal baclofen" in named and "clonidine" not in named
    with pytest.raises(UnknownKnowledge, match="'aspirin' in a pump"):
        card(knowledge, "overdose", drugs=("aspirin",))


def test_the_scanner_reads_every_device_and_what_is_not_known(knowledge: Any) -> None:
    device = {"kind": "implanted_device", "device": "scs_generator", "mri": "conditional",
              "side": "right"}  # fmt: skip
    said = card(knowledge, "mri", device, pump_of(MORPHINE))
    assert "SCS generator" in said and "SynchroMed II" in said
    assert "[ ] Not recorded: model, implanted, leads, identifier." in said
    assert "Open: Conditional" in said
    assert "[ ] Open: Ask for implants" in card(knowledge, "mri")
    unsafe = card(knowledge, "mri", {"kind": "implanted_device", "device": "pacemaker",
                                     "mri": "unsafe"})  # fmt: skip
    assert "No scan: pacemaker: unsafe in the magnet." in unsafe


def test_every_line_of_every_card_is_read_or_marked(knowledge: Any) -> None:
    for one in knowledge.guidance.safety.cards.values():
        for line in one.lines:
            assert line.rests_on or line.judged, f"{one.id}: {line.says}"
    opioid = knowledge.guidance.safety.cards["opioid_withdrawal"]
    open_lines = [line for line in opioid.lines if not is_verified(line, knowledge)]
    said = card(knowledge, "withdrawal", pump_of(MORPHINE))
    assert said.count(" *") - said.count(" * not read") >= len(open_lines) > 0
    assert "* not read in its source: check before use." in said


@pytest.mark.parametrize("kind", CARDS)
def test_the_command_prints_every_card_and_writes_it(kind: str, tmp_path: Path) -> None:
    case = Path(__file__).parents[2] / "cases" / "pump" / "two_drugs_and_boluses.yaml"
    out = tmp_path / "card.pdf"
    command = [sys.executable, "-m", "needlepoint.cli", "card", kind, str(case)]
    text = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    assert "chart" in text and "Decision support" in text
    subprocess.run([*command, "--out", str(out)], check=True)
    assert out.read_bytes().startswith(b"%PDF")


def test_the_same_card_gives_the_same_bytes(knowledge: Any) -> None:
    record = fold(read_chart({"as_of": NOW, "entries": [
        {"kind": "complaint", "presentation": "axial_low_back", "author": "b",
         "role": "physician"}]}, knowledge=knowledge, now=NOW), as_of=NOW)  # fmt: skip
    paper = card_paper("last", record, None, ANA, knowledge)
    assert as_pdf(paper) == as_pdf(paper)
