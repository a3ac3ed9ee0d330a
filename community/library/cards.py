"""Records as cards of links in posts: those the person may see."""

import re
from typing import Any

from community.ids import parse_uuid
from community.library.permissions import visible
from community.library.rows import MEMBERS, Row, rows_for
from portal.cards import Card, register
from portal.languages.table import CODES

_PATH = re.compile(
    rf"/(?:{'|'.join(CODES)})/(?:community/)?library/([0-9a-f]{{8}}(?:-[0-9a-f]{{4}}){{3}}-[0-9a-f]{{12}})/"
)


def read(path: str) -> str:
    """Return the number of the record an address leads to; "" for others."""
    found = _PATH.fullmatch(path)
    return found[1] if found else ""


def find(user: Any, keys: list[str], language: str) -> dict[str, Card]:
    """Return the cards of records by number. Three queries."""
    numbers = [number for number in map(parse_uuid, keys) if number]
    rows = rows_for(visible(user).filter(public_id__in=numbers), MEMBERS, language)
    return {row.public_id: _card(row) for row in rows}


def _card(row: Row) -> Card:
    return Card(
        title=row.words.title,
        kind=row.kind,
        label=row.label,
        url=row.url,
        language=row.words.code,
        direction=row.words.direction,
    )


register("publication", read, find)
