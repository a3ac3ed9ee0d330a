"""A post that is stored is told of; a group that is made gets its space."""

from typing import Any

from django.db.models.signals import post_save

from community.discussions import live, spaces
from community.discussions.news import PostStored, TopicChanged
from community.discussions.tasks import tell_of
from community.groups.models import Group
from portal.events import listen


def stored(event: PostStored) -> None:
    """Notices by task; open pages at once."""
    tell_of.enqueue(event.post_id)


def grouped(sender: Any, instance: Group, created: bool, raw: bool = False, **rest: Any) -> None:
    """A group is made: its space with it."""
    if created and not raw:
        spaces.of_group(instance)


listen(PostStored, stored)
listen(PostStored, live.poke)
listen(TopicChanged, live.poke)
post_save.connect(grouped, sender=Group, dispatch_uid="discussions-group")
