"""Reads what the account pages show."""

from dataclasses import dataclass
from datetime import datetime

from allauth.usersessions.models import UserSession

from portal.accounts.devices import browser_and_system
from portal.accounts.models import User


@dataclass(frozen=True)
class SignIn:
    """One browser in which the account is signed in."""

    id: int
    browser: str
    system: str
    started: datetime
    address: str
    current: bool


def sign_ins(user: User, session_key: str | None) -> list[SignIn]:
    """Return the sign-ins of an account that still work, this browser's first, then the newest.

    Changes nothing: rows whose session is gone are left out here and removed at the next sign-in.
    """
    rows = [row for row in UserSession.objects.filter(user=user) if row.exists()]
    found = [
        SignIn(
            row.pk,
            *browser_and_system(row.user_agent),
            started=row.created_at,
            address=row.ip,
            current=row.session_key == session_key,
        )
        for row in rows
    ]
    return sorted(found, key=lambda row: (not row.current, -row.started.timestamp()))
