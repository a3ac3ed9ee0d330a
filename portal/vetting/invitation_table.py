"""Reads the table of people to invite (CSV, RFC 4180) and names every faulty row. No database.

Columns by their English names in the first line, in any order; ``email`` is needed. Commas,
semicolons and tabs separate; that is found out from the first line.
"""

import csv
import io
from collections.abc import Mapping
from dataclasses import dataclass, field

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from portal.languages.table import CODES
from portal.organisations.regions import tree
from portal.shared.text import plain

COLUMNS = ("email", "name", "language", "country", "organisation")
MOST_ROWS = 500
MOST_BYTES = 256 * 1024
SEPARATORS = ",;\t"


@dataclass(frozen=True)
class Fault:
    """What is wrong, in a sentence; ``line`` counts from 1 as an editor does (0: the table)."""

    line: int
    column: str
    words: str | Promise


@dataclass(frozen=True)
class Row:
    """One person to invite."""

    line: int
    email: str
    name: str = ""
    language: str = ""
    country: str = ""
    organisation: str = ""


@dataclass(frozen=True)
class Table:
    """What was read: good rows, and every fault."""

    rows: list[Row] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)


def read(data: bytes | str, *, needs_organisation: bool, language: str) -> Table:
    """Return the rows and faults of a table. Never raises; ``language`` fills empty cells."""
    text = _decoded(data)
    if text is None:
        return Table(faults=[Fault(0, "", _("The table is not in UTF-8, or too large."))])
    lines = text.splitlines()
    if not lines:
        return Table(faults=[Fault(0, "", _("The table is empty."))])
    separator = max(SEPARATORS, key=lines[0].count)
    try:
        records = list(csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True))
    except csv.Error:
        return Table(faults=[Fault(0, "", _("The table has an open quotation mark."))])
    names = [cell.strip().lower() for cell in records[0]]
    if faults := _head_faults(names):
        return Table(faults=faults)
    if len(records) - 1 > MOST_ROWS:
        return Table(faults=[Fault(0, "", _("The table has more than 500 rows."))])
    return _read_rows(records[1:], names, needs_organisation, language)


def _decoded(data: bytes | str) -> str | None:
    if isinstance(data, str):
        return data if len(data) <= MOST_BYTES else None
    if len(data) > MOST_BYTES:
        return None
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return None


def _head_faults(names: list[str]) -> list[Fault]:
    faults = [
        Fault(1, name, _("There is no column of this name."))
        for name in names
        if name and name not in COLUMNS
    ]
    faults += [
        Fault(1, name, _("This column stands there twice."))
        for name in COLUMNS
        if names.count(name) > 1
    ]
    if "email" not in names:
        faults.append(Fault(1, "email", _("This column is missing.")))
    return faults


def _read_rows(
    records: list[list[str]], names: list[str], needs_organisation: bool, language: str
) -> Table:
    table, seen = Table(), dict[str, int]()
    for number, cells in enumerate(records, 2):
        if not any(cell.strip() for cell in cells):
            continue
        if len(cells) > len(names):
            table.faults.append(Fault(number, "", _("This row has more cells than the first.")))
            continue
        values = {
            name: " ".join(plain(cell).split()) for name, cell in zip(names, cells, strict=False)
        }
        row, faults = _row(number, values, needs_organisation, language)
        if row.email and row.email in seen:
            faults.append(Fault(number, "email", _("This address stands there twice.")))
        seen.setdefault(row.email, number)
        table.faults.extend(faults)
        if not faults:
            table.rows.append(row)
    if not table.rows and not table.faults:
        table.faults.append(Fault(0, "", _("The table has no rows.")))
    return table


def _row(
    number: int, values: Mapping[str, str], needs_organisation: bool, language: str
) -> tuple[Row, list[Fault]]:
    row = Row(
        line=number,
        email=values.get("email", "").lower(),
        name=values.get("name", "")[:150],
        language=values.get("language", "").lower() or language,
        country=_country(values.get("country", "")),
        organisation=values.get("organisation", "")[:200],
    )
    faults = []
    try:
        validate_email(row.email)
    except ValidationError:
        faults.append(Fault(number, "email", _("This is no e-mail address.")))
    if row.language not in CODES:
        faults.append(Fault(number, "language", _("Use one of: en, fr, es, ru, ar, zh-hans, uk.")))
    if row.country and row.country not in tree():
        faults.append(
            Fault(number, "country", _("Use the two letters of the country, for example SN."))
        )
    if needs_organisation and not row.country:
        faults.append(Fault(number, "country", _("The country is missing.")))
    if needs_organisation and not row.organisation:
        faults.append(Fault(number, "organisation", _("The organisation is missing.")))
    return row, faults


def _country(text: str) -> str:
    return text.upper() if len(text) == 2 else text
