"""Reads organisations."""

from django.db.models import QuerySet

from portal.organisations.models import Organisation


def to_pick_from(country: str) -> QuerySet[Organisation]:
    """Return the organisations of a country that an applicant may name, by name."""
    return Organisation.objects.filter(
        country_id=country, state=Organisation.State.ACTIVE
    ).order_by("name")
