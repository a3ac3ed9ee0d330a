"""What an event is and whom it is for, when that changes: its kind, label and group.

A label goes up freely and down by its source alone (``portal.markings``). RED needs a second person
to go down; events have no page for her, so RED stays here. Another group is one she leads; none is
for those who make events for everybody. From AMBER on the source alone decides who else hears of an
event, so nobody else moves it to other people.
"""

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from community.events.models import Meeting, Registration
from community.events.permissions import fits, led, may_make_for_all, may_make_in, visible
from community.events.places import ASKED, PLACE, free_unfit, move_up, tell
from community.groups.models import Group
from community.ids import parse_uuid
from portal.accounts.models import User
from portal.audit.services import record
from portal.markings.audience import is_source
from portal.markings.labels import Label, is_lower, label_of
from portal.markings.services import lower_label, set_label
from portal.notifications.services import mark_place_read
from portal.shared import clock
from portal.shared.errors import Invalid, NotAllowed

LABELS = (Label.CLEAR, Label.GREEN)
CASE_LABELS = (*LABELS, Label.AMBER)
State = Registration.State


def check_kind(kind: str, label: str, present: str = "") -> None:
    """Raise Invalid for a kind there is not, and a label its events do not bear.

    A case meeting keeps the ``present`` label, whichever that is.
    """
    if kind not in Meeting.Kind.values:
        raise Invalid(fields={"kind": _("Choose a kind.")})
    is_case = kind == Meeting.Kind.CASE
    if label not in (CASE_LABELS if is_case else LABELS) and not (is_case and label == present):
        raise Invalid(
            fields={"label": _("Choose CLEAR or GREEN. Only a case meeting may be AMBER.")}
        )


def labels_for(user: Any, meeting: Meeting) -> list[Label]:
    """Return the labels the person may give an event: the present one, stricter and wider ones."""
    present = label_of(meeting.label)
    may_lower = is_source(user, meeting) and present != Label.RED
    found = [row for row in CASE_LABELS if may_lower or not is_lower(row, present)]
    return found if present in found else [*found, present]


def groups_for(user: Any, meeting: Meeting) -> list[Group | None]:
    """Return the groups the person may give an event, the present one first; None: no group."""
    found: list[Group | None] = [meeting.group]
    if not _may_move(user, meeting):
        return found
    if meeting.group_id is not None and may_make_for_all(user):
        found.append(None)
    return found + list(led(user).exclude(pk=meeting.group_id).order_by("name", "pk"))


def _may_move(user: Any, meeting: Meeting) -> bool:
    reaches_all = label_of(meeting.label).strictness <= Label.GREEN.strictness
    return reaches_all or is_source(user, meeting)


@dataclass(frozen=True)
class Before:
    """What has to be known of an event before its change."""

    kind: str
    had_organiser: bool  # the organiser could read it


def change(
    *, actor: Any, meeting: Meeting, kind: str, label: str, group: str | None, reason: str
) -> Before:
    """Make an event of this kind, label and group; what is empty stays (a group: None stays).

    To be called under the lock, by who runs the event; the caller stores the row and calls
    ``settle``. Raises NotAllowed, Invalid, step_up.Needed where the label is lowered.
    """
    before = Before(meeting.kind, _has_organiser(meeting))
    present = str(label_of(meeting.label))
    kind, label = kind or meeting.kind, label or present
    check_kind(kind, label, present)
    if group is not None:
        _move(actor, meeting, group)
    if is_lower(label, present):
        _lower(actor, meeting, label, reason)
    else:
        set_label(actor=actor, thing=meeting, label=label)
    meeting.kind, meeting.label = kind, label
    return before


def _has_organiser(meeting: Meeting) -> bool:
    person = User.objects.filter(pk=meeting.organiser_id).first()
    return person is not None and fits(person, meeting)


def _move(actor: Any, meeting: Meeting, number: str) -> None:
    """Give an event to a group by its number; "" to none."""
    group = led(actor).filter(public_id=parse_uuid(number)).first() if number else None
    if number == (str(meeting.group.public_id) if meeting.group else ""):
        return
    if (number and group is None) or not may_make_in(actor, group):
        raise NotAllowed
    if not _may_move(actor, meeting):
        raise NotAllowed
    meeting.group = group
    record("event.group", actor=actor, thing=meeting)


def _lower(actor: Any, meeting: Meeting, label: str, reason: str) -> None:
    if label_of(meeting.label) == Label.RED:
        sentence = _("RED is lowered by two people. That cannot be done for an event.")
        raise Invalid(fields={"label": sentence})
    lower_label(actor=actor, thing=meeting, label=label, reason=reason)


def settle(*, actor: Any, meeting: Meeting, before: Before) -> None:
    """Free the places of people a changed event is not for, and let in who waited for a decision.

    To be called under the lock, after the row is stored. Raises Invalid where she who changed it,
    or the organiser, could not read it any more.
    """
    lost = before.had_organiser and not _has_organiser(meeting)
    if lost or not visible(actor).filter(pk=meeting.pk).exists():
        sentence = _("The organiser, or you, could not read the event any more.")
        raise Invalid(sentence, {"label": sentence})
    free_unfit(meeting)
    if before.kind == Meeting.Kind.CASE != meeting.kind:
        _let_in(actor, meeting)


def _let_in(actor: Any, meeting: Meeting) -> None:
    """Give places to who asked to come, or the end of the wait-list: nobody decides any more."""
    asked = meeting.registrations.filter(state=State.ASKED)
    keys = list(asked.values_list("pk", flat=True))
    asked.update(state=State.WAITING, asked_at=clock.now())
    move_up(meeting)  # which tells those who have a place now
    rows = meeting.registrations.filter(pk__in=keys, state=State.WAITING)
    for row in rows.select_related("person"):
        tell(row.person, meeting)
    mark_place_read(user=actor, verb=ASKED, place=PLACE, key=str(meeting.public_id))
