"""Addresses of administration."""

from __future__ import annotations

from django.urls import path

from needlepoint.web.administration import audit, emergencies, log, people, settings

urlpatterns = [
    path("administration/people/", people.people, name="people"),
    path("administration/people/new/", people.new_person, name="new_person"),
    path("administration/people/<uuid:user_id>/", people.person, name="person"),
    path("administration/people/<uuid:user_id>/key/", people.give_key, name="give_key"),
    path("administration/keys/<uuid:key_id>/end/", people.end_key, name="end_key"),
    path("administration/teams/", people.new_team, name="new_team"),
    path("administration/settings/", settings.clinic_settings, name="clinic_settings"),
    path("administration/changes/", log.changes, name="changes"),
    path("administration/log/", log.access_log, name="access_log"),
    path("administration/audit/", audit.audit, name="audit"),
    path("administration/emergencies/", emergencies.emergencies, name="emergencies"),
    path("administration/emergencies/<uuid:broken_id>/", emergencies.review, name="review"),
]
