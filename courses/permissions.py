"""Who may see and take what. One door from an address to a course; predicate and list agree."""

from typing import Any

from django.http import Http404

from courses.catalogue.models import Course
from courses.enrolment.models import Enrolment
from courses.enrolment.services import visitor_hash

# Access of a course → the right an account needs; roles that give them come with the members' area.
RIGHTS = {
    "courier": "courses.learn_courier",
    "member": "courses.learn_member",
    "restricted": "courses.learn_restricted",
}


def can_learn(user: Any, access: str) -> bool:
    """Say whether a person may take courses with this access."""
    if access == "public":
        return True
    if not user.is_authenticated:
        return False
    return access == "learner" or user.has_perm(RIGHTS.get(access, "courses.learn_restricted"))


def accesses_of(user: Any) -> list[str]:
    """Return the kinds of access a person has; lists are filtered by it."""
    return [access for access in ("public", "learner", *RIGHTS) if can_learn(user, access)]


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
