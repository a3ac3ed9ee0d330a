"""Courses and lessons as results of the site's search."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from wagtail.models import Page

from courses import permissions
from courses.catalogue.pages import CoursePage, LessonPage
from portal.languages.versions import locale_id
from portal.search.query import beginnings_of_all
from portal.search.registry import Found, Hit, Provider, register


def _provider(model: type[Page], kind: str) -> Provider:
    """Return the provider for a page type. Counts and hits hold only courses the user may take."""

    def find(terms: list[str], language: str, user: Any, limit: int, offset: int) -> Found:
        rows = model.objects.live().filter(locale_id=locale_id(language))
        closed = CoursePage.objects.exclude(access__in=permissions.accesses_of(user))
        for course in closed.filter(locale_id=locale_id(language)):
            rows = rows.not_descendant_of(course, inclusive=True)
        results = rows.autocomplete(beginnings_of_all(terms))
        if not limit:
            return Found(results.count())
        pages = list(results[offset : offset + limit])
        total = results.count() if len(pages) == limit or offset else len(pages)
        return Found(total, [_hit(page, kind, language) for page in pages])

    return find


def _hit(page: Any, kind: str, language: str) -> Hit:
    return Hit(
        title=page.title,
        url=page.url or "",
        kind=kind,
        language=language,
        text=page.plain_text(),
    )


register("course", _provider(CoursePage, "course"), label=_("Courses"))
register("lesson", _provider(LessonPage, "lesson"), label=_("Lessons"))
