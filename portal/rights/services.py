"""Giving a person her data, and deleting her account."""

from typing import Any

from allauth.account.internal.flows import reauthentication
from allauth.core import context as allauth_context
from allauth.usersessions.adapter import get_adapter as sessions_adapter
from allauth.usersessions.models import UserSession
from django.db import transaction
from django.utils.translation import gettext as _

from portal.accounts import factors, step_up
from portal.accounts.models import User
from portal.audit.services import record
from portal.events import publish
from portal.events.messages import RightsChanged, SignInsEnded
from portal.rights import mails, registry
from portal.roles.administrators import is_last_administrator
from portal.shared import clock, ratelimit
from portal.shared.errors import Conflict, Invalid, TooMany

FORMAT = 1  # of the file with one's own data; rises when a program that reads it must change


def prove(actor: Any) -> None:
    """Make sure that it is the person herself: by second factor if she has one, else by password.

    Raises step_up.Needed, or allauth's ReauthenticationRequired; the middleware asks and replays
    the request.
    """
    request = allauth_context.request
    if factors.has_factor(actor) or request is None or request.user.pk != actor.pk:
        step_up.require(actor)
        return
    reauthentication.raise_if_reauthentication_required(request, app="account")


@transaction.atomic
def export_data(*, user: Any) -> dict[str, Any]:
    """Return everything the site keeps about a person, as plain values.

    Raises what ``prove`` raises, and TooMany (the limit "exports").
    """
    prove(user)
    if wait := ratelimit.wait(f"export:{user.pk}", "exports"):
        raise TooMany(wait)
    found = registry.collect(user)
    record("data.exported", actor=user, about=user)
    return {"format": FORMAT, "made_at": clock.now(), **found}


@transaction.atomic
def delete_account(*, user: Any, understood: bool) -> None:
    """Delete an account for good and all that is kept about the person, except the record.

    Raises Invalid unless ``understood``, what ``prove`` raises, and Conflict for the last
    administrator.
    """
    if not understood:
        raise Invalid(fields={"understood": _("Tick the box if you want to delete the account.")})
    prove(user)
    person = User.objects.select_for_update().get(pk=user.pk)
    if is_last_administrator(person):
        raise Conflict(_("You are the last administrator. Somebody else has to become one first."))
    address, language, key = person.email, person.language, person.pk
    registry.erase(person)
    sessions_adapter().end_sessions(list(UserSession.objects.filter(user=person)))
    person.delete()
    # Written last: the end of the record stays locked until the transaction ends.
    record("account.deleted", actor=person, about=person)
    publish(SignInsEnded(key))
    publish(RightsChanged(key))
    transaction.on_commit(lambda: mails.account_deleted(address, language), robust=True)
