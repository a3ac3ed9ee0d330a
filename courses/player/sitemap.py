"""Public courses for search engines: catalogue, course pages and lessons, in each language."""

from dataclasses import dataclass
from typing import Any

from django.contrib.sitemaps import Sitemap
from django.urls import reverse
from django.utils import translation

from courses.catalogue.edition import edition
from courses.catalogue.models import Course
from portal.languages.table import CODES


@dataclass(frozen=True)
class Place:
    """An address in one language, and the languages the same content exists in."""

    path: str
    language: str
    languages: tuple[str, ...]


class CourseSitemap(Sitemap[Place]):
    """Only what exists: a language a lesson is not offered in is not listed."""

    limit = 5_000

    def items(self) -> list[Place]:
        places = [Place(_path("catalogue", code), code, CODES) for code in CODES]
        for course in Course.objects.filter(listed=True).exclude(release=None).order_by("code"):
            places += _course(course)
        return places

    def location(self, item: Place) -> str:
        return item.path

    def _urls(self, page: Any, protocol: str, domain: str) -> list[dict[str, Any]]:
        urls: list[dict[str, Any]] = super()._urls(page, protocol, domain)
        for url in urls:
            place: Place = url["item"]
            rest = place.path.removeprefix(f"/{place.language}")
            url["alternates"] = [
                {"lang_code": code, "location": f"{protocol}://{domain}/{code}{rest}"}
                for code in place.languages
            ]
        return urls


def _path(name: str, language: str, *arguments: object) -> str:
    with translation.override(language):
        return reverse(name, args=arguments)


def _course(course: Course) -> list[Place]:
    shown = edition(course.release_id, course.mark)
    if shown.settings["access"] != "public":
        return []
    offered = tuple(shown.languages())
    places = [Place(_path("course", code, shown.slug), code, offered) for code in offered]
    for placed in shown.lessons.values():
        codes = tuple(shown.languages(placed.lesson["id"]))
        slug = placed.lesson["slug"]
        places += [Place(_path("step", code, shown.slug, slug, 1), code, codes) for code in codes]
    return places
