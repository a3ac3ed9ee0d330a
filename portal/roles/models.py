"""A role of a person: what, where, from whom, until when."""

import uuid

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from portal.languages.table import LANGUAGE_CHOICES


class Role(models.TextChoices):
    """The roles that are granted (security.md 3.2). Learner and member are not: they follow."""

    TRAINER = "trainer", _("Trainer")
    REVIEWER = "reviewer", _("Reviewer")
    TRANSLATOR = "translator", _("Translator")
    FOCAL_POINT = "focal-point", _("Focal point")
    ADMINISTRATOR = "administrator", _("Administrator")


class RoleGrant(models.Model):
    """One role with one scope. An empty part of the scope means "everywhere" for that part.

    ``region`` and ``organisation`` bound focal points and administrators; ``course`` (the
    translation key of a course's page tree) and ``language`` bound trainers, reviewers and
    translators. An administrator's grant counts once a second administrator has confirmed it.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="role_grants"
    )
    role = models.CharField(max_length=20, choices=Role.choices)
    region = models.ForeignKey(
        "portal.Region", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    organisation = models.ForeignKey(
        "portal.Organisation", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    course = models.UUIDField(null=True, blank=True)
    language = models.CharField(max_length=12, blank=True, choices=LANGUAGE_CHOICES)
    reason = models.TextField()
    granted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    granted_at = models.DateTimeField()
    confirmed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    confirmed_at = models.DateTimeField(null=True, blank=True)  # not in force without it
    ends_on = models.DateField(null=True, blank=True)  # the last day
    ended_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    ended_at = models.DateTimeField(null=True, blank=True)
    end_reason = models.TextField(blank=True)

    class Meta:
        app_label = "portal"
        ordering = ("-granted_at",)
        indexes = [models.Index(fields=["user", "role", "ended_at"])]

    def __str__(self) -> str:
        return f"{self.get_role_display()} – {self.user_id}"
