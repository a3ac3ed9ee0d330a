"""Counts over everybody's sealed messages: no person, room or device is named."""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from django.db import connection
from django.db.models import Count, F, Sum
from django.utils.functional import Promise
from django_tasks_db.models import DBTaskResult

from community.attachments.models import Media
from community.devices.models import Device, ToDevice
from community.messages.models import Event
from community.messages.rules import milliseconds
from community.rooms.models import Kind, Room, RoomState
from portal.shared import clock

DAYS = 7
DAY_MS = 86_400_000
READY = "READY"  # django-tasks: waits for a worker


@dataclass(frozen=True)
class Numbers:
    """``oldest_waiting``: how long the oldest undelivered message for a device has waited, in
    minutes; None if none waits. Sizes in bytes."""

    sends_last_minute: int
    waiting: int
    oldest_waiting: int | None
    tasks: int
    devices: int
    event_bytes: int
    file_bytes: int
    database_bytes: int


@dataclass(frozen=True)
class RoomCount:
    """How many rooms of a kind are in each state."""

    kind: str
    open: int
    closing: int
    closed: int


@dataclass
class Day:
    """How many events a day had: messages, silent ones (reactions, edits), the server's own."""

    date: datetime
    counts: dict[str, int] = field(default_factory=lambda: {"m": 0, "s": 0, "x": 0})


def numbers() -> Numbers:
    """Return what waits, what is stored, and how much was sent just now."""
    moment = clock.now()
    recent = Event.objects.filter(ts__gte=milliseconds(moment - timedelta(minutes=1)))
    oldest = ToDevice.objects.order_by("pk").values_list("created", flat=True).first()
    return Numbers(
        sends_last_minute=recent.exclude(event_class=Event.Class.SERVER).count(),
        waiting=ToDevice.objects.count(),
        oldest_waiting=None if oldest is None else int((moment - oldest).total_seconds() // 60),
        tasks=DBTaskResult.objects.filter(status=READY).count(),
        devices=Device.objects.filter(revoked_at=None).count(),
        event_bytes=Event.objects.aggregate(total=Sum("size"))["total"] or 0,
        file_bytes=Media.objects.aggregate(total=Sum("received"))["total"] or 0,
        database_bytes=_database_bytes(),
    )


def _database_bytes() -> int:
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SELECT pg_database_size(current_database())")
        else:
            cursor.execute("SELECT page_count * page_size FROM pragma_page_count, pragma_page_size")
        return int(cursor.fetchone()[0])


def rooms_by_state() -> list[RoomCount]:
    """Return how many rooms there are, by kind and state."""
    found: dict[str, dict[str, int]] = defaultdict(dict)
    for kind, state, count in (
        Room.objects.order_by().values_list("kind", "state").annotate(count=Count("pk"))
    ):
        found[kind][state] = count
    states = (RoomState.OPEN, RoomState.CLOSING, RoomState.CLOSED)
    return [
        RoomCount(str(_label(kind)), *(found[kind].get(state, 0) for state in states))
        for kind in Kind.values
    ]


def _label(kind: str) -> str | Promise:
    return Kind(kind).label


def events_by_day() -> list[Day]:
    """Return how many events each of the last seven days had, today first."""
    today = clock.now().astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    found = {
        milliseconds(day) // DAY_MS: Day(day)
        for day in (today - timedelta(days=behind) for behind in range(DAYS))
    }
    first = milliseconds(today - timedelta(days=DAYS - 1))
    rows = Event.objects.filter(ts__gte=first).annotate(day=F("ts") / DAY_MS).order_by()
    for number, kind, count in rows.values_list("day", "event_class").annotate(count=Count("pk")):
        if int(number) in found:
            found[int(number)].counts[kind] = count
    return list(found.values())
