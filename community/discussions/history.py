"""How a post read before its edits, and whether a draft has a place."""

from typing import Any

from community.discussions import drafting
from community.discussions.models import Post
from community.discussions.permissions import get_own_for, get_topic_for
from community.discussions.reach import moderates
from community.discussions.rows import address, title_of
from community.discussions.topic_page import name_said
from community.ids import parse_uuid
from portal.shared.errors import NotAllowed
from portal.shared.html import cleaned


def page(user: Any, post: Post) -> dict[str, Any]:
    """Return the versions of a post. Raises NotAllowed for whoever neither wrote nor moderates it,
    and where it is deleted."""
    is_hers = post.author_id == user.pk
    if post.deleted_at is not None or not (
        is_hers or moderates(user, post.topic.space, post.author)
    ):
        raise NotAllowed
    return {
        "post": post,
        "topic": post.topic,
        "title": title_of(post.topic),
        "author": name_said(post.author),
        "url": address(post.topic, post.number),
        "now": cleaned(post.html),
        "versions": [
            {"title": row.title, "html": cleaned(row.html), "until": row.until}
            for row in post.versions.order_by("-pk")
        ],
    }


def check_place(user: Any, place: str) -> None:
    """Raise NotAllowed where she may not write what a draft is for."""
    kind, _colon, key = place.partition(":")
    number = parse_uuid(key)
    if place == drafting.ASK:
        return
    if kind == "reply" and number:
        get_topic_for(user, number)
    elif kind == "edit" and number:
        get_own_for(user, number)
    else:
        raise NotAllowed
