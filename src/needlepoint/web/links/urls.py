"""Addresses of links."""

from __future__ import annotations

from django.urls import path

from needlepoint.web.links import views

urlpatterns = [
    path("l/<str:token>/", views.open_link, name="open_link"),
    path("desk/", views.desk, name="desk"),
    path("mine/", views.mine, name="mine"),
    path("mine/leave/", views.leave, name="leave"),
    path("patients/<uuid:patient_id>/links/", views.links, name="links"),
    path("patients/<uuid:patient_id>/links/<uuid:link_id>/again/", views.again, name="link_again"),
    path(
        "patients/<uuid:patient_id>/links/<uuid:link_id>/withdraw/", views.withdraw, name="withdraw"
    ),
]
