"""Discussions of the matrix: a space all members read, one of a group of strangers, posts of each."""

import uuid
from typing import Any

from community.discussions.models import Post, Space, Topic
from community.discussions.own_models import Draft
from community.groups.models import Group, GroupMember
from community.rooms.models import Report
from portal.shared import clock
from tests import people

FOREIGN = "KANARIENVOGEL"


def post(topic: Topic, author: Any, text: str = "Words") -> Post:
    """A post as it is stored."""
    topic.last_number += 1
    topic.save()
    return Post.objects.create(
        topic=topic, number=topic.last_number, author=author, source=text, html=f"<p>{text}</p>",
        created_at=clock.now(),
    )  # fmt: skip


def topic(space: Space, author: Any, title: str) -> Topic:
    """A question with its first post."""
    moment = clock.now()
    row = Topic.objects.create(
        space=space, author=author, title=title, kind="question", label="GREEN", language="en",
        created_at=moment, last_at=moment,
    )  # fmt: skip
    post(row, author, title)
    return row


def make(world: Any, here: Any, there: Any) -> None:
    """Make spaces, topics, posts, drafts and reports."""
    moment = clock.now()
    near, far = people.member("Nora Near", of=here), people.member(FOREIGN, of=there)
    space = Space.objects.create(kind="theme", code="cases", created_at=moment, last_at=moment)
    group = Group.objects.create(
        name=FOREIGN, purpose="-", kind="theme", joining="invitation", created_at=moment
    )
    GroupMember.objects.create(group=group, person=far, state="in", since=moment)
    ours, theirs = topic(space, near, "A question"), topic(group.space, far, FOREIGN)
    posts = post(ours, near), post(theirs, far, FOREIGN)
    keys = {
        "space": (space.public_id, group.space.public_id),
        "topic": (ours.public_id, theirs.public_id),
        "post": (posts[0].public_id, posts[1].public_id),
        "post_report": tuple(_report(one) for one in posts),
    }
    for kind, (own, foreign) in keys.items():
        for which, number in (("own", own), ("foreign", foreign), ("hidden", uuid.uuid4())):
            world.things[kind, which, ""] = {"public_id": number}
    _own(world, ours, posts[0], far)
    for which in ("own", "foreign", "hidden"):
        record = world.things["record", which, ""]["public_id"]
        world.things["about", which, ""] = {"about": f"publication:{record}"}


def _report(reported: Post) -> uuid.UUID:
    return Report.objects.create(
        public_id=uuid.uuid4(), post=reported, reported=reported.author, why="other", reason="",
        created=clock.now(),
    ).public_id  # fmt: skip


def _own(world: Any, ours: Topic, foreign: Post, far: Any) -> None:
    """A post and a draft for each actor."""
    fields = {"place": "ask", "fields": {"title": FOREIGN, "text": ""}, "saved_at": clock.now()}
    draft = Draft.objects.create(person=far, **fields)
    for kind, row in (("own_post", foreign), ("draft", draft)):
        world.things[kind, "foreign", ""] = {"public_id": row.public_id}
        world.things[kind, "hidden", ""] = {"public_id": uuid.uuid4()}
    for name, user in world.users.items():
        mine = Draft.objects.create(person=user, **fields | {"fields": {"text": "mine"}})
        world.things["draft", "own", name] = {"public_id": mine.public_id}
        world.things["own_post", "own", name] = {"public_id": post(ours, user).public_id}
    for kind in ("own_post", "draft"):
        world.things[kind, "own", ""] = world.things[kind, "own", "member"]
