"""Addresses of the devices tab."""

from __future__ import annotations

from django.urls import path

from needlepoint.web.devices import intrathecal_views, pump_views, stimulator_views, views

_HERE = "patients/<uuid:patient_id>/devices/"

urlpatterns = [
    path(_HERE, views.devices, name="devices"),
    path(f"{_HERE}cards/", views.cards, name="device_cards"),
    path(f"{_HERE}mri/", views.mri, name="device_mri"),
    path(f"{_HERE}pump/refill/", pump_views.refill, name="pump_refill"),
    path(f"{_HERE}pump/refill/sign/", pump_views.sign_refill, name="sign_refill"),
    path(f"{_HERE}pump/change/", pump_views.change, name="pump_change"),
    path(f"{_HERE}pump/running/", pump_views.running, name="pump_running"),
    path(f"{_HERE}pump/bridged/", pump_views.bridged, name="pump_bridged"),
    path(f"{_HERE}load/", stimulator_views.load, name="stimulator_load"),
    path(f"{_HERE}trial/", stimulator_views.trial, name="trial_begin"),
    path(f"{_HERE}trial/<str:entry>/day/", stimulator_views.trial_day, name="trial_day"),
    path(
        f"{_HERE}trial/<str:entry>/verdict/", stimulator_views.trial_verdict, name="trial_verdict"
    ),
    path(f"{_HERE}intrathecal/", intrathecal_views.begin, name="intrathecal_begin"),
    path(f"{_HERE}intrathecal/<str:entry>/day/", intrathecal_views.day, name="intrathecal_day"),
    path(
        f"{_HERE}intrathecal/<str:entry>/verdict/",
        intrathecal_views.verdict,
        name="intrathecal_verdict",
    ),
    path(f"{_HERE}candidate/", intrathecal_views.pump_candidate, name="pump_candidate"),
    path(f"{_HERE}program/", stimulator_views.program, name="stimulator_program"),
    path(f"{_HERE}implant/", stimulator_views.implant, name="implant_add"),
    path(f"{_HERE}implant/<str:entry>/end/", stimulator_views.implant_end, name="implant_end"),
]
