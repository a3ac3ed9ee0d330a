"""Empties rooms: what expired, what is older than a room keeps, what closed rooms left.

Each part is done in a transaction of its own, the room held, that asks again whether its time has
come. A legal hold keeps everything that was said in a room (messaging.md 6.3).
"""

import logging
from collections.abc import Callable, Iterable
from datetime import timedelta
from itertools import takewhile

import msgspec
from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q, QuerySet, Subquery

from community.attachments import services as attachments
from community.attachments.models import Media
from community.devices.models import BackupKey, BackupVersion
from community.messages import notices, tombstones
from community.messages.append import append_change
from community.messages.models import Event
from community.messages.rules import is_held, milliseconds
from community.rooms.models import Room, RoomState, Roster
from portal.audit.services import record
from portal.notifications import services as notifications
from portal.shared import clock

logger = logging.getLogger("community.purge")

PART = 500  # events of one transaction
SEALED = (Event.Class.MESSAGE, Event.Class.SILENT)


def _parts(keys: Iterable[int], work: Callable[[int], int], most: int) -> int:
    """Repeat ``work`` on each row until it finds nothing more there, up to ``most`` in all."""
    total, failed = 0, None
    for key in keys:
        try:
            while total < most and (count := work(key)):
                total += count
        except Exception as fault:  # one room that fails must not stop the others
            logger.exception("a room could not be purged")
            failed = fault
    if failed is not None:
        raise failed
    return total


def _room(key: int) -> Room | None:
    """Return a room, held until the transaction ends; None if a legal hold keeps what is in it."""
    room = Room.objects.select_for_update().filter(pk=key).first()
    return None if room is None or is_held(room, clock.now().date()) else room


def free() -> QuerySet[Room]:
    """Return the rooms without a legal hold."""
    return Room.objects.filter(Q(hold_until=None) | Q(hold_until__lt=clock.now().date()))


# what expired, what is old


def expired(most: int) -> int:
    """Empty events whose own time is over."""
    over = Event.objects.filter(expires_at__lte=clock.now(), gone_why="", room__in=free())
    return _parts(set(over.values_list("room", flat=True)), expire_in, most)


@transaction.atomic
def expire_in(key: int) -> int:
    """Empty a part of the expired events of a room; return how many."""
    if _room(key) is None:
        return 0
    rows = Event.objects.filter(room=key, expires_at__lte=clock.now(), gone_why="")
    found = list(rows.order_by("seq").values_list("pk", flat=True)[:PART])
    tombstones.bury(found, why=tombstones.EXPIRED)
    return len(found)


def retention(most: int) -> int:
    """Empty events older than their room keeps them."""
    due = Q(pk__in=())
    for days in set(Room.objects.values_list("retention_days", flat=True)):
        due |= Q(retention_days=days, oldest__lt=_oldest_kept(days))
    oldest = _left(OuterRef("pk"), OuterRef("purged_seq")).order_by("seq").values("ts")[:1]
    rooms = free().annotate(oldest=Subquery(oldest)).filter(due)
    return _parts(list(rooms.values_list("pk", flat=True)), purge_old, most)


def _oldest_kept(days: int) -> int:
    return milliseconds(clock.now() - timedelta(days=days))


def _left(room: object, after: object) -> QuerySet[Event]:
    """Return the sealed events of a room behind a number that still have their content."""
    return Event.objects.filter(room=room, seq__gt=after, event_class__in=SEALED, gone_why="")


@transaction.atomic
def purge_old(key: int) -> int:
    """Empty a part of the old events of a room; return how many."""
    room = _room(key)
    if room is None:
        return 0
    return _purge(room, "retention", _oldest_kept(room.retention_days))


def _purge(room: Room, why: str, before: int | None = None) -> int:
    """Empty the next part of a room, up to the first event that is not from ``before`` (ms)."""
    rows = _left(room.pk, room.purged_seq).order_by("seq").values_list("pk", "seq", "ts")[:PART]
    found = list(takewhile(lambda row: before is None or row[2] < before, rows))
    if not found:
        return 0
    files = tombstones.bury([row[0] for row in found], why=tombstones.PURGED)
    room.purged_seq = found[-1][1]
    room.save(update_fields=["purged_seq"])
    append_change(room, "purged", up_to_seq=room.purged_seq)
    facts = {"why": why, "events": len(found), "files": files, "up_to": room.purged_seq}
    record("messages.purged", thing=room, facts=facts)
    return len(found)


# rooms that are closed


def closed(most: int) -> int:
    """Empty rooms whose days after closing are over: events, files, keys in backup, rosters."""
    rooms = free().filter(state=RoomState.CLOSED, purge_at__lte=clock.now()).filter(
        Exists(_left(OuterRef("pk"), OuterRef("purged_seq")))
        | Exists(Media.objects.filter(room=OuterRef("pk")))
        | Exists(Roster.objects.filter(room=OuterRef("pk")).exclude(text=""))
        | Exists(BackupKey.objects.filter(room=OuterRef("public_id")))
    )  # fmt: skip
    return _parts(list(rooms.values_list("pk", flat=True)), purge_closed, most)


@transaction.atomic
def purge_closed(key: int) -> int:
    """Empty a part of a closed room, its last events together with all the rest; return how many
    rows."""
    room = _room(key)
    if room is None or room.state != RoomState.CLOSED or not room.purge_at:
        return 0
    if room.purge_at > clock.now():
        return 0
    if count := _purge(room, "closed"):
        return count
    keys = _drop_backup_keys(room)
    files = attachments.doom(Media.objects.filter(room=room, expires_at=None))
    files += attachments.doom(Media.objects.filter(room=room, expires_at__gt=F("created")))
    # The names of members go; that each version was signed stays, as its hash.
    named = Roster.objects.filter(room=room).exclude(text="").update(text="", signatures={})
    if named:
        forget_people(room)
    notifications.forget(verbs=notices.VERBS.values(), key=str(room.public_id))
    if keys or files or named:
        facts = {"why": "closed", "files": files, "keys": keys}
        record("messages.purged", thing=room, facts=facts)
    return 0


def forget_people(room: Room, name: str = "") -> None:
    """Take people (all, or the one of that name) out of what the server said itself; what happened
    stays. In a transaction, the room held."""
    said = Event.objects.filter(room=room, event_class=Event.Class.SERVER, content__contains=name)
    for event in said.iterator(chunk_size=PART):
        content = msgspec.json.decode(event.content)
        if content.pop("user", None) is not None:
            Event.objects.filter(pk=event.pk).update(content=msgspec.json.encode(content).decode())


def _drop_backup_keys(room: Room) -> int:
    """Delete everybody's sealed copies of the room's keys; return how many."""
    total = 0
    rows = BackupKey.objects.filter(room=room.public_id)
    versions = sorted(set(rows.values_list("version", flat=True)))
    for version in BackupVersion.objects.select_for_update().filter(pk__in=versions).order_by("pk"):
        count = rows.filter(version=version).delete()[0]
        version.count, version.etag = max(0, version.count - count), version.etag + 1
        version.save(update_fields=["count", "etag"])
        total += count
    return total
