"""Who keeps something about a person. Each half gives out its own part and erases it.

Registered when an app starts::

    from portal.rights import registry

    registry.register("courses", give=courses_of, erase=erase_courses)
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

Rows = list[dict[str, Any]]


@dataclass(frozen=True)
class Keeper:
    """``give`` returns rows of plain values (JSON with dates and UUIDs); ``erase`` is optional.

    ``erase`` runs inside the transaction that deletes the account, before the account's own row
    goes. It removes what deleting that row would not: rows without a foreign key, addresses kept
    as text, files on disk, rows that refuse to go by themselves.
    """

    name: str
    give: Callable[[Any], Rows]
    erase: Callable[[Any], None] | None = None


_keepers: dict[str, Keeper] = {}


def register(
    name: str, give: Callable[[Any], Rows], erase: Callable[[Any], None] | None = None
) -> None:
    """Add a part. A second registration of a name replaces the first."""
    _keepers[name] = Keeper(name, give, erase)


def collect(user: Any) -> dict[str, Rows]:
    """Return every part's rows about a person, parts in the order of their registration."""
    return {keeper.name: keeper.give(user) for keeper in _keepers.values()}


def erase(user: Any) -> None:
    """Let every part erase what it keeps about a person."""
    for keeper in _keepers.values():
        if keeper.erase:
            keeper.erase(user)
