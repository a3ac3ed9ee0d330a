"""Rooms and reports of the matrix: everybody's room, a foreign one, a report in and out of reach."""

import uuid
from typing import TYPE_CHECKING

from community.rooms.models import Kind, Report, Room, RoomMembership, RoomRole
from portal.accounts.models import User
from portal.organisations.models import Organisation
from portal.shared import clock
from tests import people

if TYPE_CHECKING:
    from tests.authz.world import World

INSIDE = ("member", "room_member", "trainer", "reviewer", "translator", "focal_point",
          "administrator")  # fmt: skip


def make(world: "World", here: Organisation, there: Organisation) -> None:
    """Add rooms (``room``) and reports (``report``) to the world."""
    near, far = people.member("Rita Reported", of=here), people.member(of=there)
    ours = _room(*(world.users[name] for name in INSIDE))
    theirs = _room(near, far)
    found = {
        "room": ("room", ours.public_id, theirs.public_id),
        "report": ("public_id", _report(theirs, near), _report(theirs, far)),
    }
    for kind, (argument, own, foreign) in found.items():
        world.things[kind, "own", ""] = {argument: own}
        world.things[kind, "foreign", ""] = {argument: foreign}
        world.things[kind, "hidden", ""] = {argument: uuid.uuid4()}


def _room(*users: User) -> Room:
    room = Room.objects.create(public_id=uuid.uuid4(), kind=Kind.CASE, created=clock.now())
    RoomMembership.objects.bulk_create(
        RoomMembership(
            room=room, user=user, role=RoomRole.MEMBER, state=RoomMembership.State.JOINED
        )
        for user in users
    )
    return room


def _report(room: Room, reported: User) -> uuid.UUID:
    row = Report.objects.create(
        public_id=uuid.uuid4(), room=room, seq=1, reported=reported, reason="An insult.",
        created=clock.now(),
    )  # fmt: skip
    return row.public_id
