"""Who sees a field of an entry, and which fields there are. Names alone, no database."""

from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _


class Sight(models.TextChoices):
    """Who sees a field. Whoever does not see the name does not find the entry at all."""

    EVERYBODY = "everybody", _("Every member")
    REGION = "region", _("Members of my region")
    GROUPS = "groups", _("Members of my groups")
    NOBODY = "nobody", _("Nobody")


NAME, ORGANISATION, POST, COUNTRY = "name", "organisation", "post", "country"
LANGUAGES, EXPERTISE, FUNCTIONS = "languages", "expertise", "functions"
WORK, HOURS, MENTORING = "work", "hours", "mentoring"
FIELDS: dict[str, Any] = {
    NAME: _("Name"),
    ORGANISATION: _("Organisation and kind of unit"),
    POST: _("Post"),
    COUNTRY: _("Country"),
    LANGUAGES: _("Languages"),
    EXPERTISE: _("Expertise"),
    FUNCTIONS: _("Focal point for"),
    WORK: _("About your work"),
    HOURS: _("Time zone or working hours"),
    MENTORING: _("Mentoring"),
}
# Narrow: her region learns who she is and what she knows; the rest nobody before she says so.
DEFAULTS: dict[str, Sight] = {
    NAME: Sight.REGION,
    ORGANISATION: Sight.REGION,
    POST: Sight.NOBODY,
    COUNTRY: Sight.REGION,
    LANGUAGES: Sight.REGION,
    EXPERTISE: Sight.REGION,
    FUNCTIONS: Sight.NOBODY,
    WORK: Sight.NOBODY,
    HOURS: Sight.NOBODY,
    MENTORING: Sight.NOBODY,
}
# Facets of terms, as they stand in ``ProfileTerm``.
LANGUAGE, TOPIC, MENTOR = "language", "topic", "mentor"
