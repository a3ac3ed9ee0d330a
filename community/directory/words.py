"""Words of the directory in memory: which entries have, in which field, a word that begins so."""

from bisect import bisect_left
from collections import OrderedDict, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

from community.bits import bits_of

MOST_ANSWERS = 500  # answers that are kept
SHORTEST = 3  # letters of a word that is offered instead of another
LAST = "\U0010ffff"
Lines = tuple[frozenset[str], ...]


@dataclass
class Words:
    """Sorted words of each field, each with its entries; ``fresh`` holds what changed since."""

    sorted: list[list[str]] = field(default_factory=list)
    entries: list[dict[str, list[int]]] = field(default_factory=list)
    fresh: dict[int, Lines] = field(default_factory=dict)
    answers: OrderedDict[tuple[int, str], int] = field(default_factory=OrderedDict)
    groups: dict[str, set[str]] = field(default_factory=dict)  # of words that begin alike

    @classmethod
    def of(cls, rows: Iterable[tuple[int, Lines]]) -> "Words":
        """Return the words of all entries."""
        fields: list[dict[str, list[int]]] = []
        for key, lines in rows:
            while len(fields) < len(lines):
                fields.append(defaultdict(list))
            for number, words in enumerate(lines):
                for word in words:
                    fields[number][word].append(key)
        return cls([sorted(words) for words in fields], fields)

    def changed(self, keys: Iterable[int], rows: dict[int, Lines]) -> "Words":
        """Return the same with these entries as they are now; those without a row are gone."""
        fresh = self.fresh | {key: rows.get(key, ()) for key in keys}
        return Words(self.sorted, self.entries, fresh, groups=self.groups)

    def matching(self, number: int, term: str) -> int:
        """Return the entries with a word in this field that begins with ``term``."""
        asked = (number, term)
        if asked not in self.answers:
            self.answers[asked] = self._found(number, term)
            while len(self.answers) > MOST_ANSWERS:
                self.answers.popitem(last=False)
        return self.answers[asked]

    def having(self, number: int, word: str) -> int:
        """Return the entries with just this word in this field."""
        keys = set(self.entries[number].get(word, ())) if number < len(self.entries) else set()
        keys.difference_update(self.fresh)
        keys.update(
            key
            for key, lines in self.fresh.items()
            if number < len(lines) and word in lines[number]
        )
        return bits_of(keys)

    def beginning_like(self, term: str) -> set[str]:
        """Return the words of all entries, hidden ones among them, that have the first letter of
        ``term`` or the two that follow it (Catherine, Katherine)."""
        if not self.groups:
            made: dict[str, set[str]] = {}
            for words in self.entries:
                _gather(made, words)
            self.groups.update(made)  # at once: other threads read it
        fresh: dict[str, set[str]] = {}
        for lines in self.fresh.values():
            for line in lines:
                _gather(fresh, line)
        starts = _starts(term)
        return set().union(*(kept.get(one, ()) for kept in (self.groups, fresh) for one in starts))

    def _found(self, number: int, term: str) -> int:
        keys: set[int] = set()
        if number < len(self.sorted):
            words, entries = self.sorted[number], self.entries[number]
            first, last = bisect_left(words, term), bisect_left(words, term + LAST)
            keys.update(*(entries[word] for word in words[first:last]))
            keys.difference_update(self.fresh)
        keys.update(
            key
            for key, lines in self.fresh.items()
            if number < len(lines) and any(word.startswith(term) for word in lines[number])
        )
        return bits_of(keys)


def _starts(word: str) -> tuple[str, str]:
    return word[:1], f"_{word[1:3]}"


def _gather(groups: dict[str, set[str]], words: Iterable[str]) -> None:
    for word in words:
        if len(word) >= SHORTEST:
            for start in _starts(word):
                groups.setdefault(start, set()).add(word)
