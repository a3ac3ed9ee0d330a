"""Notices: a verb from a fixed list, a count, a place to go. No text, no names, no titles."""

import uuid

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class Notification(models.Model):
    """Something happened ``count`` times; one unread row a verb and place and person.

    ``place`` is the name of an address (a Django URL name), ``key`` its only argument or "".
    """

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="notifications"
    )
    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    verb = models.CharField(max_length=30)
    place = models.CharField(max_length=60)
    key = models.CharField(max_length=60, blank=True)
    count = models.PositiveIntegerField(default=1)
    first_at = models.DateTimeField()
    last_at = models.DateTimeField()
    read_at = models.DateTimeField(null=True, blank=True)
    told_at = models.DateTimeField(null=True, blank=True)  # by mail or push

    class Meta:
        app_label = "portal"
        constraints = [
            models.UniqueConstraint(
                fields=["user", "verb", "place", "key"],
                name="notification_one_unread",
                condition=models.Q(read_at__isnull=True),
            )
        ]
        indexes = [models.Index(fields=["user", "read_at", "-last_at"])]

    def __str__(self) -> str:
        return f"{self.verb} × {self.count}"


class NotificationChoice(models.Model):
    """How a person wants to be told outside the site."""

    class Pace(models.TextChoices):
        AT_ONCE = "at-once", _("At once")
        DAILY = "daily", _("Once a day")
        WEEKLY = "weekly", _("Once a week")
        NEVER = "never", _("No mail")

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, primary_key=True, related_name="+"
    )
    pace = models.CharField(max_length=10, choices=Pace.choices, default=Pace.DAILY)
    last_mail_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        app_label = "portal"

    def __str__(self) -> str:
        return self.pace


class PushSubscription(models.Model):
    """A browser that may be woken (RFC 8030). Pushes are empty: nothing to encrypt or to leak."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="push_subscriptions"
    )
    endpoint = models.URLField(max_length=600, unique=True)
    session = models.CharField(max_length=64)  # SHA-256 of the session key it was made in
    browser = models.CharField(max_length=60, blank=True)
    created_at = models.DateTimeField()
    failed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        app_label = "portal"

    def __str__(self) -> str:
        return self.browser
