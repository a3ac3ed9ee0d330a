"""Invites the people of a class, and takes in those who come.

An invitation opens a page, nothing more: who accepts it signs in (or signs up) by the one way there
is, with a proven address. What it gives depends on its tier: ``learner`` a place in a course by
name, ``courier`` the course-only membership, ``member`` an application that is filled in and has
the inviter as its sponsor; members are still vetted by two people.
"""

import hashlib
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from allauth.account.models import EmailAddress
from django.db import transaction

from portal.accounts import step_up
from portal.accounts.models import User
from portal.audit.services import record
from portal.events import publish
from portal.events.messages import InvitationAccepted, InvitationWithdrawn
from portal.organisations.models import Organisation
from portal.permissions import forget, is_member
from portal.shared import clock, ids, ratelimit
from portal.shared.errors import Conflict, Invalid, NotAllowed, TooMany
from portal.vetting import invitation_mail, invitation_permissions, terms
from portal.vetting.invitation_table import Fault, Row, read
from portal.vetting.membership import start as start_membership
from portal.vetting.models import Invitation, InvitationBatch, Membership, Tier

DAYS = 30
State = Invitation.State


def secret_hash(secret: str) -> str:
    """Return what is stored of a link's secret: its SHA-256 (hex)."""
    return hashlib.sha256(secret.encode()).hexdigest()


@dataclass(frozen=True)
class Plan:
    """What sending a table would do: rows with their organisations, and every fault."""

    rows: list[tuple[Row, Organisation | None]]
    faults: list[Fault]


def plan(*, by: Any, data: bytes | str, tier: str) -> Plan:
    """Return what would happen, and change nothing: the dry run.

    Raises NotAllowed for a tier the person may not invite to.
    """
    if not invitation_permissions.can_invite(by, tier):
        raise NotAllowed
    table = read(data, needs_organisation=tier != "learner", language=by.language)
    faults = list(table.faults)
    rows = []
    for row in table.rows:
        organisation, found = _organisation(row)
        found += _scope_faults(by, tier, row, organisation)
        faults += found
        if not found:
            rows.append((row, organisation))
    return Plan(rows, sorted(faults, key=lambda fault: (fault.line, fault.column)))


def _organisation(row: Row) -> tuple[Organisation | None, list[Fault]]:
    if not row.organisation:
        return None, []
    if not row.country:
        return None, [Fault(row.line, "country", invitation_mail.COUNTRY_MISSING)]
    active = Organisation.objects.filter(country_id=row.country, state=Organisation.State.ACTIVE)
    found = active.filter(name__iexact=row.organisation).first()
    if found is None:
        return None, [Fault(row.line, "organisation", invitation_mail.UNKNOWN_ORGANISATION)]
    return found, []


def _scope_faults(by: Any, tier: str, row: Row, organisation: Organisation | None) -> list[Fault]:
    if EmailAddress.objects.filter(user=by, email__iexact=row.email).exists():
        return [Fault(row.line, "email", invitation_mail.OWN_ADDRESS)]
    if not invitation_permissions.can_invite_row(by, tier, row.country, organisation):
        return [Fault(row.line, "country", invitation_mail.OUT_OF_REACH)]
    if tier == Tier.COURIER and organisation is not None and organisation.unit != "courier":
        return [Fault(row.line, "organisation", invitation_mail.NO_COURIER)]
    return []


@transaction.atomic
def send(
    *, by: Any, name: str, tier: str, course: str, data: bytes | str, but_faulty: bool = False
) -> InvitationBatch:
    """Invite everybody in a table.

    Raises NotAllowed for a tier or course the person may not invite to, Invalid for a table with
    faults (unless ``but_faulty``) or none but faulty rows, TooMany above the day's limit.
    """
    step_up.require(by)
    planned = plan(by=by, data=data, tier=tier)
    if not invitation_permissions.can_invite_to(by, course):
        raise NotAllowed
    if not planned.rows or (planned.faults and not but_faulty):
        raise Invalid
    _count(by, len(planned.rows))
    moment = clock.now()
    batch = InvitationBatch.objects.create(
        name=name, tier=tier, course=course, created_by=by, created_at=moment
    )
    for row, organisation in planned.rows:
        invitation = Invitation(
            batch=batch, email=row.email, name=row.name, language=row.language,
            country_id=row.country or None, organisation=organisation,
        )  # fmt: skip
        _send_one(invitation)
    record(
        "invitations.sent", actor=by, thing=batch,
        facts={"count": len(planned.rows), "tier": tier},
    )  # fmt: skip
    return batch


def _count(by: Any, people: int) -> None:
    for _number in range(people):
        if wait := ratelimit.wait(str(by.pk), "class-invitations"):
            raise TooMany(wait)


def _send_one(invitation: Invitation) -> None:
    secret = ids.token()
    moment = clock.now()
    invitation.secret = secret_hash(secret)
    invitation.state = State.SENT
    invitation.sent_at, invitation.expires_at = moment, moment + timedelta(days=DAYS)
    invitation.save()
    transaction.on_commit(lambda: invitation_mail.send(invitation, secret), robust=True)


@transaction.atomic
def send_again(*, by: Any, invitation: str) -> Invitation:
    """Send a new link; the old one ends.

    Raises step_up.Needed, NotAllowed (also where the right to invite is gone), Conflict for one
    that was accepted or withdrawn.
    """
    step_up.require(by)
    row = invitation_permissions.get_invitation_for(by, invitation)
    if row.state in {State.ACCEPTED, State.WITHDRAWN}:
        raise Conflict
    if not _may_still(by, row):
        raise NotAllowed
    _count(by, 1)
    _send_one(row)
    record(
        "invitations.sent", actor=by, thing=row.batch, facts={"count": 1, "tier": row.batch.tier}
    )
    return row


@transaction.atomic
def withdraw(*, by: Any, invitation: str) -> Invitation:
    """End an invitation; the place in a course that an accepted one gave ends with it.

    Raises NotAllowed, Conflict for one that is over, or was accepted and gave no course.
    """
    row = invitation_permissions.get_invitation_for(by, invitation)
    taken_back = row.state == State.ACCEPTED and bool(row.batch.course)
    if row.state != State.SENT and not taken_back:
        raise Conflict
    row.state = State.WITHDRAWN
    row.save(update_fields=["state"])
    record("invitation.withdrawn", actor=by, about=row.accepted_by, thing=row)
    if taken_back and row.accepted_by_id:
        publish(InvitationWithdrawn(row.accepted_by_id, row.batch.course))
    return row


def _may_still(by: Any, row: Invitation) -> bool:
    """Say whether the inviter could still send this very invitation today."""
    if by is None or not by.is_active or by.hold:
        return False
    forget(by)
    tier = row.batch.tier
    return (
        invitation_permissions.can_invite(by, tier)
        and invitation_permissions.can_invite_row(by, tier, row.country_id or "", row.organisation)
        and invitation_permissions.can_invite_to(by, row.batch.course)
    )


def by_secret(secret: str) -> Invitation | None:
    """Return the invitation a link belongs to, if it may still be accepted."""
    return (
        Invitation.objects.select_related("batch", "organisation", "country")
        .filter(secret=secret_hash(secret), state=State.SENT, expires_at__gt=clock.now())
        .first()
    )


@transaction.atomic
def accept(*, user: User, secret: str, language: str = "en") -> Invitation:
    """Take up an invitation; ``language`` is that of the terms she saw.

    Raises NotAllowed for a link that is over or for somebody else.
    """
    found = by_secret(secret)
    row = found and Invitation.objects.select_for_update().get(pk=found.pk)
    if row is None or row.state != State.SENT or not is_for(row, user):
        raise NotAllowed
    by = row.batch.created_by
    if by == user or not _may_still(by, row) or _is_put_out(user):
        raise NotAllowed
    row.state, row.accepted_by, row.accepted_at = State.ACCEPTED, user, clock.now()
    row.save(update_fields=["state", "accepted_by", "accepted_at"])
    _fill_in(user, row)
    facts: dict[str, Any] = {"tier": row.batch.tier}
    if row.batch.tier == Tier.COURIER:  # she agrees by accepting; members do when they apply
        facts |= {"terms": terms.CURRENT, "digest": terms.digest(terms.CURRENT, language)}
    record("invitation.accepted", actor=user, thing=row, facts=facts)
    if row.batch.tier == Tier.COURIER and not is_member(user):
        start_membership(
            user=user, tier=Tier.COURIER, organisation=row.organisation, post="",
            actor=row.batch.created_by or user,
        )  # fmt: skip
    elif row.batch.tier == Tier.MEMBER:
        _begin_application(user, row)
    publish(InvitationAccepted(user.pk, row.batch.course, row.batch.created_by_id))
    return row


def _is_put_out(user: User) -> bool:
    """Say whether approvers have ended or suspended this person's membership."""
    return Membership.objects.filter(
        user=user, state__in=[Membership.State.ENDED, Membership.State.SUSPENDED]
    ).exists()


def is_for(invitation: Invitation, user: Any) -> bool:
    """Say whether the invitation went to an address the person has proven to be hers."""
    return (
        user.is_authenticated
        and EmailAddress.objects.filter(
            user=user, email__iexact=invitation.email, verified=True
        ).exists()
    )


def _fill_in(user: User, row: Invitation) -> None:
    """Fill what the person has not told herself."""
    user.name = user.name or row.name
    user.region_id = user.region_id or row.country_id
    user.save(update_fields=["name", "region"])


def _begin_application(user: User, row: Invitation) -> None:
    from portal.vetting.applying import begin_invited

    begin_invited(
        user=user, country=row.country, organisation=row.organisation,
        sponsor_email=row.batch.created_by.email if row.batch.created_by else "",
    )  # fmt: skip


def expire_invitations() -> int:
    """End invitations nobody took up in time; return how many."""
    return Invitation.objects.filter(state=State.SENT, expires_at__lte=clock.now()).update(
        state=State.EXPIRED
    )
