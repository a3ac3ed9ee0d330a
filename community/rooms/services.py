"""A person's own steps in a room: joining, leaving, declining, her view of it; and its settings.

Opening: ``opening``. The signed list: ``rosters``. The end of a room: ``closing``, ``exports``.
"""

import logging
import uuid
from datetime import date
from typing import Any

from django.contrib.auth import get_user_model
from django.db import transaction

from community.api.errors import ApiError
from community.devices import lists
from community.ids import user_name
from community.messages import notices
from community.messages.append import append_change
from community.messages.models import Event
from community.permissions import (
    INSIDE,
    direct_is_blocked,
    get_room_for,
    memberships_in_force,
)
from community.realtime import pokes
from community.rooms import places, queries, roster_rules
from community.rooms.models import Kind, Room, RoomMembership, RoomRole, RoomState
from community.rooms.opening import check_end, check_retention
from portal.audit.services import record
from portal.shared import clock
from portal.shared.errors import NotAllowed

logger = logging.getLogger("community.rooms")
State = RoomMembership.State


@transaction.atomic
def join(*, user: Any, room_id: uuid.UUID) -> dict[str, Any]:
    """Go into a room she is invited to; who is inside already gets the same answer.

    Of direct messages, who left comes back this way: she is still on the signed list. What she may
    see begins with her joining, unless the list says that history is shared with her. Raises
    NotAllowed, room_closed, forbidden (blocked).
    """
    here = _before(user, room_id)
    if here.state == State.JOINED:
        return places.answer(here.room, here.joined_seq)
    lists.mark_changed(user.pk)  # before the room is locked
    place = places.known(user, room_id, (here.state, State.JOINED))
    room = place.room
    if place.state == State.JOINED:  # by the same request, a moment ago
        return places.answer(room, place.joined_seq)
    if room.state != RoomState.OPEN:
        raise ApiError("room_closed")
    if direct_is_blocked(room):
        raise ApiError("forbidden", "One of you has blocked the other.")
    sees_all = _history_given(user, room)
    event = append_change(room, "joined", user=user_name(user.public_id))
    place.state, place.joined_seq, place.left_seq = State.JOINED, event.seq, None
    place.first_visible_seq = 1 if sees_all else event.seq
    # What was written before is there to be read; it is not news.
    place.last_read_seq = event.seq
    place.save(
        update_fields=["state", "joined_seq", "left_seq", "first_visible_seq", "last_read_seq"]
    )
    pokes.member(user.pk, room.public_id)
    notices.seen(user, room)
    record("room.joined", actor=user, about=user, thing=room, facts={"role": place.role})
    return {"seq": event.seq, "members_seq": room.members_seq}


def _before(user: Any, room_id: uuid.UUID) -> RoomMembership:
    """Return the place of a person who may come in, or has; strangers lock nothing. Raises
    NotAllowed."""
    rows = RoomMembership.objects.filter(user=user, room__public_id=room_id)
    place = rows.select_related("room").first()
    if place is None:
        raise NotAllowed
    comes_back = place.state == State.LEFT and place.room.kind == Kind.DIRECT
    if place.state not in INSIDE and not comes_back:
        raise NotAllowed
    return place


def _history_given(user: Any, room: Room) -> bool:
    """Say what the present list says: is history shared, and with her? Raises NotAllowed for
    whoever is not on it."""
    roster = roster_rules.parse(queries.present_roster(room).text)
    entry = roster.member(user_name(user.public_id))
    if entry is None:
        raise NotAllowed
    return roster.history == "shared" and entry.history


@transaction.atomic
def leave(*, user: Any, room_id: uuid.UUID) -> dict[str, Any]:
    """Go out of a room. The last host cannot leave others behind in an open room.

    Again: the same answer. Raises NotAllowed, forbidden.
    """
    place = places.known(user, room_id, (State.JOINED, State.LEFT))
    if place.state == State.LEFT:
        return places.answer(place.room, place.left_seq)
    if _leaves_others_alone(place):
        raise ApiError(
            "forbidden", "You are the last host. Name another host or close the room first."
        )
    event = places.go(place, State.LEFT, actor=user)
    return places.answer(place.room, event.seq)


def _leaves_others_alone(place: RoomMembership) -> bool:
    room = place.room
    if place.role != RoomRole.HOST or room.state != RoomState.OPEN:
        return False
    others = RoomMembership.objects.filter(room=room, state__in=INSIDE).exclude(pk=place.pk)
    hosts = others.filter(role=RoomRole.HOST, state=State.JOINED)
    return others.exists() and not hosts.exists()


@transaction.atomic
def decline(*, user: Any, room_id: uuid.UUID) -> dict[str, Any]:
    """Refuse an invitation. Again: the same answer. Raises NotAllowed."""
    place = places.known(user, room_id, (State.INVITED, State.DECLINED))
    if place.state == State.DECLINED:
        return places.answer(place.room, place.left_seq)
    event = places.go(place, State.DECLINED, actor=user)
    return places.answer(place.room, event.seq)


@transaction.atomic
def set_own(*, user: Any, room_id: uuid.UUID, muted: bool, pinned: bool) -> None:
    """Keep how she wants to see a room; nobody else is told. Raises NotAllowed."""
    room = get_room_for(user, room_id)
    rows = RoomMembership.objects.filter(room=room, user=user)
    rows.update(muted=muted)
    rows.filter(pinned_at__isnull=pinned).update(pinned_at=clock.now() if pinned else None)


@transaction.atomic
def change_settings(
    *, user: Any, room_id: uuid.UUID, retention_days: int, ends_at: date | None, receipts: bool
) -> int:
    """Change retention, end and read receipts of an open room, as a host; return the event's
    number. Raises NotAllowed, forbidden, room_closed, bad_request."""
    room = places.hosting(user, room_id).room
    if room.state != RoomState.OPEN:
        raise ApiError("room_closed")
    check_retention(retention_days)
    if ends_at != room.ends_at:  # an end that has come may stand as long as nobody moves it
        check_end(room.kind, ends_at)
    room.retention_days, room.ends_at, room.receipts = retention_days, ends_at, receipts
    room.save(update_fields=["retention_days", "ends_at", "receipts"])
    event = append_change(room, "settings")
    record(
        "room.settings", actor=user, thing=room,
        facts={"retention": retention_days, "ends": queries.iso(ends_at), "receipts": receipts},
    )  # fmt: skip
    return event.seq


def leave_everywhere(user: Any) -> int:
    """End every place of a person who is no member any more: left where she was inside, declined
    where she was invited. Return how many.

    Each room by itself, so that one that fails does not keep the others. She stays on the signed
    lists until a host signs her out, but nobody goes on encrypting to her.
    """
    rows = RoomMembership.objects.filter(user=user, state__in=INSIDE)
    done = 0
    for room_id in rows.order_by("room_id").values_list("room__public_id", flat=True):
        try:
            done += _leave_at_once(user, room_id)
        except Exception:  # ``leave_without_membership`` finds her again
            logger.exception("a place was not ended")
    return done


def leave_without_membership() -> int:
    """End the places of all who are no members any more, for a daily task: a message that a
    membership ended can be lost. Return how many. An account that is held for a time keeps its
    places."""
    inside = RoomMembership.objects.filter(state__in=INSIDE).exclude(
        user__in=memberships_in_force().values("user")
    )
    people = get_user_model().objects.filter(pk__in=inside.values("user"))
    return sum(leave_everywhere(person) for person in people)


@transaction.atomic
def _leave_at_once(user: Any, room_id: uuid.UUID) -> bool:
    try:
        place = places.known(user, room_id, INSIDE)
    except NotAllowed:
        return False
    go_to = State.LEFT if place.state == State.JOINED else State.DECLINED
    return isinstance(places.go(place, go_to, actor=None), Event)
