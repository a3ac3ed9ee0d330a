"""What a person notes for herself: how far she read, what she follows, how she reacts."""

from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from community.discussions.kinds import Feeling, Level
from community.discussions.models import Post, Reaction, Space, Topic
from community.discussions.own_models import SpaceState, TopicState
from community.discussions.permissions import get_standing_for, may_read
from portal.notifications.services import mark_place_read
from portal.shared import ratelimit
from portal.shared.errors import Invalid, NotAllowed, TooMany

TOPIC_VERBS = (
    "discussion-answer", "discussion-mention", "discussion-accepted", "discussion-hidden",
    "discussion-waiting",
)  # fmt: skip


def _paced(actor: Any) -> None:
    if seconds := ratelimit.wait(f"account {actor.pk}", "discussion-marks"):
        raise TooMany(seconds)


def _may(actor: Any, space: Space) -> None:
    if not may_read(actor, space):
        raise NotAllowed


def mark_topic(*, actor: Any, topic: Topic, number: int) -> None:
    """Note that she read a topic up to a post, never less. Raises NotAllowed, TooMany."""
    _may(actor, topic.space)
    _paced(actor)
    with transaction.atomic():
        state, _made = TopicState.objects.select_for_update().get_or_create(
            person=actor, topic=topic
        )
        upto = min(max(number, state.number), topic.last_number)
        if upto != state.number:
            state.number = upto
            state.save(update_fields=["number"])
        for verb in TOPIC_VERBS if upto == topic.last_number else ():
            mark_place_read(
                user=actor, verb=verb, place="discussion_topic", key=str(topic.public_id)
            )


def mark_space(*, actor: Any, space: Space) -> None:
    """Note that she read all there is in a space. Raises NotAllowed, TooMany."""
    _may(actor, space)
    _paced(actor)
    with transaction.atomic():
        now = Space.objects.select_related(None).get(pk=space.pk)
        SpaceState.objects.update_or_create(
            person=actor, space=space, defaults={"read_at": now.last_at}
        )
        mark_place_read(
            user=actor, verb="discussion-new", place="discussion_space", key=str(space.public_id)
        )


def watch_topic(*, actor: Any, topic: Topic, level: str) -> None:
    """Follow a topic more or less closely; "" as its space. Raises NotAllowed, Invalid, TooMany."""
    _may(actor, topic.space)
    if level and level not in Level.values:
        raise Invalid(fields={"level": _("Choose one of these.")})
    _paced(actor)
    with transaction.atomic():
        TopicState.objects.update_or_create(person=actor, topic=topic, defaults={"level": level})


def watch_space(*, actor: Any, space: Space, level: str) -> None:
    """Follow a space more or less closely. Raises NotAllowed, Invalid, TooMany."""
    _may(actor, space)
    if level not in Level.values:
        raise Invalid(fields={"level": _("Choose one of these.")})
    _paced(actor)
    with transaction.atomic():
        SpaceState.objects.update_or_create(person=actor, space=space, defaults={"level": level})


def react(*, actor: Any, post: Post, feeling: str) -> bool:
    """Say a word about another person's post, or take it back; say whether it is said now.

    Raises NotAllowed (also for an own post), Invalid, TooMany.
    """
    now = get_standing_for(actor, post.public_id)
    if feeling not in Feeling.values:
        raise Invalid(_("Choose one of these."))
    if now.author_id == actor.pk:
        raise NotAllowed
    _paced(actor)
    with transaction.atomic():
        Post.objects.select_for_update().filter(pk=now.pk).first()
        row = {"post": now, "person": actor, "feeling": feeling}
        if Reaction.objects.filter(**row).delete()[0]:
            return False
        Reaction.objects.create(**row)
    return True
