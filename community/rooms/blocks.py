"""People from whom a person wants no direct messages. Nobody but her sees the list."""

import uuid
from typing import Any

from django.db import transaction
from django.db.models import Q

from community.api.errors import ApiError
from community.ids import user_name
from community.permissions import known_to
from community.rooms.models import Block
from portal.shared import clock
from portal.shared.errors import NotAllowed

MOST = 1_000  # of one person


def blocks_of(user: Any) -> list[dict[str, str]]:
    """Return whom she has blocked, by name: ``{"user", "name"}``."""
    rows = Block.objects.filter(blocker=user).select_related("blocked").order_by("blocked__name")
    return [{"user": user_name(row.blocked.public_id), "name": row.blocked.name} for row in rows]


@transaction.atomic
def block(*, user: Any, other: uuid.UUID) -> None:
    """Block a person for direct messages, both ways; twice is as once.

    She is one whom the caller may contact or shares a room with, or had blocked before. Raises
    NotAllowed, also for a person who does not exist, and bad_request.
    """
    if other == user.public_id:
        raise ApiError("bad_request", "you cannot block yourself")
    mine = Block.objects.filter(blocker=user)
    if mine.filter(blocked__public_id=other).exists():
        return
    person = _reachable(user, other)
    if mine.count() >= MOST:
        raise ApiError("bad_request", f"at most {MOST} people")
    Block.objects.get_or_create(blocker=user, blocked=person, defaults={"created": clock.now()})


def _reachable(user: Any, other: uuid.UUID) -> Any:
    """Return a person she knows of. Who has blocked her is one too: being blocked is not told."""
    person = known_to(user, [other]).get(other)
    if person is not None:
        return person
    blocked_her = Block.objects.filter(Q(blocker__public_id=other), blocked=user)
    found = blocked_her.select_related("blocker").first()
    if found is None:
        raise NotAllowed
    return found.blocker


@transaction.atomic
def unblock(*, user: Any, other: uuid.UUID) -> None:
    """Take a block back; without one nothing happens."""
    Block.objects.filter(blocker=user, blocked__public_id=other).delete()
