"""What a device has to know since its last cursor (messaging.md 10.3 sync, 10.4 sync frames).

Nothing here is lost by reading: messages stay until ``acknowledge``. A cursor is opaque to
clients. It holds the device, the last message read, the position in the list of devices, and the
sum of the room heads, by which a waiting request sees that a room went on.
"""

import re
from typing import Any

import msgspec

from community.api.errors import ApiError
from community.devices import list_changes, lists, setup, uploads
from community.devices.models import Device, ToDevice
from community.ids import room_name, user_name
from community.rooms.models import RoomMembership

AT_ONCE = 100  # messages
CURSOR = re.compile(r"([A-Z0-9]{10})\.(\d{1,18})\.(\d{1,18})\.(\d{1,18})")


class Cursor(msgspec.Struct, frozen=True):
    """A place: the last message, the position in the device list, the sum of heads."""

    device_id: str
    inbox: int
    lists: int
    heads: int

    def text(self) -> str:
        """Return the form that clients keep."""
        return f"{self.device_id}.{self.inbox}.{self.lists}.{self.heads}"


def read_sync(
    device: Device, cursor: str, heads: bool = True, at_once: int = AT_ONCE
) -> dict[str, Any]:
    """Return the fields of GET sync after ``cursor`` ("" at first), deleting nothing.

    ``at_once`` messages at most (a socket's frame holds fewer than a request's answer).
    ``heads=False`` saves the query of room heads and answers ``{}`` for them. Raises bad_request
    for a cursor that is not of this device, device_revoked.
    """
    seen = _present(device)
    last = lists.position()  # before the changes are read: what comes later has a higher number
    at = _parsed(cursor, seen, last) or Cursor(seen.device_id, 0, last, 0)
    rows = list(
        ToDevice.objects.filter(recipient_device=seen, seq__gt=at.inbox)
        .select_related("sender")
        .order_by("seq")[: at_once + 1]
    )
    more, rows = len(rows) > at_once, rows[:at_once]
    rooms = _heads(seen) if heads else {}
    answer: dict[str, Any] = {
        "cursor": Cursor(
            seen.device_id,
            rows[-1].seq if rows else at.inbox,
            last,
            sum(rooms.values()) if heads else at.heads,
        ).text(),
        "more": more,
        "to_device": [
            {"type": row.type, "sender": user_name(row.sender.public_id), "content": row.content}
            for row in rows
        ],
        "device_lists": list_changes.between(seen.user, at.lists, last),
        "devices_pos": last,
        "otk_counts": uploads.counts(seen),
        "unused_fallback": uploads.unused_fallback(seen),
        "heads": rooms,
    }
    return answer


def acknowledge(device: Device, cursor: str) -> None:
    """Delete the messages up to the cursor: the device has taken them in.

    Only forward, and never beyond what exists. Raises bad_request for a cursor that is not of
    this device or beyond its end, device_revoked.
    """
    seen = _present(device)
    at = _parsed(cursor, seen, lists.position())
    if at is None:
        raise ApiError("bad_request", "a cursor is needed")
    ToDevice.objects.filter(recipient_device=seen, seq__lte=at.inbox).delete()
    setup.note_seen(seen)


def something_new(answer: dict[str, Any], cursor: str) -> bool:
    """Say whether an answer to ``cursor`` holds what a waiting client waits for."""
    changes = answer["device_lists"]
    return bool(
        not cursor
        or answer["to_device"]
        or changes["changed"]
        or changes["left"]
        or answer["cursor"].rpartition(".")[2] != cursor.rpartition(".")[2]
    )


def _present(device: Device) -> Device:
    """Read the device again: a socket holds an old copy. Raises device_revoked."""
    row = Device.objects.select_related("user").filter(pk=device.pk, revoked_at=None).first()
    if row is None:
        raise ApiError("device_revoked")
    return row


def _parsed(text: str, device: Device, last: int) -> Cursor | None:
    """Return the cursor; None for the empty one. Raises bad_request.

    A cursor of another device of hers would skip, and then delete, messages nobody has read.
    """
    if text == "":
        return None
    match = CURSOR.fullmatch(text) if text.isascii() else None
    if match is None:
        raise ApiError("bad_request", "this is no cursor")
    found = Cursor(match[1], int(match[2]), int(match[3]), int(match[4]))
    fits = found.device_id == device.device_id
    if not fits or found.inbox > device.inbox_seq or found.lists > last:
        raise ApiError("bad_request", "this is no cursor of this device")
    return found


def _heads(device: Device) -> dict[str, int]:
    """Return room → last event of the rooms the person has joined."""
    rows = RoomMembership.objects.filter(
        user_id=device.user_id, state=RoomMembership.State.JOINED
    ).values_list("room__public_id", "room__last_seq")
    return {room_name(public_id): last for public_id, last in rows}
