"""What a learner does besides answering: opening, completing, moving to a new edition."""

from typing import Any
from uuid import UUID

from courses.catalogue.edition import Placed
from courses.catalogue.models import CourseRelease
from courses.enrolment.models import Enrolment
from courses.player.reader import Reader
from courses.progress.services import Happening, migrate, record
from portal.shared.errors import NotAllowed

LONGEST_READING = 4 * 3600  # seconds of one step that are believed


def next_place(reader: Reader, placed: Placed, number: int) -> tuple[Placed, int] | None:
    """Return the step after this one, in the next lesson if need be; None at the end."""
    if number < len(placed.lesson["steps"]):
        return placed, number + 1
    lessons = list(reader.edition.lessons.values())
    following = lessons[placed.index + 1 :]
    return (following[0], 1) if following else None


def previous_place(reader: Reader, placed: Placed, number: int) -> tuple[Placed, int] | None:
    """Return the step before this one, in the lesson before if need be; None at the beginning."""
    if number > 1:
        return placed, number - 1
    if placed.index == 0:
        return None
    before = list(reader.edition.lessons.values())[placed.index - 1]
    return before, len(before.lesson["steps"])


def bookmark_at(placed: Placed, number: int, block: str = "") -> dict[str, str]:
    """Return a bookmark: lesson, step and block by UUID."""
    step = placed.lesson["steps"][number - 1]
    inside = {entry["id"] for entry in step["blocks"]}
    return {
        "lesson": placed.lesson["id"],
        "step": step["id"],
        "block": block if block in inside else "",
    }


def open_step(
    *, reader: Reader, placed: Placed, number: int, block: str, seconds: int, event: UUID | None
) -> Enrolment | None:
    """Note that a step is open, where in it the reader is, and how long it was read.

    A visitor who only reads leaves no trace: nothing is stored before the first act.
    """
    if reader.enrolment is None and not reader.user.is_authenticated:
        return None
    step = placed.lesson["steps"][number - 1]
    data: dict[str, Any] = {"block": block} if block else {}
    if seconds > 0:
        data["seconds"] = min(seconds, LONGEST_READING)
    verb = "viewed" if seconds > 0 else "opened"
    return record(
        enrolment=begin(reader),
        happenings=[Happening(verb, step["id"], data, id=event)],
        language=reader.language,
        bookmark=bookmark_at(placed, number, block),
    )


def complete_step(*, reader: Reader, placed: Placed, number: int, seconds: int) -> Enrolment:
    """Note that the reader is done with a step; the bookmark goes to the next one."""
    step = placed.lesson["steps"][number - 1]
    data = {"seconds": min(seconds, LONGEST_READING)} if seconds > 0 else {}
    after = next_place(reader, placed, number)
    return record(
        enrolment=begin(reader),
        happenings=[
            Happening("viewed", step["id"], data),
            Happening("marked_complete", step["id"]),
        ],
        language=reader.language,
        bookmark=bookmark_at(*(after or (placed, number))),
    )


def begin(reader: Reader) -> Enrolment:
    """Return the enrolment, on the newest edition if nothing was done yet.

    Raises NotAllowed where the course needs another one first.
    """
    if reader.enrolment is None and (missing := missing_courses(reader)):
        raise NotAllowed(", ".join(missing))
    enrolment = reader.begin()
    if enrolment.state == "none" and enrolment.release_id != reader.edition.id:
        enrolment.release_id = reader.edition.id
        enrolment.save(update_fields=["release"])
    return enrolment


def missing_courses(reader: Reader) -> list[str]:
    """Return the codes of courses to pass first."""
    needs = reader.edition.settings["needs"]
    if not needs:
        return []
    passed: set[str] = set()
    if reader.user.is_authenticated:
        passed = set(
            Enrolment.objects.filter(
                learner=reader.user, state="passed", course__code__in=needs
            ).values_list("course__code", flat=True)
        )
    return [code for code in needs if code not in passed]


def move_to_newest(*, reader: Reader) -> Enrolment | None:
    """Move a learner to the newest edition of the course she is in."""
    if reader.enrolment is None or reader.course.release_id is None:
        return None
    release = CourseRelease.objects.get(pk=reader.course.release_id)
    return migrate(enrolment=reader.enrolment, release=release, language=reader.language)
