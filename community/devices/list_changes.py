"""Whose devices a person has to ask for again (messaging.md 5, guarantee 5; pitfall 13)."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from django.contrib.auth import get_user_model
from django.db.models import Exists, Min, OuterRef, Q

from community import permissions
from community.devices.models import DeviceListChange, KeySignature
from community.ids import user_name
from community.messages.models import Event
from community.messages.rules import EXACT_TIMES_KEPT
from community.rooms.models import RoomMembership
from portal.shared import clock

# Joining marks the list and writes the room's event in one transaction; their clocks differ little.
TOLERANCE = timedelta(minutes=1)


def between(user: Any, after: int, last: int) -> dict[str, list[str]]:
    """Return ``changed`` and ``left`` (names) of the positions after ``after`` up to ``last``.

    changed: herself and people she shares a room with whose devices or keys changed; and, when
    she came into a room herself, the people in it, because what they changed while she was away
    was never said to her; and, when her own list moved, the people near whose keys she has signed,
    because that is shown to her own devices alone. left: people who changed and share no room with
    her any more.
    """
    if last <= after:
        return {"changed": [], "left": []}
    rows = DeviceListChange.objects.filter(stream__gt=after, stream__lte=last)
    moved = set(rows.order_by().values_list("user_id", flat=True).distinct())
    others = moved - {user.pk}
    near = permissions.share_a_room([user.pk]) if others else {user.pk}
    changed = moved & near
    if user.pk in moved:
        changed |= _met(user, _since(user, after))
        changed |= _signed(user)
    left = _once_near(user, others - near) if others - near else set()
    return {"changed": _names(changed), "left": _names(left)}


def _since(user: Any, after: int) -> datetime | None:
    """Return from when on she may have joined rooms behind a position; None: nobody knows.

    Nobody knows of a position that is older than exact times are kept: what lies behind it may
    have been forgotten (``superseded``), and the times of events are rounded.
    """
    before = DeviceListChange.objects.filter(stream__lte=after).order_by("-stream")
    at = before.values_list("created", flat=True).first()
    if at is None or at < clock.now() - EXACT_TIMES_KEPT:
        return None
    own = DeviceListChange.objects.filter(user=user, stream__gt=after)
    first: datetime | None = own.aggregate(first=Min("created"))["first"]
    return first


def _met(user: Any, since: datetime | None) -> set[int]:
    """Return who is in the rooms she has joined since a moment; None: in all she is in."""
    joined = RoomMembership.objects.filter(user=user, state=RoomMembership.State.JOINED)
    if since is not None:
        entered = Event.objects.filter(
            room=OuterRef("room"), seq=OuterRef("joined_seq"),
            ts__gte=int((since - TOLERANCE).timestamp() * 1000),
        )  # fmt: skip
        joined = joined.filter(Exists(entered))
    there = RoomMembership.objects.filter(
        room__in=joined.values("room"), state__in=permissions.INSIDE
    )
    return set(there.values_list("user_id", flat=True))


def _signed(user: Any) -> set[int]:
    """Return who of those she shares a room with was checked by her: whose key she has signed."""
    rows = KeySignature.objects.filter(signer_user=user).exclude(target_user=user)
    people = set(rows.values_list("target_user_id", flat=True))
    return people & permissions.share_a_room([user.pk]) if people else set()


def _once_near(user: Any, people: Iterable[int]) -> set[int]:
    """Return those of the people who were in a room together with her. Who came in after she had
    gone is none of them: it would tell her who is in a room she may not see."""
    hers = RoomMembership.objects.filter(user=user, room=OuterRef("room"))
    together = Q(state__in=permissions.INSIDE) | Q(
        state__in=permissions.ONCE_INSIDE, left_seq__gte=OuterRef("joined_seq")
    )
    rows = RoomMembership.objects.filter(
        Exists(hers.filter(together)), user__in=list(people), state__in=permissions.ONCE_INSIDE
    )
    return set(rows.values_list("user_id", flat=True))


def superseded() -> Q:
    """Return which rows nobody needs any more: older than exact times are kept, and followed by
    one of the same person. A cursor asks whether somebody changed, not how often; what ``_met``
    needs besides is asked of younger positions only."""
    newer = DeviceListChange.objects.filter(user=OuterRef("user"), stream__gt=OuterRef("stream"))
    return Q(Exists(newer), created__lt=clock.now() - EXACT_TIMES_KEPT)


def _names(people: Iterable[int]) -> list[str]:
    numbers = get_user_model().objects.filter(pk__in=list(people)).order_by("pk")
    return [user_name(number) for number in numbers.values_list("public_id", flat=True)]
