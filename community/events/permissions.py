"""Who knows of an event, who makes one, who runs one: question and list are one rule.

An event is known to verified members whom its label lets read; an event of a group to those of them
who are in the group. It is run by its organiser, by who leads its group, and by administrators of
everything among those who know of it.
"""

import uuid
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet

from community.events.models import Meeting, MeetingNews, Registration
from community.groups.models import Group, GroupMember
from community.groups.permissions import inside
from portal.markings import audience
from portal.permissions import has_role, is_member, is_verified
from portal.roles.models import Role
from portal.roles.permissions import unlimited_administrators
from portal.shared import clock
from portal.shared.errors import NotAllowed

MAKERS = (Role.TRAINER, Role.FOCAL_POINT, Role.ADMINISTRATOR)
State = Registration.State


def visible(user: Any) -> QuerySet[Meeting]:
    """Return the events a person may know of."""
    if not (is_member(user) and is_verified(user)):
        return Meeting.objects.none()
    rows = Meeting.objects.filter(Q(group=None) | Q(group__in=inside(user).values("pk")))
    return audience.visible_to(user, rows)


def fits(person: Any, meeting: Meeting) -> bool:
    """Say whether an event is for a person, whatever she signed in with."""
    if not is_member(person) or not audience.in_audience(person, meeting):
        return False
    if meeting.group_id is None:
        return True
    rows = GroupMember.objects.filter(group=meeting.group_id, person=person)
    return rows.filter(state=GroupMember.State.IN).exists()


def led(user: Any) -> QuerySet[Group]:
    """Return the open groups a person leads."""
    leading = GroupMember.objects.filter(
        group=OuterRef("pk"), person=user.pk, state=GroupMember.State.IN, leads=True
    )
    return inside(user).filter(Exists(leading), closed_at=None)


def may_make_for_all(user: Any) -> bool:
    """Say whether the person may make events that belong to no group."""
    return is_verified(user) and has_role(user, *MAKERS)


def may_make(user: Any) -> bool:
    """Say whether the person may make events at all."""
    return may_make_for_all(user) or led(user).exists()


def may_make_in(user: Any, group: Group | None) -> bool:
    """Say whether the person may make events of this group (None: of none)."""
    if group is None:
        return may_make_for_all(user)
    return led(user).filter(pk=group.pk).exists()


def managed(user: Any) -> QuerySet[Meeting]:
    """Return the events a person runs."""
    rows = visible(user)
    if unlimited_administrators().filter(user=user.pk).exists():
        return rows
    return rows.filter(Q(organiser=user) | Q(group__in=led(user).values("pk")))


def get_event_for(user: Any, public_id: uuid.UUID) -> Meeting:
    """Return an event the person may know of. Raises NotAllowed, also where there is none."""
    return _first(visible(user), public_id)


def get_managed_for(user: Any, public_id: uuid.UUID) -> Meeting:
    """Return an event the person runs. Raises NotAllowed, also where there is none."""
    return _first(managed(user), public_id)


def _first(rows: QuerySet[Meeting], public_id: uuid.UUID) -> Meeting:
    found = rows.select_related("group", "organiser", "region").filter(public_id=public_id).first()
    if found is None:
        raise NotAllowed
    return found


def get_registration_for(user: Any, public_id: uuid.UUID, number: uuid.UUID) -> Registration:
    """Return a registration for an event the person runs. Raises NotAllowed."""
    meeting = get_managed_for(user, public_id)
    rows = meeting.registrations.select_related("person", "meeting")
    found = rows.filter(public_id=number).first()
    if found is None:
        raise NotAllowed
    return found


def next_of(user: Any) -> Meeting | None:
    """Return the next event the person has a place at or holds, if it takes place."""
    hers = Registration.objects.filter(meeting=OuterRef("pk"), person=user.pk, state=State.IN)
    rows = visible(user).filter(ends_at__gt=clock.now(), cancelled_at=None)
    return rows.filter(Exists(hers) | Q(organiser=user)).order_by("starts_at", "pk").first()


def registration_of(user: Any, meeting: Meeting) -> Registration | None:
    """Return the person's own registration for an event she knows of."""
    return Registration.objects.filter(meeting=meeting, person=user.pk).first()


def is_registered(user: Any, meeting: Meeting) -> bool:
    """Say whether the person has a place; asked again before the join link is told."""
    rows = Registration.objects.filter(meeting=meeting, person=user.pk, state=State.IN)
    return rows.exists() and visible(user).filter(pk=meeting.pk).exists()


def news_of(user: Any, meeting: Meeting) -> QuerySet[MeetingNews]:
    """Return what was written to those who come to an event, as far as it is for this person.

    For who has a place; where it says so for who waits; for who runs the event; for its author.
    """
    known = visible(user).filter(pk=meeting.pk)
    hers = Registration.objects.filter(meeting=meeting.pk, person=user.pk)
    runs = Q(meeting__in=managed(user).filter(pk=meeting.pk).values("pk"))
    waits = Q(for_waiting=True) & Exists(hers.filter(state=State.WAITING))
    rows = MeetingNews.objects.filter(meeting__in=known.values("pk"))
    rows = rows.filter(runs | Exists(hers.filter(state=State.IN)) | waits | Q(author=user.pk))
    return rows.select_related("author")


def get_own_news_for(user: Any, public_id: uuid.UUID, number: uuid.UUID) -> MeetingNews:
    """Return what the person herself wrote to those who come to an event. Raises NotAllowed."""
    rows = news_of(user, get_event_for(user, public_id)).select_related("meeting")
    found = rows.filter(public_id=number, author=user).first()
    if found is None:
        raise NotAllowed
    return found
