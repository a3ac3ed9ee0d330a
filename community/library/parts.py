"""Records whose text stands on their page, part by part, instead of in a file.

Whoever writes such records registers for their kind at start-up; the page asks only for who may
read the text.
"""

from collections.abc import Callable
from dataclasses import dataclass, field

from community.library.models import Publication


@dataclass(frozen=True)
class Part:
    """A heading in the reader's language, and the words of the text's own."""

    title: str
    text: str


@dataclass(frozen=True)
class Parts:
    """The parts of one text, its language, and addresses it refers to (https)."""

    parts: list[Part]
    language: str
    direction: str
    links: list[str] = field(default_factory=list)


_finders: dict[str, Callable[[Publication], Parts | None]] = {}


def register(kind: str, find: Callable[[Publication], Parts | None]) -> None:
    """Have ``find(publication)`` asked for the parts of records of a kind."""
    _finders[kind] = find


def parts_of(publication: Publication) -> Parts | None:
    """Return the parts of a record, if it has any."""
    find = _finders.get(publication.kind)
    return find(publication) if find else None
