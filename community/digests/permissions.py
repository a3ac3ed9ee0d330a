"""Who sees a case digest before it is released, who reviews it, who releases and withdraws it.

A draft is its author's alone. Once sent it is read by reviewers: members who are trainers,
reviewers or focal points, never the author. Two of them from two organisations approve.
"""

import uuid
from typing import Any

from django.db.models import Q, QuerySet

from community.digests.models import Digest, DigestReview
from portal.permissions import grants_in_force, has_role, is_member, is_verified
from portal.roles.models import Role
from portal.shared.errors import NotAllowed

REVIEWERS = (Role.TRAINER, Role.REVIEWER, Role.FOCAL_POINT)
State = Digest.State
SENT = (State.REVIEW, State.APPROVED, State.RELEASED, State.WITHDRAWN)
OPEN = (State.DRAFT, State.REVIEW, State.CHANGES, State.APPROVED)
NEEDED = 2


def is_reviewer(user: Any) -> bool:
    """Say whether the person reads digests of others."""
    return is_verified(user) and has_role(user, *REVIEWERS)


def own(user: Any) -> QuerySet[Digest]:
    """Return the digests a member wrote."""
    if not (is_member(user) and is_verified(user)):
        return Digest.objects.none()
    return Digest.objects.filter(author=user)


def sent_to(user: Any) -> QuerySet[Digest]:
    """Return the digests of others that a reviewer may read."""
    if not is_reviewer(user):
        return Digest.objects.none()
    return Digest.objects.filter(state__in=SENT).exclude(author=user)


def visible(user: Any) -> QuerySet[Digest]:
    """Return every digest a person may read as such, beside the released records."""
    return own(user) | sent_to(user)


def waiting_for(user: Any) -> QuerySet[Digest]:
    """Return the digests that wait for this reviewer: sent, and not approved by her yet."""
    hers = DigestReview.objects.filter(person=user.pk, counts=True, decision="approve")
    rows = sent_to(user).filter(state=State.REVIEW).exclude(pk__in=hers.values("digest"))
    return rows.order_by("changed_at", "pk")


def may_change(user: Any, digest: Digest) -> bool:
    """Say whether the person may write on it."""
    return digest.state in OPEN and own(user).filter(pk=digest.pk).exists()


def may_review(user: Any, digest: Digest) -> bool:
    """Say whether the person may decide about it now."""
    return digest.state == State.REVIEW and sent_to(user).filter(pk=digest.pk).exists()


def may_release(user: Any, digest: Digest) -> bool:
    """Say whether the person may release it: its author alone, as its source."""
    return digest.state == State.APPROVED and own(user).filter(pk=digest.pk).exists()


def may_withdraw(user: Any, digest: Digest) -> bool:
    """Say whether the person may take a released digest back: a reviewer, not its author."""
    return digest.state == State.RELEASED and sent_to(user).filter(pk=digest.pk).exists()


def approvals(digest: Digest) -> list[DigestReview]:
    """Return the approvals that count for the text as it is: of people who may still review."""
    reviewers = grants_in_force().filter(role__in=REVIEWERS).values("user")
    rows = DigestReview.objects.filter(
        Q(person__in=reviewers), digest=digest, version=digest.version, counts=True,
        decision=DigestReview.Decision.APPROVE,
    ).exclude(person=digest.author_id).select_related("person")  # fmt: skip
    return [row for row in rows if is_member(row.person)]


def is_approved(digest: Digest) -> bool:
    """Say whether two people of two organisations approved the text as it is."""
    organisations = {row.organisation_id for row in approvals(digest)} - {None}
    return len(organisations) >= NEEDED


def get_digest_for(user: Any, public_id: uuid.UUID) -> Digest:
    """Return a digest the person may read. Raises NotAllowed, also where there is none."""
    return _first(visible(user), public_id)


def get_own_for(user: Any, public_id: uuid.UUID) -> Digest:
    """Return a digest of the person's own. Raises NotAllowed, also where there is none."""
    return _first(own(user), public_id)


def get_sent_for(user: Any, public_id: uuid.UUID) -> Digest:
    """Return a digest of somebody else that a reviewer may read. Raises NotAllowed."""
    return _first(sent_to(user), public_id)


def _first(rows: QuerySet[Digest], public_id: uuid.UUID) -> Digest:
    found = rows.select_related("publication").filter(public_id=public_id).first()
    if found is None:
        raise NotAllowed
    return found
