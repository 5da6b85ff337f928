"""What cannot be is refused at the door, with a sentence that says what to correct."""

from __future__ import annotations

import copy
from typing import Any

import pytest

from needlepoint.core.errors import UnreadableFile
from needlepoint.files import read_chart

GOOD: dict[str, Any] = {
    "as_of": "2026-02-01T12:00Z",
    "entries": [
        {"kind": "pump_setting", "occurred_at": "2026-01-01T12:00Z", "model": "SynchroMed II 20",
         "running": True, "flow_ml_per_day": 0.2,
         "drugs": [{"name": "morphine", "concentration_mg_per_ml": 10, "dose_mg_per_day": 2},
                   {"name": "clonidine", "concentration_mg_per_ml": 0.3, "dose_mg_per_day": 0.06}]},
        {"kind": "refill", "occurred_at": "2026-01-31T12:00Z", "volume_ml": 20, "residual_ml": 14},
    ],
}  # fmt: skip


def changed(*path_and_value: Any) -> dict[str, Any]:
    *path, value = path_and_value
    chart = copy.deepcopy(GOOD)
    place: Any = chart["entries"]
    for step in path[:-1]:
        place = place[step]
    place[path[-1]] = value
    return chart


def test_a_true_chart_is_read(knowledge) -> None:
    assert len(read_chart(GOOD, knowledge=knowledge).entries) == 2


@pytest.mark.parametrize(
    ("chart", "where", "says"),
    [
        (
            changed(0, "drugs", 0, "dose_mg_per_day", 200),
            "dose_mg_per_day",
            "If micrograms were meant, write 0.2",
        ),
        (
            changed(0, "drugs", 0, "concentration_mg_per_ml", 10000),
            "concentration_mg_per_ml",
            "If micrograms were meant, write 10;",
        ),
        (
            changed(0, "drugs", 1, "dose_mg_per_day", 60),
            "dose_mg_per_day",
            "ceiling of 600 mcg/day",
        ),
        (
            changed(0, "drugs", 1, "concentration_mg_per_ml", 300),
            "concentration_mg_per_ml",
            "write 0.3",
        ),
        (
            changed(0, "drugs", 0, "dose_mg_per_day", 3),
            "drugs[0]",
            "needs a flow of 0.3 ml/day, but the flow is 0.2 ml/day",
        ),
        (changed(0, "flow_ml_per_day", 0.3), "drugs[0]", "One of the three is wrong"),
        (changed(0, "flow_ml_per_day", 0), "drugs[0]", "One of the three is wrong"),
        (changed(0, "drugs", 1, "name", "morphine"), "drugs[1].name", "stands twice"),
        (changed(0, "bolus_mg", 0.1), "bolus_mg", "boluses_per_day"),
        (changed(1, "volume_ml", 21), "volume_ml", "look for a pocket fill now"),
        (changed(1, "residual_ml", 22), "residual_ml", "cannot have been drawn"),
        (changed(1, "residual_ml", -1), "residual_ml", "must be at least 0"),
        (
            changed(0, "drugs", 0, "dose_mg_per_day", "2 mg"),
            "dose_mg_per_day",
            "without units or quotes",
        ),
    ],
)
def test_what_cannot_be_is_refused(chart, where, says, knowledge) -> None:
    with pytest.raises(UnreadableFile) as error:
        read_chart(chart, knowledge=knowledge)
    assert where in str(error.value) and says in str(error.value)


@pytest.mark.parametrize(
    ("strength", "dose", "says"),
    [
        (20, 0.2, "its least flow is 0.048. Dilute: at most morphine 4.167 mg/ml"),
        (0.5, 14, "its highest flow is 24. Use a stronger solution"),
    ],
)
def test_a_flow_that_the_pump_cannot_run_is_refused(strength, dose, says, knowledge) -> None:
    chart = copy.deepcopy(GOOD)
    setting = chart["entries"][0]
    del setting["flow_ml_per_day"]
    setting["drugs"] = [
        {"name": "morphine", "concentration_mg_per_ml": strength, "dose_mg_per_day": dose}
    ]
    with pytest.raises(UnreadableFile) as error:
        read_chart(chart, knowledge=knowledge)
    assert says in str(error.value)


def test_the_least_flow_itself_runs(knowledge) -> None:
    chart = copy.deepcopy(GOOD)
    setting = chart["entries"][0]
    del setting["flow_ml_per_day"]
    setting["drugs"] = [
        {"name": "Prialt", "concentration_mg_per_ml": 0.025, "dose_mg_per_day": 0.0012}
    ]
    assert len(read_chart(chart, knowledge=knowledge).entries) == 2


def test_a_pump_of_unknown_model_is_read_and_asked_about(knowledge) -> None:
    chart = changed(0, "model", "SynchroMed IV")
    chart["entries"][1]["volume_ml"] = 50
    assert len(read_chart(chart, knowledge=knowledge).entries) == 2


def test_two_settings_of_one_moment_are_asked_apart(knowledge) -> None:
    chart = copy.deepcopy(GOOD)
    chart["entries"].append({**chart["entries"][0], "running": False})
    with pytest.raises(UnreadableFile, match="which came last"):
        read_chart(chart, knowledge=knowledge)
    chart["entries"][0]["id"] = "first"
    chart["entries"].append({"kind": "retraction", "entry": "first", "reason": "it stood still"})
    assert len(read_chart(chart, knowledge=knowledge).entries) == 4
