"""Tells people that something happened."""

from typing import Any

from django.db import transaction
from django.db.models import F

from portal.events import publish
from portal.events.messages import NotificationsChanged
from portal.notifications.models import Notification
from portal.notifications.verbs import VERBS
from portal.shared import clock


@transaction.atomic
def notify(user: Any, verb: str, *, place: str, key: str = "") -> None:
    """Add one to the person's unread notices of this verb and place.

    ``place`` is the name of an address that takes ``key`` as its only argument, or none if it is
    empty. Raises KeyError for a verb that is not in ``portal.notifications.verbs``.
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
    publish(NotificationsChanged(user.pk))
