"""How a membership begins, goes on, lapses, rests and ends.

A membership lapses ``settings.MEMBERSHIP_MONTHS`` after its post was last confirmed. For 90 days
after that one step brings it back; later a new application is needed.
"""

from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from portal.accounts import step_up
from portal.accounts.models import User
from portal.audit.services import record
from portal.events import publish
from portal.events.messages import MembershipEnded, MembershipStarted, RightsChanged
from portal.notifications.services import notify
from portal.organisations.models import Organisation
from portal.permissions import forget
from portal.shared import clock
from portal.shared.errors import Conflict, Invalid, NotAllowed
from portal.shared.text import plain
from portal.vetting import deadlines, standing
from portal.vetting.models import Application, Membership
from portal.vetting.permissions import can_manage_membership

State = Membership.State


@transaction.atomic
def start(
    *, user: User, tier: str, organisation: Organisation, post: str, actor: User
) -> Membership:
    """Make the person a member, or write the new post of one; her application was approved.

    Roles from before an ended or long lapsed membership do not come back. Raises Conflict while
    the membership is suspended: that is lifted by its own deed, with its own reason.
    """
    moment = clock.now()
    row = Membership.objects.select_for_update().filter(user=user).first()
    if row is not None and row.state == State.SUSPENDED:
        raise Conflict(_("The membership of this person is suspended. Decide about that first."))
    before = row.tier if row is not None and standing.in_force(row) else ""
    if row is None:
        row = Membership(user=user)
    if not before:
        standing.end_roles(user=user, actor=actor)
        row.since = moment
    row.tier, row.organisation, row.post = tier, organisation, post
    row.ended_at, row.end_reason = None, ""
    _renew(row, moment)
    record("membership.started", actor=actor, about=user, thing=row, facts={"tier": tier})
    if before and before != tier:
        publish(MembershipEnded(user.pk))
    if before != tier:
        publish(MembershipStarted(user.pk, tier))
    _changed(user)
    return row


@transaction.atomic
def confirm_post(*, user: User, post: str | None = None) -> Membership:
    """Confirm that she is still in her post (``post``: its new name); it counts again in full.

    Raises NotAllowed without membership, Conflict if it cannot be renewed in one step.
    """
    row = _own(user)
    moment = clock.now()
    if not standing.renewable(row):
        raise Conflict(_("This membership cannot be renewed here. Please apply again."))
    was_in_force = standing.in_force(row)
    if post is not None:
        row.post = " ".join(plain(post).split())
        if not row.post or len(row.post) > 150:
            raise Invalid(fields={"post": _("Write your post in at most 150 characters.")})
    _renew(row, moment)
    record("membership.confirmed", actor=user, about=user, thing=row)
    if not was_in_force:
        publish(MembershipStarted(user.pk, row.tier))
    _changed(user)
    return row


@transaction.atomic
def leave(*, user: User) -> Membership:
    """End one's own membership. Roles and open applications end with it; the account stays.

    Raises NotAllowed without one, Conflict for the last administrator.
    """
    step_up.require(user)
    row = _own(user)
    if row.state == State.ENDED:
        raise NotAllowed
    standing.withdraw_application(user=user)
    return _end(row, actor=user, reason="")


@transaction.atomic
def suspend(*, actor: User, user: User, reason: str) -> Membership:
    """Stop a membership for a time. The account itself stays usable for public courses.

    Raises NotAllowed, Conflict (already suspended or ended; last administrator), Invalid.
    """
    step_up.require(actor)
    row = _managed(actor, user)
    if row.state not in (State.ACTIVE, State.LAPSED):
        raise _not_now()
    standing.keep_an_administrator(user=user)
    row.state, row.end_reason = State.SUSPENDED, _reason(reason)
    row.save(update_fields=["state", "end_reason"])
    record("membership.suspended", actor=actor, about=user, thing=row)
    publish(MembershipEnded(user.pk))
    return _told(row)


@transaction.atomic
def restore(*, actor: User, user: User, reason: str) -> Membership:
    """Lift a suspension. If the time has run out meanwhile, the membership is lapsed."""
    step_up.require(actor)
    row = _managed(actor, user)
    if row.state != State.SUSPENDED:
        raise _not_now()
    moment = clock.now()
    row.state = State.ACTIVE if row.lapses_at > moment else State.LAPSED
    row.end_reason = _reason(reason)
    row.save(update_fields=["state", "end_reason"])
    record("membership.restored", actor=actor, about=user, thing=row)
    if row.state == State.ACTIVE:
        publish(MembershipStarted(user.pk, row.tier))
    return _told(row)


@transaction.atomic
def end(*, actor: User, user: User, reason: str) -> Membership:
    """End a membership for good: only a new application brings it back. Roles end with it."""
    step_up.require(actor)
    row = _managed(actor, user)
    if row.state == State.ENDED:
        raise _not_now()
    return _told(_end(row, actor=actor, reason=_reason(reason)))


@transaction.atomic
def lapse(*, membership: Membership) -> bool:
    """Mark a membership as lapsed whose time has run out; say whether it was."""
    row = Membership.objects.select_for_update().filter(pk=membership.pk).first()
    if row is None or row.state != State.ACTIVE or row.lapses_at > clock.now():
        return False
    row.state = State.LAPSED
    row.save(update_fields=["state"])
    record("membership.lapsed", about=row.user, thing=row)
    publish(MembershipEnded(row.user_id))
    _told(row)
    return True


@transaction.atomic
def ask_for_change(*, user: User) -> Application:
    """Begin an application for another organisation, filled with what is known.

    The membership goes on until it is decided. Raises NotAllowed without a membership in force.
    """
    row = _own(user)
    if not standing.in_force(row):
        raise NotAllowed
    return standing.draft_for_change(user=user, membership=row)


def _own(user: User) -> Membership:
    row = Membership.objects.select_for_update().filter(user=user).first()
    if row is None:
        raise NotAllowed
    return row


def _managed(actor: User, user: User) -> Membership:
    forget(actor)  # her roles may have ended since the page was opened
    row = Membership.objects.select_for_update().filter(user=user).first()
    if row is None or not can_manage_membership(actor, row):
        raise NotAllowed
    return row


def _renew(row: Membership, moment: Any) -> None:
    row.state = State.ACTIVE
    row.confirmed_at, row.reminded_at = moment, None
    row.lapses_at = deadlines.add_months(moment, settings.MEMBERSHIP_MONTHS)
    row.save()


def _end(row: Membership, *, actor: User, reason: str) -> Membership:
    standing.keep_an_administrator(user=row.user)
    standing.end_roles(user=row.user, actor=actor)
    row.state, row.ended_at, row.end_reason = State.ENDED, clock.now(), reason
    row.save(update_fields=["state", "ended_at", "end_reason"])
    record("membership.ended", actor=actor, about=row.user, thing=row)
    publish(MembershipEnded(row.user_id))
    _changed(row.user)
    return row


def _told(row: Membership) -> Membership:
    notify(row.user, "membership-changed", place="membership")
    _changed(row.user)
    return row


def _changed(user: User) -> None:
    forget(user)
    publish(RightsChanged(user.pk))


def _reason(text: str) -> str:
    text = plain(text).strip()
    if not text or len(text) > 4000:
        raise Invalid(fields={"reason": _("Write the reason in at most 4,000 characters.")})
    return text


def _not_now() -> Conflict:
    return Conflict(_("The membership has changed in the meantime. Look at it again."))
