"""A person's place in a room, held while it is changed: shared by the services of this concept."""

import uuid
from typing import Any

from community.api.errors import ApiError
from community.ids import user_name
from community.messages import notices
from community.messages.append import append_change, lock_room
from community.messages.models import Event
from community.permissions import INSIDE, get_lost_room_for, get_membership_for, get_room_for
from community.realtime import pokes
from community.rooms.models import Room, RoomMembership, RoomRole, RoomState, Roster
from portal.audit.services import record
from portal.shared.errors import NotAllowed

State = RoomMembership.State


def joined(user: Any, room_id: uuid.UUID) -> RoomMembership:
    """Return her place in a room she has joined; the room is locked until the transaction ends.

    Who is not inside locks nothing. Raises NotAllowed.
    """
    get_membership_for(user, room_id)
    room = lock_room(room_id)
    place = get_membership_for(user, room_id)  # it may have ended while we waited
    place.room, place.user = room, user
    return place


def hosting(user: Any, room_id: uuid.UUID) -> RoomMembership:
    """Return the place of a host, the room locked. Raises NotAllowed, forbidden for other roles."""
    place = joined(user, room_id)
    if place.role != RoomRole.HOST:
        raise ApiError("forbidden", "Only hosts can do this.")
    return place


def inside(user: Any, room_id: uuid.UUID) -> RoomMembership:
    """Return her place in a room she has joined or is invited to, the room locked.

    Raises NotAllowed.
    """
    get_room_for(user, room_id)
    return known(user, room_id, INSIDE)


def known(user: Any, room_id: uuid.UUID, states: tuple[str, ...]) -> RoomMembership:
    """Return her place if it is in one of these states, the room locked. Raises NotAllowed."""
    rows = RoomMembership.objects.filter(user=user, room__public_id=room_id, state__in=states)
    if not rows.exists():
        raise NotAllowed
    room = lock_room(room_id)
    place = rows.first()
    if place is None:
        raise NotAllowed
    place.room, place.user = room, user
    return place


def to_close(user: Any, room_id: uuid.UUID) -> tuple[Room, bool]:
    """Return the room, locked, and whether it is a host who closes it; else it is a platform
    administrator and the room has lost every host. Raises NotAllowed, forbidden."""
    try:
        return hosting(user, room_id).room, True
    except (ApiError, NotAllowed) as refusal:
        try:
            get_lost_room_for(user, room_id)
            room = lock_room(room_id)
            get_lost_room_for(user, room_id)  # a host may have come back while we waited
        except NotAllowed:
            raise refusal from None
        return room, False


def go(place: RoomMembership, state: str, *, actor: Any) -> Event:
    """Let a person leave or decline: her row, the event, her devices, the record.

    Where the purge has taken the names out of a room none is written any more: it comes once.
    """
    room, user = place.room, place.user
    change = "left" if state == State.LEFT else "declined"
    name = {} if _is_emptied(room) else {"user": user_name(user.public_id)}
    event = append_change(room, change, **name)
    place.state, place.left_seq = state, event.seq
    place.save(update_fields=["state", "left_seq"])
    pokes.member(user.pk, room.public_id)
    notices.seen(user, room)
    record(f"room.{change}", actor=actor, about=user, thing=room)
    return event


def _is_emptied(room: Room) -> bool:
    """Say whether the purge of a closed room has been there: no signed list has its text."""
    lists = Roster.objects.filter(room=room).exclude(text="")
    return room.state == RoomState.CLOSED and not lists.exists()


def answer(room: Room, seq: int | None) -> dict[str, Any]:
    """Return the answer of join, leave and decline."""
    return {"seq": seq, "members_seq": room.members_seq}
