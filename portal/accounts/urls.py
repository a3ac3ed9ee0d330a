"""Addresses of the account, below ``/<lang>/account/``. Names are allauth's where it needs them."""

from allauth.account import views as allauth_views
from django.urls import path, re_path

from portal.accounts import factor_views, step_up_views, views

urlpatterns = [
    path("sign-in/", allauth_views.login, name="account_login"),
    path("sign-out/", views.sign_out, name="account_logout"),
    path("sign-up/", allauth_views.signup, name="account_signup"),
    path("confirm/", views.confirm_address, name="account_email_verification_sent"),
    path("inactive/", allauth_views.account_inactive, name="account_inactive"),
    path("reauthenticate/", step_up_views.confirm, name="account_reauthenticate"),
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
    path("password/change/", views.change_password, name="account_change_password"),
    path("password/set/", views.set_password, name="account_set_password"),
    path("email/", allauth_views.email, name="account_email"),
    path("security/", views.security, name="account_security"),
    path("sessions/", views.sign_ins, name="usersessions_list"),
    path("profile/", views.profile, name="account_profile"),
    path("held/", factor_views.held, name="account_held"),
    path("factor/", factor_views.ask, name="account_factor"),
    path("factor/recovery/", factor_views.recover, name="account_factor_recovery"),
    path("factor/lost/", factor_views.lost, name="account_factor_lost"),
    path("factor/set-up/", factor_views.choose, name="account_factor_setup"),
    path("factor/app/new/", factor_views.begin_app, name="account_factor_app_new"),
    path("factor/app/", factor_views.app, name="account_factor_app"),
    re_path(
        r"^factor/(?P<kind>passkey|app)/(?P<number>[0-9]{1,15})/remove/$",
        factor_views.remove,
        name="account_factor_remove",
    ),
    re_path(
        r"^factor/passkey/(?P<number>[0-9]{1,15})/name/$",
        views.rename_passkey,
        name="account_passkey_rename",
    ),
    path("recovery-codes/", factor_views.codes, name="account_recovery_codes"),
    path("recovery-codes/confirm/", factor_views.retype, name="account_recovery_confirm"),
]
