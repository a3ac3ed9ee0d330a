"""Full-text tables: FTS5 on SQLite, ``tsvector`` with GIN on PostgreSQL. One small interface.

A row is a number with the words of its places, each place with an index of its own. Words are those
of ``portal.shared.text.search_text``. The tables are no models: each database has its own kind.
"""

from collections.abc import Iterable, Sequence
from typing import Any

from django.db import connection

# PostgreSQL refuses a tsvector above a megabyte and a word above two kilobytes.
MOST_WORDS = 40_000
LONGEST_WORD = 60


def distinct(text: str) -> list[str]:
    """Return the words of a text, each once, as they may be stored."""
    words = dict.fromkeys(word[:LONGEST_WORD] for word in text.split())
    return list(words)[:MOST_WORDS]


def checked(terms: Iterable[str]) -> list[str]:
    """Return terms in the form of ``search_terms``: letters and digits alone. Raises ValueError for
    any other, and for none."""
    asked = [term[:LONGEST_WORD] for term in terms]
    if not asked or not all(_is_word(term) for term in asked):
        raise ValueError("words are needed")
    return asked


def _is_word(term: str) -> bool:
    return bool(term) and not any(sign in term for sign in " \"'\\\x00")


def sqlite_query(terms: Sequence[str]) -> str:
    """Return the FTS5 query for rows with words beginning with all terms."""
    return " ".join(f'"{term}"*' for term in terms)


def postgresql_query(terms: Sequence[str]) -> str:
    """Return the same as text of a ``tsquery``."""
    return " & ".join(f"'{term}':*" for term in terms)


class FullText:
    """One table of words. ``key`` is the column of the number, ``extra`` further columns that
    PostgreSQL keeps beside the words (name → type)."""

    def __init__(
        self, table: str, places: Sequence[str], *, key: str, extra: dict[str, str] | None = None
    ) -> None:
        self.table, self.places, self.key, self.extra = table, tuple(places), key, extra or {}

    def tables(self, database: Any = connection) -> list[str]:
        """Return the tables there are in this database."""
        if database.vendor == "sqlite":
            return [f"{self.table}_{place}" for place in self.places]
        return [self.table]

    def create(self, database: Any) -> None:
        """Make the tables (called by a migration)."""
        for statement in self._sqlite() if database.vendor == "sqlite" else self._postgresql():
            database.cursor().execute(statement)

    def _sqlite(self) -> list[str]:
        return [
            f"""CREATE VIRTUAL TABLE {table} USING fts5(
                words, detail=none, prefix='2 3 4 5', tokenize='unicode61 remove_diacritics 0'
            )"""
            for table in (f"{self.table}_{place}" for place in self.places)
        ]

    def _postgresql(self) -> list[str]:
        columns = [f"{self.key} bigint PRIMARY KEY"]
        columns += [f"{name} {kind} NOT NULL" for name, kind in self.extra.items()]
        columns += [f"{place} tsvector NOT NULL" for place in self.places]
        return [
            f"CREATE TABLE {self.table} ({', '.join(columns)})",
            # The vectors are read by their indexes alone: kept apart, they leave the rows small.
            *(
                f"ALTER TABLE {self.table} ALTER COLUMN {place} SET STORAGE EXTERNAL"
                for place in self.places
            ),
            f"ALTER TABLE {self.table} SET (toast_tuple_target = 128)",
            *(
                f"CREATE INDEX {self.table}_{place} ON {self.table} USING gin ({place})"
                for place in self.places
            ),
        ]

    def remove(self, database: Any) -> None:
        """Take the tables away again."""
        for table in self.tables(database):
            database.cursor().execute(f"DROP TABLE {table}")

    def insert(self, rows: Sequence[tuple[Any, ...]]) -> None:
        """Store (number, extra columns…, a list of words for each place), replacing others."""
        self.drop([row[0] for row in rows])
        first = 1 + len(self.extra)
        with connection.cursor() as cursor:
            if connection.vendor == "sqlite":
                for at, table in enumerate(self.tables()):
                    cursor.executemany(
                        f"INSERT INTO {table}(rowid, words) VALUES (%s, %s)",  # noqa: S608
                        [(row[0], " ".join(row[first + at])) for row in rows],
                    )
                return
            marks = ["%s"] * first + ["array_to_tsvector(%s::text[])"] * len(self.places)
            cursor.executemany(
                f"INSERT INTO {self.table} VALUES ({', '.join(marks)})",  # noqa: S608
                rows,
            )

    def drop(self, keys: Iterable[int]) -> None:
        """Forget the words of these rows."""
        column = "rowid" if connection.vendor == "sqlite" else self.key
        rows = [(key,) for key in keys]
        with connection.cursor() as cursor:
            for table in self.tables():
                cursor.executemany(
                    f"DELETE FROM {table} WHERE {column} = %s",  # noqa: S608
                    rows,
                )

    def empty(self) -> None:
        """Forget all words."""
        with connection.cursor() as cursor:
            for table in self.tables():
                cursor.execute(f"DELETE FROM {table}")  # noqa: S608
