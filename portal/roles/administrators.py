"""The last administrator stays, and the first two come from the command line."""

import logging
from datetime import timedelta
from typing import Any

from django.db import transaction

from portal.accounts.models import User
from portal.audit.services import record
from portal.events import publish
from portal.events.messages import RightsChanged
from portal.notifications.services import notify
from portal.organisations.models import Organisation, Region
from portal.permissions import forget
from portal.roles.models import Role, RoleGrant
from portal.roles.permissions import unlimited_administrators
from portal.shared import clock
from portal.shared.errors import Conflict, Invalid
from portal.vetting.models import Membership, Tier

logger = logging.getLogger("portal.roles")

FIRST_MONTHS_DAYS = 730  # a first membership lapses like any other: 24 months (issue 4 item 3)


def is_last_administrator(user: Any) -> bool:
    """Say whether without this person nobody would be left who may do everything.

    Whoever is about to take rights away asks this inside the transaction: the rows of all
    administrators are locked then, so that two people cannot remove each other at once.
    """
    rows = unlimited_administrators()
    if transaction.get_connection().in_atomic_block:
        rows = rows.select_for_update(of=("self",)).order_by("pk")
    holders = {grant.user_id for grant in rows}
    return holders == {user.pk}


@transaction.atomic
def keep_last_administrator() -> RoleGrant | None:
    """Take the end date from the last administrator whose role is about to end; None mostly.

    Run with ``expire_roles``, it looks a day ahead so that the platform is never without one.
    """
    today = clock.now().date()
    tomorrow = today + timedelta(days=1)
    rows = RoleGrant.objects.filter(
        role=Role.ADMINISTRATOR, region=None, organisation=None, course=None, language="",
        ended_at=None, confirmed_at__isnull=False,
        user__is_active=True, user__hold="", user__membership__state=Membership.State.ACTIVE,
    ).select_for_update(of=("self",))  # fmt: skip
    grants = list(rows)
    if not grants or any(g.ends_on is None or g.ends_on > tomorrow for g in grants):
        return None
    kept = max(grants, key=lambda grant: (grant.ends_on, -grant.pk))
    kept.ends_on = None
    kept.save(update_fields=["ends_on"])
    record("role.kept", about=kept.user, thing=kept, facts={"role": kept.role})
    logger.warning("the last administrator's role would have ended: it was kept without end date")
    notify(kept.user, "role", place="my_roles")
    return kept


@transaction.atomic
def appoint_first(*, users: list[User], name: str, country: str, unit: str) -> list[RoleGrant]:
    """Make two people members and administrators of everything, once, by the operator's word.

    ``name``, ``country`` (ISO 3166-1) and ``unit`` say their organisation; it is made if missing.
    Raises Invalid unless there are two different accounts and a known country, Conflict if there
    is an administrator.
    """
    if len({user.pk for user in users}) != 2:
        raise Invalid("Name two different accounts.")
    list(User.objects.select_for_update().filter(pk__in=[user.pk for user in users]))
    if RoleGrant.objects.filter(role=Role.ADMINISTRATOR, ended_at=None).exists():
        raise Conflict("There is an administrator already.")
    if not Region.objects.filter(pk=country).exists():
        raise Invalid("That is no country code of ISO 3166-1.")
    organisation, _made = Organisation.objects.get_or_create(
        name=name,
        country_id=country,
        defaults={
            "unit": unit,
            "state": Organisation.State.ACTIVE,
            "created_at": clock.now(),
        },
    )
    return [_appoint(user, organisation) for user in users]


def _appoint(user: User, organisation: Organisation) -> RoleGrant:
    moment = clock.now()
    membership, made = Membership.objects.get_or_create(
        user=user,
        defaults={
            "tier": Tier.MEMBER, "organisation": organisation, "since": moment,
            "confirmed_at": moment, "lapses_at": moment + timedelta(days=FIRST_MONTHS_DAYS),
        },
    )  # fmt: skip
    if membership.state != Membership.State.ACTIVE or membership.tier != Tier.MEMBER:
        raise Conflict("One of them has a membership that is not in force.")
    if made:
        record("membership.started", about=user, facts={"tier": Tier.MEMBER})
    grant = RoleGrant.objects.create(
        user=user, role=Role.ADMINISTRATOR, reason="First administrator, by the operator.",
        granted_at=moment, confirmed_at=moment,
    )  # fmt: skip
    record("role.granted", about=user, thing=grant, facts={"role": grant.role})
    forget(user)
    notify(user, "role", place="my_roles")
    publish(RightsChanged(user.pk))
    return grant
