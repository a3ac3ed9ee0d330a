"""What the lists show: the spaces, the topics of one, what is new, what waits."""

from typing import Any

from django.core.paginator import Paginator
from django.db.models import QuerySet

from community.discussions import unread
from community.discussions.kinds import TOPICS_PER_PAGE, WAITS, Level, SpaceKind, TopicKind
from community.discussions.models import Space, Topic
from community.discussions.own_models import Draft, SpaceState
from community.discussions.permissions import is_open, spaces_visible_to, visible
from community.discussions.reach import makes_spaces, moderated_by
from community.discussions.rows import row_of, who_reads
from community.discussions.spaces import name_of
from portal.shared import clock

CHOICES = ("", "questions", "unanswered", "discussions")


def home(user: Any) -> dict[str, Any]:
    """Return the spaces by kind, each with how many topics are new. Six queries."""
    known = unread.known_to(user)
    new = unread.counts(user, known)
    spaces = [
        {"row": row, "name": name_of(row), "new": new.get(row.pk, 0), "last_at": row.last_at}
        for row in known.spaces.values()
    ]
    kinds = [
        {
            "kind": kind.value,
            "title": kind.label,
            "spaces": sorted(
                (one for one in spaces if one["row"].kind == kind), key=lambda one: one["name"]
            ),
        }
        for kind in (SpaceKind.GROUP, SpaceKind.REGION, SpaceKind.THEME, SpaceKind.LANGUAGE)
    ]
    return {
        "kinds": [kind for kind in kinds if kind["spaces"]],
        "new": sum(new.values()),
        "drafts": Draft.objects.filter(person=user).count(),
        "makes_spaces": makes_spaces(user),
        "waiting": waiting_topics(user).count() if makes_spaces(user) else 0,
    }


def space(user: Any, row: Space, choice: str, page: Any) -> dict[str, Any]:
    """Return a page of a space's topics."""
    choice = choice if choice in CHOICES else ""
    topics = visible(user).filter(space=row).order_by("-last_at", "-pk")
    found = Paginator(_chosen(topics, choice), TOPICS_PER_PAGE).get_page(page)
    known = unread.known_to(user)
    new = set(unread.topics(user, known, row).values_list("pk", flat=True)[:1_000])
    state = SpaceState.objects.filter(person=user, space=row).first()
    return {
        "space": row,
        "name": name_of(row),
        "who_reads": who_reads(row),
        "is_open": is_open(row),
        "page_obj": found,
        "rows": [row_of(topic, new=int(topic.pk in new)) for topic in found],
        "new": len(new),
        "choice": choice,
        "query": f"show={choice}" if choice else "",
        "level": state.level if state else Level.NORMAL,
        "levels": Level.choices,
    }


def _chosen(topics: QuerySet[Topic], choice: str) -> QuerySet[Topic]:
    if choice == "discussions":
        return topics.filter(kind=TopicKind.DISCUSSION)
    if choice == "questions":
        return topics.filter(kind=TopicKind.QUESTION)
    if choice == "unanswered":
        return topics.filter(kind=TopicKind.QUESTION, accepted=None)
    return topics


def news(user: Any, page: Any) -> dict[str, Any]:
    """Return a page of what is new for her, by space."""
    known = unread.known_to(user)
    rows = unread.topics(user, known).select_related("space__group")
    found = Paginator(rows, TOPICS_PER_PAGE).get_page(page)
    topics = list(found)
    posts = unread.new_posts(known, topics)
    by_space: dict[int, dict[str, Any]] = {}
    for topic in topics:
        named = {"row": topic.space, "name": name_of(topic.space), "topics": []}
        place = by_space.setdefault(topic.space_id, named)
        count = posts.get(topic.pk, 0)
        at = max(topic.read + 1, topic.last_number - count + 1)
        place["topics"].append(
            {"row": row_of(topic, new=count, at=at), "last_number": topic.last_number}
        )
    return {"spaces": list(by_space.values()), "page_obj": found, "total": found.paginator.count}


def waiting_topics(user: Any) -> QuerySet[Topic]:
    """Return the questions a moderator should look at: three days old, nobody has answered."""
    rows = moderated_by(user).filter(
        kind=TopicKind.QUESTION, others=0, accepted=None, locked_at=None,
        created_at__lte=clock.now() - WAITS, title_gone="",
    )  # fmt: skip
    return rows.order_by("created_at")


def waiting(user: Any, page: Any) -> dict[str, Any]:
    """Return a page of questions that wait, the oldest first."""
    found = Paginator(waiting_topics(user), TOPICS_PER_PAGE).get_page(page)
    return {"rows": [row_of(topic) for topic in found], "page_obj": found}


def drafts(user: Any) -> dict[str, Any]:
    """Return her drafts, each with where it goes on."""
    rows = list(Draft.objects.filter(person=user))
    return {"drafts": [{"row": row, "place": row.place.partition(":")} for row in rows]}


def open_spaces(user: Any) -> list[tuple[str, str]]:
    """Return (public id, name) of the spaces in which she may begin a topic."""
    rows = [row for row in spaces_visible_to(user) if is_open(row)]
    return sorted(((str(row.public_id), name_of(row)) for row in rows), key=lambda row: row[1])
