"""Files of posts: who may read one is who reads the topic, while the post stands."""

from typing import Any

from django.db.models import QuerySet

from community.discussions.models import Post, Topic
from community.discussions.permissions import may_read
from community.ids import parse_uuid
from portal.files.derived import discard
from portal.files.models import StoredFile
from portal.files.permissions import register_purpose

PURPOSE = "discussion"
PART = 500  # posts asked for at once


def post_of(stored: StoredFile) -> Post | None:
    """Return the post a file hangs on."""
    number = parse_uuid(stored.about)
    rows = Post.objects.select_related("topic__space__group")
    return rows.filter(public_id=number).first() if number else None


def _bearer(stored: StoredFile) -> Topic | None:
    post = post_of(stored)
    return post.topic if post else None


def _may_read(user: Any, stored: StoredFile) -> bool:
    post = post_of(stored)
    return post is not None and post.stands and may_read(user, post.topic.space)


def files_of(posts: list[Post]) -> QuerySet[StoredFile]:
    """Return the files of posts that stand; the caller reads these posts."""
    keys = [str(post.public_id) for post in posts if post.stands]
    return StoredFile.objects.filter(purpose=PURPOSE, about__in=keys).order_by("pk")


def relabel_files(topic: Topic) -> None:
    """Have the files of all posts of a topic bear its label."""
    keys = [str(key) for key in topic.posts.values_list("public_id", flat=True)]
    for start in range(0, len(keys), PART):
        rows = StoredFile.objects.filter(purpose=PURPOSE, about__in=keys[start : start + PART])
        rows.update(label=topic.label)


def drop_files(post: Post) -> None:
    """Delete the files of a post, with its text."""
    discard(*StoredFile.objects.filter(purpose=PURPOSE, about=str(post.public_id)))


def register() -> None:
    """Make the purpose known; called when the site starts."""
    register_purpose(PURPOSE, may_read=_may_read, bearer=_bearer)
