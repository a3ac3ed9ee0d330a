"""Where other concepts lead to discussions: from a group to its space, from an event to a topic."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from community.discussions.about import card_of, topic_of
from community.discussions.models import Space
from community.discussions.permissions import spaces_visible_to, visible
from community.events.after import FollowUp, register_follow_up
from community.events.models import Meeting
from community.groups.models import Group
from community.groups.sections import Entry, register


def _space_of(user: Any, group: Group | int) -> Space | None:
    return spaces_visible_to(user).filter(group=group).first()


def _discussion(user: Any, group: Group) -> Entry | None:
    space = _space_of(user, group)
    if space is None:
        return None
    count = visible(user).filter(space=space).count()
    return Entry(reverse("discussion_space", args=[space.public_id]), count)


def follow_up(user: Any, meeting: Meeting) -> FollowUp | None:
    """Return where an event is talked about: the group's space, else its own topic, which the page
    offers to begin. None above GREEN."""
    if meeting.group_id:
        space = _space_of(user, meeting.group_id)
        address = reverse("discussion_space", args=[space.public_id]) if space else ""
        return FollowUp(str(meeting.group), address) if space else None
    about = f"event:{meeting.public_id}"
    card = card_of(user, about)
    if card is None:
        return None
    topic = topic_of(user, about)
    return FollowUp(topic.title if topic else card.title, reverse("discussion_about", args=[about]))


register("discussion", _("Discussion"), _discussion, order=50)
register_follow_up(follow_up)
