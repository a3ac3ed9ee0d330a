"""How a person comes into a group: at once, by asking, by an invitation; and how she leaves."""

from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from community.groups import permissions
from community.groups.models import Group, GroupAnswer, GroupMember
from community.groups.places import (
    ANSWER,
    INVITATION,
    REQUEST,
    answer,
    count,
    end,
    enter,
    held,
    held_led,
    held_open,
    place_of,
    settle,
)
from community.groups.rules import LONGEST_REASON
from portal.audit.services import record
from portal.notifications.services import mark_place_read, notify
from portal.shared import clock
from portal.shared.errors import Conflict, NotAllowed
from portal.shared.written import paragraphs

State = GroupMember.State
Joining = Group.Joining


def _known(actor: Any, group: Group) -> None:
    """Raise NotAllowed unless the actor may know of the group."""
    permissions.get_group_for(actor, group.public_id)


def join(*, actor: Any, group: Group) -> GroupMember:
    """Come into an open group at once. Raises NotAllowed, Conflict (closed), TooMany."""
    count(actor, "group-joins")
    with transaction.atomic():
        group = held_open(group)
        _known(actor, group)
        place = place_of(group, actor)
        if place is not None and place.state == State.IN:
            return place
        if group.joining != Joining.OPEN:
            raise NotAllowed
        return enter(group, actor, actor=actor)


def ask(*, actor: Any, group: Group, reason: str) -> GroupMember:
    """Ask to be let in. Who is invited comes in at once. Raises NotAllowed, Invalid, TooMany,
    Conflict (closed, in already, asked already)."""
    count(actor, "group-joins")
    text = paragraphs(
        reason, field="reason", most=LONGEST_REASON, missing=_("Say why in a sentence or two.")
    )
    with transaction.atomic():
        group = held_open(group)
        _known(actor, group)
        place = place_of(group, actor)
        if place is not None and place.state == State.INVITED:
            return enter(group, actor, actor=actor)
        if place is not None:
            raise Conflict(_("You are in this group already, or you have asked already."))
        if group.joining != Joining.REQUEST:
            raise NotAllowed
        row = GroupMember.objects.create(
            group=group, person=actor, state=State.ASKED, reason=text, since=clock.now()
        )
        GroupAnswer.objects.filter(group=group, person=actor).delete()
        for leader in permissions.leaders_of([group]).select_related("person"):
            notify(
                leader.person, REQUEST, place="community_group_members", key=str(group.public_id)
            )
        record("group.asked", actor=actor, thing=group)
    return row


@transaction.atomic
def withdraw(*, actor: Any, group: Group) -> None:
    """Take one's own request back. Raises NotAllowed, Conflict where it was accepted meanwhile."""
    place = place_of(held(group), actor)
    if place is None or place.state == State.INVITED:
        raise NotAllowed
    if place.state == State.IN:
        raise Conflict(_("Your request was accepted meanwhile. You are in the group."))
    end(place)
    record("group.withdrawn", actor=actor, thing=group)


@transaction.atomic
def accept(*, actor: Any, group: Group, place: GroupMember) -> None:
    """Let in who asked, as a leader. Raises NotAllowed, Conflict where it was answered already."""
    group = held_led(actor, group)
    row = _asked(actor, group, place)
    enter(group, row.person, actor=actor)
    notify(row.person, ANSWER, place="community_group", key=str(group.public_id))
    _seen(actor, group)


@transaction.atomic
def decline(*, actor: Any, group: Group, place: GroupMember, reason: str) -> None:
    """Do not let in who asked, with a reason she can read. Raises like ``accept``, and Invalid."""
    text = paragraphs(
        reason, field="reason", most=LONGEST_REASON, missing=_("Say why in a sentence or two.")
    )
    group = held_led(actor, group, may_be_closed=True)
    row = _asked(actor, group, place)
    person = row.person
    end(row)
    answer(group, person, actor=actor, what=GroupAnswer.What.DECLINED, reason=text)
    _seen(actor, group)
    record("group.declined", actor=actor, about=person, thing=group)


def _asked(actor: Any, group: Group, place: GroupMember) -> GroupMember:
    row = permissions.waiting_in(actor, group).select_related("person").filter(pk=place.pk).first()
    if row is None or row.state != State.ASKED:
        raise Conflict(_("This request was answered or taken back already."))
    return row


def _seen(actor: Any, group: Group) -> None:
    if not permissions.waiting_in(actor, group).filter(state=State.ASKED).exists():
        key = str(group.public_id)
        mark_place_read(user=actor, verb=REQUEST, place="community_group_members", key=key)


def invite(*, actor: Any, group: Group, person: Any) -> GroupMember:
    """Invite a member of the community, as a leader. Raises NotAllowed, also for somebody who
    cannot be invited; Conflict (closed, in already, asks already), TooMany."""
    count(actor, "group-invitations")
    with transaction.atomic():
        group = held_led(actor, group)
        if place_of(group, person) is not None:
            raise Conflict(_("This person is in the group, is invited, or asks to join already."))
        if not permissions.invitable(actor, group).filter(pk=person.pk).exists():
            raise NotAllowed
        row = GroupMember.objects.create(
            group=group, person=person, state=State.INVITED, by=actor, since=clock.now()
        )
        GroupAnswer.objects.filter(group=group, person=person).delete()
        notify(person, INVITATION, place="community_group", key=str(group.public_id))
        record("group.invited", actor=actor, about=person, thing=group)
    return row


@transaction.atomic
def uninvite(*, actor: Any, group: Group, place: GroupMember) -> None:
    """Take an invitation back, as a leader. Raises NotAllowed, Conflict where it was answered."""
    group = held_led(actor, group, may_be_closed=True)
    row = permissions.waiting_in(actor, group).filter(pk=place.pk).first()
    if row is None or row.state != State.INVITED:
        raise Conflict(_("This invitation was answered already."))
    person = row.person
    end(row)
    mark_place_read(user=person, verb=INVITATION, place="community_group", key=str(group.public_id))
    record("group.uninvited", actor=actor, about=person, thing=group)


@transaction.atomic
def answer_invitation(*, actor: Any, group: Group, accepted: bool) -> None:
    """Accept or decline an invitation. Raises NotAllowed, Conflict where the group is closed."""
    group = held_open(group) if accepted else held(group)
    _known(actor, group)
    place = place_of(group, actor)
    if place is None or place.state != State.INVITED:
        raise NotAllowed
    if accepted:
        enter(group, actor, actor=actor)
        return
    end(place)
    mark_place_read(user=actor, verb=INVITATION, place="community_group", key=str(group.public_id))
    record("group.refused", actor=actor, thing=group)


@transaction.atomic
def leave(*, actor: Any, group: Group) -> None:
    """Leave a group. Who is alone in it closes it. Raises NotAllowed, and Conflict for the last
    leader while others are inside."""
    group = held(group)
    place = place_of(group, actor)
    if place is None or place.state != State.IN:
        raise NotAllowed
    others = permissions.in_force(GroupMember.objects.filter(group=group, state=State.IN))
    others = others.exclude(pk=place.pk)
    if place.leads and others.exists() and not others.filter(leads=True).exists():
        raise Conflict(_("You are the last leader. Name another leader first, then leave."))
    end(place)
    settle(group)
    record("group.left", actor=actor, about=actor, thing=group)
