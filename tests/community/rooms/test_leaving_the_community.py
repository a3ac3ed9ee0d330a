"""Whoever stops being a member is in no room any more."""

import pytest

from community.rooms import receivers, services
from portal.accounts import step_up
from portal.audit.models import AuditRow
from portal.events.messages import MembershipEnded
from portal.shared import clock
from portal.vetting import membership
from tests import people
from tests.community.rooms.world import Case, Direct, sealed

pytestmark = pytest.mark.django_db


@pytest.fixture
def ana():
    return sealed("Ana")


@pytest.fixture
def ben():
    return sealed("Ben")


def lapse(paper):
    paper.user.membership.lapses_at = clock.now()
    paper.user.membership.save()


def test_places_end_with_the_membership(ana, ben, django_capture_on_commit_callbacks):
    case, room = Case(ana, ben), Direct(ana, ben)
    invited = Case(ana, ben, join=False)
    other = Case(ana)
    boss = people.staff("administrator")
    with django_capture_on_commit_callbacks(execute=True), step_up.confirmed(boss):
        membership.suspend(actor=boss, user=ben.user, reason="test")
    for one in (case, room):
        assert one.place(ben).state == "left"
        assert one.changes()[-1] == {"change": "left", "user": ben.name}
        assert one.row.members_seq == one.row.last_seq == one.place(ben).left_seq
        assert one.row.roster_version == 1
    assert invited.place(ben).state == "declined"
    assert other.changes()[-1]["change"] == "created"
    rows = AuditRow.objects.filter(event="room.left", about=str(ben.user.public_id))
    assert [row.actor for row in rows] == ["", ""]


def test_last_host_goes_too(ana, ben):
    case = Case(ana, ben)
    lapse(ana)
    receivers.on_membership_ended(MembershipEnded(ana.user.pk))
    assert case.place(ana).state == "left"


def test_message_about_a_member_or_nobody_changes_nothing(ana, ben):
    case = Case(ana, ben)
    last = case.row.last_seq
    receivers.on_membership_ended(MembershipEnded(ben.user.pk))
    receivers.on_membership_ended(MembershipEnded(10**9))
    assert case.row.last_seq == last


def test_one_room_that_fails_does_not_keep_the_others(ana, ben, monkeypatch):
    cases = [Case(ana, ben), Case(ana, ben)]
    before = services.places.go

    def fails(place, state, *, actor):
        if place.room.public_id == cases[0].id:
            raise RuntimeError
        return before(place, state, actor=actor)

    monkeypatch.setattr(services.places, "go", fails)
    assert services.leave_everywhere(ben.user) == 1
    assert [case.place(ben).state for case in cases] == ["joined", "left"]


def test_lost_message_is_made_up_for(ana, ben):
    case = Case(ana, ben)
    held, cleo = sealed(), sealed()
    other = Case(ana, held, cleo)
    assert services.leave_without_membership() == 0
    lapse(ben)
    held.user.hold = "suspended"
    held.user.save()
    assert services.leave_without_membership() == 1
    assert case.place(ben).state == "left"
    assert (other.place(held).state, other.place(cleo).state) == ("joined", "joined")


def test_who_comes_back_is_invited_again(ana, ben):
    case = Case(ana, ben)
    lapse(ben)
    receivers.on_membership_ended(MembershipEnded(ben.user.pk))
    ben.user.membership.lapses_at = clock.now() + clock.timedelta(days=9)
    ben.user.membership.save()
    assert case.post(ben, "join").status_code == 404
    assert case.remove(ana, ben).status_code == 200
    assert case.invite(ana, ben).status_code == 200
    assert case.post(ben, "join").status_code == 200
