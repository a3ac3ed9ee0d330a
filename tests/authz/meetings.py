"""Events and case digests of the matrix: hers, those of everybody, and those of a far office."""

import uuid
from datetime import timedelta
from typing import Any

from community.digests.models import Digest, DigestReview
from community.events.calendars import hash_of
from community.events.models import CalendarChoice, Meeting, MeetingNews, Registration
from community.groups.models import Group, GroupMember
from community.library.models import Publication
from portal.shared import clock
from tests import people
from tests.authz.library import FOREIGN

SECRET = "a-secret-of-a-calendar"


def meeting(organiser: Any, label: str = "GREEN", title: str = "A workshop") -> Meeting:
    moment = clock.now()
    starts = moment + timedelta(days=3)
    return Meeting.objects.create(
        kind="case", label=label, title=title, zone="UTC", starts_at=starts, closes_at=starts,
        ends_at=starts + timedelta(hours=1), organiser=organiser, marked_by=organiser,
        source=organiser.membership.organisation, created_at=moment, changed_at=moment,
        recording="https://video.example/1", captions="WEBVTT", captions_language="en",
    )  # fmt: skip


def news(row: Meeting, author: Any) -> MeetingNews:
    return MeetingNews.objects.create(
        meeting=row, author=author, text=FOREIGN, html=FOREIGN, at=clock.now()
    )


def digest(author: Any, state: str, title: str = "A digest", **more: Any) -> Digest:
    moment = clock.now()
    return Digest.objects.create(
        author=author, state=state, title=title, created_at=moment, changed_at=moment, **more
    )


def make(world: Any, there: Any) -> None:
    """Make a group, events and digests, and for each actor those that are hers."""
    stranger = people.member(of=there)
    _groups(world)
    far = meeting(stranger, "AMBER", FOREIGN)
    seat = Registration.objects.create(
        meeting=far, person=stranger, state="asked", asked_at=clock.now()
    )
    for kind in ("meeting", "own_seat", "run_meeting"):
        _put(world, kind, "foreign", far.public_id)
        _put(world, kind, "hidden", uuid.uuid4())
    _put(world, "meeting", "own", meeting(stranger).public_id)
    told = news(far, stranger)
    for kind, foreign in (("seat", seat.public_id), ("own_news", told.public_id)):
        for which, number in (("foreign", foreign), ("hidden", uuid.uuid4())):
            world.things[kind, which, ""] = {"public_id": far.public_id, "number": number}
    for name, user in world.users.items():
        if name != "learner":
            _own_meetings(world, name, user, stranger)
    for kind in ("own_seat", "run_meeting", "seat", "own_news"):
        for name in ("learner", ""):
            world.things[kind, "own", name] = world.things[kind, "own", "member"]
    CalendarChoice.objects.create(person=stranger, feed=hash_of(SECRET))
    for which, secret in (("own", SECRET), ("foreign", "no-secret"), ("hidden", "none")):
        world.things["calendar", which, ""] = {"secret": secret}
    _digests(world, stranger)


def _put(world: Any, kind: str, which: str, number: Any, name: str = "") -> None:
    world.things[kind, which, name] = {"public_id": number}


def _groups(world: Any) -> None:
    for which in ("own", "foreign"):
        name = "Network" if which == "own" else FOREIGN
        row = Group.objects.create(
            name=name, kind="region", joining="invitation", created_at=clock.now()
        )
        _put(world, "event_group", which, row.public_id)
        for user in world.users.values() if which == "own" else ():
            GroupMember.objects.create(group=row, person=user, state="in", since=clock.now())
    _put(world, "event_group", "hidden", uuid.uuid4())


def _own_meetings(world: Any, name: str, user: Any, stranger: Any) -> None:
    seated, run = meeting(stranger), meeting(user)
    moment = clock.now()
    Registration.objects.create(meeting=seated, person=user, state="in", asked_at=moment)
    asks = Registration.objects.create(meeting=run, person=stranger, state="asked", asked_at=moment)
    _put(world, "own_seat", "own", seated.public_id, name)
    _put(world, "run_meeting", "own", run.public_id, name)
    world.things["seat", "own", name] = {"public_id": run.public_id, "number": asks.public_id}
    told = news(run, user).public_id
    world.things["own_news", "own", name] = {"public_id": run.public_id, "number": told}


def _digests(world: Any, stranger: Any) -> None:
    hidden = digest(stranger, "draft", FOREIGN)
    kinds = ("own_digest", "approved_digest", "sent_digest", "released_digest")
    for kind in kinds:
        _put(world, kind, "foreign", hidden.public_id)
        _put(world, kind, "hidden", uuid.uuid4())
    _put(world, "sent_digest", "own", digest(stranger, "review").public_id)
    record = Publication.objects.create(kind="digest", label="GREEN", live=True)
    _put(
        world, "released_digest", "own", digest(stranger, "released", publication=record).public_id
    )
    for name, user in world.users.items():
        _put(world, "own_digest", "own", digest(user, "draft").public_id, name)
        approved = digest(user, "approved")
        for reader in (people.staff("trainer"), people.staff("reviewer")):
            DigestReview.objects.create(
                digest=approved, person=reader, organisation=reader.membership.organisation,
                version=1, decision="approve", decided_at=clock.now(),
            )  # fmt: skip
        _put(world, "approved_digest", "own", approved.public_id, name)
    for kind in ("own_digest", "approved_digest"):
        world.things[kind, "own", ""] = world.things[kind, "own", "member"]
