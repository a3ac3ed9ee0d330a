"""What lists and pages show of a record, in the reader's language or the nearest there is."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils import translation

from community.library import vocabulary
from community.library.kinds import LANGUAGE
from community.library.models import Publication
from community.library.permissions import openable, visible
from portal.languages.table import BY_CODE, direction
from portal.markings.labels import Label, label_of

SUMMARY = 240  # characters of a summary in a list


@dataclass(frozen=True)
class Place:
    """Which half of the library a page stands in: the public one or the members'."""

    prefix: str = ""

    @property
    def is_members(self) -> bool:
        """Whether only members come here."""
        return bool(self.prefix)

    def url(self, name: str, *arguments: Any) -> str:
        """Return an address of this half: ``library``, ``record``, ``cite``, ``file``."""
        if self.is_members:
            return reverse(f"members_{name}", args=arguments)
        return reverse("library" if name == "library" else f"library_{name}", args=arguments)


PUBLIC, MEMBERS = Place(), Place("members_")


@dataclass(frozen=True)
class Words:
    """A title with its summary. ``code`` and ``direction`` are empty in the reader's language."""

    title: str
    summary: str = ""
    code: str = ""
    direction: str = ""


@dataclass(frozen=True)
class Row:
    """One record in a list."""

    words: Words
    url: str
    kind: str
    body: str
    symbol: str
    dated: str
    languages: list[str] = field(default_factory=list)
    label: str = ""
    public_id: str = ""
    on_request: bool = False  # she sees it, and gets its files when its source agrees


def words_of(publication: Publication, language: str) -> Words:
    """Return title and summary in the reader's language, else in English."""
    texts = {row.language: row for row in publication.texts.all()}
    text = texts.get(language) or texts.get("en") or next(iter(texts.values()), None)
    if text is None:
        return Words(publication.symbol or str(publication.public_id))
    if text.language == language:
        return Words(text.title, text.summary)
    return Words(text.title, text.summary, text.language, direction(text.language))


def row_of(
    publication: Publication, place: Place, language: str, *, on_request: bool = False
) -> Row:
    """Return a record as a row. A RED one shows no summary (security.md 4.2)."""
    words = words_of(publication, language)
    label = label_of(publication.label)
    summary = "" if label == Label.RED else _short(words.summary)
    codes = {term.value for term in publication.terms.all() if term.facet == LANGUAGE}
    return Row(
        words=Words(words.title, summary, words.code, words.direction),
        url=place.url("record", publication.public_id),
        kind=publication.get_kind_display(),
        body=publication.body,
        symbol=publication.symbol,
        dated=publication.dated or str(publication.year or ""),
        languages=sorted(vocabulary.name(LANGUAGE, code) for code in codes),
        label=str(label),
        public_id=str(publication.public_id),
        on_request=on_request,
    )


def _short(text: str) -> str:
    line = " ".join(text.split())
    limit = SUMMARY // 2 if (translation.get_language() or "").startswith("zh") else SUMMARY
    return line if len(line) <= limit else line[:limit].rsplit(" ", 1)[0] + " …"


def rows_of(user: Any, keys: Iterable[int], place: Place, language: str) -> list[Row]:
    """Return the rows of records by their numbers, in that order; three queries, four where one
    may be asked for.

    Asked of ``visible`` once more: a list that was counted a moment ago shows nothing that has
    been taken back since.
    """
    wanted = list(keys)
    if not wanted:
        return []
    found = listed(visible(user).filter(pk__in=wanted))
    by_key = {row.pk: row for row in found}
    asked = _on_request(user, found) if place.is_members else set()
    return [
        row_of(by_key[key], place, language, on_request=key in asked)
        for key in wanted
        if key in by_key
    ]


def _on_request(user: Any, found: Iterable[Publication]) -> set[int]:
    """Return those that have editions, which need a request."""
    keys = [row.pk for row in found if row.asked_for and row.label == Label.AMBER]
    if not keys:
        return set()
    held = Publication.objects.filter(pk__in=keys, editions__isnull=False)
    closed = held.exclude(pk__in=openable(user).filter(pk__in=keys).values("pk"))
    return set(closed.values_list("pk", flat=True))


def listed(found: QuerySet[Publication]) -> QuerySet[Publication]:
    """Return records with what a row needs."""
    return found.prefetch_related("texts", "terms")


def language_row(code: str) -> dict[str, str]:
    """Return name, code and direction of a document's language."""
    row = BY_CODE.get(code)
    named = row.name if row else vocabulary.name(LANGUAGE, code)
    return {"code": code, "name": named, "direction": direction(code), "own": "1" if row else ""}
