"""Takes the next version of a room's signed list and does what it says."""

import uuid
from typing import Any

from django.db import transaction

from community.api.errors import ApiError
from community.ids import parse_user, user_name
from community.messages import notices
from community.messages.append import append_change
from community.messages.models import Event
from community.permissions import get_membership_for
from community.realtime import pokes
from community.rooms import newcomers, places, queries, roster_rules
from community.rooms.models import Room, RoomMembership, RoomRole, RoomState, Roster
from community.rooms.opening import tell_invited
from community.rooms.roster_rules import BadRoster, Change
from community.signing import sha256_b64
from portal.audit.services import record

Answer = dict[str, Any]
State = RoomMembership.State
INSIDE = (State.JOINED, State.INVITED)


def change_roster(
    *, user: Any, room_id: uuid.UUID, text: str, signatures: dict[str, dict[str, str]]
) -> Answer:
    """Store the version that follows, carry it out, and return ``roster_version``, ``seq`` and
    ``members_seq``; the same text again gives the same answer.

    A room that is closing takes removals only. Raises NotAllowed, bad_roster, room_closed,
    rate_limited, stale_roster{roster_version} if another host was quicker.
    """
    if (before := _stored(user, room_id, text)) is not None:
        return _answer(before)  # also for a host who thereby stopped being one
    room = get_membership_for(user, room_id).room
    _refuse_closed(room)
    roster, change = _checked(user, room, text, signatures)
    _refuse_closed(room, change)
    people = _people(user, roster, change)
    if change.kind == roster_rules.INVITE:
        newcomers.count(user, len(people))
    row = Roster(
        version=roster.version, text=text, signatures=signatures, sha256=sha256_b64(text),
        signer=user,
    )  # fmt: skip
    return _store(user, room_id, row, roster, change, people)


@transaction.atomic
def _store(
    user: Any, room_id: uuid.UUID, row: Roster, roster: roster_rules.Roster, change: Change,
    people: dict[str, Any],
) -> Answer:  # fmt: skip
    """Write what was checked, the room held: the list it follows must still be the newest."""
    room = places.joined(user, room_id).room
    _refuse_closed(room, change)
    if room.roster_version != roster.version - 1:
        if (before := _stored(user, room_id, row.text)) is not None:  # by the same request
            return _answer(before)
        raise ApiError("stale_roster", roster_version=room.roster_version)
    subject = {"user": change.users[0]} if len(change.users) == 1 else {}
    event = append_change(room, "roster", **subject, roster_version=roster.version)
    Room.objects.filter(pk=room.pk).update(roster_version=roster.version)
    row.room, row.seq = room, event.seq
    row.save(force_insert=True)
    for name in change.users:
        _carry_out(room, roster, change.kind, people[name], by=user, event=event)
    if change.kind == roster_rules.HISTORY:
        _give_history(room, roster)
    _keep_a_host(room, change)
    _write_down(user, room, roster, change, people)
    return _answer(row)


def _stored(user: Any, room_id: uuid.UUID, text: str) -> Roster | None:
    """Return the version with this very text, if it is hers; a purged one has none."""
    rows = Roster.objects.filter(room__public_id=room_id, signer=user, text=text)
    return rows.exclude(text="").first()


def _refuse_closed(room: Room, change: Change | None = None) -> None:
    """Raise room_closed where the room takes no change, or not this one (None: whichever)."""
    removal = change is None or change.kind == roster_rules.REMOVE
    if room.state == RoomState.CLOSED or (room.state == RoomState.CLOSING and not removal):
        raise ApiError("room_closed")


def _answer(row: Roster) -> Answer:
    return {"roster_version": row.version, "seq": row.seq, "members_seq": row.seq}


def _checked(
    user: Any, room: Room, text: str, signatures: dict[str, dict[str, str]]
) -> tuple[roster_rules.Roster, Change]:
    """Return what the text says, if it may follow. Raises stale_roster, bad_roster."""
    try:
        if roster_rules.parse(text).version <= room.roster_version:
            raise ApiError("stale_roster", roster_version=room.roster_version)
        previous = queries.present_roster(room).text
        return roster_rules.follows(previous, text, signatures, caller=user_name(user.public_id))
    except BadRoster as refusal:
        raise ApiError("bad_roster", str(refusal)) from refusal


def _people(user: Any, roster: roster_rules.Roster, change: Change) -> dict[str, Any]:
    """Return the accounts the change is about, checked: name → account or None (an account that
    was deleted since)."""
    entries = [row for row in roster.members if row.user in change.users]
    if change.kind == roster_rules.INVITE:
        return newcomers.check(user, entries)
    if change.kind == roster_rules.IDENTITY:
        newcomers.check_new_keys(entries)
    numbers = [number for name in change.users if (number := parse_user(name))]
    found = queries.accounts(numbers).values()
    known = {user_name(row.public_id): row for row in found}
    return {name: known.get(name) for name in change.users}


def _carry_out(
    room: Room, roster: roster_rules.Roster, kind: str, person: Any, *, by: Any, event: Event
) -> None:
    """Change one person's place as the signed list says, and tell her devices."""
    if person is None:
        return
    entry = roster.member(user_name(person.public_id))
    row = RoomMembership.objects.filter(room=room, user=person).first()
    if kind == roster_rules.INVITE and entry:
        _invite(room, person, entry.role, by)
    elif row is None or row.state not in INSIDE:
        return  # left or declined: the list follows, her place is over already
    elif kind == roster_rules.REMOVE:
        row.state, row.left_seq = State.REMOVED, event.seq
        notices.seen(person, room)
    elif kind == roster_rules.ROLE and entry:
        row.role = entry.role
    if row is not None and kind != roster_rules.INVITE:
        row.save(update_fields=["state", "left_seq", "role"])
    pokes.member(person.pk, room.public_id)


def _give_history(room: Room, roster: roster_rules.Roster) -> None:
    """Let everybody inside see what was written before, to whom the list gives it: those named in
    this change, and those who were named while the room itself did not share yet."""
    if roster.history != "shared":
        return
    given = [parse_user(entry.user) for entry in roster.members if entry.history]
    rows = RoomMembership.objects.filter(room=room, state__in=INSIDE, first_visible_seq__gt=1)
    for row in rows.filter(user__public_id__in=given):
        RoomMembership.objects.filter(pk=row.pk).update(first_visible_seq=1)
        pokes.member(row.user_id, room.public_id)


def _invite(room: Room, person: Any, role: str, by: Any) -> None:
    """A new place, or the old one of a person who left, declined or was removed."""
    RoomMembership.objects.update_or_create(
        room=room,
        user=person,
        defaults={
            "role": role, "state": State.INVITED, "invited_by": by, "joined_seq": None,
            "left_seq": None, "first_visible_seq": 1,
        },
    )  # fmt: skip
    tell_invited(room, person)


def _keep_a_host(room: Room, change: Change) -> None:
    """The list has a host; one who is inside must remain too. Raises bad_roster."""
    if change.kind not in (roster_rules.REMOVE, roster_rules.ROLE):
        return
    hosts = RoomMembership.objects.filter(room=room, role=RoomRole.HOST, state=State.JOINED)
    if not hosts.exists():
        raise ApiError("bad_roster", "a host who has joined must remain")


def _write_down(
    user: Any, room: Room, roster: roster_rules.Roster, change: Change, people: dict[str, Any]
) -> None:
    """Put the change on record, for each person it is about."""
    events = {
        roster_rules.INVITE: "room.invited",
        roster_rules.REMOVE: "room.removed",
        roster_rules.ROLE: "room.role",
    }
    if change.kind not in events:
        facts = {"change": change.kind, "version": roster.version}
        about = people.get(change.users[0]) if len(change.users) == 1 else None
        record("room.list", actor=user, about=about, thing=room, facts=facts)
        return
    for name, person in people.items():
        entry = roster.member(name)
        facts = {"role": entry.role} if entry else {}
        record(events[change.kind], actor=user, about=person, thing=room, facts=facts)
