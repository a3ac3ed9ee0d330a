"""Who moderates: focal points and administrators in whose reach a space or an author lies.

In the space of a group also who leads the group; from outside nobody moderates it, because nobody
outside reads it. What was reported there reaches focal points through the report alone.
"""

from dataclasses import dataclass, field
from typing import Any

from django.db.models import Q, QuerySet

from community.discussions.kinds import SpaceKind
from community.discussions.models import Post, Space, Topic
from community.discussions.permissions import get_post_for, get_topic_for, may_read, visible
from community.groups.models import GroupMember
from portal.permissions import grants_in_force, is_member, is_verified
from portal.roles.models import RoleGrant
from portal.roles.scope import covers, is_unlimited
from portal.shared.errors import NotAllowed
from portal.vetting.models import Membership
from portal.vetting.permissions import (
    APPROVERS,
    any_of,
    grants_of,
    people_who_count,
    reach,
)


@dataclass(frozen=True)
class Reach:
    """What one person moderates in one space: ``everything``, or what some authors wrote."""

    everything: bool = False
    grants: list[RoleGrant] = field(default_factory=list)

    def of(self, author: Any) -> bool:
        """Say whether it reaches what this person wrote (None: she has no account any more)."""
        if self.everything or not self.grants:
            return self.everything
        membership = getattr(author, "membership", None)
        if membership is None:
            return False
        country = membership.organisation.country_id
        place = {"country": country, "organisation_id": membership.organisation_id}
        return any(covers(grant, **place) for grant in self.grants)


def reach_of(user: Any, space: Space) -> Reach:
    """Return what a person moderates in a space she reads (the caller made sure that she does)."""
    if space.group_id:
        rows = GroupMember.objects.filter(group=space.group_id, person=user, leads=True)
        if rows.filter(state=GroupMember.State.IN).exists():
            return Reach(everything=True)
    grants = grants_of(user, APPROVERS)
    return Reach(any(_covers_space(grant, space) for grant in grants), grants)


def _covers_space(grant: RoleGrant, space: Space) -> bool:
    if space.kind == SpaceKind.REGION:
        return covers(grant, country=space.code)
    return is_unlimited(grant)


def moderates(user: Any, space: Space, author: Any) -> bool:
    """Say whether a person moderates what somebody wrote in a space."""
    return may_read(user, space) and reach_of(user, space).of(_placed(author))


def _placed(author: Any) -> Any:
    if author is None:
        return None
    rows = Membership.objects.select_related("organisation").filter(user=author.pk)
    membership = rows.first()
    if membership is not None:
        author.membership = membership
    return author if membership is not None else None


def get_moderated_topic_for(user: Any, public_id: Any) -> Topic:
    """Return a topic the person moderates. Raises NotAllowed, also where there is none."""
    found = get_topic_for(user, public_id)
    if not moderates(user, found.space, found.author):
        raise NotAllowed
    return found


def may_label(user: Any, topic: Topic) -> bool:
    """Say whether a reader of a topic may change its label at all: who began it, and moderators."""
    return topic.author_id == user.pk or moderates(user, topic.space, topic.author)


def get_labelled_topic_for(user: Any, public_id: Any) -> Topic:
    """Return a topic whose label the person may change. Raises NotAllowed, also where there is
    none."""
    found = get_topic_for(user, public_id)
    if not may_label(user, found):
        raise NotAllowed
    return found


def get_moderated_post_for(user: Any, public_id: Any) -> Post:
    """Return a post the person moderates, in a topic she reads. Raises NotAllowed."""
    found = get_post_for(user, public_id)
    if not moderates(user, found.topic.space, found.author):
        raise NotAllowed
    return found


def makes_spaces(user: Any) -> bool:
    """Say whether a person may make spaces: focal points and administrators."""
    return is_member(user) and is_verified(user) and bool(grants_of(user, APPROVERS))


def moderated_by(user: Any) -> QuerySet[Topic]:
    """Return the topics a person reads and moderates: ``moderates`` as a list."""
    grants = grants_of(user, APPROVERS)
    leads = GroupMember.objects.filter(person=user, leads=True, state=GroupMember.State.IN)
    found = Q(space__group__in=leads.values("group"))
    place = "author__membership__organisation"
    found |= any_of([reach(row, f"{place}__country_id", place) for row in grants])
    for grant in grants:
        if is_unlimited(grant):
            found |= Q(pk__isnull=False)
        elif not (grant.organisation_id or grant.course or grant.language):
            codes = [code for code in _region_codes() if covers(grant, country=code)]
            found |= Q(space__kind=SpaceKind.REGION, space__code__in=codes)
    return visible(user).filter(found)


def _region_codes() -> list[str]:
    rows = Space.objects.filter(kind=SpaceKind.REGION)
    return list(rows.values_list("code", flat=True))


def moderators_of(topic: Topic) -> list[Any]:
    """Return whom to tell of a topic that waits: leaders of its group; elsewhere focal points whom
    it reaches, administrators where there is none."""
    if topic.space.group_id:
        rows = GroupMember.objects.filter(group=topic.space.group_id, leads=True, state="in")
        return [row.person for row in rows.filter(people_who_count("person__"))]
    author = _placed(topic.author)
    grants = grants_in_force().filter(people_who_count("user__"), role__in=APPROVERS)
    able = [
        grant
        for grant in grants.select_related("user").order_by("user_id")
        if _covers_space(grant, topic.space) or Reach(grants=[grant]).of(author)
    ]
    focal = [grant for grant in able if grant.role == "focal-point"]
    return list({grant.user_id: grant.user for grant in focal or able}.values())
