"""What a member's own pages in the library show."""

from typing import Any
from uuid import UUID

from community.library import keeping
from community.library.alerts import fresh
from community.library.keeping_permissions import (
    get_shelf_for,
    groups_with_shelves,
    saved_of,
    shelves_of,
)
from community.library.models import Publication, Shelf, ShelfItem
from community.library.permissions import visible
from community.library.rows import MEMBERS, rows_of


def searches(user: Any) -> dict[str, Any]:
    """Return her searches with how many records are new in each."""
    rows = list(saved_of(user).order_by("name"))
    new = fresh(user, rows)
    return {"searches": [{"row": row, "new": new.get(row.pk, 0)} for row in rows]}


def shelves(user: Any) -> dict[str, Any]:
    """Return her shelves, each with how many records she may see on it; two queries."""
    rows = list(shelves_of(user).order_by("name"))
    counts = counts_of(user, rows)
    return {"shelves": [{"row": row, "count": counts.get(row.pk, 0)} for row in rows]}


def counts_of(user: Any, rows: list[Shelf]) -> dict[int, int]:
    """Count for each shelf the records on it that the person may see; one query."""
    items = ShelfItem.objects.filter(shelf__in=rows, publication__in=visible(user).values("pk"))
    counts: dict[int, int] = {}
    for key in items.values_list("shelf_id", flat=True):
        counts[key] = counts.get(key, 0) + 1
    return counts


def places(user: Any) -> dict[str, Any]:
    """Return where a record can be put: her shelves, and the shelves of her groups."""
    return {
        "shelves": shelves_of(user).order_by("name"),
        "group_shelves": groups_with_shelves(user).only("public_id", "name"),
    }


def put(user: Any, place: UUID, publication: Publication) -> str:
    """Put a record on the shelf, or the group's shelf, of this id; return the name. Raises
    NotAllowed, Invalid."""
    group = groups_with_shelves(user).filter(public_id=place).first()
    if group is not None:
        keeping.put_for_group(actor=user, group=group, publication=publication)
        return group.name
    row = get_shelf_for(user, place)
    keeping.put(actor=user, shelf=row, publication=publication)
    return row.name


def shelf(user: Any, row: Shelf, language: str) -> dict[str, Any]:
    """Return a shelf with the records she may see, the last one first.

    What a label has taken from her since is not there, and nothing says that it was.
    """
    keys = row.items.order_by("-pk").values_list("publication_id", flat=True)
    return {"shelf": row, "rows": rows_of(user, keys, MEMBERS, language)}
