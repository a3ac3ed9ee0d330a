"""Puts an event at the end of a room's order: the one place that numbers events."""

import uuid
from typing import Any

import msgspec
from django.db import transaction

from community.devices.models import Device
from community.messages.models import Event
from community.realtime import pokes
from community.rooms.models import Room
from portal.shared import clock
from portal.shared.prepared import insert

_NEXT = "UPDATE community_room SET last_seq = last_seq + 1 WHERE id = %s RETURNING last_seq"
SETS_MEMBERS = {"created", "roster", "joined", "left"}


def lock_room(public_id: uuid.UUID) -> Room:
    """Return the room, locked until the transaction ends. Raises Room.DoesNotExist."""
    return Room.objects.select_for_update().get(public_id=public_id)


def append(
    room: Room,
    *,
    event_class: str,
    content: str,
    sender: Any = None,
    device: Device | None = None,
    txn_id: str | None = None,
    expires_at: Any = None,
) -> Event:
    """Store an event under the next number, in the transaction of the deed.

    ``content`` is JSON text, kept byte for byte. The counter is raised in the database, so two
    writers cannot get one number, and readers see a number only with its event.
    """
    if not transaction.get_connection().in_atomic_block:
        raise transaction.TransactionManagementError("an event is numbered inside a transaction")
    with transaction.get_connection().cursor() as cursor:
        cursor.execute(_NEXT, [room.pk])
        (seq,) = cursor.fetchone()
    event = Event(
        room=room,
        seq=seq,
        event_id=uuid.uuid4(),  # not uuid7: an id must not tell a time that is kept by the hour
        sender=sender,
        sender_device=device,
        txn_id=txn_id,
        ts=int(clock.now().timestamp() * 1000),
        event_class=event_class,
        content=content,
        size=len(content.encode()),
        expires_at=expires_at,
    )
    insert(event)
    room.last_seq = seq
    pokes.room(room.public_id, seq)
    return event


def append_change(room: Room, change: str, **fields: Any) -> Event:
    """Store what the server says itself (class x): ``{"change": …}`` with the fields that apply.

    created, roster, joined and left move ``members_seq``.
    """
    content = msgspec.json.encode({"change": change} | fields).decode()
    event = append(room, event_class=Event.Class.SERVER, content=content)
    if change in SETS_MEMBERS:
        Room.objects.filter(pk=room.pk).update(members_seq=event.seq)
        room.members_seq = event.seq
    return event
