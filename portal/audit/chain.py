"""The chain itself, without a database: how a row is written, and what a broken row looks like."""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

START = "0" * 64  # what the first row has as "previous"
KEYS = frozenset({"number", "at", "event", "actor", "about", "thing", "facts"})
COLUMNS = ("event", "actor", "about", "thing")  # beside the body, word for word


def canonical(body: Mapping[str, Any]) -> str:
    """Return JSON with sorted keys and no spaces: equal bodies, equal bytes (as RFC 8785 aims)."""
    return json.dumps(body, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def chain(previous: str, body: str) -> str:
    """Return the hash of a row: SHA-256 (hex) of the previous hash, a line feed and the body."""
    return hashlib.sha256(f"{previous}\n{body}".encode()).hexdigest()


@dataclass(frozen=True)
class Row:
    """A row as the database holds it. ``at`` is a moment, or the text that SQLite stores."""

    number: int
    at: datetime | str
    event: str
    actor: str
    about: str
    thing: str
    body: str
    previous: str
    hash: str


@dataclass(frozen=True)
class Head:
    """Number and hash of the last row at some moment."""

    number: int
    hash: str


@dataclass(frozen=True)
class Fault:
    """The first thing that is wrong: at which number, and why, as a plain sentence."""

    number: int
    why: str


@dataclass(frozen=True)
class Result:
    """What was read before the end or the first fault."""

    rows: int
    fault: Fault | None = None


def _stored(moment: datetime) -> str:
    """Return how SQLite stores a moment: UTC, with microseconds only where there are some."""
    return str(moment.astimezone(UTC).replace(tzinfo=None))


def _body_fault(row: Row) -> str | None:
    try:
        body = json.loads(row.body)
        same = isinstance(body, dict) and canonical(body) == row.body
        moment = datetime.fromisoformat(body["at"]) if same else None
    except (ValueError, KeyError, TypeError):
        return "its text cannot be read"
    if not same or moment is None or set(body) != KEYS:
        return "its text is not in the form the site writes"
    if body["number"] != row.number:
        return f"its text belongs to row {body['number']}"
    if row.at != (_stored(moment) if isinstance(row.at, str) else moment):
        return "the time beside the text was changed"
    changed = next((name for name in COLUMNS if body[name] != getattr(row, name)), None)
    return f"the column {changed} beside the text was changed" if changed else None


def row_fault(row: Row, number: int, previous: str) -> Fault | None:
    """Return what is wrong with a row that should bear ``number`` and follow ``previous``."""
    if row.number != number:
        if isinstance(row.number, int) and row.number > number:
            return Fault(number, f"Row {number} is missing; row {row.number} comes next.")
        return Fault(number, f"Row {row.number} stands where row {number} should.")
    if row.previous != previous:
        return Fault(number, f"Row {number} does not follow from the row before it.")
    try:
        right = chain(row.previous, row.body) == row.hash
    except (UnicodeEncodeError, TypeError):
        right = False
    if not right:
        return Fault(number, f"Row {number} was changed: its hash does not fit its text.")
    why = _body_fault(row)
    return Fault(number, f"Row {number} was changed: {why}.") if why else None


def examine(rows: Iterable[Row], head: Head | None, kept: Iterable[Head] = ()) -> Result:
    """Read rows in the order of their numbers and stop at the first fault.

    ``head`` is the row the site keeps of the end (None: it is gone), ``kept`` are heads that were
    exported earlier. Together they find every change, deletion, insertion, other order and cut
    tail; a record that was written anew from some row on is found by any head kept from after it.
    """
    wanted = {mark.number: mark.hash for mark in kept}
    count, previous = 0, START
    for row in rows:
        fault = row_fault(row, count + 1, previous)
        if fault is None and wanted.pop(row.number, row.hash) != row.hash:
            fault = Fault(
                row.number,
                f"Row {row.number} is not the one whose hash was exported: the record was "
                "written anew up to this row.",
            )
        if fault:
            return Result(count, fault)
        count, previous = count + 1, row.hash
    if head is None and count:
        return Result(count, Fault(count, "The head of the record is missing."))
    end = head or Head(0, START)
    if (count, previous) != (end.number, end.hash):
        return Result(count, _end_fault(count, end))
    wanted.pop(0, None)
    if wanted:
        first = min(wanted)
        return Result(
            count,
            Fault(
                count + 1,
                f"The record ends at row {count}, but row {first} was exported: its end was cut "
                "off.",
            ),
        )
    return Result(count)


def _end_fault(count: int, head: Head) -> Fault:
    if head.number > count:
        why = (
            f"The record ends at row {count}, but its head says {head.number}: its end was cut off."
        )
        return Fault(count + 1, why)
    if head.number < count:
        why = f"The head says {head.number}, but the record goes on to row {count}."
        return Fault(head.number + 1, why)
    return Fault(count, f"The hash of row {count} is not the one in the head.")
