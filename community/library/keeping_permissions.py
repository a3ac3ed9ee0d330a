"""A person's own saved searches and shelves: nobody else sees that they exist.

A shelf of a group is for who is in the group: she sees on it what she may see herself.
"""

import uuid
from typing import Any

from django.db.models import QuerySet

from community.groups import permissions as groups
from community.groups.models import Group
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


def groups_with_shelves(user: Any) -> QuerySet[Group]:
    """Return the groups on whose shelf a member may put records: hers, unless they are closed."""
    return groups.inside(user).filter(closed_at=None)


def shelf_of(user: Any, group: Group) -> Shelf | None:
    """Return the shelf of a group a member is in; None while nothing was ever put on it. Raises
    NotAllowed."""
    if not groups.is_inside(user, group):
        raise NotAllowed
    return Shelf.objects.filter(group=group).first()


def may_change(user: Any, shelf: Shelf) -> bool:
    """Say whether a member may put records on a shelf and take them away: hers, or a group's."""
    if shelf.group_id is None:
        return is_member(user) and shelf.person_id == user.pk
    return groups_with_shelves(user).filter(pk=shelf.group_id).exists()
