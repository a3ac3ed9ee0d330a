"""Takes a table of records in: every row becomes a draft, which somebody else publishes."""

from collections import Counter, defaultdict
from dataclasses import dataclass, field, replace
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from community.library import editing, index
from community.library.csv_records import FACETS, FIELDS, TEXTS, Fault, Row, Table
from community.library.models import Publication, PublicationTerm, PublicationText
from portal.audit.services import record
from portal.markings.labels import UNLABELLED, label_of
from portal.permissions import membership_of
from portal.shared import ratelimit
from portal.shared.errors import NotAllowed, TooMany


@dataclass
class Imported:
    """What came of a table: how many records were made, changed or found the same, and faults.

    ``stored`` is False where nothing was taken in because of a fault; ``good`` rows could be.
    """

    made: int = 0
    changed: int = 0
    same: int = 0
    good: int = 0
    stored: bool = False
    faults: list[Fault] = field(default_factory=list)


def may_import(user: Any) -> bool:
    """Say whether the person may propose records at all."""
    return editing.PublicationPolicy(Publication).user_has_permission(user, "add")


def import_records(actor: Any, rows: Table, *, partial: bool = False) -> Imported:
    """Take a table in as drafts; nothing at all if a row is bad, unless ``partial`` is asked for.

    A row with an id proposes a change of that record, one without makes a new record, which is
    AMBER unless the row says otherwise. Labels of existing records are not changed here. Raises
    NotAllowed, and TooMany (the limit "imports").
    """
    if not may_import(actor):
        raise NotAllowed
    if wait := ratelimit.wait(f"import:{actor.pk}", "imports"):
        raise TooMany(wait)
    return _import(actor, rows, partial=partial)


@transaction.atomic
def _import(actor: Any, table: Table, *, partial: bool) -> Imported:
    if table.by_address:
        table = _told_apart(actor, table)
    known = _known(actor, table)
    wrong = [fault for row in table.rows if (fault := _fault(row, known))]
    done = Imported(faults=sorted([*table.faults, *wrong], key=lambda fault: fault.line))
    refused = {fault.line for fault in wrong}
    done.good = sum(row.line not in refused for row in table.rows)
    if done.faults and not partial:
        return done
    with index.held():
        for row in table.rows:
            if row.line not in refused:
                _take(actor, row, known, done)
    done.stored = True
    facts = {"count": done.made + done.changed, "refused": len({row.line for row in done.faults})}
    record("library.imported", actor=actor, facts=facts)
    return done


def _told_apart(actor: Any, table: Table) -> Table:
    """Give each row the number of the one record that has its address and its symbol, of those the
    person may edit: a file taken in twice proposes changes and makes nothing twice."""
    places = Counter(key for row in table.rows if (key := _place(row)))
    rows = Publication.objects.filter(source_url__in={address for address, _symbol in places})
    found: dict[Any, list[Any]] = defaultdict(list)
    for address, symbol, number in editing.editable(actor, rows).values_list(
        "source_url", "symbol", "public_id"
    ):
        found[address, symbol].append(number)
    named = [
        Row(row.line, {**row.cells, "id": same[0]})
        if len(same := found.get(_place(row), [])) == 1 and places[_place(row)] == 1
        else row
        for row in table.rows
    ]
    return replace(table, rows=named)


def _place(row: Row) -> tuple[str, str] | None:
    address = row.cells.get("source_url")
    return (address, row.cells.get("symbol") or "") if address else None


def _known(actor: Any, table: Table) -> dict[Any, Publication]:
    """Return the records the rows name, of those she may know of in the studio."""
    wanted = [row.cells["id"] for row in table.rows if row.cells.get("id")]
    found: dict[Any, Publication] = {}
    for at in range(0, len(wanted), 500):
        part = Publication.objects.filter(public_id__in=wanted[at : at + 500])
        rows = editing.editable(actor, part)
        found |= {row.public_id: row for row in rows}
    return found


def _fault(row: Row, known: dict[Any, Publication]) -> Fault | None:
    """Return what is wrong with a good row once the record it names is known."""
    if row.cells.get("id") is None:
        return None
    publication = known.get(row.cells["id"])
    if publication is None:
        return Fault(row.line, "id", _("There is no such record."))
    if publication.locked:
        return Fault(row.line, "id", _("This record is locked."))
    label = row.cells.get("label")
    if label and label != label_of(publication.label):
        return Fault(row.line, "label", _("A label is changed on the record itself."))
    return None


def _take(actor: Any, row: Row, known: dict[Any, Publication], done: Imported) -> None:
    """Make or change one record, as a draft."""
    publication = known.get(row.cells.get("id"))
    if publication is None:
        _make(actor, row).save_revision(user=actor)
        done.made += 1
        return
    draft = publication.get_latest_revision_as_object()
    before = _state(draft)
    _fill(draft, row)
    if _state(draft) == before:
        done.same += 1
        return
    draft.save_revision(user=actor)
    done.changed += 1


def _make(actor: Any, row: Row) -> Publication:
    """Store a new record that nobody sees before it is published."""
    membership = membership_of(actor)
    publication = Publication(
        live=False,
        label=row.cells.get("label") or str(UNLABELLED),
        marked_by=actor,
        source=membership.organisation if membership else None,
    )
    _fill(publication, row)
    publication.save()
    return publication


def _fill(publication: Publication, row: Row) -> None:
    """Set what the table has columns for; what it has none for stays."""
    for name in FIELDS:
        if name in row.cells:
            setattr(publication, name, row.cells[name])
    publication.texts = _texts(publication, row)
    publication.terms = _terms(publication, row)


def _texts(publication: Publication, row: Row) -> list[PublicationText]:
    """Return titles and summaries; an empty title takes its language away."""
    found = {text.language: text for text in publication.texts.all()}
    for column, (name, language) in TEXTS.items():
        if column in row.cells:
            found.setdefault(language, PublicationText(language=language))
            setattr(found[language], name, row.cells[column])
    return [text for text in found.values() if text.title]


def _terms(publication: Publication, row: Row) -> list[PublicationTerm]:
    """Return the codes: those of columns that are there, and what was there of the others."""
    known = {(term.facet, term.value): term for term in publication.terms.all()}
    columns = {facet: row.cells[name] for name, facet in FACETS.items() if name in row.cells}
    kept = [term for term in known.values() if term.facet not in columns]
    wanted = [(facet, value) for facet, values in columns.items() for value in values]
    return kept + [
        known.get((facet, value)) or PublicationTerm(facet=facet, value=value)
        for facet, value in wanted
    ]


def _state(publication: Publication) -> tuple[Any, ...]:
    """Return all a table can say of a record, to be compared."""
    return (
        [getattr(publication, name) for name in FIELDS],
        {(text.language, text.title, text.summary) for text in publication.texts.all()},
        {(term.facet, term.value) for term in publication.terms.all()},
    )
