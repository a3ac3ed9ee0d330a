"""Addresses below /<lang>/community/organisations/."""

from django.urls import path

from portal.organisations import views

urlpatterns = [
    path("", views.directory, name="community_organisations"),
    path("<uuid:public_id>/", views.organisation, name="community_organisation"),
]
