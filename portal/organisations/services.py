"""Proposes, accepts, changes and merges organisations."""

from typing import Any

from django.db import transaction

from portal.audit.services import record
from portal.organisations.models import Organisation, Region
from portal.shared import clock
from portal.shared.text import plain


@transaction.atomic
def propose(*, by: Any, name: str, country: Region, unit: str) -> Organisation:
    """Store an organisation that nobody has looked at yet; the same one twice gives one row."""
    name = " ".join(plain(name).split())
    found = (
        Organisation.objects.filter(country=country, unit=unit, name__iexact=name)
        .exclude(state=Organisation.State.MERGED)
        .first()
    )
    if found is not None:
        return found
    row = Organisation.objects.create(
        name=name, country=country, unit=unit, proposed_by=by, created_at=clock.now()
    )
    record("organisation.proposed", actor=by, thing=row)
    return row
