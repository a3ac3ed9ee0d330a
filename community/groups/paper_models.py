"""Papers a group works on: versions, and what is said about them."""

from django.conf import settings
from django.db import models

from community.groups.models import Group
from community.relabelled import Relabelled
from portal.languages.table import LANGUAGE_CHOICES
from portal.markings.models import Marked
from portal.shared import ids

PERSON = settings.AUTH_USER_MODEL


class Paper(Relabelled, Marked):
    """A text a group works on. Who is in the group and in the label's audience may read it.

    ``marked_by`` (of ``Marked``) is who began it. ``latest`` is the number of its newest version.
    ``agreed_at``: nothing is added any more until it is opened again.
    """

    public_id = models.UUIDField(default=ids.uuid7, unique=True, editable=False)
    group = models.ForeignKey(Group, on_delete=models.CASCADE, related_name="papers")
    title = models.CharField(max_length=200)
    language = models.CharField(max_length=12, choices=LANGUAGE_CHOICES)
    latest = models.PositiveIntegerField(default=0)
    created_at = models.DateTimeField()
    changed_at = models.DateTimeField()
    agreed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        app_label = "community"
        ordering = ("-changed_at", "-pk")

    def __str__(self) -> str:
        return self.title


class PaperVersion(models.Model):
    """One version, never changed: Markdown with its cleaned HTML, or a file.

    ``file_name`` stays where the file itself is gone.
    """

    paper = models.ForeignKey(Paper, on_delete=models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField()
    text = models.TextField(blank=True)
    html = models.TextField(blank=True)  # of ``portal.shared.html.clean``
    file = models.OneToOneField(
        "portal.StoredFile", null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    file_name = models.CharField(max_length=200, blank=True)
    note = models.CharField(max_length=300, blank=True)  # what changed
    author = models.ForeignKey(
        PERSON, null=True, on_delete=models.SET_NULL, related_name="paper_versions"
    )
    at = models.DateTimeField()

    class Meta:
        app_label = "community"
        ordering = ("-number",)
        constraints = [
            models.UniqueConstraint(fields=["paper", "number"], name="community_paper_version"),
            models.CheckConstraint(
                name="community_version_text_or_file",
                condition=models.Q(text="") ^ models.Q(file_name=""),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.paper_id}/{self.number}"


class PaperComment(models.Model):
    """What somebody says about a version, or in answer to another comment on it (``to``).

    An empty ``text``: its author's account was deleted.
    """

    public_id = models.UUIDField(default=ids.uuid7, unique=True, editable=False)
    version = models.ForeignKey(PaperVersion, on_delete=models.CASCADE, related_name="comments")
    to = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.CASCADE, related_name="answers"
    )
    author = models.ForeignKey(
        PERSON, null=True, on_delete=models.SET_NULL, related_name="paper_comments"
    )
    text = models.TextField(max_length=4_000, blank=True)
    at = models.DateTimeField()
    done_at = models.DateTimeField(null=True, blank=True)
    done_by = models.ForeignKey(
        PERSON, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )

    class Meta:
        app_label = "community"
        ordering = ("pk",)

    def __str__(self) -> str:
        return str(self.public_id)
