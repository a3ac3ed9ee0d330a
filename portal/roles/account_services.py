"""Suspending an account and releasing it again, by an administrator of the person's place."""

from django.db import transaction
from django.utils.translation import gettext as _

from portal.accounts import services, step_up
from portal.accounts.models import User
from portal.permissions import forget
from portal.roles.administrators import is_last_administrator
from portal.roles.permissions import can_manage_account
from portal.shared.errors import Conflict, NotAllowed


@transaction.atomic
def hold(*, actor: User, user: User) -> User:
    """Close an account: nobody signs in with it, every sign-in ends at once.

    Raises step_up.Needed, NotAllowed, Conflict (held already; last administrator).
    """
    _check(actor, user)
    if is_last_administrator(user):
        raise Conflict(_("This is the last administrator. Appoint another one first."))
    held = services.hold_account(actor=actor, user=user)
    forget(user)
    return held


@transaction.atomic
def release(*, actor: User, user: User) -> User:
    """Let the person sign in again. Raises step_up.Needed, NotAllowed, Conflict (not held)."""
    _check(actor, user)
    released = services.release_account(actor=actor, user=user)
    forget(user)
    return released


def _check(actor: User, user: User) -> None:
    step_up.require(actor)
    forget(actor)  # his role may have ended since the page was opened
    if not can_manage_account(actor, user):
        raise NotAllowed
