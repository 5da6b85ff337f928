"""Addresses of papers. No file name carries who the patient is."""

from __future__ import annotations

from django.urls import path

from needlepoint.web.papers import views

_PATIENT = "patients/<uuid:patient_id>/papers/"
_PAPER = f"{_PATIENT}<str:kind>/<str:entry>/"

urlpatterns = [
    path(_PATIENT, views.papers, name="papers"),
    path(f"{_PATIENT}signed/<str:entry>/", views.signed, name="signed_paper"),
    path(_PAPER, views.paper, name="paper"),
    path(f"{_PAPER}pdf/", views.pdf, name="paper_pdf"),
    path(f"{_PAPER}text/", views.text, name="paper_text"),
    path(f"{_PAPER}ics/", views.calendar, name="paper_calendar"),
    path(f"{_PAPER}sign/", views.sign, name="sign_paper"),
]
