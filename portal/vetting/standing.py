"""Parts of the life of a membership: is it in force, what ends with it, who must remain."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from portal.accounts.models import User
from portal.audit.services import record
from portal.roles.administrators import is_last_administrator
from portal.roles.models import RoleGrant
from portal.shared import clock
from portal.shared.errors import Conflict, NotAllowed
from portal.vetting import answering, applicant_queries, applying, deadlines, moves
from portal.vetting.models import Application, Membership

State = Membership.State


def membership_row(user: User) -> Membership | None:
    """Return the person's membership, whatever its state."""
    return Membership.objects.select_related("organisation").filter(user=user).first()


def in_force(row: Membership) -> bool:
    """Say whether a membership counts now."""
    return row.state == State.ACTIVE and row.lapses_at > clock.now()


def renewable(row: Membership) -> bool:
    """Say whether confirming the post is enough: in force, or lapsed for 90 days at most."""
    in_time = clock.now() <= row.lapses_at + deadlines.RENEWAL
    return row.state in (State.ACTIVE, State.LAPSED) and in_time


def may_leave(user: User) -> Membership:
    """Return the membership a person can leave. Raises NotAllowed."""
    row = membership_row(user)
    if row is None or row.state == State.ENDED:
        raise NotAllowed
    return row


def keep_an_administrator(*, user: User) -> None:
    """Raise Conflict if nobody else could administer the platform without this person."""
    if is_last_administrator(user):
        raise Conflict(_("This is the last administrator. Another one has to be appointed first."))


def end_roles(*, user: User, actor: Any) -> int:
    """Take away every role of a person whose membership is over; return how many."""
    moment = clock.now()
    rows = list(RoleGrant.objects.select_for_update().filter(user=user, ended_at=None))
    for row in rows:
        row.ended_at, row.ended_by = moment, actor
        row.save(update_fields=["ended_at", "ended_by"])
        record("role.ended", actor=actor, about=user, thing=row, facts={"role": row.role})
    return len(rows)


def withdraw_application(*, user: User) -> None:
    """Withdraw what a person who leaves has applied for."""
    if applicant_queries.open_application(user) is not None:
        answering.withdraw(user=user)


def draft_for_change(*, user: User, membership: Membership) -> Application:
    """Return a draft that asks for another organisation, or the application that is open."""
    if found := applicant_queries.open_application(user):
        return found
    moves.within("application-drafts", user)
    return applying.new_draft(
        user=user,
        tier=membership.tier,
        eligible_as=membership.organisation.unit,
        name=user.name,
        country=membership.organisation.country,
    )
