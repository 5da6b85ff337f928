"""What every procedure asks at the moment it is done: place again, time-out, consent, holds."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from typing import Any

from django import forms
from django.db import transaction
from django.http import HttpRequest
from django.utils import timezone

from needlepoint.accounts.roles import Override, author_role
from needlepoint.core.chart import Attestation, BlockTarget, Decision, Entry, Statement
from needlepoint.core.errors import Fault, NeedlepointError, RefusedEntry, RefusedPlan
from needlepoint.core.knowledge import Knowledge
from needlepoint.core.papers import DEVIATION
from needlepoint.core.record import PatientRecord
from needlepoint.core.rules import situation
from needlepoint.core.rules.consent import consent
from needlepoint.core.rules.safety import check_safety
from needlepoint.core.rules.situation import Situation
from needlepoint.core.technique.sheet import sheet_of
from needlepoint.store.deciding import sign_decision
from needlepoint.web.patients.opened import Opened
from needlepoint.web.patients.writing import write
from needlepoint.web.procedures.panels import SafetyPanel, safety_panel
from needlepoint.web.procedures.plans import Plan
from needlepoint.web.procedures.sheet import SheetPage, sheet_page
from needlepoint.web.procedures.targets import mismatch, targets_from
from needlepoint.web.shell.parts import knowledge


class Threshold:
    """The last look before the needle: what stands in the way, and the sheet."""

    def __init__(self, record: PatientRecord, plan: Plan, known: Knowledge) -> None:
        self.plan = plan
        self.now: Situation = situation(record, plan.planned, known)
        check = check_safety(self.now)
        self.consent = consent("", self.now).value
        self.sheet: SheetPage | None = None
        self.refused = ""
        try:
            made = sheet_of(self.now, diagnostic=plan.is_block)
            self.sheet, check = sheet_page(made), made.safety
        except RefusedPlan as error:
            self.refused = str(error)
        self.safety: SafetyPanel = safety_panel(check, known)


class PerformForm(forms.Form):
    """Shared by all procedures: when, time-out line by line, and why a hold is overruled."""

    performed_at = forms.DateTimeField(
        required=False, label="When (now, if empty)",
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
        error_messages={"invalid": "This is not a moment. Write it as 2026-03-31 08:00."},
    )  # fmt: skip
    hold_reason = forms.CharField(
        required=False, max_length=500, widget=forms.Textarea, label="Why it was done all the same"
    )
    deviation = forms.CharField(
        required=False, max_length=500, widget=forms.Textarea(attrs={"rows": 2}),
        label="Why it was done differently from the sheet, if it was",
        help_text="It stands in the note beside what differs.",
    )  # fmt: skip
    once = forms.CharField(widget=forms.HiddenInput, required=False, max_length=40)

    def __init__(self, *given: Any, threshold: Threshold, **named: Any) -> None:
        super().__init__(*given, **named)
        self.threshold = threshold
        self.fields["once"].initial = uuid.uuid4().hex
        lines = threshold.sheet.time_out if threshold.sheet else ()
        targets = [str(target) for target in threshold.plan.planned.targets]
        for n, line in enumerate(lines):
            self.fields[f"time_out_{n}"] = forms.BooleanField(
                label=line.says, help_text=_help(line.known, line.ask, targets),
                error_messages={"required": "Said aloud? Tick it, or stop."},
            )  # fmt: skip
        if not threshold.safety.holds:
            del self.fields["hold_reason"]

    @property
    def time_out(self) -> list[forms.BoundField]:
        return [self[name] for name in self.fields if name.startswith("time_out_")]

    def statement(self, targets: tuple[BlockTarget, ...], complaint: str | None) -> Statement:
        """What was done, of a valid form."""
        raise NotImplementedError

    def clean_performed_at(self) -> Any:
        at = self.cleaned_data["performed_at"]
        if at and at > timezone.now():
            raise forms.ValidationError("This moment has not come yet.")
        return at

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        if self.threshold.consent is not True:
            word = "refused" if self.threshold.consent is False else "not on file"
            self.add_error(None, f"Consent to this procedure is {word}. Settle that first; "
                                 "nothing has been written down.")  # fmt: skip
        if "hold_reason" in self.fields and not said.get("hold_reason"):
            what = ", ".join(row.label for row in self.threshold.safety.holds)
            self.add_error("hold_reason", f"A hold stands ({what}). Stop, or say why it is done.")
        return said


def _help(known: str, ask: str, targets: list[str]) -> str:
    """What the chart says, but for the place: that is entered again and is not to be copied."""
    told = "" if any(target in known for target in targets) else known
    return " ".join(word for word in (told, ask) if word)


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """What came of the form: the entry, or the places as entered and why nothing was written."""

    entry: Entry | None = None
    targets: tuple[BlockTarget, ...] = ()
    wrong: str | None = None


def attempt(request: HttpRequest, opened: Opened, form: PerformForm) -> Attempt:
    """Write down what was done, if all is well; a form that was not sent comes to nothing."""
    if request.method != "POST":
        return Attempt()
    posted = {key: request.POST.getlist(key) for key in request.POST}
    targets, wrong = _entered_targets(form.threshold, posted, knowledge())
    if not form.is_valid() or wrong is not None:
        return Attempt(targets=targets, wrong=wrong)
    try:
        return Attempt(entry=_record(opened, form, targets))
    except RefusedEntry as refused:
        return Attempt(targets=targets, wrong=" ".join(refused.sentences))


def _entered_targets(
    threshold: Threshold, posted: dict[str, list[str]], known: Knowledge
) -> tuple[tuple[BlockTarget, ...], str | None]:
    """Level and side as they were entered again, and why they are refused."""
    planned = threshold.plan.planned
    try:
        entered = targets_from(planned.technique, posted, known)
    except NeedlepointError as error:
        return (), f"{error} Nothing has been written down."
    return entered, mismatch(planned.targets, entered)


def _record(opened: Opened, form: PerformForm, targets: tuple[BlockTarget, ...]) -> Entry:
    """Write time-out, the reason why a hold was overruled, and what was done: all or none.

    Raises:
        RefusedEntry: what the store refuses, or a hold that is not theirs to overrule.
    """
    said, plan = form.cleaned_data, form.threshold.plan
    if said.get("hold_reason") and not opened.user.may_overrule(Override.PROCEDURE_HOLD):
        what = "A hold stands. Only someone who signs decisions overrules it."
        raise RefusedEntry((Fault(where="hold_reason", what=what),))
    done = form.statement(targets, form.threshold.now.complaint)
    heard = [str(field.label) for field in form.time_out]
    attested = Attestation(
        name=f"time_out/{plan.entry.id}", value=True, note=" ".join(heard) or None
    )
    why = str(said.get("deviation") or "").strip()
    told = [Attestation(name=f"{DEVIATION}/{plan.entry.id}", value=why)] if why else []
    with transaction.atomic():
        if said.get("hold_reason"):
            _overrule(opened, form)
        entries = write(
            opened, [attested, *told, done], once=said["once"], occurred_at=said["performed_at"]
        )
    return entries[-1]


def _overrule(opened: Opened, form: PerformForm) -> None:
    """What held, as it stood, is kept beside the reason."""
    safety, technique = form.threshold.safety, form.threshold.plan.planned.technique
    as_of = opened.record.as_of
    sign_decision(
        chart=opened.patient.chart_id,
        decision=Decision(
            about=f"hold:{technique.id}", accepted=False, reason=form.cleaned_data["hold_reason"]
        ),
        assessment={
            "technique": technique.id,
            "as_of": as_of.isoformat(),
            "holds": [[row.label, list(row.says)] for row in safety.holds],
        },
        knowledge_version=knowledge().version, as_of=as_of, author=str(opened.user.pk),
        role=author_role(opened.user.role), once=f"{form.cleaned_data['once'][:30]}-hold",
    )  # fmt: skip


__all__ = ["Attempt", "PerformForm", "Threshold", "attempt"]
