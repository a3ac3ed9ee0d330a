"""Who reads a space, and who may do what in it: one rule, as question and as list.

Spaces of regions, languages and themes are read by every verified member, the space of a group by
who is in the group. A topic is read by whoever reads its space; its label is CLEAR or GREEN, which
both allow all members. What she may not read is in no list, count, notice, search result or quote.
"""

import uuid
from typing import Any, TypeVar

from django.db.models import Exists, OuterRef, Q, QuerySet

from community.discussions.kinds import SpaceKind
from community.discussions.models import Post, Space, Topic
from community.groups.models import Group, GroupMember
from community.groups.permissions import inside
from community.permissions import contacts_of, members_in_force
from portal.permissions import is_member, is_verified
from portal.shared.errors import NotAllowed

Thing = TypeVar("Thing", Space, Topic, Post)


def spaces_visible_to(user: Any) -> QuerySet[Space]:
    """Return the spaces a person may read."""
    if not (is_member(user) and is_verified(user)):
        return Space.objects.none()
    return Space.objects.filter(_read_by(user, "")).select_related("group")


def visible(user: Any) -> QuerySet[Topic]:
    """Return the topics a person may read, each with its space."""
    if not (is_member(user) and is_verified(user)):
        return Topic.objects.none()
    return Topic.objects.filter(_read_by(user, "space__")).select_related("space__group")


def _read_by(user: Any, prefix: str) -> Q:
    hers = Group.objects.filter(pk__in=inside(user).values("pk")).values("pk")
    return Q(**{f"{prefix}group__isnull": True}) | Q(**{f"{prefix}group__in": hers})


def may_read(user: Any, space: Space) -> bool:
    """Say whether a person may read a space."""
    return spaces_visible_to(user).filter(pk=space.pk).exists()


def readers_of(space: Space) -> QuerySet[Any]:
    """Return the people who may read a space, once they are signed in with a second factor."""
    people = members_in_force()
    if space.kind != SpaceKind.GROUP:
        return people
    rows = GroupMember.objects.filter(
        group=space.group_id, person=OuterRef("pk"), state=GroupMember.State.IN
    )
    return people.filter(Exists(rows))


def mentionable(user: Any, space: Space) -> QuerySet[Any]:
    """Return whom a person may mention in a space: its readers, without herself and who blocked."""
    return readers_of(space).filter(pk__in=contacts_of(user).values("pk"))


def get_space_for(user: Any, public_id: uuid.UUID) -> Space:
    """Return a space the person may read. Raises NotAllowed, also where there is none."""
    return _first(spaces_visible_to(user), public_id)


def get_topic_for(user: Any, public_id: uuid.UUID) -> Topic:
    """Return a topic the person may read. Raises NotAllowed, also where there is none."""
    return _first(visible(user).select_related("accepted", "labelled_by"), public_id)


def posts_visible_to(user: Any) -> QuerySet[Post]:
    """Return the posts of the topics a person may read: deleted and hidden ones as well, of which
    pages show that they were there."""
    return Post.objects.filter(topic__in=visible(user).values("pk"))


def get_post_for(user: Any, public_id: uuid.UUID) -> Post:
    """Return a post of a topic the person may read. Raises NotAllowed, also where there is none."""
    rows = posts_visible_to(user).select_related("topic__space__group", "author")
    return _first(rows, public_id)


def get_standing_for(user: Any, public_id: uuid.UUID) -> Post:
    """The same, of a post that is neither deleted nor hidden."""
    found = get_post_for(user, public_id)
    if not found.stands:
        raise NotAllowed
    return found


def get_own_for(user: Any, public_id: uuid.UUID) -> Post:
    """Return a standing post that the person wrote herself. Raises NotAllowed."""
    found = get_standing_for(user, public_id)
    if found.author_id != user.pk:
        raise NotAllowed
    return found


def is_open(space: Space) -> bool:
    """Say whether something can be written in a space: not in that of a closed group."""
    return space.group is None or space.group.closed_at is None


def may_answer(user: Any, topic: Topic) -> bool:
    """Say whether a person may write in a topic: she reads it, and nothing is closed or locked."""
    return topic.locked_at is None and is_open(topic.space) and may_read(user, topic.space)


def _first(rows: QuerySet[Thing], public_id: uuid.UUID) -> Thing:
    found = rows.filter(public_id=public_id).first()
    if found is None:
        raise NotAllowed
    return found
