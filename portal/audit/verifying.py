"""Reads the stored record from its beginning and says whether it is whole. Needs no secret."""

from collections.abc import Collection, Iterator

from django.db import DatabaseError, connection
from django.db.models import F, Subquery, TextField
from django.db.models.functions import Cast

from portal.audit.chain import Fault, Head, Result, Row, examine
from portal.audit.models import AuditHead, AuditRow

FIELDS = ("event", "actor", "about", "thing", "body", "previous", "hash")


class Unreadable(Exception):
    """The database holds something after row ``after`` that is no row of the record."""

    def __init__(self, after: int, kind: str) -> None:
        super().__init__(kind)
        self.after = after


def stored_head() -> Head | None:
    """Return the end of the record as the site keeps it; None if the row is gone."""
    row = AuditHead.objects.filter(id=1).values_list("number", "hash").first()
    return Head(*row) if row else None


def raw_rows(upto: int | None = None) -> Iterator[Row]:
    """Yield rows by number as they are stored, a few at a time. Raises Unreadable."""
    rows = AuditRow.objects.order_by("number")
    if upto is not None:
        rows = rows.filter(number__lte=upto)
    # SQLite stores moments as text. It is compared as text: "12.00" and "12,00" read the same.
    moment = Cast("at", TextField()) if connection.vendor == "sqlite" else F("at")
    reached = 0
    try:
        for values in rows.values_list("number", moment, *FIELDS).iterator(chunk_size=2000):
            yield Row(*values)
            reached = values[0]
    except (ValueError, TypeError, OverflowError, DatabaseError) as problem:
        raise Unreadable(reached, type(problem).__name__) from problem


def _goes_on() -> bool:
    """Say whether there are rows after the head, in one statement: others write meanwhile."""
    head = AuditHead.objects.filter(id=1).values("number")
    return AuditRow.objects.filter(number__gt=Subquery(head)).exists()


def verify(kept: Collection[Head] = ()) -> Result:
    """Compare the whole record with itself, with its head and with heads kept elsewhere.

    Others may write meanwhile: what is read ends at the head of the beginning. Rows are never
    held in memory at once.
    """
    head = stored_head()
    try:
        result = examine(raw_rows(head.number if head else None), head, kept)
    except Unreadable as problem:
        number = problem.after + 1
        return Result(problem.after, Fault(number, f"Row {number} cannot be read ({problem})."))
    if result.fault is None and _goes_on():
        return Result(result.rows, Fault(result.rows + 1, "There are rows after the head."))
    return result
