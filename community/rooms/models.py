"""Rooms, who is in them, and the signed lists of members (messaging.md 5, 6.3).

Name, topic, purpose and legal basis of a room are sealed and never stand here.
"""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Kind(models.TextChoices):
    CASE = "case", _("Case room")
    DIRECT = "direct", _("Direct messages")


class RoomState(models.TextChoices):
    OPEN = "open", pgettext_lazy("state of a room", "Open")
    CLOSING = "closing", _("Closing")
    CLOSED = "closed", _("Closed")


class RoomRole(models.TextChoices):
    HOST = "host", _("Host")
    MEMBER = "member", _("Member")
    OBSERVER = "observer", _("Observer")
    RECORDS = "records", _("Records officer")


class Room(models.Model):
    """``last_seq`` is the last event, ``members_seq`` the last one that changed who is inside.

    ``pair`` holds the two people's ids of a direct room, in order, so that a pair has one room.
    """

    public_id = models.UUIDField(unique=True, editable=False)
    kind = models.CharField(max_length=10, choices=Kind.choices)
    state = models.CharField(max_length=10, choices=RoomState.choices, default=RoomState.OPEN)
    pair = models.CharField(max_length=80, unique=True, null=True, blank=True)
    last_seq = models.BigIntegerField(default=0)
    members_seq = models.BigIntegerField(default=0)
    roster_version = models.PositiveIntegerField(default=0)
    retention_days = models.PositiveIntegerField(default=90)
    receipts = models.BooleanField(default=False)
    created = models.DateTimeField()
    ends_at = models.DateField(null=True, blank=True)
    purge_at = models.DateTimeField(null=True, blank=True)
    hold_until = models.DateField(null=True, blank=True)
    purged_seq = models.BigIntegerField(default=0)  # everything up to here was purged

    class Meta:
        app_label = "community"

    def __str__(self) -> str:
        return str(self.public_id)


class RoomMembership(models.Model):
    """A person's place in a room. The signed roster, not this row, decides who gets keys."""

    class State(models.TextChoices):
        INVITED = "invited", _("Invited")
        JOINED = "joined", _("Joined")
        LEFT = "left", _("Left")
        REMOVED = "removed", _("Removed")
        DECLINED = "declined", _("Declined")

    room = models.ForeignKey(Room, on_delete=models.CASCADE, related_name="memberships")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="room_memberships"
    )
    role = models.CharField(max_length=10, choices=RoomRole.choices)
    state = models.CharField(max_length=10, choices=State.choices)
    invited_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    joined_seq = models.BigIntegerField(null=True, blank=True)
    left_seq = models.BigIntegerField(null=True, blank=True)
    first_visible_seq = models.BigIntegerField(default=1)
    last_read_seq = models.BigIntegerField(default=0)
    muted = models.BooleanField(default=False)
    pinned_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        app_label = "community"
        constraints = [models.UniqueConstraint(fields=["room", "user"], name="room_member_once")]
        indexes = [models.Index(fields=["user", "state"])]

    def __str__(self) -> str:
        return f"{self.role} {self.state}"


class Roster(models.Model):
    """A version of the signed list of members, kept byte for byte."""

    room = models.ForeignKey(Room, on_delete=models.CASCADE, related_name="rosters")
    version = models.PositiveIntegerField()
    text = models.TextField()
    signatures = models.JSONField()
    sha256 = models.CharField(max_length=44)  # base64
    signer = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    seq = models.BigIntegerField()

    class Meta:
        app_label = "community"
        constraints = [models.UniqueConstraint(fields=["room", "version"], name="roster_version")]

    def __str__(self) -> str:
        return str(self.version)


class Export(models.Model):
    """A member's browser made a transcript; the server keeps its hash and who signed it."""

    public_id = models.UUIDField(unique=True, editable=False)
    room = models.ForeignKey(Room, on_delete=models.CASCADE, related_name="exports")
    member = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    manifest_sha256 = models.CharField(max_length=44)
    signatures = models.JSONField()
    from_seq = models.BigIntegerField()
    to_seq = models.BigIntegerField()
    unreadable = models.PositiveIntegerField(default=0)
    red_consent = models.JSONField(default=list)
    created = models.DateTimeField()

    class Meta:
        app_label = "community"

    def __str__(self) -> str:
        return self.manifest_sha256


class Report(models.Model):
    """A message or a post reported by a member.

    Of a sealed message (``room``, ``seq``) ``copy`` is its text if she chose to disclose it; a post
    of a discussion (``post``) moderators read as it is. ``why`` is a code for posts.
    """

    class State(models.TextChoices):
        OPEN = "open", pgettext_lazy("state of a report", "Open")
        DECIDED = "decided", _("Decided")

    public_id = models.UUIDField(unique=True, editable=False)
    room = models.ForeignKey(Room, null=True, on_delete=models.CASCADE, related_name="reports")
    seq = models.BigIntegerField(null=True)
    post = models.ForeignKey(
        "community.Post", null=True, on_delete=models.CASCADE, related_name="reports"
    )
    why = models.CharField(max_length=20, blank=True)
    reporter = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    reported = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    reason = models.TextField(max_length=2000)
    copy = models.TextField(null=True, blank=True)
    created = models.DateTimeField()
    state = models.CharField(max_length=10, choices=State.choices, default=State.OPEN)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    decided_at = models.DateTimeField(null=True, blank=True)
    decision = models.CharField(max_length=20, blank=True)
    note = models.TextField(blank=True, max_length=2000)

    class Meta:
        app_label = "community"
        constraints = [
            models.CheckConstraint(
                name="community_report_of_one",
                condition=models.Q(room__isnull=False, seq__isnull=False, post__isnull=True)
                | models.Q(room__isnull=True, seq__isnull=True, post__isnull=False),
            )
        ]

    def __str__(self) -> str:
        return str(self.public_id)


class Block(models.Model):
    """A person who does not want direct messages from another one."""

    blocker = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="blocks"
    )
    blocked = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+"
    )
    created = models.DateTimeField()

    class Meta:
        app_label = "community"
        constraints = [models.UniqueConstraint(fields=["blocker", "blocked"], name="block_once")]

    def __str__(self) -> str:
        return "block"
