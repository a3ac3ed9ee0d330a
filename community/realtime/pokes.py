"""What services tell the sockets: that something happened, never what (messaging.md D7).

Every function may be called inside a transaction: the poke goes out after the commit, and is
dropped with it. A lost poke is repaired by the regular check of each socket.

Channel-layer messages (type → fields):
``chat.room`` room (uuid), seq · ``chat.inbox`` devices (row ids) · ``chat.lists`` users (row ids)
``chat.member`` user (row id), room · ``chat.receipt`` room, user (row id), seq
``chat.typing`` room, user · ``chat.close`` device (row id), code
"""

import uuid
from collections.abc import Iterable, Mapping
from typing import Any

from django.db import transaction

from portal.sockets import groups

EVERYBODY = "chat.processes"  # every process that holds chat sockets listens here


def of_room(room: uuid.UUID) -> str:
    """Return the group of the processes that hold a socket of this room."""
    return f"chat.room.{room.hex}"


def room(room_id: uuid.UUID, seq: int) -> None:
    """A room has events up to ``seq``."""
    _after_commit(of_room(room_id), {"type": "chat.room", "room": str(room_id), "seq": seq})


def inbox(device_ids: Iterable[int]) -> None:
    """Something waits for these devices."""
    for some in _parts(device_ids):
        _after_commit(EVERYBODY, {"type": "chat.inbox", "devices": some})


def devices_changed(user_ids: Iterable[int]) -> None:
    """The devices or keys of these people changed: tell who shares a room with them."""
    for some in _parts(user_ids):
        _after_commit(EVERYBODY, {"type": "chat.lists", "users": some})


def member(user_id: int, room_id: uuid.UUID) -> None:
    """A person's own place in a room changed: invited, joined, left, removed, another role."""
    _after_commit(EVERYBODY, {"type": "chat.member", "user": user_id, "room": str(room_id)})


def receipt(room_id: uuid.UUID, user_id: int, seq: int) -> None:
    """A person has read a room up to ``seq``."""
    _after_commit(
        of_room(room_id),
        {"type": "chat.receipt", "room": str(room_id), "user": user_id, "seq": seq},
    )


def close(device_id: int, code: int) -> None:
    """The sockets of a device (row id) end with a close code."""
    _after_commit(EVERYBODY, {"type": "chat.close", "device": device_id, "code": int(code)})


def _parts(numbers: Iterable[int]) -> Iterable[list[int]]:
    rows = sorted(set(numbers))
    return (rows[at : at + 200] for at in range(0, len(rows), 200))


def _after_commit(group: str, message: Mapping[str, Any]) -> None:
    transaction.on_commit(lambda: groups.tell(group, dict(message)), robust=True)
