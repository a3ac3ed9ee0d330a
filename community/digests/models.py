"""What a closed case taught: the text, and what two readers said of it before its release."""

import uuid

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from portal.languages.table import LANGUAGE_CHOICES

PERSON = settings.AUTH_USER_MODEL


class Digest(models.Model):
    """A summary of a case on its way into the library.

    ``sections`` and ``checklist`` are kept under the codes of ``community.digests.rules``.
    ``version`` rises with every change of the text; approvals count for one version only. The
    released text stands in ``publication``.
    """

    class State(models.TextChoices):
        DRAFT = "draft", _("Draft")
        REVIEW = "review", _("In review")
        CHANGES = "changes", _("Changes asked for")
        APPROVED = "approved", _("Approved by two reviewers")
        RELEASED = "released", _("Released")
        WITHDRAWN = "withdrawn", pgettext_lazy("digest", "Withdrawn")

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    author = models.ForeignKey(
        PERSON, null=True, on_delete=models.SET_NULL, related_name="case_digests"
    )
    state = models.CharField(max_length=10, choices=State.choices, default=State.DRAFT)
    title = models.CharField(max_length=200, blank=True)
    title_en = models.CharField(max_length=200, blank=True)
    language = models.CharField(max_length=12, choices=LANGUAGE_CHOICES, default="en")
    region = models.CharField(max_length=40, blank=True)
    topics = models.JSONField(default=list, blank=True)
    sections = models.JSONField(default=dict, blank=True)
    checklist = models.JSONField(default=dict, blank=True)
    sherloc = models.JSONField(default=list, blank=True)
    judgments = models.JSONField(default=list, blank=True)
    version = models.PositiveIntegerField(default=1)
    publication = models.OneToOneField(
        "community.Publication", null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    withdrawal = models.TextField(blank=True)  # why it was withdrawn
    created_at = models.DateTimeField()
    changed_at = models.DateTimeField()

    class Meta:
        app_label = "community"
        indexes = [models.Index(fields=["state", "changed_at"])]

    def __str__(self) -> str:
        return self.title or str(self.public_id)


class DigestReview(models.Model):
    """What one reader decided about one version. ``organisation`` is where she worked then.

    ``counts`` ends when the text is changed, or when she decides anew.
    """

    class Decision(models.TextChoices):
        APPROVE = "approve", pgettext_lazy("digest", "Approved")
        CHANGES = "changes", _("Asked for changes")

    digest = models.ForeignKey(Digest, on_delete=models.CASCADE, related_name="reviews")
    person = models.ForeignKey(PERSON, null=True, on_delete=models.SET_NULL, related_name="+")
    organisation = models.ForeignKey(
        "portal.Organisation", null=True, on_delete=models.PROTECT, related_name="+"
    )
    version = models.PositiveIntegerField()
    decision = models.CharField(max_length=10, choices=Decision.choices)
    comments = models.JSONField(default=dict, blank=True)  # section → what is said of it
    counts = models.BooleanField(default=True)
    decided_at = models.DateTimeField()

    class Meta:
        app_label = "community"
        ordering = ("decided_at", "pk")

    def __str__(self) -> str:
        return f"{self.decision} of {self.digest_id}"
