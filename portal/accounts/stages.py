"""The two stages of sign-in that are ours, after the address is verified (architecture.md 6).

Until every stage has passed there is no signed-in state: the account stands in the session as a
*pending* login only. This covers every way in: password, code, verification, reset, passkey.
A passkey that was used to sign in without a password is put on the user as ``otp_device`` before
``perform_login``, and the second stage sees it.
"""

from typing import Any

from allauth.account.internal.stagekit import clear_login
from allauth.account.stages import LoginStage, LoginStageController
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.crypto import constant_time_compare
from django_otp.models import Device

from portal.accounts import factors
from portal.audit.services import record

STAGES = ("portal.accounts.stages.ApprovalStage", "portal.accounts.stages.OTPStage")


class ApprovalStage(LoginStage):
    """An account that is held (suspended) gets no further, whatever it knows."""

    key = "approval"
    urlname = None

    def handle(self) -> tuple[HttpResponse | None, bool]:
        if self.login.user is None or not self.login.user.hold:
            return None, True
        return _held(self.login.user), False


class OTPStage(LoginStage):
    """An account that owns a passkey or an app is asked for it before it is signed in."""

    key = "otp"
    urlname = "account_factor"

    def handle(self) -> tuple[HttpResponse | None, bool]:
        user = self.login.user
        if user is None or not factors.has_factor(user):
            return None, True
        if factors.is_usable(getattr(user, "otp_device", None), user):
            return None, True
        self.state["password"] = user.get_session_auth_hash()
        return HttpResponseRedirect(reverse(self.urlname)), True

    @property
    def is_current(self) -> bool:
        """Say whether the password is still the one the sign-in began with."""
        user = self.login.user
        known = [user.get_session_auth_hash(), *user.get_session_auth_fallback_hash()]
        mark = str(self.state.get("password", ""))
        return any(constant_time_compare(mark, value) for value in known)

    def confirm(self, device: Device) -> HttpResponse:
        """End the stage with the device that was just verified; usually this ends the sign-in."""
        if not factors.is_usable(device, self.login.user):
            raise ValueError("a device of somebody else")
        self.login.user.otp_device = device
        response: HttpResponse = self.exit()
        return response


def pending(request: HttpRequest) -> OTPStage | None:
    """Return the stage that waits for a second factor in this browser."""
    if request.user.is_authenticated:
        return None
    stage = LoginStageController.enter(request, OTPStage.key)
    if stage is None or stage.login.user is None:
        return None
    if not stage.is_current:
        clear_login(request)
        return None
    return stage


def refusal(request: HttpRequest, user: Any) -> HttpResponse | None:
    """Return where a login leads that must not end in a signed-in session; None if it may.

    Asked right before the session is made, so that a stage that was skipped opens nothing.
    """
    if user.hold:
        clear_login(request)
        return _held(user)
    if user.is_active and (
        factors.is_usable(getattr(user, "otp_device", None), user) or not factors.has_factor(user)
    ):
        return None
    clear_login(request)
    return HttpResponseRedirect(reverse("account_login"))


def _held(user: Any) -> HttpResponse:
    with transaction.atomic():
        record("sign-in.held", actor=user, about=user, facts={"hold": user.hold})
    return HttpResponseRedirect(reverse("account_held"))
