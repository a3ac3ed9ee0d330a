"""What is new for a person, found by the index of topics by space and moment.

A topic is new for her while a post stands after the last one she read in it and after the moment up
to which she marked its space as read. What is older than 30 days, or than her membership, is not
offered as new. Muted topics and spaces are left out.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, F, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce

from community.discussions.kinds import NEWS_LAST, Level
from community.discussions.models import Post, Space, Topic
from community.discussions.own_models import SpaceState, TopicState
from community.discussions.permissions import spaces_visible_to
from portal.permissions import membership_of
from portal.shared import clock

NOTHING = Q(pk__in=())


@dataclass(frozen=True)
class Known:
    """The spaces a person reads, since when each is new for her, and how she follows it."""

    spaces: dict[int, Space]
    since: dict[int, datetime]
    levels: dict[int, str]


def known_to(user: Any) -> Known:
    """Return what is asked before anything is called new: two queries."""
    spaces = {row.pk: row for row in spaces_visible_to(user)}
    membership = membership_of(user)
    floor = clock.now() - NEWS_LAST
    if membership is not None:
        floor = max(floor, membership.since)
    rows = {row.space_id: row for row in SpaceState.objects.filter(person=user.pk)}
    since, levels = {}, {}
    for key in spaces:
        state = rows.get(key)
        since[key] = max(floor, state.read_at) if state and state.read_at else floor
        levels[key] = state.level if state else Level.NORMAL
    return Known(spaces, since, levels)


def topics(user: Any, known: Known, space: Space | None = None) -> QuerySet[Topic]:
    """Return the topics that are new for her, newest first; ``read``: the last number read."""
    keys = [space.pk] if space is not None and space.pk in known.spaces else list(known.spaces)
    mine = TopicState.objects.filter(person=user.pk, topic=OuterRef("pk"))
    rows = Topic.objects.filter(_newer(known, keys) if keys else NOTHING).annotate(
        read=Coalesce(Subquery(mine.values("number")[:1]), Value(0)),
        level=Coalesce(Subquery(mine.values("level")[:1]), Value("")),
    )
    muted = [key for key in keys if known.levels[key] == Level.MUTED]
    unheard = Q(level=Level.MUTED) | (Q(level="", space__in=muted) if muted else NOTHING)
    return rows.filter(last_number__gt=F("read")).exclude(unheard).order_by("-last_at", "-pk")


def _newer(known: Known, keys: list[int]) -> Q:
    """Spaces with the same moment are asked for together."""
    by_moment: dict[datetime, list[int]] = {}
    for key in keys:
        by_moment.setdefault(known.since[key], []).append(key)
    found = NOTHING
    for moment, spaces in by_moment.items():
        found |= Q(space__in=spaces, last_at__gt=moment)
    return found


def counts(user: Any, known: Known) -> dict[int, int]:
    """Return how many topics are new in each space; spaces without are left out. One query."""
    rows = topics(user, known).order_by().values_list("space").annotate(Count("pk"))
    return dict(rows)


def new_posts(known: Known, rows: list[Any]) -> dict[int, int]:
    """Return how many posts are new in each topic (annotated by ``topics``). One query."""
    wanted = NOTHING
    for row in rows:
        moment = known.since[row.space_id]
        wanted |= Q(topic=row.pk, number__gt=row.read, created_at__gt=moment)
    if not rows:
        return {}
    found = Post.objects.filter(wanted).order_by().values_list("topic").annotate(Count("pk"))
    return dict(found)
