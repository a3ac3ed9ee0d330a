"""The list of devices moves on (messaging.md 5, guarantees 3 and 5)."""

from collections.abc import Iterable
from typing import Any

from django.db.models import F, Max, QuerySet

from community.devices.models import Counter, DeviceListChange
from community.realtime import pokes
from portal.shared import clock

DEVICE_LIST = "device-list"


def mark_changed(*user_ids: int) -> int:
    """Say that the devices or keys of these people changed; return the new position.

    Inside a transaction, before any room is locked (lock order: this counter, rooms, devices).
    """
    Counter.objects.get_or_create(name=DEVICE_LIST)
    Counter.objects.filter(name=DEVICE_LIST).update(value=F("value") + len(user_ids))
    last = position()
    moment = clock.now()
    DeviceListChange.objects.bulk_create(
        DeviceListChange(stream=last - behind, user_id=user_id, created=moment)
        for behind, user_id in enumerate(reversed(user_ids))
    )
    pokes.devices_changed(user_ids)
    return last


def lock() -> None:
    """Hold the list until the transaction ends: first of all locks, before a deed that may call
    ``mark_changed`` decides what it changes."""
    Counter.objects.select_for_update().get_or_create(name=DEVICE_LIST)


def position() -> int:
    """Return the present position of the list; 0 at first."""
    value = Counter.objects.filter(name=DEVICE_LIST).values_list("value", flat=True).first()
    return value or 0


def at_least(place: int) -> QuerySet[Counter]:
    """Return the counter if it has come to a position, for a question inside another one."""
    return Counter.objects.filter(name=DEVICE_LIST, value__gte=place)


def changed_since(users: Iterable[Any], after: int) -> set[int]:
    """Return which of these people (ids) changed after a position."""
    rows = DeviceListChange.objects.filter(user_id__in=list(users), stream__gt=after)
    return set(rows.order_by().values_list("user_id", flat=True).distinct())


def newest(users: Iterable[Any]) -> int:
    """Return the last position at which one of these people (ids) changed; 0 if never."""
    found = DeviceListChange.objects.filter(user_id__in=list(users)).aggregate(last=Max("stream"))
    return found["last"] or 0
