"""What the ground asks the courses about, without knowing them; courses answer at start-up."""

from collections.abc import Iterable
from typing import Any, Protocol
from uuid import UUID

from django.db.models import QuerySet
from wagtail.models import Page


class CourseBook(Protocol):
    """The courses there are, as far as roles need them."""

    def choices(self) -> list[tuple[UUID, str]]:
        """Return identity (translation key) and title of every course, by title."""

    def indexes(self) -> QuerySet[Page]:
        """Return the pages all courses lie below, one in each language."""

    def permissions(self, role: str) -> Iterable[str]:
        """Return the model permissions (``app.codename``) a role needs for what is no page."""


class NoCourses:
    """Stands in while no half has answered."""

    def choices(self) -> list[tuple[UUID, str]]:
        return []

    def indexes(self) -> QuerySet[Page]:
        found: QuerySet[Page] = Page.objects.none()
        return found

    def permissions(self, role: str) -> Iterable[str]:
        return ()


_book: CourseBook = NoCourses()


def register(book: CourseBook) -> None:
    """Let ``book`` answer from now on."""
    global _book
    _book = book


def book() -> CourseBook:
    """Return who answers."""
    return _book


def title_of(course: Any) -> str:
    """Return the title of a course, "" for none or an unknown one."""
    return dict(_book.choices()).get(course, "") if course else ""
