"""Names of organisations: how they are kept, found, and recognised as the same. Pure rules."""

from collections.abc import Iterable
from difflib import SequenceMatcher

from portal.shared.text import plain, search_terms, search_text

LIKELY = 0.72  # from this likeness on, two names are shown to a person as possibly the same

# Words that names of one agency are written with or without (articles, "of", "and").
FILLERS = frozenset(
    (
        "a", "al", "and", "at", "da", "das", "de", "del", "della", "der", "des", "di", "do", "dos",
        "du", "el", "et", "for", "la", "las", "le", "les", "los", "of", "pour", "the", "und", "y",
        "и", "та",
    )
)  # fmt: skip


def tidy(name: str) -> str:
    """Return a name on one line, in form NFC, without marks that turn its direction."""
    return " ".join(plain(name).split())


def found_by(name: str, other_names: Iterable[str]) -> str:
    """Return the words an organisation is found by, a space before each (``" douanes sn"``)."""
    return f" {search_text(' '.join([name, *other_names]))}"


def key(name: str) -> str:
    """Return what two spellings of one name share: folded words, without fillers, in order."""
    words = search_terms(name)
    return " ".join([word for word in words if word not in FILLERS] or words)


def likeness(one: str, other: str) -> float:
    """Return how alike two names are: 0 (nothing shared) to 1 (the same but for spelling).

    The greater of the share of common words (Jaccard) and the similarity of the letters
    (Ratcliff and Obershelp, ``difflib``): the first sees words in another order, the second
    words that are written slightly differently.
    """
    first, second = key(one), key(other)
    if not first or not second:
        return 0.0
    words, others = set(first.split()), set(second.split())
    shared = len(words & others) / len(words | others)
    return max(shared, SequenceMatcher(None, first, second, autojunk=False).ratio())


def union(names: Iterable[str], *, but: str = "") -> list[str]:
    """Return the names in order, each once (spelling apart), and without ``but``."""
    seen, found = {key(but)}, []
    for name in map(tidy, names):
        if name and key(name) not in seen:
            seen.add(key(name))
            found.append(name)
    return found
