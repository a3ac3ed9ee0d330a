"""Entries and requests for contact of the matrix: one everybody finds, one for a far region."""

import uuid
from typing import Any

from community.directory import index
from community.directory.kinds import FIELDS, Sight
from community.directory.models import ContactRequest, Profile
from portal.shared import clock
from tests import people
from tests.authz.library import FOREIGN


def _entry(user: Any, sight: str) -> Profile:
    moment = clock.now()
    sights = {f"show_{field}": sight for field in FIELDS}
    row = Profile.objects.create(person=user, created_at=moment, confirmed_at=moment, **sights)
    index.write([row.pk])
    return row


def _request(asker: Any, asked: Any, state: str, reason: str = "For a training") -> Any:
    pair = " ".join(map(str, sorted((asker.pk, asked.pk))))
    return ContactRequest.objects.create(
        asker=asker, asked=asked, pair=pair, state=state, reason=reason, asked_at=clock.now(),
        decided_at=clock.now() if state == "accepted" else None,
    ).public_id  # fmt: skip


def make(world: Any, there: Any) -> None:
    """Give each actor an entry of her own, a request to answer, one she made, and a contact."""
    shown = _entry(people.member("Nora Near"), Sight.EVERYBODY)
    far = _entry(people.member(FOREIGN, of=there), Sight.REGION)
    names = ("own", shown.public_id), ("foreign", far.public_id), ("hidden", uuid.uuid4())
    for which, number in names:
        world.things["entry", which, ""] = {"public_id": number}
    kinds = ("asked_contact", "own_contact", "contact")
    strangers = [people.member(FOREIGN, of=there) for _ in range(2)]
    foreign = _request(*strangers, "waiting", FOREIGN)
    for kind in kinds:
        world.things[kind, "foreign", ""] = {"public_id": foreign}
        world.things[kind, "own", ""] = {"public_id": foreign}
        world.things[kind, "hidden", ""] = {"public_id": uuid.uuid4()}
    others = [people.member() for _ in kinds]
    for name, user in world.users.items():
        _entry(user, Sight.NOBODY)
        made = (
            _request(others[0], user, "waiting"), _request(user, others[1], "waiting"),
            _request(user, others[2], "accepted"),
        )  # fmt: skip
        for kind, number in zip(kinds, made, strict=True):
            world.things[kind, "own", name] = {"public_id": number}
