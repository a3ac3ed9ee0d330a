"""The page an invited person opens, below ``/<lang>/account/``."""

from django.urls import path

from portal.vetting import invitation_views as views

urlpatterns = [
    path("invitation/<slug:secret>/", views.invitation, name="invitation"),
    path("invitation/<slug:secret>/accept/", views.accept_invitation, name="invitation_accept"),
]
