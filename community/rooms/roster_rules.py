"""Signed lists of members: what one must look like and which may follow which. Pure.

messaging.md 10.2, "Roster text". No database, no clock: the same texts always give the same answer.
"""

import json
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any, Literal

import msgspec

from community.ids import parse_room, parse_user
from community.signing import (
    HASH_BYTES,
    KEY_BYTES,
    may_be_kept,
    padded,
    sha256_b64,
    signed_text_ok,
    unpadded,
)
from portal.shared.text import has_unseen, plain

DOMAIN = "community.roster.v1"
MOST_BYTES = 64_000  # of the text in UTF-8
MOST_PEOPLE = 100
LONGEST_NAME = 150  # characters, as an account's name
MOST_SIGNATURES = 4_000  # characters
Signatures = Mapping[str, Mapping[str, str]]
HOST = "host"

INVITE, REMOVE, ROLE = "invite", "remove", "role"
IDENTITY, HISTORY, CHARTER = "identity", "history", "charter"


class BadRoster(ValueError):
    """The list cannot be accepted; the message says why, in words."""


class Member(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One person of the list; ``history``: she is given what was written before."""

    user: str
    name: str
    role: Literal["host", "member", "observer", "records"]
    master: str
    history: bool


class Roster(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The list as it is signed."""

    type: Literal["community.roster.v1"]
    room: str
    kind: Literal["case", "direct"]
    version: Annotated[int, msgspec.Meta(ge=1, lt=2**31)]
    prev: str | None
    history: Literal["shared", "joined"]
    charter: str | None
    signer: str
    ts: Annotated[int, msgspec.Meta(ge=0, lt=2**53)]
    members: tuple[Member, ...]

    def member(self, user: str) -> Member | None:
        """Return a person's entry, or None."""
        return next((row for row in self.members if row.user == user), None)


@dataclass(frozen=True)
class Change:
    """What a version changes: one of the six kinds, and the people whose entries it changes."""

    kind: str
    users: tuple[str, ...]


# One version by itself


def parse(text: str) -> Roster:
    """Return the list a text holds. Raises BadRoster for anything but the exact form."""
    try:
        size = len(text.encode())
    except UnicodeEncodeError as error:
        raise BadRoster("the text is not UTF-8") from error
    if size > MOST_BYTES:
        raise BadRoster(f"the text is longer than {MOST_BYTES} bytes")
    try:
        json.loads(text, object_pairs_hook=_once)
        roster = msgspec.json.decode(text, type=Roster, strict=True)
    except (ValueError, RecursionError, msgspec.DecodeError) as error:
        raise BadRoster(f"the text is not a roster: {str(error)[:150]}") from error
    _check_head(roster)
    _check_members(roster)
    return roster


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Two readers may take different ones of two equal fields: there must not be two."""
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a field stands there twice")
    return found


def _check_head(roster: Roster) -> None:
    if parse_room(roster.room) is None:
        raise BadRoster("room is not the name of a room")
    if parse_user(roster.signer) is None:
        raise BadRoster("signer is not the name of a person")
    if (roster.prev is None) != (roster.version == 1):
        raise BadRoster("prev is null in version 1 and only there")
    if roster.prev is not None and padded(roster.prev, HASH_BYTES) is None:
        raise BadRoster("prev is not a SHA-256 in base64")
    if (roster.charter is None) != (roster.kind == "direct"):
        raise BadRoster("charter is null in direct messages and only there")
    if roster.charter is not None and padded(roster.charter, HASH_BYTES) is None:
        raise BadRoster("charter is not a SHA-256 in base64")


def _check_members(roster: Roster) -> None:
    if len(roster.members) > MOST_PEOPLE:
        raise BadRoster(f"more than {MOST_PEOPLE} people")
    if len({row.user for row in roster.members}) != len(roster.members):
        raise BadRoster("a person stands there twice")
    for row in roster.members:
        if parse_user(row.user) is None:
            raise BadRoster("user is not the name of a person")
        if unpadded(row.master, KEY_BYTES) is None:
            raise BadRoster(f"master of {row.user} is not a key in unpadded base64")
        if not is_clean(row.name):
            raise BadRoster(f"the name of {row.user} is empty, too long or not clean")
    hosts = [row.user for row in roster.members if row.role == HOST]
    if not hosts:
        raise BadRoster("no host")
    if roster.kind == "direct" and (len(hosts) != 2 or len(roster.members) != 2):
        raise BadRoster("direct messages have exactly two hosts and nobody else")


def is_clean(name: str) -> bool:
    """Say whether a name may stand in a list: 1–150 characters on one line, form NFC, single
    spaces, no control characters, and nothing that cannot be seen."""
    if not 0 < len(name) <= LONGEST_NAME or name != " ".join(plain(name).split()):
        return False
    return not (
        has_unseen(name) or any(unicodedata.category(char) in {"Cc", "Cs"} for char in name)
    )


# Which version may follow


def opens(
    text: str, signatures: Signatures, *, caller: str, room: str, kind: str, published: str | None
) -> Roster:
    """Return version 1 of a room, signed by ``caller`` under her published master key.

    Raises BadRoster.
    """
    roster = parse(text)
    if roster.version != 1:
        raise BadRoster("a room begins with version 1")
    if roster.room != room or roster.kind != kind:
        raise BadRoster("the roster is of another room or kind")
    own = _host(roster, roster, caller)
    if published is None or own.master != published:
        raise BadRoster("the signer's master is not her published key")
    _check_signature(text, signatures, own)
    return roster


def follows(
    previous_text: str, text: str, signatures: Signatures, *, caller: str
) -> tuple[Roster, Change]:
    """Return a version that may follow the previous one, and what it changes. Raises BadRoster.

    The signature counts under the signer's key as the previous version has it, so that nobody can
    sign in a key of her own.
    """
    old, new = parse(previous_text), parse(text)
    if new.version != old.version + 1:
        raise BadRoster(f"version {new.version} does not follow version {old.version}")
    if new.prev != sha256_b64(previous_text):
        raise BadRoster("prev is not the hash of the previous version")
    if (new.room, new.kind) != (old.room, old.kind):
        raise BadRoster("the roster is of another room or kind")
    own = _host(old, new, caller)
    _check_signature(text, signatures, own)
    change = change_of(old, new)
    _check_identities(old, new, change)
    return new, change


def change_of(old: Roster, new: Roster) -> Change:
    """Return the one kind of change between two versions. Raises BadRoster for none or several."""
    before = {row.user: row for row in old.members}
    after = {row.user: row for row in new.members}
    both = [(before[user], after[user]) for user in sorted(before.keys() & after.keys())]
    people = {
        INVITE: sorted(after.keys() - before.keys()),
        REMOVE: sorted(before.keys() - after.keys()),
        ROLE: [now.user for was, now in both if was.role != now.role],
        IDENTITY: [now.user for was, now in both if _identity(was) != _identity(now)],
        HISTORY: [now.user for was, now in both if was.history != now.history],
    }
    kinds = [kind for kind, users in people.items() if users]
    if old.history != new.history and HISTORY not in kinds:
        kinds.append(HISTORY)
    if old.charter != new.charter:
        kinds.append(CHARTER)
    if not kinds:
        raise BadRoster("nothing changes")
    if len(kinds) > 1:
        raise BadRoster(f"more than one kind of change: {', '.join(kinds)}")
    return Change(kinds[0], tuple(people.get(kinds[0], ())))


def _identity(row: Member) -> tuple[str, str]:
    return row.name, row.master


def _host(holding: Roster, signed: Roster, caller: str) -> Member:
    """Return the caller's entry in ``holding``, if she signed and is a host there."""
    own = holding.member(caller)
    if signed.signer != caller:
        raise BadRoster("the signer is not the one who sends it")
    if own is None or own.role != HOST:
        raise BadRoster("the signer is not a host")
    return own


def _check_signature(text: str, signatures: Signatures, own: Member) -> None:
    if not may_be_kept(signatures, MOST_SIGNATURES):
        raise BadRoster("the signatures are too many or not plain text")
    if not signed_text_ok(DOMAIN, text, signatures, own.user, own.master):
        raise BadRoster("the signature of the signer's master key is missing or wrong")


def _check_identities(old: Roster, new: Roster, change: Change) -> None:
    """Nobody signs in her own new key; in direct messages nothing changes but the other's key."""
    for user in change.users if change.kind == IDENTITY else ():
        was, now = old.member(user), new.member(user)
        if was is None or now is None:
            continue
        if user == new.signer and was.master != now.master:
            raise BadRoster("nobody can sign in her own new key")
        if new.kind == "direct" and was.name != now.name:
            raise BadRoster("in direct messages only the other person's master may change")
    if new.kind == "direct" and change.kind != IDENTITY:
        raise BadRoster("in direct messages only the other person's master may change")
