"""Being named to a course: opens it with a second factor, and never what a membership closed."""

from types import SimpleNamespace
from typing import Any

import pytest

from courses import permissions
from courses.catalogue.models import Course
from courses.enrolment import passes
from portal.events.messages import InvitationAccepted, InvitationWithdrawn
from portal.permissions import forget
from portal.vetting.models import Membership
from tests import people

pytestmark = pytest.mark.django_db


@pytest.fixture
def course() -> Course:
    return Course.objects.create(family="11111111-1111-4111-8111-111111111111", slug="x", code="X")


def verified(user: Any) -> Any:
    user.otp_device = people.app_device(user)
    user.is_verified = lambda: True
    return user


@pytest.mark.parametrize("access", ["courier", "member", "restricted"])
def test_pass_opens_its_course_and_no_other(course: Course, access: str) -> None:
    user = verified(people.person())
    assert permissions.why_not(user, access, course.pk) == "right"
    passes.on_invitation(InvitationAccepted(user.pk, "x", None))
    assert permissions.why_not(user, access, course.pk) == ""
    assert permissions.why_not(user, access, "22222222-2222-4222-8222-222222222222") == "right"


def test_pass_wants_a_second_factor(course: Course) -> None:
    user = people.person()
    passes.on_invitation(InvitationAccepted(user.pk, "x", None))
    assert permissions.why_not(user, "restricted", course.pk) == "factor"


def test_pass_taken_back_opens_nothing(course: Course) -> None:
    user = verified(people.person())
    passes.on_invitation(InvitationAccepted(user.pk, "x", None))
    passes.on_withdrawal(InvitationWithdrawn(user.pk, "x"))
    assert permissions.why_not(user, "restricted", course.pk) == "right"


@pytest.mark.parametrize("state", ["suspended", "lapsed", "ended"])
def test_pass_does_not_open_what_the_end_of_a_membership_closed(course: Course, state: str) -> None:
    user = verified(people.member())
    passes.on_invitation(InvitationAccepted(user.pk, "x", None))
    assert permissions.why_not(user, "restricted", course.pk) == ""
    Membership.objects.filter(user=user).update(state=state)
    forget(user)
    assert permissions.why_not(user, "restricted", course.pk) == "right"


@pytest.mark.parametrize(
    ("tier", "open_to"), [("member", {"courier", "member"}), ("courier", {"courier"})]
)
def test_tier_opens_its_courses(course: Course, tier: str, open_to: set[str]) -> None:
    user = verified(people.member(tier=tier))
    found = {name for name in permissions.CLOSED if permissions.can_learn(user, name, course.pk)}
    assert found == open_to


def test_visitor_is_asked_for_an_account() -> None:
    visitor = SimpleNamespace(is_authenticated=False)
    assert permissions.why_not(visitor, "restricted") == "account"
