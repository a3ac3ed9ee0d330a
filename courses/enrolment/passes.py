"""Who is let into a course by name, whatever other rights the person has."""

from typing import Any

from django.conf import settings
from django.db import models, transaction

from courses.catalogue.models import Course
from portal.events import listen
from portal.events.messages import InvitationAccepted, InvitationWithdrawn
from portal.shared import clock


class CoursePass(models.Model):
    """A person named to a course: by a trainer's invitation, until it ends."""

    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="course_passes"
    )
    course = models.ForeignKey("courses.Course", on_delete=models.CASCADE, related_name="passes")
    given_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    given_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        app_label = "courses"
        constraints = (
            models.UniqueConstraint(fields=["person", "course"], name="course_pass_once"),
        )

    def __str__(self) -> str:
        return f"{self.person_id} {self.course_id}"


@transaction.atomic
def give_pass(*, person_id: int, course: str, given_by_id: int | None) -> CoursePass | None:
    """Let a person into a course by name; None where the course is not there (any more)."""
    found = Course.objects.filter(slug=course).first()
    if found is None:
        return None
    row, _ = CoursePass.objects.update_or_create(
        person_id=person_id,
        course=found,
        defaults={"given_by_id": given_by_id, "given_at": clock.now(), "ended_at": None},
    )
    return row


def has_pass(user: Any, course_id: Any) -> bool:
    """Say whether a person was named to this course."""
    return (
        course_id is not None
        and CoursePass.objects.filter(person=user, course_id=course_id, ended_at=None).exists()
    )


def on_invitation(event: InvitationAccepted) -> None:
    """An invited person came: she is let into the course of her class."""
    if event.course:
        give_pass(person_id=event.user_id, course=event.course, given_by_id=event.given_by_id)


def on_withdrawal(event: InvitationWithdrawn) -> None:
    """An accepted invitation was taken back: the pass it gave ends."""
    CoursePass.objects.filter(
        person_id=event.user_id, course__slug=event.course, ended_at=None
    ).update(ended_at=clock.now())


listen(InvitationAccepted, on_invitation)
listen(InvitationWithdrawn, on_withdrawal)
