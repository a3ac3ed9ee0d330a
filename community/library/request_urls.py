"""Addresses below /<lang>/community/library/ about lending. Listed before those of records."""

from django.urls import path

from community.library import lowering_views
from community.library import request_views as views

urlpatterns = [
    path("requests/", views.members_requests, name="members_requests"),
    path("requests/seen/", views.members_requests_seen, name="members_requests_seen"),
    path("requests/<uuid:public_id>/", views.members_request_decide, name="members_request_decide"),
    path("requests/<uuid:public_id>/end/", views.members_request_end, name="members_request_end"),
    path(
        "requests/<uuid:public_id>/withdraw/",
        views.members_request_withdraw,
        name="members_request_withdraw",
    ),
    path(
        "requests/<uuid:public_id>/label/", lowering_views.members_lowering, name="members_lowering"
    ),
    path("<uuid:public_id>/label/", lowering_views.members_label, name="members_label"),
    path("<uuid:public_id>/request/", views.members_request, name="members_request"),
    path("<uuid:public_id>/lend/", views.members_lend, name="members_lend"),
]
