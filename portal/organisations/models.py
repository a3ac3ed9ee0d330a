"""Places, agencies, and the people and desks through which countries can be reached."""

import uuid
from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from portal.organisations.names import found_by
from portal.organisations.regions import name


class Region(models.Model):
    """A country (ISO 3166-1 alpha-2, upper case) or a group of countries (lower-case code).

    Regions form a tree (``SN`` below ``west-africa``); ``languages`` are the usual ones there.
    The rows come from ``portal.organisations.regions``.
    """

    code = models.CharField(max_length=40, primary_key=True)
    parent = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="children"
    )
    languages = models.JSONField(default=list, blank=True)

    class Meta:
        app_label = "portal"
        ordering = ("code",)

    def __str__(self) -> str:
        return name(self.code)


class Unit(models.TextChoices):
    """Kinds of unit, after the groups of practitioners in the domain brief, section 3."""

    POLICE = "police", _("Police or other investigators")
    PROSECUTION = "prosecution", _("Prosecution")
    COURT = "court", _("Court")
    CUSTOMS = "customs", _("Customs")
    BORDER = "border", _("Border guard")
    COURIER = "courier", _("Postal operator or courier")
    FORENSIC = "forensic", _("Forensic or ballistic laboratory")
    REGISTRY = "registry", _("Firearms control, licensing or registry")
    FIREARMS_UNIT = "firearms-unit", _("National firearms unit or tracing centre")
    FINANCIAL = "financial", _("Financial intelligence, tax or anti-money-laundering")
    TRAINING = "training", _("Training institution")
    STOCKPILE = "stockpile", _("Marking, storage or stockpile management")
    MINISTRY = "ministry", _("Ministry or parliament")
    STATISTICS = "statistics", _("Statistics or analysis")
    INTERNATIONAL = "international", _("International organisation")
    CIVIL = "civil", _("Civil society, university or independent expert")


class OrganisationQuerySet(models.QuerySet["Organisation"]):
    """Stores organisations with the words they are found by."""

    def create(self, **fields: Any) -> "Organisation":
        """Store and return an organisation."""
        words = found_by(fields.get("name", ""), fields.get("other_names", []))
        return super().create(**{"found_by": words} | fields)


class Organisation(models.Model):
    """An agency or firm. ``PROPOSED`` until a focal point or administrator has looked at it.

    A duplicate is merged: its row stays, ``merged_into`` the one that is kept, so that old
    references still lead somewhere.
    """

    class State(models.TextChoices):
        PROPOSED = "proposed", _("Proposed")
        ACTIVE = "active", _("Active")
        MERGED = "merged", _("Merged")

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    name = models.CharField(max_length=200)
    other_names = models.JSONField(default=list, blank=True)  # also found by these
    found_by = models.TextField(blank=True, editable=False)  # portal.organisations.names.found_by
    country = models.ForeignKey(Region, on_delete=models.PROTECT, related_name="+")
    unit = models.CharField(max_length=20, choices=Unit.choices)
    languages = models.JSONField(default=list, blank=True)
    contact_name = models.CharField(max_length=150, blank=True)
    contact_email = models.EmailField(blank=True)
    contact_phone = models.CharField(max_length=40, blank=True)
    contact_confirmed_at = models.DateTimeField(null=True, blank=True)
    contact_confirmed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    state = models.CharField(max_length=10, choices=State.choices, default=State.PROPOSED)
    merged_into = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="merged"
    )
    proposed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    created_at = models.DateTimeField()
    version = models.PositiveIntegerField(default=1)

    objects: ClassVar[Any] = OrganisationQuerySet.as_manager()

    class Meta:
        app_label = "portal"
        ordering = ("country", "name")
        indexes = [models.Index(fields=["country", "state", "name"])]

    def __str__(self) -> str:
        return self.name


class FocalPoint(models.Model):
    """A desk or person through which an organisation is reached for one function.

    Functions after the brief: information exchange on the Protocol (002 ¶37), tracing requests
    (002 ¶46), data (002 ¶65).
    """

    class Function(models.TextChoices):
        EXCHANGE = "exchange", _("Information exchange")
        TRACING = "tracing", _("Tracing requests")
        DATA = "data", _("Data collection")

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    organisation = models.ForeignKey(
        Organisation, on_delete=models.CASCADE, related_name="focal_points"
    )
    function = models.CharField(max_length=10, choices=Function.choices)
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    contact_email = models.EmailField(blank=True)
    contact_phone = models.CharField(max_length=40, blank=True)
    languages = models.JSONField(default=list, blank=True)
    confirmed_at = models.DateTimeField(null=True, blank=True)
    confirmed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )

    class Meta:
        app_label = "portal"
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "function"], name="focal_point_one_a_function"
            )
        ]

    def __str__(self) -> str:
        return f"{self.organisation} – {self.get_function_display()}"
