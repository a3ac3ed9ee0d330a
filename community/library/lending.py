"""Lending a restricted record by name, and the ends of what was lent.

It ends with its day, when the source takes it back, and with the membership of who borrowed it.
The audience of the label asks for day and membership itself at every reading; what is done here
keeps the list of requests true, and a membership that comes back from opening old loans again.
"""

from datetime import date
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from community.library.models import AccessRequest, Publication
from community.library.request_permissions import may_lend, requests_for
from community.library.requests import close, count, decide, held, locked, note, sentence_of, tell
from portal.accounts.models import User
from portal.markings.audience import key_of
from portal.markings.models import Reader
from portal.permissions import is_member
from portal.shared import clock
from portal.shared.errors import Conflict, Invalid, NotAllowed

State = AccessRequest.State


def lend(
    *, actor: Any, publication: Publication, address: str, reason: str, ends_on: date | None = None
) -> AccessRequest:
    """Give a record to a member by name who did not ask; RED waits for a second person.

    Raises NotAllowed, Invalid where nobody can be given it, step_up.Needed, TooMany, Conflict.
    """
    if not may_lend(actor, publication):
        raise NotAllowed
    text = sentence_of(reason, "reason", _("Say in a sentence or two what it is given for."))
    count(actor)
    with transaction.atomic():
        publication = held(publication)
        if not may_lend(actor, publication):
            raise NotAllowed
        person = _member_at(address, actor)
        waiting = AccessRequest.objects.filter(publication=publication, state=State.WAITING)
        if waiting.filter(person=person).exists():
            raise Conflict(_("A request of this person waits already. Answer that one."))
        row = AccessRequest.objects.create(publication=publication, person=person, reason=text)
        return decide(actor, row, ends_on)


def _member_at(address: str, actor: Any) -> User:
    """Return the member with an address, not oneself. Raises Invalid."""
    person = User.objects.filter(email__iexact=address.strip()).first()
    if person is None or person.pk == actor.pk or not is_member(person):
        sentence = _("There is no other member with this address.")
        raise Invalid(sentence, {"address": sentence})
    return person


@transaction.atomic
def take_back(*, actor: Any, row: AccessRequest) -> AccessRequest:
    """End now what was lent. Raises NotAllowed for others than the source, Conflict if it ended."""
    row = locked(row)
    if not requests_for(actor).filter(pk=row.pk).exists():
        raise NotAllowed
    if row.state != State.GRANTED:
        raise Conflict(_("Nothing is lent by this request any more."))
    _end(row)
    tell(row)
    note("access.ended", row, actor)
    return row


@transaction.atomic
def end_all_of(*, person: Any) -> int:
    """End everything a person borrowed or asked for; return how many. For ended memberships."""
    return _end_all(AccessRequest.objects.filter(person=person).exclude(state__in=_OVER))


@transaction.atomic
def end_overdue() -> int:
    """Note of everything lent whose day has passed that it ended; return how many."""
    return _end_all(AccessRequest.objects.filter(state=State.GRANTED, ends_at__lte=clock.now()))


_OVER = (State.DECLINED, State.ENDED)


def _end_all(rows: Any) -> int:
    ended = 0
    # Records first, then requests, as everywhere.
    for row in list(rows.select_related("publication").order_by("publication_id", "pk")):
        row = locked(row)
        if row.state in _OVER:
            continue
        _end(row)
        note("access.ended", row, None)
        ended += 1
    return ended


def _end(row: AccessRequest) -> None:
    if row.state == State.GRANTED:
        Reader.objects.filter(**key_of(row.publication), person=row.person_id).delete()
    close(row, State.ENDED)
