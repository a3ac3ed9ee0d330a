"""The record as a table or as JSON lines. The lines can be verified without this site."""

import json
from collections.abc import Iterable, Iterator

from portal.audit.chain import canonical
from portal.audit.models import AuditRow
from portal.shared import tables

HEAD = ("number", "at", "event", "actor", "about", "thing", "facts", "hash")


def csv_lines(rows: Iterable[AuditRow]) -> Iterator[str]:
    """Yield the rows as CSV, a head line first. Names of columns and events are not translated."""
    return tables.csv_lines(_cells(rows))


def _cells(rows: Iterable[AuditRow]) -> Iterator[tuple[object, ...]]:
    yield HEAD
    for row in rows:
        facts = canonical(json.loads(row.body)["facts"])
        at = row.at.isoformat()
        yield row.number, at, row.event, row.actor, row.about, row.thing, facts, row.hash


def json_lines(rows: Iterable[AuditRow]) -> Iterator[str]:
    """Yield one JSON object a row: body, previous, hash = SHA-256(previous, line feed, body)."""
    for row in rows:
        yield canonical({"body": row.body, "previous": row.previous, "hash": row.hash}) + "\n"
