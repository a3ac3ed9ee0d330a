"""Reads what the account pages show."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django_otp import DEVICE_ID_SESSION_KEY

from portal.accounts import factors
from portal.accounts.devices import browser_and_system
from portal.accounts.models import User
from portal.shared import clock

# How a session names the device that confirmed it: label of the model, a slash, the primary key.
KIND_OF_LABEL = {model._meta.label_lower: kind for kind, model in factors.MODELS.items()}


@dataclass(frozen=True)
class SignIn:
    """One browser in which the account is signed in; ``factor`` is what confirmed it, or ``""``."""

    id: int
    browser: str
    system: str
    started: datetime
    address: str
    current: bool
    factor: str


def sign_ins(user: User, session_key: str | None) -> list[SignIn]:
    """Return the sign-ins of an account that still work, this browser's first, then the newest.

    Changes nothing: rows whose session is gone are left out here and removed at the next sign-in.
    """
    rows = list(UserSession.objects.filter(user=user))
    keys = [row.session_key for row in rows]
    sessions = {
        session.session_key: session.get_decoded()
        for session in Session.objects.filter(session_key__in=keys, expire_date__gt=clock.now())
    }
    found = [
        SignIn(
            row.pk,
            *browser_and_system(row.user_agent),
            started=row.created_at,
            address=row.ip,
            current=row.session_key == session_key,
            factor=factor_of(sessions[row.session_key]),
        )
        for row in rows
        if row.session_key in sessions
    ]
    return sorted(found, key=lambda row: (not row.current, -row.started.timestamp()))


def factor_of(session: Any) -> str:
    """Return which kind of second factor confirmed a session: passkey, app, recovery or ``""``."""
    label = str(session.get(DEVICE_ID_SESSION_KEY) or "").partition("/")[0]
    return KIND_OF_LABEL.get(label, "")
