"""Gives a member the records she may know of, as a table that ``importing`` reads again."""

from collections.abc import Iterator
from typing import Any

from django.db import transaction
from django.db.models import QuerySet

from community.library import permissions
from community.library.csv_records import COLUMNS, FACETS, FIELDS, SOURCE, csv_lines, text_column
from community.library.importing import may_import
from community.library.models import Publication
from portal.accounts import step_up
from portal.audit.services import record
from portal.markings.labels import Label
from portal.permissions import is_member, is_verified
from portal.shared import ratelimit
from portal.shared.errors import NotAllowed, TooMany

PART = 500  # records read at a time
FOR_EDITORS = frozenset({"note"})


def export_records(actor: Any) -> Iterator[str]:
    """Return the records as lines of CSV, read in parts while they are sent.

    RED records are in no export (security.md 4.2). Notes for editors are for those who may import.
    Raises NotAllowed, ``step_up.Needed``, and TooMany (the limit "exports").
    """
    if not (is_member(actor) and is_verified(actor)):
        raise NotAllowed
    step_up.require(actor)
    if wait := ratelimit.wait(f"export:{actor.pk}", "exports"):
        raise TooMany(wait)
    with transaction.atomic():
        record("library.exported", actor=actor, facts={"count": _exported(actor).count()})
    hidden = frozenset() if may_import(actor) else FOR_EDITORS
    columns = [name for name in COLUMNS if name not in hidden]
    return csv_lines((_record(row) for row in _read(actor)), columns)


def _exported(actor: Any) -> QuerySet[Publication]:
    return permissions.visible(actor).exclude(label=Label.RED)


def _read(actor: Any) -> Iterator[Publication]:
    """Yield the records; who may see what is asked again for every part."""
    last = 0
    while True:
        rows = _exported(actor).filter(pk__gt=last).order_by("pk")[:PART]
        found = list(rows.prefetch_related("texts", "terms"))
        if not found:
            return
        yield from found
        last = found[-1].pk


def _record(publication: Publication) -> dict[str, Any]:
    """Return a record by the columns of the table."""
    cells: dict[str, Any] = {name: getattr(publication, name) for name in FIELDS}
    cells |= {"id": publication.public_id, "label": publication.label}
    for text in publication.texts.all():
        cells[text_column("title", text.language)] = text.title
        cells[text_column("summary", text.language)] = text.summary
    for name, facet in FACETS.items():
        cells[name] = sorted(term.value for term in publication.terms.all() if term.facet == facet)
    cells.setdefault(text_column("title", SOURCE), "")
    return cells
