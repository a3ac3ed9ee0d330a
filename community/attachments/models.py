"""Sealed files: ciphertext in the private store, its size and hash here."""

from django.conf import settings
from django.db import models


class Media(models.Model):
    """An upload of ciphertext. ``purpose`` history: a bundle of keys for a newcomer, 7 days."""

    class Purpose(models.TextChoices):
        FILE = "file", "file"
        HISTORY = "history", "history"

    public_id = models.UUIDField(unique=True, editable=False)
    room = models.ForeignKey("community.Room", on_delete=models.CASCADE, related_name="media")
    uploader = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    purpose = models.CharField(max_length=10, choices=Purpose.choices)
    size = models.BigIntegerField()
    received = models.BigIntegerField(default=0)
    complete = models.BooleanField(default=False)
    sha256 = models.CharField(max_length=64)  # as the client wrote it
    storage_key = models.CharField(max_length=80)
    created = models.DateTimeField()
    expires_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        app_label = "community"

    def __str__(self) -> str:
        return str(self.public_id)


class EventMedia(models.Model):
    """Which event needs which file, in clear, so that deletion really deletes."""

    event = models.ForeignKey(
        "community.Event", on_delete=models.CASCADE, related_name="event_media"
    )
    media = models.ForeignKey(Media, on_delete=models.CASCADE, related_name="event_media")

    class Meta:
        app_label = "community"
        constraints = [models.UniqueConstraint(fields=["event", "media"], name="event_media_once")]

    def __str__(self) -> str:
        return "file of an event"
