"""Who may invite whom to what, and see which invitations."""

from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from portal.organisations.models import Organisation
from portal.permissions import roles_of
from portal.roles.models import Role, RoleGrant
from portal.roles.scope import covers, is_unlimited
from portal.shared.errors import NotAllowed
from portal.vetting.models import Invitation, InvitationBatch, Tier

APPROVERS = (Role.FOCAL_POINT, Role.ADMINISTRATOR)
TIERS = (
    ("learner", _("Learners: a place in a course by name")),
    (Tier.COURIER.value, _("Staff of postal operators and couriers: courses and nothing else")),
    (Tier.MEMBER.value, _("Future members: they apply with you as their sponsor")),
)


def _grants(user: Any, *roles: str) -> list[RoleGrant]:
    return [grant for grant in roles_of(user) if grant.role in roles]


def _is_unbounded(user: Any) -> bool:
    return any(is_unlimited(grant) for grant in _grants(user, Role.ADMINISTRATOR))


def can_invite(user: Any, tier: str) -> bool:
    """Say whether the person may invite to this tier.

    Learners are enrolled by trainers (security.md 3.2), and by administrators without bounds;
    the other tiers are the approvers'.
    """
    if tier == "learner":
        return bool(_grants(user, Role.TRAINER)) or _is_unbounded(user)
    return tier in Tier.values and bool(_grants(user, *APPROVERS))


def tiers_of(user: Any) -> list[tuple[str, Any]]:
    """Return the tiers the person may invite to, with their words."""
    return [(tier, words) for tier, words in TIERS if can_invite(user, tier)]


def can_invite_row(user: Any, tier: str, country: str, organisation: Organisation | None) -> bool:
    """Say whether a row of the table lies within the person's reach.

    Learners may come from anywhere; the others from the places an approver answers for.
    """
    if tier == "learner":
        return can_invite(user, tier)
    return any(
        covers(grant, country=country, organisation_id=organisation.pk if organisation else None)
        for grant in _grants(user, *APPROVERS)
    )


def can_invite_to(user: Any, course: str) -> bool:
    """Say whether the person may name people to a course (``""``: to none).

    Trainers to the courses of their scope, administrators without bounds to any. What a course
    is, the halves know: a trainer whose scope names courses is asked through ``course_key``.
    """
    if not course or _is_unbounded(user):
        return True
    key = course_key(course)
    return any(
        grant.course is None or (key is not None and str(grant.course) == str(key))
        for grant in _grants(user, Role.TRAINER)
    )


_course_keys: list[Any] = []


def know_courses(key_of: Any) -> None:
    """Let the courses half say which translation key a course's slug has (at start-up)."""
    _course_keys[:] = [key_of]


def course_key(slug: str) -> Any:
    """Return the translation key of a course, or None if there is no such course."""
    return _course_keys[0](slug) if _course_keys else None


def batches_visible_to(user: Any) -> QuerySet[InvitationBatch]:
    """Return the classes a person sees: her own; an administrator without bounds sees all."""
    if not _grants(user, Role.TRAINER, *APPROVERS):
        return InvitationBatch.objects.none()
    return InvitationBatch.objects.filter(Q() if _is_unbounded(user) else Q(created_by=user))


def get_batch_for(user: Any, public_id: Any) -> InvitationBatch:
    """Return a class. Raises NotAllowed for one that is not there for this person."""
    row = batches_visible_to(user).filter(public_id=public_id).first()
    if row is None:
        raise NotAllowed
    return row


def get_invitation_for(user: Any, public_id: Any) -> Invitation:
    """Return an invitation, locked. Raises NotAllowed for one of a class she does not see."""
    row = (
        Invitation.objects.select_for_update(of=("self",))
        .select_related("batch")
        .filter(public_id=public_id, batch__in=batches_visible_to(user))
        .first()
    )
    if row is None:
        raise NotAllowed
    return row
