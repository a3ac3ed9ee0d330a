"""What focal points and leaders do: make a group, say what it is for, lead it, close it."""

from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from community.groups import permissions
from community.groups.models import Group, GroupAnswer, GroupMember
from community.groups.places import DOOR, PLACE, answer, count, end, enter, held_led
from community.groups.rules import DOORS, LONGEST_NAME, LONGEST_PURPOSE, LONGEST_REASON
from community.library.kinds import TOPIC
from community.library.vocabulary import is_known
from portal.audit.services import record
from portal.languages.table import BY_CODE
from portal.notifications.services import notify
from portal.shared import clock
from portal.shared.errors import Conflict, Invalid, NotAllowed
from portal.shared.written import one_line, paragraphs

State = GroupMember.State


def _words(name: str, purpose: str) -> dict[str, str]:
    return {
        "name": one_line(name, field="name", most=LONGEST_NAME, missing=_("Write a name.")),
        "purpose": paragraphs(
            purpose, field="purpose", most=LONGEST_PURPOSE,
            missing=_("Say in a few sentences what the group is for."),
        ),
    }  # fmt: skip


def make(
    *, actor: Any, name: str, purpose: str, kind: str, joining: str, region: str = "",
    topic: str = "", language: str = "en",
) -> Group:  # fmt: skip
    """Make a group and lead it. Raises NotAllowed, TooMany, and Invalid: no name or purpose, a
    regional network without region, a region that is not of the actor's role, a theme without one.
    """
    if not permissions.may_make(actor):
        raise NotAllowed
    words = _words(name, purpose)
    if joining not in Group.Joining.values:
        raise Invalid(_("Choose one of the values of the list."))
    _check(kind, region, topic, permissions.regions_of(actor))
    if language not in BY_CODE:
        raise Invalid(fields={"language": _("Choose one of the values of the list.")})
    count(actor, "groups-made")
    with transaction.atomic():
        group = Group.objects.create(
            **words, kind=kind, joining=joining, region_id=region or None, topic=topic,
            language=language, created_by=actor, created_at=clock.now(),
        )  # fmt: skip
        place = enter(group, actor, actor=actor)
        place.leads = True
        place.save(update_fields=["leads"])
        record("group.made", actor=actor, thing=group, facts={"kind": kind})
    return group


def _check(kind: str, region: str, topic: str, regions: list[str]) -> None:
    if kind not in Group.Kind.values:
        raise Invalid(_("Choose one of the values of the list."))
    if kind == Group.Kind.REGION and not region:
        raise Invalid(fields={"region": _("Choose the region of the network.")})
    if region and region not in regions:
        raise Invalid(fields={"region": _("Choose a region of your own role.")})
    if kind == Group.Kind.THEME and not topic:
        raise Invalid(fields={"topic": _("Choose the theme of the group.")})
    if topic and not is_known(TOPIC, topic):
        raise Invalid(fields={"topic": _("Choose one of the values of the list.")})


def regions_for(actor: Any, group: Group) -> list[str]:
    """Return the regions a leader may give a group: those of her role, and the one it has."""
    kept = [group.region_id] if group.region_id else []
    return list(dict.fromkeys([*permissions.regions_of(actor), *kept]))


def _held_as_read(actor: Any, group: Group, version: int) -> Group:
    group = held_led(actor, group, may_be_closed=True)
    if group.version != version:
        raise Conflict(
            _("Another leader changed this meanwhile. Compare it with the group’s page, then save.")
        )
    group.version += 1
    return group


@transaction.atomic
def edit(
    *, actor: Any, group: Group, name: str, purpose: str, kind: str, version: int,
    region: str = "", topic: str = "",
) -> Group:  # fmt: skip
    """Say anew what a group is called and is about. Raises NotAllowed, Invalid (as ``make``; the
    region it has may stay), and Conflict where another leader was quicker."""
    words = _words(name, purpose)
    group = _held_as_read(actor, group, version)
    _check(kind, region, topic, regions_for(actor, group))
    said = (group.name, group.purpose) != (words["name"], words["purpose"])
    about = (group.kind, group.region_id or "", group.topic) != (kind, region, topic)
    group.name, group.purpose = words["name"], words["purpose"]
    group.kind, group.region_id, group.topic = kind, region or None, topic
    group.save(update_fields=["name", "purpose", "kind", "region", "topic", "version"])
    if said:
        record("group.changed", actor=actor, thing=group)
    if about:
        record("group.about", actor=actor, thing=group, facts={"kind": kind})
    return group


@transaction.atomic
def change_door(*, actor: Any, group: Group, joining: str, version: int) -> None:
    """Change how people join, as ``rules.DOORS`` allows; who is inside is told when the group
    becomes known to all members. Raises NotAllowed, Invalid, and Conflict where another leader was
    quicker or people wait for an answer."""
    group = _held_as_read(actor, group, version)
    if joining not in DOORS[group.joining]:
        raise Invalid(fields={"joining": _("Choose one of the values of the list.")})
    if permissions.waiting_in(actor, group).filter(state=State.ASKED).exists():
        raise Conflict(_("People ask to join this group. Answer them first."))
    was, group.joining = group.joining, joining
    group.save(update_fields=["joining", "version"])
    if was == Group.Joining.INVITATION:
        others = permissions.members_of(actor, group).exclude(person=actor)
        for row in others.select_related("person"):
            notify(row.person, DOOR, place="community_group", key=str(group.public_id))
    record("group.door", actor=actor, thing=group, facts={"change": joining})


@transaction.atomic
def close(*, actor: Any, group: Group) -> None:
    """Close a group: it can be read, nothing is added. Twice is one deed. Raises NotAllowed."""
    group = held_led(actor, group, may_be_closed=True)
    if group.closed_at is None:
        group.closed_at = clock.now()
        group.save(update_fields=["closed_at"])
        record("group.closed", actor=actor, thing=group)


@transaction.atomic
def reopen(*, actor: Any, group: Group) -> None:
    """Open a closed group again. Raises NotAllowed."""
    group = held_led(actor, group, may_be_closed=True)
    if group.closed_at is not None:
        group.closed_at = None
        group.save(update_fields=["closed_at"])
        record("group.reopened", actor=actor, thing=group)


@transaction.atomic
def name_leader(*, actor: Any, group: Group, place: GroupMember) -> None:
    """Let another member of the group lead it too. Raises NotAllowed, Conflict (not inside)."""
    group = held_led(actor, group, may_be_closed=True)
    row = _inside(actor, group, place)
    if not row.leads:
        row.leads = True
        row.save(update_fields=["leads"])
        notify(row.person, PLACE, place="community_group", key=str(group.public_id))
        record(
            "group.leader", actor=actor, about=row.person, thing=group, facts={"change": "named"}
        )


@transaction.atomic
def end_leading(*, actor: Any, group: Group, place: GroupMember) -> None:
    """Let a leader, oneself or another, be an ordinary member again. Raises NotAllowed, and
    Conflict for the last one."""
    group = held_led(actor, group, may_be_closed=True)
    row = _inside(actor, group, place)
    if not row.leads:
        return
    if not permissions.leaders_of([group]).exclude(pk=row.pk).exists():
        raise Conflict(_("This is the last leader. Name another leader first."))
    row.leads = False
    row.save(update_fields=["leads"])
    if row.person_id != actor.pk:
        notify(row.person, PLACE, place="community_group", key=str(group.public_id))
    record("group.leader", actor=actor, about=row.person, thing=group, facts={"change": "ended"})


@transaction.atomic
def remove(*, actor: Any, group: Group, place: GroupMember, reason: str) -> None:
    """Take a member out, with a reason she can read. Raises NotAllowed, Invalid, and Conflict for
    somebody who leads (that is ended first) or is not inside any more."""
    text = paragraphs(
        reason, field="reason", most=LONGEST_REASON, missing=_("Say why in a sentence or two.")
    )
    group = held_led(actor, group, may_be_closed=True)
    row = _inside(actor, group, place)
    if row.leads:
        raise Conflict(_("This person leads the group. End that first, then remove the person."))
    person = row.person
    end(row)
    answer(group, person, actor=actor, what=GroupAnswer.What.REMOVED, reason=text)
    record("group.removed", actor=actor, about=person, thing=group)


def _inside(actor: Any, group: Group, place: GroupMember) -> GroupMember:
    rows = permissions.members_of(actor, group).select_related("person")
    row = rows.filter(pk=place.pk).first()
    if row is None:
        raise Conflict(_("This person is not in the group any more."))
    return row


@transaction.atomic
def put_away(*, actor: Any, group: Group) -> None:
    """Put away what was decided about oneself. Twice is one deed."""
    permissions.answers_to(actor).filter(group=group).delete()
