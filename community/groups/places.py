"""A group and a place in it, held while they are changed: shared by the services of groups."""

from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from community.groups import permissions
from community.groups.models import Group, GroupAnswer, GroupMember
from community.groups.paper_models import Paper
from portal.audit.services import record
from portal.markings.models import Reader
from portal.notifications.services import mark_place_read, notify
from portal.shared import clock, ratelimit
from portal.shared.errors import Conflict, NotAllowed, TooMany

State = GroupMember.State
REQUEST, ANSWER, INVITATION, PLACE, DOOR = (
    "group-request", "group-answer", "group-invitation", "group-place", "group-door",
)  # fmt: skip


def count(actor: Any, limit: str) -> None:
    """Count one use of a limit, outside any transaction. Raises TooMany."""
    if wait := ratelimit.wait(str(actor.pk), limit):
        raise TooMany(wait)


def held(group: Group) -> Group:
    """Return the group as it is now, held until the end of the transaction. Raises NotAllowed."""
    found = Group.objects.select_for_update().filter(pk=group.pk).first()
    if found is None:
        raise NotAllowed
    return found


def held_open(group: Group) -> Group:
    """Return the group, held. Raises Conflict where it is closed."""
    found = held(group)
    if found.closed_at is not None:
        raise Conflict(_("This group is closed. Nothing can be added to it."))
    return found


def held_led(actor: Any, group: Group, *, may_be_closed: bool = False) -> Group:
    """Return a group the actor leads, held. Raises NotAllowed, Conflict where it is closed."""
    found = held(group) if may_be_closed else held_open(group)
    if not permissions.leads(actor, found):
        raise NotAllowed
    return found


def place_of(group: Group, person: Any) -> GroupMember | None:
    """Return a person's row in a group."""
    return GroupMember.objects.filter(group=group, person=person).first()


def enter(group: Group, person: Any, *, actor: Any) -> GroupMember:
    """Let a person in; what was decided about her before is forgotten."""
    row, _made = GroupMember.objects.update_or_create(
        group=group, person=person,
        defaults={"state": State.IN, "reason": "", "by": actor, "since": clock.now()},
    )  # fmt: skip
    GroupAnswer.objects.filter(group=group, person=person).delete()
    mark_place_read(user=person, verb=INVITATION, place="community_group", key=str(group.public_id))
    record("group.joined", actor=actor, about=person, thing=group)
    return row


def answer(group: Group, person: Any, *, actor: Any, what: str, reason: str) -> None:
    """Keep what was decided about a person, for her to read, and tell her that something was."""
    GroupAnswer.objects.update_or_create(
        group=group, person=person,
        defaults={"what": what, "reason": reason, "by": actor, "at": clock.now()},
    )  # fmt: skip
    notify(person, ANSWER, place="community_groups")


def end(row: GroupMember) -> None:
    """Take a place away, and what was given to the person by name in the group's papers."""
    keys = Paper.objects.filter(group=row.group_id).values_list("pk", flat=True)
    Reader.objects.filter(
        kind=Paper._meta.label_lower, key__in=[str(key) for key in keys], person=row.person_id
    ).delete()
    row.delete()


def settle(group: Group) -> None:
    """Where nobody leads a group any more, let the one who is in it longest do so; close a group
    that nobody is in."""
    rows = permissions.in_force(GroupMember.objects.filter(group=group, state=State.IN))
    if rows.filter(leads=True).exists():
        return
    heir = rows.select_related("person").order_by("since", "pk").first()
    if heir is None:
        if group.closed_at is None:
            group.closed_at = clock.now()
            group.save(update_fields=["closed_at"])
            record("group.closed", thing=group)
        return
    heir.leads = True
    heir.save(update_fields=["leads"])
    notify(heir.person, PLACE, place="community_group", key=str(group.public_id))
    record("group.leader", about=heir.person, thing=group, facts={"change": "named"})


@transaction.atomic
def leave_everywhere(person: Any) -> None:
    """End all places of a person who is no member of the community any more."""
    keys = GroupMember.objects.filter(person=person).values_list("group_id", flat=True)
    for key in sorted(set(keys)):  # locks in one order, as everywhere
        group = Group.objects.select_for_update().get(pk=key)
        row = place_of(group, person)
        if row is None:
            continue
        was_in = row.state == State.IN
        end(row)
        if was_in:
            settle(group)
            record("group.left", about=person, thing=group)
    GroupAnswer.objects.filter(person=person).delete()
