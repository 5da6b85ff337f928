"""What browsers are told, and what logs are not."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import uuid
from typing import Any

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import Client
from django.urls import path, reverse

from clinic import a_clinic, a_patient, a_team, a_user
from needlepoint.store.links import make_link
from needlepoint.store.models import Scope
from needlepoint.web.permissions import open_to_anyone
from needlepoint.web.urls import urlpatterns as real_ones


@open_to_anyone("a test breaks it")
def broken(request: HttpRequest) -> HttpResponse:
    raise ValueError("Ana Quintanilla, born 1970")


urlpatterns = [*real_ones, path("broken/", broken, name="broken")]


def test_every_answer_carries_the_headers(sqlite: str, client: Client) -> None:
    for where in ("/account/login/", "/nothing/", "/health/", "/desk/"):
        answer = client.get(where)
        policy = answer["Content-Security-Policy"]
        assert "script-src 'self'" in policy and "default-src 'none'" in policy
        assert "unsafe" not in policy and "frame-ancestors 'none'" in policy
        assert answer["X-Content-Type-Options"] == "nosniff"
        assert answer["Referrer-Policy"] == "same-origin"
        assert answer["X-Frame-Options"] == "DENY"
        assert "camera=()" in answer["Permissions-Policy"]
        assert answer["Cross-Origin-Opener-Policy"] == "same-origin"
        assert "no-store" in answer["Cache-Control"]


def production(**environment: str) -> dict[str, Any]:
    """The settings as a clinic of this environment has them."""
    asked = ("SESSION_COOKIE_SECURE CSRF_COOKIE_SECURE SECURE_SSL_REDIRECT SECURE_HSTS_SECONDS DEBUG "
             "SESSION_COOKIE_HTTPONLY ALLOWED_HOSTS MFA_REQUIRED SESSION_COOKIE_NAME DEMONSTRATION")  # fmt: skip
    program = (
        "import json; from needlepoint.config import settings as s;"
        f"print(json.dumps({{n: getattr(s, n, None) for n in {asked.split()!r}}}))"
    )
    clean = {k: v for k, v in os.environ.items() if not k.startswith("NEEDLEPOINT_")}
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True,
        env={**clean, "PYTHONPATH": os.pathsep.join(sys.path), **environment},
    )  # fmt: skip
    return dict(json.loads(done.stdout))


def test_a_real_clinic_speaks_tls_and_asks_for_the_second_factor() -> None:
    said = production(NEEDLEPOINT_HOSTS="clinic.example")
    assert said["ALLOWED_HOSTS"] == ["clinic.example"] and not said["DEBUG"]
    assert all(said[n] for n in ("SESSION_COOKIE_SECURE", "CSRF_COOKIE_SECURE", "SECURE_SSL_REDIRECT",
                                 "SESSION_COOKIE_HTTPONLY", "MFA_REQUIRED"))  # fmt: skip
    assert said["SECURE_HSTS_SECONDS"] >= 31_536_000
    assert said["SESSION_COOKIE_NAME"].startswith("__Host-")


def test_a_demonstration_answers_on_this_machine_alone() -> None:
    said = production(NEEDLEPOINT_DEMONSTRATION="1", NEEDLEPOINT_HOSTS="clinic.example")
    assert said["ALLOWED_HOSTS"] == ["localhost", "127.0.0.1", "[::1]"] and not said["MFA_REQUIRED"]


def test_a_form_from_elsewhere_is_refused(sqlite: str) -> None:
    browser = Client(enforce_csrf_checks=True)
    assert browser.post("/desk/", {"code": "AAAAAAAA"}).status_code == 403


def test_a_host_that_is_not_ours_is_refused(sqlite: str, client: Client) -> None:
    assert client.get("/desk/", headers={"host": "evil.example"}).status_code == 400


def test_the_log_names_views_and_never_addresses_values_or_messages(
    sqlite: str, sign_in: Any, settings: Any, capfd: pytest.CaptureFixture[str]
) -> None:
    settings.ROOT_URLCONF = "security.test_headers"
    clinic = a_clinic()
    patient = a_patient(
        clinic, a_team(clinic), family_name="Quintanilla", numbers={"clinic": "10234"}
    )
    nurse = a_user(clinic, "nurse")
    given = make_link(patient=patient, scope=Scope.INTAKE, by=nurse)
    browser = sign_in(nurse)
    browser.raise_request_exception = False
    guessed = uuid.uuid4().hex
    browser.get(f"/patients/{patient.id}/links/")
    browser.get(f"/no/such/{guessed}/")
    browser.get("/broken/?q=Quintanilla")
    browser.get("/desk/", headers={"host": "Quintanilla.example"})
    browser.post("/emergency/", {"number": "10234", "birth_date": "1970-01-01", "reason": "short"})
    Client().post(reverse("open_link", args=[given.token]))
    Client().post(reverse("account_login"), {"login": "Quintanilla", "password": "secret words"})
    said = capfd.readouterr().err
    lines = [json.loads(line) for line in said.splitlines() if line.startswith("{")]
    assert {line.get("view") for line in lines} >= {"links", "broken", "open_link", "account_login"}
    assert any(
        line.get("exception") == "ValueError" and "broken" not in str(line.get("message"))
        for line in lines
    )
    for secret in (
        "Quintanilla",
        "10234",
        str(patient.id),
        given.token,
        guessed,
        "secret words",
        "1970",
    ):
        assert secret not in said, secret


def test_a_page_of_an_error_tells_nothing(sqlite: str, settings: Any, client: Client) -> None:
    settings.ROOT_URLCONF = "security.test_headers"
    client.raise_request_exception = False
    answer = client.get("/broken/")
    assert answer.status_code == 500 and b"Something broke" in answer.content
    assert b"Quintanilla" not in answer.content and b"ValueError" not in answer.content


def test_an_upload_limit_counts_the_fields_of_a_form(sqlite: str, client: Client) -> None:
    too_many = "&".join(f"f{n}=1" for n in range(6000))
    kind = "application/x-www-form-urlencoded"
    assert client.post("/desk/", too_many, content_type=kind).status_code == 400
