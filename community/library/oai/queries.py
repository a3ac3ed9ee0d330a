"""What harvesters are given, read in parts: by (datestamp, id), never by offset.

Public records and the names of withdrawn ones are two tables with one order; a page takes from
both what comes first. Nothing here looks at any other record.
"""

import uuid
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db.models import Exists, Min, OuterRef, Q, QuerySet

from community.library import permissions
from community.library.kinds import TOPIC as TOPIC_FACET
from community.library.models import Publication, PublicationTerm, PublicationText, Withdrawn
from community.library.oai import sets
from community.library.oai.arguments import Window

PAGE = 100

After = tuple[datetime, uuid.UUID]
COLUMNS = ("pk", "public_id", "changed", "kind", "body", "symbol", "year", "source_url")


@dataclass
class Shown:
    """A public record in plain values: reading models would take four times as long."""

    public_id: uuid.UUID
    changed: datetime
    kind: str
    body: str = ""
    symbol: str = ""
    year: int | None = None
    source_url: str = ""
    texts: list[tuple[str, str, str]] = field(default_factory=list)  # language, title, summary
    terms: dict[str, list[str]] = field(default_factory=dict)
    near: set[uuid.UUID] = field(default_factory=set)  # public records beside this one


@dataclass(frozen=True)
class Entry:
    """One item of a list; without a record it is withdrawn."""

    public_id: uuid.UUID
    at: datetime
    sets: list[str]
    record: Shown | None = None


def earliest() -> datetime | None:
    """Return the earliest datestamp there is."""
    found = [
        permissions.public().aggregate(first=Min("changed"))["first"],
        Withdrawn.objects.aggregate(first=Min("at"))["first"],
    ]
    return min((moment for moment in found if moment), default=None)


def count(window: Window) -> int:
    """Return how many entries a list has."""
    withdrawn = _withdrawn(window)
    gone = withdrawn.count() if not window.set_spec else len(_in_set(withdrawn, window.set_spec))
    return _records(window).count() + gone


def page(window: Window, after: After | None, *, whole: bool) -> tuple[list[Entry], bool]:
    """Return the next entries, and whether there are more. ``whole``: with what a record says."""
    found = _read(_later(_records(window), "changed", after)[: PAGE + 1], whole=whole)
    found += _gone(window, after)
    found.sort(key=lambda entry: (entry.at, entry.public_id))
    return found[:PAGE], len(found) > PAGE


def one(public_id: uuid.UUID) -> Entry | None:
    """Return one entry: a public record, a withdrawn one, or None."""
    if found := _read(permissions.public().filter(public_id=public_id)[:1], whole=True):
        return found[0]
    gone = Withdrawn.objects.filter(public_id=public_id).first()
    return Entry(gone.public_id, gone.at, gone.sets) if gone else None


def _records(window: Window) -> QuerySet[Publication]:
    found = _between(permissions.public(), "changed", window)
    if not window.set_spec:
        return found
    kind, _colon, value = window.set_spec.partition(":")
    if kind == sets.KIND:
        return found.filter(kind=value) if value else found
    if kind == sets.TOPIC:
        terms = PublicationTerm.objects.filter(publication=OuterRef("pk"), facet=TOPIC_FACET)
        return found.filter(Exists(terms.filter(value=value) if value else terms))
    return found.none()


def _withdrawn(window: Window) -> QuerySet[Withdrawn]:
    return _between(Withdrawn.objects.all(), "at", window)


def _gone(window: Window, after: After | None) -> list[Entry]:
    """Return the next withdrawn entries; of a set, the list of names in it is read in parts."""
    rows = _later(_withdrawn(window), "at", after)
    wanted: Iterable[Withdrawn] = rows[: PAGE + 1]
    if window.set_spec:
        wanted = _in_set(rows, window.set_spec)[: PAGE + 1]
    return [Entry(row.public_id, row.at, row.sets) for row in wanted]


def _in_set(rows: QuerySet[Withdrawn], spec: str) -> list[Withdrawn]:
    return [row for row in rows.iterator() if sets.is_in(spec, row.sets)]


def _between(rows: QuerySet[Any], name: str, window: Window) -> QuerySet[Any]:
    if window.start:
        rows = rows.filter(**{f"{name}__gte": window.start})
    if window.end:
        rows = rows.filter(**{f"{name}__lt": window.end})
    return rows


def _later(rows: QuerySet[Any], name: str, after: After | None) -> QuerySet[Any]:
    """Return what comes after an entry, in the one order all lists have."""
    if after:
        at, public_id = after
        here = Q(**{f"{name}__gt": at}) | Q(public_id__gt=public_id)
        rows = rows.filter(here, **{f"{name}__gte": at})
    return rows.order_by(name, "public_id")


def _read(rows: QuerySet[Publication], *, whole: bool) -> list[Entry]:
    """Return records as entries; ``whole``: with texts, all terms and neighbours."""
    found = {key: Shown(*values) for key, *values in rows.values_list(*COLUMNS)}
    terms = PublicationTerm.objects.filter(publication__in=list(found)).order_by("value")
    if not whole:
        terms = terms.filter(facet=TOPIC_FACET)
    for key, facet, value in terms.values_list("publication_id", "facet", "value"):
        found[key].terms.setdefault(facet, []).append(value)
    if whole:
        _add_texts(found)
        _add_neighbours(found)
    return [Entry(row.public_id, row.changed, _sets(row), row) for row in found.values()]


def _sets(row: Shown) -> list[str]:
    return sets.specs(row.kind, row.terms.get(TOPIC_FACET, ()))


def _add_texts(found: dict[int, Shown]) -> None:
    rows = PublicationText.objects.filter(publication__in=list(found))
    for key, *text in rows.values_list("publication_id", "language", "title", "summary"):
        found[key].texts.append((text[0], text[1], text[2]))


def _add_neighbours(found: dict[int, Shown]) -> None:
    """Add related, older and newer records; of those that are not public not even the id.

    Which of them are public is asked of each: with the condition in the query databases begin with
    all public records, and there are a hundred thousand.
    """
    keys = list(found)
    links = Publication.related.through.objects.filter(from_publication_id__in=keys)
    pairs = list(links.values_list("from_publication_id", "to_publication_id"))
    older = Publication.objects.filter(pk__in=keys, replaces__isnull=False)
    pairs += older.values_list("pk", "replaces_id")
    newer = Publication.objects.filter(replaces__in=keys)
    pairs += newer.values_list("replaces_id", "pk")
    near = Publication.objects.filter(pk__in={key for _own, key in pairs})
    rows = {row.pk: row for row in near.only("public_id", "live", "label")}
    for own, key in pairs:
        row = rows.get(key)  # none where it was deleted a moment ago
        if row is not None and permissions.is_public(row):
            found[own].near.add(row.public_id)


def sets_of(publication: Publication) -> list[str]:
    """Return the sets of a record."""
    topics = [row.value for row in publication.terms.all() if row.facet == TOPIC_FACET]
    return sets.specs(publication.kind, topics)
