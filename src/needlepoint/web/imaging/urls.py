"""Addresses of imaging. Numbers of studies are random to everyone who has not the images."""

from __future__ import annotations

from django.urls import URLPattern, path

from needlepoint.web.imaging import dicomweb, views

_ROOT = "patients/<uuid:patient_id>/dicomweb/studies"
_STUDY = f"{_ROOT}/<str:study>"
_SERIES = f"{_STUDY}/series/<str:series>"
_INSTANCE = f"{_SERIES}/instances/<str:instance>"

urlpatterns: list[URLPattern] = [
    path("patients/<uuid:patient_id>/imaging/", views.imaging, name="imaging"),
    path("patients/<uuid:patient_id>/imaging/upload/", views.upload, name="upload_images"),
    path("patients/<uuid:patient_id>/imaging/archive/", views.archive, name="image_archive"),
    path("patients/<uuid:patient_id>/imaging/dose/", views.dose, name="radiation_dose"),
    path("patients/<uuid:patient_id>/images/viewer", views.viewer, name="image_viewer"),
    path(_ROOT, dicomweb.studies, name="dicomweb"),
    path(f"{_STUDY}/series", dicomweb.series, name="dicomweb_series"),
    path(f"{_STUDY}/instances", dicomweb.instances, name="dicomweb_study_instances"),
    path(f"{_STUDY}/metadata", dicomweb.metadata, name="dicomweb_study_metadata"),
    path(_STUDY, dicomweb.retrieve, name="dicomweb_study"),
    path(f"{_SERIES}/instances", dicomweb.instances, name="dicomweb_instances"),
    path(f"{_SERIES}/metadata", dicomweb.metadata, name="dicomweb_series_metadata"),
    path(_SERIES, dicomweb.retrieve, name="dicomweb_one_series"),
    path(f"{_INSTANCE}/metadata", dicomweb.metadata, name="dicomweb_instance_metadata"),
    path(f"{_INSTANCE}/frames", dicomweb.frames, name="dicomweb_pixels"),
    path(f"{_INSTANCE}/frames/<str:frames>", dicomweb.frames, name="dicomweb_frames"),
    path(f"{_INSTANCE}/bulkdata/<str:tag>", dicomweb.bulk, name="dicomweb_bulk"),
    path(_INSTANCE, dicomweb.retrieve, name="dicomweb_instance"),
]
