"""Opens rooms: a case room with people invited, or the one direct room of two people."""

import uuid
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db import transaction

from community import permissions
from community.api.errors import ApiError
from community.devices import lists
from community.ids import parse_user, room_name, user_name
from community.messages import notices
from community.messages.append import append_change
from community.realtime import pokes
from community.rooms import newcomers, queries, roster_rules
from community.rooms.models import Kind, Room, RoomMembership, Roster
from community.rooms.roster_rules import BadRoster, Member
from community.signing import sha256_b64
from portal.audit.services import record
from portal.notifications.services import notify
from portal.shared import clock, ratelimit
from portal.shared.errors import NotAllowed

LONGEST = timedelta(days=731)  # a case room ends within two years
RETENTION = range(1, 3651)  # days

State = RoomMembership.State


@dataclass(frozen=True)
class NewRoom:
    """What a client asks for. ``text`` and ``signatures`` are version 1 of the signed list."""

    room_id: uuid.UUID
    kind: str
    text: str
    signatures: dict[str, dict[str, str]]
    ends_at: date | None
    retention_days: int


def open_room(*, user: Any, wanted: NewRoom) -> tuple[RoomMembership, bool]:
    """Open a room and return the caller's place in it, and whether it is new.

    The same request again returns the room that is there, uncounted. Case: the others are
    invited. Direct: both are inside at once. Raises bad_roster, bad_request, rate_limited,
    room_exists{room_id}; NotAllowed where a direct message may not be sent to the other person,
    or she is not there.
    """
    if (place := _repeated(user, wanted)) is not None:
        return place, False
    check_retention(wanted.retention_days)
    check_end(wanted.kind, wanted.ends_at)
    roster = _roster(user, wanted)
    others = [row for row in roster.members if row.user != roster.signer]
    if wanted.kind == Kind.DIRECT:
        people = _other(user, others)
    else:
        people = newcomers.check(user, others)
    _free_pair(user, wanted, people)
    _count(user, len(people))
    return _open(user, wanted, roster, people)


@transaction.atomic
def _open(
    user: Any, wanted: NewRoom, roster: roster_rules.Roster, people: dict[str, Any]
) -> tuple[RoomMembership, bool]:
    """Make the room, its places and the record; or return what an equal request has just made.

    The counter of the device list is locked before rooms, and lets one caller in at a time: what
    was not there a moment ago is looked for again. It moves on for direct messages, where two
    people come together, and for a first room: a client that signed its own device before its first
    ``sync`` learns so that it has to ask for it again. Else it stays, for whoever shares another
    room with the opener would have to seal anew each time.
    """
    lists.lock()
    if (place := _repeated(user, wanted)) is not None:
        return place, False
    pair = _free_pair(user, wanted, people)
    if wanted.kind == Kind.DIRECT:
        lists.mark_changed(user.pk, *(person.pk for person in people.values()))
    elif permissions.share_a_room([user.pk]) <= {user.pk}:
        lists.mark_changed(user.pk)
    room = _create(user, wanted, pair)
    for entry in roster.members:
        _seat(room, user, people.get(entry.user, user), entry)
    _write_down(user, room, roster, people)
    return queries.place_of(user, room), True


def tell_invited(room: Room, person: Any) -> None:
    """Tell a person that something waits for her, and not what; joining or declining ends it."""
    verb = notices.VERBS[Kind(room.kind)]
    notify(person, verb, place=notices.PLACE, key=str(room.public_id))


def check_retention(days: int) -> None:
    """Refuse a retention that cannot be. Raises bad_request."""
    if days not in RETENTION:
        raise ApiError("bad_request", "retention_days is from 1 to 3650")


def check_end(kind: str, ends_at: date | None) -> None:
    """Refuse an end date that cannot be. Raises bad_request."""
    today = clock.now().date()
    if kind == Kind.DIRECT:
        if ends_at is not None:
            raise ApiError("bad_request", "direct messages have no end date")
    elif ends_at is None or not today < ends_at <= today + LONGEST:
        raise ApiError("bad_request", "ends_at is to come, within two years")


def _repeated(user: Any, wanted: NewRoom) -> RoomMembership | None:
    """Return her place in the room of an equal, earlier request; None if the id is free.

    Raises bad_request for an id that stands for something else.
    """
    room = Room.objects.filter(public_id=wanted.room_id).first()
    if room is None:
        return None
    first = Roster.objects.filter(room=room, version=1, signer=user, text=wanted.text)
    place = queries.places_of(user).filter(room=room).first()
    if place is None or not first.exists():
        raise ApiError("bad_request", "this room id cannot be used")
    return place


def _roster(user: Any, wanted: NewRoom) -> roster_rules.Roster:
    try:
        return roster_rules.opens(
            wanted.text,
            wanted.signatures,
            caller=user_name(user.public_id),
            room=room_name(wanted.room_id),
            kind=wanted.kind,
            published=queries.masters_of([user.pk]).get(user.pk),
        )
    except BadRoster as refusal:
        raise ApiError("bad_roster", str(refusal)) from refusal


def _other(user: Any, entries: list[Member]) -> dict[str, Any]:
    """Return the other person of direct messages. Raises NotAllowed if she may not be written to,
    bad_roster if the list does not bear her published key."""
    entry = entries[0]
    number = parse_user(entry.user)
    found = queries.accounts([number] if number else [])
    if number not in found or not permissions.can_contact(user, found[number]):
        raise NotAllowed
    newcomers.check_key(entry, queries.masters_of([found[number].pk]).get(found[number].pk))
    return {entry.user: found[number]}


def _count(user: Any, people: int) -> None:
    """Count a new room and its invitations, before the transaction. Raises rate_limited."""
    for name in ("rooms", "rooms-day"):
        if seconds := ratelimit.wait(str(user.pk), name):
            raise ApiError("rate_limited", "too many new rooms", retry_after=seconds)
    newcomers.count(user, people)


def _free_pair(user: Any, wanted: NewRoom, people: dict[str, Any]) -> str | None:
    """Return what stands for the two people of direct messages; None for case rooms. Raises
    room_exists if the two have a room."""
    if wanted.kind != Kind.DIRECT:
        return None
    pair = ":".join(sorted(str(person.public_id) for person in (user, *people.values())))
    there = Room.objects.filter(pair=pair).values_list("public_id", flat=True).first()
    if there is not None:
        raise ApiError("room_exists", room_id=room_name(there))
    return pair


def _create(user: Any, wanted: NewRoom, pair: str | None) -> Room:
    room = Room.objects.create(
        public_id=wanted.room_id, kind=wanted.kind, pair=pair, roster_version=1,
        retention_days=wanted.retention_days, ends_at=wanted.ends_at, created=clock.now(),
    )  # fmt: skip
    event = append_change(room, "created", roster_version=1)
    Roster.objects.create(
        room=room, version=1, text=wanted.text, signatures=wanted.signatures,
        sha256=sha256_b64(wanted.text), signer=user, seq=event.seq,
    )  # fmt: skip
    return room


def _seat(room: Room, opener: Any, person: Any, entry: Member) -> None:
    """Give one person of the list her place: whoever opens is inside, others as the kind says."""
    joins = person == opener or room.kind == Kind.DIRECT
    RoomMembership.objects.create(
        room=room, user=person, role=entry.role, joined_seq=room.last_seq if joins else None,
        state=State.JOINED if joins else State.INVITED,
        invited_by=None if person == opener else opener,
    )  # fmt: skip
    pokes.member(person.pk, room.public_id)
    if not joins:
        tell_invited(room, person)


def _write_down(user: Any, room: Room, roster: roster_rules.Roster, people: dict[str, Any]) -> None:
    """Put the room and who is in it on record; last, because the record stays locked then."""
    record("room.opened", actor=user, thing=room, facts={"kind": room.kind})
    event = "room.joined" if room.kind == Kind.DIRECT else "room.invited"
    for entry in roster.members:
        if entry.user in people:
            about, facts = people[entry.user], {"role": entry.role}
            record(event, actor=user, about=about, thing=room, facts=facts)
