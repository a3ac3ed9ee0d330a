"""Addresses below /<lang>/vetting/organisations/."""

from django.urls import path

from portal.organisations import desk_views

urlpatterns = [
    path("", desk_views.desk, name="organisations_desk"),
    path("new/", desk_views.add, name="organisation_add"),
    path("<uuid:public_id>/", desk_views.organisation, name="organisation_desk"),
    path("<uuid:public_id>/change/", desk_views.change, name="organisation_change"),
    path("<uuid:public_id>/accept/", desk_views.accept, name="organisation_accept"),
    path("<uuid:public_id>/confirm/", desk_views.confirm, name="organisation_confirm"),
    path("<uuid:public_id>/merge/", desk_views.merge, name="organisation_merge"),
    path(
        "<uuid:public_id>/focal-points/<slug:function>/",
        desk_views.focal_point,
        name="focal_point",
    ),
    path(
        "<uuid:public_id>/focal-points/<slug:function>/confirm/",
        desk_views.confirm_focal_point,
        name="focal_point_confirm",
    ),
    path(
        "<uuid:public_id>/focal-points/<slug:function>/remove/",
        desk_views.remove_focal_point,
        name="focal_point_remove",
    ),
]
