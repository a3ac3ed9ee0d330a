"""A person's own saved searches and shelves: nobody else sees that they exist."""

import uuid
from typing import Any

from django.db.models import QuerySet

from community.library.models import Saved, Shelf
from portal.permissions import is_member
from portal.shared.errors import NotAllowed


def saved_of(user: Any) -> QuerySet[Saved]:
    """Return the searches a member keeps; of others none."""
    return Saved.objects.filter(person=user) if is_member(user) else Saved.objects.none()


def shelves_of(user: Any) -> QuerySet[Shelf]:
    """Return a member's shelves; of others none."""
    return Shelf.objects.filter(person=user) if is_member(user) else Shelf.objects.none()


def get_saved_for(user: Any, public_id: uuid.UUID) -> Saved:
    """Return a search of hers. Raises NotAllowed, also where there is none."""
    found = saved_of(user).filter(public_id=public_id).first()
    if found is None:
        raise NotAllowed
    return found


def get_shelf_for(user: Any, public_id: uuid.UUID) -> Shelf:
    """Return a shelf of hers. Raises NotAllowed, also where there is none."""
    found = shelves_of(user).filter(public_id=public_id).first()
    if found is None:
        raise NotAllowed
    return found
