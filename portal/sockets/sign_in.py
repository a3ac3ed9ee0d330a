"""Who is at the other end of a socket, read again whenever it is asked, one or many at a time.

channels reads user and session once, and its reading destroys signed-in sessions when the secret
key is changed through fallbacks, because it cannot hand out a new cookie. Here the session is only
read.
"""

import hashlib
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from copy import copy
from dataclasses import dataclass, field
from http.cookies import CookieError, SimpleCookie
from importlib import import_module
from typing import Any

from django.apps import apps
from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.utils.crypto import constant_time_compare
from django_otp import DEVICE_ID_SESSION_KEY
from django_otp.models import Device

from portal.accounts import session_limits
from portal.accounts.models import User
from portal.shared import clock
from portal.sockets.codes import Close
from portal.sockets.origin import header

LONGEST_KEY = 40  # characters of a session key, as its table has it


@dataclass(frozen=True, slots=True)
class SignIn:
    """A signed-in person: the account, the SHA-256 (hex) of the session key, the session's data."""

    user: User
    session: str
    data: Mapping[str, Any] = field(repr=False, default_factory=dict)


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
    found = read_many([key])[key]
    return found if isinstance(found, SignIn) else None


def read_many(keys: Collection[str]) -> dict[str, SignIn | Close]:
    """Read many sign-ins at once, as ``read`` does, in three queries and one for each kind of
    factor. Instead of who is not signed in stands why: ``SIGNED_OUT``, or ``CONFIRM_AGAIN`` for a
    sign-in in force whose second factor was not given, or is not there any more."""
    found: dict[str, SignIn | Close] = dict.fromkeys(keys, Close.SIGNED_OUT)
    sessions = {key: data for key, data in _sessions(keys).items() if _in_force(data)}
    users = _users(data.get(SESSION_KEY) for data in sessions.values())
    sessions = {key: data for key, data in sessions.items() if _same_password(users, data)}
    factors = _factors(data.get(DEVICE_ID_SESSION_KEY) for data in sessions.values())
    for key, data in sessions.items():
        user = users[str(data[SESSION_KEY])]
        factor = factors.get(data.get(DEVICE_ID_SESSION_KEY) or "")
        if factor is None or factor.user_id != user.pk or not factor.confirmed:
            found[key] = Close.CONFIRM_AGAIN
            continue
        if hasattr(user, "otp_device"):  # another sign-in of the account, perhaps another factor
            user = copy(user)
        user.otp_device = factor  # type: ignore[attr-defined]
        found[key] = SignIn(user, session_mark(key), data)
    return found


def _sessions(keys: Iterable[str]) -> dict[str, dict[str, Any]]:
    store = import_module(settings.SESSION_ENGINE).SessionStore
    sound = [key for key in keys if key.isascii() and key.isalnum() and len(key) <= LONGEST_KEY]
    if not hasattr(store, "get_model_class"):
        return {key: store(key).load() or {} for key in sound}
    rows = store.get_model_class().objects.filter(
        session_key__in=sound, expire_date__gt=clock.now()
    )
    reader = store()
    pairs = rows.values_list("session_key", "session_data")
    return {key: reader.decode(data) for key, data in pairs}


def _in_force(data: dict[str, Any]) -> bool:
    known = data.get(BACKEND_SESSION_KEY) in settings.AUTHENTICATION_BACKENDS
    return known and bool(data.get(SESSION_KEY)) and not session_limits.is_over(data)


def _users(ids: Iterable[Any]) -> dict[str, User]:
    """Return the accounts that may be signed in, by their id as a session writes it."""
    numbers = {int(text) for text in map(str, ids) if text.isascii() and text.isdecimal()}
    rows = User.objects.filter(pk__in=numbers, is_active=True, hold="")
    return {str(row.pk): row for row in rows}


def _same_password(users: dict[str, User], data: dict[str, Any]) -> bool:
    user = users.get(str(data[SESSION_KEY]))
    if user is None:
        return False
    mark = data.get(HASH_SESSION_KEY) or ""
    if constant_time_compare(mark, user.get_session_auth_hash()):
        return True
    return any(constant_time_compare(mark, old) for old in user.get_session_auth_fallback_hash())


def _factors(ids: Iterable[Any]) -> dict[str, Device]:
    """Return second factors by their persistent id, ``app.model/number``."""
    wanted: dict[str, set[int]] = defaultdict(set)
    for name in ids:
        label, _, number = name.rpartition("/") if isinstance(name, str) else ("", "", "")
        if number.isascii() and number.isdecimal():
            wanted[label].add(int(number))
    found = {}
    for label, numbers in wanted.items():
        try:
            model = apps.get_model(label)
        except (LookupError, ValueError):
            continue
        if issubclass(model, Device):
            rows = model._default_manager.filter(pk__in=numbers)
            found |= {f"{label}/{row.pk}": row for row in rows}
    return found
