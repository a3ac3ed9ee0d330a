"""A group of members, and who is in it."""

import uuid

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

PERSON = settings.AUTH_USER_MODEL


class Group(models.Model):
    """Members who work together: on a region, on a theme, or on a text.

    ``topic`` is a code of ``community.library.vocabulary``. ``closed_at``: it can be read, nothing
    is added. A group whose ``joining`` is by invitation is known only to who is in it or invited.
    """

    class Kind(models.TextChoices):
        REGION = "region", _("Regional network")
        THEME = "theme", _("Theme")
        DRAFTING = "drafting", _("Expert drafting group")

    class Joining(models.TextChoices):
        OPEN = "open", _("Every member may join")
        REQUEST = "request", _("Members ask to join")
        INVITATION = "invitation", _("By invitation")

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    name = models.CharField(max_length=120)
    purpose = models.TextField(max_length=2_000)
    kind = models.CharField(max_length=10, choices=Kind.choices)
    joining = models.CharField(max_length=10, choices=Joining.choices)
    region = models.ForeignKey(
        "portal.Region", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    topic = models.CharField(max_length=60, blank=True)
    language = models.CharField(max_length=12, default="en")  # of its name and purpose
    created_by = models.ForeignKey(PERSON, null=True, on_delete=models.SET_NULL, related_name="+")
    created_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True, blank=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        app_label = "community"
        ordering = ("name", "pk")

    def __str__(self) -> str:
        return self.name


class GroupMember(models.Model):
    """A person and a group: in it, asking to be, or invited. Leaving deletes the row.

    Counts only while the person is a member of the community.
    """

    class State(models.TextChoices):
        IN = "in", _("In the group")
        ASKED = "asked", _("Asks to join")
        INVITED = "invited", _("Invited")

    group = models.ForeignKey(Group, on_delete=models.CASCADE, related_name="members")
    person = models.ForeignKey(PERSON, on_delete=models.CASCADE, related_name="group_rows")
    state = models.CharField(max_length=10, choices=State.choices)
    leads = models.BooleanField(default=False)  # may invite, decide, write what the group says
    reason = models.TextField(blank=True, max_length=1_000)  # why she asks
    by = models.ForeignKey(PERSON, null=True, on_delete=models.SET_NULL, related_name="+")
    since = models.DateTimeField()

    class Meta:
        app_label = "community"
        ordering = ("pk",)
        constraints = [
            models.UniqueConstraint(fields=["group", "person"], name="community_once_in_a_group")
        ]
        indexes = [models.Index(fields=["person", "state"])]

    def __str__(self) -> str:
        return f"{self.person_id} in {self.group_id}"


class GroupAnswer(models.Model):
    """What a leader decided about a person who is not inside, and why: for her alone to read.

    It stays until she puts it away or is in the group again.
    """

    class What(models.TextChoices):
        DECLINED = "declined", _("Your request was declined")
        REMOVED = "removed", _("You were removed from the group")

    group = models.ForeignKey(Group, on_delete=models.CASCADE, related_name="answers")
    person = models.ForeignKey(PERSON, on_delete=models.CASCADE, related_name="group_answers")
    what = models.CharField(max_length=10, choices=What.choices)
    reason = models.TextField(max_length=1_000)
    by = models.ForeignKey(PERSON, null=True, on_delete=models.SET_NULL, related_name="+")
    at = models.DateTimeField()

    class Meta:
        app_label = "community"
        ordering = ("-pk",)
        constraints = [
            models.UniqueConstraint(fields=["group", "person"], name="community_group_one_answer")
        ]

    def __str__(self) -> str:
        return f"{self.person_id} {self.what} {self.group_id}"
