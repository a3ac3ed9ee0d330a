"""Who has a place at an event: one queue, moved up under the lock of the event's row."""

from typing import Any

from community.events.models import Meeting, Registration
from community.events.permissions import fits
from portal.audit.services import record
from portal.notifications.services import notify
from portal.shared.errors import NotAllowed

PLACE = "community_event"
CHANGED, REMINDER, ASKED = "event-changed", "event-reminder", "event-asked"
NEWS = "event-news"
VERBS = (CHANGED, REMINDER, ASKED)
State = Registration.State


def locked(meeting: Meeting) -> Meeting:
    """Return the event as it is now, held until the end of the transaction."""
    found = Meeting.objects.select_for_update().filter(pk=meeting.pk).first()
    if found is None:
        raise NotAllowed
    return found


def taken(meeting: Meeting) -> int:
    """Return how many places are taken."""
    return Registration.objects.filter(meeting=meeting, state=State.IN).count()


def is_full(meeting: Meeting) -> bool:
    """Say whether no place is free. To be asked under the lock."""
    return meeting.capacity is not None and taken(meeting) >= meeting.capacity


def move_up(meeting: Meeting) -> int:
    """Give free places to those who wait, in their order; return how many moved up.

    To be called under the lock. Whoever may not know of the event any more is passed over and
    loses her place in the queue.
    """
    moved = 0
    waiting = Registration.objects.filter(meeting=meeting, state=State.WAITING)
    for row in waiting.select_related("person").order_by("asked_at", "pk"):
        if is_full(meeting):
            break
        if not fits(row.person, meeting):
            row.delete()
            continue
        row.state = State.IN
        row.save(update_fields=["state"])
        note("event.moved-up", row, None)
        tell(row.person, meeting)
        moved += 1
    return moved


def free_unfit(meeting: Meeting) -> int:
    """End the places of people an event is not for any more; return how many.

    To be called under the lock; who waits moves up.
    """
    rows = meeting.registrations.exclude(state=State.DECLINED).select_related("person")
    gone = [row for row in rows if not fits(row.person, meeting)]
    for row in gone:
        note("event.left", row, None)
        row.delete()
    if gone:
        move_up(meeting)
    return len(gone)


def tell(person: Any, meeting: Meeting, verb: str = CHANGED) -> None:
    """Tell a person that there is news about an event, and not which."""
    notify(person, verb, place=PLACE, key=str(meeting.public_id))


def tell_all(meeting: Meeting) -> None:
    """Tell everybody who comes, waits or asks, if the event is still for them."""
    rows = meeting.registrations.exclude(state=State.DECLINED).select_related("person")
    for row in rows:
        if fits(row.person, meeting):
            tell(row.person, meeting)


def note(event: str, row: Registration, actor: Any) -> None:
    """Write a deed about one person's place into the record."""
    record(event, actor=actor, about=row.person, thing=row.meeting)
