"""Who knows of a group, who is in it, who leads it: question and list are one rule.

Open groups and those one may ask to join are known to every verified member; the others to who is
in them or invited. What is inside a group (space, shelf, papers, events) is for who is in it.
"""

import uuid
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet

from community.groups.models import Group, GroupMember
from portal.permissions import is_member, is_verified
from portal.shared.errors import NotAllowed

IN = GroupMember.State.IN


def visible(user: Any) -> QuerySet[Group]:
    """Return the groups a person may know of."""
    if not (is_member(user) and is_verified(user)):
        return Group.objects.none()
    hers = GroupMember.objects.filter(group=OuterRef("pk"), person=user).exclude(
        state=GroupMember.State.ASKED
    )
    return Group.objects.filter(~Q(joining=Group.Joining.INVITATION) | Exists(hers))


def inside(user: Any) -> QuerySet[Group]:
    """Return the groups a person is in."""
    if not (is_member(user) and is_verified(user)):
        return Group.objects.none()
    return Group.objects.filter(
        Exists(GroupMember.objects.filter(group=OuterRef("pk"), person=user, state=IN))
    )


def get_group_for(user: Any, public_id: uuid.UUID) -> Group:
    """Return a group the person may know of. Raises NotAllowed, also where there is none."""
    return _first(visible(user), public_id)


def get_inside_for(user: Any, public_id: uuid.UUID) -> Group:
    """Return a group the person is in. Raises NotAllowed, also where there is none."""
    return _first(inside(user), public_id)


def get_led_for(user: Any, public_id: uuid.UUID) -> Group:
    """Return a group the person leads. Raises NotAllowed, also where there is none."""
    leading = GroupMember.objects.filter(group=OuterRef("pk"), person=user.pk, state=IN, leads=True)
    return _first(inside(user).filter(Exists(leading)), public_id)


def is_inside(user: Any, group: Group) -> bool:
    """Say whether a person is in a group."""
    return inside(user).filter(pk=group.pk).exists()


def _first(groups: QuerySet[Group], public_id: uuid.UUID) -> Group:
    found = groups.filter(public_id=public_id).first()
    if found is None:
        raise NotAllowed
    return found
