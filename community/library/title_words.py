"""Words of titles, for offering another spelling: which titles have them, in memory.

Nothing here decides who may see what: ``finding.spelling`` offers a word only where a title she
may see has it.
"""

from array import array
from collections import defaultdict
from collections.abc import Iterable
from difflib import get_close_matches
from typing import Any

from community.bits import bits_of
from community.library.memory import Memory

SHORTEST = 4  # letters of a word that is offered
NEAREST = 8  # words like the one that was written that are looked at

_kept: dict[str, tuple[Memory, "TitleWords"]] = {}  # language → of which memory, its words


class TitleWords:
    """Word → the records in whose titles it stands; by first letter, so that few are compared."""

    def __init__(self, rows: Iterable[tuple[Any, ...]]) -> None:
        self.by_letter: dict[str, dict[str, array[int]]] = defaultdict(dict)
        for title, *_rest, key in rows:
            for word in title.split():
                if len(word) >= SHORTEST:
                    self.by_letter[word[0]].setdefault(word, array("q")).append(key)

    def has(self, word: str, known: int) -> bool:
        """Say whether a title of the ``known`` records has the word."""
        return bool(bits_of(self.by_letter.get(word[:1], {}).get(word, ())) & known)

    def like(self, word: str, known: int) -> str:
        """Return the word most like this one in titles of the ``known`` records, else itself."""
        group = self.by_letter.get(word[:1], {})
        alike = [one for one in group if abs(len(one) - len(word)) < 3]
        nearest = get_close_matches(word, alike, NEAREST, 0.75)
        return next((one for one in nearest if self.has(one, known)), word)


def title_words(memory: Memory, language: str) -> TitleWords:
    """Return the words of the titles people read in a language; read once for each memory."""
    kept = _kept.get(language)
    if kept is None or kept[0] is not memory:
        kept = _kept[language] = (memory, TitleWords(memory.order(f"title:{language}").rows))
    return kept[1]
