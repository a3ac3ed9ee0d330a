"""Files in the private store."""

import uuid

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from portal.markings.models import Marked


class StoredFile(Marked):
    """A file of a member, as it was rewritten on the way in. ``stored_name`` is random.

    ``purpose`` says which rule decides who may read it (``portal.files.permissions``); ``about``
    is the key of the thing it belongs to, for instance an application's number.
    """

    class State(models.TextChoices):
        CLEAN = "clean", _("Checked, nothing found")
        UNSCANNED = "unscanned", _("Not checked for viruses")
        QUARANTINED = "quarantined", _("Waiting for the virus check")
        REFUSED = "refused", _("Refused")

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="stored_files"
    )
    purpose = models.CharField(max_length=40)
    about = models.CharField(max_length=60, blank=True, db_index=True)
    name = models.CharField(max_length=200)  # cleaned, shown, and used for the download
    content_type = models.CharField(max_length=100)
    size = models.BigIntegerField()  # bytes
    sha256 = models.CharField(max_length=64)
    stored_name = models.CharField(max_length=64, unique=True)
    state = models.CharField(max_length=12, choices=State.choices)
    finding = models.CharField(max_length=100, blank=True)  # the scanner's name for what it found
    received_at = models.DateTimeField()
    scanned_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        app_label = "portal"
        indexes = [models.Index(fields=["purpose", "about"])]

    def __str__(self) -> str:
        return self.name
