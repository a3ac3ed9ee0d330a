"""Who may be named in a signed list for the first time, or under a new key."""

from collections.abc import Iterable
from typing import Any

from community.api.errors import ApiError
from community.ids import parse_user, user_name
from community.permissions import contacts_of
from community.rooms import queries
from community.rooms.roster_rules import Member
from portal.shared import ratelimit


def check(inviter: Any, entries: Iterable[Member]) -> dict[str, Any]:
    """Return the accounts of people to be invited: name → account.

    Each is a member whom the inviter may contact, under her published master key. Raises
    bad_roster naming the first who is not; it does not say which of the reasons it is.
    """
    wanted = {row.user: row for row in entries}
    numbers = [number for name in wanted if (number := parse_user(name))]
    rows = contacts_of(inviter).filter(public_id__in=numbers)
    people = {user_name(row.public_id): row for row in rows}
    for name in wanted:
        if name not in people:
            raise ApiError("bad_roster", f"{name} cannot be invited")
    _check_keys(wanted, people)
    return people


def check_new_keys(entries: Iterable[Member]) -> None:
    """Refuse keys, signed in for people who are listed already, that are not theirs now."""
    wanted = {row.user: row for row in entries}
    numbers = [number for name in wanted if (number := parse_user(name))]
    found = queries.accounts(numbers).values()
    _check_keys(wanted, {user_name(row.public_id): row for row in found})


def _check_keys(wanted: dict[str, Member], people: dict[str, Any]) -> None:
    masters = queries.masters_of(person.pk for person in people.values())
    for name, entry in wanted.items():
        person = people.get(name)
        check_key(entry, masters.get(person.pk) if person else None)


def check_key(entry: Member, published: str | None) -> None:
    """Refuse a key that is not the published one: the list would stop everybody from sending.

    Raises bad_roster.
    """
    if entry.master != published:
        raise ApiError("bad_roster", f"the master of {entry.user} is not the published key")


def count(inviter: Any, people: int) -> None:
    """Count invitations of the day. Raises rate_limited.

    Never inside a transaction: the cache of the embedded site is a table, so whoever counts waits
    there for the writer's lock, while the writer waits for the one who counts.
    """
    if people and (seconds := ratelimit.wait(str(inviter.pk), "invitations", people)):
        raise ApiError("rate_limited", "too many invitations today", retry_after=seconds)
