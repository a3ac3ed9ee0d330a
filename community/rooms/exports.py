"""Keeps what proves a transcript: its hash, signed by the member whose browser made it."""

import uuid
from dataclasses import dataclass
from typing import Any

from django.db import transaction

from community.api.errors import ApiError
from community.ids import user_name
from community.permissions import get_membership_for
from community.rooms import places, queries, roster_rules
from community.rooms.models import Export, RoomMembership, RoomRole
from community.signing import HASH_BYTES, may_be_kept, padded, signed_text_ok
from portal.accounts import step_up
from portal.audit.services import record
from portal.shared import clock, ids, ratelimit

DOMAIN = "community.transcript.v1"
MAY_EXPORT = (RoomRole.HOST, RoomRole.MEMBER, RoomRole.RECORDS)


@dataclass(frozen=True)
class Manifest:
    """What a browser says about a transcript; ``sha256`` is the base64 of the manifest's hash."""

    sha256: str
    signatures: dict[str, dict[str, str]]
    from_seq: int
    to_seq: int
    unreadable: int
    red_consent: tuple[str, ...]


def keep(*, user: Any, room_id: uuid.UUID, manifest: Manifest) -> Export:
    """Store that a transcript was made, signed by the member's master key as the present list has
    it. ``red_consent`` names the hosts who agreed to messages labelled RED.

    Wants a fresh second factor (security.md 3.1). Only what passes every check counts: a room can
    be closed by nothing but a transcript. Raises NotAllowed, forbidden (observers), bad_request,
    bad_signature, rate_limited.
    """
    _refuse(user, get_membership_for(user, room_id), manifest)
    if seconds := ratelimit.wait(str(user.pk), "exports"):
        raise ApiError("rate_limited", "too many transcripts today", retry_after=seconds)
    with transaction.atomic():
        place = places.joined(user, room_id)
        _refuse(user, place, manifest)  # she may have lost her place while we waited
        return _store(user, place, manifest)


def _refuse(user: Any, place: RoomMembership, manifest: Manifest) -> None:
    """Raise what stands against this transcript."""
    if place.role not in MAY_EXPORT:
        raise ApiError("forbidden", "Observers read; they make no transcripts.")
    step_up.require(user)
    roster = roster_rules.parse(queries.present_roster(place.room).text)
    _check(place, roster, manifest)
    _check_signature(user, roster, manifest)


def _store(user: Any, place: RoomMembership, manifest: Manifest) -> Export:
    export = Export.objects.create(
        public_id=ids.uuid7(), room=place.room, member=user, manifest_sha256=manifest.sha256,
        signatures=manifest.signatures, from_seq=manifest.from_seq, to_seq=manifest.to_seq,
        unreadable=manifest.unreadable, red_consent=list(manifest.red_consent),
        created=clock.now(),
    )  # fmt: skip
    facts = {
        "from": manifest.from_seq, "to": manifest.to_seq, "unreadable": manifest.unreadable,
        "red": len(manifest.red_consent),
    }  # fmt: skip
    record("room.exported", actor=user, thing=place.room, facts=facts)
    return export


def _check(place: RoomMembership, roster: roster_rules.Roster, manifest: Manifest) -> None:
    if padded(manifest.sha256, HASH_BYTES) is None:
        raise ApiError("bad_request", "manifest_sha256 is a SHA-256 in base64")
    first, last = place.first_visible_seq, place.room.last_seq
    if not first <= manifest.from_seq <= manifest.to_seq <= last:
        raise ApiError("bad_request", f"from_seq and to_seq lie from {first} to {last}")
    if not 0 <= manifest.unreadable <= manifest.to_seq - manifest.from_seq + 1:
        raise ApiError("bad_request", "unreadable is a number of messages")
    hosts = {row.user for row in roster.members if row.role == RoomRole.HOST}
    named = set(manifest.red_consent)
    if len(named) != len(manifest.red_consent) or not named <= hosts:
        raise ApiError("bad_request", "red_consent names hosts, each once")


def _check_signature(user: Any, roster: roster_rules.Roster, manifest: Manifest) -> None:
    name = user_name(user.public_id)
    entry = roster.member(name)
    if entry is None or not signed_text_ok(
        DOMAIN, manifest.sha256, manifest.signatures, name, entry.master
    ):
        raise ApiError("bad_signature", "your master key did not sign this manifest")
    if not may_be_kept(manifest.signatures, roster_rules.MOST_SIGNATURES):
        raise ApiError("bad_signature", "the signatures are too many or not plain text")
