"""What the ground keeps about a person, as rows of plain values."""

import json
from collections.abc import Iterable
from typing import Any

from allauth.account.models import EmailAddress
from allauth.usersessions.models import UserSession
from django.db.models import Q
from wagtail.models import Comment, Revision

from portal.accounts import factors
from portal.audit import queries as audit_queries
from portal.audit.events import EVENTS
from portal.files.models import StoredFile
from portal.notifications.models import Notification, NotificationChoice, PushSubscription
from portal.organisations.models import FocalPoint
from portal.rights.registry import Rows
from portal.roles.models import RoleGrant
from portal.vetting.models import (
    Application,
    ApplicationStep,
    IdentityCheck,
    Invitation,
    Membership,
)

Kind = ApplicationStep.Kind
# Steps the applicant never reads: a first decision may be overturned by a second person.
INSIDE = (Kind.PROPOSED, Kind.SENT_BACK)


def _rows(found: Iterable[Any], *names: str) -> Rows:
    return [{name: getattr(row, name) for name in names} for row in found]


def account(user: Any) -> Rows:
    """The account itself and its addresses."""
    names = ("public_id", "email", "name", "language", "region_id", "date_joined", "last_login")
    addresses = _rows(EmailAddress.objects.filter(user=user), "email", "verified", "primary")
    return [_rows([user], *names)[0] | {"addresses": addresses}]


def sign_ins(user: Any) -> Rows:
    """Where the person is signed in."""
    rows = UserSession.objects.filter(user=user)
    return _rows(rows, "created_at", "last_seen_at", "ip", "user_agent")


def second_factors(user: Any) -> Rows:
    """Kinds, names and dates of second factors; no secret leaves the site."""
    held = factors.of(user)
    found = _rows(held.real, "kind", "name", "added", "used")
    if held.codes_left is not None:
        found.append({"kind": "recovery codes", "left": held.codes_left})
    return found


def membership(user: Any) -> Rows:
    """What the person is after vetting."""
    rows = Membership.objects.filter(user=user).select_related("organisation")
    names = ("tier", "post", "state", "since", "confirmed_at", "lapses_at", "ended_at")
    return [_rows([row], *names)[0] | {"organisation": row.organisation.name} for row in rows]


def roles(user: Any) -> Rows:
    """Roles, past ones too."""
    rows = RoleGrant.objects.filter(user=user)
    names = ("role", "region_id", "course", "language", "reason", "granted_at", "ends_on")
    return _rows(rows, *names, "ended_at", "end_reason")


def applications(user: Any) -> Rows:
    """What she applied for, with the steps and texts that she may read."""
    names = (
        "number", "tier", "state", "eligible_as", "name", "country_id", "post", "work",
        "sponsor_email", "terms_version", "terms_language", "terms_accepted_at", "created_at",
        "submitted_at", "decided_at",
    )  # fmt: skip
    found = []
    for row in Application.objects.filter(applicant=user).select_related("organisation"):
        organisation = row.organisation.name if row.organisation else ""
        steps = [_step(step, user) for step in row.steps.exclude(kind__in=INSIDE)]
        found.append(_rows([row], *names)[0] | {"organisation": organisation, "steps": steps})
    return found


def _step(step: ApplicationStep, user: Any) -> dict[str, Any]:
    mine = step.actor_id == user.pk
    text = step.text if mine or step.for_applicant else ""
    return {"kind": step.kind, "at": step.at, "by_me": mine, "text": text}


def vouched_for(user: Any) -> Rows:
    """Applications in which she was named as sponsor: the number only, the rest is another's."""
    named = Q(sponsor=user) | Q(sponsor_email__iexact=user.email)
    return _rows(Application.objects.filter(named), "number", "submitted_at")


def identity_checks(user: Any) -> Rows:
    """New proofs of identity after the loss of a factor."""
    rows = IdentityCheck.objects.filter(user=user)
    return _rows(rows, "state", "asked_at", "expires_at", "decided_at")


def focal_points(user: Any) -> Rows:
    """Functions in which she is the person to reach."""
    rows = FocalPoint.objects.filter(person=user).select_related("organisation")
    names = ("function", "contact_email", "contact_phone", "languages", "confirmed_at")
    return [_rows([row], *names)[0] | {"organisation": row.organisation.name} for row in rows]


def files(user: Any) -> Rows:
    """Her files: what is known of them. The files themselves can be opened where they were sent."""
    names = ("name", "content_type", "size", "state", "received_at", "purpose")
    return _rows(StoredFile.objects.filter(owner=user), *names)


def notices(user: Any) -> Rows:
    """Notices, and how she wants to be told."""
    names = ("verb", "count", "first_at", "last_at", "read_at")
    found = _rows(Notification.objects.filter(user=user), *names)
    found += _rows(NotificationChoice.objects.filter(user=user), "pace", "last_mail_at")
    return found + _rows(PushSubscription.objects.filter(user=user), "browser", "created_at")


def studio(user: Any) -> Rows:
    """Pages she wrote or changed in the studio, and her comments there."""
    found = _rows(Revision.objects.filter(user=user), "object_str", "created_at")
    return found + _rows(Comment.objects.filter(user=user), "text", "created_at")


def record(user: Any) -> Rows:
    """Her own entries in the record."""
    return [
        {
            "number": row.number,
            "at": row.at,
            "event": row.event,
            "words": str(EVENTS[row.event].words) if row.event in EVENTS else row.event,
            "by_me": row.actor == str(user.public_id),
            "facts": json.loads(row.body)["facts"],
        }
        for row in audit_queries.own(user).order_by("number")
    ]


def invitations(user: Any) -> Rows:
    """Invitations that were sent to her or that she accepted."""
    rows = Invitation.objects.filter(Q(accepted_by=user) | Q(email__iexact=user.email))
    return _rows(rows, "email", "name", "language", "state", "sent_at", "accepted_at")
