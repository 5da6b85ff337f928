"""A patient walks the intake, page after page."""

from __future__ import annotations

from typing import Any

from django.test import Client
from django.urls import reverse

from needlepoint.store.links import make_link
from needlepoint.store.models import Patient, Scope
from needlepoint.store.reading import entries_of
from needlepoint.web.intake.readings import mark_of
from web.people import Practice

ANSWERS: dict[str, dict[str, Any]] = {
    "consent": {"agree": "yes"},
    "place": {"place": "axial_low_back", "side": "left"},
    "time": {"number": "2", "unit": "years", "words": "It began after moving house."},
    "strength": {"average": "6", "worst": "9"},
    "drawing": {
        "zones": ["lumbar_paravertebral_l4_l5:left", "upper_inner_buttock:left"],
        "brush": "aching", "complete": "on",
    },
    "feel": {
        "q-lumbar_paravertebral_l4_l5:left": "aching", "q-upper_inner_buttock:left": "burning",
        "worst": "lumbar_paravertebral_l4_l5:left",
    },
    "more": {"more": "no"},
    "treatments": {"tried": ["physiotherapy"]},
    "treatment": {"began": "2024-03", "weeks": "8", "relief": "20", "stopped": "did not help"},
    "medicines": {"list": "Eliquis 5 mg twice a day\nibuprofen 400", "nothing_else": "on"},
    "understood": {f"last-{mark_of('Eliquis 5 mg twice a day')}": "2025-01-02T08:00"},
    "goal": {"goal": "Walk to the market."},
}  # fmt: skip


def phone(here: Practice, scope: Scope = Scope.INTAKE, subject: str = "") -> Client:
    """The device of the patient, which has opened a link."""
    given = make_link(patient=here.patient, scope=scope, by=here.user, subject=subject)
    device = Client()
    assert device.post(reverse("open_link", args=[given.token])).status_code == 302
    return device


def begin(device: Client, language: str = "en") -> str:
    """Choose the language; the address of the first page."""
    return str(device.post(reverse("intake"), {"language": language})["Location"])


def walk(
    device: Client, address: str, answers: dict[str, Any] | None = None, until: str = ""
) -> str:
    """Answer page after page; the address at which it ends."""
    given = {**ANSWERS, **(answers or {})}
    for _ in range(60):
        if "/page/" not in address or (until and f"/page/{until}" in address):
            return address
        name = address.rstrip("/").rpartition("/")[2]
        page = device.get(address)
        assert page.status_code == 200, address
        form = page.context["form"]
        data = given.get(name, given.get(name.partition("-")[0]))
        if data is None:  # every other question is answered with no, or with 0
            data = {n: _least(f) for n, f in form.fields.items() if hasattr(f, "choices")}
        answer = device.post(address, data)
        assert answer.status_code == 302, (address, answer.context["form"].errors)
        address = str(answer["Location"])
    raise AssertionError("the intake does not end")


def _least(field: Any) -> str:
    values = [str(value) for value, _ in field.choices]
    return next(v for v in ("no", "0", values[0]) if v in values)


def said(here: Practice) -> list[Any]:
    """What stands in the chart in the patient's own name."""
    entries = entries_of(Patient.objects.get(pk=here.patient.pk).chart_id)
    gone = {e.statement.entry for e in entries if e.statement.kind == "retraction"}
    return [e for e in entries if e.id not in gone and e.statement.kind != "retraction"]
