"""Who is in the directory, in memory: one long number a value, one bit an entry.

A facet or a word is worth only what its field shows, so beside the values stand, a field, three
sets: shown to every member, to the same region, to the same groups. ``finding`` joins them to what
one viewer sees; nothing here decides who that is. Each process keeps its own copy, asks one query
what has changed since, and reads that again.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from threading import Lock
from typing import Any

from django.db.models import F, QuerySet

from community.bits import Order, bits_of
from community.directory import rules
from community.directory.index import LINES, now
from community.directory.kinds import FIELDS, LANGUAGE, TOPIC
from community.directory.models import DirectoryChange, Profile, ProfileTerm
from community.directory.words import Words
from portal.organisations.models import FocalPoint
from portal.shared import clock
from portal.vetting.models import Membership, Tier

MOST_CHANGED = 500  # more changes than these, and everything is read again
BACK = 60_000_000  # microseconds: how late a transaction may end and still be heard of
WHOLE_AFTER = timedelta(days=1)  # changes are kept for two days; memory this old starts anew
Key = tuple[str, str]
COLUMNS = (
    "pk", "person_id", "words", "confirmed_at", "mentor",
    "person__membership__lapses_at",
    *(f"show_{name}" for name in FIELDS),
)  # fmt: skip
PLACE = ("public_id", "name", "unit", "country_id")


@dataclass(frozen=True)
class Entry:
    """One entry as it was read: what it is sorted and found by."""

    person: int
    name: str
    words: tuple[frozenset[str], ...]
    confirmed: int
    ends: datetime


@dataclass
class Memory:
    """What was true at ``mark``. Every entry is switched on and its person was a member then;
    ``current_bits`` leaves out who has lapsed since."""

    mark: int
    read_at: datetime
    entries: dict[int, Entry]
    values: dict[Key, int]
    words: Words
    names: dict[str, str] = field(default_factory=dict)  # of organisations, by public id
    heard: set[int] = field(default_factory=set)  # changes that are in here already
    orders: dict[str, Order] = field(default_factory=dict)
    numbers: dict[int, int] = field(default_factory=dict)  # person → entry
    ending: list[tuple[datetime, int]] = field(default_factory=list)
    all_bits: int = 0

    def __post_init__(self) -> None:
        self.numbers = {row.person: key for key, row in self.entries.items()}
        self.ending = sorted((row.ends, key) for key, row in self.entries.items())
        self.all_bits = bits_of(self.entries)

    def of(self, facet: str, value: str) -> int:
        """Return the entries that have a value, whoever may see it."""
        return self.values.get((facet, value), 0)

    def shown(self, name: str, sight: str) -> int:
        """Return the entries that show a field to such viewers."""
        return self.of(f"show_{name}", sight)

    def current_bits(self, moment: datetime) -> int:
        """Return the entries whose membership has not run out."""
        late = []
        for ends, key in self.ending:
            if ends > moment:
                break
            late.append(key)
        return self.all_bits & ~bits_of(late)

    def order(self, name: str) -> Order:
        """Return ``name`` or ``confirmed`` (newest first), made when it is asked for first."""
        if name not in self.orders:
            self.orders[name] = Order(sorted(_order_rows(name, self.entries)))
        return self.orders[name]


def _order_rows(name: str, entries: dict[int, Entry]) -> list[tuple[Any, ...]]:
    if name == "confirmed":
        return [(-row.confirmed, row.name, key) for key, row in entries.items()]
    return [(row.name, key) for key, row in entries.items()]


_kept: Memory | None = None
_lock = Lock()


def forget() -> None:
    """Drop what is kept (tests, where one database follows another)."""
    global _kept
    _kept = None


def current() -> Memory:
    """Return what is true now. One query if nothing changed."""
    global _kept
    with _lock:
        kept = _kept
        if kept is None or kept.read_at < clock.now() - WHOLE_AFTER:
            _kept = _whole()
            return _kept
        mark = now()
        rows = DirectoryChange.objects.filter(mark__gt=kept.mark - BACK)
        changes = dict(rows.values_list("pk", "profile"))
        fresh = {key for change, key in changes.items() if change not in kept.heard}
        if len(fresh) > MOST_CHANGED or len(kept.words.fresh) > MOST_CHANGED:
            _kept = _whole()
        elif fresh:
            _kept = _brought_up(kept, fresh, max(mark, kept.mark), set(changes))
        return _kept


def _whole() -> Memory:
    mark, moment = now(), clock.now()
    heard = set(DirectoryChange.objects.filter(mark__gt=mark - BACK).values_list("pk", flat=True))
    entries, values, names = _read(None)
    return Memory(mark, moment, entries, values, Words.of(_lines(entries)), names, heard)


def _lines(entries: dict[int, Entry]) -> Iterable[tuple[int, tuple[frozenset[str], ...]]]:
    return ((key, row.words) for key, row in entries.items())


def _brought_up(old: Memory, keys: set[int], mark: int, heard: set[int]) -> Memory:
    """Return memory with these entries as they are now."""
    entries, values, names = _read(keys)
    others = ~bits_of(keys)
    kept = {key: bits & others for key, bits in old.values.items()}
    for name, bits in values.items():
        kept[name] = kept.get(name, 0) | bits
    rest = {key: row for key, row in old.entries.items() if key not in keys}
    words = old.words.changed(keys, dict(_lines(entries)))
    orders = {
        name: order.changed(keys, _order_rows(name, entries)) for name, order in old.orders.items()
    }
    return Memory(mark, old.read_at, rest | entries, kept, words, old.names | names, heard, orders)


def _of(rows: QuerySet[Any], keys: set[int] | None, name: str = "pk") -> QuerySet[Any]:
    return (rows if keys is None else rows.filter(**{f"{name}__in": keys})).order_by()


def _read(
    keys: set[int] | None,
) -> tuple[dict[int, Entry], dict[Key, int], dict[str, str]]:
    """Return entries, the numbers of every value as bits, and names of organisations."""
    place = [f"person__membership__organisation__{name}" for name in PLACE]
    rows = _of(
        Profile.objects.filter(
            listed=True, person__is_active=True, person__hold="",
            person__membership__state=Membership.State.ACTIVE,
            person__membership__tier=Tier.MEMBER,
        ),
        keys,
    )  # fmt: skip
    entries: dict[int, Entry] = {}
    names: dict[str, str] = {}
    found: dict[Key, list[int]] = defaultdict(list)
    for row in rows.values_list(*COLUMNS, *place).iterator():
        key, person, words, confirmed, mentor, ends, *sights = row[: len(COLUMNS)]
        number, name, unit, country = row[len(COLUMNS) :]
        entries[key] = _entry(person, words, confirmed, ends)
        names[str(number)] = name
        pairs = [("organisation", str(number)), ("unit", unit), ("country", country)]
        pairs += [("region", rules.region_of(country))]
        pairs += [("mentor", "yes")] if mentor else []
        pairs += [(f"show_{one}", sight) for one, sight in zip(FIELDS, sights, strict=True)]
        for pair in pairs:
            found[pair].append(key)
    for facet, value, key in (*_terms(keys), *_functions(keys)):
        if key in entries:
            found[facet, value].append(key)
    return entries, {pair: bits_of(numbers) for pair, numbers in found.items()}, names


def _entry(person: int, words: str, confirmed: datetime, ends: datetime) -> Entry:
    name, *lines = words.split("\n") if words else ("",)
    parts = [frozenset(line.split()) for line in lines]
    parts += [frozenset()] * (len(LINES) - len(parts))
    return Entry(person, name, tuple(parts), int(confirmed.timestamp()), ends)


def _terms(keys: set[int] | None) -> Iterable[tuple[str, str, int]]:
    rows = ProfileTerm.objects.filter(facet__in=(LANGUAGE, TOPIC))
    return _of(rows, keys, "profile").values_list("facet", "value", "profile_id")


def _functions(keys: set[int] | None) -> Iterable[tuple[str, str, int]]:
    """Return the functions that are confirmed, of the organisation the person is a member of."""
    rows = FocalPoint.objects.filter(
        confirmed_at__isnull=False, person__directory_profile__isnull=False,
        organisation=F("person__membership__organisation"),
    )  # fmt: skip
    found = _of(rows, keys, "person__directory_profile")
    return [
        ("function", function, key)
        for function, key in found.values_list("function", "person__directory_profile")
    ]
