"""Events of a room and what is unread: ``/api/e2ee/v1/rooms/{r}/…`` (messaging.md 10.3)."""

import uuid
from functools import partial
from typing import Any

from community.api.endpoint import Answer, Call
from community.api.errors import ApiError
from community.devices.setup import require_ready
from community.ids import TXN_ID
from community.messages import queries, rules, services
from community.permissions import get_membership_for

LONGEST_NUMBER = 15  # digits of an event's number


def put_event(call: Call, r: uuid.UUID, t: str) -> Answer:
    """Send an event. Repeated with the same transaction id: 200 and the same body."""
    if not TXN_ID.fullmatch(t):
        raise ApiError("bad_request", "a transaction id is 1 to 64 of A-Z a-z 0-9 _ -")
    device = call.device
    if sent := services.already_sent(device, r, t):
        return Answer(sent)
    call.limit("events-burst")
    call.limit("events")
    new = call.read(rules.NewEvent)
    sent, is_new = services.send(
        sender=call.user, device=device, room_id=r, txn_id=t, new=new,
        ready=partial(require_ready, call),
    )  # fmt: skip
    return Answer(sent, status=201 if is_new else 200)


def get_events(call: Call, r: uuid.UUID) -> dict[str, Any]:
    """A page of events, ascending: behind ``after``, or the last ones before ``before``."""
    after, before = call.text("after"), call.text("before")
    if after and before:
        raise ApiError("bad_request", "either after or before")
    limit = call.number("limit", queries.DEFAULT_PAGE, least=1, most=queries.PAGE)
    return queries.page(
        get_membership_for(call.user, r),
        after=call.number("after", 0) if after else None,
        before=call.number("before", 0) if before else None,
        limit=limit,
    )


def get_unread(call: Call) -> dict[str, Any]:
    """What is unread in each room."""
    return {"rooms": queries.unread_of(call.user)}


def put_read(call: Call, r: uuid.UUID) -> dict[str, Any]:
    """How far the person has read."""
    seq = call.read(rules.ReadUpTo).seq
    return {"unread": services.mark_read(user=call.user, room_id=r, seq=seq)}


def delete_event(call: Call, r: uuid.UUID, t: str) -> dict[str, Any]:
    """Empty an event for good; ``t`` is its number here."""
    if not (t.isascii() and t.isdecimal() and len(t) <= LONGEST_NUMBER):
        raise ApiError("not_found")
    return {"seq": services.redact(user=call.user, room_id=r, seq=int(t))}
