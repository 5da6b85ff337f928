"""The devices tab, the cards for an emergency, and the card for the scanner."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import tzinfo
from typing import Any
from uuid import UUID

from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from needlepoint.accounts.roles import Override, Permission
from needlepoint.core.chart import ImplantedDevice, State, Trial
from needlepoint.core.record import PatientRecord, Said
from needlepoint.core.technique.devices import trials
from needlepoint.core.technique.pump import PumpState, drug_of, intrathecal_trials, pump_state
from needlepoint.web.devices.intrathecal_forms import (
    CandidacyForm,
    IntrathecalDayForm,
    IntrathecalTrialForm,
)
from needlepoint.web.devices.intrathecal_page import (
    IntrathecalCard,
    IntrathecalPage,
    intrathecal_page,
)
from needlepoint.web.devices.pump_page import PumpPage, card_sections, pump_mri, pump_page
from needlepoint.web.devices.stimulator_forms import (
    ImplantEndForm,
    ImplantForm,
    LoadForm,
    ProgramForm,
    TrialDayForm,
    TrialForm,
    TrialVerdictForm,
)
from needlepoint.web.devices.stimulator_page import (
    StimulatorPage,
    implant_cards,
    stimulator_page,
)
from needlepoint.web.patients.opened import Opened, open_patient
from needlepoint.web.permissions import needs
from needlepoint.web.shell.parts import knowledge


@dataclass(frozen=True, slots=True, kw_only=True)
class DevicesPage:
    """Exactly what the devices tab prints."""

    pump: PumpPage | None
    intrathecal: IntrathecalPage
    has_pump: bool  # a pump is implanted, whether or not its setting is on file
    stimulator: StimulatorPage


@needs(Permission.READ_CHART)
@require_safe
def devices(request: HttpRequest, patient_id: UUID) -> HttpResponse:
    """Show pump, stimulator, trial, programs and implants."""
    return devices_with(request, open_patient(request, patient_id, "devices"))


@needs(Permission.READ_CHART)
@require_safe
def cards(request: HttpRequest, patient_id: UUID) -> HttpResponse:
    """Withdrawal and overdose: what to do, and how much drug stands where."""
    opened = open_patient(request, patient_id, "pump emergency cards")
    state = state_of(opened.record)
    context = {
        **shell(opened), "state": state,
        "sections": card_sections(state, knowledge()) if state else (),
        "drugs": pump_page(state, knowledge()) if state else None,
    }  # fmt: skip
    return render(request, "devices/cards.html", context)


@needs(Permission.READ_CHART)
@require_safe
def mri(request: HttpRequest, patient_id: UUID) -> HttpResponse:
    """One sheet for the scanner: every device, what is known of it, and what to ask."""
    opened = open_patient(request, patient_id, "MRI card")
    state = state_of(opened.record)
    context = {
        **shell(opened), "as_of": opened.record.as_of,
        "implants": [one for one in implant_cards(opened.record, knowledge()) if one.is_in],
        "pump": pump_mri(state, knowledge()) if state else (),
        "pump_title": pump_page(state, knowledge()).title if state else "",
    }  # fmt: skip
    return render(request, "devices/mri.html", context)


def zone() -> tzinfo:
    """The clinic's zone: dates are days there."""
    return timezone.get_current_timezone()


def state_of(record: PatientRecord) -> PumpState | None:
    """The pump as it stands."""
    return pump_state(record, knowledge(), zone=zone())


def shell(opened: Opened) -> dict[str, Any]:
    """What every page of devices needs."""
    may, decide = (
        opened.user.may(Permission.EXAMINE),
        opened.user.may_overrule(Override.TRIAL_VERDICT),
    )
    return {"bar": opened.bar, "tab": "devices", "section": "patients", "may_write": may,
            "may_decide": decide}  # fmt: skip


def devices_page(record: PatientRecord, lead: int = 0) -> DevicesPage:
    """Put pump and stimulation together."""
    state, known = state_of(record), knowledge()
    return DevicesPage(
        pump=pump_page(state, known) if state else None,
        intrathecal=intrathecal_page(record, known),
        has_pump=any(
            "pump" in one.statement.device.lower() and one.statement.state is State.PRESENT
            for one in record.devices
        ),
        stimulator=stimulator_page(record, known, lead=lead),
    )


def devices_with(
    request: HttpRequest, opened: Opened, bound: dict[str, Form] | None = None, status: int = 200
) -> HttpResponse:
    """The tab, with forms that were refused kept as they were typed."""
    bound = bound or {}
    lead = request.GET.get("lead", "0")
    page = devices_page(opened.record, int(lead) if lead.isdecimal() and len(lead) < 3 else 0)
    factors = tuple((one.name, one.grade) for one in page.stimulator.factors)
    context = {
        **shell(opened), "refill_unsaid": "refill" in bound, "page": page,
        "stim": page.stimulator, "pump": page.pump,
        "load_form": bound.get("load") or LoadForm(factors=factors),
        "trial_form": bound.get("trial") or TrialForm(),
        "program_form": bound.get("program") or ProgramForm(),
        "implant_form": bound.get("implant") or ImplantForm(),
        "trials": [_with_forms(card, opened.record, bound) for card in page.stimulator.trials],
        "it": page.intrathecal,
        "it_form": bound.get("it-trial") or IntrathecalTrialForm(known=knowledge()),
        "it_trials": [_with_day(card, opened.record, bound) for card in page.intrathecal.trials],
        "candidate_form": bound.get("it-candidacy")
        or CandidacyForm(questions=page.intrathecal.questions),
        "implants": [_with_end(card, opened.record, bound) for card in page.stimulator.implants],
    }  # fmt: skip
    return render(request, "devices/page.html", context, status=status)


def _with_forms(card: Any, record: PatientRecord, bound: dict[str, Form]) -> tuple[Any, Form, Form]:
    trial = trial_of(record, card.entry)
    assert trial is not None, "a trial on the page is in the record"
    day = bound.get(f"day-{card.entry}") or TrialDayForm(trial=trial)
    judged = bound.get(f"verdict-{card.entry}") or TrialVerdictForm(trial=trial, reads=card.reads)
    return card, day, judged


def _with_day(
    card: IntrathecalCard, record: PatientRecord, bound: dict[str, Form]
) -> tuple[IntrathecalCard, Form, Form]:
    said = next(one for one in intrathecal_trials(record) if one.entry == card.entry)
    day = bound.get(f"it-day-{card.entry}") or intrathecal_day_form(said)
    judged = bound.get(f"it-verdict-{card.entry}") or TrialVerdictForm(
        trial=said.statement, reads=card.reads
    )
    return card, day, judged


def intrathecal_day_form(said: Said[Trial], data: Any = None) -> IntrathecalDayForm:
    """The form of the next day, which knows the drug of its trial."""
    name, known = drug_of(said.statement, knowledge()), knowledge().guidance.neuromodulation.drugs
    drug = known[name] if name else None
    return IntrathecalDayForm(data, trial=said.statement, drug=drug, entry=said.entry)


def _with_end(card: Any, record: PatientRecord, bound: dict[str, Form]) -> tuple[Any, Form | None]:
    device = device_of(record, card.entry)
    if device is None or not card.is_in:
        return card, None
    return card, bound.get(f"end-{card.entry}") or ImplantEndForm(device=device)


def trial_of(record: PatientRecord, entry: str) -> Trial | None:
    """The trial of an entry that still stands."""
    return next((said.statement for said in trials(record) if said.entry == entry), None)


def device_of(record: PatientRecord, entry: str) -> ImplantedDevice | None:
    """The device of an entry, as it was said last."""
    return next((said.statement for said in record.devices if said.entry == entry), None)


__all__ = [
    "DevicesPage",
    "cards",
    "device_of",
    "devices",
    "devices_page",
    "devices_with",
    "intrathecal_day_form",
    "mri",
    "shell",
    "state_of",
    "trial_of",
    "zone",
]
