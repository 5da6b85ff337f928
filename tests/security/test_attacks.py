"""What an attacker tried, and what must stay refused."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from clinic import a_clinic, a_user
from needlepoint.core.chart import (
    Allergy,
    Condition,
    Decision,
    DiagnosticBlock,
    Goal,
    Provenance,
    Retraction,
    Role,
)
from needlepoint.core.chart.statements import State
from needlepoint.store.intakes import open_intake
from needlepoint.store.links import make_link, open_by_code
from needlepoint.store.models import Intake, Scope
from needlepoint.store.writing import append_entry
from web.people import Practice, entries, looks, practice, signed_in
from web.test_blocks import CASE, DONE, JOINT, planned, time_out, write
from web.test_devices import review, sign, with_pump

_HERE = "/administration/people/"


def written(here: Practice, statement: Any, provenance: Provenance) -> str:
    entry = append_entry(
        chart=here.patient.chart_id, statement=statement, author=str(here.user.pk),
        role=Role.PHYSICIAN, provenance=provenance,
    )  # fmt: skip
    return entry.id


@pytest.mark.parametrize(
    ("statement", "provenance"),
    [
        (Decision(about="option:natural_course", accepted=True), Provenance.CLINICIAN_FOUND),
        (Allergy(substance="latex", state=State.PRESENT), Provenance.CLINICIAN_FOUND),
    ],
)
def test_the_desk_does_not_take_back_what_a_physician_found_or_decided(
    sqlite: str, statement: Any, provenance: Provenance
) -> None:
    here = practice(None)
    entry = written(here, statement, provenance)
    address = here.address(f"story/take-back/{entry}/")
    assert here.coordinator.get(address).status_code == 403
    assert here.coordinator.post(address, {"reason": "not so"}).status_code == 403
    assert not any(isinstance(e, Retraction) for e in entries(here.patient.pk))
    assert address not in here.coordinator.get(here.address("story/")).content.decode()
    assert address in here.physician.get(here.address("story/")).content.decode()


def test_a_nurse_does_not_take_back_a_signed_decision(sqlite: str) -> None:
    here = practice(None)
    decision = Decision(about="option:natural_course", accepted=True)
    entry = written(here, decision, Provenance.CLINICIAN_FOUND)
    nurse = signed_in(a_user(here.user.clinic, "nurse", here.team))
    address = here.address(f"story/take-back/{entry}/")
    assert nurse.post(address, {"reason": "not so"}).status_code == 403


def test_the_desk_corrects_what_the_patient_said_and_pressing_twice_harms_nothing(
    sqlite: str,
) -> None:
    here = practice(None)
    entry = written(here, Goal(words="walk"), Provenance.PATIENT_SAID)
    address = here.address(f"story/take-back/{entry}/")
    for _ in range(2):
        assert here.coordinator.post(address, {"reason": "misheard"}).status_code == 302
    assert sum(isinstance(e, Retraction) for e in entries(here.patient.pk)) == 1


def test_a_session_of_the_password_alone_ends_when_a_second_factor_is_set_up_elsewhere(
    sqlite: str,
) -> None:
    from allauth.mfa.totp.internal.auth import (
        format_hotp_value,
        hotp_value,
        yield_hotp_counters_from_time,
    )

    user = a_user(a_clinic(), "administrator", second_factor=False)
    thief, owner = Client(), Client()
    for browser in (thief, owner):
        browser.post(reverse("account_login"), {"login": user.username, "password": "long enough"})
        assert browser.get(_HERE)["Location"] == reverse("mfa_activate_totp")
    activate = reverse("mfa_activate_totp")
    owner.post(owner.get(activate)["Location"], {"password": "long enough"})
    page = owner.get(activate)
    secret = page.context["form"].secret
    code = format_hotp_value(hotp_value(secret, next(iter(yield_hotp_counters_from_time()))))
    owner.post(activate, {"code": code})
    assert owner.get(_HERE).status_code == 200
    assert thief.get(_HERE).status_code == 302, "it never showed the second factor"


@pytest.mark.parametrize("name", ["X_FORWARDED_FOR", "FORWARDED", "VIA", "X_REAL_IP"])
def test_the_demonstrations_door_is_shut_to_callers_behind_a_proxy_of_this_machine(
    sqlite: str, settings: Any, name: str
) -> None:
    settings.DEMONSTRATION = True
    here = practice(None)
    far = Client(REMOTE_ADDR="127.0.0.1", **{f"HTTP_{name}": "192.0.2.7"})
    assert far.post("/demonstration/", {"who": here.user.username}).status_code == 404


def test_a_demonstration_never_opens_a_real_clinics_data(
    tmp_path: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    from needlepoint.config import environment

    monkeypatch.setenv("NEEDLEPOINT_DATA", str(tmp_path))
    monkeypatch.setenv("NEEDLEPOINT_DATABASE_URL", "postgresql://clinic@host/real")
    assert environment.database()["NAME"] == "real"
    monkeypatch.setenv("NEEDLEPOINT_DEMONSTRATION", "1")
    assert environment.data_dir() == tmp_path / "demonstration"
    assert environment.database()["NAME"] == str(tmp_path / "demonstration" / "clinic.sqlite3")


@pytest.mark.parametrize("address", ["/desk/", "/account/login/", "/l/made-up/", "/patients/"])
def test_what_no_form_holds_is_refused_unread(sqlite: str, address: str) -> None:
    """A file to an address without files would fill the disk before anyone asked who sends it."""
    read: list[int] = []

    class Body:
        def read(self, *size: int) -> bytes:
            read.append(1)
            return b""

        readline = read

    answer = Client(enforce_csrf_checks=True).post(
        address, content_type="multipart/form-data; boundary=x",
        CONTENT_LENGTH=str(50_000_000), **{"wsgi.input": Body()},
        HTTP_COOKIE=f"csrf={'a' * 32}; __Host-csrf={'a' * 32}",
    )  # fmt: skip
    assert answer.status_code in (302, 413) and not read


def test_what_is_told_to_a_person_is_kept_on_the_server_and_not_in_a_cookie(sqlite: str) -> None:
    here = practice(None)
    form = {"provenance": "patient_said", "occurred_on": "", "once": "", "words": "walk"}
    answer = here.physician.post(here.address("story/add/goal/"), form)
    assert answer.status_code == 302 and "messages" not in answer.cookies
    assert re.search("written down", here.physician.get(answer["Location"]).content.decode())


def test_no_decision_is_signed_on_a_page_that_the_chart_has_left_behind(sqlite: str) -> None:
    here = practice()
    address = here.address("treatment/option/natural_course/")
    page = here.physician.get(address).content.decode()
    found = re.search(r'name="seen" value="(\d+)"', page)
    assert found is not None
    complaint = re.search(r'name="complaint" value="([^"]*)"', page)
    assert complaint is not None
    form = {
        "answer": "override", "reason": "Not now.", "complaint": complaint[1], "once": "",
        "seen": found[1],
    }  # fmt: skip
    written(here, Allergy(substance="latex", state=State.PRESENT), Provenance.PATIENT_SAID)
    late = here.physician.post(address, form)
    assert late.status_code == 422 and "has changed since" in late.content.decode()
    assert not any(isinstance(e, Decision) for e in entries(here.patient.pk))
    again = re.search(r'name="seen" value="(\d+)"', late.content.decode())
    assert again is not None
    assert here.physician.post(address, {**form, "seen": again[1]}).status_code == 302


def test_no_paper_is_signed_on_a_page_that_the_chart_has_left_behind(sqlite: str) -> None:
    here = practice()
    address = here.address("papers/letter/chart/")
    found = re.search(r'name="seen" value="(\d+)"', here.physician.get(address).content.decode())
    assert found is not None
    written(here, Allergy(substance="latex", state=State.PRESENT), Provenance.PATIENT_SAID)
    late = here.physician.post(f"{address}sign/", {"seen": found[1], "language": "es"})
    assert late["Location"] == f"{address}?language=es"
    assert not any(isinstance(e, Decision) for e in entries(here.patient.pk))


def test_a_nurse_overrules_no_hold_of_a_block(sqlite: str) -> None:
    here = practice(CASE)
    entry = planned(here)
    write(here, Condition(name="systemic infection"))
    nurse = signed_in(a_user(here.user.clinic, "nurse", here.team))
    address = here.address(f"blocks/{entry}/perform/")
    form = {
        **DONE, **time_out(here, address), JOINT: ":right", "hold_reason": "Wanted all the same.",
    }  # fmt: skip
    answer = nurse.post(address, form)
    assert answer.status_code == 422 and "signs decisions" in answer.content.decode()
    assert not any(isinstance(e, Decision | DiagnosticBlock) for e in entries(here.patient.pk))


def test_a_nurse_overrules_no_hold_of_a_pump(sqlite: str) -> None:
    here = with_pump()
    nurse = replace(here, physician=signed_in(a_user(here.user.clinic, "nurse", here.team)))
    shown = review(nurse, strength_1="20 mg/ml", dose_1="20 mg/day")
    before = entries(here.patient.pk)
    why = {"sign-dose_0": "20 mg/day", "sign-reason": "Dying, comfort only"}
    answer = sign(nurse, shown, **why)
    assert answer.status_code == 422 and "signs decisions" in answer.content.decode()
    assert entries(here.patient.pk) == before


def test_one_address_does_not_use_up_the_tries_of_all(sqlite: str) -> None:
    here = practice(None)
    for _ in range(80):
        open_by_code("AAAAAAAA", from_address="198.51.100.1")
    given = make_link(patient=here.patient, scope=Scope.INTAKE, by=here.user)
    assert open_by_code(given.code, from_address="192.0.2.1") == given.link


def test_a_busy_desk_opens_one_right_code_after_the_other(sqlite: str) -> None:
    here = practice(None)
    for _ in range(70):
        given = make_link(patient=here.patient, scope=Scope.INTAKE, by=here.user)
        assert open_by_code(given.code, from_address="192.0.2.1") == given.link


@pytest.mark.parametrize("day", ["0001-01-01", "9999-12-31", "x", ""])
def test_a_day_at_the_end_of_time_breaks_no_page(sqlite: str, day: str) -> None:
    here = practice(None)
    assert here.physician.get("/today/", {"day": day}).status_code == 200
    boss = signed_in(a_user(here.user.clinic, "administrator"))
    log = boss.get("/administration/log/", {"since": day, "until": day})
    assert log.status_code in (200, 422)


def test_an_id_that_holds_a_zero_is_of_nothing(postgresql: str) -> None:
    here = practice(None)
    for tab in ("papers/signed/%00/", "papers/letter/%00/", "blocks/%00/", "appointment/%00/"):
        assert here.physician.get(here.address(tab)).status_code == 404


def test_an_archive_does_not_speak_as_the_clinic(sqlite: str, monkeypatch: Any) -> None:
    """A page or a drawing with a script in it, sent by the archive, is not passed on."""
    from needlepoint.web.imaging import dicomweb

    class Answer:
        content_type, status, is_json = "text/html; charset=utf-8", 200, False
        connection = type("Shut", (), {"close": lambda _: None})()

        def blocks(self) -> Any:
            yield b"<script src='/static/x.js'></script>"

    archive = type("Archive", (), {"get": lambda *_, **__: Answer()})()
    monkeypatch.setattr(dicomweb, "archive_of", lambda _: archive)
    monkeypatch.setattr(dicomweb, "standing_uids", lambda _: frozenset({"1.2"}))
    monkeypatch.setattr(dicomweb, "_is_theirs", lambda *_: True)
    here = practice(None)
    assert here.physician.get(here.address("dicomweb/studies/1.2")).status_code == 404


def test_the_address_of_the_archive_is_shown_without_its_password(
    sqlite: str, settings: Any
) -> None:
    settings.ARCHIVE_URL = "https://needle:hushhush@archive.example/dicom-web"
    boss = signed_in(a_user(a_clinic(), "administrator"))
    assert "hushhush" not in boss.get("/administration/settings/").content.decode()


@pytest.mark.parametrize("tab", ["told/", "told/seen/", "told/reviewed/"])
def test_the_desk_confirms_nothing_in_a_clinicians_place(sqlite: str, tab: str) -> None:
    """An answer that speaks of self-harm does not leave the inbox because the desk pressed a key."""
    here = practice(None)
    intake = open_intake(here.patient)
    now = intake.started_at
    Intake.objects.filter(pk=intake.pk).update(raised_at=now, submitted_at=now)
    assert here.coordinator.post(here.address(tab)).status_code in (403, 404)
    stands = Intake.objects.get()
    assert (stands.seen_at, stands.reviewed_at) == (None, None)


def test_the_inbox_leaves_a_line_for_each_patient_it_names(sqlite: str) -> None:
    here = practice(None)
    intake = open_intake(here.patient)
    Intake.objects.filter(pk=intake.pk).update(submitted_at=intake.started_at)
    page = here.physician.get("/inbox/").content.decode()
    assert "RIVERA" in page and ("inbox", "allowed") in looks(here.patient.pk)


def test_a_refusal_is_not_told_as_a_break(sqlite: str, capsys: Any) -> None:
    here = practice(None)
    assert here.outsider.get(here.address("story/")).status_code == 404
    said = capsys.readouterr().err
    assert '"status": 404' in said and '"broke"' not in said


def test_the_desk_does_not_write_that_a_clinician_found_it(sqlite: str) -> None:
    here = practice(None)
    form = {
        "substance": "latex", "state": "absent", "provenance": "clinician_found",
        "occurred_on": "", "once": "",
    }  # fmt: skip
    refused = here.coordinator.post(here.address("story/add/allergy/"), form)
    assert refused.status_code == 422 and "Only someone who examines" in refused.content.decode()
    assert entries(here.patient.pk) == []
    said = {**form, "provenance": "patient_said"}
    assert here.coordinator.post(here.address("story/add/allergy/"), said).status_code == 302


def test_no_consent_is_filled_in_that_nobody_gave(sqlite: str) -> None:
    here = practice(CASE)
    entry = planned(here, consent=None)
    page = here.physician.get(here.address(f"planned/{entry}/")).content.decode()
    chosen = re.search(r'<select name="given".*?</select>', page, re.DOTALL)
    assert chosen is not None and 'value="" selected' in chosen[0]
    answer = here.physician.post(
        here.address(f"planned/{entry}/consent/"), {"talked": "on", "given": ""}
    )
    assert answer.status_code == 422 and "agrees or refuses" in answer.content.decode()
