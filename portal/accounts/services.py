"""What a person can change about her own account, and how sign-ins end."""

import hashlib
from collections.abc import Sequence
from typing import Any

from allauth.usersessions.adapter import get_adapter as sessions_adapter
from allauth.usersessions.models import UserSession
from django.db import transaction
from django.http import HttpRequest

from portal.accounts.models import Hold, User
from portal.audit.services import record
from portal.events import publish
from portal.events.messages import RightsChanged, SignInEnded, SignInRenewed, SignInsEnded
from portal.languages.table import CODES
from portal.organisations.models import Region
from portal.shared.errors import Conflict, Invalid, NotAllowed


@transaction.atomic
def update_profile(*, user: User, name: str, language: str, region: Region | None) -> User:
    """Store what a person tells about herself. Raises Invalid for an unknown language."""
    user = User.objects.select_for_update().get(pk=user.pk)
    user.name = name
    user.language = _known(language)
    user.region = region
    user.save(update_fields=["name", "language", "region"])
    return user


@transaction.atomic
def set_language(*, user: User, language: str) -> User:
    """Store the language of pages and mails. Raises Invalid for one the site does not have."""
    user = User.objects.select_for_update().get(pk=user.pk)
    user.language = _known(language)
    user.save(update_fields=["language"])
    return user


def _known(language: str) -> str:
    if language not in CODES:
        raise Invalid(fields={"language": language})
    return language


def session_mark(session_key: str) -> str:
    """Return how messages name a session: the SHA-256 (hex) of its key, which stays a secret."""
    return hashlib.sha256(session_key.encode()).hexdigest()


@transaction.atomic
def end_sign_in(*, user: User, sign_in: int) -> None:
    """End one sign-in of the account at once. Raises NotAllowed if it is not hers."""
    row = UserSession.objects.filter(user=user, pk=sign_in).first()
    if row is None:
        raise NotAllowed
    _end(user, [row], user)


@transaction.atomic
def end_sign_ins(*, user: Any, but: str | None = None, actor: Any = None) -> int:
    """End every sign-in of an account except the session key ``but``; return how many.

    ``actor`` is who ends them, if it is not the person herself.
    """
    rows = list(UserSession.objects.filter(user=user).exclude(session_key=but or ""))
    _end(user, rows, actor or user)
    if but is None:
        publish(SignInsEnded(user.pk))
    return len(rows)


def _end(user: Any, rows: Sequence[UserSession], actor: Any) -> None:
    sessions_adapter().end_sessions(rows)
    for row in rows:
        publish(SignInEnded(user.pk, session_mark(row.session_key)))
    if rows:
        record("session.ended", actor=actor, about=user, facts={"count": len(rows)})


@transaction.atomic
def note_sign_out(*, user: Any, session_key: str | None) -> None:
    """Take note that the person signs out of this session, which the caller empties."""
    UserSession.objects.filter(user=user, session_key=session_key or "").delete()
    record("sign-out", actor=user, about=user)
    if session_key:
        publish(SignInEnded(user.pk, session_mark(session_key)))


def renew_session(request: HttpRequest) -> None:
    """Give the signed-in session another key (ASVS 7.2.4); the list of sign-ins follows.

    Page and data stay; whoever holds the old key holds nothing.
    """
    old = request.session.session_key
    request.session.cycle_key()
    new = request.session.session_key
    if old and new:
        UserSession.objects.filter(session_key=old).update(session_key=new)
        publish(SignInRenewed(request.user.pk, session_mark(old), session_mark(new)))  # type: ignore[arg-type]


@transaction.atomic
def hold_account(*, actor: Any, user: User, reason: str = Hold.SUSPENDED) -> User:
    """Suspend an account: no sign-in any more, and those there are end at once.

    Who may do so is decided by the caller. ``reason`` is one of ``Hold``, never a text. Raises
    Invalid for another value, Conflict if the account is held already.
    """
    if reason not in Hold.values or not reason:
        raise Invalid(fields={"hold": reason})
    user = User.objects.select_for_update().get(pk=user.pk)
    if user.hold:
        raise Conflict
    user.hold = reason
    user.save(update_fields=["hold"])
    record("account.held", actor=actor, about=user, facts={"hold": reason})
    end_sign_ins(user=user, actor=actor)
    publish(RightsChanged(user.pk))
    return user


@transaction.atomic
def release_account(*, actor: Any, user: User) -> User:
    """Let a suspended account sign in again. Raises Conflict if it is not suspended."""
    user = User.objects.select_for_update().get(pk=user.pk)
    if not user.hold:
        raise Conflict
    user.hold = Hold.NONE
    user.save(update_fields=["hold"])
    record("account.released", actor=actor, about=user)
    publish(RightsChanged(user.pk))
    return user
