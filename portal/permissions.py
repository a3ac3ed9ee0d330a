"""Who may do what in the ground. Predicate and list agree; missing and forbidden look alike."""

from datetime import datetime
from typing import Any

from django.db.models import Q, QuerySet

from portal.roles.models import Role, RoleGrant
from portal.shared import clock
from portal.shared.prepared import prepared
from portal.vetting.models import Membership, Tier

STAFF = (Role.TRAINER, Role.REVIEWER, Role.TRANSLATOR, Role.FOCAL_POINT, Role.ADMINISTRATOR)


def is_verified(user: Any) -> bool:
    """Say whether this very sign-in was confirmed by a second factor of the account.

    Users that did not come with a request (tests, commands, sockets) are not verified unless
    whoever loaded them set ``otp_device``.
    """
    check = getattr(user, "is_verified", None)
    return bool(user.is_authenticated and check and check())


@prepared
def _in_force(user: int, moment: datetime) -> QuerySet[Membership]:
    rows = Membership.objects.select_related("organisation")
    return rows.filter(user=user, state=Membership.State.ACTIVE, lapses_at__gt=moment)


def membership_of(user: Any) -> Membership | None:
    """Return the membership in force, of either tier; one query a request at most."""
    if not user.is_authenticated or not user.is_active or user.hold:
        return None
    if not hasattr(user, "_membership"):
        user._membership = _in_force.first(user.pk, clock.now())
    return user._membership  # type: ignore[no-any-return]


def is_member(user: Any) -> bool:
    """Say whether the person is a member of the community (not a courier's learner)."""
    found = membership_of(user)
    return found is not None and found.tier == Tier.MEMBER


def grants_in_force() -> QuerySet[RoleGrant]:
    """Return the grants of roles that count today."""
    today = clock.now().date()
    return RoleGrant.objects.filter(
        Q(ends_on=None) | Q(ends_on__gte=today), ended_at=None, confirmed_at__isnull=False
    )


def roles_of(user: Any) -> list[RoleGrant]:
    """Return a person's roles in force; none without membership. One query a request at most."""
    if not is_member(user):
        return []
    if not hasattr(user, "_roles"):
        user._roles = list(grants_in_force().filter(user=user).select_related("region__parent"))
    return user._roles  # type: ignore[no-any-return]


def forget(user: Any) -> None:
    """Drop what was read about a person; services that change it call this."""
    for name in ("_membership", "_roles"):
        user.__dict__.pop(name, None)


def has_role(user: Any, *roles: str) -> bool:
    """Say whether the person holds one of the roles, whatever its scope."""
    return any(grant.role in roles for grant in roles_of(user))


def is_staff_by_role(user: Any) -> bool:
    """Say whether the person holds any role; such people need a passkey."""
    return bool(roles_of(user))


# the record
def may_read_record(user: Any) -> bool:
    """Say whether the person may read the whole record: administrators of the whole site only.

    An administrator of one region or organisation may not: the record has no such borders.
    """
    return any(
        grant.role == Role.ADMINISTRATOR and not grant.region_id and not grant.organisation_id
        for grant in roles_of(user)
    )
