"""Addresses of the approvers, below ``/<lang>/vetting/``."""

from django.urls import path

from portal.vetting import desk_views

urlpatterns = [
    path("", desk_views.queue, name="vetting_queue"),
    path("applications/<slug:number>/", desk_views.case, name="vetting_case"),
    path("identity/<uuid:public_id>/", desk_views.identity_case, name="identity_case"),
]
