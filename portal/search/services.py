"""One search over everything the registered providers offer."""

from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from django.utils.functional import Promise

from portal.languages.table import CODES, LANGUAGES, Language
from portal.search.registry import Hit, Kind, kinds
from portal.shared.text import search_text

# Hits that are ranked and paged per kind. Whoever has more is better served by another word.
MOST = 200


@dataclass(frozen=True)
class Facet:
    """One kind of result with the number of hits, known before it is chosen."""

    name: str
    label: str | Promise
    count: int


@dataclass(frozen=True)
class Elsewhere:
    """Another language in which the same words are found."""

    language: Language
    count: int


@dataclass(frozen=True)
class Results:
    """All hits of the chosen kind, best first, and what else there is.

    ``total`` counts every match; ``hits`` holds at most MOST of each kind.
    """

    hits: list[Hit] = field(default_factory=list)
    total: int = 0
    everything: int = 0
    facets: list[Facet] = field(default_factory=list)
    elsewhere: list[Elsewhere] = field(default_factory=list)


def rank(hit: Hit, terms: list[str]) -> int:
    """Return 0 if the title holds every word, 1 if it holds their beginnings, else 2."""
    words = search_text(hit.title).split()
    if all(term in words for term in terms):
        return 0
    if all(any(word.startswith(term) for word in words) for term in terms):
        return 1
    return 2


def search(*, terms: list[str], language: str, user: Any, kind: str = "") -> Results:
    """Find ``terms`` in one content language; an unknown ``kind`` means all kinds.

    Hits whose title holds the words come first, then the order of the providers. Without any hit
    the other languages are asked, and those that have some are named.
    """
    if not terms:
        return Results()
    offered = kinds()
    chosen = kind if kind in {row.name for row in offered} else ""
    hits: list[Hit] = []
    facets: list[Facet] = []
    for row in offered:
        wanted = not chosen or row.name == chosen
        found = row.find(terms, language, user, MOST if wanted else 0, 0)
        facets.append(Facet(row.name, row.label, found.total))
        hits += found.hits if wanted else []
    hits.sort(key=lambda hit: rank(hit, terms))
    everything = sum(facet.count for facet in facets)
    return Results(
        hits=hits,
        total=sum(f.count for f in facets if not chosen or f.name == chosen),
        everything=everything,
        facets=facets,
        elsewhere=[] if everything else _elsewhere(terms, language, user, offered),
    )


def _elsewhere(terms: list[str], language: str, user: Any, offered: list[Kind]) -> list[Elsewhere]:
    totals: Counter[str] = Counter()
    for kind in offered:
        if kind.count:
            totals.update(kind.count(terms, user))
        else:
            totals.update({code: kind.find(terms, code, user, 0, 0).total for code in CODES})
    return [
        Elsewhere(row, totals[row.code])
        for row in LANGUAGES
        if row.code != language and totals[row.code]
    ]
