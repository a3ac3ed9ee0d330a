"""What discussions keep for one person alone: how far she read, what she follows, her drafts."""

from django.conf import settings
from django.db import models

from community.discussions.kinds import Level
from community.discussions.models import Space, Topic
from portal.shared import ids

PERSON = settings.AUTH_USER_MODEL


class SpaceState(models.Model):
    """A person and a space: all up to ``read_at`` is read."""

    person = models.ForeignKey(PERSON, on_delete=models.CASCADE, related_name="+")
    space = models.ForeignKey(Space, on_delete=models.CASCADE, related_name="states")
    level = models.CharField(max_length=10, choices=Level.choices, default=Level.NORMAL)
    read_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        app_label = "community"
        constraints = [
            models.UniqueConstraint(fields=["person", "space"], name="community_space_state_once")
        ]
        indexes = [models.Index(fields=["space", "level"])]

    def __str__(self) -> str:
        return f"{self.person_id} in {self.space_id}"


class TopicState(models.Model):
    """A person and a topic: all up to post ``number`` is read; "" follows the space's level."""

    person = models.ForeignKey(PERSON, on_delete=models.CASCADE, related_name="+")
    topic = models.ForeignKey(Topic, on_delete=models.CASCADE, related_name="states")
    level = models.CharField(max_length=10, choices=Level.choices, blank=True, default="")
    number = models.PositiveIntegerField(default=0)

    class Meta:
        app_label = "community"
        constraints = [
            models.UniqueConstraint(fields=["person", "topic"], name="community_topic_state_once")
        ]
        indexes = [models.Index(fields=["topic", "level"])]

    def __str__(self) -> str:
        return f"{self.person_id} in {self.topic_id}"


class Draft(models.Model):
    """What a person is writing. ``place``: ``ask``, ``reply:<topic>`` or ``edit:<post>``."""

    public_id = models.UUIDField(default=ids.uuid7, unique=True, editable=False)
    person = models.ForeignKey(PERSON, on_delete=models.CASCADE, related_name="+")
    place = models.CharField(max_length=60)
    fields = models.JSONField(default=dict)
    saved_at = models.DateTimeField()

    class Meta:
        app_label = "community"
        ordering = ("-saved_at",)
        constraints = [
            models.UniqueConstraint(fields=["person", "place"], name="community_draft_once")
        ]

    def __str__(self) -> str:
        return self.place
