"""Who knows of a group, who is in it, who leads it: question and list are one rule.

Open groups and those one may ask to join are known to every verified member; the others to who is
in them or invited. What is inside a group (space, shelf, papers, events) is for who is in it.
Focal points and administrators may make groups, in the regions of their role.
"""

import uuid
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet

from community.groups.models import Group, GroupAnswer, GroupMember
from community.permissions import contacts_of, members_in_force
from portal.organisations.regions import tree
from portal.permissions import is_member, is_verified, roles_of
from portal.roles.models import Role, RoleGrant
from portal.roles.scope import covers
from portal.shared.errors import NotAllowed

IN = GroupMember.State.IN
MAKERS = (Role.FOCAL_POINT, Role.ADMINISTRATOR)


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


def led(user: Any) -> QuerySet[Group]:
    """Return the groups a person leads."""
    leading = GroupMember.objects.filter(group=OuterRef("pk"), person=user.pk, state=IN, leads=True)
    return inside(user).filter(Exists(leading))


def get_group_for(user: Any, public_id: uuid.UUID) -> Group:
    """Return a group the person may know of. Raises NotAllowed, also where there is none."""
    return _first(visible(user), public_id)


def get_inside_for(user: Any, public_id: uuid.UUID) -> Group:
    """Return a group the person is in. Raises NotAllowed, also where there is none."""
    return _first(inside(user), public_id)


def get_led_for(user: Any, public_id: uuid.UUID) -> Group:
    """Return a group the person leads. Raises NotAllowed, also where there is none."""
    return _first(led(user), public_id)


def is_inside(user: Any, group: Group) -> bool:
    """Say whether a person is in a group."""
    return inside(user).filter(pk=group.pk).exists()


def leads(user: Any, group: Group) -> bool:
    """Say whether a person leads a group."""
    return led(user).filter(pk=group.pk).exists()


# who is in it


def places_of(user: Any) -> QuerySet[GroupMember]:
    """Return her own rows: groups she is in, is invited to, or has asked to join."""
    if not (is_member(user) and is_verified(user)):
        return GroupMember.objects.none()
    return GroupMember.objects.filter(person=user)


def answers_to(user: Any) -> QuerySet[GroupAnswer]:
    """Return what leaders decided about her; of others nothing."""
    if not (is_member(user) and is_verified(user)):
        return GroupAnswer.objects.none()
    return GroupAnswer.objects.filter(person=user)


def get_answer_for(user: Any, group_id: uuid.UUID) -> GroupAnswer:
    """Return what was decided about her in a group. Raises NotAllowed, also if there is nothing."""
    found = answers_to(user).select_related("group").filter(group__public_id=group_id).first()
    if found is None:
        raise NotAllowed
    return found


def in_force(rows: QuerySet[GroupMember]) -> QuerySet[GroupMember]:
    """Return the rows that count: of people who are members of the community today."""
    return rows.filter(person__in=members_in_force())


def leaders_of(groups: Any) -> QuerySet[GroupMember]:
    """Return who leads these groups; shown to everybody who may know of them."""
    return in_force(GroupMember.objects.filter(group__in=groups, state=IN, leads=True))


def members_of(user: Any, group: Group) -> QuerySet[GroupMember]:
    """Return who is in a group, for somebody who is inside; for others nobody."""
    rows = GroupMember.objects.filter(group=group, state=IN, group__in=inside(user))
    return in_force(rows)


def waiting_in(user: Any, group: Group) -> QuerySet[GroupMember]:
    """Return who asks to join or is invited, for a leader; for others nobody."""
    rows = GroupMember.objects.filter(group=group, group__in=led(user)).exclude(state=IN)
    return in_force(rows)


def requests_to(user: Any) -> QuerySet[GroupMember]:
    """Return the requests that wait for a leader, in all groups she leads that are open."""
    rows = GroupMember.objects.filter(group__in=led(user), group__closed_at=None)
    return in_force(rows.filter(state=GroupMember.State.ASKED))


def invitations_to(user: Any) -> QuerySet[GroupMember]:
    """Return the invitations a person can answer: to groups that are open."""
    rows = places_of(user).filter(state=GroupMember.State.INVITED)
    return rows.filter(group__closed_at=None)


def get_place_for(user: Any, group: Group, person: uuid.UUID) -> GroupMember:
    """Return a person's row for a leader: in the group, asking or invited. Raises NotAllowed."""
    rows = (members_of(user, group) | waiting_in(user, group)) if leads(user, group) else None
    found = rows.filter(person__public_id=person).first() if rows is not None else None
    if found is None:
        raise NotAllowed
    return found


def invitable(user: Any, group: Group) -> QuerySet[Any]:
    """Return the members a leader may invite: who is not in it, not invited, does not ask."""
    known = GroupMember.objects.filter(group=group, person=OuterRef("pk"))
    found = contacts_of(user).exclude(Exists(known)).exclude(name="")
    return found if leads(user, group) else found.none()


def get_invitable_for(user: Any, group: Group, person: uuid.UUID) -> Any:
    """Return a member a leader may invite, or has invited already. Raises NotAllowed, also where
    there is none."""
    found = contacts_of(user).exclude(name="").filter(public_id=person).first()
    if found is None or not leads(user, group):
        raise NotAllowed
    return found


# who may make groups


def _grants(user: Any) -> list[RoleGrant]:
    if not is_verified(user):
        return []
    return [grant for grant in roles_of(user) if grant.role in MAKERS]


def may_make(user: Any) -> bool:
    """Say whether a person may make groups: focal points and administrators."""
    return bool(_grants(user))


def regions_of(user: Any) -> list[str]:
    """Return the codes of the regions and countries whose groups she may make."""
    grants = _grants(user)
    return [code for code in tree() if any(covers(grant, country=code) for grant in grants)]


def _first(groups: QuerySet[Group], public_id: uuid.UUID) -> Group:
    found = groups.filter(public_id=public_id).first()
    if found is None:
        raise NotAllowed
    return found
