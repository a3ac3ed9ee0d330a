"""Who may prove anew that somebody is who she says (security.md 3.1, lost factor)."""

from typing import Any

from django.db.models import Q, QuerySet

from portal.accounts.models import User
from portal.permissions import grants_in_force
from portal.roles.models import Role
from portal.roles.scope import covers
from portal.shared.errors import NotAllowed
from portal.vetting.models import IdentityCheck, Membership
from portal.vetting.permissions import (
    APPROVERS,
    any_of,
    grants_of,
    in_reach,
    people_who_count,
    reach,
)


def _place_of(check: IdentityCheck) -> tuple[str | None, int | None, tuple[str, ...]]:
    """Return country, organisation and the roles that decide for the person of a check."""
    membership = (
        Membership.objects.filter(user=check.user_id).select_related("organisation").first()
    )
    if membership is None:
        return check.user.region_id, None, (Role.ADMINISTRATOR,)
    return membership.organisation.country_id, membership.organisation_id, APPROVERS


def can_see_identity(user: Any, check: IdentityCheck) -> bool:
    """Say whether a check is in the approver's reach; the person's own never is."""
    country, organisation_id, roles = _place_of(check)
    return check.user_id != user.pk and in_reach(
        user, country=country, organisation_id=organisation_id, roles=roles
    )


def identity_checks_visible_to(user: Any) -> QuerySet[IdentityCheck]:
    """Return the checks in the approver's reach, without her own.

    People without membership are checked by administrators.
    """
    organisation = "user__membership__organisation"
    members = [
        reach(g, f"{organisation}__country_id", organisation) for g in grants_of(user, APPROVERS)
    ]
    others = [
        reach(g, "user__region_id", organisation) for g in grants_of(user, (Role.ADMINISTRATOR,))
    ]
    return IdentityCheck.objects.exclude(user=user).filter(
        Q(user__membership__isnull=False) & any_of(members)
        | Q(user__membership__isnull=True) & any_of(others)
    )


def get_identity_check_for(user: Any, public_id: Any) -> IdentityCheck:
    """Return a check an approver may see. Raises NotAllowed."""
    found = (
        identity_checks_visible_to(user)
        .select_related("user__membership__organisation", "proposed_by", "decided_by")
        .filter(public_id=public_id)
        .first()
    )
    if found is None:
        raise NotAllowed
    return found


def _decides_on(user: Any, check: IdentityCheck) -> bool:
    """An administrator's own factors are given up by an administrator only, at the second step."""
    held = grants_in_force().filter(user=check.user_id, role=Role.ADMINISTRATOR).exists()
    return not held or bool(grants_of(user, (Role.ADMINISTRATOR,)))


def can_propose_identity(user: Any, check: IdentityCheck) -> bool:
    """Say whether this person may be the first to confirm who somebody is."""
    return check.state == IdentityCheck.State.ASKED and can_see_identity(user, check)


def can_confirm_identity(user: Any, check: IdentityCheck) -> bool:
    """Say whether this person may be the second; never the same as the first."""
    return (
        check.state == IdentityCheck.State.PROPOSED
        and check.proposed_by_id not in (None, user.pk)
        and can_see_identity(user, check)
        and _decides_on(user, check)
    )


def identity_approvers(check: IdentityCheck) -> list[User]:
    """Return the people who may decide on a check."""
    country, organisation_id, roles = _place_of(check)
    grants = (
        grants_in_force()
        .filter(people_who_count("user__"), role__in=roles)
        .exclude(user=check.user_id)
        .select_related("user")
        .order_by("user_id")
    )
    return list(
        {
            grant.user_id: grant.user
            for grant in grants
            if covers(grant, country=country, organisation_id=organisation_id)
        }.values()
    )
