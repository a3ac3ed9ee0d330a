"""Courses and lessons as cards of links in posts: those the person may take."""

import re
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from courses import permissions
from courses.catalogue.pages import CoursePage, LessonPage
from portal.cards import Card, register
from portal.languages.table import CODES, direction
from portal.markings.labels import label_of

_PATH = re.compile(
    rf"/(?:{'|'.join(CODES)})/courses/(?P<course>[-\w]+)/(?:(?P<lesson>[-\w]+)/(?:\d+/)?)?"
)
# Pages of a course that are no lessons.
OTHERS = frozenset({"start", "move", "due", "result", "why"})


def read_course(path: str) -> str:
    """Return the slug of the course an address leads to; "" for others."""
    found = _PATH.fullmatch(path)
    return found["course"] if found and (not found["lesson"] or found["lesson"] in OTHERS) else ""


def read_lesson(path: str) -> str:
    """Return ``course.lesson`` of the lesson an address leads to; "" for others."""
    found = _PATH.fullmatch(path)
    if not found or not found["lesson"] or found["lesson"] in OTHERS:
        return ""
    return f"{found['course']}.{found['lesson']}"


def _courses(user: Any, slugs: set[str], language: str) -> list[CoursePage]:
    """Return the live courses she may take, those in her language last."""
    rows = CoursePage.objects.live().filter(
        slug__in=slugs, access__in=permissions.accesses_of(user),
        locale__language_code__in={language, "en"},
    )  # fmt: skip
    return sorted(
        rows.select_related("locale"), key=lambda row: row.locale.language_code == language
    )


def find_courses(user: Any, keys: list[str], language: str) -> dict[str, Card]:
    """Return the cards of courses by slug. One query."""
    return {
        page.slug: _card(page, _("Course"), page, language, reverse("course", args=[page.slug]))
        for page in _courses(user, set(keys), language)
    }


def find_lessons(user: Any, keys: list[str], language: str) -> dict[str, Card]:
    """Return the cards of lessons by ``course.lesson``. Two queries."""
    wanted = {key: key.partition(".") for key in keys}
    courses = _courses(user, {course for course, _dot, _lesson in wanted.values()}, language)
    if not courses:
        return {}
    slugs = {lesson for _course, _dot, lesson in wanted.values()}
    lessons = LessonPage.objects.live().filter(
        slug__in=slugs, locale__in={row.locale_id for row in courses}
    )
    found = {}
    rows = list(lessons.select_related("locale"))
    for course in courses:
        for lesson in rows:
            key = f"{course.slug}.{lesson.slug}"
            if key in wanted and lesson.path.startswith(course.path):
                url = reverse("lesson", args=[course.slug, lesson.slug])
                found[key] = _card(lesson, _("Lesson"), course, language, url)
    return found


def _card(page: Any, kind: Any, course: CoursePage, language: str, url: str) -> Card:
    code = page.locale.language_code
    foreign = code != language
    return Card(
        title=page.title,
        kind=kind,
        label=str(label_of(course.label.removeprefix("TLP:"))),
        url=url,
        language=code if foreign else "",
        direction=direction(code) if foreign else "",
    )


register("course", read_course, find_courses)
register("lesson", read_lesson, find_lessons)
