"""A leader changes what a group is about and how people join: nothing leaks, nothing widens."""

import pytest

from community.groups import permissions
from community.groups.models import Group
from community.groups.rules import DOORS
from portal.audit.models import AuditRow
from portal.notifications.models import Notification
from portal.shared.errors import Conflict, Invalid, NotAllowed
from tests.community.groups.made import (
    at,
    group,
    inside,
    joining,
    leading,
    maker,
    member,
    people,
    put,
)  # fmt: skip

pytestmark = pytest.mark.django_db
WORDS = {"name": "Road controls", "purpose": "We compare controls."}


def events() -> list[str]:
    rows = AuditRow.objects.filter(event__startswith="group.")
    return list(rows.order_by("number").values_list("event", flat=True))


def test_what_a_group_is_about_is_changed_and_recorded():
    lead = maker()
    where = group(leader=lead)
    leading.edit(
        actor=lead, group=where, **WORDS, kind="region", region="west-africa", topic="", version=1
    )
    where.refresh_from_db()
    assert (where.kind, where.region_id, where.topic) == ("region", "west-africa", "")
    assert events() == ["group.about"]
    given = WORDS | {"name": "Other", "kind": "region", "region": "west-africa", "version": 2}
    leading.edit(actor=lead, group=where, **given)
    assert events() == ["group.about", "group.changed"]


def test_no_leader_takes_a_region_that_is_not_of_her_role():
    plain, abroad = member(), maker(region_id="central-asia")
    where = group(leader=plain, kind="region", topic="", region_id="west-africa")
    put(where, abroad, leads=True)
    for lead, region in ((plain, "central-asia"), (plain, "SN"), (abroad, "SN"), (abroad, "mars")):
        with pytest.raises(Invalid):
            leading.edit(actor=lead, group=where, **WORDS, kind="region", region=region, version=1)
    for wrong in (
        {"kind": "region"}, {"kind": "theme"}, {"kind": "theme", "topic": "weapons"},
        {"kind": "secret"},
    ):  # fmt: skip
        with pytest.raises(Invalid):
            leading.edit(actor=plain, group=where, **WORDS, **wrong, version=1)
    where.refresh_from_db()
    assert (where.version, where.region_id) == (1, "west-africa")
    kept = {"kind": "region", "region": "west-africa"}
    leading.edit(actor=plain, group=where, **WORDS, **kept, topic="cases", version=1)
    leading.edit(actor=plain, group=where, **WORDS, kind="drafting", version=2)
    with pytest.raises(Invalid):  # what was given up is not hers to take back
        leading.edit(actor=plain, group=where, **WORDS, **kept, version=3)


def test_form_offers_the_regions_of_her_role_and_the_one_it_has():
    lead = member()
    where = group(leader=lead, region_id="west-africa")
    page = people.signed_in(lead).get(at("community_group_edit", where)).content.decode()
    assert 'value="west-africa" selected' in page
    assert "central-asia" not in page
    assert 'name="joining"' not in page


# How to join


@pytest.mark.parametrize("now", Group.Joining.values)
@pytest.mark.parametrize("wanted", [*Group.Joining.values, "", "everybody"])
def test_no_group_becomes_open_to_everybody(now, wanted):
    lead = member()
    where = group(now, leader=lead)
    browser = people.signed_in(lead)
    answer = browser.post(at("community_group_door", where), {"joining": wanted, "version": "1"})
    where.refresh_from_db()
    if wanted in DOORS[now]:
        assert (answer.status_code, where.joining, where.version) == (302, wanted, 2)
        assert events() == ["group.door"]
    else:
        assert (answer.status_code, where.joining, where.version) == (400, now, 1)
        with pytest.raises(Invalid):
            leading.change_door(actor=lead, group=where, joining=wanted, version=1)
        assert events() == []
    assert "open" not in DOORS["request"] + DOORS["invitation"]


def test_edit_does_not_change_how_to_join():
    lead = member()
    where = group("invitation", leader=lead)
    sent = WORDS | {"kind": "drafting", "version": "1", "joining": "open", "closed_at": "x"}
    assert people.signed_in(lead).post(at("community_group_edit", where), sent).status_code == 302
    where.refresh_from_db()
    assert (where.kind, where.joining) == ("drafting", "invitation")


def test_group_by_invitation_becomes_known_and_nothing_inside_does():
    lead, stranger = member("Ada Lead"), member()
    where = group("invitation", leader=lead, name="Hidden group")
    fellow = inside(where, "Bea Fellow")
    guest = people.signed_in(stranger)
    assert not permissions.visible(stranger).exists()
    page = people.signed_in(lead).get(at("community_group_door", where)).content.decode()
    assert "Every member then sees that this group exists" in page
    assert "cannot be opened to every member" in page
    leading.change_door(actor=lead, group=where, joining="request", version=1)
    assert permissions.visible(stranger).exists()
    page = guest.get(at("community_group", where)).content.decode()
    assert "Ada Lead" in page
    assert "Bea Fellow" not in page
    assert guest.get(at("community_group_members", where)).status_code == 404
    told = Notification.objects.filter(verb="group-door").values_list("user", "place", "key")
    assert list(told) == [(fellow.pk, "community_group", str(where.public_id))]
    with pytest.raises(NotAllowed):
        joining.join(actor=stranger, group=where)


@pytest.mark.parametrize("now", ["open", "request"])
def test_group_is_hidden_at_once_and_who_is_inside_stays(now):
    lead, stranger, guest = member(), member(), member()
    where = group(now, leader=lead)
    fellow = inside(where)
    put(where, guest, "invited")
    leading.change_door(actor=lead, group=where, joining="invitation", version=1)
    assert not permissions.visible(stranger).exists()
    assert permissions.inside(fellow).exists()
    assert permissions.visible(guest).exists()
    address = at("community_group", where)
    assert people.signed_in(stranger).get(address).status_code == 404
    assert not Notification.objects.exists()
    for deed in (joining.join, lambda **known: joining.ask(reason="R", **known)):
        with pytest.raises(NotAllowed):
            deed(actor=stranger, group=where)


def test_who_asks_is_answered_before_a_group_is_hidden():
    lead, asking = member(), member()
    where = group("request", leader=lead)
    row = put(where, asking, "asked")
    answer = people.signed_in(lead).post(
        at("community_group_door", where), {"joining": "invitation", "version": "1"}
    )
    assert answer.status_code == 409
    assert "Answer them first." in answer.content.decode()
    assert permissions.visible(asking).exists()
    joining.accept(actor=lead, group=where, place=row)
    leading.change_door(actor=lead, group=where, joining="invitation", version=1)
    assert permissions.inside(asking).exists()


def test_two_leaders_do_not_overwrite_each_other():
    lead, other = member(), member()
    where = group("open", leader=lead)
    put(where, other, leads=True)
    leading.change_door(actor=lead, group=where, joining="request", version=1)
    with pytest.raises(Conflict):
        leading.change_door(actor=other, group=where, joining="invitation", version=1)
    with pytest.raises(Conflict):
        leading.edit(actor=other, group=where, **WORDS, kind="drafting", version=1)
    where.refresh_from_db()
    assert (where.joining, where.kind, where.version) == ("request", "theme", 2)
