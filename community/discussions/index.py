"""Keeps the words of posts findable, in the transaction of whatever changed them."""

from collections.abc import Iterable

from community.discussions import index_tables
from community.discussions.models import Post, Topic
from portal.shared.html import without_markup
from portal.shared.text import search_text

PART = 1_000
drop = index_tables.drop


def put(posts: Iterable[Post]) -> None:
    """Index posts that stand, the first one with the title; others are left out."""
    index_tables.put(
        (post.pk, post.topic.space_id, words_of(post)) for post in posts if post.stands
    )


def words_of(post: Post) -> str:
    """Return the words a post is found by."""
    title = post.topic.title if post.number == 1 else ""
    return search_text(f"{title}\n{without_markup(post.html)}")


def put_topic(topic: Topic) -> None:
    """Index all posts of a topic anew: it stands in another space now."""
    last = 0
    while posts := list(
        topic.posts.filter(number__gt=last, deleted_at=None, hidden_at=None)
        .select_related("topic")
        .order_by("number")[:PART]
    ):
        put(posts)
        last = posts[-1].number


def rewrite() -> int:
    """Index all posts anew; return how many."""
    index_tables.empty()
    last = count = 0
    rows = Post.objects.filter(deleted_at=None, hidden_at=None).select_related("topic")
    while posts := list(rows.filter(pk__gt=last).order_by("pk")[:PART]):
        put(posts)
        last, count = posts[-1].pk, count + len(posts)
    return count
