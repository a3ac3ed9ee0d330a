"""What a person can change about her own account."""

from typing import Any

from allauth.usersessions.adapter import get_adapter as sessions_adapter
from allauth.usersessions.models import UserSession
from django.db import transaction

from portal.accounts.models import User
from portal.languages.table import CODES
from portal.organisations.models import Region
from portal.shared.errors import Invalid, NotAllowed


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


def end_sign_in(*, user: User, sign_in: int) -> None:
    """End one sign-in of the account at once. Raises NotAllowed if it is not hers."""
    row = UserSession.objects.filter(user=user, pk=sign_in).first()
    if row is None:
        raise NotAllowed
    sessions_adapter().end_sessions([row])


def end_sign_ins(*, user: Any, but: str | None = None) -> int:
    """End every sign-in of an account except the session key ``but``; return how many."""
    rows = list(UserSession.objects.filter(user=user).exclude(session_key=but or ""))
    sessions_adapter().end_sessions(rows)
    return len(rows)
