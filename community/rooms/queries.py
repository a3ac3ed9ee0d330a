"""Rooms as clients see them (messaging.md 10.3): rooms, lists of members, own place."""

import uuid
from collections.abc import Iterable
from datetime import UTC, date, datetime
from typing import Any

from django.contrib.auth import get_user_model
from django.db.models import QuerySet

from community.api.errors import ApiError
from community.devices.models import CrossSigningKey
from community.devices.objects import public_of
from community.ids import room_name, user_name
from community.messages.queries import with_unread
from community.permissions import INSIDE, rooms_visible_to
from community.rooms.models import Room, RoomMembership, Roster
from portal.shared.errors import NotAllowed

MOST_ROSTER_TEXT = 1_000_000  # characters of one answer; at least one version is given
LEAST_ROSTER_TEXT = 300  # what a version counts for at least: an emptied one has its signatures

State = RoomMembership.State


# rooms


def places_of(user: Any) -> QuerySet[RoomMembership]:
    """Return her places in the rooms she is in or invited to, with ``unread`` and the room."""
    rows = RoomMembership.objects.filter(user=user, state__in=INSIDE)
    mine = rows.filter(room__in=rooms_visible_to(user))
    return with_unread(mine).select_related("room").order_by("room_id")


def place_of(user: Any, room: Room) -> RoomMembership:
    """Return her place in one room, as ``places_of`` does. Raises NotAllowed."""
    place = places_of(user).filter(room=room).first()
    if place is None:
        raise NotAllowed
    return place


def room_object(
    room: Room, membership: RoomMembership, with_members: bool = False
) -> dict[str, Any]:
    """Return the ``room`` of messaging.md 10.3 as one person sees it.

    ``membership`` from ``places_of``, or any row of hers: ``unread`` is then counted here. An
    invited person has read nothing and has nothing unread.
    """
    found = {
        "room_id": room_name(room.public_id),
        "kind": room.kind,
        "state": room.state,
        "last_seq": room.last_seq,
        "members_seq": room.members_seq,
        "roster_version": room.roster_version,
        "membership": membership.state,
        "role": membership.role,
        "joined_seq": membership.joined_seq,
        "first_visible_seq": membership.first_visible_seq,
        "last_read_seq": membership.last_read_seq,
        "unread": _unread(membership),
        "muted": membership.muted,
        "pinned": membership.pinned_at is not None,
        "ends_at": iso(room.ends_at),
        "retention_days": room.retention_days,
        "receipts": room.receipts,
        "hold_until": iso(room.hold_until),
        "purge_at": iso(room.purge_at),
    }
    return found | {"members": members(room)} if with_members else found


def _unread(membership: RoomMembership) -> int:
    if membership.state != State.JOINED:
        return 0
    number = getattr(membership, "unread", None)
    if number is None:
        rows = with_unread(RoomMembership.objects.filter(pk=membership.pk))
        number = rows.values_list("unread", flat=True).first()
    return number or 0


def members(room: Room) -> list[dict[str, str]]:
    """Return everybody who has or had a place in the room, with state and role. The signed roster
    says who they are; a client gives keys to those who are in both and joined."""
    rows = RoomMembership.objects.filter(room=room).order_by("pk")
    return [
        {"user": user_name(number), "state": state, "role": role}
        for number, state, role in rows.values_list("user__public_id", "state", "role")
    ]


def iso(value: date | datetime | None) -> str | None:
    """Return a date as ``2027-05-31``, a moment as ``2027-05-31T12:00:00Z``, None as it is."""
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
    return value.isoformat() if value else None


def member_frame(user: Any, room_id: uuid.UUID) -> dict[str, Any]:
    """Return the ``member`` frame of messaging.md 10.4: her own place in a room as it is now, also
    after it ended. Raises NotAllowed for whoever never had one."""
    rows = RoomMembership.objects.filter(user=user, room__public_id=room_id)
    place = rows.select_related("room").first()
    if place is None:
        raise NotAllowed
    return {
        "t": "member",
        "room": room_name(room_id),
        "state": place.state,
        "roster_version": place.room.roster_version,
        "members_seq": place.room.members_seq,
    }


# signed lists


def rosters_from(room: Room, first: int) -> list[dict[str, Any]]:
    """Return the versions from ``first`` on, in order, as many as fit one answer: whoever has not
    reached the room's ``roster_version`` asks again from the next one."""
    rows = Roster.objects.filter(room=room, version__gte=first).order_by("version")
    found, length = [], 0
    for row in rows.iterator(chunk_size=20):
        length += max(len(row.text), LEAST_ROSTER_TEXT)
        if found and length > MOST_ROSTER_TEXT:
            break
        found.append(
            {"version": row.version, "seq": row.seq, "text": row.text, "signatures": row.signatures}
        )
    return found


def present_roster(room: Room) -> Roster:
    """Return the newest version of the list. Raises room_closed where the purge has emptied it."""
    row = Roster.objects.get(room=room, version=room.roster_version)
    if not row.text:
        raise ApiError("room_closed")
    return row


# people


def accounts(public_ids: Iterable[uuid.UUID]) -> dict[uuid.UUID, Any]:
    """Return public id → account."""
    rows = get_user_model().objects.filter(public_id__in=list(public_ids))
    return {row.public_id: row for row in rows}


def masters_of(user_ids: Iterable[int]) -> dict[int, str]:
    """Return row id of a person → her published master key, for those who have one."""
    rows = CrossSigningKey.objects.filter(user__in=list(user_ids), usage="master")
    found = {row.user_id: public_of(row.key) for row in rows}
    return {user_id: key for user_id, key in found.items() if key}
