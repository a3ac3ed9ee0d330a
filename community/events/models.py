"""What members meet at, who comes, and how a person wants times and calendar."""

import uuid

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from portal.languages.table import LANGUAGE_CHOICES
from portal.markings.models import Marked

PERSON = settings.AUTH_USER_MODEL


class Meeting(Marked):
    """A workshop, webinar or case meeting. ``community.events.permissions`` says who knows of it.

    Times are stored in UTC, ``zone`` is the event's own. Without ``place`` it is online only.
    ``sequence`` rises with every change a calendar has to hear of. ``html`` is ``text`` rendered
    and cleaned when it was written. ``captions`` is WebVTT; no recording stands without it.
    """

    class Kind(models.TextChoices):
        WORKSHOP = "workshop", _("Workshop")
        WEBINAR = "webinar", _("Webinar")
        CASE = "case", _("Case meeting")

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    kind = models.CharField(max_length=10, choices=Kind.choices)
    title = models.CharField(max_length=200)
    text = models.TextField(blank=True)
    html = models.TextField(blank=True)
    language = models.CharField(max_length=12, choices=LANGUAGE_CHOICES, default="en")
    starts_at = models.DateTimeField(db_index=True)
    ends_at = models.DateTimeField(db_index=True)
    closes_at = models.DateTimeField()
    zone = models.CharField(max_length=60)
    place = models.CharField(max_length=200, blank=True)
    join_link = models.CharField(max_length=500, blank=True)
    region = models.ForeignKey(
        "portal.Region", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    group = models.ForeignKey(
        "community.Group", null=True, blank=True, on_delete=models.CASCADE, related_name="meetings"
    )
    organiser = models.ForeignKey(PERSON, null=True, on_delete=models.SET_NULL, related_name="+")
    capacity = models.PositiveIntegerField(null=True, blank=True)
    sequence = models.PositiveIntegerField(default=0)
    created_at = models.DateTimeField()
    changed_at = models.DateTimeField()
    cancelled_at = models.DateTimeField(null=True, blank=True)
    reminded_at = models.DateTimeField(null=True, blank=True)
    recording = models.CharField(max_length=500, blank=True)
    captions = models.TextField(blank=True)
    captions_language = models.CharField(max_length=12, blank=True, choices=LANGUAGE_CHOICES)
    materials = models.ManyToManyField("community.Publication", blank=True, related_name="+")

    class Meta:
        app_label = "community"

    def __str__(self) -> str:
        return self.title


class MeetingTerm(models.Model):
    """One code that describes an event: a topic of the library, a language spoken, one
    interpreted."""

    class Facet(models.TextChoices):
        TOPIC = "topic", _("Theme")
        SPOKEN = "spoken", _("Spoken languages")
        INTERPRETED = "interpreted", _("Interpreted languages")

    meeting = models.ForeignKey(Meeting, on_delete=models.CASCADE, related_name="terms")
    facet = models.CharField(max_length=12, choices=Facet.choices)
    value = models.CharField(max_length=40)

    class Meta:
        app_label = "community"
        constraints = [
            models.UniqueConstraint(
                fields=["meeting", "facet", "value"], name="community_meeting_term_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.facet}={self.value}"


class Registration(models.Model):
    """A person who comes to an event, waits for a place, or asks to come.

    Leaving deletes the row; a refusal keeps it. ``asked_at`` is the order of the wait-list.
    """

    class State(models.TextChoices):
        ASKED = "asked", _("Waits for the organiser")
        IN = "in", _("Registered")
        WAITING = "waiting", _("On the wait-list")
        DECLINED = "declined", _("Not accepted")

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    meeting = models.ForeignKey(Meeting, on_delete=models.CASCADE, related_name="registrations")
    person = models.ForeignKey(PERSON, on_delete=models.CASCADE, related_name="registrations")
    state = models.CharField(max_length=10, choices=State.choices)
    asked_at = models.DateTimeField()
    attended = models.BooleanField(null=True, blank=True)

    class Meta:
        app_label = "community"
        ordering = ("asked_at", "pk")
        constraints = [
            models.UniqueConstraint(fields=["meeting", "person"], name="community_registered_once")
        ]
        indexes = [models.Index(fields=["meeting", "state", "asked_at"])]

    def __str__(self) -> str:
        return f"{self.person_id} at {self.meeting_id}"


class MeetingNews(models.Model):
    """What who runs an event wrote to those with a place, and to those who wait (``for_waiting``).

    ``html`` is ``text`` rendered and cleaned when it was written. Its author's account takes it
    along.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    meeting = models.ForeignKey(Meeting, on_delete=models.CASCADE, related_name="news")
    author = models.ForeignKey(PERSON, on_delete=models.CASCADE, related_name="+")
    text = models.TextField()
    html = models.TextField()
    for_waiting = models.BooleanField(default=False)
    at = models.DateTimeField()

    class Meta:
        app_label = "community"
        ordering = ("-at", "-pk")

    def __str__(self) -> str:
        return f"{self.author_id} to {self.meeting_id}"


class CalendarChoice(models.Model):
    """The zone a person reads times in, and the hash of the secret in her calendar's address."""

    person = models.OneToOneField(PERSON, on_delete=models.CASCADE, related_name="calendar_choice")
    zone = models.CharField(max_length=60, blank=True)
    feed = models.CharField(max_length=64, null=True, blank=True, unique=True)
    feed_made_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        app_label = "community"

    def __str__(self) -> str:
        return f"calendar of {self.person_id}"
