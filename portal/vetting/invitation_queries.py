"""Reads classes and their invitations."""

from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Q, QuerySet

from portal.vetting.invitation_permissions import batches_visible_to
from portal.vetting.models import Invitation, InvitationBatch

PAGE = 50


@dataclass(frozen=True)
class Classes:
    """One page of classes, newest first; ``after`` leads to the next one."""

    rows: list[InvitationBatch]
    after: str


def classes(user: Any, after: str) -> Classes:
    """Return the classes a person sees, older than the one named ``after`` (its number)."""
    rows = batches_visible_to(user).annotate(
        people=Count("invitations"),
        accepted=Count("invitations", filter=Q(invitations__state=Invitation.State.ACCEPTED)),
    )
    if after.isascii() and after.isdecimal() and len(after) < 19:
        rows = rows.filter(pk__lt=int(after))
    found = list(rows.order_by("-pk")[: PAGE + 1])
    return Classes(found[:PAGE], str(found[PAGE - 1].pk) if len(found) > PAGE else "")


def people_of(batch: InvitationBatch) -> QuerySet[Invitation]:
    """Return the invitations of a class by address."""
    return batch.invitations.select_related("country", "organisation").order_by("email")
