"""People with devices and rooms with people in them, made by rows: for tests of events and files."""

import base64
import hashlib
import itertools
import json
import uuid
from typing import Any

import msgspec
from django.db import transaction

from community.devices import binding, lists
from community.devices.models import BackupVersion, CrossSigningKey, Device, Secret
from community.messages.append import append, append_change
from community.messages.models import Event
from community.messages.rules import NewEvent
from community.rooms.models import Room, RoomMembership
from portal.accounts.models import User
from portal.shared import clock
from tests.community.paper import Paper
from tests.limits import forget_limits
from tests.people import member, organisation

_txns = itertools.count(1)
USAGES = ("master", "self_signing", "user_signing")


class Ready(Paper):
    """A signed-in browser whose person has set up everything; nothing was sent to get there."""

    def __init__(self, user: User | None = None) -> None:
        super().__init__(user or member(of=organisation()))
        self.device = device_of(self.user, self.device_id)
        session = self.client.session
        session[binding.SESSION_KEY] = self.device.bound_sign_in
        session.save()

    def event(self, room: Room, **fields: Any) -> dict[str, Any]:
        """A body of PUT events that names the present state of the room."""
        room.refresh_from_db()
        body = {
            "class": "m", "content": self.megolm(), "members_seq": room.members_seq,
            "devices_pos": lists.position(), "expires_at": None, "media": [], "notify": [],
        }  # fmt: skip
        return body | fields

    def send(self, room: Room, txn: str = "", **fields: Any) -> Any:
        """PUT an event; limits are those of a new minute each time."""
        forget_limits()
        return self.put(f"{path(room)}/events/{txn or new_txn()}", self.event(room, **fields))


def device_of(user: User, device_id: str = "AAAAAAAAAA") -> Device:
    """A confirmed device of a person, with the set-up of messaging.md 4.1 beside it."""
    moment = clock.now()
    for usage in USAGES:
        CrossSigningKey.objects.get_or_create(
            user=user, usage=usage, defaults={"key": {}, "updated": moment}
        )
        Secret.objects.get_or_create(
            user=user, name=f"cross_signing_{usage}",
            defaults={"iv": "i", "ct": "c", "updated": moment},
        )  # fmt: skip
    BackupVersion.objects.get_or_create(
        user=user, version=1, defaults={"algorithm": "a", "auth": {}, "created": moment}
    )
    return Device.objects.create(
        user=user, device_id=device_id, device_keys={}, confirmed=True, created=moment,
        last_seen_day=moment.date(), bound_sign_in=uuid.uuid4().hex,
    )  # fmt: skip


def room_of(*people: User, kind: str = "case", **fields: Any) -> Room:
    """A room these people have joined; the first one is its host (direct: all are)."""
    room = Room.objects.create(
        public_id=uuid.uuid4(), kind=kind, created=clock.now(), roster_version=1, **fields
    )
    with transaction.atomic():
        append_change(room, "created", roster_version=1)
    for number, user in enumerate(people):
        join(room, user, "host" if number == 0 or kind == "direct" else "member")
    return room


def join(room: Room, user: User, role: str = "member", **fields: Any) -> RoomMembership:
    """Put a person into a room."""
    fields = {"state": "joined", "joined_seq": room.last_seq} | fields
    return RoomMembership.objects.create(room=room, user=user, role=role, **fields)


def said(room: Room, who: Ready | None = None, text: str = "AwgA", **fields: Any) -> Event:
    """An event in a room, without asking anybody."""
    kind = fields.pop("kind", "m")
    with transaction.atomic():
        return append(
            room, event_class=kind, content=f'{{"ciphertext":"{text}"}}',
            sender=who and who.user, device=who and who.device, txn_id=new_txn(), **fields,
        )  # fmt: skip


def change(room: Room, **fields: Any) -> None:
    """Change some columns of a room, and no others."""
    Room.objects.filter(pk=room.pk).update(**fields)
    room.refresh_from_db()


def path(room: Room) -> str:
    return f"rooms/{room.public_id}"


def new_txn() -> str:
    return f"t{next(_txns)}"


def new_event(**fields: Any) -> NewEvent:
    """A decoded body, for the service."""
    return msgspec.json.decode(json.dumps(fields), type=NewEvent)


def b64sha(data: bytes) -> str:
    return base64.b64encode(hashlib.sha256(data).digest()).decode()
