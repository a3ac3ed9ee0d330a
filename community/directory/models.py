"""A member's entry in the directory, what changed in it, and who asked whom for contact."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from community.directory.kinds import DEFAULTS, FIELDS, Sight

PERSON = settings.AUTH_USER_MODEL


def _sight(field: str) -> "models.CharField[str, str]":
    return models.CharField(max_length=10, choices=Sight.choices, default=DEFAULTS[field])


class Profile(models.Model):
    """What a member offers the others. Nobody has one before she makes it.

    Name, organisation, post and country stand in her account and membership; ``show_…`` says who
    sees them. ``email`` and ``phone`` are for accepted contacts alone. ``words`` is what she is
    found by, a line a field, written by ``directory.index``.
    """

    person = models.OneToOneField(
        PERSON, on_delete=models.CASCADE, related_name="directory_profile"
    )
    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    listed = models.BooleanField(default=True)
    work = models.TextField(blank=True, max_length=600)
    hours = models.CharField(blank=True, max_length=80)
    mentor = models.BooleanField(default=False)
    email = models.EmailField(blank=True)
    phone = models.CharField(blank=True, max_length=40)
    created_at = models.DateTimeField()
    confirmed_at = models.DateTimeField()
    reminded_at = models.DateTimeField(null=True, blank=True)
    words = models.TextField(blank=True, editable=False)
    show_name = _sight("name")
    show_organisation = _sight("organisation")
    show_post = _sight("post")
    show_country = _sight("country")
    show_languages = _sight("languages")
    show_expertise = _sight("expertise")
    show_functions = _sight("functions")
    show_work = _sight("work")
    show_hours = _sight("hours")
    show_mentoring = _sight("mentoring")

    class Meta:
        app_label = "community"

    def __str__(self) -> str:
        return f"entry of {self.person_id}"

    @property
    def sights(self) -> dict[str, str]:
        """Who sees which field."""
        return {field: getattr(self, f"show_{field}") for field in FIELDS}


class ProfileTerm(models.Model):
    """A code of an entry: a language, a topic she knows, a topic she mentors in."""

    profile = models.ForeignKey(Profile, on_delete=models.CASCADE, related_name="terms")
    facet = models.CharField(max_length=10)
    value = models.CharField(max_length=60)

    class Meta:
        app_label = "community"
        ordering = ("pk",)
        constraints = [
            models.UniqueConstraint(
                fields=["profile", "facet", "value"], name="community_term_once_a_profile"
            )
        ]

    def __str__(self) -> str:
        return f"{self.facet}: {self.value}"


class DirectoryChange(models.Model):
    """The number of an entry that changed, or is gone, and when (microseconds).

    Every process reads what was added since it looked last. Rows are only added, so nobody waits
    for anybody; ``directory.memory`` looks back a little for transactions that took long.
    """

    profile = models.BigIntegerField()
    mark = models.BigIntegerField(db_index=True)

    class Meta:
        app_label = "community"

    def __str__(self) -> str:
        return f"{self.profile} at {self.mark}"


class ContactRequest(models.Model):
    """A member asks another one for contact; accepted, it is the contact until one ends it."""

    class State(models.TextChoices):
        WAITING = "waiting", _("Waits for an answer")
        ACCEPTED = "accepted", _("Accepted")
        DECLINED = "declined", pgettext_lazy("request", "Declined")
        WITHDRAWN = "withdrawn", _("Taken back")
        ENDED = "ended", _("Ended")

    OPEN = (State.WAITING, State.ACCEPTED)

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    asker = models.ForeignKey(PERSON, on_delete=models.CASCADE, related_name="contacts_asked")
    asked = models.ForeignKey(PERSON, on_delete=models.CASCADE, related_name="contacts_offered")
    pair = models.CharField(max_length=50)  # both numbers, the smaller first
    reason = models.TextField(max_length=500)
    answer = models.TextField(blank=True, max_length=500)
    state = models.CharField(max_length=10, choices=State.choices, default=State.WAITING)
    asked_at = models.DateTimeField()
    decided_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        app_label = "community"
        ordering = ("-asked_at", "-pk")
        constraints = [
            models.UniqueConstraint(
                fields=["pair"],
                condition=Q(state__in=["waiting", "accepted"]),
                name="community_one_open_contact",
            )
        ]
        indexes = [models.Index(fields=["asked", "state"]), models.Index(fields=["asker", "state"])]

    def __str__(self) -> str:
        return f"{self.asker_id} asks {self.asked_id}: {self.state}"
