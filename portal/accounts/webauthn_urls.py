"""Addresses of the passkey ceremony, below ``/webauthn/`` and without a language."""

from django.urls import path

from portal.accounts import webauthn_views as views

urlpatterns = [
    path("register/begin/", views.RegisterBegin.as_view(), name="webauthn_register_begin"),
    path("register/complete/", views.RegisterComplete.as_view(), name="webauthn_register_complete"),
    path(
        "authenticate/begin/", views.AuthenticateBegin.as_view(), name="webauthn_authenticate_begin"
    ),
    path(
        "authenticate/complete/",
        views.AuthenticateComplete.as_view(),
        name="webauthn_authenticate_complete",
    ),
]
