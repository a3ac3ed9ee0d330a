"""Who is reading which course: resolved once per request, in one or two queries."""

from dataclasses import dataclass
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.utils import translation
from django.utils.functional import cached_property

from courses import permissions
from courses.catalogue.edition import Edition, Placed, edition
from courses.catalogue.models import Course
from courses.enrolment.models import Enrolment
from courses.enrolment.services import enrol
from portal.shared import ratelimit
from portal.shared.errors import TooMany
from portal.shared.http import client_address
from portal.shared.ids import token

VISITOR_COOKIE = "learning"
VISITOR_SECONDS = 30 * 24 * 3600


@dataclass
class Reader:
    """A person (account or visitor) in front of one course, in one interface language."""

    user: Any
    visitor: str
    language: str
    course: Course
    enrolment: Enrolment | None
    edition: Edition
    address: str = ""

    @property
    def region(self) -> str:
        if self.user.is_authenticated:
            return self.user.region_id or ""
        return self.enrolment.region if self.enrolment else ""

    @property
    def summary(self) -> dict[str, Any]:
        """Stored states: ``{"lessons": {id: state}, "steps": …, "modules": …, "questions": …}``."""
        return self.enrolment.summary if self.enrolment else {}

    @cached_property
    def why_not(self) -> str:
        """Return ``""`` or why the person may not take the course (``permissions.why_not``)."""
        return permissions.why_not(self.user, self.edition.settings["access"], self.course.pk)

    @property
    def may_learn(self) -> bool:
        return not self.why_not

    def state(self, part: str, key: str) -> str:
        """Return the stored state of a ``lessons``, ``steps`` or ``modules`` entry."""
        return self.summary.get(part, {}).get(key, "none")

    def begin(self) -> Enrolment:
        """Return the enrolment, made now if there is none (a visitor gets a key first).

        Raises TooMany where one address begins more than a large class would.
        """
        if self.enrolment is None:
            if not self.user.is_authenticated and (
                wait := ratelimit.wait(self.address, "visitor-starts")
            ):
                raise TooMany(wait)
            if not self.user.is_authenticated and not self.visitor:
                self.visitor = token()
            self.enrolment = enrol(
                course=self.course,
                user=self.user if self.user.is_authenticated else None,
                visitor=self.visitor,
                language=self.language,
                region=self.region,
            )
        return self.enrolment

    def remember(self, request: HttpRequest, response: HttpResponse) -> HttpResponse:
        """Let the browser keep a visitor's key for 30 days from the last act."""
        if self.visitor and not self.user.is_authenticated:
            response.set_cookie(
                VISITOR_COOKIE,
                self.visitor,
                max_age=VISITOR_SECONDS,
                httponly=True,
                samesite="Lax",
                secure=request.is_secure(),
            )
        return response


def visitor_key(request: HttpRequest) -> str:
    """Return the browser's key if it looks like one of ours, else an empty string."""
    key = request.COOKIES.get(VISITOR_COOKIE, "")
    return key if 20 <= len(key) <= 64 and key.isascii() else ""


def reader_for(request: HttpRequest, slug: str) -> Reader:
    """Return the reader of a course. Raises Http404 for a course that is not there for them."""
    user, visitor = request.user, visitor_key(request)
    enrolment = permissions.get_enrolment_for(user, visitor, slug)
    course = enrolment.course if enrolment else permissions.get_course_for(user, slug)
    begun = enrolment is not None and enrolment.state != "none"
    release = enrolment.release_id if enrolment and begun else course.release_id
    return Reader(
        user=user,
        visitor=visitor,
        language=translation.get_language() or "en",
        course=course,
        enrolment=enrolment,
        edition=edition(release, course.mark),
        address=client_address(request),
    )


def lesson_for(reader: Reader, slug: str) -> Placed:
    """Return a lesson the reader may take. Raises Http404 otherwise."""
    placed = reader.edition.lessons.get(slug)
    if placed is None or not reader.may_learn:
        raise Http404
    return placed


def step_for(reader: Reader, slug: str, number: int) -> tuple[Placed, dict[str, Any]]:
    """Return a lesson and one of its steps (numbers from 1). Raises Http404 otherwise."""
    placed = lesson_for(reader, slug)
    steps = placed.lesson["steps"]
    if not 1 <= number <= len(steps):
        raise Http404
    return placed, steps[number - 1]


def question_for(reader: Reader, block: str) -> tuple[Placed, int, dict[str, Any]]:
    """Return where a question block stands, and its entry. Raises Http404 otherwise."""
    found = reader.edition.blocks.get(block)
    if found is None or not found[2].get("question") or not reader.may_learn:
        raise Http404
    return found
