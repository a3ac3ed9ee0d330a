"""Events for tests: made as services make them, or straight into the tables."""

from datetime import datetime, timedelta
from typing import Any

from community.events.models import Meeting, MeetingTerm, Registration
from community.groups.models import Group, GroupMember
from portal.shared import clock
from tests import people

State = Registration.State


def verified(user: Any) -> Any:
    """The same person in a sign-in with a second factor, read anew."""
    user.is_verified = lambda: True
    return user


def fields(**more: Any) -> dict[str, Any]:
    """What a form says of an event in two days."""
    starts = (clock.now() + timedelta(days=2)).replace(tzinfo=None, second=0, microsecond=0)
    return {
        "title": "Marking in practice", "text": "Bring **questions**.", "language": "en",
        "starts": starts, "ends": starts + timedelta(hours=2), "zone": "UTC", "spoken": ["en"],
        "interpreted": ["fr"], "topics": ["guidance"], "place": "", "region": "west-africa",
        "join_link": "https://meet.example/secret-room", "capacity": None, "closes": None,
    } | more  # fmt: skip


def typed(**more: Any) -> dict[str, Any]:
    """The same as a browser sends it."""
    found = fields(**more)
    for name in ("starts", "ends", "closes"):
        if isinstance(found.get(name), datetime):
            found[name] = found[name].strftime("%Y-%m-%dT%H:%M")
    return {name: value for name, value in found.items() if value is not None}


def meeting(**more: Any) -> Meeting:
    """An event in two days that everybody may come to."""
    moment = clock.now()
    starts = more.pop("starts_at", moment + timedelta(days=2))
    organiser = more.pop("organiser", None) or people.staff("trainer")
    terms = more.pop("terms", (("spoken", "en"),))
    given = {
        "kind": "workshop", "title": "Marking in practice", "label": "GREEN", "zone": "UTC",
        "starts_at": starts, "ends_at": starts + timedelta(hours=2), "closes_at": starts,
        "created_at": moment, "changed_at": moment, "organiser": organiser,
        "marked_by": organiser, "source": organiser.membership.organisation,
        "join_link": "https://meet.example/secret-room",
    } | more  # fmt: skip
    row = Meeting.objects.create(**given)
    for facet, value in terms:
        MeetingTerm.objects.create(meeting=row, facet=facet, value=value)
    return row


def place(row: Meeting, person: Any = None, state: str = "in") -> Registration:
    """A registration as it stands in the table."""
    return Registration.objects.create(
        meeting=row, person=person or people.member(), state=state, asked_at=clock.now()
    )


def group(*inside: Any, leader: Any = None, **more: Any) -> Group:
    """A group by invitation with these people."""
    given = {"name": "Network", "kind": "region", "joining": "invitation"} | more
    row = Group.objects.create(**given, created_at=clock.now())
    for person in (*inside, *([leader] if leader else [])):
        GroupMember.objects.create(
            group=row, person=person, state="in", leads=person is leader, since=clock.now()
        )
    return row
