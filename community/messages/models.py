"""Events of rooms. Content is sealed (classes m and s) or made by the server (class x)."""

from django.conf import settings
from django.db import models


class Event(models.Model):
    """One entry of a room's gapless order; a removed one stays as a tombstone."""

    class Class(models.TextChoices):
        MESSAGE = "m", "message"
        SILENT = "s", "silent"
        SERVER = "x", "made by the server"

    room = models.ForeignKey("community.Room", on_delete=models.CASCADE, related_name="events")
    seq = models.BigIntegerField()
    event_id = models.UUIDField(unique=True)
    sender = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    sender_device = models.ForeignKey(
        "community.Device", null=True, on_delete=models.SET_NULL, related_name="+"
    )
    txn_id = models.CharField(max_length=64, null=True, blank=True)
    ts = models.BigIntegerField()  # milliseconds since 1970, UTC
    event_class = models.CharField(max_length=1, choices=Class.choices)
    content = models.TextField(blank=True)  # JSON as it is sent; "" when gone
    size = models.PositiveIntegerField(default=0)
    expires_at = models.DateTimeField(null=True, blank=True, db_index=True)
    gone_why = models.CharField(max_length=10, blank=True)
    gone_at = models.BigIntegerField(null=True, blank=True)
    gone_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )

    class Meta:
        app_label = "community"
        constraints = [
            models.UniqueConstraint(fields=["room", "seq"], name="event_order"),
            models.UniqueConstraint(fields=["sender_device", "txn_id"], name="event_once"),
        ]
        indexes = [
            models.Index(fields=["room", "event_class", "seq"]),
            models.Index(fields=["ts"], name="event_time"),
        ]

    def __str__(self) -> str:
        return f"{self.event_class} {self.seq}"
