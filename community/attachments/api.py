"""``/api/e2ee/v1/media…`` (messaging.md 10.3)."""

import uuid
from typing import Any

from django.http import HttpResponseBase

from community import ids
from community.api.endpoint import Answer, Call
from community.api.errors import ApiError
from community.attachments import rules, services
from community.attachments.permissions import get_media_for, get_upload_for
from community.devices.setup import require_ready
from portal.files import serving


def post_media(call: Call) -> Answer:
    """Begin an upload of ciphertext."""
    wanted = call.read(rules.NewMedia)
    room_id = ids.parse_room(wanted.room)
    if room_id is None:
        raise ApiError("bad_request", "room is a room's name")
    require_ready(call)
    call.limit("sealed-files")
    media = services.begin(user=call.user, room_id=room_id, wanted=wanted)
    body = {"media_id": str(media.public_id), "chunk": rules.CHUNK, "received": 0}
    return Answer(body, status=201)


def get_status(call: Call, m: uuid.UUID) -> dict[str, Any]:
    """How far an upload of one's own is."""
    media = get_upload_for(call.user, m)
    return {"size": media.size, "received": media.received, "complete": media.complete}


def put_part(call: Call, m: uuid.UUID, offset: int) -> dict[str, Any]:
    """The next part, as raw bytes."""
    data = call.bytes(rules.CHUNK)
    media = services.add(user=call.user, media_id=m, offset=offset, data=data)
    return {"received": media.received, "complete": media.complete}


def get_media(call: Call, m: uuid.UUID) -> HttpResponseBase:
    """The ciphertext."""
    media = get_media_for(call.user, m)
    return serving.send_sealed(call.request, name=media.storage_key, size=media.size)
