"""Finds people for one viewer, and counts for every facet what choosing a value would leave.

Several values of one facet widen, different facets narrow. A count is made under everything that
is chosen in the other facets. All of it starts from ``seen_by``: the entries whose name she sees,
and for every field those where she sees it. A value she may not see is in no result, no count, no
order and no hit of a word; a value that only such entries have is not there at all.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from difflib import get_close_matches
from typing import Any

from community.bits import Numbers, bits_of, numbers
from community.directory.asking import BEST, CONFIRMED, FIELD_OF, MOST_PAGES, ORGANISATION, Asked
from community.directory.index import LINES
from community.directory.kinds import FIELDS, NAME, Sight
from community.directory.memory import Memory, current
from community.directory.permissions import fellows_of, may_look, region_of
from portal.shared import clock

PER_PAGE = 20
MOST_SPELLED = 6  # words of a search that are compared with others
ALIKE = 0.75  # how like a word must be that is offered instead, of 1


@dataclass(frozen=True)
class Found:
    """``keys`` are the entries of the page, in order; ``counts`` facet → value → entries; ``names``
    those of the organisations counted."""

    total: int
    keys: list[int]
    page: int
    pages: int
    counts: dict[str, dict[str, int]] = field(default_factory=dict)
    names: dict[str, str] = field(default_factory=dict)
    is_cut: bool = False  # there are more pages than are shown


@dataclass(frozen=True)
class Seen:
    """The bits of the entries a viewer finds, and by field those where she sees it."""

    known: int
    shown: Mapping[str, int]

    def of(self, memory: Memory, facet: str, value: str) -> int:
        """Return the entries in which she sees this value."""
        return memory.of(facet, value) & self.shown[FIELD_OF[facet]]


def seen_by(user: Any, memory: Memory) -> Seen:
    """Return what a viewer may find. Who shares a group with her is asked of the database anew, so
    who leaves a group sees no more of it."""
    if not may_look(user):
        return Seen(0, dict.fromkeys(FIELDS, 0))
    near = memory.of("region", region_of(user))
    text = fellows_of(user).order_by().aggregate(all=Numbers("pk"))["all"]
    fellows = bits_of(numbers(text))
    live = memory.current_bits(clock.now())
    if (own := memory.numbers.get(user.pk)) is not None:
        live &= ~(1 << own)

    def visible(name: str) -> int:
        to_region = memory.shown(name, Sight.REGION) & near
        to_groups = memory.shown(name, Sight.GROUPS) & fellows
        return memory.shown(name, Sight.EVERYBODY) | to_region | to_groups

    known = visible(NAME) & live
    return Seen(known, {name: visible(name) & known for name in FIELDS})


def find(user: Any, asked: Asked, *, per_page: int = PER_PAGE) -> Found:
    """Return a page of what is found, and the counts of all facets."""
    memory = current()
    seen = seen_by(user, memory)
    words = _words(memory, asked, seen)
    narrowing = _narrowing(memory, asked, seen)
    found = _all(words, narrowing.values())
    total = found.bit_count()
    pages = max(1, -(-total // per_page))
    page = min(asked.page, pages, MOST_PAGES)
    start = (page - 1) * per_page
    counts = _counts(memory, seen, words, narrowing)
    return Found(
        total=total,
        keys=_sorted(memory, asked, found, seen, start, start + per_page),
        page=page,
        pages=min(pages, MOST_PAGES),
        counts=counts,
        names={one: memory.names.get(one, one) for one in counts[ORGANISATION]},
        is_cut=pages > MOST_PAGES,
    )


def counts_of(user: Any, many: list[Asked]) -> list[int]:
    """Count for several questions of one viewer; what she sees is read once."""
    memory = current()
    seen = seen_by(user, memory)
    return [
        _all(_words(memory, one, seen), _narrowing(memory, one, seen).values()).bit_count()
        for one in many
    ]


def spelling(user: Any, asked: Asked) -> Asked | None:
    """Return the same with other words like those written, if that finds somebody: under the same
    filters, or else without them. Nobody if no other words do.

    A word counts only by the entries and fields in which she sees it, also where the nearest one is
    looked for: what is hidden neither gives a word nor takes another one's place.
    """
    memory = current()
    seen = seen_by(user, memory)
    if not seen.known or not 0 < len(asked.terms) <= MOST_SPELLED:
        return None
    terms = tuple(_nearest(memory, seen, term) for term in asked.terms)
    if terms == asked.terms:
        return None
    again = replace(asked, text=" ".join(terms), terms=terms, page=1)
    for one in (again, replace(again, chosen={})):
        found = _all(_words(memory, one, seen), _narrowing(memory, one, seen).values())
        if found:
            return one
    return None


def _nearest(memory: Memory, seen: Seen, term: str) -> str:
    """Return the word most like this one of those she sees, itself where she sees one."""
    words, shown = memory.words, [seen.shown[name] for name in LINES]
    if any(words.matching(number, term) & bits for number, bits in enumerate(shown)):
        return term
    alike = [one for one in words.beginning_like(term) if abs(len(one) - len(term)) < 3]
    nearest = get_close_matches(term, alike, len(alike) or 1, ALIKE)
    known = (
        one
        for one in nearest
        if any(words.having(number, one) & bits for number, bits in enumerate(shown))
    )
    return next(known, term)


def by_name(user: Any, terms: tuple[str, ...], start: int, stop: int) -> tuple[int, list[int]]:
    """Return how many people have all these words in their names, and some of them by name."""
    memory = current()
    seen = seen_by(user, memory)
    found = seen.known
    for term in terms:
        found &= memory.words.matching(LINES.index(NAME), term)
    return found.bit_count(), memory.order(NAME).part(found, start, stop)


def _words(memory: Memory, asked: Asked, seen: Seen) -> int:
    if asked.error:
        return 0
    found = seen.known
    for term in asked.terms:
        here = 0
        for number, name in enumerate(LINES):
            here |= memory.words.matching(number, term) & seen.shown[name]
        found &= here
    return found


def _narrowing(memory: Memory, asked: Asked, seen: Seen) -> dict[str, int]:
    """Return facet → bits of the entries that show her one of its chosen values."""
    found = {}
    for facet, values in asked.chosen.items():
        bits = 0
        for value in values:
            bits |= seen.of(memory, facet, value)
        found[facet] = bits
    return found


def _all(bits: int, others: Iterable[int]) -> int:
    for other in others:
        bits &= other
    return bits


def _counts(
    memory: Memory, seen: Seen, words: int, narrowing: dict[str, int]
) -> dict[str, dict[str, int]]:
    bases = {
        facet: _all(words, (bits for name, bits in narrowing.items() if name != facet))
        for facet in FIELD_OF
    }
    found: dict[str, dict[str, int]] = {facet: {} for facet in FIELD_OF}
    for facet, value in memory.values:
        if facet in bases and (bits := seen.of(memory, facet, value)):
            found[facet][value] = (bits & bases[facet]).bit_count()
    return found


def _sorted(
    memory: Memory, asked: Asked, found: int, seen: Seen, start: int, stop: int
) -> list[int]:
    """Return a page: who has the words in her name comes first, where the best match does."""
    if asked.order == CONFIRMED:
        return memory.order(CONFIRMED).part(found, start, stop)
    if asked.order != BEST:
        return memory.order(NAME).part(found, start, stop)
    named = found
    for term in asked.terms:
        named &= memory.words.matching(LINES.index(NAME), term)
    keys = memory.order(NAME).part(named, start, stop)
    if len(keys) < stop - start:
        before = named.bit_count()
        keys += memory.order(NAME).part(found & ~named, max(0, start - before), stop - before)
    return keys
