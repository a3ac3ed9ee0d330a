"""Addresses of rooms below /api/e2ee/v1/ (messaging.md 10.3). One service each.

Not in the specification, for the site's own screens: ``people/…`` and ``blocks``; see there.
"""

import uuid
from datetime import date
from functools import partial
from typing import Any

from community.api.endpoint import Answer, Call, Strict, without_device
from community.api.errors import ApiError
from community.devices.setup import bound_device, require_ready
from community.ids import parse_room, parse_user, parse_uuid
from community.moderation import reporting
from community.permissions import get_room_for
from community.rooms import (
    blocks,
    closing,
    exports,
    opening,
    people,
    queries,
    rosters,
    services,
)

Found = dict[str, Any]
Signatures = dict[str, dict[str, str]]


class SignedText(Strict):
    text: str
    signatures: Signatures


class NewRoom(Strict):
    room_id: str
    kind: str
    roster: SignedText
    ends_at: date | None
    retention_days: int


class Own(Strict):
    muted: bool
    pinned: bool


class Settings(Strict):
    retention_days: int
    ends_at: date | None
    receipts: bool


class NewExport(Strict):
    manifest_sha256: str
    signatures: Signatures
    from_seq: int
    to_seq: int
    unreadable: int
    red_consent: tuple[str, ...] = ()


class Close(Strict):
    step: str
    export_id: str | None = None


class Hold(Strict):
    until: date
    reason: str


class NewReport(Strict):
    seq: int
    reason: str
    copy: str | None = None


class Cards(Strict):
    users: list[str]


class Search(Strict):
    q: str


class Empty(Strict):
    pass


# rooms


def post_room(call: Call) -> Answer:
    """Open a room: 201, repeated 200."""
    body = call.read(NewRoom)
    require_ready(call)
    room_id = parse_room(body.room_id)
    if room_id is None or body.kind not in ("case", "direct"):
        raise ApiError("bad_request", "room_id and kind name no room")
    wanted = opening.NewRoom(
        room_id=room_id, kind=body.kind, text=body.roster.text,
        signatures=body.roster.signatures, ends_at=body.ends_at,
        retention_days=body.retention_days,
    )  # fmt: skip
    place, is_new = opening.open_room(user=call.user, wanted=wanted)
    return Answer(queries.room_object(place.room, place), 201 if is_new else 200)


def get_rooms(call: Call) -> Found:
    """Every room she is in or invited to."""
    rows = queries.places_of(call.user)
    return {"rooms": [queries.room_object(row.room, row) for row in rows]}


def get_room(call: Call, r: uuid.UUID) -> Found:
    """One room with its members."""
    room = get_room_for(call.user, r)
    return queries.room_object(room, queries.place_of(call.user, room), with_members=True)


def get_rosters(call: Call, r: uuid.UUID) -> Found:
    """The signed lists from a version on, about 1 MB at a time: whoever has not reached the room's
    ``roster_version`` asks again."""
    room = get_room_for(call.user, r)
    return {"rosters": queries.rosters_from(room, call.number("from", 1, least=1))}


def post_roster(call: Call, r: uuid.UUID) -> Found:
    """The next version of the signed list."""
    body = call.read(SignedText)
    require_ready(call)
    call.limit("events")
    return rosters.change_roster(
        user=call.user, room_id=r, text=body.text, signatures=body.signatures
    )


def post_join(call: Call, r: uuid.UUID) -> Found:
    call.read(Empty)
    require_ready(call)
    call.limit("room-joins")  # each moves her device list, so others have to ask for it again
    return services.join(user=call.user, room_id=r)


def post_leave(call: Call, r: uuid.UUID) -> Found:
    call.read(Empty)
    return services.leave(user=call.user, room_id=r)


def post_decline(call: Call, r: uuid.UUID) -> Found:
    call.read(Empty)
    return services.decline(user=call.user, room_id=r)


def put_own(call: Call, r: uuid.UUID) -> Found:
    body = call.read(Own)
    services.set_own(user=call.user, room_id=r, muted=body.muted, pinned=body.pinned)
    return {}


def post_settings(call: Call, r: uuid.UUID) -> Found:
    body = call.read(Settings)
    call.limit("events")
    seq = services.change_settings(
        user=call.user, room_id=r, retention_days=body.retention_days, ends_at=body.ends_at,
        receipts=body.receipts,
    )  # fmt: skip
    return {"seq": seq}


# the end of a room


def post_export(call: Call, r: uuid.UUID) -> Answer:
    """The hash of a transcript, signed; wants a fresh second factor."""
    body = call.read(NewExport)
    manifest = exports.Manifest(
        sha256=body.manifest_sha256, signatures=body.signatures, from_seq=body.from_seq,
        to_seq=body.to_seq, unreadable=body.unreadable, red_consent=body.red_consent,
    )  # fmt: skip
    export = exports.keep(user=call.user, room_id=r, manifest=manifest)
    return Answer({"export_id": str(export.public_id)}, 201)


@without_device
def post_close(call: Call, r: uuid.UUID) -> Found:
    """Step ``closing``, then ``closed`` with the transcript. Hosts need their device for it,
    administrators of a room that has lost its hosts none."""
    body = call.read(Close)
    ready = partial(bound_device, call)
    if body.step == "closing":
        return closing.begin_closing(user=call.user, room_id=r, ready=ready)
    if body.step != "closed":
        raise ApiError("bad_request", "step is closing or closed")
    export_id = parse_uuid(body.export_id)
    if body.export_id is not None and export_id is None:
        raise ApiError("bad_request", "export_id is not the id of a transcript")
    return closing.finish_closing(user=call.user, room_id=r, export_id=export_id, ready=ready)


@without_device
def post_hold(call: Call, r: uuid.UUID) -> Found:
    """Hold back the purge (platform administrators); ``reason`` is a code of ``HOLD_REASONS``."""
    body = call.read(Hold)
    seq = closing.hold(user=call.user, room_id=r, until=body.until, reason=body.reason)
    return {"seq": seq}


def post_report(call: Call, r: uuid.UUID) -> Answer:
    """Report a message; ``copy`` is its text if she chooses to disclose it. Again: the same
    answer."""
    body = call.read(NewReport)
    call.limit("events")
    row = reporting.report(
        user=call.user, room_id=r, seq=body.seq, reason=body.reason, copy=body.copy
    )
    return Answer({"report_id": str(row.public_id)}, 201)


# for our own screens


def post_people_search(call: Call) -> Found:
    """``POST people/search {"q": "…"}`` → ``{"people":[{"user":"@…","name","organisation",
    "country","ready":true}]}``: up to ten members she may contact, by name or organisation, two
    characters at least. ``ready``: has published a master key. Counts as a search and as a look
    at profiles."""
    text = call.read(Search).q.strip()
    if len(text) < people.SHORTEST or len(text) > 100 or not text.isprintable():
        raise ApiError("bad_request", "q has from 2 to 100 characters")
    call.limit("searches")
    call.limit("profiles")
    return {"people": people.search(call.user, text)}


def post_people_cards(call: Call) -> Found:
    """``POST people/cards {"users":["@…"]}`` → ``{"people":[…]}`` as above, up to 100 people of
    her rooms or whom she may contact."""
    names = call.read(Cards).users
    wanted = [parse_user(name) for name in names]
    if len(wanted) > 100 or None in wanted:
        raise ApiError("bad_request", "users are up to 100 names of people")
    call.limit("key-queries")
    return {"people": people.cards(call.user, [number for number in wanted if number])}


def get_blocks(call: Call) -> Found:
    """``GET blocks`` → ``{"blocks":[{"user":"@…","name":"…"}]}``: whom she has blocked."""
    return {"blocks": blocks.blocks_of(call.user)}


def put_block(call: Call, u: uuid.UUID) -> Found:
    """``PUT blocks/{u} {}`` → ``{}``: no direct messages between the two any more."""
    call.read(Empty)
    blocks.block(user=call.user, other=u)
    return {}


def delete_block(call: Call, u: uuid.UUID) -> Answer:
    """``DELETE blocks/{u}`` → 204, also if there was none."""
    blocks.unblock(user=call.user, other=u)
    return Answer(None, 204)
