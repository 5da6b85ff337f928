"""`needlepoint pump` as a person and a program use it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from needlepoint.cli import main

CASES = Path(__file__).parents[2] / "cases" / "pump"
LINE = ("--model", "SynchroMed II 20", "--catheter-cm", "80")


def run(capsys, *arguments: str) -> tuple[int, str, str]:
    code = main(("pump", *arguments))
    out, err = capsys.readouterr()
    return code, out, err


def test_the_state_of_a_pump_is_shown(capsys) -> None:
    code, out, _ = run(capsys, str(CASES / "concentration_down_without_bridge.yaml"))
    assert code == 0
    for word in ("Morphine 10 mg/ml, 2 mg/day", "refill by", "Without a bridge morphine is 4 mg/day",
                 "The pump is running", "MRI", "CARD", "unverified"):  # fmt: skip
        assert word in " ".join(out.split()), word


def test_the_state_of_a_pump_is_data(capsys) -> None:
    code, out, _ = run(capsys, str(CASES / "two_drugs_and_boluses.yaml"), "--json")
    pump = json.loads(out)["pump"]
    assert code == 0 and pump["content_ml"] == pytest.approx([12.5, 14])
    assert pump["calendar"]["refill_by"] == "2026-03-06"
    assert {v["rule"] for v in pump["verdicts"]} >= {
        "pump/running",
        "pump/limits",
        "pump/refill_due",
    }


def test_a_chart_without_a_pump_says_so(capsys) -> None:
    case = CASES.parent / "lumbar" / "facet_or_sacroiliac.yaml"
    code, out, _ = run(capsys, str(case))
    assert code == 0 and "No pump setting is on file" in out
    assert json.loads(run(capsys, str(case), "--json")[1])["pump"] is None


def test_a_bridge_is_planned_both_ways(capsys) -> None:
    down = (
        "plan",
        *LINE,
        "--now",
        "morphine 20 mg/ml 2 mg/day",
        "--new",
        "morphine 10 mg/ml 2 mg/day",
    )
    up = (
        "plan",
        *LINE,
        "--now",
        "morphine 10 mg/ml 2 mg/day",
        "--new",
        "morphine 20 mg/ml 2 mg/day",
    )
    found = [json.loads(run(capsys, *plan, "--json")[1])["bridge"] for plan in (down, up)]
    assert [b["days"] for b in found] == pytest.approx([3.75, 1.875])
    assert [b["unbridged"][0]["times_intended"] for b in found] == pytest.approx([2, 0.5])


def test_a_plan_for_the_pump_of_a_chart_needs_no_line(capsys) -> None:
    case = str(CASES / "two_drugs_and_boluses.yaml")
    code, out, _ = run(capsys, "plan", case, "--new", "morphine 5 mg/ml 2 mg/day", "--json")
    data = json.loads(out)
    assert code == 0 and data["line_ml"] == pytest.approx(0.375)
    assert data["bridge"]["ended_drugs"] == ["bupivacaine"]


def test_a_revised_catheter_is_primed_alone(capsys) -> None:
    code, out, _ = run(
        capsys,
        "plan",
        *LINE,
        "--prime",
        "catheter",
        "--new",
        "morphine 10 mg/ml 1 mg/day",
        "--json",
    )
    prime = json.loads(out)["prime"]
    assert code == 0 and prime["ml"] == pytest.approx(0.176)
    assert prime["holds_mg"] == pytest.approx({"morphine": 1.76})


def test_a_fill_is_made_from_stock_and_saline(capsys) -> None:
    arguments = ("plan", *LINE, "--stock", "25 mg/ml", "--new", "morphine 10 mg/ml 2 mg/day")
    _, out, _ = run(capsys, *arguments)
    assert "= 8 ml, and 12 ml of saline" in " ".join(out.split())
    assert json.loads(run(capsys, *arguments, "--json")[1])["stock_ml"] == pytest.approx(8)


def test_a_prime_through_a_full_line_is_held(capsys) -> None:
    case = str(CASES / "two_drugs_and_boluses.yaml")
    arguments = ("--prime", "tubing_and_catheter", "--new", "morphine 10 mg/ml 2 mg/day", "--json")
    verdicts = {
        v["rule"]: v for v in json.loads(run(capsys, "plan", case, *arguments)[1])["verdicts"]
    }
    assert verdicts["pump/prime"]["outcome"] == "hold"
    assert "3.75 mg morphine" in verdicts["pump/prime"]["reasons"][0]["says"]


def test_the_second_drug_follows_the_first(capsys) -> None:
    _, out, _ = run(
        capsys,
        "plan",
        *LINE,
        "--new",
        "morphine 10 mg/ml 2 mg/day",
        "--new",
        "bupivacaine 2 %",
        "--json",
    )
    doses = [drug["dose_mg_per_day"] for drug in json.loads(out)["new"]["drugs"]]
    assert doses == pytest.approx([2, 4])  # 2 % is 20 mg/ml


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("plan",), "--new 'morphine 20 mg/ml 2 mg/day'"),
        (("plan", "--new", "morphine 10 2"), "with their units"),
        (("plan", "--new", "morphine 1,000 mcg/ml 2 mg/day"), "comma"),
        (("plan", "--new", "morphine 10 mg/ml"), "needs its daily dose"),
        (("plan", "--new", "morphine 0 mg/ml 2 mg/day"), "can be 0"),
        (("plan", "--new", "morphine 10 mg/ml 2 mg/day"), "--fill"),
        (("plan", "--model", "Foo", "--new", "morphine 10 mg/ml 2 mg/day"), "no pump on file"),
        (("plan", *LINE, "--fill", "21 ml", "--new", "morphine 10 mg/ml 2 mg/day"), "do not fit"),
        (("plan", *LINE, "--new", "fentanyl 1 mg/ml 50 mg/day"), "If micrograms were meant"),
        (
            (
                "plan",
                "--model",
                "SynchroMed II 20",
                "--now",
                "morphine 20 mg/ml 2 mg/day",
                "--new",
                "morphine 10 mg/ml 2 mg/day",
            ),
            "length of the catheter",
        ),
        (("plan", *LINE, "--catheter-cm", "-5", "--new", "morphine 10 mg/ml 2 mg/day"), "above 0"),
        (
            (
                "plan",
                "--model",
                "prometra",
                "--catheter-cm",
                "120",
                "--tubing",
                "0.2 ml",
                "--now",
                "morphine 20 mg/ml 2 mg/day",
                "--new",
                "morphine 10 mg/ml 2 mg/day",
            ),
            "longer than the whole catheter",
        ),
        (
            (
                "plan",
                *LINE,
                "--tubing",
                "0.2",
                "--prime",
                "catheter",
                "--new",
                "morphine 10 mg/ml 2 mg/day",
            ),
            "with its unit",
        ),
        (("plan", *LINE, "--stock", "5 mg/ml", "--new", "morphine 10 mg/ml 2 mg/day"), "stronger"),
        (("nowhere.yaml",), "Check the name"),
        ((str(CASES / "silence_is_not_running.yaml"), "--zone", "Mars/Base"), "not a time zone"),
        (
            (str(CASES / "silence_is_not_running.yaml"), "--new", "morphine 10 mg/ml 2 mg/day"),
            "belong to a plan",
        ),
    ],
)
def test_a_question_that_cannot_be_answered_is_refused(capsys, arguments, says) -> None:
    code, _, err = run(capsys, *arguments)
    assert code == 2 and says in err, err
