"""Listens to Django and allauth: what happened to a sign-in goes into the record.

A deed of the person herself is told to her as well where it may have been somebody else: a sign-in
in a browser that is new to the account.
"""

from typing import Any

from allauth.account import signals
from allauth.account.internal.flows.login import get_authentication_records
from django.contrib.auth.signals import user_logged_in, user_logged_out, user_login_failed
from django.db import transaction
from django.dispatch import receiver
from django.http import HttpRequest

from portal.accounts import known_browsers, session_limits
from portal.accounts.models import User
from portal.accounts.queries import factor_of
from portal.accounts.security_notices import tell
from portal.accounts.services import end_sign_ins, note_sign_out
from portal.audit.models import AuditRow
from portal.audit.services import record

# What allauth calls the first step of a sign-in, and what the record calls it.
WAYS = {"password": "password", "code": "code", "passkey": "passkey", "password_reset": "reset"}
PASSWORDS = {
    signals.password_changed: "change",
    signals.password_set: "set",
    signals.password_reset: "reset",
}


@receiver(user_logged_in, dispatch_uid="accounts.sign_in_time")
def at_sign_in(request: HttpRequest, **kwargs: Any) -> None:
    """Start the time of the sign-in, however it was made: without it the guard ends it."""
    session_limits.begin(request.session)


@receiver(signals.user_logged_in, dispatch_uid="accounts.signed_in")
def after_sign_in(request: HttpRequest, user: User, **kwargs: Any) -> None:
    """Record the sign-in; a browser that is new to the account is told to its owner."""
    known = known_browsers.knows(request, user.email)
    facts = {
        "way": way_of(request, user),
        "factor": factor_of(request.session) or "none",
        "known": known,
    }
    with transaction.atomic():
        first = not known and not _signed_in_before(user)
        record("sign-in", actor=user, about=user, facts=facts)
        if not known and not first:
            tell(user, "new_browser")


def _signed_in_before(user: User) -> bool:
    return AuditRow.objects.filter(event="sign-in", about=str(user.public_id)).exists()


def way_of(request: HttpRequest, user: User) -> str:
    """Return how a sign-in began: password, code, passkey or reset."""
    methods = [row.get("method") for row in get_authentication_records(request, user)]
    return next((WAYS[method] for method in reversed(methods) if method in WAYS), "code")


@receiver(user_logged_out, dispatch_uid="accounts.signed_out")
def after_sign_out(request: HttpRequest, user: User | None, **kwargs: Any) -> None:
    """Record that the person signed out. The session still has its key at this moment."""
    if user is not None:
        note_sign_out(user=user, session_key=request.session.session_key)


@receiver(user_login_failed, dispatch_uid="accounts.sign_in_failed")
def after_failed_sign_in(credentials: dict[str, Any], **kwargs: Any) -> None:
    """Record a wrong password, with the account it was tried on if there is such a one.

    In a transaction of its own: the record stays whatever becomes of the request.
    """
    person = User.objects.filter(email__iexact=str(credentials.get("email") or "")).first()
    with transaction.atomic():
        record("sign-in.failed", about=person, facts={"way": "password"})


@receiver(list(PASSWORDS), dispatch_uid="accounts.new_password")
def after_new_password(signal: Any, user: Any, **kwargs: Any) -> None:
    """A new password ends every sign-in of the account."""
    with transaction.atomic():
        record("password.changed", actor=user, about=user, facts={"way": PASSWORDS[signal]})
        end_sign_ins(user=user)


@receiver(signals.email_changed, dispatch_uid="accounts.new_address")
def after_new_address(user: Any, from_email_address: Any = None, **kwargs: Any) -> None:
    """Record that the address changed; the first one of an account is no change."""
    if from_email_address is None:
        return
    with transaction.atomic():
        record("address.changed", actor=user, about=user)


@receiver(signals.user_signed_up, dispatch_uid="accounts.signed_up")
def after_sign_up(user: Any, **kwargs: Any) -> None:
    """Record a new account."""
    with transaction.atomic():
        record("account.made", actor=user, about=user, facts={"way": "page"})
