"""Tells people of a new post: who is mentioned, who watches. A verb, a count, a place to go."""

from collections.abc import Callable
from typing import Any

from django.db.models import Exists, OuterRef, Q

from community.discussions.kinds import Level
from community.discussions.models import Post, Topic
from community.discussions.own_models import SpaceState, TopicState
from community.discussions.permissions import readers_of, spaces_visible_to, visible
from community.ids import parse_uuid
from portal.notifications.services import notify
from portal.notifications.verbs import ask_before_mail

TOPIC, SPACE = "discussion_topic", "discussion_space"


def tell_of(post_id: int) -> int:
    """Notify everybody who asked to hear of a post and may read it; return how many people."""
    rows = Post.objects.select_related("topic__space__group")
    post = rows.filter(pk=post_id, deleted_at=None, hidden_at=None).first()
    if post is None:
        return 0
    topic = post.topic
    readers = readers_of(topic.space).exclude(pk=post.author_id or 0)
    muted = TopicState.objects.filter(topic=topic, person=OuterRef("pk"), level=Level.MUTED)
    mentioned = list(readers.filter(pk__in=post.mentions.values("person")).exclude(Exists(muted)))
    for person in mentioned:
        notify(person, "discussion-mention", place=TOPIC, key=str(topic.public_id))
    watching = list(_watching(readers, topic, post).exclude(pk__in=[one.pk for one in mentioned]))
    is_new = post.number == 1
    verb = "discussion-new" if is_new else "discussion-answer"
    place, key = (SPACE, topic.space.public_id) if is_new else (TOPIC, topic.public_id)
    for person in watching:
        notify(person, verb, place=place, key=str(key))
    return len(mentioned) + len(watching)


def _watching(readers: Any, topic: Topic, post: Post) -> Any:
    """Return who watches the topic, or its space without having chosen otherwise here."""
    own = TopicState.objects.filter(topic=topic, person=OuterRef("pk"))
    space = SpaceState.objects.filter(
        space=topic.space_id, person=OuterRef("pk"), level=Level.WATCHING
    )
    of_space = Q(Exists(space)) & ~Q(Exists(own.exclude(level="")))
    return readers.filter(Q(Exists(own.filter(level=Level.WATCHING))) | of_space)


def _still(find: Callable[[Any], Any]) -> Callable[[Any, str], bool]:
    def may(user: Any, key: str) -> bool:
        number = parse_uuid(key)
        # A notice says nothing that only a confirmed sign-in may read; the page asks for it.
        user.is_verified = lambda: True
        return number is not None and bool(find(user).filter(public_id=number).exists())

    return may


def register() -> None:
    """Have it asked again, before a mail goes out, whether the person still may read there."""
    for verb in (
        "discussion-answer", "discussion-mention", "discussion-accepted", "discussion-waiting",
    ):  # fmt: skip
        ask_before_mail(verb, _still(visible))
    ask_before_mail("discussion-new", _still(spaces_visible_to))
