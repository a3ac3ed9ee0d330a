"""What sockets read for many people or rooms at once. Called in a database thread."""

import uuid
from collections import defaultdict
from collections.abc import Collection
from typing import Any, NamedTuple

from django.db.models import F

from community.devices import lists, sync
from community.devices.models import Device, DeviceListChange
from community.messages.models import Event
from community.messages.queries import read_events
from community.permissions import direct_is_blocked, share_a_room
from community.realtime import frames, limits, packing
from community.rooms.models import Room, RoomMembership
from community.rooms.queries import member_frame
from portal.accounts.models import User
from portal.shared.errors import NotAllowed

State = RoomMembership.State
FEW = 3  # events that are read without a look at their sizes


class Place(NamedTuple):
    """A person's joined place in a room: her first event, the room's last one, whether receipts
    are shown to others."""

    first: int
    head: int
    receipts: bool


def places_of(users: Collection[int]) -> dict[int, dict[uuid.UUID, Place]]:
    """Return the rooms these people (row ids) have joined. One query."""
    rows = RoomMembership.objects.filter(user__in=users, state=State.JOINED).values_list(
        "user_id", "room__public_id", "first_visible_seq", "room__last_seq", "room__receipts"
    )
    found: dict[int, dict[uuid.UUID, Place]] = defaultdict(dict)
    for user, room, *place in rows:
        found[user][room] = Place(*place)
    return found


def ends_in(room_id: uuid.UUID, users: Collection[int]) -> dict[int, tuple[int, int | None]]:
    """Return for these people the first and the last event each may see. The last is None for
    those inside, else the one with which the membership ended (0: nothing at all)."""
    rows = RoomMembership.objects.filter(room__public_id=room_id, user__in=users)
    found: dict[int, tuple[int, int | None]] = dict.fromkeys(users, (0, 0))
    names = ("user_id", "state", "first_visible_seq", "left_seq")
    for user, state, first, left in rows.values_list(*names):
        found[user] = (first, None if state == State.JOINED else left or 0)
    return found


def is_blocked(room_id: uuid.UUID) -> bool:
    """Say whether these are direct messages and one of the two has blocked the other."""
    room = Room.objects.filter(public_id=room_id).first()
    return room is not None and direct_is_blocked(room)


def heads(rooms: Collection[uuid.UUID]) -> dict[uuid.UUID, int]:
    """Return the number of the last event of each room. One query."""
    return dict(Room.objects.filter(public_id__in=rooms).values_list("public_id", "last_seq"))


def shows_receipts(room_id: uuid.UUID) -> bool:
    """Say whether read positions are shown to others in a room."""
    return bool(Room.objects.filter(public_id=room_id, receipts=True).exists())


def events(room_id: uuid.UUID, first: int, last: int) -> tuple[list[packing.Event], int]:
    """Return events from ``first`` on as text, a page of them, and the number of the last one
    that was read: at most ``last``, and never more than there are."""
    last = min(last, first + limits.PAGE_EVENTS - 1)
    if last - first >= FEW:
        last = _end_of_page(room_id, first, last)
    found = read_events(room_id, first, last)
    if not found or found[-1]["seq"] < last:
        last = min(last, heads([room_id]).get(room_id, 0))
    return [packing.encode(event) for event in found], last


def _end_of_page(room_id: uuid.UUID, first: int, last: int) -> int:
    """Return the last event that a page of limited size can hold; at least the first few."""
    rows = Event.objects.filter(room__public_id=room_id, seq__range=(first, last))
    total = 0
    for seq, size in rows.order_by("seq").values_list("seq", "size"):
        total += size
        if total > limits.PAGE_BYTES and seq - first >= FEW:
            return seq - 1
    return last


def names(users: Collection[int]) -> dict[int, uuid.UUID]:
    """Return the public ids of people (row ids)."""
    return dict(User.objects.filter(pk__in=users).values_list("pk", "public_id"))


def member(user_id: int, room_id: uuid.UUID) -> tuple[dict[str, Any], int | None] | None:
    """Return the ``member`` frame of a person and room, and the last event she may see there
    (None: she is inside); None for a room she never had to do with."""
    user = User.objects.filter(pk=user_id).first()
    end = ends_in(room_id, [user_id])[user_id][1]
    try:
        return member_frame(user, room_id), end
    except NotAllowed:
        return None


class Page(NamedTuple):
    """What a ``sync`` frame tells: its shared part, and what the next page begins with. ``news``:
    a device that has seen the page before has a reason to see this one; ``mark``: of its keys."""

    inbox: int
    cursor: str
    more: bool
    news: bool
    mark: int
    text: str


def sync_page(device_row: int, cursor: str | None) -> Page | None:
    """Return what a device has to know after a cursor, in a frame's size; None for a device that
    is not there any more. Raises ApiError for a wrong cursor."""
    device = Device.objects.select_related("user").filter(pk=device_row, revoked_at=None).first()
    if device is None:
        return None
    at_once, heads = sync.AT_ONCE, True
    while True:
        answer = sync.read_sync(device, cursor or "", heads, at_once)
        text = frames.numbered(answer)
        too_big = len(text.encode()) + frames.HEAD_BYTES > limits.FRAME_BYTES
        if not too_big or (at_once == 1 and not heads):
            break
        at_once, heads = max(1, min(at_once, len(answer["to_device"])) // 2), at_once > 1
    changes = answer["device_lists"]
    return Page(
        device.inbox_seq,
        answer["cursor"],
        answer["more"],
        bool(answer["to_device"] or changes["changed"] or changes["left"]),
        hash((tuple(sorted(answer["otk_counts"].items())), tuple(answer["unused_fallback"]))),
        text,
    )


def acknowledge(device_row: int, cursor: str) -> None:
    """Delete the inbox of a device up to a cursor. Raises ApiError for a wrong one."""
    device = Device.objects.select_related("user").filter(pk=device_row, revoked_at=None).first()
    if device is not None:
        sync.acknowledge(device, cursor)


def affected_by(users: Collection[int]) -> set[int]:
    """Return whom a change of these people's devices concerns: who shares a room with them."""
    return share_a_room(users)


def list_changes(after: int) -> tuple[int, set[int]]:
    """Return the position of the device list, and whose devices changed behind ``after``."""
    last = lists.position()
    if last <= after:
        return last, set()
    rows = DeviceListChange.objects.filter(stream__gt=after).values_list(F("user_id"), flat=True)
    return last, set(rows.order_by().distinct())
