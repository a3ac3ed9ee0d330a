"""The sections inside a group: a small registry that other concepts add to when the site starts.

    from community.groups import sections

    sections.register("calendar", _("Calendar"), calendar_of, order=40)

``calendar_of(user, group)`` returns an ``Entry`` (address and how many things the person may see
there, or None for no number), or None where the person has no such section. It is asked only for
people who are in the group. Nothing is shown of what is not registered.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from community.groups.models import Group


@dataclass(frozen=True)
class Entry:
    """Where a section is, and how many things the person may see there (None: not counted)."""

    url: str
    count: int | None = None


@dataclass(frozen=True)
class Section:
    """A section as the page of a group shows it."""

    name: str
    title: Any
    url: str
    count: int | None


Find = Callable[[Any, Group], Entry | None]
_known: dict[str, tuple[int, Any, Find]] = {}


def register(name: str, title: Any, find: Find, *, order: int = 50) -> None:
    """Add a section. Registering a name again replaces it."""
    _known[name] = (order, title, find)


def sections_for(user: Any, group: Group) -> list[Section]:
    """Return the sections of a group, in their order, for somebody who is in it."""
    found = []
    for name, (_order, title, find) in sorted(_known.items(), key=lambda row: (row[1][0], row[0])):
        entry = find(user, group)
        if entry is not None:
            found.append(Section(name, title, entry.url, entry.count))
    return found
