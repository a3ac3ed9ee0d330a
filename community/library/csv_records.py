"""Records as a table (CSV, RFC 4180): read with every bad row named, and written. No database.

Columns by their English names in the first line, in any order; ``title`` is needed. Commas,
semicolons and tabs separate. A cell holds several codes with semicolons between them. Cells that a
spreadsheet would take for a formula bear an apostrophe in front when written, and lose it when
read; reading gives back exactly what was written.
"""

import csv
import io
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from community.library import kinds
from community.library.csv_cells import CELLS, Bad
from portal.languages.table import CODES
from portal.shared import tables

MOST_ROWS = 5_000
MOST_BYTES = 5 * 1024 * 1024
SEPARATORS = ",;\t"
SOURCE = "en"
FACETS = {
    "languages": kinds.LANGUAGE,
    "regions": kinds.REGION,
    "countries": kinds.COUNTRY,
    "topics": kinds.TOPIC,
    "instruments": kinds.INSTRUMENT,
}
FIELDS = (
    "title_given", "body", "symbol", "kind", "year", "dated", "source_url", "restricted_to",
    "asked_for", "courses", "note", "reference",
)  # fmt: skip


def text_column(name: str, language: str) -> str:
    """Return the column of a title or summary: ``title``, ``title_fr``."""
    return name if language == SOURCE else f"{name}_{language}"


TEXTS = {text_column(name, code): (name, code) for code in CODES for name in ("title", "summary")}
COLUMNS = ("id", *TEXTS, *FIELDS, *FACETS, "label")

_FORMULA = re.compile("'*(?:\\s*[" + re.escape("".join(tables.FORMULA)) + "])")


@dataclass(frozen=True)
class Fault:
    """What is wrong, in a sentence; ``line`` counts from 1 as an editor does (0: the table)."""

    line: int
    column: str
    words: str | Promise


@dataclass(frozen=True)
class Row:
    """One record; ``cells`` has the value of every column the table has."""

    line: int
    cells: Mapping[str, Any]


@dataclass(frozen=True)
class Table:
    """What was read: good rows, and every fault.

    ``by_address``: rows say nothing of our numbers; the address of the source tells which is which.
    """

    rows: list[Row] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    by_address: bool = False


def neutral(text: str) -> str:
    """Return a cell no spreadsheet takes for a formula."""
    return f"'{text}" if _FORMULA.match(text) else text


def restored(cell: str) -> str:
    """Return what ``neutral`` was given."""
    return cell[1:] if cell.startswith("'") and _FORMULA.match(cell) else cell


def parse(data: bytes | str) -> Table:
    """Return the rows and faults of a table. Never raises."""
    text = _decoded(data)
    if text is None:
        return Table(faults=[Fault(0, "", _("The table is not in UTF-8, or too large."))])
    lines = _lines(text)
    try:
        head = [name.strip().casefold() for name in next(lines, (0, []))[1]]
        if problem := _head_problem(head):
            return Table(faults=[Fault(1, "", problem)])
        return _rows(head, lines)
    except csv.Error:
        return Table(faults=[Fault(0, "", _("The table cannot be read as CSV."))])


def _decoded(data: bytes | str) -> str | None:
    raw = data.encode("utf-8", "replace") if isinstance(data, str) else data
    if len(raw) > MOST_BYTES:
        return None
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        return None


def _lines(text: str) -> Iterator[tuple[int, list[str]]]:
    """Yield (number of its first line, cells) of every row."""
    first = text.partition("\n")[0]
    separator = max(SEPARATORS, key=first.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    before = 0
    for cells in reader:
        yield before + 1, cells
        before = reader.line_num


def _head_problem(head: list[str]) -> str | Promise | None:
    if "title" not in head:
        return _("The first line names no column “title”.")
    if len(set(head)) != len(head):
        return _("The first line names a column twice.")
    if unknown := [name for name in head if name not in COLUMNS]:
        return _("The first line names a column nobody knows: %(name)s") % {"name": unknown[0][:40]}
    return None


def _rows(head: list[str], lines: Iterator[tuple[int, list[str]]]) -> Table:
    table, seen = Table(), set()
    for line, cells in lines:
        if not any(cell.strip() for cell in cells):
            continue
        if len(table.rows) + len(table.faults) >= MOST_ROWS:
            table.faults.append(Fault(line, "", _("The table has too many rows.")))
            break
        row, faults = _row(line, head, cells)
        key = row.cells.get("id")
        if key is not None and key in seen:
            faults.append(Fault(line, "id", _("The same record stands in a row above.")))
        seen.add(key)
        if faults:
            table.faults.extend(faults)
        else:
            table.rows.append(row)
    return table


def _row(line: int, head: list[str], cells: list[str]) -> tuple[Row, list[Fault]]:
    """Return a row and what is wrong with it."""
    if len(cells) != len(head):
        return Row(line, {}), [
            Fault(line, "", _("This row has more or fewer cells than the first."))
        ]
    values: dict[str, Any] = {}
    faults = []
    for name, cell in zip(head, cells, strict=True):
        try:
            values[name] = CELLS[TEXTS.get(name, (name,))[0]](restored(cell).strip())
        except Bad as problem:
            faults.append(Fault(line, name, problem.words))
    faults += [Fault(line, name, words) for name, words in whole(values)]
    return Row(line, values), faults


def whole(values: Mapping[str, Any]) -> Iterator[tuple[str, str | Promise]]:
    """Yield what is wrong with a row as a whole."""
    if values.get("title") == "":
        yield "title", _("Every record has an English title.")
    for code in CODES:
        title, summary = text_column("title", code), text_column("summary", code)
        if code != SOURCE and values.get(summary) and not values.get(title):
            yield title, _("There is a summary in this language, but no title.")


def csv_lines(records: Iterable[Mapping[str, Any]], columns: Iterable[str]) -> Iterator[str]:
    """Yield records as CSV lines, the line of names first."""
    names = list(columns)
    return tables.csv_lines(_cells(records, names))


def _cells(records: Iterable[Mapping[str, Any]], names: list[str]) -> Iterator[list[str]]:
    yield names
    for record in records:
        yield [neutral(_text(record.get(name))) for name in names]


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, str | int):
        return str(value)
    return "; ".join(str(part) for part in value) if isinstance(value, list | tuple) else str(value)
