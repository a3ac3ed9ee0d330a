"""Another kind, label or group of an event: who may say so, and who loses a place by it."""

import json

import pytest

from community.events import making, whom
from community.events.permissions import visible
from community.groups.models import GroupMember
from portal.accounts import step_up
from portal.audit.models import AuditRow
from portal.markings.models import LoweringRequest
from portal.notifications.models import Notification
from portal.permissions import forget
from portal.shared.errors import Invalid, NotAllowed
from tests import people
from tests.community.events.meetings import fields, group, meeting, place, typed, verified

pytestmark = pytest.mark.django_db
BASE = "/en/community/events/"


def change(actor, row, **more):
    row.refresh_from_db()
    times = {"starts": row.starts_at, "ends": row.ends_at, "closes": row.closes_at}
    given = fields(**{name: at.replace(tzinfo=None) for name, at in times.items()}) | more
    with step_up.confirmed(actor):
        return making.change(actor=actor, meeting=row, version=row.sequence, **given)


def ended(person):
    person.membership.state = "suspended"
    person.membership.save()
    forget(person)
    return person


def facts(event):
    return json.loads(AuditRow.objects.get(event=event).body)["facts"]


def organised(**more):
    organiser = verified(people.staff("trainer"))
    return organiser, meeting(organiser=organiser, **more)


# Attacks


@pytest.mark.parametrize(
    "wanted", [{"kind": "webinar"}, {"label": "CLEAR", "reason": "r"}, {"label": "GREEN"}]
)
def test_who_does_not_run_an_event_changes_nothing_of_it(wanted):
    leader, elsewhere = people.member(), people.member()
    mine, other = group(leader=leader), group(leader=elsewhere)
    organiser, row = organised(group=None)
    member = people.member()
    place(row, member)
    for who in (member, leader, people.staff("trainer"), ended(organiser)):
        with pytest.raises(NotAllowed):
            change(verified(who), row, **wanted)
        for circle in (mine, other):
            with pytest.raises(NotAllowed):
                change(verified(who), row, group=str(circle.public_id))
    row.refresh_from_db()
    assert (row.kind, row.label, row.group, row.sequence) == ("workshop", "GREEN", None, 0)


def test_an_event_goes_only_to_a_group_she_leads():
    organiser, row = organised()
    led, inside, foreign = group(leader=organiser), group(organiser), group()
    closed = group(leader=organiser, closed_at=row.created_at)
    for circle in (inside, foreign, closed):
        with pytest.raises(NotAllowed):
            change(organiser, row, group=str(circle.public_id))
    for nonsense in ("1", "x" * 36, "00000000-0000-0000-0000-000000000000"):
        with pytest.raises(NotAllowed):
            change(organiser, row, group=nonsense)
    assert change(organiser, row, group=str(led.public_id)).group == led
    GroupMember.objects.filter(group=led).update(leads=False)
    assert change(organiser, row, group=str(led.public_id)).group == led  # it stays
    assert change(organiser, row, group="").group is None
    assert AuditRow.objects.filter(event="event.group").count() == 2


def test_who_makes_events_of_groups_alone_gives_none_to_everybody():
    leader = verified(people.member())
    circle = group(leader=leader)
    row = meeting(organiser=leader, group=circle)
    with pytest.raises(NotAllowed):
        change(leader, row, group="")
    assert whom.groups_for(leader, row) == [circle]


def test_above_green_the_source_alone_moves_an_event_to_other_people():
    organiser = verified(people.staff("trainer"))
    leader = verified(people.staff("trainer", of=organiser.membership.organisation))
    circle, other = group(organiser, leader=leader), group(organiser, leader=leader)
    row = meeting(organiser=organiser, group=circle, kind="case", label="AMBER")
    assert change(leader, row, title="Better").title == "Better"  # she runs it
    for target in ("", str(other.public_id)):
        with pytest.raises(NotAllowed):
            change(leader, row, group=target)
    assert whom.groups_for(leader, row) == [circle]
    assert change(organiser, row, group="").group is None


def test_the_source_alone_lowers_a_label_and_with_a_reason():
    organiser = verified(people.staff("trainer"))
    leader = verified(people.staff("trainer", of=organiser.membership.organisation))
    row = meeting(organiser=organiser, group=group(organiser, leader=leader), kind="case",
                  label="AMBER")  # fmt: skip
    with pytest.raises(NotAllowed):
        change(leader, row, label="GREEN", reason="I want it")
    assert [str(one) for one in whom.labels_for(leader, row)] == ["AMBER"]
    with pytest.raises(Invalid) as refused:
        change(organiser, row, label="GREEN")
    assert "reason" in refused.value.fields
    with pytest.raises(step_up.Needed):
        making.change(actor=organiser, meeting=row, version=row.sequence, label="GREEN",
                      reason="All may know", **fields())  # fmt: skip
    row.refresh_from_db()
    assert row.label == "AMBER"
    assert change(organiser, row, label="GREEN", reason="All may know").label == "GREEN"
    assert facts("label.lowered") == {"old": "AMBER", "label": "GREEN"}


def test_red_is_not_lowered_here():
    organiser, row = organised(kind="case", label="RED")
    with pytest.raises(Invalid) as refused:
        change(organiser, row, label="AMBER", reason="r")
    assert "label" in refused.value.fields
    assert not LoweringRequest.objects.exists()
    assert change(organiser, row, title="Better").label == "RED"  # it stays
    text = people.signed_in(organiser).get(f"{BASE}{row.public_id}/edit/").content.decode()
    assert "RED is lowered by two people." in text
    assert "id_reason" not in text


def test_labels_follow_the_kind():
    organiser, row = organised()
    for wanted in ({"label": "AMBER"}, {"label": "RED"}, {"kind": "case", "label": "RED"},
                   {"kind": "party"}, {"label": "x"}):  # fmt: skip
        with pytest.raises(Invalid):
            change(organiser, row, **wanted)
    assert change(organiser, row, kind="case", label="AMBER").label == "AMBER"
    with pytest.raises(Invalid) as refused:
        change(organiser, row, kind="webinar")
    assert "label" in refused.value.fields


def test_nobody_raises_a_label_over_the_head_of_who_runs_it():
    organiser, row = organised()
    leader = verified(people.member())
    row.group = group(organiser, leader=leader)
    row.save()
    with pytest.raises(Invalid):  # AMBER of another organisation
        change(leader, row, kind="case", label="AMBER")
    other = group(leader=leader)
    with pytest.raises(Invalid):  # a group the organiser is not in
        change(leader, row, group=str(other.public_id))
    row.refresh_from_db()
    assert (row.label, row.group_id == other.pk) == ("GREEN", False)
    ended(organiser)  # who could not read it before hinders nobody
    assert change(leader, row, group=str(other.public_id)).group == other


# What follows


def test_places_end_for_whom_it_is_not_any_more_and_others_move_up():
    organiser, row = organised(capacity=1)
    near = [people.member(of=organiser.membership.organisation) for _ in range(2)]
    far = place(row).person
    first, second = (place(row, one, "waiting") for one in near)
    change(organiser, row, kind="case", label="AMBER", capacity=1)
    assert list(row.registrations.values_list("person", "state")) == [
        (near[0].pk, "in"), (near[1].pk, "waiting"),
    ]  # fmt: skip
    assert not visible(verified(far)).exists()
    assert set(Notification.objects.values_list("user", flat=True)) == {near[0].pk}
    assert AuditRow.objects.filter(event="event.left").count() == 1
    assert first.pk != second.pk


def test_places_end_for_who_is_not_in_the_group():
    organiser, row = organised()
    inside, outside = people.member(), people.member()
    place(row, inside)
    place(row, outside)
    change(organiser, row, group=str(group(inside, leader=organiser).public_id))
    assert [one.person for one in row.registrations.all()] == [inside]


def test_who_asked_comes_when_nobody_decides_any_more():
    organiser, row = organised(kind="case", capacity=1)
    asked = [place(row, state="asked").person for _ in range(2)]
    declined = place(row, state="declined").person
    change(organiser, row, kind="workshop", capacity=1)
    states = dict(row.registrations.values_list("person", "state"))
    assert states == {asked[0].pk: "in", asked[1].pk: "waiting", declined.pk: "declined"}
    for person in asked:
        assert Notification.objects.get(user=person).count == 1
    assert facts("event.changed") == {"kind": "workshop"}


def test_in_a_browser():
    organiser = people.staff("trainer")
    row = meeting(organiser=organiser)
    circle = group(leader=organiser)
    browser, address = people.signed_in(organiser), f"{BASE}{row.public_id}/edit/"
    text = browser.get(address).content.decode()
    assert "All members" in text
    assert circle.name in text
    given = {"kind": "case", "label": "AMBER", "group": str(circle.public_id)}
    assert browser.post(address, typed(version=0, **given)).status_code == 302
    row.refresh_from_db()
    assert (row.kind, row.label, row.group) == ("case", "AMBER", circle)
    foreign = given | {"group": str(group().public_id)}
    assert browser.post(address, typed(version=1, **foreign)).status_code == 400
    outsider = people.signed_in(people.staff("trainer"))
    assert outsider.post(address, typed(version=1, **given)).status_code == 404
    row.refresh_from_db()
    assert row.sequence == 1


def test_a_label_is_lowered_in_a_browser_with_a_fresh_second_factor():
    organiser = people.staff("trainer")
    row = meeting(organiser=organiser, kind="case", label="AMBER")
    address = f"{BASE}{row.public_id}/edit/"
    given = typed(version=0, kind="webinar", label="GREEN", reason="All may know")
    stale = people.signed_in(organiser, fresh=False)
    assert stale.post(address, given).status_code == 302  # to the second factor
    row.refresh_from_db()
    assert (row.kind, row.label) == ("case", "AMBER")
    browser = people.signed_in(organiser)
    refused = browser.post(address, given | {"reason": ""})
    assert refused.status_code == 400
    assert "id_reason" in refused.content.decode()
    assert browser.post(address, given).status_code == 302
    row.refresh_from_db()
    assert (row.kind, row.label) == ("webinar", "GREEN")
