"""Who can be searched. The halves of the product register a provider for each kind of result.

A kind is one facet of the results page: pages, news, events; courses add theirs when they start::

    from portal.search.registry import Found, Hit, register

    register("course", find_courses, label=gettext_lazy("Courses"))
"""

from dataclasses import dataclass, field
from typing import Any, Protocol

from django.utils.functional import Promise


@dataclass(frozen=True)
class Hit:
    """One result. ``text`` is plain text: the excerpt with the words found is cut from it."""

    title: str
    url: str
    kind: str
    language: str
    text: str = ""
    details: str = ""


@dataclass(frozen=True)
class Found:
    """What a provider answers: ``total`` of all matches and the ``hits`` asked for, best first."""

    total: int
    hits: list[Hit] = field(default_factory=list)


class Provider(Protocol):
    """Finds what ``user`` may see, in one content language.

    ``terms`` are words in the form of ``portal.shared.text.search_terms``; every one must occur.
    Returns the matches from ``offset`` on, at most ``limit`` (0 asks for the total alone).
    The total counts only what the user may see.
    """

    def __call__(
        self, terms: list[str], language: str, user: Any, limit: int, offset: int
    ) -> Found: ...


class LanguageCounter(Protocol):
    """Counts what ``user`` may see in all languages at once: language code → matches."""

    def __call__(self, terms: list[str], user: Any) -> dict[str, int]: ...


@dataclass(frozen=True)
class Kind:
    """A registered provider and the name of its facet."""

    name: str
    label: str | Promise
    find: Provider
    count: LanguageCounter | None = None


_kinds: dict[str, Kind] = {}


def register(
    name: str,
    provider: Provider,
    *,
    label: str | Promise,
    languages: LanguageCounter | None = None,
) -> None:
    """Offer ``provider`` under ``name``. A second registration of a name replaces the first.

    ``languages`` spares the empty result one question per language.
    """
    _kinds[name] = Kind(name, label, provider, languages)


def kinds() -> list[Kind]:
    """Return the registered kinds in the order of their registration."""
    return list(_kinds.values())
