"""Brings the shipped records into the database; what an editor changed since stays as it is."""

from dataclasses import dataclass, field

from django.db import transaction

from community.library import index, shipped
from community.library.models import Publication, PublicationTerm, PublicationText
from community.library.shipped_models import ShippedRecord


@dataclass
class Shipped:
    """What was done: numbers made, renewed, and left because a person changed or deleted them."""

    made: list[str] = field(default_factory=list)
    renewed: list[str] = field(default_factory=list)
    left: list[str] = field(default_factory=list)


@transaction.atomic
def ship_library() -> Shipped:
    """Make the missing records and renew those nobody has worked on; return what was done.

    May be run any number of times. A record counts as changed when its words, label or terms are
    not those that were written, when it has a draft, or when it is gone.
    """
    done = Shipped()
    written = dict(ShippedRecord.objects.values_list("number", "digest"))
    waiting = [
        row for row in shipped.records() if written.get(row.number) != shipped.digest_of(row)
    ]
    if not waiting:
        return done
    known = _known()
    with index.held():
        for row in waiting:
            _bring(row, written.get(row.number), known, done)
        for row in waiting:
            if row.number not in done.left:
                _relate(row, known)
    return done


def _known() -> dict[str, Publication]:
    """Return the records of the list that are there, by number."""
    found = Publication.objects.exclude(shipped=None).prefetch_related("texts", "terms", "related")
    return {str(row.shipped): row for row in found}


def _bring(
    row: shipped.ShippedText, before: str | None, known: dict[str, Publication], done: Shipped
) -> None:
    """Write one record unless a person has worked on it or deleted it."""
    publication = known.get(row.number)
    if before is not None and (publication is None or _is_edited(publication, before)):
        done.left.append(row.number)
        return
    if publication is None:
        publication = Publication(shipped=row.number, public_id=row.public_id)
        done.made.append(row.number)
    else:
        done.renewed.append(row.number)
    known[row.number] = _write(publication, row)
    ShippedRecord.objects.update_or_create(
        number=row.number, defaults={"digest": shipped.digest_of(row)}
    )


def _is_edited(publication: Publication, before: str) -> bool:
    has_draft = publication.latest_revision_id is not None or not publication.live
    return has_draft or _digest(publication) != before


def _digest(publication: Publication) -> str:
    """Return the digest of a record as the database has it, drawn up as the file's is."""
    names = shipped.records()[0].fields
    related = {str(row.shipped or row.public_id) for row in publication.related.all()}
    return shipped.digest(
        {name: getattr(publication, name) for name in names},
        {(text.language, text.title, text.summary) for text in publication.texts.all()},
        frozenset((term.facet, term.value) for term in publication.terms.all()),
        tuple(sorted(related)),
    )


def _write(publication: Publication, row: shipped.ShippedText) -> Publication:
    """Store a record as the file has it; its relations follow when all records are there."""
    for name, value in row.fields.items():
        setattr(publication, name, value)
    publication.texts = [PublicationText(language="en", title=row.title, summary=row.summary)]
    publication.terms = [
        PublicationTerm(facet=facet, value=value) for facet, value in sorted(row.terms)
    ]
    publication.save()
    return publication


def _relate(row: shipped.ShippedText, known: dict[str, Publication]) -> None:
    """Set the relations of a record to those of its list that are there."""
    publication = known[row.number]
    wanted = {known[number].pk for number in row.related if number in known}
    if wanted != {other.pk for other in publication.related.all()}:
        publication.related.set(list(Publication.objects.filter(pk__in=wanted)))
        publication.save()
