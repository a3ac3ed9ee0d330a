"""Making, changing and cancelling an event."""

from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from community.events import details, whom
from community.events.models import Meeting
from community.events.permissions import managed, may_make_in
from community.events.places import locked, move_up, taken, tell_all
from community.groups.models import Group
from portal.audit.services import record
from portal.permissions import membership_of
from portal.shared import clock, ratelimit
from portal.shared.errors import Conflict, Invalid, NotAllowed, TooMany

# What people who registered are told of, and calendars have to hear of.
TOLD = ("starts_at", "ends_at", "zone", "place", "join_link")


def make(*, actor: Any, kind: str, label: str, group: Group | None = None, **given: Any) -> Meeting:
    """Make an event. Raises NotAllowed, Invalid, TooMany."""
    if not may_make_in(actor, group):
        raise NotAllowed
    whom.check_kind(kind, label)
    found = details.checked(given)
    details.must_lie_ahead(found)
    if wait := ratelimit.wait(str(actor.pk), "events-made"):
        raise TooMany(wait)
    membership, moment = membership_of(actor), clock.now()
    with transaction.atomic():
        meeting = Meeting.objects.create(
            **found.values, kind=kind, label=label, group=group, organiser=actor, marked_by=actor,
            source=membership.organisation if membership else None,
            created_at=moment, changed_at=moment,
        )  # fmt: skip
        details.write_terms(meeting, found.terms)
        record("event.made", actor=actor, thing=meeting, facts={"kind": kind, "label": label})
    return meeting


@transaction.atomic
def change(
    *, actor: Any, meeting: Meeting, version: int, kind: str = "", label: str = "",
    group: str | None = None, reason: str = "", **given: Any,
) -> Meeting:  # fmt: skip
    """Change an event. Kind, label and group (its number, "" for none) stay where none is given.

    Who registered is told of another time, place or link. More places are given to those who wait.
    Raises NotAllowed, Invalid, step_up.Needed where the label is lowered, and Conflict where
    somebody else changed it meanwhile.
    """
    meeting = _held(actor, meeting)
    found = details.checked(given)
    if meeting.sequence != version:
        raise Conflict(_("Somebody else changed this event meanwhile. Open it again."))
    _check_change(meeting, found)
    told = any(getattr(meeting, name) != found.values[name] for name in TOLD)
    if found.values["starts_at"] != meeting.starts_at:
        meeting.reminded_at = None
    before = whom.change(
        actor=actor, meeting=meeting, kind=kind, label=label, group=group, reason=reason
    )
    for name, value in found.values.items():
        setattr(meeting, name, value)
    details.write_terms(meeting, found.terms)
    _raise(meeting)
    facts = {"kind": meeting.kind} if meeting.kind != before.kind else {}
    record("event.changed", actor=actor, thing=meeting, facts=facts)
    whom.settle(actor=actor, meeting=meeting, before=before)
    if told:
        tell_all(meeting)
    move_up(meeting)
    return meeting


def _check_change(meeting: Meeting, found: details.Details) -> None:
    if found.values["starts_at"] != meeting.starts_at:
        details.must_lie_ahead(found)
    capacity = found.values["capacity"]
    if capacity is not None and capacity < taken(meeting):
        sentence = _("More people are registered already. Give a larger number.")
        raise Invalid(fields={"capacity": sentence})


@transaction.atomic
def cancel(*, actor: Any, meeting: Meeting) -> Meeting:
    """Call an event off; who registered is told. Raises NotAllowed, Conflict."""
    meeting = _held(actor, meeting)
    meeting.cancelled_at = clock.now()
    _raise(meeting)
    record("event.cancelled", actor=actor, thing=meeting)
    tell_all(meeting)
    return meeting


def _held(actor: Any, meeting: Meeting) -> Meeting:
    """Return an event that may still be changed. Raises NotAllowed, Conflict."""
    meeting = locked(meeting)
    if not managed(actor).filter(pk=meeting.pk).exists():
        raise NotAllowed
    if meeting.cancelled_at is not None:
        raise Conflict(_("This event is cancelled."))
    if meeting.ends_at <= clock.now():
        raise Conflict(_("This event is over."))
    return meeting


def _raise(meeting: Meeting) -> None:
    meeting.sequence += 1
    meeting.changed_at = clock.now()
    meeting.save()
