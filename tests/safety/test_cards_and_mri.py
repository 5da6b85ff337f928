"""The card for local anaesthetic toxicity by weight, worked by hand; and the magnet."""

from __future__ import annotations

from typing import Any

import pytest

from needlepoint.core.knowledge import Knowledge
from needlepoint.core.rules.cards import emergency_card
from needlepoint.core.rules.mri import mri_safety

from .conftest import before

PLAN = {"kind": "planned_procedure", "technique": "lumbar_interlaminar_epidural"}


def card(knowledge: Knowledge, **body: Any) -> str:
    now = before([{"kind": "demographics", **body}, PLAN], knowledge)
    filled = emergency_card(knowledge.guidance.safety.cards["last"], now)
    return "\n".join((filled.weight, *(line.says for line in filled.lines)))


def test_above_seventy_kilograms_the_bolus_is_a_fixed_volume(knowledge: Knowledge) -> None:
    said = card(knowledge, weight_kg=90, height_cm=190, sex="male")  # ideal 84 kg
    assert "100 ml over 2 to 3 minutes, then 200 to 250 ml over 15 to 20 minutes" in said
    assert "in all at most 1009 ml" in said  # 12 ml/kg of 84.05 kg


def test_at_or_below_it_goes_by_weight(knowledge: Knowledge) -> None:
    said = card(knowledge, weight_kg=50, height_cm=165, sex="female")
    assert "75 ml over 2 to 3 minutes, then 12 ml a minute" in said
    assert "at most 600 ml" in said and "at most 50 mcg" in said


def test_the_lower_of_actual_and_ideal_weight_counts(knowledge: Knowledge) -> None:
    said = card(knowledge, weight_kg=70, height_cm=150, sex="female")  # ideal 45.5 kg
    assert "68 ml over" in said and "at most 546 ml" in said


def test_without_a_weight_both_branches_are_printed(knowledge: Knowledge) -> None:
    said = card(knowledge)
    assert "100 ml above 70 kg, else 1.5 ml/kg" in said and "12 ml/kg" in said


def test_every_card_can_be_filled(knowledge: Knowledge) -> None:
    now = before([PLAN], knowledge)
    for one in knowledge.guidance.safety.cards.values():
        filled = emergency_card(one, now)
        assert all(line.says and "{" not in line.says for line in filled.lines)


@pytest.mark.parametrize(
    ("devices", "outcome"),
    [
        ([], "cannot_tell"),
        ([{"device": "any implant", "state": "absent"}], "clear"),
        ([{"device": "pacemaker", "mri": "unsafe"}], "hold"),
        ([{"device": "scs_generator", "mri": "conditional"}], "clear"),
        ([{"device": "intrathecal_pump"}], "cannot_tell"),
        ([{"device": "joint_prosthesis", "mri": "safe"}, {"device": "icd"}], "cannot_tell"),
        ([{"device": "pacemaker", "state": "absent"}], "cannot_tell"),
    ],
)
def test_the_magnet(devices: list[dict[str, Any]], outcome: str, knowledge: Knowledge) -> None:
    entries = [{"kind": "implanted_device", **one} for one in devices]
    assert mri_safety(before([*entries, PLAN], knowledge).record).outcome == outcome
