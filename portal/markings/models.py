"""What carries a handling label, and to whom a labelled thing was given by name."""

from typing import Any

from django.conf import settings
from django.db import models

from portal.markings.labels import Label


class Marked(models.Model):
    """Base of whatever bears a label. No label counts as AMBER (``portal.markings.labels``).

    ``source`` is the organisation the thing comes from: "the recipient's organisation" of
    AMBER+STRICT, and with its listed clients of AMBER. ``marked_by`` may lower the label.
    """

    label = models.CharField(
        max_length=12, blank=True, default="", choices=[(row.value, row.tlp) for row in Label]
    )
    source = models.ForeignKey(
        "portal.Organisation", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    marked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )

    class Meta:
        abstract = True


class Reader(models.Model):
    """A person (RED) or an organisation (AMBER's clients) a marked thing was given to by name.

    ``kind`` is the model's label in lower case (``portal.storedfile``), ``key`` its primary key.
    """

    kind = models.CharField(max_length=60)
    key = models.CharField(max_length=40)
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.CASCADE, related_name="+"
    )
    organisation = models.ForeignKey(
        "portal.Organisation", null=True, blank=True, on_delete=models.CASCADE, related_name="+"
    )
    given_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    given_at = models.DateTimeField()
    ends_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        app_label = "portal"
        constraints = [
            models.CheckConstraint(
                name="reader_is_one",
                condition=models.Q(person__isnull=True) ^ models.Q(organisation__isnull=True),
            ),
            models.UniqueConstraint(
                fields=["kind", "key", "person"],
                name="reader_person_once",
                condition=models.Q(person__isnull=False),
            ),
            models.UniqueConstraint(
                fields=["kind", "key", "organisation"],
                name="reader_organisation_once",
                condition=models.Q(organisation__isnull=False),
            ),
        ]
        indexes = [models.Index(fields=["kind", "key"])]

    def __str__(self) -> str:
        return f"{self.kind} {self.key}"


class LoweringRequest(models.Model):
    """The wish to lower a RED label, which a second person must confirm."""

    kind = models.CharField(max_length=60)
    key = models.CharField(max_length=40)
    label = models.CharField(max_length=12, choices=[(row.value, row.tlp) for row in Label])
    reason = models.TextField()
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+"
    )
    asked_at = models.DateTimeField()
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    decided_at = models.DateTimeField(null=True, blank=True)
    granted = models.BooleanField(null=True)

    class Meta:
        app_label = "portal"

    def __str__(self) -> str:
        return f"{self.kind} {self.key} to {self.label}"

    def as_facts(self) -> dict[str, Any]:
        """Return what the record keeps: no reason, which is text of a person."""
        return {"kind": self.kind, "key": self.key, "label": self.label}
