"""The full-text index of posts (``community.fulltext``).

Asked for the newest posts first, in the spaces a person may read, a part at a time: with a million
posts a common word stands in more of them than anybody looks through. On SQLite the space is one
more word of the post (its first sign is none that ``search_text`` leaves in what people write), on
PostgreSQL a column.
"""

from collections.abc import Iterable, Sequence

from django.db import connection

from community.fulltext import FullText, checked, distinct, postgresql_query, sqlite_query

TABLE = "community_discussionwords"
_words = FullText(TABLE, ("words",), key="post_id", extra={"space_id": "bigint"})
create, remove, drop, empty = _words.create, _words.remove, _words.drop, _words.empty


def _sign(space: int) -> str:
    return f"\ue000{space}"


def put(rows: Iterable[tuple[int, int, str]]) -> None:
    """Store (post, its space, its words), replacing what is there."""
    signed = connection.vendor == "sqlite"
    made = [
        (key, space, [*distinct(text), *([_sign(space)] if signed else [])])
        for key, space, text in rows
    ]
    _words.insert(made)


def newest(
    terms: Iterable[str], spaces: Sequence[int], *, limit: int, before: int | None = None
) -> list[int]:
    """Return the numbers of at most ``limit`` posts in these spaces with words beginning with all
    terms: the newest first, those below ``before``. Raises ValueError for what is no term."""
    asked = checked(terms)
    if not spaces:
        return []
    below = 2**62 if before is None else before
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            table = f"{TABLE}_words"
            places = " OR ".join(f'"{_sign(space)}"' for space in spaces)
            cursor.execute(
                f"SELECT rowid FROM {table} WHERE {table} MATCH %s AND rowid < %s "  # noqa: S608
                "ORDER BY rowid DESC LIMIT %s",
                [f"({sqlite_query(asked)}) AND ({places})", below, limit],
            )
        else:
            cursor.execute(
                f"SELECT post_id FROM {TABLE} WHERE words @@ %s::tsquery "  # noqa: S608
                "AND space_id = ANY(%s) AND post_id < %s ORDER BY post_id DESC LIMIT %s",
                [postgresql_query(asked), list(spaces), below, limit],
            )
        return [row[0] for row in cursor.fetchall()]
