"""One sign-in, one device: which device a sign-in speaks for (messaging.md 10.1).

The id lives in the session, so it survives a new session key and ends with the sign-in.
"""

from collections.abc import MutableMapping
from typing import Any

from django.db.models import QuerySet

from community.devices.models import Device
from portal.shared import ids
from portal.shared.prepared import prepared

SESSION_KEY = "messages_sign_in"


def sign_in_of(session: Any) -> str:
    """Return the id of this sign-in, or ``""`` if it has none yet. Reads only."""
    value = session.get(SESSION_KEY, "")
    return value if isinstance(value, str) else ""


def begin(session: MutableMapping[str, Any]) -> str:
    """Give the sign-in an id if it has none; return it."""
    if not sign_in_of(session):
        session[SESSION_KEY] = ids.token()
    return sign_in_of(session)


@prepared
def _bound(user: int, sign_in: str) -> QuerySet[Device]:
    return Device.objects.filter(user=user, bound_sign_in=sign_in)


def device_of(user: Any, sign_in: str) -> Device | None:
    """Return the device bound to this sign-in; a live one before a revoked one."""
    if not sign_in:
        return None
    return min(
        _bound(user.pk, sign_in),
        key=lambda row: (row.revoked_at is not None, -row.pk),
        default=None,
    )
