"""Reads notices."""

from collections.abc import Iterable
from datetime import datetime

from django.db.models import Max, QuerySet, Sum

from portal.accounts.models import User
from portal.notifications.models import Notification, NotificationChoice

PAGE = 30


def unread(user: User) -> int:
    """Return how many things happened that the person has not seen."""
    rows = Notification.objects.filter(user=user, read_at=None)
    return rows.aggregate(total=Sum("count"))["total"] or 0


def last_told(
    verbs: Iterable[str], keys: Iterable[str], *, unseen: bool = False
) -> dict[tuple[int, str], datetime]:
    """Return (id of a person, key) → when she last got a notice of these verbs; ``unseen``: of
    those she has not seen yet."""
    rows = Notification.objects.filter(verb__in=list(verbs), key__in=list(keys))
    rows = rows.filter(read_at=None) if unseen else rows
    found = rows.order_by().values_list("user_id", "key").annotate(last=Max("last_at"))
    return {(user_id, key): last for user_id, key, last in found}


def waiting_for_mail(verbs: Iterable[str]) -> list[int]:
    """Return the people (ids) with unseen notices of these verbs that no mail has spoken of."""
    rows = Notification.objects.filter(verb__in=list(verbs), read_at=None, told_at=None)
    return list(rows.order_by("user_id").values_list("user_id", flat=True).distinct())


def latest(user: User) -> QuerySet[Notification]:
    """Return the newest notices."""
    return Notification.objects.filter(user=user).order_by("-last_at")[:PAGE]


def choice_of(user: User) -> NotificationChoice:
    """Return how she wants to be told; the default is not stored."""
    return NotificationChoice.objects.filter(user=user).first() or NotificationChoice(user=user)
