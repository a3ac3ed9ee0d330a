"""What an open page of a topic fetches when it is told that something is new."""

from typing import Any

from community.discussions.kinds import PER_PAGE
from community.discussions.models import LABELS, Topic
from community.discussions.rows import address
from community.discussions.topic_page import posts_of, rows_of


def newer(user: Any, topic: Topic, after: int, *, show: bool) -> dict[str, Any]:
    """Return how many posts stand after a number, or those posts: a page of them at most."""
    rows = topic.posts.filter(number__gt=after, deleted_at=None, hidden_at=None)
    if not show:
        first = rows.order_by("number").values_list("number", flat=True).first()
        count = rows.exclude(author=user).count() if first else 0
        return {"topic": topic, "count": count, "after": after, "url": address(topic, first or 1)}
    found = list(posts_of(topic).filter(number__gt=after)[:PER_PAGE])
    return {
        "topic": topic,
        "rows": rows_of(user, topic, found, after),
        "after": found[-1].number if found else after,
        "more": topic.last_number - (found[-1].number if found else after),
    }


def relabelled(topic: Topic, seen: str) -> dict[str, Any]:
    """Return whether the label is another than the one an open page shows."""
    known = seen if seen in dict(LABELS) else topic.label
    return {"relabelled": known != topic.label, "seen_label": known}
