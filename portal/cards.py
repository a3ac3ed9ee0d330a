"""What a link in a post can show of where it leads: a title, a kind, a label, for each viewer.

The halves register what they have, as for the search. A reference is ``kind:key``. A card is given
for what the viewer may see and nothing else, so a link says no more than she knows already.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise


@dataclass(frozen=True)
class Card:
    """What a link leads to. ``language`` and ``direction`` are empty in the reader's own."""

    title: str
    kind: str | Promise
    label: str
    url: str
    language: str = ""
    direction: str = ""


Read = Callable[[str], str]
Find = Callable[[Any, list[str], str], dict[str, Card]]


@dataclass(frozen=True)
class Source:
    """``read(path)`` returns the key an address of this site names, "" for others;
    ``find(user, keys, language)`` the cards of those the person may see, in constant queries."""

    read: Read
    find: Find


_sources: dict[str, Source] = {}


def register(kind: str, read: Read, find: Find) -> None:
    """Offer cards of a kind. A second registration replaces the first."""
    _sources[kind] = Source(read, find)


def reference(path: str) -> str:
    """Return what an address of this site names as ``kind:key``; "" where no kind knows it."""
    for kind, source in _sources.items():
        if key := source.read(path):
            return f"{kind}:{key}"
    return ""


def cards_for(user: Any, references: Iterable[str], language: str) -> dict[str, Card]:
    """Return the cards of those references whose things the person may see."""
    by_kind: dict[str, list[str]] = {}
    for one in dict.fromkeys(references):
        kind, _colon, key = one.partition(":")
        by_kind.setdefault(kind, []).append(key)
    found: dict[str, Card] = {}
    for kind, keys in by_kind.items():
        if kind in _sources:
            cards = _sources[kind].find(user, keys, language)
            found |= {f"{kind}:{key}": card for key, card in cards.items()}
    return found
