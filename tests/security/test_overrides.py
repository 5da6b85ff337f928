"""Who may go on where the program says stop: one table, and each place keeps to it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from clinic import a_user
from needlepoint.accounts.roles import OVERRULED_BY, Override, Role, may
from needlepoint.core.chart import (
    Attestation,
    Consent,
    Decision,
    Refill,
)
from needlepoint.core.plan.due import DueKind, dues
from needlepoint.core.record import fold
from needlepoint.store.models import Patient
from needlepoint.store.reading import chart_from_store
from needlepoint.web.shell.parts import knowledge
from web.people import Practice, entries, practice, signed_in
from web.test_blocks import CASE, planned
from web.test_devices import REFILL, text_of, with_pump

BOTH = frozenset({Role.PHYSICIAN, Role.ADVANCED_PRACTITIONER})
HANDS = BOTH | {Role.NURSE}
HELD = {**REFILL, "residual_ml": "18", "expected_residual_ml": "10", "step": "save"}


def as_role(here: Practice, role: str) -> Practice:
    return replace(here, physician=signed_in(a_user(here.user.clinic, role, here.team)))


def due_kinds(here: Practice) -> set[DueKind]:
    chart = chart_from_store(Patient.objects.get(pk=here.patient.pk).chart_id)
    record = fold(chart, as_of=datetime.now(UTC))
    return {one.kind for one in dues(record, knowledge())}


@pytest.mark.parametrize(
    ("override", "roles"),
    [
        (Override.PROCEDURE_HOLD, BOTH), (Override.PUMP_CHANGE_HOLD, BOTH),
        (Override.REFILL_HOLD, BOTH), (Override.TRIAL_VERDICT, BOTH), (Override.TREATMENT, BOTH),
        (Override.PAPER, BOTH), (Override.CONSENT, HANDS), (Override.OTHER_PATIENT, HANDS),
        (Override.UNUSUAL_PROGRAM, HANDS), (Override.SELF_HARM_ANSWERED, HANDS),
        (Override.TOLD_CONFIRMED, HANDS),
    ],
)  # fmt: skip
def test_each_override_is_of_these_roles_and_no_others(
    override: Override, roles: frozenset[Role]
) -> None:
    assert {role for role in Role if may(role, OVERRULED_BY[override])} == roles


def test_every_override_has_its_role() -> None:
    assert set(OVERRULED_BY) == set(Override)


def test_a_nurse_writes_down_a_held_refill_and_a_physician_signs_it(sqlite: str) -> None:
    here = with_pump()
    nurse = as_role(here, "nurse")
    address = here.address("devices/pump/refill/")
    shown = nurse.physician.post(address, {**HELD, "step": "judge"})
    assert "call a physician or an advanced practitioner" in text_of(shown)
    assert "action_taken" not in shown.content.decode()
    answer = nurse.physician.post(address, {**HELD, "action_taken": "It is fine"}, follow=True)
    assert "signs what is done" in text_of(answer) and "A refill waits" in text_of(answer)
    found = entries(here.patient.pk)
    assert any(isinstance(e, Refill) and e.residual_ml == 18 for e in found), "the fact is kept"
    assert not any(isinstance(e, Decision) for e in found), "a nurse's reason is no signature"
    assert DueKind.REFILL_HELD in due_kinds(here)
    sign = here.address("devices/pump/refill/sign/")
    assert nurse.physician.post(sign, {"action_taken": "It is fine"}).status_code == 403
    page = here.physician.get(here.address("devices/")).content.decode()
    entry = page.split('name="refill" value="')[1].split('"')[0]
    assert here.physician.post(sign, {"refill": entry, "action_taken": " "}).status_code == 422
    here.physician.post(sign, {"refill": "another", "action_taken": "Rotor study"})
    assert not any(isinstance(e, Decision) for e in entries(here.patient.pk))
    for _ in range(2):
        here.physician.post(sign, {"refill": entry, "action_taken": "Rotor study booked"})
    (signed,) = [e for e in entries(here.patient.pk) if isinstance(e, Decision)]
    assert signed == Decision(about="pump refill", accepted=True, reason="Rotor study booked")
    assert DueKind.REFILL_HELD not in due_kinds(here)
    assert "A refill waits" not in text_of(here.physician.get(here.address("devices/")))


def test_a_later_held_refill_is_not_signed_by_an_earlier_signature(sqlite: str) -> None:
    here = with_pump()
    address = here.address("devices/pump/refill/")
    here.physician.post(address, {**HELD, "action_taken": "Rotor study booked"})
    assert DueKind.REFILL_HELD not in due_kinds(here)
    as_role(here, "nurse").physician.post(address, {**HELD, "residual_ml": "2",
                                                    "expected_residual_ml": "20"})  # fmt: skip
    assert DueKind.REFILL_HELD in due_kinds(here)


@pytest.mark.parametrize(("role", "is_kept"), [("nurse", True), ("coordinator", False)])
def test_an_agreement_is_written_by_who_spoke_of_the_harms(
    sqlite: str, role: str, is_kept: bool
) -> None:
    here = practice(CASE)
    entry = planned(here, consent=None)
    browser = as_role(here, role).physician
    address = here.address(f"planned/{entry}/consent/")
    answer = browser.post(address, {"talked": "on", "given": "yes"})
    kept = [e for e in entries(here.patient.pk) if isinstance(e, Consent)]
    assert (answer.status_code, bool(kept)) == ((302, True) if is_kept else (422, False))
    if not is_kept:
        assert "by someone who examines" in text_of(answer)
    assert browser.post(address, {"talked": "on", "given": "no"}).status_code == 302
    assert entries(here.patient.pk)[-1] == Consent(to="sacroiliac_joint_injection", given=False)


def test_the_desk_attests_no_consent_by_another_door(
    sqlite: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    from needlepoint.web.procedures import views

    here = practice(CASE)
    entry = planned(here, consent=None)
    whole = views.AttestForm
    monkeypatch.setattr(
        views, "AttestForm",
        lambda *given, names, **named: whole(*given, names=[*names, "consent_given"], **named),
    )  # fmt: skip
    form = {"name": "consent_given", "value": "yes", "note": ""}
    address = here.address(f"planned/{entry}/document/")
    assert here.coordinator.post(address, form).status_code == 422
    assert not any(isinstance(e, Attestation) for e in entries(here.patient.pk))


def test_the_other_team_signs_no_refill(sqlite: str) -> None:
    here = with_pump()
    as_role(here, "nurse").physician.post(here.address("devices/pump/refill/"), HELD)
    sign: Any = here.address("devices/pump/refill/sign/")
    assert here.outsider.post(sign, {"action_taken": "x"}).status_code == 404
