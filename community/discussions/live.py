"""Tells open pages of a topic that something is new there; what it is they ask for themselves."""

from community.discussions.news import PostStored, TopicChanged
from portal.sockets import groups


def group_of(topic_id: int) -> str:
    """Return the channel-layer group of the open pages of a topic."""
    return f"discussion.{topic_id}"


def poke(event: PostStored | TopicChanged) -> None:
    """Say it to every page of the topic that is open."""
    groups.tell(group_of(event.topic_id), {"type": "topic.changed"})
