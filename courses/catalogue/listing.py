"""The catalogue: all listed courses in memory, filtered and counted there.

The list is read again when the sum of the courses' marks or their number changes (one query).
"""

from collections import Counter, OrderedDict
from collections.abc import Mapping
from threading import Lock
from typing import Any
from urllib.parse import urlencode

from django.core.paginator import Paginator
from django.db.models import Count, Sum
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext

from courses.catalogue import kinds
from courses.catalogue.models import Course, CourseRelease, ReleaseText
from portal.languages.table import BY_CODE, CODES, nearest
from portal.organisations.regions import name as region_name

PER_PAGE = 12
FACETS = ("topic", "level", "language", "region")
_kept: OrderedDict[Any, Any] = OrderedDict()
_lock = Lock()


def catalogue_page(query: Mapping[str, str], state: tuple[int, int]) -> dict[str, Any]:
    """Return the catalogue for the filters in an address; unknown values count as none."""
    entries = _entries(state)
    facets = {name: _facet(name, entries) for name in FACETS}
    chosen = {
        name: [v for v in _values(query, name) if v in {row["value"] for row in facets[name]}]
        for name in FACETS
    }
    found = [entry for entry in entries if _fits(entry, chosen)]
    pages = Paginator(found, PER_PAGE)
    page = pages.get_page(query.get("page"))
    for name, rows in facets.items():
        others = chosen | {name: []}
        counts = Counter(v for entry in entries if _fits(entry, others) for v in entry[name])
        for row in rows:
            row["count"], row["checked"] = counts[row["value"]], row["value"] in chosen[name]
    return {
        "page_obj": page,
        "total": len(found),
        "facets": [
            {"name": name, "title": _title(name), "options": rows} for name, rows in facets.items()
        ],
        "chips": _chips(facets, chosen),
        "clear_url": reverse("catalogue"),
        "query": urlencode(chosen, doseq=True),
        "language": translation.get_language(),
    }


def _values(query: Any, name: str) -> list[str]:
    return (
        query.getlist(name) if hasattr(query, "getlist") else [query[name]] if name in query else []
    )


def _fits(entry: dict[str, Any], chosen: dict[str, list[str]]) -> bool:
    return all(not values or set(values) & set(entry[name]) for name, values in chosen.items())


def _title(name: str) -> str:
    return {
        "topic": gettext("Topic"),
        "level": gettext("Level"),
        "language": gettext("Language of the course"),
        "region": gettext("Region with its own texts"),
    }[name]


def _facet(name: str, entries: list[dict[str, Any]]) -> list[dict[str, Any]]:
    used = {value for entry in entries for value in entry[name]}
    labels = {
        "topic": dict(kinds.TOPICS),
        "level": dict(kinds.LEVELS),
        "language": {code: BY_CODE[code].name for code in CODES},
        "region": {code: region_name(code) for code in sorted(used)} if name == "region" else {},
    }[name]
    return [{"value": key, "label": str(label)} for key, label in labels.items() if key in used]


def _chips(facets: dict[str, Any], chosen: dict[str, list[str]]) -> list[dict[str, str]]:
    chips = []
    for name, values in chosen.items():
        for value in values:
            rest = chosen | {name: [other for other in values if other != value]}
            label = next(row["label"] for row in facets[name] if row["value"] == value)
            query = urlencode(rest, doseq=True)
            chips.append(
                {"label": label, "remove_url": f"?{query}" if query else reverse("catalogue")}
            )
    return chips


def catalogue_state() -> tuple[int, int]:
    """Return what changes whenever the catalogue does: sum of marks and number of courses."""
    state = Course.objects.filter(listed=True).aggregate(sum=Sum("mark"), count=Count("pk"))
    return state["sum"] or 0, state["count"]


def _entries(state: tuple[int, int]) -> list[dict[str, Any]]:
    """Return one entry per listed course in the reader's (or the nearest) language."""
    language = translation.get_language() or "en"
    key = (*state, language)
    with _lock:
        if key in _kept:
            _kept.move_to_end(key)
            return _kept[key]
    entries = _read(language)
    with _lock:
        _kept[key] = entries
        while len(_kept) > 3 * len(CODES):
            _kept.popitem(last=False)
    return entries


def forget() -> None:
    """Drop what is kept (tests, where one database follows another)."""
    with _lock:
        _kept.clear()


def _read(language: str) -> list[dict[str, Any]]:
    courses = list(Course.objects.filter(listed=True).exclude(release=None).order_by("code"))
    ids = [course.release_id for course in courses]
    settings = dict(CourseRelease.objects.filter(pk__in=ids).values_list("pk", "manifest__course"))
    words: dict[int, dict[str, Any]] = {}
    regions: dict[int, set[str]] = {}
    rows = ReleaseText.objects.filter(release__in=ids).order_by("pk")
    for release, code, text, alternatives in rows.values_list(
        "release_id", "language", "content__course", "content__alternatives"
    ):
        words.setdefault(release, {})[code] = text
        regions.setdefault(release, set()).update(row["region"] for row in alternatives or [])
    return [
        _entry(course, settings[course.release_id], words[course.release_id],
               sorted(regions[course.release_id]), language)
        for course in courses
        if course.release_id in words
    ]  # fmt: skip


def _entry(
    course: Course,
    settings: dict[str, Any],
    words: dict[str, Any],
    regions: list[str],
    language: str,
) -> dict[str, Any]:
    offered = [code for code in CODES if code in words]
    shown = nearest(language, offered) or offered[0]
    return {
        "url": reverse("course", args=[course.slug]),
        "code": course.code,
        "title": words[shown]["title"],
        "summary": words[shown]["summary"],
        "shown": shown if shown != language else "",
        "direction": BY_CODE[shown].direction,
        "minutes": settings["minutes"],
        "level_name": str(dict(kinds.LEVELS)[settings["level"]]),
        "access": settings["access"],
        "access_name": str(dict(kinds.ACCESS)[settings["access"]]),
        "languages": [BY_CODE[code] for code in offered],
        "topic": settings["topics"],
        "level": [settings["level"]],
        "language": offered,
        "region": regions,
    }
