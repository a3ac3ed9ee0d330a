"""Who may ask whom for contact, who answers, who is a contact: question and list are one rule.

Whoever is blocked asks like everybody else and is told the same; the request reaches nobody while
the block stands. So nothing tells that one is blocked.
"""

import uuid
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet

from community.directory.models import ContactRequest
from community.directory.permissions import may_look
from community.permissions import members_in_force
from community.rooms.models import Block
from portal.shared.errors import NotAllowed

State = ContactRequest.State
PLACES = tuple(f"{one}__membership__organisation__country" for one in ("asker", "asked"))


def _with_people() -> QuerySet[ContactRequest]:
    """Return requests both people of which are members today."""
    members = members_in_force().values("pk")
    rows = ContactRequest.objects.filter(asker__in=members, asked__in=members)
    return rows.select_related(*PLACES)


def requests_to(user: Any) -> QuerySet[ContactRequest]:
    """Return what waits for this person's answer, without those of people she has blocked."""
    if not may_look(user):
        return ContactRequest.objects.none()
    blocks = Block.objects.filter(blocker=user, blocked=OuterRef("asker"))
    return _with_people().filter(~Exists(blocks), asked=user, state=State.WAITING)


def requests_by(user: Any) -> QuerySet[ContactRequest]:
    """Return what this person asked and is not decided yet, or was declined."""
    if not may_look(user):
        return ContactRequest.objects.none()
    return _with_people().filter(asker=user, state__in=(State.WAITING, State.DECLINED))


def contacts(user: Any) -> QuerySet[ContactRequest]:
    """Return the person's contacts: accepted requests, whoever asked."""
    if not may_look(user):
        return ContactRequest.objects.none()
    return _with_people().filter(Q(asker=user) | Q(asked=user), state=State.ACCEPTED)


def with_person(user: Any, person: int) -> ContactRequest | None:
    """Return what there is between her and the person of an entry she finds: what is open, else
    what was declined of hers; nothing of somebody she has blocked."""
    between = Q(asker=person, asked=user) | Q(asker=user, asked=person)
    rows = ContactRequest.objects.filter(between).order_by("-asked_at", "-pk")
    rows = rows.filter(Q(state__in=ContactRequest.OPEN) | Q(state=State.DECLINED, asker=user))
    found = list(rows.select_related(*PLACES))
    opened = [row for row in found if row.state != State.DECLINED]
    if opened and opened[0].asked_id == user.pk and opened[0].state == State.WAITING:
        return None if has_blocked(user, person) else opened[0]
    return next(iter([*opened, *found]), None)


def has_blocked(user: Any, person: int) -> bool:
    """Say whether she has blocked somebody; only she is ever told."""
    return Block.objects.filter(blocker=user, blocked=person).exists()


def other_of(user: Any, row: ContactRequest) -> Any:
    """Return the other person of a request."""
    return row.asked if row.asker_id == user.pk else row.asker


def get_request_to(user: Any, public_id: uuid.UUID) -> ContactRequest:
    """Return a request she answers. Raises NotAllowed, also where there is none."""
    return _first(requests_to(user), public_id)


def get_request_by(user: Any, public_id: uuid.UUID) -> ContactRequest:
    """Return a request of her own that waits. Raises NotAllowed, also where there is none."""
    return _first(requests_by(user).filter(state=State.WAITING), public_id)


def get_contact(user: Any, public_id: uuid.UUID) -> ContactRequest:
    """Return a contact of hers. Raises NotAllowed, also where there is none."""
    return _first(contacts(user), public_id)


def _first(rows: QuerySet[ContactRequest], public_id: uuid.UUID) -> ContactRequest:
    found = rows.filter(public_id=public_id).first()
    if found is None:
        raise NotAllowed
    return found
