"""What was shown and what was answered. Responses are never changed."""

from django.db import models


class Attempt(models.Model):
    """One go at one question block: the version, the option order and the tries left.

    ``id`` is derived from enrolment, block and number, so the order shown before anything was
    stored is the order that is marked. ``saved`` is a half-answer: form field → list of values.
    """

    id = models.UUIDField(primary_key=True)
    enrolment = models.ForeignKey(
        "courses.Enrolment", on_delete=models.CASCADE, related_name="attempts"
    )
    block = models.UUIDField()
    number = models.PositiveSmallIntegerField(default=1)
    version = models.ForeignKey(
        "courses.QuestionVersion", on_delete=models.PROTECT, related_name="+"
    )
    order = models.JSONField()
    behaviour = models.CharField(max_length=20)
    tries = models.PositiveSmallIntegerField()
    used = models.PositiveSmallIntegerField(default=0)
    closed = models.BooleanField(default=False)
    fraction = models.FloatField(null=True)
    mark = models.FloatField(null=True)
    saved = models.JSONField(default=dict)
    saved_device = models.CharField(max_length=40, blank=True)
    saved_at = models.DateTimeField(null=True)
    other = models.JSONField(default=dict)
    created_at = models.DateTimeField()

    class Meta:
        app_label = "courses"
        constraints = (
            models.UniqueConstraint(
                fields=["enrolment", "block", "number"], name="attempt_number_once"
            ),
        )

    def __str__(self) -> str:
        return f"{self.block} {self.number}"


class Response(models.Model):
    """One answer as it came in. ``id`` is the form's key: the same key again is the same answer.

    ``counted`` is false for an answer that came after the attempt was closed (another device was
    quicker): it is kept and changes nothing.
    """

    id = models.UUIDField(primary_key=True)
    attempt = models.ForeignKey(Attempt, on_delete=models.CASCADE, related_name="responses")
    number = models.PositiveSmallIntegerField()
    answer = models.JSONField()
    fraction = models.FloatField()
    mark = models.FloatField()
    counted = models.BooleanField(default=True)
    language = models.CharField(max_length=12)
    device = models.CharField(max_length=40, blank=True)
    created_at = models.DateTimeField()

    class Meta:
        app_label = "courses"
        ordering = ("created_at", "id")

    def __str__(self) -> str:
        return f"{self.id}"
