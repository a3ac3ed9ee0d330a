"""Sends events, keeps how far a person has read, takes events back (messaging.md 5, 6, 10.3)."""

import uuid
from collections.abc import Callable
from functools import partial
from typing import Any

from django.db import DatabaseError, IntegrityError, transaction
from django.db.models import Exists, QuerySet

from community.api.errors import ApiError
from community.attachments.models import EventMedia, Media
from community.devices import lists
from community.devices.models import Device, DeviceListChange
from community.ids import event_name, user_name
from community.messages import notices, rules, tombstones
from community.messages.append import append, append_change
from community.messages.models import Event
from community.messages.queries import with_unread
from community.permissions import direct_is_blocked, get_membership_for
from community.realtime import pokes
from community.rooms.models import Room, RoomMembership, RoomRole, RoomState
from portal.shared import clock
from portal.shared.errors import NotAllowed, ServiceError
from portal.shared.prepared import prepared
from portal.shared.together import stored

State = RoomMembership.State
BEYOND = 2**62  # no list comes so far, and a database can count so far
READERS = (RoomRole.OBSERVER, RoomRole.RECORDS)
Sent = dict[str, Any]


class NotStored(Exception):
    """The database refused an event. Its own words are left out: they may quote the row."""


def already_sent(device: Device, room_id: uuid.UUID, txn_id: str) -> Sent | None:
    """Return the answer a device got for a transaction id; None if it has not used it.

    Raises bad_request where it was used in another room.
    """
    row = _of_txn.first(device.pk, txn_id)
    if row is None:
        return None
    seq, event_id, ts, room = row
    if room != room_id:
        raise ApiError("bad_request", "this transaction id was used in another room")
    return {"seq": seq, "event_id": event_name(event_id), "ts": ts}


@prepared
def _of_txn(device: int, txn_id: str) -> QuerySet[Event, tuple[int, uuid.UUID, int, uuid.UUID]]:
    rows = Event.objects.filter(sender_device=device, txn_id=txn_id)
    return rows.values_list("seq", "event_id", "ts", "room__public_id")


def send(
    *, sender: Any, device: Device, room_id: uuid.UUID, txn_id: str, new: rules.NewEvent,
    ready: Callable[[], object],
) -> tuple[Sent, bool]:  # fmt: skip
    """Store an event at the end of a room; return the answer and whether it is new.

    ``ready`` raises setup_incomplete. Two equal requests at once store one event. Refusals, in the
    order of guarantee 6: NotAllowed, read_only, room_closed, stale_members, stale_devices,
    setup_incomplete, bad_request, too_large, forbidden. Raises NotStored where the database fails.
    """
    try:
        return _store(sender, device, room_id, txn_id, new, ready), True
    except (ServiceError, IntegrityError) as refusal:
        sent = already_sent(device, room_id, txn_id)  # by the same request, a moment ago
        if sent is not None:
            return sent, False
        if isinstance(refusal, IntegrityError):
            raise NotStored(type(refusal).__name__) from None
        raise
    except DatabaseError as fault:
        raise NotStored(type(fault).__name__) from None


def _store(
    sender: Any, device: Device, room_id: uuid.UUID, txn_id: str, new: rules.NewEvent,
    ready: Callable[[], object],
) -> Sent:  # fmt: skip
    # What needs no lock is asked before it is taken, and told when its turn comes.
    not_ready = _refusal(ready)
    text = _refusal(partial(rules.sealed_text, new.content, device.device_id))
    return stored(partial(_put, sender, device, room_id, txn_id, new, (not_ready, text)))


def _put(
    sender: Any, device: Device, room_id: uuid.UUID, txn_id: str, new: rules.NewEvent,
    asked: tuple[object, object],
) -> Sent:  # fmt: skip
    """Store an event in the transaction it is in; ``asked``: readiness and text, or refusals."""
    room = _locked(room_id)
    _check_place(room, sender, new)
    for found in asked:
        if isinstance(found, ApiError):
            raise found
    expires_at = rules.expiry(new.expires_at, clock.now())
    told = rules.people(new.notify)
    if direct_is_blocked(room):
        raise ApiError("forbidden")
    files = _files(room, sender, rules.media_ids(new.media))
    event = append(
        room, event_class=new.event_class, content=str(asked[1]), sender=sender, device=device,
        txn_id=txn_id, expires_at=expires_at,
    )  # fmt: skip
    if files:
        EventMedia.objects.bulk_create(EventMedia(event=event, media=file) for file in files)
    if told:
        transaction.on_commit(partial(notices.tell, room, sender.pk, told), robust=True)
    return {"seq": event.seq, "event_id": event_name(event.event_id), "ts": event.ts}


def _refusal(ask: Callable[[], object]) -> object:
    """Return what ``ask`` returns, or the refusal it raises."""
    try:
        return ask()
    except ApiError as refusal:
        return refusal


def _locked(room_id: uuid.UUID) -> Room:
    """Return a room, held until the transaction ends. Raises NotAllowed."""
    room = _room_to_hold.first(room_id)
    if room is None:
        raise NotAllowed
    return room


@prepared
def _room_to_hold(room_id: uuid.UUID) -> QuerySet[Room]:
    return Room.objects.select_for_update().filter(public_id=room_id)


@prepared
def _place(room: int, user: int, devices_pos: int) -> QuerySet[RoomMembership]:
    """Her place in a room; ``behind``: somebody's devices changed since; ``reached``: the list of
    devices has come to that position."""
    inside = RoomMembership.objects.filter(room=room, state=State.JOINED)
    changes = DeviceListChange.objects.filter(
        user__in=inside.values("user"), stream__gt=devices_pos
    )
    reached = Exists(lists.at_least(devices_pos))
    return inside.filter(user=user).annotate(behind=Exists(changes), reached=reached)


def _check_place(room: Room, sender: Any, new: rules.NewEvent) -> None:
    """Compare what the sender's device knew with what is so, the room held. One query if all is
    well."""
    place: Any = _place.first(room.pk, sender.pk, min(new.devices_pos, BEYOND))
    if place is None:
        raise NotAllowed
    if new.event_class == Event.Class.MESSAGE and place.role in READERS:
        raise ApiError("read_only")
    if room.state != RoomState.OPEN:
        raise ApiError("room_closed")
    if new.members_seq != room.members_seq:
        raise ApiError(
            "stale_members", members_seq=room.members_seq, roster_version=room.roster_version
        )
    # A position the list never had: nobody can say what this device has missed.
    is_nowhere = new.devices_pos > 0 and not place.reached
    if place.behind or is_nowhere:
        # The position first: a change that comes between is then named by the next answer.
        here = lists.position()
        inside = RoomMembership.objects.filter(room=room, state=State.JOINED)
        moved = DeviceListChange.objects.filter(
            user__in=inside.values("user"), stream__gt=new.devices_pos, stream__lte=here
        )
        # She moves by joining, too: what those inside had changed before was never said to her.
        everybody = is_nowhere or moved.filter(user=sender).exists()
        people = inside if everybody else moved
        names = people.order_by().values_list("user__public_id", flat=True).distinct()
        raise ApiError("stale_devices", changed=sorted(map(user_name, names)), devices_pos=here)


def _files(room: Room, sender: Any, wanted: list[uuid.UUID]) -> list[Media]:
    """Return the files of an event: the sender's own, whole, of this room. Raises bad_request."""
    if not wanted:
        return []
    found = Media.objects.filter(
        public_id__in=wanted, room=room, uploader=sender, complete=True, expires_at=None
    ).in_bulk(field_name="public_id")
    if len(found) != len(wanted):
        raise ApiError("bad_request", "media are whole uploads of this room, by the sender")
    return [found[number] for number in wanted]


# reading


@transaction.atomic
def mark_read(*, user: Any, room_id: uuid.UUID, seq: int) -> int:
    """Note how far a person has read, forward only; return what is left unread.

    Raises NotAllowed, bad_request for a number the room has not reached.
    """
    place = get_membership_for(user, room_id)
    if not 0 <= seq <= place.room.last_seq:
        raise ApiError("bad_request", "seq is the number of an event")
    mine = RoomMembership.objects.filter(pk=place.pk)
    if mine.filter(last_read_seq__lt=seq).update(last_read_seq=seq):
        pokes.receipt(place.room.public_id, user.pk, seq)
    unread: int = with_unread(mine).values_list("unread", flat=True)[0]
    if not unread:
        notices.seen(user, place.room)
    return unread


# taking back


@transaction.atomic
def redact(*, user: Any, room_id: uuid.UUID, seq: int) -> int:
    """Empty an event for good, its files with it; return the number of the event that says so.

    A second call returns the same number. Raises NotAllowed, forbidden (neither sender nor host,
    or a legal hold), room_closed.
    """
    room = _locked(room_id)
    place = get_membership_for(user, room_id)
    event = Event.objects.filter(room=room, seq=seq).first()
    if event is None or seq < place.first_visible_seq:
        raise NotAllowed
    is_own = event.sender_id == user.pk
    if event.event_class == Event.Class.SERVER or not (is_own or place.role == RoomRole.HOST):
        raise ApiError("forbidden")
    if event.gone_why:
        return _redaction_of(event)
    if room.state != RoomState.OPEN:
        raise ApiError("room_closed")
    if rules.is_held(room, clock.now().date()):
        raise ApiError("forbidden", "a legal hold keeps what is in this room")
    tombstones.bury([event.pk], why=tombstones.REDACTED, by=user)
    return append_change(room, "redacted", target_seq=seq).seq


def _redaction_of(event: Event) -> int:
    """Return the number of the event that told of a redaction. Raises NotAllowed if none did."""
    told = Event.objects.filter(
        room=event.room_id, event_class=Event.Class.SERVER, seq__gt=event.seq,
        content=tombstones.redaction_text(event.seq),
    ).first()  # fmt: skip
    if told is None:
        raise NotAllowed
    return told.seq
