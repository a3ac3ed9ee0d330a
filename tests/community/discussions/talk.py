"""Spaces, topics and posts for tests."""

from typing import Any

from community.discussions import spaces, writing
from community.discussions.models import Post, Space, Topic
from community.groups.models import Group, GroupMember
from portal.shared import clock
from tests.community.library.finds import verified
from tests.people import member

__all__ = ["answer", "begin", "group", "joined", "reader", "space", "verified"]


def reader(name: str = "", **fields: Any) -> Any:
    """A member whose sign-in has a second factor."""
    return verified(member(name, **fields))


def space(kind: str = "theme", code: str = "cases") -> Space:
    """A space of the whole community."""
    return spaces._there(kind, code)[0]


def group(*people: Any, leads: Any = None, joining: str = "request") -> Group:
    """A group with these people in it; its space is made with it."""
    made = Group.objects.create(
        name="Tracing network", purpose="-", kind="theme", joining=joining, created_at=clock.now()
    )
    for person in people:
        joined(made, person)
    if leads is not None:
        joined(made, leads, leads=True)
    return made


def joined(made: Group, person: Any, **fields: Any) -> GroupMember:
    """A person who is in a group."""
    return GroupMember.objects.create(
        group=made, person=person, state="in", since=clock.now(), **fields
    )


def begin(actor: Any, where: Space | None = None, **fields: Any) -> Topic:
    """A topic."""
    known = {"title": "How is it marked?", "kind": "question", "label": "GREEN", "language": "en"}
    return writing.ask(
        actor=actor, space=where or space(), **{**known, "text": "A first post.", **fields}
    )


def answer(actor: Any, topic: Topic, text: str = "An answer.", **fields: Any) -> Post:
    """A further post."""
    topic = Topic.objects.select_related("space__group").get(pk=topic.pk)
    return writing.reply(actor=actor, topic=topic, text=text, **fields)
