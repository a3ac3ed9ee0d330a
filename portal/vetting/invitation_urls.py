"""Addresses below ``/<lang>/vetting/invitations/``."""

from django.urls import path

from portal.vetting import invitation_views as views

urlpatterns = [
    path("", views.invitations, name="invitations"),
    path("new/", views.invite, name="invite"),
    path("<uuid:batch>/", views.invitation_class, name="invitation_class"),
]
