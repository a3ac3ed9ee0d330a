"""What lists and pages show of a record, in the reader's language or the nearest there is."""

from collections import defaultdict
from collections.abc import Container, Iterable
from dataclasses import dataclass, field
from typing import Any

from django.urls import reverse
from django.utils import translation

from community.library import vocabulary
from community.library.dates import date_of
from community.library.kinds import LANGUAGE
from community.library.models import Edition, Publication, PublicationTerm, PublicationText
from community.library.permissions import published, sorted_out
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
    return _in_language(publication, publication.texts.all(), language)


def _in_language(
    publication: Publication, stored: Iterable[PublicationText], language: str
) -> Words:
    texts = {row.language: row for row in stored}
    text = texts.get(language) or texts.get("en") or next(iter(texts.values()), None)
    if text is None:
        return Words(publication.symbol or str(publication.public_id))
    if text.language == language:
        return Words(text.title, text.summary)
    return Words(text.title, text.summary, text.language, direction(text.language))


def rows_for(
    publications: Iterable[Publication],
    place: Place,
    language: str,
    *,
    on_request: Container[int] = (),
) -> list[Row]:
    """Return records as rows, in their order; two queries. Who may see them was asked before.

    The queries are plain ones: what the framework prepares for related rows of a record that has
    drafts takes five times as long.
    """
    some = list(publications)
    keys = [row.pk for row in some]
    texts: dict[int, list[PublicationText]] = defaultdict(list)
    for text in PublicationText.objects.filter(publication__in=keys) if keys else ():
        texts[text.publication_id].append(text)
    codes: dict[int, set[str]] = defaultdict(set)
    terms = PublicationTerm.objects.filter(publication__in=keys, facet=LANGUAGE)
    for key, code in terms.values_list("publication_id", "value") if keys else ():
        codes[key].add(code)
    return [
        _row(
            publication,
            _in_language(publication, texts[publication.pk], language),
            codes[publication.pk],
            place,
            on_request=publication.pk in on_request,
        )
        for publication in some
    ]


def _row(
    publication: Publication, words: Words, codes: set[str], place: Place, *, on_request: bool
) -> Row:
    """Return a record as a row. A RED one shows no summary (security.md 4.2)."""
    label = label_of(publication.label)
    summary = "" if label == Label.RED else _short(words.summary)
    return Row(
        words=Words(words.title, summary, words.code, words.direction),
        url=place.url("record", publication.public_id),
        kind=publication.get_kind_display(),
        body=publication.body,
        symbol=publication.symbol,
        dated=date_of(publication),
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
    """Return the rows of records by their numbers, in that order; three queries, and one each
    where one is not for all members, or may be asked for.

    Asked once more who may see them: a list that was counted a moment ago shows nothing that has
    been taken back since.
    """
    wanted = list(keys)
    if not wanted:
        return []
    found, opened = sorted_out(user, published().filter(pk__in=wanted))
    asked = _on_request(row.pk for row in found if row.pk not in opened)
    places = {key: number for number, key in enumerate(wanted)}
    found.sort(key=lambda row: places[row.pk])
    return rows_for(found, place, language, on_request=asked)


def _on_request(closed: Iterable[int]) -> set[int]:
    """Return those of the records she may only know of that have editions, which need a request."""
    keys = list(closed)
    if not keys:
        return set()
    return set(
        Edition.objects.filter(publication__in=keys).values_list("publication_id", flat=True)
    )


def language_row(code: str) -> dict[str, str]:
    """Return name, code and direction of a document's language."""
    row = BY_CODE.get(code)
    named = row.name if row else vocabulary.name(LANGUAGE, code)
    return {"code": code, "name": named, "direction": direction(code), "own": "1" if row else ""}
