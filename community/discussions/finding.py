"""Finds posts by their words, the newest first, and counts them by facet.

Only spaces she reads are asked for in the index itself, and each post is read through
``permissions.visible`` once more: no count knows of what she may not read. At most a thousand
posts are looked through; the page says so when there are more.
"""

from collections import Counter
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import urlencode

from django.http import QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _

from community.discussions import index_tables
from community.discussions.kinds import TopicKind
from community.discussions.models import Post, Space
from community.discussions.permissions import spaces_visible_to, visible
from community.discussions.rows import address, title_of
from community.discussions.spaces import name_of
from community.discussions.topic_page import name_said
from portal.languages.table import BY_CODE
from portal.search.forms import SearchForm
from portal.shared.html import excerpt, without_markup

MOST = 1_000  # posts that are looked through and counted
PART = 1_000
PARTS = 10
PER_PAGE = 20
FACETS = ("space", "kind", "answered", "language")
YES, NO = "yes", "no"


@dataclass(frozen=True)
class Asked:
    """What is asked for, read strictly from the address."""

    text: str = ""
    terms: tuple[str, ...] = ()
    chosen: dict[str, str] = field(default_factory=dict)
    page: int = 1
    error: str = ""

    def query(self, **other: Any) -> str:
        """Return the query string, with other values of facets or another page."""
        pairs = {"q": self.text} | self.chosen | {key: str(one) for key, one in other.items()}
        return urlencode({key: one for key, one in pairs.items() if one})


@dataclass(frozen=True)
class Found:
    """Numbers of posts, how many there are by facet and value; ``more``: not all are counted."""

    keys: list[int] = field(default_factory=list)
    counts: dict[str, Counter[str]] = field(default_factory=dict)
    more: bool = False


def read(query: QueryDict) -> Asked:
    """Return what a query string asks for; what is not understood is left out."""
    form = SearchForm(query)
    error = "" if form.is_valid() else str(next(iter(form.errors["q"])))
    known = {"kind": set(TopicKind.values), "answered": {YES, NO}, "language": set(BY_CODE)}
    chosen = {
        name: query[name]
        for name in FACETS
        if name in query and (name == "space" or query[name] in known[name])
    }
    page = query.get("page", "")
    number = int(page[:9]) if page.isascii() and page.isdecimal() else 1  # beyond: the last one
    terms = () if error else tuple(form.terms)
    return Asked(form.text[:200], terms, chosen, max(1, number), error)


def find(user: Any, asked: Asked) -> Found:
    """Return what she may read of it. Two queries for each thousand posts with these words."""
    spaces = {row.pk: str(row.public_id) for row in spaces_visible_to(user)}
    if not asked.terms or not spaces:
        return Found()
    keys: list[int] = []
    counts: dict[str, Counter[str]] = {name: Counter() for name in FACETS}
    before: int | None = None
    for _part in range(PARTS):
        numbers = index_tables.newest(asked.terms, sorted(spaces), limit=PART, before=before)
        for key, values in _values(user, numbers, spaces):
            _count(asked.chosen, values, counts)
            if all(values[name] == one for name, one in asked.chosen.items()):
                keys.append(key)
        if len(numbers) < PART:
            return Found(keys[:MOST], counts, len(keys) > MOST)
        if len(keys) >= MOST:
            break
        before = numbers[-1]
    return Found(keys[:MOST], counts, True)


def _values(
    user: Any, numbers: list[int], spaces: dict[int, str]
) -> list[tuple[int, dict[str, str]]]:  # fmt: skip
    """Return the posts that stand where she reads, newest first, each with its facets."""
    rows = Post.objects.filter(
        pk__in=numbers, deleted_at=None, hidden_at=None, topic__space__in=visible_spaces(user)
    ).values_list("pk", "topic__space", "topic__kind", "topic__accepted", "topic__language")
    found = [
        (key, {
            "space": spaces.get(space, ""), "kind": kind, "answered": YES if accepted else NO,
            "language": language,
        })
        for key, space, kind, accepted, language in rows
    ]  # fmt: skip
    return sorted(found, key=lambda row: -row[0])


def visible_spaces(user: Any) -> Any:
    """Return the numbers of the spaces she reads, for a query."""
    return spaces_visible_to(user).select_related(None).values("pk")


def _count(chosen: dict[str, str], values: dict[str, str], counts: dict[str, Counter[str]]) -> None:
    """Count a post under each facet whose other facets it fits."""
    for name in FACETS:
        if all(values[other] == one for other, one in chosen.items() if other != name):
            counts[name][values[name]] += 1


def page(user: Any, asked: Asked) -> dict[str, Any]:
    """Return a page of results with its facets."""
    found = find(user, asked)
    pages = max(1, -(-len(found.keys) // PER_PAGE))
    number = min(asked.page, pages)
    part = found.keys[(number - 1) * PER_PAGE : number * PER_PAGE]
    asked = replace(asked, page=number)
    base = reverse("discussion_search")
    return {
        "asked": asked,
        "rows": rows_of(user, part, asked.terms),
        "total": len(found.keys),
        "more": found.more,
        "most": MOST,
        "facets": _facets(user, asked, found, base),
        "page": number,
        "pages": pages,
        "previous": f"{base}?{asked.query(page=number - 1)}" if number > 1 else "",
        "next": f"{base}?{asked.query(page=number + 1)}" if number < pages else "",
    }


def rows_of(user: Any, keys: list[int], terms: tuple[str, ...]) -> list[dict[str, Any]]:
    """Return posts as results, in this order. One query."""
    rows = Post.objects.filter(
        pk__in=keys, deleted_at=None, hidden_at=None, topic__in=visible(user).values("pk")
    ).select_related("topic__space__group", "author")
    by_key = {row.pk: row for row in rows}
    return [
        {
            "title": title_of(post.topic), "url": address(post.topic, post.number), "post": post,
            "label": post.topic.label, "space": name_of(post.topic.space),
            "author": name_said(post.author), "topic": post.topic,
            "text": excerpt(without_markup(post.html), list(terms)),
        }
        for post in (by_key[key] for key in keys if key in by_key)
    ]  # fmt: skip


def _facets(user: Any, asked: Asked, found: Found, base: str) -> list[dict[str, Any]]:
    names: dict[str, dict[str, Any]] = {
        "space": {str(row.public_id): name_of(row) for row in _spaces(user, found)},
        "kind": dict(TopicKind.choices),
        "answered": {YES: _("Answer accepted"), NO: _("No accepted answer")},
        "language": {code: row.name for code, row in BY_CODE.items()},
    }
    titles = {
        "space": _("Space"), "kind": _("Kind of topic"), "answered": _("Answer"),
        "language": _("Language"),
    }  # fmt: skip
    return [
        {
            "title": titles[name],
            "options": [
                {
                    "label": label, "count": found.counts.get(name, Counter())[value],
                    "checked": asked.chosen.get(name) == value,
                    "url": f"{base}?" + asked.query(
                        **{name: "" if asked.chosen.get(name) == value else value, "page": ""}
                    ),
                }
                for value, label in names[name].items()
                if found.counts.get(name, Counter())[value] or asked.chosen.get(name) == value
            ],
        }
        for name in FACETS
    ]  # fmt: skip


def _spaces(user: Any, found: Found) -> list[Space]:
    keys = [key for key in found.counts.get("space", ()) if key]
    return list(spaces_visible_to(user).filter(public_id__in=keys))
