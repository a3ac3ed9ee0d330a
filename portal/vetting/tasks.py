"""What happens by the clock alone: reminders, expiry, lapses. Run once a day by ``vetting_daily``.

Every row is looked at, locked and written in a transaction of its own, and asks again whether its
time has come: running twice does nothing twice, and a crash loses at most the row at hand, which
the next run finds again.
"""

import logging
from collections.abc import Callable, Iterable
from datetime import timedelta

from django.db import transaction
from django_tasks import task

from portal.audit.services import record
from portal.notifications.services import notify
from portal.shared import clock
from portal.vetting import deadlines, identity, membership, moves
from portal.vetting.models import Application, ApplicationStep, IdentityCheck, Membership
from portal.vetting.rules import OPEN, WAITING_OUTSIDE, Deed

logger = logging.getLogger("portal.vetting")

State = Application.State
Kind = ApplicationStep.Kind
DECIDING = (State.REVIEW, State.INFORMATION, State.CONFIRMATION)
PROLONG_BEFORE = timedelta(days=3)
PROLONG_BY = timedelta(days=14)


@task()
def daily() -> dict[str, int]:
    """Do all that is due today; return how many rows each job changed, and how many failed."""
    done = dict.fromkeys(JOBS, 0) | {"failed": 0}
    for name, job in JOBS.items():
        try:
            done[name] = job(done)
        except Exception:  # one job that fails must not stop the others
            logger.exception("the daily job %s failed", name)
            done["failed"] += 1
    return done


def _each(keys: Iterable[int], work: Callable[[int], bool], done: dict[str, int]) -> int:
    count = 0
    for key in list(keys):
        try:
            count += bool(work(key))
        except Exception:  # one row that fails must not stop the others
            logger.exception("a row of the daily work failed")
            done["failed"] += 1
    return count


# Applications


def _expire_applications(done: dict[str, int]) -> int:
    rows = Application.objects.filter(state__in=list(WAITING_OUTSIDE)).order_by("pk")
    return _each(rows.values_list("pk", flat=True), expire_application, done)


@transaction.atomic
def expire_application(key: int) -> bool:
    """Close an application whose applicant or sponsor stayed silent too long; say if it was."""
    row = Application.objects.select_for_update().filter(pk=key).first()
    if row is None or row.state not in OPEN:
        return False
    due = deadlines.expires_at(row.state, row.state_since)
    if due is None or due > clock.now():
        return False
    before = row.state
    moves.move(row, Deed.EXPIRE)
    row.due_at = None
    row.save()
    moves.note(row, Kind.EXPIRED, None)
    moves.write_down("application.expired", None, row, state=before)
    moves.tell_applicant(row)
    return True


def _remind_about_applications(done: dict[str, int]) -> int:
    rows = Application.objects.filter(state__in=(State.SPONSOR, *DECIDING)).order_by("pk")
    return _each(rows.values_list("pk", flat=True), remind_about_application, done)


@transaction.atomic
def remind_about_application(key: int) -> bool:
    """Remind whoever has to act, once each period of waiting; say if it was done."""
    row = Application.objects.select_for_update().filter(pk=key).first()
    if row is None:
        return False
    last = row.steps.filter(kind=Kind.REMINDED, at__gte=row.state_since).last()
    due = deadlines.remind_at(row.state, last.at if last else row.state_since)
    if due is None or due > clock.now():
        return False
    if row.state in (State.REVIEW, State.CONFIRMATION):
        moves.tell_approvers(row)
    else:
        # The applicant is told as well while a sponsor is waited for, whether the address she
        # named belongs to a member or not: the reminder must not tell her which.
        moves.tell_applicant(row)
        if row.state == State.SPONSOR and row.sponsor is not None:
            notify(row.sponsor, "sponsor", place="sponsor_request", key=row.number)
    moves.note(row, Kind.REMINDED, None, for_applicant=False)
    row.due_at = deadlines.remind_at(row.state, clock.now())
    row.save(update_fields=["due_at"])
    return True


# Memberships


def _prolong_memberships(done: dict[str, int]) -> int:
    rows = Membership.objects.filter(
        state=Membership.State.ACTIVE,
        lapses_at__lte=clock.now() + PROLONG_BEFORE,
        user__applications__state__in=DECIDING,
    )
    return _each(rows.values_list("pk", flat=True), prolong_membership, done)


@transaction.atomic
def prolong_membership(key: int) -> bool:
    """Let a membership go on for two weeks while approvers decide about its change."""
    row = Membership.objects.select_for_update().filter(pk=key).first()
    if row is None or row.state != Membership.State.ACTIVE:
        return False
    moment = clock.now()
    waits = Application.objects.filter(applicant=row.user_id, state__in=DECIDING).exists()
    if not waits or row.lapses_at > moment + PROLONG_BEFORE:
        return False
    row.lapses_at = moment + PROLONG_BY
    row.save(update_fields=["lapses_at"])
    record("membership.prolonged", about=row.user, thing=row)
    return True


def _remind_members(done: dict[str, int]) -> int:
    before = clock.now() + timedelta(days=max(deadlines.MEMBERSHIP_REMINDERS))
    rows = Membership.objects.filter(state=Membership.State.ACTIVE, lapses_at__lte=before)
    return _each(rows.order_by("pk").values_list("pk", flat=True), remind_member, done)


@transaction.atomic
def remind_member(key: int) -> bool:
    """Ask a member to confirm her post: 60, 14 and 3 days before the lapse, once each."""
    row = Membership.objects.select_for_update().filter(pk=key).first()
    moment = clock.now()
    if row is None or row.state != Membership.State.ACTIVE or row.lapses_at <= moment:
        return False
    sent = deadlines.reminders_due(row.lapses_at, row.reminded_at) if row.reminded_at else 0
    if deadlines.reminders_due(row.lapses_at, moment) <= sent:
        return False
    row.reminded_at = moment
    row.save(update_fields=["reminded_at"])
    notify(row.user, "membership", place="membership")
    return True


def _lapse_memberships(done: dict[str, int]) -> int:
    rows = Membership.objects.filter(state=Membership.State.ACTIVE, lapses_at__lte=clock.now())
    return _each(
        rows.order_by("pk").values_list("pk", flat=True),
        lambda key: membership.lapse(membership=Membership(pk=key)),
        done,
    )


# Others


def _expire_identity_checks(done: dict[str, int]) -> int:
    rows = IdentityCheck.objects.filter(state__in=identity.OPEN, expires_at__lte=clock.now())
    return _each(
        rows.order_by("pk").values_list("pk", flat=True),
        lambda key: identity.expire_identity_check(check=IdentityCheck(pk=key)),
        done,
    )


def _expire_roles(done: dict[str, int]) -> int:
    from portal.roles.services import expire_roles  # roles know memberships, not the other way

    return expire_roles()


def _expire_invitations(done: dict[str, int]) -> int:
    from portal.vetting.inviting import expire_invitations

    return expire_invitations()


JOBS: dict[str, Callable[[dict[str, int]], int]] = {
    "applications expired": _expire_applications,
    "reminders about applications": _remind_about_applications,
    "memberships prolonged": _prolong_memberships,
    "memberships lapsed": _lapse_memberships,
    "members reminded": _remind_members,
    "identity checks expired": _expire_identity_checks,
    "roles expired": _expire_roles,
    "invitations expired": _expire_invitations,
}
