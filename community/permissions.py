"""Who may do what in the members' half: the one door from an id to an object."""

import uuid
from collections.abc import Iterable
from typing import Any

from django.contrib.auth import get_user_model
from django.db.models import Exists, OuterRef, Q, QuerySet

from community.rooms.models import Block, Kind, Room, RoomMembership, RoomRole
from portal.permissions import is_member, roles_of
from portal.roles.models import Role
from portal.roles.scope import is_unlimited
from portal.shared import clock
from portal.shared.errors import NotAllowed
from portal.vetting.models import Membership, Tier

State = RoomMembership.State
INSIDE = (State.JOINED, State.INVITED)
ONCE_INSIDE = (State.JOINED, State.INVITED, State.LEFT, State.REMOVED)


# rooms
def rooms_visible_to(user: Any) -> QuerySet[Room]:
    """Return the rooms a member is in or invited to."""
    if not is_member(user):
        return Room.objects.none()
    mine = RoomMembership.objects.filter(room=OuterRef("pk"), user=user, state__in=INSIDE)
    return Room.objects.filter(Exists(mine))


def get_room_for(user: Any, public_id: uuid.UUID) -> Room:
    """Return a room she is in or invited to. Raises NotAllowed, also if it does not exist."""
    room = rooms_visible_to(user).filter(public_id=public_id).first()
    if room is None:
        raise NotAllowed
    return room


def get_membership_for(user: Any, public_id: uuid.UUID) -> RoomMembership:
    """Return her place in a room she has joined, the room with it. Raises NotAllowed."""
    row = (
        RoomMembership.objects.select_related("room")
        .filter(user=user, room__public_id=public_id, state=State.JOINED)
        .first()
    )
    if row is None or not is_member(user):
        raise NotAllowed
    return row


# people
def memberships_in_force() -> QuerySet[Membership]:
    """Return the memberships of today, of accounts that are held for a time too."""
    return Membership.objects.filter(
        tier=Tier.MEMBER, state=Membership.State.ACTIVE, lapses_at__gt=clock.now(),
        user__is_active=True,
    )  # fmt: skip


def members_in_force() -> QuerySet[Any]:
    """Return the accounts that are members of the community today."""
    current = Membership.objects.filter(
        user=OuterRef("pk"), tier=Tier.MEMBER, state=Membership.State.ACTIVE,
        lapses_at__gt=clock.now(),
    )  # fmt: skip
    return get_user_model().objects.filter(Exists(current), is_active=True, hold="")


def can_contact(user: Any, other: Any) -> bool:
    """Say whether she may write to the other person directly (each has to allow it)."""
    return bool(contacts_of(user).filter(pk=other.pk).exists())


def contacts_of(user: Any) -> QuerySet[Any]:
    """Return the members she may write to directly: all but herself and who blocked, either way."""
    if not is_member(user):
        return get_user_model().objects.none()
    blocks = Block.objects.filter(
        Q(blocker=user, blocked=OuterRef("pk")) | Q(blocker=OuterRef("pk"), blocked=user)
    )
    return members_in_force().exclude(pk=user.pk).exclude(Exists(blocks))


def known_to(user: Any, public_ids: Iterable[uuid.UUID]) -> dict[uuid.UUID, Any]:
    """Return those of the people whose keys she may ask for: herself, people who share or shared
    a room she is in, and people she may contact; others are simply absent."""
    wanted = get_user_model().objects.filter(public_id__in=list(public_ids))
    rooms = RoomMembership.objects.filter(user=user, state__in=INSIDE).values("room")
    shared = RoomMembership.objects.filter(
        user=OuterRef("pk"), room__in=rooms, state__in=ONCE_INSIDE
    )
    found = wanted.filter(Q(pk=user.pk) | Exists(shared) | Q(pk__in=contacts_of(user).values("pk")))
    return {row.public_id: row for row in found}


def reachable_by(user: Any, public_ids: Iterable[uuid.UUID]) -> dict[uuid.UUID, Any]:
    """Return those of the people to whose devices she may write: herself, people she may contact,
    and people who are in a room with her now, but for direct messages where one has blocked the
    other. Whoever has gone out of a room and blocked her hears nothing from her any more."""
    wanted = get_user_model().objects.filter(public_id__in=list(public_ids))
    rooms = RoomMembership.objects.filter(user=user, state__in=INSIDE).values("room")
    blocks = Block.objects.filter(
        Q(blocker=user, blocked=OuterRef("user")) | Q(blocker=OuterRef("user"), blocked=user)
    )
    shared = RoomMembership.objects.filter(
        Q(room__kind=Kind.CASE) | ~Exists(blocks),
        user=OuterRef("pk"), room__in=rooms, state__in=INSIDE,
    )  # fmt: skip
    found = wanted.filter(Q(pk=user.pk) | Exists(shared) | Q(pk__in=contacts_of(user).values("pk")))
    return {row.public_id: row for row in found}


def share_a_room(user_ids: Iterable[int]) -> set[int]:
    """Return the people (ids) who are in a room with one of these, these themselves included."""
    people = set(user_ids)
    rooms = RoomMembership.objects.filter(user__in=people, state__in=INSIDE).values("room")
    with_them = RoomMembership.objects.filter(room__in=rooms, state__in=INSIDE)
    return people | set(with_them.values_list("user_id", flat=True))


def direct_is_blocked(room: Room) -> bool:
    """Say whether one of the two people of direct messages has blocked the other. Case rooms
    have no blocks: there a host decides who is inside."""
    if room.kind != Kind.DIRECT:
        return False
    people = RoomMembership.objects.filter(room=room).values("user")
    return Block.objects.filter(blocker__in=people, blocked__in=people).exists()


# the platform's administrators, who are in no room
def is_platform_administrator(user: Any) -> bool:
    """Say whether the person administers the whole site; a part of it gives no right over rooms."""
    return any(grant.role == Role.ADMINISTRATOR and is_unlimited(grant) for grant in roles_of(user))


def has_host(room: Room) -> bool:
    """Say whether a host of the room is still inside and a member of the community."""
    hosts = RoomMembership.objects.filter(room=room, role=RoomRole.HOST, state=State.JOINED)
    return hosts.filter(user__in=memberships_in_force().values("user")).exists()


def get_lost_room_for(user: Any, public_id: uuid.UUID) -> Room:
    """Return a case room that has lost every host, for a platform administrator: she may close
    it, never read it or add anyone. Raises NotAllowed, also if it does not exist."""
    room = Room.objects.filter(public_id=public_id, kind=Kind.CASE).first()
    if room is None or not is_platform_administrator(user) or has_host(room):
        raise NotAllowed
    return room


def get_any_room_for(user: Any, public_id: uuid.UUID) -> Room:
    """Return a room by its id, for a platform administrator who holds back its purge.

    Raises NotAllowed, also if it does not exist.
    """
    room = Room.objects.filter(public_id=public_id).first()
    if room is None or not is_platform_administrator(user):
        raise NotAllowed
    return room
