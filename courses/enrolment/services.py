"""Beginning a course, setting oneself a date, and taking a visitor's work into an account."""

import hashlib
from datetime import date
from typing import Any

from django.db import IntegrityError, transaction

from courses.attempts.models import Attempt
from courses.catalogue.models import Course
from courses.enrolment.models import Enrolment
from courses.progress.models import LearningEvent, ProgressFacts
from courses.progress.services import rebuild
from portal.shared.clock import now


def visitor_hash(key: str) -> str:
    """Return what is stored of a visitor's random key: its SHA-256 (hex), never the key."""
    return hashlib.sha256(key.encode()).hexdigest() if key else ""


def enrol(*, course: Course, user: Any, visitor: str, language: str, region: str = "") -> Enrolment:
    """Return the person's enrolment in a course, made now if there is none.

    ``user`` is an account or None; ``visitor`` is the browser's random key (used without account).
    Two requests at once give one enrolment.
    """
    owner: dict[str, Any] = {"learner": user} if user else {"visitor": visitor_hash(visitor)}
    found = Enrolment.objects.select_related("course").filter(course=course, **owner).first()
    if found:
        return found
    moment = now()
    try:
        with transaction.atomic():
            return Enrolment.objects.create(
                **owner,
                course=course,
                release_id=course.release_id,
                language=language,
                region=region,
                created_at=moment,
                last_at=moment,
            )
    except IntegrityError:
        return Enrolment.objects.select_related("course").get(course=course, **owner)


def set_due(*, enrolment: Enrolment, due_on: date | None) -> Enrolment:
    """Store the day the learner wants to be done by, or none."""
    enrolment.due_on = due_on
    enrolment.save(update_fields=["due_on"])
    return enrolment


@transaction.atomic
def claim(*, user: Any, visitor: str) -> int:
    """Give an account what its owner did as a visitor; return the number of courses taken over.

    Where the account has the course already, the events join it and the state is computed anew;
    an attempt at a question that exists twice keeps the account's own.
    """
    key = visitor_hash(visitor)
    if not key:
        return 0
    rows = list(Enrolment.objects.select_for_update().filter(visitor=key, learner__isnull=True))
    for row in rows:
        own = Enrolment.objects.filter(learner=user, course_id=row.course_id).first()
        if own is None:
            LearningEvent.objects.filter(enrolment=row).update(learner=user.public_id)
            row.learner, row.visitor = user, ""
            row.save(update_fields=["learner", "visitor"])
        else:
            _merge(row, own, user)
    return len(rows)


def _merge(visitor_row: Enrolment, own: Enrolment, user: Any) -> None:
    LearningEvent.objects.filter(enrolment=visitor_row).update(
        learner=user.public_id, enrolment=own
    )
    mine = Attempt.objects.filter(enrolment=own).values_list("block", flat=True)
    Attempt.objects.filter(enrolment=visitor_row).exclude(block__in=list(mine)).update(
        enrolment=own
    )
    if not own.bookmark or visitor_row.last_at > own.last_at:
        own.bookmark = visitor_row.bookmark or own.bookmark
        own.last_at = max(visitor_row.last_at, own.last_at)
        own.save(update_fields=["bookmark", "last_at"])
    ProgressFacts.objects.filter(enrolment=visitor_row).delete()
    visitor_row.delete()
    rebuild(enrolment=own)


def forget_visitors(*, before: Any) -> int:
    """Delete visitors' work that was not touched since ``before``; return how many courses."""
    old = Enrolment.objects.filter(learner__isnull=True, last_at__lt=before)
    count = old.count()
    old.delete()
    return count
