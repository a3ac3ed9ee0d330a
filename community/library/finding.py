"""Finds records a person may see, and counts for every facet what choosing a value would leave.

Several values of one facet widen, different facets narrow. A count is made under everything that
is chosen in the other facets. All of it starts from ``audience``, so no count holds a record she
may not see, and a value that only such records have is not there at all. Of a record she may know
of but not open, the texts of its files are not searched: what is found in them would tell of them.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from community.bits import bits_of
from community.library.asking import LABEL, NAMES, TITLE, Asked
from community.library.memory import Memory, current
from community.library.permissions import near_records
from community.library.title_words import title_words
from portal.markings.labels import Label
from portal.permissions import is_member, is_verified, membership_of
from portal.shared import clock

PER_PAGE = 20
PLACES = ("title", "about", "words")  # best match: where the words stand, then what is newer


@dataclass(frozen=True)
class Found:
    """``keys`` are the records of the page, in order; ``counts`` facet → value → records."""

    total: int
    keys: list[int]
    page: int
    pages: int
    counts: dict[str, dict[str, int]] = field(default_factory=dict)
    decades: dict[int, int] = field(default_factory=dict)


def find(user: Any, asked: Asked, language: str, *, per_page: int = PER_PAGE) -> Found:
    """Return a page of what is found, and the counts of all facets."""
    memory = current()
    seen = audience(user, memory)
    words = _words(memory, asked, seen)
    narrowing = _narrowing(memory, asked)
    found = _all(words, narrowing.values())
    pages = max(1, -(-found.bit_count() // per_page))
    page = min(asked.page, pages)
    start = (page - 1) * per_page
    return Found(
        total=found.bit_count(),
        keys=_sorted(memory, asked, found, language, start, start + per_page),
        page=page,
        pages=pages,
        counts=_counts(memory, seen.known, words, narrowing),
        decades=_decades(memory, words, narrowing),
    )


def count(user: Any, asked: Asked, *, among: Iterable[int] | None = None) -> int:
    """Count what a person finds, of all records or of some."""
    memory = current()
    words = _words(memory, asked, audience(user, memory))
    found = _all(words, _narrowing(memory, asked).values())
    return (found if among is None else found & bits_of(among)).bit_count()


def counts_of(user: Any, many: list[Asked]) -> list[int]:
    """Count for several questions of one person; her audience is read once."""
    memory = current()
    seen = audience(user, memory)
    return [
        _all(_words(memory, one, seen), _narrowing(memory, one).values()).bit_count()
        for one in many
    ]


@dataclass(frozen=True)
class Seen:
    """The bits of the records a person may know of, and of those she may open."""

    known: int
    open: int


def audience(user: Any, memory: Memory) -> Seen:
    """Return what a person may see listed.

    What is CLEAR, GREEN or may be asked for is the same for all members. What is hers in
    particular is asked of the database by ``near_records``, only about records that come from her,
    her organisation, or were given to one of them: whatever else she may see is in those classes.
    """
    shown = memory.of(LABEL, Label.CLEAR) & memory.live
    membership = membership_of(user)
    if membership is None or not is_member(user) or not is_verified(user):
        return Seen(shown, shown)
    own = near_records(user.pk, membership.organisation_id, clock.now())
    shown |= memory.of(LABEL, Label.GREEN) | bits_of(own)
    asked = memory.of(LABEL, Label.AMBER) & memory.of("asked_for", "True")
    return Seen((shown | asked) & memory.live, shown & memory.live)


def latest(user: Any, number: int) -> list[int]:
    """Return the records that were added last and that she may see."""
    bits = audience(user, current()).known
    keys: list[int] = []
    while bits and len(keys) < number:
        keys.append(bits.bit_length() - 1)
        bits ^= 1 << keys[-1]
    return keys


def spelling(user: Any, asked: Asked, language: str) -> str:
    """Return the words with others like them from titles, if these find something she may see."""
    memory = current()
    # Words of titles she may not see would tell of them, by what is offered and what is not.
    known = audience(user, memory).known
    words = title_words(memory, language)
    nearest = [
        term if words.has(term, known) else words.like(term, known) for term in asked.terms[:6]
    ]
    if not asked.terms or tuple(nearest) == asked.terms[:6]:
        return ""
    text = " ".join(nearest)
    return text if count(user, Asked(text=text, terms=tuple(nearest))) else ""


def _words(memory: Memory, asked: Asked, seen: Seen) -> int:
    if asked.error:
        return 0
    if not asked.terms:
        return seen.known
    found = memory.matching(asked.terms, "words") & seen.open
    if closed := seen.known & ~seen.open:
        found |= memory.matching(asked.terms, "about") & closed
    return found


def _narrowing(memory: Memory, asked: Asked) -> dict[str, int]:
    """Return facet → bits of the records that have one of its chosen values; years as well."""
    found = {}
    for facet, values in asked.chosen.items():
        bits = 0
        for value in values:
            bits |= memory.of(facet, value)
            if facet == LABEL and value == Label.AMBER:
                bits |= memory.of(facet, "")  # what has no label counts as AMBER
        found[facet] = bits
    if asked.start or asked.end:
        found["years"] = _years(memory, asked.start or 0, asked.end or 9999)
    return found


def _years(memory: Memory, start: int, end: int) -> int:
    bits = 0
    for (facet, value), held in memory.values.items():
        if facet == "year" and value and start <= int(value) <= end:
            bits |= held
    return bits


def _all(bits: int, others: Iterable[int]) -> int:
    for other in others:
        bits &= other
    return bits


def _counts(
    memory: Memory, known: int, words: int, narrowing: dict[str, int]
) -> dict[str, dict[str, int]]:
    bases = {
        facet: _all(words, (bits for name, bits in narrowing.items() if name != facet))
        for facet in NAMES
    }
    found: dict[str, dict[str, int]] = {facet: {} for facet in NAMES}
    for (facet, value), bits in memory.values.items():
        if facet in bases and bits & known:
            shown = value or (str(Label.AMBER) if facet == LABEL else value)
            found[facet][shown] = found[facet].get(shown, 0) + (bits & bases[facet]).bit_count()
    return found


def _decades(memory: Memory, words: int, narrowing: dict[str, int]) -> dict[int, int]:
    base = _all(words, (bits for name, bits in narrowing.items() if name != "years"))
    found: dict[int, int] = {}
    for (facet, value), bits in memory.values.items():
        if facet == "year" and value and (number := (bits & base).bit_count()):
            decade = int(value) // 10 * 10
            found[decade] = found.get(decade, 0) + number
    return dict(sorted(found.items(), reverse=True))


def _sorted(
    memory: Memory, asked: Asked, found: int, language: str, start: int, stop: int
) -> list[int]:
    if asked.order == TITLE:
        return memory.order(f"title:{language}").part(found, start, stop)
    newest = memory.order("newest")
    if asked.order != "best" or not asked.terms:
        return newest.part(found, start, stop)
    keys: list[int] = []
    for place in PLACES:
        here = found & memory.matching(asked.terms, place)
        found &= ~here
        keys += newest.part(here, start, stop)
        start, stop = max(0, start - here.bit_count()), max(0, stop - here.bit_count())
        if stop <= 0:
            break
    return keys
