"""Addresses of the account, below ``/<lang>/account/``. Names are allauth's where it needs them."""

from allauth.account import views as allauth_views
from django.urls import path, re_path

from portal.accounts import views

urlpatterns = [
    path("sign-in/", allauth_views.login, name="account_login"),
    path("sign-out/", views.sign_out, name="account_logout"),
    path("sign-up/", allauth_views.signup, name="account_signup"),
    path("confirm/", views.confirm_address, name="account_email_verification_sent"),
    path("inactive/", allauth_views.account_inactive, name="account_inactive"),
    path("reauthenticate/", allauth_views.reauthenticate, name="account_reauthenticate"),
    path("password/reset/", allauth_views.password_reset, name="account_reset_password"),
    path(
        "password/reset/sent/",
        allauth_views.password_reset_done,
        name="account_reset_password_done",
    ),
    re_path(
        r"^password/reset/key/(?P<uidb36>[0-9A-Za-z]{1,20})-(?P<key>[0-9A-Za-z-]{1,200})/$",
        allauth_views.password_reset_from_key,
        name="account_reset_password_from_key",
    ),
    path(
        "password/reset/done/",
        allauth_views.password_reset_from_key_done,
        name="account_reset_password_from_key_done",
    ),
    path("password/change/", allauth_views.password_change, name="account_change_password"),
    path("password/set/", allauth_views.password_set, name="account_set_password"),
    path("email/", allauth_views.email, name="account_email"),
    path("security/", views.security, name="account_security"),
    path("sessions/", views.sign_ins, name="usersessions_list"),
    path("profile/", views.profile, name="account_profile"),
]
