"""What an event may look like, and how long things are kept. Pure (messaging.md 5, 6.3, 10.3)."""

import re
import uuid
from datetime import date, datetime, timedelta
from typing import Literal

import msgspec

from community import ids, signing
from community.api.endpoint import Strict, decode
from community.api.errors import ApiError
from community.rooms.models import Room
from portal.shared import ratelimit

MEGOLM = "m.megolm.v1.aes-sha2"
_BASE64 = re.compile(r"[A-Za-z0-9+/]+={0,2}")
LONGEST_LIFE = timedelta(days=365)  # of an event that expires
MOST_FILES = 20  # of one event
REPEATS_KEPT = timedelta(hours=24)  # ids of to-device requests
EXACT_TIMES_KEPT = timedelta(seconds=ratelimit.get("exact-message-times").amount)
HOUR_MS = 3_600_000


class NewEvent(Strict):
    """Body of ``PUT rooms/{r}/events/{t}``; ``content`` is looked at when its turn comes."""

    event_class: Literal["m", "s"] = msgspec.field(name="class")
    content: msgspec.Raw
    members_seq: int
    devices_pos: int
    expires_at: str | None = None
    media: tuple[str, ...] = ()
    notify: tuple[str, ...] = ()


class Sealed(Strict):
    """What ``encryptRoomEvent`` returns; kept as JSON, read by nobody."""

    algorithm: str
    ciphertext: str
    sender_key: str
    device_id: str
    session_id: str


class ReadUpTo(Strict):
    """Body of ``PUT rooms/{r}/read``."""

    seq: int


def sealed_text(content: msgspec.Raw, device_id: str) -> str:
    """Return the JSON to store. Raises bad_request for what is not Megolm of this very device,
    too_large above 96,000 bytes."""
    sealed: Sealed = decode(bytes(content), Sealed)
    keys = (sealed.sender_key, sealed.session_id)
    are_keys = all(signing.unpadded(key, signing.KEY_BYTES) for key in keys)
    if sealed.algorithm != MEGOLM or not are_keys or not _BASE64.fullmatch(sealed.ciphertext):
        raise ApiError("bad_request", "the content is not sealed")
    if sealed.device_id != device_id:
        raise ApiError("bad_request", "the content names another device")
    encoded = msgspec.json.encode(sealed)
    if len(encoded) > ratelimit.get("event-size").amount:
        raise ApiError("too_large")
    return encoded.decode()


def expiry(text: str | None, now: datetime) -> datetime | None:
    """Return when an event expires. Raises bad_request unless it is ISO 8601 with a time zone,
    to come, and within a year."""
    if text is None:
        return None
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise ApiError("bad_request", "expires_at is not a time") from error
    if moment.tzinfo is None or not now < moment <= now + LONGEST_LIFE:
        raise ApiError("bad_request", "expires_at is to come, within a year")
    return moment


def media_ids(names: tuple[str, ...]) -> list[uuid.UUID]:
    """Return the files an event names. Raises bad_request for no UUID, doubles, or too many."""
    found = [number for name in names if (number := ids.parse_uuid(name))]
    if len(set(found)) != len(names) or len(names) > MOST_FILES:
        raise ApiError("bad_request", "media are up to 20 different UUIDs")
    return found


def people(names: tuple[str, ...]) -> list[uuid.UUID]:
    """Return the people to be told. Raises bad_request for no name, or more than fit in a room."""
    found = [number for name in names if (number := ids.parse_user(name))]
    if len(found) != len(names) or len(names) > ratelimit.get("room-people").amount:
        raise ApiError("bad_request", "notify are names of members")
    return found


def milliseconds(moment: datetime) -> int:
    """Return a moment as it stands in ``ts``: milliseconds since 1970, UTC."""
    return int(moment.timestamp() * 1000)


def is_held(room: Room, today: date) -> bool:
    """Say whether a legal hold keeps everything in the room, its last day included."""
    return room.hold_until is not None and room.hold_until >= today
