"""Which records have which value, in memory: one long number a value, one bit a record.

Facets are counted over everything that was found, so a hundred thousand rows would have to be
grouped for each of them. As bits they are a few hundred "and" operations. Each process keeps its
own copy and asks one row of the database whether it is still true; what has changed is read again.

Nothing here decides who may see what: ``finding.audience`` does, with ``permissions``.
"""

from collections import OrderedDict, defaultdict
from dataclasses import dataclass, field
from threading import Lock
from typing import Any

from django.db.models import F, QuerySet

from community.bits import Numbers, Order, bits_of, numbers
from community.library import index_tables
from community.library.index_models import IndexEntry, IndexState
from community.library.kinds import LANGUAGE
from community.library.models import Edition, Publication, PublicationTerm, PublicationText
from community.library.vocabulary import document_language
from portal.shared.text import fold

MOST_CHANGED = 500  # more changes than these, and everything is read again
MOST_QUERIES = 200  # answers of the full-text index that are kept
Key = tuple[str, str]


@dataclass
class Memory:
    """What was true at ``mark``. ``values`` holds the bits of ("kind", "study"), ("year", "2020")
    and so on; those of records that are not published are in none."""

    mark: int
    live: int
    values: dict[Key, int]
    orders: dict[str, Order] = field(default_factory=dict)
    found: OrderedDict[Any, int] = field(default_factory=OrderedDict)

    def of(self, facet: str, value: str) -> int:
        """Return the records that have a value."""
        return self.values.get((facet, value), 0)

    def order(self, name: str) -> Order:
        """Return ``newest`` or ``title:<language>``, read when it is asked for first."""
        if name not in self.orders:
            self.orders[name] = Order(sorted(_order_rows(name, None)))
        return self.orders[name]

    def matching(self, terms: tuple[str, ...], place: str) -> int:
        """Return the records with all terms in a place of the full-text index."""
        asked = (terms, place)
        if asked in self.found:
            self.found.move_to_end(asked)
            return self.found[asked]
        bits = self.found[asked] = bits_of(index_tables.matching(terms, place))
        while len(self.found) > MOST_QUERIES:
            self.found.popitem(last=False)
        return bits


_kept: Memory | None = None
_lock = Lock()


def forget() -> None:
    """Drop what is kept (tests, where one database follows another)."""
    global _kept
    _kept = None


def current() -> Memory:
    """Return what is true now. One query if nothing changed."""
    global _kept
    row = IndexState.objects.filter(pk=1).values_list("mark", "whole").first()
    mark, whole = row or (0, 0)
    with _lock:
        kept = _kept
        if kept is not None and kept.mark == mark:
            return kept
        if kept is None or kept.mark > mark or kept.mark < whole:
            _kept = _read(mark)
        else:
            _kept = _brought_up(kept, mark)
        return _kept


def _read(mark: int) -> Memory:
    values, live = _values(None)
    return Memory(mark, live, values)


def _brought_up(old: Memory, mark: int) -> Memory:
    """Return memory with the records that were marked since; read anew if these are many."""
    rows = IndexEntry.objects.filter(mark__gt=old.mark).values_list("pk", flat=True)
    keys = set(rows[: MOST_CHANGED + 1])
    if len(keys) > MOST_CHANGED:
        return _read(mark)
    others = ~bits_of(keys)
    fresh, live = _values(keys)
    values = {key: bits & others for key, bits in old.values.items()}
    for key, bits in fresh.items():
        values[key] = values.get(key, 0) | bits
    orders = {
        name: order.changed(keys, _order_rows(name, keys)) for name, order in old.orders.items()
    }
    return Memory(mark, (old.live & others) | live, values, orders)


def _of(rows: QuerySet[Any], keys: set[int] | None, name: str = "pk") -> QuerySet[Any]:
    return (rows if keys is None else rows.filter(**{f"{name}__in": keys})).order_by()


def _values(keys: set[int] | None) -> tuple[dict[Key, int], int]:
    """Return the bits of every value, and those of what is published."""
    found: dict[Key, int] = defaultdict(int)
    live = 0
    published = _of(Publication.objects.filter(live=True), keys)
    for name in ("kind", "year", "label", "asked_for"):
        for value, text in published.values_list(name).annotate(all=Numbers("pk")):
            bits = bits_of(numbers(text))
            found[name, "" if value is None else str(value)] |= bits
            live |= bits
    terms = _of(PublicationTerm.objects.all(), keys, "publication")
    for facet, value, text in terms.values_list("facet", "value").annotate(
        all=Numbers("publication_id")
    ):
        found[facet, value] |= bits_of(numbers(text)) & live
    editions = _of(Edition.objects.all(), keys, "publication")
    for value, text in editions.values_list("language").annotate(all=Numbers("publication_id")):
        found[LANGUAGE, document_language(value)] |= bits_of(numbers(text)) & live
    return dict(found), live


def _order_rows(name: str, keys: set[int] | None) -> list[tuple[Any, ...]]:
    """Return the rows of an order: years from the newest, or titles as they are compared."""
    if name == "newest":
        rows = _of(Publication.objects.all(), keys).values_list("year", "pk")
        return [(-(year or 0), -key, key) for year, key in rows]
    language = name.partition(":")[2]
    texts = _of(PublicationText.objects.all(), keys, "publication")
    titles: dict[int, str] = {}
    for code in dict.fromkeys(["en", language]):
        titles.update(
            texts.filter(language=code).values_list(F("publication_id"), "title").iterator()
        )
    return [(fold(title), key) for key, title in titles.items()]
