"""A fresh second factor before something sensitive, asked for inside the service.

``require(actor)`` stands in the service that does the deed; whoever calls it, by page or otherwise,
meets it. It wants a second factor confirmed in this very sign-in within ten minutes. If it is
missing, ``Needed`` travels up to the middleware, which keeps the request, asks for the factor and
replays what was sent.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

import django_otp
from allauth.account.internal.flows.login import record_authentication
from allauth.account.internal.flows.reauthentication import did_recently_reauthenticate
from allauth.core import context as allauth_context
from allauth.core.exceptions import ReauthenticationRequired
from django.db import transaction
from django.http import HttpRequest
from django.utils.translation import gettext
from django_otp.models import Device

from portal.accounts import factors, session_limits
from portal.accounts.services import renew_session
from portal.audit.services import record
from portal.permissions import is_verified
from portal.shared import clock, ratelimit
from portal.shared.errors import Conflict, ServiceError

SESSION_KEY = "factor_at"  # seconds since 1970, of the last confirmation in this sign-in

_confirmed: ContextVar[int | None] = ContextVar("step_up_confirmed", default=None)


class Needed(ServiceError):
    """The deed needs a fresh second factor."""


def note(request: HttpRequest) -> None:
    """Remember that a second factor was confirmed in this sign-in just now."""
    request.session[SESSION_KEY] = clock.now().timestamp()


def confirm(*, request: HttpRequest, device: Device) -> None:
    """Take note that the signed-in person just proved to hold ``device``, one of her own.

    The sign-in counts as verified from now on, bears another session key (ASVS 7.2.4), and what
    allauth asks for ("reauthenticated") is answered by the same deed. A sign-in by passkey stays
    one when an app code confirms it, and becomes one when a passkey does. Raises ValueError for a
    device of somebody else.
    """
    user: Any = request.user
    if not factors.is_usable(device, user):
        raise ValueError("a device of somebody else")
    raised, kind = not is_verified(user), factors.kind_of(device)
    renew_session(request)
    if raised or kind == factors.PASSKEY:
        django_otp.login(request, device)
    note(request)
    if raised:
        session_limits.begin(request.session)
    record_authentication(request, user, method="factor", reauthenticated=True)
    with transaction.atomic():
        record("step-up", actor=user, about=user, facts={"kind": kind})


def is_fresh(request: HttpRequest) -> bool:
    """Say whether this sign-in confirmed a second factor within the time allowed."""
    at = request.session.get(SESSION_KEY)
    if not is_verified(request.user) or not isinstance(at, int | float):
        return False
    age = clock.now().timestamp() - at
    return 0 <= age < ratelimit.get("fresh-check-valid").amount


def require(actor: Any) -> None:
    """Return if ``actor`` confirmed a second factor lately in the request at hand.

    Raises Needed otherwise, also when there is no request at all.
    """
    if _confirmed.get() == actor.pk:
        return
    request = allauth_context.request
    if request is None or request.user.pk != actor.pk or not is_fresh(request):
        raise Needed


def require_if_owned(actor: Any) -> None:
    """Require a fresh second factor of those who own one: for what learners may do as well."""
    if factors.has_factor(actor):
        require(actor)


def require_for_factors(actor: Any) -> None:
    """What adding or removing a factor asks for.

    Who owns a factor confirms it; staff who own a passkey must be signed in with it, or an app
    code that was fished would be enough to make another one (a recovery code is the way back).
    Who owns none must have signed in, or given the password, within ten minutes: an open browser
    alone must not be able to shut the owner out. Raises Needed, ReauthenticationRequired, Conflict.
    """
    if _confirmed.get() == actor.pk:
        return
    request = allauth_context.request
    if factors.has_factor(actor):
        require(actor)
        if request is not None and factors.owes_passkey(request.user):
            raise Conflict(
                gettext(
                    "Your role needs a passkey. Sign out, then sign in again with your passkey."
                )
            )
    elif request is not None and not _signed_in_lately(request):
        raise ReauthenticationRequired


def _signed_in_lately(request: HttpRequest) -> bool:
    began = request.session.get(session_limits.BEGAN)
    if isinstance(began, int | float):
        age = clock.now().timestamp() - began
        if 0 <= age < ratelimit.get("fresh-check-valid").amount:
            return True
    return bool(did_recently_reauthenticate(request))


@contextmanager
def confirmed(actor: Any) -> Iterator[None]:
    """Let ``require(actor)`` pass: for commands run by the operator, and for tests."""
    token = _confirmed.set(actor.pk)
    try:
        yield
    finally:
        _confirmed.reset(token)
