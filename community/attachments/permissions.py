"""Who may write and read sealed files."""

import uuid
from typing import Any

from django.db.models import Q

from community.api.errors import ApiError
from community.attachments.models import EventMedia, Media
from community.permissions import direct_is_blocked, get_membership_for, get_room_for
from community.rooms.models import RoomMembership, RoomRole, RoomState
from portal.shared import clock
from portal.shared.errors import NotAllowed

Purpose = Media.Purpose
WRITERS = (RoomRole.HOST, RoomRole.MEMBER)


def check_may_upload(user: Any, room_id: uuid.UUID, purpose: str) -> RoomMembership:
    """Return her place in the room if she may put a file there; keys of earlier messages
    (``history``) are given by hosts.

    Raises NotAllowed, read_only, forbidden, room_closed.
    """
    place = get_membership_for(user, room_id)
    if place.role not in WRITERS:
        raise ApiError("read_only")
    if purpose == Purpose.HISTORY and place.role != RoomRole.HOST:
        raise ApiError("forbidden", "hosts give earlier messages")
    if place.room.state != RoomState.OPEN:
        raise ApiError("room_closed")
    if direct_is_blocked(place.room):
        raise ApiError("forbidden")
    return place


def get_media_for(user: Any, public_id: uuid.UUID) -> Media:
    """Return a whole file of a room she has joined: her own, or one that an event names which she
    may see; of earlier messages' keys also where she is invited. Raises NotAllowed, also for what
    is gone or not whole."""
    alive = Q(expires_at=None) | Q(expires_at__gt=clock.now())
    media = (
        Media.objects.select_related("room").filter(alive, public_id=public_id, complete=True)
    ).first()  # fmt: skip
    if media is None:
        raise NotAllowed
    if media.purpose == Purpose.HISTORY:
        get_room_for(user, media.room.public_id)
        return media
    place = get_membership_for(user, media.room.public_id)
    named = EventMedia.objects.filter(media=media, event__seq__gte=place.first_visible_seq)
    if media.uploader_id != user.pk and not named.exists():
        raise NotAllowed
    return media


def get_upload_for(user: Any, public_id: uuid.UUID) -> Media:
    """Return an upload of one's own. Raises NotAllowed."""
    media = Media.objects.filter(public_id=public_id, uploader=user).first()
    if media is None or (media.expires_at is not None and media.expires_at <= clock.now()):
        raise NotAllowed
    return media
