"""A change of the pump, worked out: before, after, the bridge, what holds; and then the signing."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

from django import forms
from django.core import signing

from needlepoint.core.chart import Attestation, Decision, Statement
from needlepoint.core.knowledge import Knowledge
from needlepoint.core.record import PatientRecord
from needlepoint.core.rules import Outcome
from needlepoint.core.technique.pump import (
    Infused,
    Line,
    PumpHistory,
    PumpPlan,
    Setting,
    history_with,
    line_of,
    plan_change,
)
from needlepoint.core.technique.pump.solution import pump_named
from needlepoint.core.units import DoseRate, say, say_dose, say_mass, say_time
from needlepoint.web.devices.fields import Amount, runs_field
from needlepoint.web.devices.pump_forms import ChangeForm
from needlepoint.web.devices.pump_page import RUNNING, bolus_words
from needlepoint.web.devices.verdicts import VerdictCard, verdict_cards

_SALT = "needlepoint.pump.change"
_HOURS_TO_SIGN = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class BeforeAfter:
    """One thing before and after."""

    label: str
    before: str
    after: str
    is_changed: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Review:
    """Exactly what the before/after page prints."""

    rows: tuple[BeforeAfter, ...]
    is_first: bool  # nothing was on file before
    changed: tuple[str, ...]
    bridge: tuple[str, ...]
    needs_bridge: bool
    prime: tuple[str, ...]
    sums: tuple[str, ...]
    verdicts: tuple[VerdictCard, ...]
    holds: bool


def plan_of(
    form: ChangeForm, record: PatientRecord, known: PumpHistory | None, knowledge: Knowledge
) -> PumpPlan:
    """Work out the change that was typed.

    Raises:
        CannotBe: with every reason why it cannot be so.
    """
    said, new = form.cleaned_data, form.setting()
    of = history_with(record, knowledge, (new,), record.as_of, known=known)
    if new.model:
        pump = pump_named(new.model, knowledge.guidance.neuromodulation)
        of = replace(of, model=new.model, pump=pump)
    changes_solution = of.before is not None and of.before.setting.solution != new.solution
    line: Line | None = None
    if changes_solution or said["prime"]:
        line = line_of(of.pump, of.catheter_cm, tubing=said["tubing"], catheter=said["catheter"])
    days = said["interval_days"]
    return plan_change(
        of, fill=said["fill"], line=line, prime_part=said["prime"] or None,
        interval=timedelta(days=days) if days else None,
    )  # fmt: skip


def review_of(plan: PumpPlan, knowledge: Knowledge) -> Review:
    """Lay a plan out side by side."""
    return Review(
        rows=tuple(_rows(plan.old, plan.new)),
        is_first=plan.old is None,
        changed=plan.changed,
        bridge=tuple(_bridge(plan)),
        needs_bridge=plan.bridge is not None and bool(plan.bridge.unbridged or plan.bridge.fresh),
        prime=tuple(_prime(plan)),
        sums=tuple(_sums(plan)),
        verdicts=verdict_cards(plan.verdicts, knowledge),
        holds=any(v.outcome is Outcome.HOLD for v in plan.verdicts),
    )


def _rows(old: Setting | None, new: Setting) -> Iterator[BeforeAfter]:
    before = {one.name: one for one in old.drugs} if old else {}
    after = {one.name: one for one in new.drugs}
    for name in dict.fromkeys((*after, *before)):
        was, now = before.get(name), after.get(name)
        one = now or was
        assert one is not None
        yield _row(f"{one.label}, concentration", _strength(was), _strength(now))
        yield _row(f"{one.label}, daily dose", _dose(was), _dose(now))
        most_was = say_dose(old.most_a_day(was), was.unit) if old and was else "not given"
        most_now = say_dose(new.most_a_day(now), now.unit) if now else "not given"
        if (old and old.bolus) or new.bolus:
            yield _row(f"{one.label}, most a day with boluses", most_was, most_now)
    yield _row("Flow", f"{say(old.flow.ml_per_day)} ml/day" if old else "not on file",
               f"{say(new.flow.ml_per_day)} ml/day")  # fmt: skip
    yield _row("Patient bolus", bolus_words(old) if old else "not on file", bolus_words(new))
    yield _row("Alarm volume", _alarm(old), _alarm(new))
    yield BeforeAfter(label="Running", before=RUNNING[old.running] if old else "not on file",
                    after="asked below", is_changed=False)  # fmt: skip


def _row(label: str, before: str, after: str) -> BeforeAfter:
    return BeforeAfter(label=label, before=before, after=after, is_changed=before != after)


def _strength(one: Infused | None) -> str:
    return one.say_strength() if one else "not given"


def _dose(one: Infused | None) -> str:
    return one.say_dose() if one else "not given"


def _alarm(setting: Setting | None) -> str:
    if setting is None or setting.alarm is None:
        return "not recorded"
    return f"{setting.alarm.ml:g} ml"


def _bridge(plan: PumpPlan) -> Iterator[str]:
    bridge = plan.bridge
    if bridge is None:
        return
    yield (
        f"Run {say(bridge.flow.ml_per_day)} ml/day for {say_time(bridge.time)}, then "
        f"{say(bridge.then.ml_per_day)} ml/day."
    )
    if bridge.fresh:
        names = ", ".join(name.replace("_", " ") for name in bridge.fresh)
        yield f"No {names} reaches the patient before that: start it low, then watch."
    yield from (one.says for one in bridge.unbridged)


def _prime(plan: PumpPlan) -> Iterator[str]:
    if plan.prime is None:
        return
    yield plan.prime.formula
    for one, mass in plan.prime.drug:
        yield f"{one.label}: {say_mass(mass, one.unit)} then stand in it"
    yield "Only into an empty line: from a full one all of this is given at once."


def _sums(plan: PumpPlan) -> Iterator[str]:
    if plan.bridge is not None:
        yield from plan.bridge.formulas
    for worked in (plan.interval, plan.stock, plan.highest):
        if worked is not None:
            yield worked.formula
    if plan.line is not None:
        yield plan.line.formula


# --- signing --------------------------------------------------------------------------------------


def seal(form: ChangeForm, known: PumpHistory | None, patient: str) -> str:
    """What was reviewed, so that only that is saved."""
    return signing.dumps(_reviewed(form, known, patient), salt=_SALT)


def _reviewed(form: ChangeForm, known: PumpHistory | None, patient: str) -> dict[str, Any]:
    left_out = ("once", "occurred_at")
    typed = {n: str(form.data.get(n, "")).strip() for n in form.fields if n not in left_out}
    return {"patient": patient, "now": known.now.entry if known else "", "typed": typed}


class SignForm(forms.Form):
    """The new dose is typed again with its unit; then it is asked whether the pump runs."""

    sealed = forms.CharField(widget=forms.HiddenInput)
    running = runs_field("Programmed and read back: does the pump run?")
    reason = forms.CharField(
        required=False, max_length=400, widget=forms.Textarea(attrs={"rows": 2}),
        label="Why it is done although something holds",
    )  # fmt: skip
    bridged = forms.BooleanField(required=False, label="The bridge was programmed as shown above")

    def __init__(self, data: Any = None, *, plan: PumpPlan, holds: bool, bridge: bool) -> None:
        super().__init__(data, prefix="sign")
        self.plan, self.holds = plan, holds
        for n, one in enumerate(plan.new.drugs):
            self.fields[f"dose_{n}"] = Amount(
                DoseRate, label=f"Type the daily dose of {one.label.lower()} again, with its unit"
            )
            self.fields[f"dose_{n}"].error_messages["required"] = "Type it again, with its unit."
        self.fields["running"].error_messages["required"] = "Read the programmer, then say it."
        if not holds:
            del self.fields["reason"]
        if not bridge:
            del self.fields["bridged"]
        self.order_fields([f"dose_{n}" for n in range(len(plan.new.drugs))])

    def clean(self) -> dict[str, Any]:
        """What was typed must be what was planned."""
        said = super().clean() or {}
        for n, one in enumerate(self.plan.new.drugs):
            typed = said.get(f"dose_{n}")
            if typed is not None and not typed.is_near(one.dose, relative=1e-3):
                self.add_error(
                    f"dose_{n}",
                    f"This is not the dose above ({one.say_dose()}). Read both again; go back if "
                    "the plan is wrong.",
                )
        if self.holds and not (said.get("reason") or "").strip():
            self.add_error("reason", "Something holds. Give the reason, or go back and change it.")
        return said

    def is_what_was_reviewed(
        self, form: ChangeForm, known: PumpHistory | None, patient: str
    ) -> bool:
        """False where the chart or the form has moved on since the page was shown."""
        try:
            seen = signing.loads(
                self.cleaned_data["sealed"], salt=_SALT, max_age=_HOURS_TO_SIGN * 3600
            )
        except signing.BadSignature:
            return False
        return bool(seen == _reviewed(form, known, patient))

    def statements(self, form: ChangeForm) -> tuple[Statement, ...]:
        """The setting, the bridge, and why it was done against a hold."""
        said = self.cleaned_data
        found: list[Statement] = [form.statement(running=said["running"] == "yes")]
        if said.get("bridged"):
            found.append(Attestation(name="pump_bridged", value=True))
        if self.holds:
            found.append(Decision(about="pump change", accepted=False, reason=said["reason"]))
        return tuple(found)


__all__ = ["BeforeAfter", "Review", "SignForm", "plan_of", "review_of", "seal"]
