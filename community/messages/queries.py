"""Reads events as clients see them (messaging.md 10.3)."""

import uuid
from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import Any

import msgspec
from django.db.models import Count, IntegerField, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce

from community.attachments.models import EventMedia
from community.ids import event_name, room_name, user_name
from community.messages.models import Event
from community.rooms.models import RoomMembership

PAGE = 200
DEFAULT_PAGE = 50


def event_object(
    event: Event, *, room: uuid.UUID, media: Sequence[uuid.UUID] = ()
) -> dict[str, Any]:
    """Return an event as it is sent: by HTTP and by socket alike.

    ``event`` with ``sender``, ``sender_device`` and ``gone_by`` loaded; ``room`` is the room's
    public id, ``media`` the public ids of the event's files.
    """
    is_gone = bool(event.gone_why)
    return {
        "seq": event.seq,
        "event_id": event_name(event.event_id),
        "room_id": room_name(room),
        "sender": user_name(event.sender.public_id) if event.sender else None,
        "device_id": event.sender_device.device_id if event.sender_device else None,
        "ts": event.ts,
        "class": event.event_class,
        "content": None if is_gone else msgspec.json.decode(event.content),
        "expires_at": iso(event.expires_at),
        "media": [str(number) for number in media],
        "gone": _gone(event) if is_gone else None,
    }


def _gone(event: Event) -> dict[str, Any]:
    by = user_name(event.gone_by.public_id) if event.gone_by else None
    return {"why": event.gone_why, "by": by, "ts": event.gone_at}


def iso(moment: datetime | None) -> str | None:
    """Return a moment as ISO 8601 in UTC, ``2027-05-31T12:00:00Z``."""
    if moment is None:
        return None
    return moment.astimezone(UTC).isoformat().replace("+00:00", "Z")


def _objects(rows: QuerySet[Event], room: uuid.UUID) -> list[dict[str, Any]]:
    """Return the objects of some events of one room, in two queries."""
    events = list(rows.select_related("sender", "sender_device", "gone_by").only(*COLUMNS))
    media = _media_of(event.pk for event in events)
    return [event_object(event, room=room, media=media[event.pk]) for event in events]


COLUMNS = (
    "seq", "event_id", "ts", "event_class", "content", "expires_at", "gone_why", "gone_at",
    "sender", "sender_device", "gone_by",
    "sender__public_id", "sender_device__device_id", "gone_by__public_id",
)  # fmt: skip


def _media_of(event_ids: Iterable[int]) -> dict[int, list[uuid.UUID]]:
    found: dict[int, list[uuid.UUID]] = defaultdict(list)
    rows = EventMedia.objects.filter(event__in=list(event_ids)).order_by("pk")
    for event_id, public_id in rows.values_list("event_id", "media__public_id"):
        found[event_id].append(public_id)
    return found


def read_events(room_id: uuid.UUID, from_seq: int, to_seq: int) -> list[dict[str, Any]]:
    """Return the events ``from_seq`` … ``to_seq`` (both included) of a room, in order.

    Two queries. For everybody in the room alike: the caller leaves out what lies before a
    person's ``first_visible_seq``, and asks for a page at a time.
    """
    rows = Event.objects.filter(room__public_id=room_id, seq__range=(from_seq, to_seq))
    return _objects(rows.order_by("seq"), room_id)


def page(
    place: RoomMembership, *, after: int | None = None, before: int | None = None, limit: int
) -> dict[str, Any]:
    """Return up to ``limit`` events behind ``after``, or the last ones before ``before`` (neither:
    the newest), as the answer of ``GET rooms/{r}/events``. ``more``: in the direction asked for.

    ``place`` with its room: a person's own, joined one; she sees nothing before her first event.
    """
    room, first = place.room, place.first_visible_seq
    seen = Event.objects.filter(room=room, seq__gte=first, seq__lte=room.last_seq)
    if after is not None:
        rows = seen.filter(seq__gt=after).order_by("seq")[:limit]
    else:
        rows = seen if before is None else seen.filter(seq__lt=before)
        rows = rows.order_by("-seq")[:limit]
    events = sorted(_objects(rows, room.public_id), key=lambda event: int(event["seq"]))
    if after is not None:
        more = bool(events) and events[-1]["seq"] < room.last_seq
    else:
        more = bool(events) and events[0]["seq"] > first
    return {
        "events": events, "first_visible_seq": first, "last_seq": room.last_seq, "more": more,
    }  # fmt: skip


# numbers


def joined(user: Any) -> QuerySet[RoomMembership]:
    """Return a person's places in the rooms she has joined."""
    return RoomMembership.objects.filter(user=user, state=RoomMembership.State.JOINED)


def with_unread(places: QuerySet[RoomMembership]) -> QuerySet[RoomMembership]:
    """Add ``unread``: how many events of class m stand above ``last_read_seq``, and nothing else.

    Removed messages count as well: a number must not change but by a new message or by reading.
    """
    unseen = Event.objects.filter(
        Q(seq__gt=OuterRef("last_read_seq")) & Q(seq__gte=OuterRef("first_visible_seq")),
        room=OuterRef("room"),
        event_class=Event.Class.MESSAGE,
    )
    counted = unseen.order_by().values("room").annotate(number=Count("pk")).values("number")
    number = Coalesce(Subquery(counted, output_field=IntegerField()), Value(0))
    return places.annotate(unread=number)


def unread_of(user: Any) -> dict[str, dict[str, int]]:
    """Return name of a joined room → ``unread`` and ``last_seq``. One query."""
    rows = with_unread(joined(user)).values_list("room__public_id", "unread", "room__last_seq")
    return {room_name(room): {"unread": unread, "last_seq": last} for room, unread, last in rows}


def heads_of(user: Any) -> dict[str, int]:
    """Return name of a joined room → number of its last event. One query."""
    rows = joined(user).values_list("room__public_id", "room__last_seq")
    return {room_name(room): last for room, last in rows}
