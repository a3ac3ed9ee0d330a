"""Who may see and take what. One door from an address to a course; predicate and list agree."""

from typing import Any

from django.http import Http404

from courses.catalogue.models import Course
from courses.enrolment.models import Enrolment
from courses.enrolment.passes import has_pass
from courses.enrolment.services import visitor_hash
from portal.permissions import is_verified, membership_of
from portal.vetting.models import Membership, Tier

# Kinds of access that want more than an account: the second factor and one of these.
CLOSED = ("courier", "member", "restricted")


def why_not(user: Any, access: str, course_id: Any = None) -> str:
    """Return why a person may not take a course: "" (she may), account, right or factor.

    ``courier``: staff of postal operators and couriers, and members; ``member``: members;
    ``restricted``, and each of the others as well: people named to this very course. All three
    only in a sign-in confirmed by a second factor; ``factor`` is said to those alone who have the
    right.
    """
    if access == "public":
        return ""
    if not user.is_authenticated:
        return "account"
    if access == "learner" or user.is_superuser:
        return ""
    if not _has_right(user, access, course_id):
        return "right"
    return "" if is_verified(user) else "factor"


def _has_right(user: Any, access: str, course_id: Any) -> bool:
    tiers = {"courier": set(Tier), "member": {Tier.MEMBER}}.get(access, set())
    membership = membership_of(user)
    if membership is not None and membership.tier in tiers:
        return True
    if membership is None and Membership.objects.filter(user=user).exists():
        return False  # suspended, lapsed or ended: nothing else opens what that has closed
    return bool(user.is_active and not user.hold and has_pass(user, course_id))


def can_learn(user: Any, access: str, course_id: Any = None) -> bool:
    """Say whether a person may take this course, or (without one) any with this access."""
    return not why_not(user, access, course_id)


def accesses_of(user: Any) -> list[str]:
    """Return the kinds of access a person has; lists are filtered by it."""
    return [access for access in ("public", "learner", *CLOSED) if can_learn(user, access)]


def get_enrolment_for(user: Any, visitor: str, slug: str) -> Enrolment | None:
    """Return the person's own enrolment in a course, with the course; one query at most."""
    rows = Enrolment.objects.select_related("course").filter(course__slug=slug)
    if user.is_authenticated:
        found = rows.filter(learner=user).first()
        if found is not None:
            found.learner = user  # known already: nobody reads the account a second time
        return found
    return rows.filter(visitor=visitor_hash(visitor)).first() if visitor else None


def get_course_for(user: Any, slug: str) -> Course:
    """Return a listed course. Raises Http404 for an unknown one."""
    course = Course.objects.filter(slug=slug, listed=True).exclude(release=None).first()
    if course is None:
        raise Http404
    return course


def enrolments_of(user: Any) -> Any:
    """Return a person's enrolments with their courses, newest first."""
    return Enrolment.objects.filter(learner=user).select_related("course").order_by("-last_at")
