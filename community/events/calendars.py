"""The zone a person reads times in, and her events as files for a calendar.

The address of her calendar holds a secret, of which only a hash is kept: it is shown once. Who has
the address reads what the file says and nothing else; it says titles only as far as GREEN, and ends
with the membership.
"""

import hashlib
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from community.events import clocks
from community.events.ical import Entry, calendar
from community.events.models import CalendarChoice, Meeting, Registration
from community.events.permissions import visible
from community.ids import domain
from portal.audit.services import record
from portal.markings.labels import Label, label_of
from portal.permissions import is_member, is_verified, membership_of
from portal.shared import clock, ids
from portal.shared.errors import Invalid, NotAllowed

BACK = timedelta(days=90)  # so long events that are over stay in the calendar
MOST = 500


def zone_of(user: Any) -> str:
    """Return the zone a person reads times in: her choice, else that of her country, else UTC."""
    chosen = CalendarChoice.objects.filter(person=user.pk).values_list("zone", flat=True).first()
    if chosen and clocks.is_zone(chosen):
        return chosen
    membership = membership_of(user)
    return clocks.of_country(membership.organisation.country_id) if membership else clocks.DEFAULT


def choice_of(user: Any) -> CalendarChoice | None:
    """Return what a person chose about her calendar."""
    return CalendarChoice.objects.filter(person=user.pk).first()


@transaction.atomic
def choose_zone(*, actor: Any, zone: str) -> None:
    """Keep the zone a person reads times in. Raises NotAllowed, Invalid."""
    _member(actor)
    if not clocks.is_zone(zone):
        raise Invalid(fields={"zone": _("Choose a time zone of the list.")})
    CalendarChoice.objects.update_or_create(person=actor, defaults={"zone": zone})


@transaction.atomic
def renew_feed(*, actor: Any) -> str:
    """Make a new secret for her calendar's address and return it; the old one ends at once."""
    _member(actor)
    secret = ids.token(256)
    CalendarChoice.objects.update_or_create(
        person=actor, defaults={"feed": hash_of(secret), "feed_made_at": clock.now()}
    )
    record("event.calendar-made", actor=actor, about=actor)
    return secret


@transaction.atomic
def end_feed(*, actor: Any) -> None:
    """End the address of her calendar. Raises NotAllowed."""
    _member(actor)
    rows = CalendarChoice.objects.filter(person=actor).exclude(feed=None)
    if rows.update(feed=None, feed_made_at=None):
        record("event.calendar-ended", actor=actor, about=actor)


def _member(actor: Any) -> None:
    if not (is_member(actor) and is_verified(actor)):
        raise NotAllowed


def hash_of(secret: str) -> str:
    """Return what is kept of a secret."""
    return hashlib.sha256(secret.encode("utf-8", "replace")).hexdigest()


def feed(secret: str, address: Any) -> str:
    """Return the calendar whose address holds this secret. Raises NotAllowed.

    ``address(path)`` returns the whole address of a path of the site.
    """
    rows = CalendarChoice.objects.select_related("person")
    choice = rows.filter(feed=hash_of(secret)).first() if secret else None
    if choice is None or not is_member(choice.person):
        raise NotAllowed
    person: Any = choice.person
    # The secret stands for her sign-in; what she may not know of any more is asked all the same.
    person.is_verified = lambda: True
    hers = Registration.objects.filter(person=person, state=Registration.State.IN)
    found = visible(person).filter(pk__in=hers.values("meeting"))
    found = found.filter(ends_at__gt=clock.now() - BACK).order_by("starts_at", "pk")[:MOST]
    with translation.override(person.language):
        return calendar([_entry(row, address) for row in found])


def file_of(meeting: Meeting, address: Any) -> str:
    """Return one event as a calendar file."""
    return calendar([_entry(meeting, address, with_place=True)])


def _entry(meeting: Meeting, address: Any, *, with_place: bool = False) -> Entry:
    told = label_of(meeting.label).strictness <= Label.GREEN.strictness
    return Entry(
        uid=f"{meeting.public_id}@{domain()}",
        starts=meeting.starts_at,
        ends=meeting.ends_at,
        changed=meeting.changed_at,
        sequence=meeting.sequence,
        title=meeting.title if told else str(Meeting.Kind.CASE.label),
        url=address(reverse("community_event", args=[meeting.public_id])),
        place=meeting.place if told and with_place else "",
        cancelled=meeting.cancelled_at is not None,
    )
