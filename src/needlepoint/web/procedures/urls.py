"""Addresses of plans, sheets, consent, complications and emergency cards."""

from __future__ import annotations

from django.urls import path

from needlepoint.web.procedures import views

_PATIENT = "patients/<uuid:patient_id>/"
_PLAN = f"{_PATIENT}planned/<str:entry>/"

urlpatterns = [
    path(f"{_PATIENT}plan/<str:technique>/", views.plan, name="plan"),
    path(_PLAN, views.planned, name="planned"),
    path(f"{_PLAN}sheet/", views.sheet, name="sheet"),
    path(f"{_PLAN}consent/", views.take_consent, name="take_consent"),
    path(f"{_PLAN}document/", views.document, name="document"),
    path(f"{_PATIENT}cards/<str:card>/", views.card, name="card"),
    path(f"{_PATIENT}deviation/<str:entry>/", views.deviation, name="deviation"),
    path(f"{_PATIENT}complications/<str:entry>/", views.complications, name="complications"),
]
