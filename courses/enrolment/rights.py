"""What the courses keep about a person: given out, and deleted with the account."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from courses.attempts.models import Attempt, Response
from courses.enrolment.models import Enrolment
from courses.enrolment.passes import CoursePass
from courses.enrolment.services import visitor_hash
from courses.progress.models import LearningEvent
from portal.rights import inventory
from portal.rights.registry import Rows, register
from portal.shared import ids

ENROLMENT = ("public_id", "language", "region", "state", "score", "due_on", "created_at", "last_at")
ATTEMPT = ("id", "block", "number", "used", "closed", "fraction", "mark", "saved", "created_at")
RESPONSE = ("number", "answer", "fraction", "mark", "counted", "language", "created_at")
EVENT = ("verb", "object", "language", "region", "data", "occurred_at", "received_at")


def give(user: Any) -> Rows:
    """Return each course with its answers and events, and courses she was named for."""
    taken = Enrolment.objects.filter(learner=user).select_related("course")
    passes = CoursePass.objects.filter(person=user).select_related("course")
    named = [
        {"course": row.course.code, "named_at": row.given_at, "ended_at": row.ended_at}
        for row in passes
    ]
    return [_course(row) for row in taken] + named


def _course(row: Enrolment) -> dict[str, Any]:
    attempts = list(Attempt.objects.filter(enrolment=row).order_by("created_at").values(*ATTEMPT))
    for attempt in attempts:
        responses = Response.objects.filter(attempt=attempt["id"]).order_by("number")
        attempt["answers"] = list(responses.values(*RESPONSE))
    events = LearningEvent.objects.filter(enrolment=row).order_by("received_at").values(*EVENT)
    known = {name: getattr(row, name) for name in ENROLMENT}
    return {"course": row.course.code, **known, "questions": attempts, "events": list(events)}


def erase(user: Any) -> None:
    """Delete the person's work in courses.

    The database deletes events of visitors only, so the work becomes that of a visitor nobody is,
    and goes as forgotten visitors' work does.
    """
    for row in Enrolment.objects.select_for_update().filter(learner=user):
        row.learner, row.visitor = None, visitor_hash(ids.token())
        row.save(update_fields=["learner", "visitor"])
        row.delete()
    # The key of the events' person is no foreign key; none may be left, wherever it came from.
    LearningEvent.objects.filter(learner=user.public_id).update(learner=ids.uuid7())


register("courses", give, erase)
inventory.add(
    {
        "courses.enrolment": ("learning", _("courses you began, when, your place and your result")),
        "courses.coursepass": ("learning", _("courses you were named for, and by whom")),
        "courses.attempt": ("learning", _("questions you saw, and answers begun")),
        "courses.response": ("learning", _("your answers and their marks")),
        "courses.learningevent": ("learning", _("lessons opened and completed, with the time")),
        "courses.progressfacts": ("learning", ""),
        **dict.fromkeys(
            (
                "courses.blockalternative", "courses.course", "courses.courseindexpage",
                "courses.coursemedia", "courses.coursepacktext", "courses.coursepage",
                "courses.courserelease", "courses.importedtext", "courses.lessonpage",
                "courses.modulepage", "courses.question", "courses.questionversion",
                "courses.releasetext",
            ),
            (inventory.TECHNICAL, ""),
        ),
    }
)  # fmt: skip
