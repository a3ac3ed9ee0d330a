"""The full-text index of the library (``community.fulltext``).

One row a record and place, with all its languages.
Three places are searched, each wider than the one before: ``title``; ``about`` (titles, summaries,
publisher, symbol, names of kind and terms); ``words`` (these and the texts of the files). Each has
an index of its own, because a query about titles would otherwise read through all texts.

Answers are whole lists of record numbers, because facets are counted over all that was found. The
database hands them over as one text: a hundred thousand rows would take several times as long.
"""

from collections.abc import Iterable
from typing import Any

from django.db import connection

from community.bits import numbers
from community.fulltext import (
    MOST_WORDS,
    FullText,
    checked,
    distinct,
    postgresql_query,
    sqlite_query,
)

__all__ = ["create", "drop", "empty", "matching", "put", "remove"]

TABLE = "community_librarywords"
PLACES = ("title", "about", "words")
_words = FullText(TABLE, PLACES, key="publication_id")
drop, empty = _words.drop, _words.empty
# For a word that most records have, the planner would read all vectors instead of the index: it
# does not know that they are kept apart. Inside these functions it may not.
FUNCTIONS = tuple(
    f"""CREATE FUNCTION {TABLE}_in_{place}(query tsquery) RETURNS text
        LANGUAGE sql STABLE SET enable_seqscan = off AS
        $$ SELECT string_agg(publication_id::text, ',') FROM {TABLE} WHERE {place} @@ query $$
    """  # noqa: S608
    for place in PLACES
)


def create(database: Any) -> None:
    """Make the table (called by the migration)."""
    _words.create(database)
    if database.vendor == "postgresql":
        for statement in FUNCTIONS:
            database.cursor().execute(statement)


def remove(database: Any) -> None:
    """Take the tables away again."""
    if database.vendor == "postgresql":
        for place in PLACES:
            database.cursor().execute(f"DROP FUNCTION {TABLE}_in_{place}(tsquery)")
    _words.remove(database)


def put(rows: Iterable[tuple[int, str, str, str]]) -> None:
    """Store (record, words of title, about it, of its files), replacing what is there."""
    _words.insert([(key, *_widening(*map(distinct, places))) for key, *places in rows])


def _widening(
    title: list[str], about: list[str], body: list[str]
) -> tuple[list[str], list[str], list[str]]:
    wider = list(dict.fromkeys([*title, *about]))
    return title, wider, list(dict.fromkeys([*wider, *body]))[:MOST_WORDS]


def matching(terms: Iterable[str], place: str = "words") -> list[int]:
    """Return the numbers of the records that have, in this place, words beginning with all terms.

    Raises ValueError for what is no term, for none, and for a place there is not.
    """
    asked = checked(terms)
    if place not in PLACES:
        raise ValueError("a place is needed")
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            table = f"{TABLE}_{place}"
            cursor.execute(
                f"SELECT group_concat(rowid) FROM {table} WHERE {table} MATCH %s",  # noqa: S608
                [sqlite_query(asked)],
            )
        else:
            cursor.execute(
                f"SELECT {TABLE}_in_{place}(%s::tsquery)",
                [postgresql_query(asked)],
            )
        return numbers(cursor.fetchone()[0])
