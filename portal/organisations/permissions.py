"""Who may see and keep which organisations. Predicate and list agree; a property test holds it."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from portal.accounts.models import User
from portal.organisations.models import Organisation
from portal.organisations.regions import tree
from portal.permissions import grants_in_force, is_member
from portal.roles.models import Role
from portal.roles.scope import covers
from portal.shared.errors import NotAllowed
from portal.vetting.permissions import (
    APPROVERS,
    any_of,
    grants_of,
    in_reach,
    people_who_count,
    reach,
)

State = Organisation.State


# The desk: focal points and administrators, each in the region or organisation of the role


def is_keeper(user: Any) -> bool:
    """Say whether the person keeps organisations at all, wherever."""
    return bool(grants_of(user, APPROVERS))


def can_keep(user: Any, organisation: Organisation) -> bool:
    """Say whether the person may see and change this organisation on the desk."""
    return in_reach(user, country=organisation.country_id, organisation_id=organisation.pk)


def can_add_in(user: Any, country: str) -> bool:
    """Say whether the person may add an organisation to this country, or move one there."""
    return in_reach(user, country=country, organisation_id=None)


def countries_of(user: Any) -> list[str]:
    """Return the codes of the countries the person may add organisations to."""
    return [code for code in tree() if code.isupper() and can_add_in(user, code)]


def organisations_kept_by(user: Any) -> QuerySet[Organisation]:
    """Return the organisations in the person's reach, whatever their state."""
    grants = grants_of(user, APPROVERS)
    return Organisation.objects.filter(any_of([reach(row, "country_id", "pk") for row in grants]))


def get_kept_organisation_for(user: Any, public_id: UUID) -> Organisation:
    """Return an organisation for the desk; of a merged one, the one that is kept.

    Raises NotAllowed for an unknown one and for one out of reach.
    """
    found = _kept(public_id)
    if found is None or not can_keep(user, found):
        raise NotAllowed
    return found


def keepers_of(organisation: Organisation) -> list[User]:
    """Return the people who look at a proposal: focal points, administrators where there is none.

    They are members in force who hold the role today and whose scope covers the organisation.
    """
    rows = grants_in_force().filter(people_who_count("user__"), role__in=APPROVERS)
    place = {"country": organisation.country_id, "organisation_id": organisation.pk}
    found = [row for row in rows.select_related("user") if covers(row, **place)]
    focal = [row for row in found if row.role == Role.FOCAL_POINT]
    return _people(focal or found)


def _people(grants: Iterable[Any]) -> list[User]:
    return list({row.user_id: row.user for row in grants}.values())


# The directory: members


def organisations_visible_to(user: Any) -> QuerySet[Organisation]:
    """Return the organisations of the members' directory: accepted ones, for members."""
    if not is_member(user):
        return Organisation.objects.none()
    return Organisation.objects.filter(state=State.ACTIVE)


def get_organisation_for(user: Any, public_id: UUID) -> Organisation:
    """Return an organisation of the directory; of a merged one, the one that is kept.

    Raises NotAllowed for whoever is no member, and for what is unknown or only proposed.
    """
    found = _kept(public_id)
    if found is None or not is_member(user) or found.state != State.ACTIVE:
        raise NotAllowed
    return found


def _kept(public_id: UUID) -> Organisation | None:
    row = (
        Organisation.objects.select_related("country", "merged_into__country")
        .filter(public_id=public_id)
        .first()
    )
    return row.merged_into if row is not None and row.merged_into_id else row
