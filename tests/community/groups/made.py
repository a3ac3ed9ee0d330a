"""Groups, people in them and papers, for tests."""

from typing import Any

from django.urls import reverse
from django.utils import translation

from community.groups import joining, leading, papers, places
from community.groups.models import Group, GroupMember
from community.groups.paper_models import Paper
from portal.shared import clock
from tests import people


def verified(person: Any) -> Any:
    """The person in a sign-in with a second factor."""
    person.is_verified = lambda: True
    return person


def member(name: str = "", **fields: Any) -> Any:
    return verified(people.member(name, **fields))


def maker(**scope: Any) -> Any:
    """A focal point, for West Africa unless another scope is given."""
    return verified(people.staff("focal-point", **(scope or {"region_id": "west-africa"})))


def group(joining_kind: str = "open", *, leader: Any = None, **fields: Any) -> Group:
    """A group, led by ``leader`` if there is one."""
    made = Group.objects.create(
        **{
            "name": "Road controls", "purpose": "We compare controls.", "kind": "theme",
            "topic": "guidance", "joining": joining_kind, "created_at": clock.now(),
        } | fields
    )  # fmt: skip
    if leader is not None:
        put(made, leader, leads=True)
    return made


def put(where: Group, person: Any, state: str = "in", **fields: Any) -> GroupMember:
    """A person's row in a group."""
    return GroupMember.objects.create(
        group=where, person=person, state=state, since=clock.now(), **fields
    )


def inside(where: Group, name: str = "", **fields: Any) -> Any:
    """A new member of the community who is in the group."""
    person = member(name, **fields)
    put(where, person)
    return person


def paper(where: Group, author: Any, text: str = "First words.", **fields: Any) -> Paper:
    """A paper begun by somebody inside."""
    return papers.begin(
        actor=author, group=where, text=text,
        **{"title": "Draft standard", "language": "en", "label": "GREEN"} | fields,
    )  # fmt: skip


def at(name: str, *things: Any) -> str:
    """An address below /en/community/groups/; things are named by their public ids or numbers."""
    with translation.override("en"):
        return reverse(name, args=[getattr(thing, "public_id", thing) for thing in things])


__all__ = [
    "at", "group", "inside", "joining", "leading", "maker", "member", "paper", "papers", "people",
    "places", "put", "verified",
]  # fmt: skip
