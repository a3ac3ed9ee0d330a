"""Tells people that something happened, and keeps how they want to be told."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import F

from portal.events import publish
from portal.events.messages import NotificationsChanged
from portal.notifications.models import Notification, NotificationChoice
from portal.notifications.verbs import VERBS
from portal.shared import clock
from portal.shared.errors import Invalid, NotAllowed


@transaction.atomic
def notify(user: Any, verb: str, *, place: str, key: str = "") -> None:
    """Add one to the person's unread notices of this verb and place.

    ``place`` is the name of an address that takes ``key`` as its only argument, or none if it is
    empty. Mails and pushes follow after the commit. Raises KeyError for a verb that is not in
    ``portal.notifications.verbs``.
    """
    VERBS[verb]
    moment = clock.now()
    mine = Notification.objects.filter(
        user=user, verb=verb, place=place, key=key, read_at=None
    ).update(count=F("count") + 1, last_at=moment, told_at=None)
    if not mine:
        Notification.objects.create(
            user=user, verb=verb, place=place, key=key, first_at=moment, last_at=moment
        )
    publish(NotificationsChanged(user.pk, new=True))


@transaction.atomic
def mark_read(*, user: Any, notice: str) -> Notification:
    """Note that the person saw a notice of hers. Raises NotAllowed for any other."""
    row = Notification.objects.select_for_update().filter(user=user, public_id=notice).first()
    if row is None:
        raise NotAllowed
    if row.read_at is None:
        row.read_at = clock.now()
        row.save(update_fields=["read_at"])
        publish(NotificationsChanged(user.pk))
    return row


@transaction.atomic
def mark_place_read(*, user: Any, verb: str, place: str, key: str = "") -> bool:
    """Note that the person was where a notice leads; say whether one waited. One query if none."""
    rows = Notification.objects.filter(user=user, verb=verb, place=place, key=key, read_at=None)
    if not rows.update(read_at=clock.now()):
        return False
    publish(NotificationsChanged(user.pk))
    return True


def forget(*, verbs: Iterable[str], before: datetime | None = None, key: str = "") -> int:
    """Delete notices of these verbs: those seen before a moment, or all of a ``key`` that is gone;
    return how many. Raises ValueError where neither is given."""
    rows = Notification.objects.filter(verb__in=list(verbs))
    if before is None and not key:
        raise ValueError("which notices?")
    if before is not None:
        rows = rows.filter(read_at__lt=before)
    if key:
        rows = rows.filter(key=key)
    return rows.delete()[0]


@transaction.atomic
def mark_all_read(*, user: Any) -> int:
    """Note that the person saw all her notices; return how many rows."""
    count = Notification.objects.filter(user=user, read_at=None).update(read_at=clock.now())
    publish(NotificationsChanged(user.pk))
    return count


@transaction.atomic
def choose_pace(*, user: Any, pace: str) -> NotificationChoice:
    """Keep how often the person wants mail. Raises Invalid for a pace there is not."""
    if pace not in NotificationChoice.Pace.values:
        raise Invalid(fields={"pace": pace})
    row, _ = NotificationChoice.objects.update_or_create(user=user, defaults={"pace": pace})
    return row
