"""The journey to a second factor, as explicit steps that follow from what is stored.

choose → (app: secret and first code | passkey: in the browser) → recovery codes → type one → done.
A step is never remembered: whoever comes back next week goes on where she stopped, and a step that
was skipped by typing its address is asked for again.
"""

from enum import Enum
from typing import Any

from allauth.account.adapter import get_adapter
from allauth.account.utils import get_next_redirect_url
from django.http import HttpRequest
from django.urls import reverse
from django_otp import DEVICE_ID_SESSION_KEY
from django_otp import login as otp_login
from django_otp.models import Device

from portal.accounts import factors
from portal.accounts.factor_models import RecoveryDevice

GOAL = "factor_goal"  # where the person wanted to go when she was led here


class Step(Enum):
    """The steps, each with the name of its address."""

    CHOOSE = "account_factor_setup"
    CODES = "account_recovery_codes"
    RETYPE = "account_recovery_confirm"
    DONE = "account_security"


def step_of(user: Any) -> Step:
    """Return the first step that is not done yet."""
    owned = factors.of(user)
    if not owned.any:
        return Step.CHOOSE
    if owned.retype:
        return Step.RETYPE
    return Step.CODES if owned.codes_left is None else Step.DONE


def remember_goal(request: HttpRequest) -> None:
    """Keep the page of this site that the person wanted, from ``next``."""
    if goal := get_next_redirect_url(request):
        request.session[GOAL] = goal


def go_on(request: HttpRequest) -> str:
    """Return the address of the next step; when all is done, the page wanted at first."""
    step = step_of(request.user)
    if step is Step.DONE and (goal := request.session.pop(GOAL, None)):
        return goal if get_adapter().is_safe_url(goal) else reverse(step.value)
    return reverse(step.value)


def follow_new_codes(request: HttpRequest, device: Device) -> None:
    """Keep a sign-in verified that was confirmed by recovery codes which are replaced now."""
    confirmed_by = request.session.get(DEVICE_ID_SESSION_KEY, "")
    if confirmed_by.startswith(f"{RecoveryDevice.model_label()}/"):
        otp_login(request, device)
