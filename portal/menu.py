"""Which entries of the menus are a person's. Each page decides itself who may enter."""

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django_otp import DEVICE_ID_SESSION_KEY

from portal.notifications import queries as notices
from portal.permissions import has_role, is_member, is_verified
from portal.roles.models import Role


@dataclass(frozen=True)
class Menu:
    """``member``: the community is hers; ``approver``: the applications are."""

    member: bool = False
    approver: bool = False


NOBODY = Menu()


def menu_for(request: HttpRequest) -> Menu:
    """Return the entries of whoever asks; read once a request.

    A visitor, and a sign-in without a second factor, cost no query: the session says so. Others
    cost what ``portal.permissions`` reads anyway (membership and roles).
    """
    found: Menu | None = getattr(request, "_menu", None)
    if found is None:
        found = _read(request)
        request._menu = found  # type: ignore[attr-defined]
    return found


def _read(request: HttpRequest) -> Menu:
    user: Any = getattr(request, "user", None)
    session = getattr(request, "session", None)
    if user is None or session is None or not user.is_authenticated:
        return NOBODY
    if DEVICE_ID_SESSION_KEY not in session or not is_verified(user):
        return NOBODY
    approver = has_role(user, Role.FOCAL_POINT, Role.ADMINISTRATOR)
    return Menu(member=is_member(user), approver=approver)


def unread_for(request: HttpRequest) -> int:
    """Return the number of unread notices of whoever is signed in: one query, once a request."""
    found: int | None = getattr(request, "_unread", None)
    if found is None:
        user: Any = getattr(request, "user", None)
        asked = user is not None and hasattr(request, "session") and user.is_authenticated
        found = notices.unread(user) if asked else 0
        request._unread = found  # type: ignore[attr-defined]
    return found
