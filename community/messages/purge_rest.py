"""Deletes what lies beside the events: files, ids of requests, exact times (messaging.md 6.3)."""

from collections.abc import Callable
from typing import Any

from django.db import transaction
from django.db.models import F, Q, QuerySet
from django.db.models.functions import TruncHour

from community.attachments import services as attachments
from community.attachments.models import Media
from community.devices import list_changes
from community.devices.models import DeviceListChange, ToDevice, Txn
from community.messages import notices
from community.messages.models import Event
from community.messages.purge_rooms import PART, free
from community.messages.rules import EXACT_TIMES_KEPT, HOUR_MS, REPEATS_KEPT, milliseconds
from community.rooms.models import Room
from portal.notifications import services as notifications
from portal.shared import clock

# files


def history(most: int) -> int:
    """Delete bundles of keys for newcomers after seven days."""
    rows = attachments.history_over().filter(room__in=free())
    return sum(_doom_file(key, attachments.history_over) for key in _keys(rows, most))


def uploads(most: int) -> int:
    """Delete uploads that were not finished in a day, and files no event named in seven."""
    return sum(_doom_file(key, attachments.unused) for key in _keys(attachments.unused(), most))


def _keys(rows: QuerySet[Media], most: int) -> list[int]:
    return list(rows.order_by("pk").values_list("pk", flat=True)[:most])


@transaction.atomic
def _doom_file(key: int, due: Callable[[], QuerySet[Media]]) -> int:
    """Mark a file whose time has come, its room held: an event may be naming it just now."""
    rooms = Media.objects.filter(pk=key).values("room")
    list(Room.objects.select_for_update().filter(pk__in=rooms))
    return attachments.doom(due().filter(pk=key))


def files(most: int) -> int:
    """Delete the bytes an earlier run or a deletion left behind."""
    return attachments.remove_doomed(most=most)


# devices, times, notices


def inbox(most: int) -> int:
    """Delete ids of to-device requests after a day, and what waits for removed devices."""
    count = _delete(Txn, Q(created__lt=clock.now() - REPEATS_KEPT), most)
    return count + _delete(ToDevice, Q(recipient_device__revoked_at__isnull=False), most)


def lists(most: int) -> int:
    """Forget when devices and keys changed after 30 days, but for each person's last time."""
    return _delete(DeviceListChange, list_changes.superseded(), most)


def _delete(model: type[Txn | ToDevice | DeviceListChange], due: Q, most: int) -> int:
    total = 0
    while total < most:
        some = list(model.objects.filter(due).order_by("pk").values_list("pk", flat=True)[:PART])
        if not some:
            break
        total += model.objects.filter(pk__in=some).delete()[0]
    return total


def times(most: int) -> int:
    """Keep the times of messages and files by the hour once they are 30 days old."""
    before = clock.now() - EXACT_TIMES_KEPT
    old = Event.objects.filter(room__in=free())
    sent = old.annotate(rest=F("ts") % HOUR_MS).filter(ts__lt=milliseconds(before), rest__gt=0)
    gone = old.annotate(rest=F("gone_at") % HOUR_MS).filter(
        gone_at__lt=milliseconds(before), rest__gt=0
    )
    kept = Media.objects.filter(created__lt=before, expires_at=None, room__in=free())
    kept = kept.exclude(created=TruncHour("created"))
    return (
        _change(sent, most, ts=F("ts") - F("ts") % HOUR_MS)
        + _change(gone, most, gone_at=F("gone_at") - F("gone_at") % HOUR_MS)
        + _change(kept, most, created=TruncHour("created"))
    )


def _change(rows: QuerySet[Any], most: int, **values: Any) -> int:
    """Change these rows part by part, until none is left; return how many."""
    total = 0
    while total < most:
        some = list(rows.order_by("pk").values_list("pk", flat=True)[:PART])
        if not some:
            break
        total += rows.model._default_manager.filter(pk__in=some).update(**values)
    return total


def seen_notices(most: int) -> int:
    """Forget that a notice about a room was seen 30 days ago: it tells when something was said."""
    before = clock.now() - EXACT_TIMES_KEPT
    return notifications.forget(verbs=notices.VERBS.values(), before=before)
