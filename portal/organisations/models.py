"""Places. (Agencies and focal points join this package with the members' area.)"""

from django.db import models

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
