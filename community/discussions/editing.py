"""Changes posts: edits with their history, deletions by the author, accepted answers."""

from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from community.discussions import drafting, index
from community.discussions.files import drop_files
from community.discussions.kinds import TopicKind
from community.discussions.models import Post, PostVersion, Topic
from community.discussions.news import TopicChanged
from community.discussions.permissions import get_own_for, get_standing_for, may_answer
from community.discussions.reach import moderates
from community.discussions.writing import titled, written
from community.relabelled import check_seen
from portal.audit.services import record
from portal.events import publish
from portal.notifications.services import notify
from portal.shared import clock, ratelimit
from portal.shared.errors import Conflict, NotAllowed, TooMany


def _paced(actor: Any) -> None:
    if seconds := ratelimit.wait(f"account {actor.pk}", "discussion-edits"):
        raise TooMany(seconds)


def held(post: Post) -> Post:
    """Return a post as it is now, held after its topic."""
    Topic.objects.select_for_update().filter(pk=post.topic_id).first()
    return (
        Post.objects.select_for_update(of=("self",))
        .select_related("topic__space__group", "author")
        .get(pk=post.pk)
    )


def edit(
    *, actor: Any, post: Post, text: str, title: str = "", seen: int = 0, seen_label: str = ""
) -> Post:
    """Change an own post; what it said is kept. ``title``: of the topic, with its first post.

    ``seen`` is the number of edits the form was made from. Raises NotAllowed, Invalid, TooMany,
    Conflict (changed elsewhere, or the topic was locked, or its label lowered since it was seen).
    """
    get_own_for(actor, post.public_id)
    content = written(text)
    name = titled(title) if post.number == 1 else ""
    _paced(actor)
    with transaction.atomic():
        now = held(post)
        get_own_for(actor, now.public_id)
        check_seen(now.topic.label, seen_label)
        if now.edits != seen or not may_answer(actor, now.topic):
            raise Conflict(
                _("This post was changed or closed in the meantime. Your text is kept as a draft.")
            )
        drafting.drop(actor, drafting.edit_of(now))
        old_title = now.topic.title if now.number == 1 else ""
        if content.source == now.source and name == old_title:
            return now
        PostVersion.objects.create(
            post=now, title=old_title, source=now.source, html=now.html, until=clock.now()
        )
        now.source, now.html, now.links = content.source, content.html, content.links
        now.edits, now.edited_at = now.edits + 1, clock.now()
        now.save(update_fields=["source", "html", "links", "edits", "edited_at"])
        if name and name != old_title:
            now.topic.title = name
            now.topic.save(update_fields=["title"])
        index.put([now])
        publish(TopicChanged(now.topic_id))
    return now


def delete(*, actor: Any, post: Post) -> None:
    """Delete an own post: text, files, earlier versions, mentions and reactions are gone, its
    number stays. Raises NotAllowed, TooMany."""
    get_own_for(actor, post.public_id)
    _paced(actor)
    with transaction.atomic():
        now = held(post)
        get_own_for(actor, now.public_id)
        empty(now)
        record("discussion.deleted", actor=actor, thing=now)


def empty(post: Post) -> None:
    """Leave nothing of a held post but its number, and nothing of a first post's title."""
    for rows in (post.versions, post.mentions, post.reactions):
        rows.all().delete()
    drop_files(post)
    Post.objects.filter(pk=post.pk).update(
        source="", html="", links=[], edits=0, edited_at=None, deleted_at=clock.now(),
        hidden_why="",
    )  # fmt: skip
    if post.number == 1:
        Topic.objects.filter(pk=post.topic_id).update(title="", title_gone=Topic.Gone.DELETED)
    fallen(post)


def fallen(post: Post) -> None:
    """A post stands no longer: it is found no more, and is nobody's answer."""
    index.drop([post.pk])
    topic = Topic.objects.get(pk=post.topic_id)
    if topic.accepted_id == post.pk:
        topic.accepted = None
    topic.others = standing_others(topic)
    topic.save(update_fields=["accepted", "others"])
    publish(TopicChanged(topic.pk))


def standing_others(topic: Topic) -> int:
    """Count the answers of other people that stand."""
    rows = topic.posts.filter(deleted_at=None, hidden_at=None, number__gt=1)
    own = rows.filter(author=topic.author_id).count() if topic.author_id else 0
    return rows.count() - own


def may_accept(user: Any, topic: Topic) -> bool:
    """Say whether a person accepts answers in a topic: who asked, or a moderator."""
    if topic.kind != TopicKind.QUESTION:
        return False
    return topic.author_id == user.pk or moderates(user, topic.space, topic.author)


@transaction.atomic
def accept(*, actor: Any, post: Post) -> bool:
    """Accept an answer, or take that back; say whether it is accepted now. Raises NotAllowed."""
    get_standing_for(actor, post.public_id)
    now = held(post)
    topic = now.topic
    if now.number == 1 or not now.stands or not may_accept(actor, topic):
        raise NotAllowed
    is_new = topic.accepted_id != now.pk
    topic.accepted = now if is_new else None
    topic.save(update_fields=["accepted"])
    if is_new and now.author is not None and now.author_id != actor.pk:
        notify(
            now.author, "discussion-accepted", place="discussion_topic", key=str(topic.public_id)
        )
    publish(TopicChanged(topic.pk))
    return is_new
