"""What the directory keeps about a person: given out; deleted with the account's own row."""

from typing import Any

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from community.directory.kinds import FIELDS
from community.directory.models import ContactRequest, Profile
from portal.rights import inventory
from portal.rights.registry import Rows, register

ENTRY = ("listed", "work", "hours", "mentor", "email", "phone", "created_at", "confirmed_at")


def give(user: Any) -> Rows:
    """Return her entry with who sees what, and her requests and contacts."""
    found: Rows = []
    names = (*ENTRY, *(f"show_{field}" for field in FIELDS))
    for profile in Profile.objects.filter(person=user):
        terms = profile.terms.values_list("facet", "value")
        values = {name: getattr(profile, name) for name in names}
        found.append(
            {"kind": "entry", **values, "terms": [f"{facet}: {one}" for facet, one in terms]}
        )
    rows = ContactRequest.objects.filter(Q(asker=user) | Q(asked=user)).order_by("pk")
    for row in rows.values("asker", "reason", "answer", "state", "asked_at", "decided_at"):
        mine = row.pop("asker") == user.pk
        found.append({"kind": "asked by you" if mine else "asked of you", **row})
    return found


register("directory", give)
inventory.add(
    {
        "community.profile": (
            "directory",
            _("your entry in the directory: what you wrote, and who sees which field"),
        ),
        "community.profileterm": ("directory", ""),
        "community.contactrequest": (
            "directory",
            _("who asked whom for contact, the reason and the answer"),
        ),
        "community.directorychange": (inventory.TECHNICAL, ""),
    }
)
