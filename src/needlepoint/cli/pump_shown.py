"""A pump and a plan for it, for a person in a terminal and for a machine."""

from __future__ import annotations

from datetime import datetime, tzinfo
from typing import Any

from rich.console import Console, Group, RenderableType
from rich.padding import Padding
from rich.text import Text

from needlepoint.cli.machine import verdict_data
from needlepoint.cli.standing import show_verdict
from needlepoint.core.knowledge import Card, Grounded, Knowledge, Pump, is_verified
from needlepoint.core.record import PatientRecord
from needlepoint.core.rules import Verdict
from needlepoint.core.technique.pump import (
    Bridge,
    Infused,
    PumpPlan,
    PumpState,
    Setting,
    Unbridged,
)
from needlepoint.core.units import Mass, days, say, say_mass, say_time

_DANGER = "Decision support: the programmer of the pump and a second person check every number."


def show_state(
    state: PumpState | None,
    knowledge: Knowledge,
    trials: tuple[Verdict, ...],
    candidate: Verdict,
    console: Console | None = None,
) -> None:
    """Print it: what it gives, the calendar, what changed, checks, cards, sums."""
    console = console or Console()
    if state is None:
        console.print(Text("No pump setting is on file.", style="bold"))
        for verdict in (*trials, candidate):
            console.print(show_verdict(verdict, knowledge))
        return
    of = state.history
    title = of.pump.label if of.pump else (of.model or "Pump of unknown model")
    console.print(
        Text(f"{title}    as of {_said(state.as_of, state.zone)}", style="bold underline")
    )
    console.print(_solution(of.now.setting))
    console.print(_reservoir(state))
    console.print(_calendar(state))
    console.print(_change(state))
    for verdict in (*state.verdicts, *trials):
        console.print(show_verdict(verdict, knowledge))
    console.print(_mri(of.pump, knowledge))
    for card in state.cards:
        console.print(_card(card, knowledge))
    console.print(_lines("Drug at hand", state.at_hand))
    console.print(_lines("Sums", state.formulas, style="dim"))
    console.print(Text(f"Knowledge {knowledge.version}. {_DANGER}", style="dim"))


def _solution(setting: Setting) -> RenderableType:
    running = {True: "running", False: "STOPPED", None: "not said to run"}[setting.running]
    lines = [one.say() for one in setting.drugs]
    lines.append(f"flow {say(setting.flow.ml_per_day)} ml/day, {running}")
    if setting.bolus is not None:
        first = setting.drugs[0]
        mass = say_mass(first.strength.within(setting.bolus.volume), first.unit)
        lines.append(
            f"patient bolus {mass} {first.label.lower()}, {setting.bolus.most_a_day} a day"
        )
    return _lines("Gives", lines)


def _reservoir(state: PumpState) -> RenderableType:
    if state.content is None:
        return _lines("Reservoir", [state.dates_question or "The content is not known."])
    least, most = max(0.0, state.content.least.ml), max(0.0, state.content.most.ml)
    said = f"{say(most)} ml left" if least == most else f"{say(least)} to {say(most)} ml left"
    return _lines("Reservoir", [said])


def _calendar(state: PumpState) -> RenderableType:
    dates = state.dates
    if dates is None:
        return _lines("Calendar", [state.dates_question or ""])
    said = [f"refill by {dates.refill_by:%a %d %b %Y} (limited by {dates.limited_by})",
            f"alarm {_said(dates.alarm_at, state.zone)}"]  # fmt: skip
    if dates.alarm_if_fast is not None:
        said.append(f"alarm {_said(dates.alarm_if_fast, state.zone)} if it runs at its fastest")
    if dates.danger_from is not None:
        said.append(f"withdrawal danger from {_said(dates.danger_from, state.zone)}")
    said.append(f"empty {_said(dates.empty_at, state.zone)}")
    if dates.stable_until is not None:
        said.append(f"stable until {_said(dates.stable_until, state.zone)}")
    return _lines("Calendar", said)


def _change(state: PumpState) -> RenderableType:
    said = list(state.changed) or ["No earlier setting is on file."]
    old = state.old_solution
    if old is not None:
        until = _said(old.until, state.zone) if old.until else "the pump runs again"
        said.append(f"The old solution still flows until {until}: {old.formula}.")
        said += [one.says for one in old.unbridged]
    elif state.line_question is not None and state.changed:
        said.append(f"How long an old solution still flows is not known: {state.line_question}")
    return _lines("Last change", said)


def _mri(pump: Pump | None, knowledge: Knowledge) -> RenderableType:
    if pump is None:
        unknown = knowledge.guidance.neuromodulation.facts["pump/mri_unknown"]
        return _lines("MRI", [f"{unknown.value}{_mark(unknown, knowledge)}"])
    mark = "" if _verified(pump.rests_on, knowledge) else " (source not read)"
    said = [f"{pump.mri}{mark}", f"before: {pump.before_mri}", f"after: {pump.after_mri}"]
    return _lines("MRI", said)


def _card(card: Card, knowledge: Knowledge) -> RenderableType:
    said = [f"{line.says}{_mark(line, knowledge)}" for line in card.lines]
    return _lines(f"CARD · {card.label}", said, style="red")


def _mark(one: Grounded, knowledge: Knowledge) -> str:
    return "" if is_verified(one, knowledge) else " *"


def _verified(rests_on: tuple[str, ...], knowledge: Knowledge) -> bool:
    return any(knowledge.extracts[name].seen.is_verified for name in rests_on)


def _lines(title: str, said: Any, style: str = "") -> RenderableType:
    head = Text(title, style=f"bold {style}".strip())
    body = [Padding(Text(line, style=style), (0, 0, 0, 3)) for line in said]
    return Group(head, *body) if body else Text("")


def _said(moment: datetime, zone: tzinfo) -> str:
    return f"{moment.astimezone(zone):%a %d %b %Y %H:%M %Z}"


# --- plan -----------------------------------------------------------------------------------------


def show_plan(plan: PumpPlan, knowledge: Knowledge, console: Console | None = None) -> None:
    """Print what a change would do."""
    console = console or Console()
    if plan.old is not None:
        console.print(_lines("Now", [one.say() for one in plan.old.drugs]))
    console.print(_solution(plan.new))
    if plan.changed:
        console.print(_lines("Changes", plan.changed))
    if plan.bridge is not None:
        console.print(_bridge(plan.bridge))
    if plan.prime is not None:
        console.print(_prime(plan))
    if plan.interval is not None:
        console.print(_lines("For the wanted interval", [plan.interval.formula]))
    if plan.stock is not None:
        console.print(_lines("To make it", [plan.stock.formula]))
    if plan.highest is not None:
        console.print(_lines("Ceiling", [plan.highest.formula]))
    for verdict in plan.verdicts:
        console.print(show_verdict(verdict, knowledge))
    console.print(Text(f"Knowledge {knowledge.version}. {_DANGER}", style="dim"))


def _bridge(bridge: Bridge) -> RenderableType:
    said = [
        f"Run {say(bridge.flow.ml_per_day)} ml/day for {say_time(bridge.time)}, "
        f"then {say(bridge.then.ml_per_day)} ml/day."
    ]
    if bridge.fresh:
        names = ", ".join(name.replace("_", " ") for name in bridge.fresh)
        said.append(f"No {names} reaches the patient before that: start it low, then watch.")
    said += [one.says for one in bridge.unbridged]
    return Group(_lines("Bridge", said), _lines("Sums", bridge.formulas, style="dim"))


def _prime(plan: PumpPlan) -> RenderableType:
    assert plan.prime is not None
    said = [plan.prime.formula, *(_holds(one, mass) for one, mass in plan.prime.drug)]
    said.append(
        "Only into an empty line: from a full one all of this is given at once. Fast flow mixes, "
        "so drug may arrive early and then thin: observe the patient."
    )
    return _lines("Prime", said)


def _holds(one: Infused, mass: Mass) -> str:
    return f"{one.label}: {say_mass(mass, one.unit)} then stand in it"


# --- for a machine --------------------------------------------------------------------------------


def state_data(
    state: PumpState | None,
    record: PatientRecord,
    knowledge: Knowledge,
    trials: tuple[Verdict, ...],
    candidate: Verdict,
) -> dict[str, Any]:
    """The state of a pump as plain data; moments in UTC."""
    data: dict[str, Any] = {
        "as_of": record.as_of.isoformat(),
        "knowledge_version": knowledge.version,
        "trial": [verdict_data(trial) for trial in trials],
        "candidacy": verdict_data(candidate),
        "pump": None,
    }
    if state is None:
        return data
    of, dates, content = state.history, state.dates, state.content
    old = state.old_solution
    data["pump"] = {
        "model": of.pump.id if of.pump else None,
        "model_as_written": of.model,
        "setting": setting_data(of.now.setting),
        "content_ml": None if content is None else [content.least.ml, content.most.ml],
        "calendar": None if dates is None else {
            "refill_by": dates.refill_by.isoformat(),
            "limited_by": dates.limited_by,
            "alarm_at": dates.alarm_at.isoformat(),
            "alarm_if_fast": _iso(dates.alarm_if_fast),
            "stable_until": _iso(dates.stable_until),
            "withdrawal_danger_from": _iso(dates.danger_from),
            "empty_at": dates.empty_at.isoformat(),
        },
        "calendar_question": state.dates_question,
        "line_ml": state.line.volume.ml if state.line else None,
        "line_question": state.line_question,
        "old_solution": None if old is None else {
            "until": _iso(old.until),
            "formula": old.formula,
            "unbridged": [unbridged_data(one) for one in old.unbridged],
        },
        "changed": list(state.changed),
        "verdicts": [verdict_data(v) for v in state.verdicts],
        "mri": {"is": of.pump.mri, "before": of.pump.before_mri, "after": of.pump.after_mri}
        if of.pump else None,
        "cards": [{"id": c.id, "lines": [line.says for line in c.lines]} for c in state.cards],
        "at_hand": list(state.at_hand),
        "formulas": list(state.formulas),
    }  # fmt: skip
    return data


def setting_data(setting: Setting) -> dict[str, Any]:
    return {
        "drugs": [
            {"name": one.text, "ingredient": one.drug,
             "concentration_mg_per_ml": one.strength.mg_per_ml,
             "dose_mg_per_day": one.dose.mg_per_day,
             "most_mg_per_day": setting.most_a_day(one).mg_per_day}
            for one in setting.drugs
        ],
        "flow_ml_per_day": setting.flow.ml_per_day,
        "running": setting.running,
    }  # fmt: skip


def unbridged_data(one: Unbridged) -> dict[str, Any]:
    return {
        "drug": one.drug.name,
        "dose_mg_per_day": one.dose.mg_per_day,
        "times_intended": one.times_intended,
        "days": days(one.time),
    }


def plan_data(plan: PumpPlan, knowledge: Knowledge) -> dict[str, Any]:
    """A plan as plain data."""
    bridge, prime = plan.bridge, plan.prime
    return {
        "knowledge_version": knowledge.version,
        "old": setting_data(plan.old) if plan.old else None,
        "new": setting_data(plan.new),
        "changed": list(plan.changed),
        "line_ml": plan.line.volume.ml if plan.line else None,
        "bridge": None if bridge is None else {
            "flow_ml_per_day": bridge.flow.ml_per_day,
            "days": days(bridge.time),
            "given_mg": {one.name: mass.mg for one, mass in bridge.given},
            "then_flow_ml_per_day": bridge.then.ml_per_day,
            "unbridged": [unbridged_data(one) for one in bridge.unbridged],
            "new_drugs": list(bridge.fresh),
            "ended_drugs": list(bridge.ended),
            "formulas": list(bridge.formulas),
        },
        "prime": None if prime is None else {
            "ml": prime.volume.ml,
            "holds_mg": {one.name: mass.mg for one, mass in prime.drug},
            "formula": prime.formula,
        },
        "interval_concentration_mg_per_ml": plan.interval.value.mg_per_ml
        if plan.interval else None,
        "stock_ml": plan.stock.value.ml if plan.stock else None,
        "highest_first_drug_mg_per_day": plan.highest.value.mg_per_day if plan.highest else None,
        "verdicts": [verdict_data(v) for v in plan.verdicts],
    }  # fmt: skip


def _iso(moment: datetime | None) -> str | None:
    return None if moment is None else moment.isoformat()
