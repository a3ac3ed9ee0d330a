"""Granting, confirming and ending roles (security.md 3.2).

An administrator's role counts once a second administrator has confirmed it. The other roles count
at once: security.md 3.2 has them "appointed by an administrator", the administrator alone "by two
administrators".
"""

from dataclasses import asdict
from datetime import date, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from portal.accounts import step_up
from portal.accounts.models import User
from portal.audit.services import record
from portal.events import publish
from portal.events.messages import RightsChanged
from portal.notifications.services import notify
from portal.permissions import forget, is_member
from portal.roles.administrators import is_last_administrator, keep_last_administrator
from portal.roles.checks import (
    PROPOSAL_DAYS,
    check_end,
    check_not_twice,
    check_person,
    checked_reason,
    checked_scope,
    is_over,
)
from portal.roles.models import Role, RoleGrant
from portal.roles.permissions import (
    administrators_in_force,
    can_confirm,
    can_end,
    can_grant,
    can_see_person,
    grants_as,
    unlimited_administrators,
)
from portal.roles.scope import Scope, is_unlimited, within
from portal.shared import clock
from portal.shared.errors import Conflict, Invalid, NotAllowed


@transaction.atomic
def grant(
    *,
    actor: User,
    user: User,
    role: str,
    scope: Scope,
    reason: str,
    ends_on: date | None = None,
) -> RoleGrant:
    """Grant a role, or propose an administrator; return the row.

    Raises step_up.Needed without a fresh second factor, NotAllowed if the actor is no
    administrator or may not see the person, Invalid for what the form can put right.
    """
    step_up.require(actor)
    _lock(actor, user)
    known = role in Role.values and can_see_person(actor, user)
    if not (known and grants_as(actor, Role.ADMINISTRATOR)):
        raise NotAllowed
    scope = checked_scope(role, scope)
    check_person(actor, user)
    text = checked_reason(reason)
    check_end(role, ends_on)
    if not can_grant(actor, role, scope):
        raise Invalid(_("You cannot grant more than you hold. Choose a smaller scope."))
    moment = clock.now()
    made = RoleGrant(
        user=user, role=role, reason=text, granted_by=actor, granted_at=moment, ends_on=ends_on,
        **asdict(scope),
    )  # fmt: skip
    return _begin(made)


def _begin(made: RoleGrant) -> RoleGrant:
    """Store a role that counts at once, or one that waits for a second administrator."""
    at_once = made.role != Role.ADMINISTRATOR
    if at_once:
        made.confirmed_by, made.confirmed_at = made.granted_by, made.granted_at
    check_not_twice(made)
    made.save()
    event = "role.granted" if at_once else "role.proposed"
    record(event, actor=made.granted_by, about=made.user, thing=made, facts=_facts(made))
    if at_once:
        _announce(made.user)
    else:
        _ask_others(made)
    return made


@transaction.atomic
def confirm(*, actor: User, grant: RoleGrant) -> RoleGrant:
    """Confirm a proposed administrator as the second one; the role counts from now on.

    Raises NotAllowed for who may not (the proposer, the person, another scope), Conflict if the
    proposal no longer stands: it ran out, its proposer lost the right, the person is no member.
    """
    step_up.require(actor)
    _lock(actor, grant.user)
    row = _locked(grant)
    if not can_confirm(actor, row):
        raise NotAllowed
    proposer = row.granted_by
    if proposer is not None:
        forget(proposer)
    if proposer is None or not can_grant(proposer, row.role, row):
        raise Conflict(_("Whoever proposed this role is no longer an administrator for it."))
    if not is_member(row.user):
        raise Conflict(_("This person is not a member at present."))
    if is_over(row):
        raise Conflict(_("This proposal has run out. It has to be made again."))
    row.confirmed_by, row.confirmed_at = actor, clock.now()
    row.save(update_fields=["confirmed_by", "confirmed_at"])
    record("role.granted", actor=actor, about=row.user, thing=row, facts=_facts(row))
    _announce(row.user)
    return row


@transaction.atomic
def end(*, actor: User, grant: RoleGrant, reason: str) -> RoleGrant:
    """Take a role away, refuse a proposal, or give up one's own role, with a reason.

    Raises NotAllowed for who may not, Conflict for the last administrator or a role that is over.
    """
    step_up.require(actor)
    _lock(actor, grant.user)
    row = _locked(grant)
    if row.ended_at is not None:
        raise Conflict(_("This role has ended already."))
    if not can_end(actor, row):
        raise NotAllowed
    text = checked_reason(reason)
    if _is_last(row):
        raise Conflict(_("This is the last administrator. Appoint another one first."))
    row.ended_by, row.ended_at, row.end_reason = actor, clock.now(), text
    row.save(update_fields=["ended_by", "ended_at", "end_reason"])
    record("role.ended", actor=actor, about=row.user, thing=row, facts={"role": row.role})
    _announce(row.user)
    return row


def expire_roles() -> int:
    """End the roles past their last day and proposals nobody confirmed; return how many.

    The last administrator's role loses its end date instead (``keep_last_administrator``).
    """
    keep_last_administrator()
    today = clock.now().date()
    old = clock.now() - timedelta(days=PROPOSAL_DAYS)
    open_rows = RoleGrant.objects.filter(ended_at=None)
    over = open_rows.filter(ends_on__lt=today) | open_rows.filter(
        confirmed_at=None, granted_at__lt=old
    )
    return sum(_expire(pk) for pk in over.values_list("pk", flat=True))


@transaction.atomic
def _expire(pk: int) -> int:
    row = (
        RoleGrant.objects.select_for_update(of=("self",))
        .select_related("user")
        .filter(pk=pk, ended_at=None)
        .first()
    )
    if row is None or not is_over(row):
        return 0
    row.ended_at = clock.now()
    row.save(update_fields=["ended_at"])
    record("role.expired", about=row.user, thing=row, facts={"role": row.role})
    _announce(row.user)
    return 1


def _lock(actor: User, user: User) -> None:
    """Hold both accounts, and read the actor's roles anew: they may just have ended."""
    list(User.objects.select_for_update().filter(pk__in={actor.pk, user.pk}).order_by("pk"))
    list(RoleGrant.objects.select_for_update().filter(user=actor, role=Role.ADMINISTRATOR))
    actor.refresh_from_db(fields=["is_active", "hold"])
    user.refresh_from_db(fields=["is_active", "hold"])
    forget(actor)
    forget(user)


def _locked(grant: RoleGrant) -> RoleGrant:
    row = (
        RoleGrant.objects.select_for_update(of=("self",))
        .select_related("user", "granted_by")
        .filter(pk=grant.pk)
        .first()
    )
    if row is None:
        raise NotAllowed
    return row


def _is_last(row: RoleGrant) -> bool:
    """Say whether ending this row takes the last administrator away, other rows of his aside."""
    if row.role != Role.ADMINISTRATOR or row.confirmed_at is None or not is_unlimited(row):
        return False
    others = unlimited_administrators().filter(user=row.user).exclude(pk=row.pk)
    return is_last_administrator(row.user) and not others.exists()


def _facts(row: RoleGrant) -> dict[str, str | None]:
    return {
        "role": row.role,
        "region": row.region_id,
        "organisation": str(row.organisation.public_id) if row.organisation else None,
        "course": str(row.course) if row.course else None,
        "language": row.language,
        "ends": row.ends_on.isoformat() if row.ends_on else None,
    }


def _announce(user: User) -> None:
    forget(user)
    notify(user, "role", place="my_roles")
    publish(RightsChanged(user.pk))


def _ask_others(proposal: RoleGrant) -> None:
    for row in administrators_in_force().select_related("user"):
        if row.user_id not in {proposal.granted_by_id, proposal.user_id} and within(proposal, row):
            notify(row.user, "role-confirm", place="roles_waiting")
