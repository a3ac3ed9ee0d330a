"""Who is at the other end of a socket, read again whenever it is asked.

channels reads user and session once, and its reading destroys signed-in sessions when the secret
key is changed through fallbacks, because it cannot hand out a new cookie. Here the session is only
read.
"""

import hashlib
from dataclasses import dataclass
from http.cookies import CookieError, SimpleCookie
from importlib import import_module
from typing import Any

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.utils.crypto import constant_time_compare
from django_otp import DEVICE_ID_SESSION_KEY
from django_otp.models import Device

from portal.accounts import session_limits
from portal.accounts.models import User
from portal.sockets.origin import header


@dataclass(frozen=True)
class SignIn:
    """A signed-in person: the account, and the SHA-256 (hex) of the session key."""

    user: User
    session: str


def session_mark(session_key: str) -> str:
    """Return how a session is named outside the session store: the SHA-256 of its key."""
    return hashlib.sha256(session_key.encode()).hexdigest()


def session_key(scope: dict[str, Any]) -> str:
    """Return the session key of the cookie the browser sent, or ``""``."""
    try:
        cookies = SimpleCookie(header(scope, b"cookie") or "")
    except CookieError:
        return ""
    morsel = cookies.get(settings.SESSION_COOKIE_NAME)
    return morsel.value if morsel else ""


def read(key: str) -> SignIn | None:
    """Return who is signed in under this session key with a second factor; None otherwise.

    Changes nothing, prolongs nothing. The account must be active and not held, the password the
    one the session was made with, the second factor still there, and the sign-in not too old.
    """
    if not key:
        return None
    session = import_module(settings.SESSION_ENGINE).SessionStore(key)
    data = session.load() or {}
    if data.get(BACKEND_SESSION_KEY) not in settings.AUTHENTICATION_BACKENDS:
        return None
    user = User.objects.filter(pk=data.get(SESSION_KEY) or 0, is_active=True, hold="").first()
    if user is None or not _same_password(user, data.get(HASH_SESSION_KEY) or ""):
        return None
    if session_limits.is_over(data) or not _second_factor(user, data):
        return None
    return SignIn(user, session_mark(key))


def _same_password(user: User, mark: str) -> bool:
    hashes = [user.get_session_auth_hash(), *user.get_session_auth_fallback_hash()]
    return any(constant_time_compare(mark, known) for known in hashes)


def _second_factor(user: User, data: dict[str, Any]) -> bool:
    device = Device.from_persistent_id(data.get(DEVICE_ID_SESSION_KEY) or "")
    if device is None or device.user_id != user.pk or not device.confirmed:
        return False
    user.otp_device = device  # type: ignore[attr-defined]
    return True
