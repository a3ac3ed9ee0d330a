"""Copies of restricted files, each with the name of its reader on every page."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from community.library.models import Edition
from portal.shared import clock, ids


class StampedCopy(models.Model):
    """One person's copy of one edition, kept for a while so that it is made once.

    It counts as long as label, original and name are still those it was made with. ``number``
    stands on each page and in the record: a copy that turns up somewhere names its reader.
    """

    class State(models.TextChoices):
        WAITING = "waiting", _("Being prepared")
        READY = "ready", _("Ready")
        FAILED = "failed", _("Could not be prepared")

    edition = models.ForeignKey(Edition, on_delete=models.CASCADE, related_name="copies")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    state = models.CharField(max_length=8, choices=State.choices, default=State.WAITING)
    number = models.CharField(max_length=9, default=ids.readable, unique=True)
    name = models.CharField(max_length=300)
    label = models.CharField(max_length=12)
    sha256 = models.CharField(max_length=64)  # of the original
    file = models.OneToOneField(
        "portal.StoredFile", null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    asked_at = models.DateTimeField(default=clock.now)
    made_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        app_label = "community"
        constraints = [models.UniqueConstraint(fields=["edition", "person"], name="copy_once")]
        indexes = [models.Index(fields=["asked_at"], name="copy_asked")]

    def __str__(self) -> str:
        return self.number
