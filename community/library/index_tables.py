"""The full-text index of the library: FTS5 on SQLite, ``tsvector`` and GIN on PostgreSQL.

One row a record and place, with all its languages. Words are those of ``search_text``.
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

TABLE = "community_librarywords"
PLACES = ("title", "about", "words")
# PostgreSQL refuses a tsvector above a megabyte and a word above two kilobytes.
MOST_WORDS = 40_000
LONGEST_WORD = 60

SQLITE = tuple(
    f"""CREATE VIRTUAL TABLE {TABLE}_{place} USING fts5(
        words, detail=none, prefix='2 3 4 5', tokenize='unicode61 remove_diacritics 0'
    )"""
    for place in PLACES
)
POSTGRESQL = (
    f"""CREATE TABLE {TABLE} (
        publication_id bigint PRIMARY KEY,
        title tsvector NOT NULL, about tsvector NOT NULL, words tsvector NOT NULL
    )""",
    # The vectors are read by their indexes alone: kept apart, they leave the rows small.
    *(f"ALTER TABLE {TABLE} ALTER COLUMN {place} SET STORAGE EXTERNAL" for place in PLACES),
    f"ALTER TABLE {TABLE} SET (toast_tuple_target = 128)",
    *(f"CREATE INDEX {TABLE}_{place} ON {TABLE} USING gin ({place})" for place in PLACES),
    # For a word that most records have, the planner would read all vectors instead of the index:
    # it does not know that they are kept apart. Inside these functions it may not.
    *(
        f"""CREATE FUNCTION {TABLE}_in_{place}(query tsquery) RETURNS text
            LANGUAGE sql STABLE SET enable_seqscan = off AS
            $$ SELECT string_agg(publication_id::text, ',') FROM {TABLE} WHERE {place} @@ query $$
        """  # noqa: S608
        for place in PLACES
    ),
)


def create(database: Any) -> None:
    """Make the table (called by the migration)."""
    for statement in SQLITE if database.vendor == "sqlite" else POSTGRESQL:
        database.cursor().execute(statement)


def remove(database: Any) -> None:
    """Take the tables away again."""
    cursor = database.cursor()
    if database.vendor == "postgresql":
        for place in PLACES:
            cursor.execute(f"DROP FUNCTION {TABLE}_in_{place}(tsquery)")
    for table in _tables(database):
        cursor.execute(f"DROP TABLE {table}")


def _tables(database: Any) -> list[str]:
    if database.vendor == "sqlite":
        return [f"{TABLE}_{place}" for place in PLACES]
    return [TABLE]


def put(rows: Iterable[tuple[int, str, str, str]]) -> None:
    """Store (record, words of title, about it, of its files), replacing what is there."""
    made = [(key, *_widening(*map(_distinct, places))) for key, *places in rows]
    drop([row[0] for row in made])
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            for at, table in enumerate(_tables(connection), start=1):
                cursor.executemany(
                    f"INSERT INTO {table}(rowid, words) VALUES (%s, %s)",  # noqa: S608
                    [(row[0], " ".join(row[at])) for row in made],
                )
        else:
            cursor.executemany(
                f"INSERT INTO {TABLE} VALUES (%s, array_to_tsvector(%s::text[]), "  # noqa: S608
                "array_to_tsvector(%s::text[]), array_to_tsvector(%s::text[]))",
                made,
            )


def _distinct(text: str) -> list[str]:
    words = dict.fromkeys(word[:LONGEST_WORD] for word in text.split())
    return list(words)[:MOST_WORDS]


def _widening(
    title: list[str], about: list[str], body: list[str]
) -> tuple[list[str], list[str], list[str]]:
    wider = list(dict.fromkeys([*title, *about]))
    return title, wider, list(dict.fromkeys([*wider, *body]))[:MOST_WORDS]


def drop(keys: Iterable[int]) -> None:
    """Forget the words of these records."""
    column = "rowid" if connection.vendor == "sqlite" else "publication_id"
    rows = [(key,) for key in keys]
    with connection.cursor() as cursor:
        for table in _tables(connection):
            cursor.executemany(f"DELETE FROM {table} WHERE {column} = %s", rows)  # noqa: S608


def empty() -> None:
    """Forget all words."""
    with connection.cursor() as cursor:
        for table in _tables(connection):
            cursor.execute(f"DELETE FROM {table}")  # noqa: S608


def matching(terms: Iterable[str], place: str = "words") -> list[int]:
    """Return the numbers of the records that have, in this place, words beginning with all terms.

    Terms are words in the form of ``search_terms``: letters and digits alone. Raises ValueError
    for any other, for none, and for a place there is not.
    """
    asked = [term[:LONGEST_WORD] for term in terms]
    if place not in PLACES or not asked or not all(_is_word(term) for term in asked):
        raise ValueError("words and a place are needed")
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            table = f"{TABLE}_{place}"
            cursor.execute(
                f"SELECT group_concat(rowid) FROM {table} WHERE {table} MATCH %s",  # noqa: S608
                [" ".join(f'"{term}"*' for term in asked)],
            )
        else:
            cursor.execute(
                f"SELECT {TABLE}_in_{place}(%s::tsquery)",
                [" & ".join(f"'{term}':*" for term in asked)],
            )
        return numbers(cursor.fetchone()[0])


def _is_word(term: str) -> bool:
    return bool(term) and not any(sign in term for sign in " \"'\\\x00")
