"""What a member's own pages in the library show."""

from typing import Any

from community.library.alerts import fresh
from community.library.keeping_permissions import saved_of, shelves_of
from community.library.models import Shelf, ShelfItem
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
    items = ShelfItem.objects.filter(shelf__in=rows, publication__in=visible(user).values("pk"))
    counts: dict[int, int] = {}
    for key in items.values_list("shelf_id", flat=True):
        counts[key] = counts.get(key, 0) + 1
    return {"shelves": [{"row": row, "count": counts.get(row.pk, 0)} for row in rows]}


def shelf(user: Any, row: Shelf, language: str) -> dict[str, Any]:
    """Return a shelf with the records she may see, the last one first.

    What a label has taken from her since is not there, and nothing says that it was.
    """
    keys = row.items.order_by("-pk").values_list("publication_id", flat=True)
    return {"shelf": row, "rows": rows_of(user, keys, MEMBERS, language)}
