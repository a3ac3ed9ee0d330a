"""Who sees which people, and who may grant, confirm and end which role (security.md 3.2).

Approvers (focal points, administrators) see the people of their region or organisation.
Administrators grant what lies within their own scope. Predicate and list agree.
"""

from functools import lru_cache, reduce
from operator import or_
from typing import Any

from django.db.models import Q, QuerySet
from django.http import Http404

from portal.accounts.models import User
from portal.organisations.regions import tree
from portal.permissions import grants_in_force, roles_of
from portal.roles.models import Role, RoleGrant
from portal.roles.scope import Scoped, covers, lies_in, within
from portal.shared import clock
from portal.vetting.models import Membership, Tier

APPROVERS = (Role.FOCAL_POINT, Role.ADMINISTRATOR)
NOBODY = Q(pk__in=())


def grants_as(user: Any, *roles: str) -> list[RoleGrant]:
    """Return a person's roles in force of these kinds."""
    return [grant for grant in roles_of(user) if grant.role in roles]


@lru_cache(maxsize=64)
def places_in(region: str) -> tuple[str, ...]:
    """Return the codes of a region and of everything below it."""
    return tuple(code for code in tree() if lies_in(code, region))


# People


def _reach(grant: RoleGrant) -> Q:
    if grant.course or grant.language:
        return NOBODY  # such a scope reaches courses, not people
    reach = Q(membership__isnull=False)
    if grant.region_id:
        reach &= Q(membership__organisation__country__in=places_in(grant.region_id))
    if grant.organisation_id:
        reach &= Q(membership__organisation=grant.organisation_id)
    return reach


def people_visible_to(user: Any) -> QuerySet[User]:
    """Return the people with a membership, present or past, whom an approver may look at."""
    reach = [_reach(grant) for grant in grants_as(user, *APPROVERS)]
    if not reach:
        return User.objects.none()
    return User.objects.filter(reduce(or_, reach))


def _covers_person(grants: list[RoleGrant], person: User) -> bool:
    membership = (
        Membership.objects.filter(user=person)
        .values_list("organisation__country", "organisation_id")
        .first()
    )
    if membership is None:
        return False
    country, organisation = membership
    return any(covers(grant, country=country, organisation_id=organisation) for grant in grants)


def can_see_person(user: Any, person: User) -> bool:
    """Say whether an approver may look at a person; the same people as ``people_visible_to``."""
    return _covers_person(grants_as(user, *APPROVERS), person)


def get_person_for(user: Any, public_id: Any) -> User:
    """Return a person an approver may look at. Raises Http404."""
    found = (
        people_visible_to(user)
        .select_related("membership__organisation__country")
        .filter(public_id=public_id)
        .first()
    )
    if found is None:
        raise Http404
    return found


def outranks(user: Any, person_id: int) -> bool:
    """Say whether the person's administrator roles all lie within this administrator's own.

    True for whoever has none. Else somebody bounded to one country could put out those above him.
    """
    theirs = RoleGrant.objects.filter(user=person_id, role=Role.ADMINISTRATOR, ended_at=None)
    mine = grants_as(user, Role.ADMINISTRATOR)
    return all(any(within(grant, own) for own in mine) for grant in theirs)


def can_manage_membership(user: Any, person: User) -> bool:
    """Say whether an approver may suspend, restore or end this membership; never her own."""
    return user.pk != person.pk and can_see_person(user, person) and outranks(user, person.pk)


def can_manage_account(user: Any, person: User) -> bool:
    """Say whether an administrator may hold or release this account; never his own."""
    mine = grants_as(user, Role.ADMINISTRATOR)
    return user.pk != person.pk and _covers_person(mine, person) and outranks(user, person.pk)


# Roles


def can_grant(user: Any, role: str, scope: Scoped) -> bool:
    """Say whether an administrator's own scope holds the role's: nobody grants more than he has."""
    return role in Role.values and any(
        within(scope, grant) for grant in grants_as(user, Role.ADMINISTRATOR)
    )


def can_end(user: Any, grant: RoleGrant) -> bool:
    """Say whether a person may end (or refuse) a role: her own, or one within her scope."""
    if grant.ended_at is not None:
        return False
    return grant.user_id == user.pk or can_grant(user, grant.role, grant)


def can_confirm(user: Any, grant: RoleGrant) -> bool:
    """Say whether this administrator is the second one a proposal waits for."""
    return (
        grant.confirmed_at is None
        and grant.ended_at is None
        and user.pk not in {grant.user_id, grant.granted_by_id}
        and can_grant(user, grant.role, grant)
    )


def _inside(grant: RoleGrant) -> Q:
    """Return ``within(…, grant)`` as a condition on rows of roles."""
    inside = Q(pk__isnull=False)  # an empty Q would vanish beside others
    if grant.region_id:
        inside &= Q(region__in=places_in(grant.region_id))
    if grant.organisation_id:
        inside &= Q(organisation=grant.organisation_id)
    if grant.course:
        inside &= Q(course=grant.course)
    if grant.language:
        inside &= Q(language=grant.language)
    return inside


def waiting_for(user: Any) -> QuerySet[RoleGrant]:
    """Return the proposals this administrator can confirm (``can_confirm``), oldest first."""
    mine = [_inside(grant) for grant in grants_as(user, Role.ADMINISTRATOR)]
    if not mine:
        return RoleGrant.objects.none()
    return (
        RoleGrant.objects.filter(reduce(or_, mine), confirmed_at=None, ended_at=None)
        .exclude(user=user)
        .exclude(granted_by=user)
        .select_related("user", "granted_by", "region", "organisation")
        .order_by("granted_at", "pk")
    )


def roles_visible_to(user: Any, person: User) -> QuerySet[RoleGrant]:
    """Return a person's roles, past ones too: one's own, or those of a person one may look at."""
    rows = RoleGrant.objects.select_related(
        "region", "organisation", "granted_by", "confirmed_by", "ended_by"
    )
    if user.pk != person.pk and not can_see_person(user, person):
        return rows.none()
    return rows.filter(user=person)


def get_grant_for(user: Any, public_id: Any) -> RoleGrant:
    """Return a role the person may end or confirm. Raises Http404."""
    found = (
        RoleGrant.objects.select_related("user", "granted_by", "region", "organisation")
        .filter(public_id=public_id)
        .first()
    )
    if found is None or not (can_end(user, found) or can_confirm(user, found)):
        raise Http404
    return found


def administrators_in_force() -> QuerySet[RoleGrant]:
    """Return the administrators' roles that count today, whatever their scope."""
    return grants_in_force().filter(
        role=Role.ADMINISTRATOR,
        user__is_active=True,
        user__hold="",
        user__membership__state=Membership.State.ACTIVE,
        user__membership__tier=Tier.MEMBER,
        user__membership__lapses_at__gt=clock.now(),
    )


def unlimited_administrators() -> QuerySet[RoleGrant]:
    """Return the administrators' roles that count today everywhere."""
    return administrators_in_force().filter(
        region=None, organisation=None, course=None, language=""
    )
