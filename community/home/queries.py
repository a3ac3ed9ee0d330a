"""What the first page inside shows: what waits for a member, and whom she can reach."""

from dataclasses import dataclass, fields
from datetime import timedelta
from typing import Any

from django.urls import reverse

from community.directory.contact_page import waiting_count
from community.discussions import unread as discussions
from community.events import calendars, clocks
from community.events.permissions import next_of
from community.groups import permissions as groups
from community.messages.queries import unread_of
from portal.organisations import queries as organisations
from portal.organisations.directory import Entry, entry
from portal.organisations.models import Organisation
from portal.organisations.permissions import organisations_kept_by, organisations_visible_to
from portal.shared import clock
from portal.vetting.applicant_queries import requests_to
from portal.vetting.models import Membership
from portal.vetting.permissions import applications_awaiting

NEAR = 6  # organisations of her country that are shown; the directory has all
SOON = timedelta(days=60)  # so long before a membership lapses the page asks for her post


@dataclass(frozen=True)
class Waiting:
    """How many things wait for her, of each kind; ``any`` says whether there is one."""

    sponsoring: int  # people to vouch for
    applications: int
    organisations: int  # proposed ones
    messages: int  # sealed ones she has not read
    contacts: int  # requests for contact
    invitations: int  # to groups
    joiners: int  # who ask to join groups she leads
    topics: int  # of discussions, with posts that are new for her

    @property
    def any(self) -> bool:
        """Whether anything waits at all."""
        return any(getattr(self, one.name) for one in fields(self))


def waiting_for(user: Any) -> Waiting:
    """Count what waits for this person; what is not hers to decide is not counted."""
    proposed = organisations_kept_by(user).filter(state=Organisation.State.PROPOSED)
    return Waiting(
        sponsoring=requests_to(user).count(),
        applications=applications_awaiting(user).count(),
        organisations=proposed.count(),
        messages=unread_messages(user),
        contacts=waiting_count(user),
        invitations=groups.invitations_to(user).count(),
        joiners=groups.requests_to(user).count(),
        topics=sum(discussions.counts(user, discussions.known_to(user)).values()),
    )


def next_event(user: Any) -> dict[str, str] | None:
    """Return the next event she goes to or holds, without its title: that bears a label."""
    meeting = next_of(user)
    if meeting is None:
        return None
    when = clocks.span(meeting.starts_at, meeting.ends_at, calendars.zone_of(user))
    url = reverse("community_event", args=[meeting.public_id])
    return {"url": url, "kind": str(meeting.get_kind_display()), "when": when}


def near(user: Any, country: str) -> list[Entry]:
    """Return organisations of the country that have a focal point who can be reached."""
    found = organisations_visible_to(user).filter(country_id=country, focal_points__isnull=False)
    rows = organisations.with_focal_points(found.select_related("country").distinct())
    entries = [entry(row) for row in rows.order_by("name", "pk")[: 2 * NEAR]]
    return [row for row in entries if row.points][:NEAR]


def unread_messages(user: Any) -> int:
    """Count the sealed messages she has not read, in all her rooms. One query."""
    return sum(room["unread"] for room in unread_of(user).values())


def lapses_soon(membership: Membership) -> bool:
    """Say whether it is time to confirm her post."""
    return membership.lapses_at < clock.now() + SOON
