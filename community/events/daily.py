"""What happens by the clock: reminders a day before, and places of those an event is not for."""

from datetime import timedelta
from typing import Any

from django.db import transaction

from community.events.models import Meeting, Registration
from community.events.permissions import fits
from community.events.places import NEWS, REMINDER, VERBS, free_unfit, locked, tell
from portal.accounts.models import User
from portal.notifications.verbs import ask_before_mail
from portal.shared import clock

AHEAD = timedelta(hours=36)  # run once a day, so between half a day and one and a half before
State = Registration.State


def run() -> tuple[int, int]:
    """Free the places of people an event is not for any more, and remind; return both counts."""
    coming = Meeting.objects.filter(cancelled_at=None, ends_at__gt=clock.now())
    freed = sum(tidy(row) for row in coming.order_by("pk"))
    soon = coming.filter(
        starts_at__gt=clock.now(), starts_at__lte=clock.now() + AHEAD, reminded_at=None
    )
    return freed, sum(remind(row) for row in soon.order_by("pk"))


@transaction.atomic
def remind(meeting: Meeting) -> int:
    """Remind who has a place, once; return how many people."""
    meeting = locked(meeting)
    if meeting.reminded_at is not None or meeting.cancelled_at is not None:
        return 0
    meeting.reminded_at = clock.now()
    meeting.save(update_fields=["reminded_at"])
    rows = meeting.registrations.filter(state=State.IN).select_related("person")
    people = [row.person for row in rows if fits(row.person, meeting)]
    for person in people:
        tell(person, meeting, REMINDER)
    return len(people)


@transaction.atomic
def tidy(meeting: Meeting) -> int:
    """End the places of people the event is not for any more; return how many."""
    return free_unfit(locked(meeting))


def person_left(user: Any) -> None:
    """End the places of a person whose membership ended, in what still comes."""
    rows = Meeting.objects.filter(
        registrations__person=user, cancelled_at=None, ends_at__gt=clock.now()
    )
    for meeting in list(rows.distinct().order_by("pk")):
        tidy(meeting)


def _may(user: Any, key: str) -> bool:
    """Say whether a person may still go where a notice leads."""
    meeting = Meeting.objects.filter(public_id=key).first()
    return meeting is not None and fits(user, meeting)


def _may_read_news(user: Any, key: str) -> bool:
    """The same for a notice of news, which is for who comes or waits."""
    rows = Registration.objects.filter(meeting__public_id=key, person=user)
    return rows.filter(state__in=[State.IN, State.WAITING]).exists() and _may(user, key)


def ended(message: Any) -> None:
    """A membership ended."""
    person = User.objects.filter(pk=message.user_id).first()
    if person is not None:
        person_left(person)


for _verb in VERBS:
    ask_before_mail(_verb, _may)
ask_before_mail(NEWS, _may_read_news)
