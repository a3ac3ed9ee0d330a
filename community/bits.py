"""Rows of a table as bits: which of them have a value, and in which order they are shown.

A set of rows is one long number, one bit a row, at the place of its number. So facets are counted
by a few hundred "and" operations, where a database would have to group all rows for each of them.
The library counts its records this way, the directory its people.
"""

from bisect import insort
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import compress, islice
from typing import Any

from django.db.models import Aggregate, TextField

BITS = bytes.maketrans(b"01", b"\x00\x01")


class Numbers(Aggregate):
    """The numbers of a group as one text: ``3,17,20``. Empty groups give None."""

    function = "GROUP_CONCAT"
    template = "%(function)s(%(expressions)s)"
    output_field = TextField()

    def as_postgresql(self, compiler: Any, database: Any, **context: Any) -> Any:
        """Write it as PostgreSQL does."""
        template = "STRING_AGG((%(expressions)s)::text, ',')"
        return self.as_sql(compiler, database, template=template, **context)


def numbers(text: str | None) -> list[int]:
    """Return the numbers of such a text."""
    return list(map(int, text.split(","))) if text else []


def bits_of(keys: Iterable[int]) -> int:
    """Return the number in which the bits of these records are set."""
    found = list(keys)
    if not found:
        return 0
    signs = bytearray(b"0") * (max(found) + 1)
    for key in found:
        signs[key] = 49
    return int(signs[::-1], 2)


def keys_of(bits: int) -> list[int]:
    """Return the records whose bits are set, in rising order."""
    return [at for at, sign in enumerate(reversed(f"{bits:b}")) if sign == "1"]


@dataclass
class Order:
    """Records in one order: rows of what they are sorted by, the record's number last."""

    rows: list[tuple[Any, ...]]
    keys: list[int] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.keys = [row[-1] for row in self.rows]

    def part(self, bits: int, start: int, stop: int) -> list[int]:
        """Return the records from place ``start`` to ``stop`` among those whose bits are set."""
        return [row[-1] for row in islice(self.among(bits), start, stop)]

    def among(self, bits: int) -> Iterator[tuple[Any, ...]]:
        """Return the rows of the records whose bits are set."""
        if not bits or not self.keys:
            return iter(())
        length = max(bits.bit_length(), max(self.keys) + 1)
        flags = f"{bits:0{length}b}".encode().translate(BITS)[::-1]
        return compress(self.rows, map(flags.__getitem__, self.keys))

    def changed(self, keys: set[int], rows: list[tuple[Any, ...]]) -> "Order":
        """Return the order with these records at their new places."""
        kept = [row for row in self.rows if row[-1] not in keys]
        for row in rows:
            insort(kept, row)
        return Order(kept)
