"""How people come into groups and leave them: by the services."""

import pytest

from community.groups import permissions
from community.groups.models import GroupAnswer, GroupMember
from portal.audit.models import AuditRow
from portal.events import publish
from portal.events.messages import MembershipEnded
from portal.notifications.models import Notification
from portal.shared.errors import Conflict, Invalid, NotAllowed
from tests.community.groups.made import (
    group,
    inside,
    joining,
    leading,
    maker,
    member,
    people,
    places,
    put,
    verified,
)  # fmt: skip
from tests.community.library.shelf import end_membership

pytestmark = pytest.mark.django_db


def place(where, person):
    return GroupMember.objects.filter(group=where, person=person).first()


def notices(person):
    rows = Notification.objects.filter(user=person, read_at=None)
    return sorted(rows.values_list("verb", "place", "key"))


def test_open_group_is_joined_at_once_and_twice_is_once():
    where, her = group(leader=member()), member()
    joining.join(actor=her, group=where)
    joining.join(actor=her, group=where)
    assert place(where, her).state == "in"
    assert not place(where, her).leads
    assert AuditRow.objects.filter(event="group.joined").count() == 1


@pytest.mark.parametrize("kind", ["request", "invitation"])
def test_other_groups_are_not_joined_at_once(kind):
    where, her = group(kind, leader=member()), member()
    with pytest.raises(NotAllowed):
        joining.join(actor=her, group=where)
    assert place(where, her) is None


def test_asking_is_decided_by_a_leader_and_both_are_told():
    lead, her = member(), member()
    where = group("request", leader=lead)
    other = inside(where)
    row = joining.ask(actor=her, group=where, reason="I control parcels.")
    key = str(where.public_id)
    assert notices(lead) == [("group-request", "community_group_members", key)]
    assert notices(other) == []
    assert not permissions.is_inside(her, where)
    with pytest.raises(Conflict):
        joining.ask(actor=her, group=where, reason="Again.")
    with pytest.raises(NotAllowed):
        joining.accept(actor=other, group=where, place=row)
    joining.accept(actor=lead, group=where, place=row)
    assert permissions.is_inside(her, where)
    assert place(where, her).reason == ""
    assert notices(her) == [("group-answer", "community_group", key)]
    assert notices(lead) == []
    with pytest.raises(Conflict):
        joining.accept(actor=lead, group=where, place=row)


def test_declining_wants_a_reason_that_she_alone_reads():
    lead, her = member(), member()
    where = group("request", leader=lead)
    row = joining.ask(actor=her, group=where, reason="Please.")
    with pytest.raises(Invalid):
        joining.decline(actor=lead, group=where, place=row, reason=" ")
    joining.decline(actor=lead, group=where, place=row, reason="It is for laboratories.")
    assert place(where, her) is None
    assert notices(her) == [("group-answer", "community_groups", "")]
    answer = GroupAnswer.objects.get()
    assert (answer.person, answer.reason) == (her, "It is for laboratories.")
    joining.ask(actor=her, group=where, reason="I moved to a laboratory.")
    assert not GroupAnswer.objects.exists()


def test_a_request_is_taken_back_but_not_after_it_was_accepted():
    lead, her = member(), member()
    where = group("request", leader=lead)
    joining.ask(actor=her, group=where, reason="Please.")
    joining.withdraw(actor=her, group=where)
    assert place(where, her) is None
    row = joining.ask(actor=her, group=where, reason="Please.")
    joining.accept(actor=lead, group=where, place=row)
    with pytest.raises(Conflict):
        joining.withdraw(actor=her, group=where)
    with pytest.raises(Invalid):
        joining.ask(actor=member(), group=where, reason="x" * 1001)


def test_invitation_is_accepted_or_declined_by_the_invited_alone():
    lead, her, other = member(), member(), member()
    where = group("invitation", leader=lead)
    assert not permissions.visible(her).exists()
    joining.invite(actor=lead, group=where, person=her)
    assert permissions.visible(her).exists()
    assert not permissions.is_inside(her, where)
    assert notices(her) == [("group-invitation", "community_group", str(where.public_id))]
    with pytest.raises(NotAllowed):
        joining.answer_invitation(actor=other, group=where, accepted=True)
    with pytest.raises(Conflict):
        joining.invite(actor=lead, group=where, person=her)
    joining.answer_invitation(actor=her, group=where, accepted=True)
    assert permissions.is_inside(her, where)
    assert notices(her) == []
    joining.invite(actor=lead, group=where, person=other)
    joining.answer_invitation(actor=other, group=where, accepted=False)
    assert not permissions.visible(other).exists()


def test_an_invitation_is_taken_back():
    lead, her = member(), member()
    where = group("invitation", leader=lead)
    row = joining.invite(actor=lead, group=where, person=her)
    joining.uninvite(actor=lead, group=where, place=row)
    assert not permissions.visible(her).exists()
    assert notices(her) == []
    with pytest.raises(Conflict):
        joining.uninvite(actor=lead, group=where, place=row)


def test_only_members_of_the_community_are_invited_and_only_by_leaders():
    lead = member()
    where = group("invitation", leader=lead)
    plain = inside(where)
    with pytest.raises(NotAllowed):
        joining.invite(actor=plain, group=where, person=member())
    for person in (people.person(), people.member(tier="courier"), lead):
        with pytest.raises((NotAllowed, Conflict)):
            joining.invite(actor=lead, group=where, person=person)
    assert GroupMember.objects.filter(state="invited").count() == 0


def test_last_leader_names_another_before_she_leaves():
    lead = member()
    where = group(leader=lead)
    other = inside(where)
    with pytest.raises(Conflict, match="Name another leader first"):
        joining.leave(actor=lead, group=where)
    with pytest.raises(Conflict):
        leading.end_leading(actor=lead, group=where, place=place(where, lead))
    leading.name_leader(actor=lead, group=where, place=place(where, other))
    assert notices(other) == [("group-place", "community_group", str(where.public_id))]
    joining.leave(actor=lead, group=where)
    assert place(where, lead) is None
    joining.leave(actor=other, group=where)
    where.refresh_from_db()
    assert where.closed_at is not None


def test_removing_wants_a_reason_and_leaders_are_not_removed():
    lead, her = member(), member()
    where = group("invitation", leader=lead)
    row = put(where, her, leads=True)
    with pytest.raises(Conflict):
        leading.remove(actor=lead, group=where, place=row, reason="Reason.")
    leading.end_leading(actor=lead, group=where, place=row)
    with pytest.raises(Invalid):
        leading.remove(actor=lead, group=where, place=row, reason="")
    leading.remove(actor=lead, group=where, place=row, reason="Wrong group.")
    assert not permissions.visible(her).exists()
    assert [one.reason for one in permissions.answers_to(her)] == ["Wrong group."]
    leading.put_away(actor=her, group=where)
    assert not permissions.answers_to(her).exists()


def test_a_closed_group_takes_nobody_in_and_is_opened_again():
    lead, her, asked, invited = (member() for _ in range(4))
    where = group("request", leader=lead)
    row = put(where, asked, "asked", reason="x")
    put(where, invited, "invited")
    leading.close(actor=lead, group=where)
    for deed in (
        lambda: joining.ask(actor=her, group=where, reason="Please."),
        lambda: joining.accept(actor=lead, group=where, place=row),
        lambda: joining.invite(actor=lead, group=where, person=her),
        lambda: joining.answer_invitation(actor=invited, group=where, accepted=True),
    ):
        with pytest.raises(Conflict):
            deed()
    joining.answer_invitation(actor=invited, group=where, accepted=False)
    leading.reopen(actor=lead, group=where)
    joining.accept(actor=lead, group=where, place=row)


@pytest.mark.parametrize("tier", ["member", "courier"])
def test_who_may_make_groups(tier):
    her = verified(people.member(tier=tier))
    assert not permissions.may_make(her)
    with pytest.raises(NotAllowed):
        leading.make(actor=her, name="A", purpose="B", kind="theme", joining="open", topic="cases")


def test_a_regional_network_is_made_for_a_region_of_the_makers_role():
    her = maker()
    given = {"actor": her, "name": "Net", "purpose": "We meet.", "joining": "open"}
    made = leading.make(**given, kind="region", region="west-africa")
    assert permissions.leads(her, made)
    leading.make(**given, kind="region", region="SN")
    for region in ("central-asia", "KZ", "", "nowhere"):
        with pytest.raises(Invalid):
            leading.make(**given, kind="region", region=region)
    with pytest.raises(Invalid):
        leading.make(**given, kind="drafting", region="central-asia")
    with pytest.raises(Invalid):
        leading.make(**given, kind="theme")
    with pytest.raises(Invalid):
        leading.make(**given, kind="theme", topic="nonsense")
    everywhere = verified(people.staff("administrator"))
    leading.make(**given | {"actor": everywhere}, kind="region", region="central-asia")
    office = maker(organisation=people.organisation())
    assert permissions.regions_of(office) == []
    unverified = people.staff("focal-point", region_id="west-africa")
    assert not permissions.may_make(unverified)


ABOUT = {"purpose": "Why.", "kind": "theme", "topic": "guidance"}


def test_two_leaders_who_edit_the_same_text_are_told():
    one, two = member(), member()
    where = group(leader=one)
    put(where, two, leads=True)
    leading.edit(actor=one, group=where, name="New", version=1, **ABOUT)
    with pytest.raises(Conflict):
        leading.edit(actor=two, group=where, name="Other", version=1, **ABOUT)
    leading.edit(actor=two, group=where, name="Oth\u202eer", version=2, **ABOUT)
    where.refresh_from_db()
    assert (where.name, where.version) == ("Other", 3)


def test_end_of_a_membership_ends_all_places(django_capture_on_commit_callbacks):
    her, heir, late = member(), member(), member()
    led, asked, alone = group(leader=her), group("request"), group(leader=her)
    put(led, heir)
    put(led, late)
    put(asked, her, "asked")
    end_membership(her)
    assert not permissions.inside(her).exists()
    with django_capture_on_commit_callbacks(execute=True):
        publish(MembershipEnded(her.pk))
    assert not GroupMember.objects.filter(person=her).exists()
    assert place(led, heir).leads
    assert not place(led, late).leads
    alone.refresh_from_db()
    assert alone.closed_at is not None
    assert notices(heir) == [("group-place", "community_group", str(led.public_id))]


def test_a_member_again_keeps_her_places():
    her = member()
    where = group(leader=her)
    publish(MembershipEnded(her.pk))
    assert place(where, her).leads
    places.leave_everywhere(her)
    assert place(where, her) is None


def test_limits_hold():
    her = member()
    for _number in range(30):
        joining.join(actor=her, group=group())
    from portal.shared.errors import TooMany

    with pytest.raises(TooMany):
        joining.join(actor=her, group=group())
