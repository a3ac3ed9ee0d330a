"""Asks members once a year whether their entry in the directory is still right."""

from datetime import timedelta

from community.directory import services
from community.directory.index import now
from community.directory.models import DirectoryChange, Profile
from community.directory.permissions import listed
from community.directory.rows import STALE
from portal.notifications.services import notify
from portal.shared import clock

AGAIN = timedelta(days=60)  # until she is reminded once more
KEPT = 2 * 86_400_000_000  # microseconds; memory begins anew after half of it


def remind() -> int:
    """Remind whoever has not confirmed her entry for a year; return how many."""
    moment = clock.now()
    rows = listed().filter(confirmed_at__lt=moment - STALE).select_related("person")
    found = rows.exclude(reminded_at__gt=moment - AGAIN)
    count = 0
    for row in found.order_by("pk").iterator():
        Profile.objects.filter(pk=row.pk).update(reminded_at=moment)
        notify(row.person, services.VERB, place=services.PLACE)
        count += 1
    return count


def forget_changes() -> int:
    """Delete old rows of what changed; return how many."""
    return DirectoryChange.objects.filter(mark__lt=now() - KEPT).delete()[0]
