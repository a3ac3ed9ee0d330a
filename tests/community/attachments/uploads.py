"""Sealed files for tests: begun, whole, on the disk."""

import secrets
from typing import Any

from community.attachments import rules, services
from community.attachments.models import EventMedia, Media
from community.ids import room_name
from community.messages.models import Event
from community.rooms.models import Room
from portal.files import store
from tests.community.messages.made import b64sha, said

DATA = secrets.token_bytes(3000)


def begun(room: Room, user: Any, data: bytes, purpose: str = "file") -> Media:
    """An upload of these bytes that has received nothing yet."""
    wanted = rules.NewMedia(
        room=room_name(room.public_id), size=len(data), sha256=b64sha(data), purpose=purpose
    )
    return services.begin(user=user, room_id=room.public_id, wanted=wanted)


def whole(room: Room, user: Any, data: bytes | None = None, purpose: str = "file") -> Media:
    """A finished upload."""
    data = data or secrets.token_bytes(100)
    media = begun(room, user, data, purpose)
    return services.add(user=user, media_id=media.public_id, offset=0, data=data)


def on_disk(media: Media) -> bool:
    """Whether there are bytes of this file."""
    return store.place(media.storage_key).exists()


def bytes_of(media: Media) -> bytes:
    return store.place(media.storage_key).read_bytes()


def with_file(room: Room, writer: Any, **fields: Any) -> tuple[Event, Media]:
    """An event that names a file."""
    media = whole(room, writer.user)
    event = said(room, writer, **fields)
    EventMedia.objects.create(event=event, media=media)
    return event, media


# by HTTP


def start(who, place, data=DATA, **fields):
    body = {
        "room": f"!{place.public_id}:members.invalid", "size": len(data), "sha256": b64sha(data),
        "purpose": "file",
    } | fields  # fmt: skip
    return who.post("media", body)


def begin(who, room, data=DATA, **fields):
    answer = start(who, room, data, **fields)
    assert answer.status_code == 201, answer.content
    return answer.json()["media_id"]


def part(who, media, offset, data):
    return who.put(f"media/{media}/{offset}", data)


def refused(answer):
    return answer.status_code, answer.json()["code"]
