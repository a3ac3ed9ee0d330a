"""What moderators do: hide and restore posts, lock and move topics, warn. All of it on record."""

from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from community.discussions import index
from community.discussions.editing import fallen, held, standing_others
from community.discussions.kinds import LONGEST_REASON
from community.discussions.models import Post, Space, Topic
from community.discussions.news import TopicChanged
from community.discussions.permissions import may_read, readers_of
from community.discussions.reach import get_moderated_post_for, get_moderated_topic_for
from portal.accounts.models import User
from portal.audit.services import record
from portal.events import publish
from portal.markings.labels import Label
from portal.notifications.services import notify
from portal.permissions import forget
from portal.shared import clock
from portal.shared.errors import Conflict, Invalid, NotAllowed
from portal.shared.text import plain


def why_of(text: str) -> str:
    """Return a reason as it is stored. Raises Invalid."""
    found = " ".join(plain(text.replace("\x00", "")).split())
    if not found or len(found) > LONGEST_REASON:
        sentence = _("Say why, in at most %(most)s characters.") % {"most": LONGEST_REASON}
        raise Invalid(sentence, {"reason": sentence})
    return found


@transaction.atomic
def hide(*, actor: Any, post: Post, reason: str) -> Post:
    """Hide a post the actor moderates; everybody sees that and why. Raises NotAllowed, Invalid,
    Conflict where it is hidden or deleted already."""
    forget(actor)
    get_moderated_post_for(actor, post.public_id)
    return hide_reported(actor=actor, post=post, reason=reason)


@transaction.atomic
def hide_reported(*, actor: Any, post: Post, reason: str) -> Post:
    """The same, for who decides a report of the post (the caller made sure)."""
    why = why_of(reason)
    now = held(post)
    if not now.stands:
        raise Conflict(_("This post is hidden or deleted already."))
    now.hidden_at, now.hidden_by, now.hidden_why = clock.now(), actor, why
    now.save(update_fields=["hidden_at", "hidden_by", "hidden_why"])
    if now.number == 1:
        Topic.objects.filter(pk=now.topic_id).update(title_gone=Topic.Gone.HIDDEN)
    fallen(now)
    _tell(now)
    record("discussion.hidden", actor=actor, about=now.author, thing=now)
    return now


@transaction.atomic
def restore(*, actor: Any, post: Post) -> Post:
    """Show a hidden post again. Raises NotAllowed, Conflict."""
    forget(actor)
    get_moderated_post_for(actor, post.public_id)
    return restore_reported(actor=actor, post=post)


@transaction.atomic
def restore_reported(*, actor: Any, post: Post) -> Post:
    """The same, for who decides a report of the post (the caller made sure)."""
    now = held(post)
    if now.hidden_at is None or now.deleted_at is not None:
        raise Conflict(_("This post is not hidden."))
    now.hidden_at, now.hidden_by, now.hidden_why = None, None, ""
    now.save(update_fields=["hidden_at", "hidden_by", "hidden_why"])
    topic = now.topic
    topic.title_gone = Topic.Gone.NO if now.number == 1 else topic.title_gone
    topic.others = standing_others(topic)
    topic.save(update_fields=["title_gone", "others"])
    index.put([now])
    publish(TopicChanged(topic.pk))
    _tell(now)
    record("discussion.restored", actor=actor, about=now.author, thing=now)
    return now


def _tell(post: Post) -> None:
    if post.author is not None:
        key = str(post.topic.public_id)
        notify(post.author, "discussion-hidden", place="discussion_topic", key=key)


@transaction.atomic
def warn(*, actor: Any, post: Post) -> None:
    """Tell the author that something she wrote breaks the rules. Raises NotAllowed, also for a
    post of the actor and of a person without an account."""
    forget(actor)
    found = get_moderated_post_for(actor, post.public_id)
    if found.author is None or found.author_id == actor.pk or found.deleted_at is not None:
        raise NotAllowed
    person: User = found.author
    notify(person, "conduct", place="community_home")
    record("discussion.warned", actor=actor, about=person, thing=found)


def _moderated(actor: Any, topic: Topic) -> Topic:
    forget(actor)
    get_moderated_topic_for(actor, topic.public_id)
    Space.objects.select_for_update().select_related(None).filter(pk=topic.space_id).first()
    return Topic.objects.select_for_update(of=("self",)).select_related("space__group").get(
        pk=topic.pk
    )  # fmt: skip


@transaction.atomic
def lock(*, actor: Any, topic: Topic, on: bool) -> Topic:
    """Lock a topic, so that nothing is added or changed, or open it again. Raises NotAllowed."""
    now = _moderated(actor, topic)
    if (now.locked_at is not None) != on:
        now.locked_at = clock.now() if on else None
        now.save(update_fields=["locked_at"])
        record(
            "discussion.locked" if on else "discussion.unlocked",
            actor=actor, about=now.author, thing=now,
        )  # fmt: skip
        publish(TopicChanged(now.pk))
    return now


def widens(topic: Topic, space: Space) -> bool:
    """Say whether a move would let people read who could not read before."""
    return topic.space.group_id is not None and space.group_id != topic.space.group_id


@transaction.atomic
def move(*, actor: Any, topic: Topic, space: Space) -> Topic:
    """Move a topic to another space the actor reads. What was written in a group leaves it only if
    its label is CLEAR, which its author chose. Raises NotAllowed, Invalid."""
    now = _moderated(actor, topic)
    if not may_read(actor, space):
        raise NotAllowed
    if space.pk == now.space_id:
        raise Invalid(fields={"space": _("The topic stands there already.")})
    if widens(now, space) and now.label != Label.CLEAR:
        sentence = _(
            "More people would read it than its authors wrote for. Only a TLP:CLEAR topic can "
            "leave the space of a group."
        )
        raise Invalid(sentence, {"space": sentence})
    facts = {"from": str(now.space.public_id), "to": str(space.public_id)}
    now.space = space
    now.about = now.about if space.group_id is None else None  # what all may discuss stays free
    now.save(update_fields=["space", "about"])
    Space.objects.filter(pk=space.pk, last_at__lt=now.last_at).update(last_at=now.last_at)
    now.states.exclude(person__in=readers_of(space).values("pk")).delete()
    index.put_topic(now)
    record("discussion.moved", actor=actor, about=now.author, thing=now, facts=facts)
    publish(TopicChanged(now.pk))
    return now
