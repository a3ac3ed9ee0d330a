"""Who takes which course: one row per learner and course family, whatever the language."""

import uuid

from django.conf import settings
from django.db import models

STATES = ("none", "started", "done", "passed")


class Enrolment(models.Model):
    """A learner (or a visitor's browser) in one course family, pinned to one release.

    ``summary`` and ``state`` are derived from the event log and can be rebuilt; ``bookmark`` is
    ``{"lesson", "step", "block"}`` by UUID. ``visitor`` is the SHA-256 of the browser's random key.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    learner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="enrolments",
    )
    visitor = models.CharField(max_length=64, blank=True)
    course = models.ForeignKey(
        "courses.Course", on_delete=models.PROTECT, related_name="enrolments"
    )
    release = models.ForeignKey("courses.CourseRelease", on_delete=models.PROTECT, related_name="+")
    language = models.CharField(max_length=12)
    region = models.CharField(max_length=40, blank=True)
    state = models.CharField(max_length=10, default="none")
    score = models.FloatField(null=True)
    summary = models.JSONField(default=dict)
    bookmark = models.JSONField(default=dict)
    due_on = models.DateField(null=True, blank=True)
    created_at = models.DateTimeField()
    last_at = models.DateTimeField()

    class Meta:
        app_label = "courses"
        constraints = (
            models.UniqueConstraint(
                fields=["learner", "course"],
                condition=models.Q(learner__isnull=False),
                name="enrolment_once_per_learner",
            ),
            models.UniqueConstraint(
                fields=["visitor", "course"],
                condition=~models.Q(visitor=""),
                name="enrolment_once_per_visitor",
            ),
            models.CheckConstraint(
                condition=models.Q(learner__isnull=False) | ~models.Q(visitor=""),
                name="enrolment_has_somebody",
            ),
        )
        indexes = (models.Index(fields=["learner", "-last_at"], name="enrolment_recent"),)

    def __str__(self) -> str:
        return f"{self.public_id}"
