"""Reads notices."""

from django.db.models import QuerySet, Sum

from portal.accounts.models import User
from portal.notifications.models import Notification, NotificationChoice

PAGE = 30


def unread(user: User) -> int:
    """Return how many things happened that the person has not seen."""
    rows = Notification.objects.filter(user=user, read_at=None)
    return rows.aggregate(total=Sum("count"))["total"] or 0


def latest(user: User) -> QuerySet[Notification]:
    """Return the newest notices."""
    return Notification.objects.filter(user=user).order_by("-last_at")[:PAGE]


def choice_of(user: User) -> NotificationChoice:
    """Return how she wants to be told; the default is not stored."""
    return NotificationChoice.objects.filter(user=user).first() or NotificationChoice(user=user)
