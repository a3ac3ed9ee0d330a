"""Fills a data folder for measuring. Run as a program: ``python -m tests.load.data FOLDER SIZE``.

SIZE is small (5 courses, a learner with 50 events) or large (500 courses, 50,000 events). Prints
the plan as JSON: who has which session, and which addresses exist. Sessions are made here, since
signing in is not what is measured.
"""

import copy
import json
import sys
import uuid
from datetime import timedelta
from typing import Any

import django

LEARNERS = 200
SIZES = {"small": (5, 50), "large": (500, 50_000)}
CODE = "C1"


def _learners() -> list[Any]:
    from portal.accounts.models import User

    rows = [
        User(email=f"learner{number}@load.example", name=f"Learner {number}", password="!")
        for number in range(LEARNERS)
    ]
    User.objects.bulk_create(rows)
    try:
        from allauth.account.models import EmailAddress
    except ImportError:
        return rows
    EmailAddress.objects.bulk_create(
        EmailAddress(user=row, email=row.email, verified=True, primary=True) for row in rows
    )
    return rows


def _session(user: Any) -> str:
    """Return the key of a session in which the person is signed in."""
    from django.conf import settings
    from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
    from django.contrib.sessions.backends.db import SessionStore

    from portal.accounts import session_limits

    store = SessionStore()
    store[SESSION_KEY] = str(user.pk)
    store[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    store[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session_limits.begin(store)
    store.save()
    return str(store.session_key)


def _more_courses(count: int) -> None:
    """Copy the shipped course until there are ``count``: other families, addresses and titles."""
    from courses.catalogue.models import Course, CourseRelease, ReleaseText

    original = Course.objects.get(code=CODE)
    texts = list(ReleaseText.objects.filter(release=original.release))
    for number in range(Course.objects.count(), count):
        family = uuid.uuid4()
        release = copy.copy(original.release)
        release.pk, release.family, release.code = None, family, f"L{number}"
        release.slug = f"load-{number}"
        release._state.adding = True
        release.save()
        ReleaseText.objects.bulk_create(
            ReleaseText(
                release=release, language=row.language, digest=row.digest, content=row.content,
                created_at=row.created_at,
            )
            for row in texts
        )  # fmt: skip
        Course.objects.create(
            family=family, slug=release.slug, code=release.code, release=release, mark=1
        )
    assert CourseRelease.objects.count() >= count


def _events(enrolment: Any, steps: list[str], count: int) -> None:
    """Give an enrolment a long history of opened steps and derive its progress from it."""
    from courses.progress.models import LearningEvent
    from courses.progress.services import rebuild
    from portal.shared import clock, ids

    began = clock.now() - timedelta(days=300)
    rows = []
    for number in range(count):
        moment = began + timedelta(minutes=8 * number)
        rows.append(
            LearningEvent(
                id=ids.uuid7(), learner=enrolment.learner.public_id, enrolment=enrolment,
                release_id=enrolment.release_id, verb="opened", object=steps[number % len(steps)],
                language="en", occurred_at=moment, received_at=moment,
            )
        )  # fmt: skip
    LearningEvent.objects.bulk_create(rows, batch_size=2000)
    rebuild(enrolment=enrolment)


def _steps(manifest: dict[str, Any]) -> list[tuple[str, str, int, dict[str, Any]]]:
    """Return (step id, lesson slug, number of the step, step) of a release in order."""
    return [
        (step["id"], lesson["slug"], number, step)
        for module in manifest["modules"]
        for lesson in module["lessons"]
        for number, step in enumerate(lesson["steps"], start=1)
    ]


def _questions(manifest: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the choice questions: block and two wrong-or-right answers that can be sent."""
    from courses.questions.models import QuestionVersion

    entries = [
        (entry, slug, number)
        for _, slug, number, step in _steps(manifest)
        for entry in step["blocks"]
        if entry.get("question")
    ]
    versions = QuestionVersion.objects.in_bulk([entry["version"] for entry, _, _ in entries])
    found = []
    for entry, _, _ in entries:
        payload = versions[entry["version"]].payload
        if payload["kind"] == "single":
            found.append({"block": entry["id"], "answer": payload["options"][0]["id"]})
    return found


def build(size: str) -> dict[str, Any]:
    """Fill the database and return the plan."""
    from courses.catalogue.models import Course
    from courses.enrolment.services import enrol

    courses, events = SIZES[size]
    course = Course.objects.select_related("release").get(code=CODE)
    steps = _steps(course.release.manifest)
    learners = _learners()
    for learner in learners:
        enrolment = enrol(course=course, user=learner, visitor="", language="en")
        _events(enrolment, [steps[0][0]], 1 if learner is not learners[0] else events)
    _more_courses(courses)
    middle = steps[len(steps) // 2]
    return {
        "course": course.slug,
        "lesson": middle[1],
        "step": middle[2],
        "questions": _questions(course.release.manifest),
        "sessions": [_session(learner) for learner in learners],
        "numbers": {"courses": Course.objects.count(), "events": events, "learners": LEARNERS},
    }


if __name__ == "__main__":
    django.setup()
    json.dump(build(sys.argv[1]), sys.stdout)
