"""Coming to an event: registering, leaving, being accepted; and the link that leads into it.

An event has never more people than places: whoever comes, leaves or moves up does so under the
lock of the event's row. Case meetings ask the organiser first.
"""

from datetime import timedelta
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from community.events.models import Meeting, Registration
from community.events.permissions import is_registered, managed, visible
from community.events.places import ASKED, is_full, locked, move_up, note, tell
from portal.audit.services import record
from portal.markings.labels import label_of
from portal.notifications.services import mark_place_read
from portal.shared import clock, ratelimit
from portal.shared.errors import Conflict, NotAllowed, TooMany

State = Registration.State
OPENS = timedelta(minutes=30)  # so long before the beginning the link is told


def register(*, actor: Any, meeting: Meeting) -> Registration:
    """Come to an event, wait for a place, or ask the organiser of a case meeting.

    Raises NotAllowed, TooMany, and Conflict: registered already, closed, cancelled.
    """
    if not visible(actor).filter(pk=meeting.pk).exists():
        raise NotAllowed
    if wait := ratelimit.wait(str(actor.pk), "event-registrations"):
        raise TooMany(wait)
    with transaction.atomic():
        meeting = locked(meeting)
        if not visible(actor).filter(pk=meeting.pk).exists():
            raise NotAllowed
        _must_be_open(meeting)
        if Registration.objects.filter(meeting=meeting, person=actor).exists():
            raise Conflict(_("You have registered or asked already."))
        by_approval = meeting.kind == Meeting.Kind.CASE and meeting.organiser_id != actor.pk
        state = State.ASKED if by_approval else _free(meeting)
        row = Registration.objects.create(
            meeting=meeting, person=actor, state=state, asked_at=clock.now()
        )
        note("event.registered", row, actor)
        if by_approval and meeting.organiser is not None:
            tell(meeting.organiser, meeting, ASKED)
    return row


def _free(meeting: Meeting) -> State:
    return State.WAITING if is_full(meeting) else State.IN


def _must_be_open(meeting: Meeting) -> None:
    if meeting.cancelled_at is not None:
        raise Conflict(_("This event is cancelled."))
    if meeting.closes_at <= clock.now():
        raise Conflict(_("Registration is closed."))


@transaction.atomic
def leave(*, actor: Any, meeting: Meeting) -> None:
    """Give one's place back; the first who waits gets it. Raises NotAllowed, Conflict."""
    meeting = locked(meeting)
    row = Registration.objects.filter(meeting=meeting, person=actor).first()
    if row is None or row.state == State.DECLINED:
        raise NotAllowed
    if meeting.ends_at <= clock.now():
        raise Conflict(_("This event is over."))
    note("event.left", row, actor)
    row.delete()
    if meeting.cancelled_at is None:
        move_up(meeting)


@transaction.atomic
def accept(*, actor: Any, row: Registration) -> Registration:
    """Accept a person who asked to come: a place if there is one, else the end of the wait-list.

    Raises NotAllowed, Conflict where somebody was quicker.
    """
    row = _asked(actor, row)
    row.state, row.asked_at = _free(row.meeting), clock.now()
    row.save(update_fields=["state", "asked_at"])
    note("event.accepted", row, actor)
    _answered(actor, row)
    return row


@transaction.atomic
def decline(*, actor: Any, row: Registration) -> Registration:
    """Do not accept a person who asked to come. Raises NotAllowed, Conflict."""
    row = _asked(actor, row)
    row.state = State.DECLINED
    row.save(update_fields=["state"])
    note("event.declined", row, actor)
    _answered(actor, row)
    return row


def _asked(actor: Any, row: Registration) -> Registration:
    meeting = locked(row.meeting)
    if not managed(actor).filter(pk=meeting.pk).exists():
        raise NotAllowed
    found = Registration.objects.select_related("person").filter(pk=row.pk, meeting=meeting).first()
    if found is None:
        raise NotAllowed
    if meeting.cancelled_at is not None:
        raise Conflict(_("This event is cancelled."))
    if found.state != State.ASKED:
        raise Conflict(_("Somebody has answered this already."))
    found.meeting = meeting
    return found


def _answered(actor: Any, row: Registration) -> None:
    tell(row.person, row.meeting)
    if not row.meeting.registrations.filter(state=State.ASKED).exists():
        mark_place_read(
            user=actor, verb=ASKED, place="community_event", key=str(row.meeting.public_id)
        )


def is_open(meeting: Meeting) -> bool:
    """Say whether the link is told now: from 30 minutes before the beginning until the end."""
    now = clock.now()
    return meeting.cancelled_at is None and meeting.starts_at - OPENS <= now < meeting.ends_at


@transaction.atomic
def join(*, actor: Any, meeting: Meeting) -> str:
    """Return the link into an event for who has a place; it is recorded that she got it.

    Raises NotAllowed for everybody else, Conflict outside its time or where there is no link.
    """
    meeting = locked(meeting)
    if not is_registered(actor, meeting):
        raise NotAllowed
    if not is_open(meeting):
        raise Conflict(_("The link opens 30 minutes before the beginning and until the end."))
    if not meeting.join_link:
        raise Conflict(_("The organiser has given no link yet."))
    facts = {"label": str(label_of(meeting.label))}
    record("event.joined", actor=actor, about=actor, thing=meeting, facts=facts)
    return meeting.join_link
