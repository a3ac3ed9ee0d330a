"""The end of a case room: read only, transcript, closed, purged; and what holds the purge back.

The purge itself is ``community.messages``: it takes what ``purge_at`` has passed and what no hold
keeps.
"""

import uuid
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

from django.db import transaction

from community.api.errors import ApiError
from community.messages.append import append_change, lock_room
from community.messages.models import Event
from community.permissions import get_any_room_for
from community.rooms import places, queries
from community.rooms.models import Export, Kind, Room, RoomMembership, RoomState
from portal.accounts import factors, step_up
from portal.audit.services import record
from portal.shared import clock

GRACE = timedelta(days=7)  # between closed and purged
LONGEST_HOLD = timedelta(days=3653)
# Why a purge is held back. A code, never a text: the record holds no words of people.
HOLD_REASONS = ("court-order", "investigation", "records-law", "complaint")


@transaction.atomic
def begin_closing(*, user: Any, room_id: uuid.UUID, ready: Callable[[], object]) -> dict[str, Any]:
    """Make a case room read only, as a host, or as a platform administrator if every host is lost
    (with a passkey, and a fresh second factor). ``ready`` raises where a host's sign-in has no
    device. Again: the same answer. Raises NotAllowed, forbidden, step_up.Needed."""
    room = _case_room(user, room_id, ready)[0]
    if room.state == RoomState.OPEN:
        room.state = RoomState.CLOSING
        room.save(update_fields=["state"])
        append_change(room, "closing")
        record("room.closing", actor=user, thing=room)
    return _answer(room)


@transaction.atomic
def finish_closing(
    *, user: Any, room_id: uuid.UUID, export_id: uuid.UUID | None, ready: Callable[[], object]
) -> dict[str, Any]:
    """Close a room that is closing; everything in it is purged after seven days unless held.

    A host names the transcript that was made of it: of everything its maker may read, and nothing
    was said after that. Without any host nobody may be left to make one. Again: the same answer.
    Raises what ``begin_closing`` raises, bad_request.
    """
    room, by_host = _case_room(user, room_id, ready)
    if room.state == RoomState.CLOSED:
        return _answer(room)
    if room.state != RoomState.CLOSING:
        raise ApiError("bad_request", "close in two steps: closing first")
    export = _transcript(room, export_id) if export_id or by_host else None
    room.state, room.purge_at = RoomState.CLOSED, clock.now() + GRACE
    room.save(update_fields=["state", "purge_at"])
    append_change(room, "closed", **({"manifest_sha256": export.manifest_sha256} if export else {}))
    record("room.closed", actor=user, thing=room, facts={"transcript": export is not None})
    return _answer(room)


def _case_room(user: Any, room_id: uuid.UUID, ready: Callable[[], object]) -> tuple[Room, bool]:
    room, by_host = places.to_close(user, room_id)
    if room.kind != Kind.CASE:
        raise ApiError("forbidden", "Direct messages are not closed. You can leave them.")
    if by_host:
        ready()
    else:
        _require_staff(user)
    return room, by_host


def _require_staff(user: Any) -> None:
    """Ask of a platform administrator what the desk asks: a sign-in with a passkey, and a fresh
    second factor. Raises forbidden, step_up.Needed."""
    if factors.lacks_passkey(user):
        raise ApiError("forbidden", "Your role needs a passkey. Sign in with it.")
    step_up.require(user)


def _transcript(room: Room, export_id: uuid.UUID | None) -> Export:
    """Return the transcript of this room that holds everything its maker may read, the last
    message included. Raises bad_request."""
    export = Export.objects.filter(room=room, public_id=export_id).first()
    if export is None:
        raise ApiError("bad_request", "export_id is not a transcript of this room")
    place = RoomMembership.objects.filter(room=room, user=export.member_id).first()
    if export.from_seq > (place.first_visible_seq if place else 1):
        raise ApiError("bad_request", "the transcript leaves the beginning out")
    said = Event.objects.filter(room=room, seq__gt=export.to_seq).exclude(
        event_class=Event.Class.SERVER
    )
    if said.exists():
        raise ApiError("bad_request", "the transcript is older than the last message")
    return export


def _answer(room: Room) -> dict[str, Any]:
    return {"state": room.state, "purge_at": queries.iso(room.purge_at)}


@transaction.atomic
def hold(*, user: Any, room_id: uuid.UUID, until: date, reason: str) -> int:
    """Hold back every purge of a room up to and with a day; return the event's number.

    For platform administrators, with a passkey and a fresh second factor; everybody in the room
    sees it. An
    earlier day, today at the earliest, ends a hold sooner. ``reason`` is one of ``HOLD_REASONS``.
    Raises NotAllowed, step_up.Needed, bad_request.
    """
    get_any_room_for(user, room_id)
    _require_staff(user)
    today = clock.now().date()
    if not today <= until <= today + LONGEST_HOLD:
        raise ApiError("bad_request", "until is from today to ten years from now")
    if reason not in HOLD_REASONS:
        raise ApiError("bad_request", f"reason is one of {', '.join(HOLD_REASONS)}")
    room = lock_room(room_id)
    room.hold_until = until
    room.save(update_fields=["hold_until"])
    event = append_change(room, "hold", until=until.isoformat())
    record("room.held", actor=user, thing=room, facts={"until": until.isoformat(), "why": reason})
    return event.seq
