"""The event log, and the facts folded from it (learning.md 2)."""

from django.db import models


class LearningEvent(models.Model):
    """One thing that happened to a learner in a course. Append-only: the database refuses changes.

    ``id`` is a UUIDv7 made by whoever creates the event; the same id twice is one event.
    ``learner`` is the account's public id or, for a visitor, the enrolment's; it alone may change
    (an account takes over a visitor's work, or a person is erased).
    """

    id = models.UUIDField(primary_key=True)
    learner = models.UUIDField()
    enrolment = models.ForeignKey(
        "courses.Enrolment", on_delete=models.CASCADE, related_name="events"
    )
    release = models.ForeignKey("courses.CourseRelease", on_delete=models.PROTECT, related_name="+")
    verb = models.CharField(max_length=24)
    object = models.UUIDField()
    attempt = models.UUIDField(null=True)
    language = models.CharField(max_length=12)
    region = models.CharField(max_length=40, blank=True)
    data = models.JSONField(default=dict)
    occurred_at = models.DateTimeField()
    received_at = models.DateTimeField()
    device = models.CharField(max_length=40, blank=True)
    seq = models.BigIntegerField(default=0)
    origin = models.CharField(max_length=20, default="site")

    class Meta:
        app_label = "courses"
        indexes = (models.Index(fields=["enrolment", "id"], name="event_by_enrolment"),)

    def __str__(self) -> str:
        return f"{self.verb} {self.object}"


class ProgressFacts(models.Model):
    """Everything ``evaluate`` needs to know of an enrolment's events; rebuildable from them."""

    enrolment = models.OneToOneField(
        "courses.Enrolment", on_delete=models.CASCADE, primary_key=True, related_name="facts"
    )
    data = models.JSONField(default=dict)

    class Meta:
        app_label = "courses"

    def __str__(self) -> str:
        return f"{self.enrolment_id}"
