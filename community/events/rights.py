"""What events keep about a person: given out, deleted with the account.

What she organised stays for the people who come, without her name.
"""

from typing import Any

from django.utils.translation import gettext_lazy as _

from community.events.models import CalendarChoice, Meeting, MeetingNews, Registration
from portal.rights import inventory
from portal.rights.registry import Rows, register


def give(user: Any) -> Rows:
    """Return registrations, events she organises, what she wrote about them, and her zone."""
    found: Rows = [
        {"kind": "registration", **row}
        for row in Registration.objects.filter(person=user)
        .order_by("pk")
        .values("meeting__public_id", "state", "asked_at", "attended")
    ]
    found += [
        {"kind": "event", **row}
        for row in Meeting.objects.filter(organiser=user)
        .order_by("pk")
        .values("public_id", "title", "text", "starts_at", "zone")
    ]
    found += [
        {"kind": "event message", **row}
        for row in MeetingNews.objects.filter(author=user)
        .order_by("pk")
        .values("meeting__public_id", "text", "at")
    ]
    choices = CalendarChoice.objects.filter(person=user).values("zone", "feed_made_at")
    return found + [{"kind": "calendar", **row} for row in choices]


def erase(user: Any) -> None:
    """Delete registrations, messages, choices; rows of events lose her name by their keys."""
    Registration.objects.filter(person=user).delete()
    MeetingNews.objects.filter(author=user).delete()
    CalendarChoice.objects.filter(person=user).delete()


register("events", give, erase)
inventory.add(
    {
        "community.meeting": ("meetings", _("events: what, when, where, and who organises them")),
        "community.registration": ("meetings", _("which events you come to and whether you came")),
        "community.calendarchoice": (
            "meetings",
            _("your time zone, and a hash of the secret in your calendar’s address"),
        ),
        "community.meetingnews": (
            "meetings",
            _("messages you write to those who come to an event"),
        ),
        "community.meetingterm": (inventory.TECHNICAL, ""),
        "community.meeting_materials": (inventory.TECHNICAL, ""),
    }
)
