"""Puts a record's page together."""

from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet, prefetch_related_objects
from django.utils.translation import gettext as _

from community.library import citing, vocabulary
from community.library.asking import TITLES
from community.library.citing import Citation
from community.library.dates import date_of
from community.library.files import is_stamped
from community.library.kinds import COUNTRY, INSTRUMENT, LANGUAGE, REGION, TOPIC
from community.library.models import Edition, Publication
from community.library.parts import parts_of
from community.library.permissions import get_publication_for, may_open, visible
from community.library.references import readable
from community.library.rows import Place, Row, language_row, rows_for, words_of
from portal.cards import Card, cards_for
from portal.files.models import StoredFile
from portal.languages.table import BY_CODE, CODES
from portal.markings.labels import Label, label_of
from portal.organisations.directory import notes_for
from portal.shared.errors import NotAllowed

FACTS = (TOPIC, REGION, COUNTRY, INSTRUMENT, LANGUAGE)
OPEN_STATES = {StoredFile.State.CLEAN, StoredFile.State.UNSCANNED}


@dataclass(frozen=True)
class EditionRow:
    """One language version as the page shows it. ``url`` is empty while it cannot be opened."""

    language: dict[str, str]
    pages: int | None
    size: int | None
    sha256: str
    text: str  # what is said of its text, if anything
    url: str


def page(user: Any, public_id: Any, place: Place, language: str) -> dict[str, Any]:
    """Return what the template shows of a record. Raises NotAllowed."""
    record = get_publication_for(user, public_id)
    prefetch_related_objects([record], "texts", "terms")
    is_open = may_open(user, record)
    editions = _editions(record, place, is_open)
    words = words_of(record, language)
    label = label_of(record.label)
    return {
        "record": record,
        "place": place,
        "crumbs": [
            {"title": _("Library"), "url": place.url("library")},
            {"title": _("Document")},
        ],
        "words": words,
        "dated": date_of(record),
        "label": str(label),
        "label_set": record.label,
        "titles": _titles(record, language),
        "reference": readable(record.reference) if place.is_members else "",
        "facts": _facts(record),
        "editions": editions,
        "parts": parts_of(record) if is_open else None,
        "is_open": is_open,
        "may_be_asked_for": record.asked_for and not is_open and place.is_members and editions,
        "cite": _cite(record, place, language) if label != Label.RED else None,
        "courses": _courses(user, record, language),
        "discuss": _discuss(record, place, label),
        "source_url": record.source_url if _is_web(record.source_url) else "",
        "country_notes": notes_for(_values(record, COUNTRY)),
    } | _neighbours(user, record, place, language)


def _discuss(record: Publication, place: Place, label: Label) -> str:
    """Return what a discussion of it would be about: members', and never above GREEN."""
    wide = label.strictness <= Label.GREEN.strictness
    return f"publication:{record.public_id}" if place.is_members and wide else ""


def citation(user: Any, public_id: Any, place: Place, language: str, form: str) -> tuple[str, str]:
    """Return a citation in one form, and its media type. Raises NotAllowed, also for a form there
    is not and for RED, which is not carried out of the site."""
    record = get_publication_for(user, public_id)
    if form not in citing.FORMS or label_of(record.label) == Label.RED:
        raise NotAllowed
    write, media_type = citing.FORMS[form]
    return write(citation_of(record, language)), media_type


def citation_of(record: Publication, language: str) -> Citation:
    """Return what a citation is made of, in the reader's language or English."""
    words = words_of(record, language)
    return Citation(
        title=words.title,
        body=record.body,
        symbol=record.symbol,
        year=str(record.year or record.dated),
        kind=record.kind,
        kind_name=str(record.get_kind_display()),
        language=words.code or language,
        url=record.source_url if _is_web(record.source_url) else "",
        number=str(record.public_id),
        given=record.title_given,
    )


def _is_web(address: str) -> bool:
    return address.startswith(("https://", "http://"))


def _titles(record: Publication, language: str) -> list[dict[str, str]]:
    """Return the titles in the languages that are not shown already."""
    shown = words_of(record, language).code or language
    rows = sorted(record.texts.all(), key=lambda row: CODES.index(row.language))
    return [
        {"title": row.title, "code": row.language, "direction": BY_CODE[row.language].direction}
        for row in rows
        if row.language != shown
    ]


def _values(record: Publication, facet: str) -> list[str]:
    return [row.value for row in record.terms.all() if row.facet == facet]


def _facts(record: Publication) -> list[dict[str, Any]]:
    """Return the facts that come from terms, each with its values in the reader's words."""
    found = []
    for facet in FACTS:
        names = sorted(vocabulary.name(facet, value) for value in _values(record, facet))
        if names:
            found.append({"title": TITLES[facet], "values": names})
    return found


def _editions(record: Publication, place: Place, is_open: bool) -> list[EditionRow]:
    rows: QuerySet[Edition] = record.editions.defer("text").select_related("file")
    return [_edition(row, record, place, is_open) for row in rows.order_by("language")]


def _edition(row: Edition, record: Publication, place: Place, is_open: bool) -> EditionRow:
    ready = row.file is not None and row.file.state in OPEN_STATES
    address = place.url("file", record.public_id, row.language) if ready and is_open else ""
    says: dict[str, str] = {
        Edition.TextState.WAITING: _("The text is still being read. Search finds it later."),
        Edition.TextState.NO_TEXT: _(
            "The pages are pictures without text. Search and screen readers cannot read them."
        ),
        Edition.TextState.FAILED: _("The text could not be read. Search does not find it."),
    }
    has_file = row.file_id is not None
    return EditionRow(
        language=language_row(row.language),
        pages=row.pages,
        size=row.size,
        # From AMBER on the reader gets a copy with her name, whose checksum is another one.
        sha256=row.sha256 if is_open and not is_stamped(record) else "",
        text=says.get(row.text_state, "") if has_file else "",
        url=address,
    )


def _cite(record: Publication, place: Place, language: str) -> dict[str, Any]:
    made = citation_of(record, language)
    return {
        "text": citing.as_text(made),
        "code": "" if made.language == language else made.language,
        "direction": BY_CODE[made.language].direction if made.language in BY_CODE else "",
        "forms": [
            {"name": name, "url": place.url("cite", record.public_id, form)}
            for form, name in (("bib", "BibTeX"), ("ris", "RIS"), ("txt", _("Text")))
        ],
    }


def _courses(user: Any, record: Publication, language: str) -> list[Card]:
    """Return related courses, those she may take, by their names."""
    slugs = record.courses if isinstance(record.courses, list) else []
    references = [f"course:{slug}" for slug in slugs if isinstance(slug, str)]
    found = cards_for(user, references, language)
    return [found[one] for one in references if one in found]


def _neighbours(
    user: Any, record: Publication, place: Place, language: str
) -> dict[str, list[Row]]:
    """Return related records, newer and older versions: only those she may see."""
    relation: Any = Publication.related  # of the model: what is stored, not what a draft says
    links = relation.through.objects.filter(from_publication=record.pk)
    related = set(links.values_list("to_publication", flat=True))
    newer_keys = Publication.objects.filter(replaces=record.pk).values_list("pk", flat=True)
    # By their numbers: with "or" in the question databases read all records.
    near = {*related, *newer_keys, record.replaces_id} - {None, record.pk}
    rows = list(visible(user).filter(pk__in=near)) if near else []
    pairs = zip(rows, rows_for(rows, place, language), strict=True)
    made = {other.pk: row for other, row in pairs}
    newer = [made[row.pk] for row in rows if row.replaces_id == record.pk]
    older = [made[row.pk] for row in rows if row.pk == record.replaces_id]
    return {
        "newer": newer,
        "older": older,
        "related": sorted(
            (made[row.pk] for row in rows if row.pk in related), key=lambda row: row.words.title
        ),
    }
