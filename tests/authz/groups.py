"""Groups of the matrix: one each actor leads, one by invitation of a far office."""

import uuid
from typing import Any

from community.groups.models import Group, GroupAnswer, GroupMember
from community.groups.paper_models import Paper, PaperComment, PaperVersion
from community.library.models import Publication, Shelf, ShelfItem
from portal.shared import clock
from tests import people

FOREIGN = "KANARIENVOGEL"


def make(world: Any, there: Any) -> None:
    """For each actor a group that she leads, with everything in it, and one she is not in."""
    stranger = people.member(FOREIGN, of=there)
    foreign = _everything(stranger, FOREIGN, "invitation")
    nowhere = {
        "public_id": uuid.uuid4(), "person": uuid.uuid4(), "record": uuid.uuid4(),
        "paper_id": uuid.uuid4(), "number": 1, "comment": uuid.uuid4(), "old": 1, "new": 1,
    }  # fmt: skip
    _put(world, "foreign", "", foreign)
    _put(world, "hidden", "", nowhere)
    for name, user in world.users.items():
        _put(world, "own", name, _everything(user, "Mine", "request"))
    _put(world, "own", "", _everything(people.member(), "Nobody's", "invitation"))
    known = Group.objects.create(
        name="To be joined", purpose="p", kind="theme", joining="open", created_at=clock.now()
    )
    asked = Group.objects.create(
        name="To be asked", purpose="p", kind="theme", joining="request", created_at=clock.now()
    )
    for kind, group in (("open_group", known), ("asked_group", asked)):
        world.things[kind, "own", ""] = {"public_id": group.public_id}
        world.things[kind, "foreign", ""] = {"public_id": foreign["public_id"]}
        world.things[kind, "hidden", ""] = {"public_id": nowhere["public_id"]}


def _put(world: Any, which: str, actor: str, found: dict[str, Any]) -> None:
    """Keep the arguments of every kind of address below a group."""
    for kind, names in {
        "group": ("public_id",),
        "group_place": ("public_id", "person"),
        "group_record": ("public_id", "record"),
        "paper": ("public_id", "paper_id"),
        "paper_version": ("public_id", "paper_id", "number"),
        "paper_pair": ("public_id", "paper_id", "old", "new"),
        "paper_comment": ("public_id", "paper_id", "comment"),
    }.items():
        world.things[kind, which, actor] = {name: found[name] for name in names}
    asking = found | {"person": found.get("asking", found["person"])}
    world.things["group_asking", which, actor] = {
        name: asking[name] for name in ("public_id", "person")
    }


def _everything(leader: Any, name: str, joining: str) -> dict[str, Any]:
    """A group with a leader, a member, somebody who asks, a paper, a comment and a record."""
    moment = clock.now()
    group = Group.objects.create(
        name=name, purpose=name, kind="theme", joining=joining, created_at=moment
    )
    other, asking = people.member(name), people.member(name)
    GroupMember.objects.create(group=group, person=leader, state="in", leads=True, since=moment)
    GroupMember.objects.create(group=group, person=other, state="in", since=moment)
    GroupMember.objects.create(group=group, person=asking, state="asked", since=moment)
    GroupAnswer.objects.create(group=group, person=leader, what="removed", reason="r", at=moment)
    paper = Paper.objects.create(
        group=group, title=name, language="en", label="GREEN", marked_by=leader, latest=1,
        created_at=moment, changed_at=moment,
    )  # fmt: skip
    version = PaperVersion.objects.create(
        paper=paper, number=1, text=name, html=name, author=leader, at=moment
    )
    comment = PaperComment.objects.create(version=version, author=other, text=name, at=moment)
    record = Publication.objects.create(label="GREEN", live=True, kind="study")
    ShelfItem.objects.create(shelf=Shelf.objects.create(group=group), publication=record)
    return {
        "public_id": group.public_id, "person": other.public_id, "asking": asking.public_id,
        "record": record.public_id, "paper_id": paper.public_id, "number": 1, "old": 1, "new": 1,
        "comment": comment.public_id,
    }  # fmt: skip
