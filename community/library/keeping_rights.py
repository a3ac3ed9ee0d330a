"""What the library keeps about a person: her searches and shelves. And all it stores at all."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from community.library.models import Saved, Shelf
from portal.rights import inventory
from portal.rights.registry import Rows, register


def give(user: Any) -> Rows:
    """Return searches and shelves, with the names she gave them."""
    found: Rows = [
        {"kind": "saved search", **row}
        for row in Saved.objects.filter(person=user)
        .order_by("pk")
        .values("name", "query", "alert", "last_seen")
    ]
    for shelf in Shelf.objects.filter(person=user).order_by("pk"):
        records = shelf.items.order_by("pk").values_list("publication__public_id", flat=True)
        found.append(
            {
                "kind": "shelf",
                "name": shelf.name,
                "created": shelf.created,
                "records": [str(number) for number in records],
            }
        )
    return found


def erase(user: Any) -> None:
    """Delete searches and shelves."""
    Saved.objects.filter(person=user).delete()
    Shelf.objects.filter(person=user).delete()


register("library", give, erase)
inventory.add(
    {
        "community.saved": ("library", _("searches you keep: name, words, when you last looked")),
        "community.shelf": (
            "library",
            _("your shelves and those of groups: their names and what stands on them"),
        ),
        "community.shelfitem": ("library", ""),
        "community.accessrequest": (
            "library",
            _("requests for restricted documents, with reasons"),
        ),
        "community.stampedcopy": ("library", _("copies of documents that bear your name")),
        "community.publication": ("writing", _("records of the library and who marked them")),
        **dict.fromkeys(
            (
                "community.publication_related",
                "community.publicationtext",
                "community.publicationterm",
                "community.edition",
                "community.shippedrecord",
                "community.withdrawn",
                "community.indexentry",
                "community.indexstate",
            ),
            (inventory.TECHNICAL, ""),
        ),
    }
)
