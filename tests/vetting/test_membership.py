"""How a membership begins, goes on, lapses, rests and ends."""

from collections import defaultdict
from datetime import UTC, datetime, timedelta

import pytest

from portal.accounts import step_up
from portal.audit.models import AuditRow
from portal.events import listen
from portal.events.messages import MembershipEnded, MembershipStarted, RightsChanged
from portal.permissions import forget, is_member, roles_of
from portal.shared import clock
from portal.shared.errors import Conflict, Invalid, NotAllowed
from portal.vetting import deadlines, membership, standing
from portal.vetting.models import Application, Membership
from portal.vetting.permissions import can_manage_membership
from tests import people
from tests.vetting.applications import application

pytestmark = pytest.mark.django_db
PAGE = "/en/account/membership/"


@pytest.fixture
def heard(monkeypatch):
    found = []
    monkeypatch.setattr("portal.events._listeners", defaultdict(list))
    for kind in (MembershipStarted, MembershipEnded, RightsChanged):
        listen(kind, found.append)
    return found


@pytest.fixture
def focal():
    return people.staff("focal-point", "Focal", region_id="west-africa")


def held(user):
    return Membership.objects.get(user=user)


def test_months_are_added_by_the_calendar():
    assert deadlines.add_months(datetime(2028, 2, 29, 9, tzinfo=UTC), 24) == datetime(
        2030, 2, 28, 9, tzinfo=UTC
    )
    assert deadlines.add_months(datetime(2026, 11, 30, tzinfo=UTC), 3) == datetime(
        2027, 2, 28, tzinfo=UTC
    )
    assert deadlines.add_months(datetime(2026, 12, 31, tzinfo=UTC), 12) == datetime(
        2027, 12, 31, tzinfo=UTC
    )


def test_working_days_leave_out_weekends():
    friday = datetime(2026, 11, 20, 15, tzinfo=UTC)
    assert deadlines.add_working_days(friday, 1) == datetime(2026, 11, 23, 15, tzinfo=UTC)
    assert deadlines.add_working_days(friday, 5) == datetime(2026, 11, 27, 15, tzinfo=UTC)
    assert deadlines.add_working_days(datetime(2026, 11, 21, tzinfo=UTC), 5) == datetime(
        2026, 11, 27, tzinfo=UTC
    )


def test_confirming_the_post_renews_in_full(settings):
    settings.MEMBERSHIP_MONTHS = 24
    user = people.member()
    with clock.held(clock.now() + timedelta(days=300)) as moment:
        membership.confirm_post(user=user)
        assert held(user).lapses_at == deadlines.add_months(moment(), 24)
        assert held(user).since < moment()
    assert AuditRow.objects.filter(event="membership.confirmed").count() == 1


def test_lapsed_person_renews_in_one_step_within_ninety_days(
    heard, django_capture_on_commit_callbacks
):
    user = people.member()
    end = held(user).lapses_at
    with clock.held(end + timedelta(days=89)):
        assert not is_member(user)
        with django_capture_on_commit_callbacks(execute=True):
            membership.confirm_post(user=user)
        assert is_member(user)
    assert MembershipStarted(user.pk, "member") in heard


def test_later_than_ninety_days_nothing_is_renewed():
    user = people.member()
    with clock.held(held(user).lapses_at + timedelta(days=90, seconds=1)), pytest.raises(Conflict):
        membership.confirm_post(user=user)


@pytest.mark.parametrize("state", ["suspended", "ended"])
def test_suspended_and_ended_cannot_renew_themselves(state):
    user = people.member()
    Membership.objects.filter(user=user).update(state=state)
    with pytest.raises(Conflict):
        membership.confirm_post(user=user)
    client = people.signed_in(user)
    assert client.post(PAGE + "confirm/").status_code == 409
    assert held(user).state == state


def test_lapse_is_told_once(heard, django_capture_on_commit_callbacks):
    user = people.member()
    row = held(user)
    assert membership.lapse(membership=row) is False
    with clock.held(row.lapses_at), django_capture_on_commit_callbacks(execute=True):
        assert membership.lapse(membership=row) is True
        assert membership.lapse(membership=row) is False
    assert heard.count(MembershipEnded(user.pk)) == 1


def test_leaving_ends_membership_roles_and_application(
    heard, django_capture_on_commit_callbacks, focal
):
    row = application(focal, of=people.organisation())
    with step_up.confirmed(focal), django_capture_on_commit_callbacks(execute=True):
        membership.leave(user=focal)
    assert held(focal).state == "ended"
    forget(focal)
    assert not roles_of(focal)
    row.refresh_from_db()
    assert row.state == "withdrawn"
    assert {MembershipEnded(focal.pk), RightsChanged(focal.pk)} <= set(heard)
    events = list(AuditRow.objects.values_list("event", flat=True))
    assert "role.ended" in events
    assert "membership.ended" in events
    with step_up.confirmed(focal), pytest.raises(NotAllowed):
        membership.leave(user=focal)


def test_leaving_needs_a_fresh_second_factor():
    user = people.member()
    with pytest.raises(step_up.Needed):
        membership.leave(user=user)


def test_old_roles_do_not_come_back_with_a_new_membership(focal):
    with step_up.confirmed(focal):
        membership.leave(user=focal)
    membership.start(
        user=focal,
        tier="member",
        organisation=people.organisation(),
        post="",
        actor=people.person(),
    )
    forget(focal)
    assert is_member(focal)
    assert not roles_of(focal)


def test_roles_stay_when_a_member_changes_organisation(focal):
    other = people.organisation()
    before = held(focal).since
    membership.start(
        user=focal, tier="member", organisation=other, post="New", actor=people.person()
    )
    forget(focal)
    assert roles_of(focal)
    assert held(focal).organisation == other
    assert held(focal).since == before


def test_last_administrator_cannot_leave_or_be_put_out(focal):
    only = people.staff("administrator", "Only")
    with step_up.confirmed(only), pytest.raises(Conflict):
        membership.leave(user=only)
    assert held(only).state == "active"
    second = people.staff("administrator", "Second", region_id="SN")  # not everywhere
    with step_up.confirmed(second):
        for service in (membership.suspend, membership.end):
            with pytest.raises(NotAllowed):  # nobody puts out those above him
                service(actor=second, user=only, reason="because of it")
    people.staff("administrator", "Third")
    with step_up.confirmed(only):
        membership.leave(user=only)


def test_focal_point_suspends_and_restores_in_scope(
    focal, heard, django_capture_on_commit_callbacks
):
    user = people.member()
    with step_up.confirmed(focal), django_capture_on_commit_callbacks(execute=True):
        membership.suspend(actor=focal, user=user, reason="Under inquiry.")
    forget(user)
    assert not is_member(user)
    assert {MembershipEnded(user.pk), RightsChanged(user.pk)} <= set(heard)
    user.refresh_from_db()
    assert user.is_active
    assert user.hold == ""
    with step_up.confirmed(focal):
        with pytest.raises(Conflict):
            membership.suspend(actor=focal, user=user, reason="again, twice")
        membership.restore(actor=focal, user=user, reason="Cleared.")
        with pytest.raises(Conflict):
            membership.restore(actor=focal, user=user, reason="Cleared.")
    forget(user)
    assert is_member(user)


def test_restoring_after_the_time_ran_out_gives_a_lapsed_membership(focal):
    user = people.member()
    with step_up.confirmed(focal):
        membership.suspend(actor=focal, user=user, reason="Under inquiry.")
    Membership.objects.filter(user=user).update(lapses_at=clock.now() - timedelta(days=1))
    with step_up.confirmed(focal):
        membership.restore(actor=focal, user=user, reason="Cleared.")
    assert held(user).state == "lapsed"


@pytest.mark.parametrize("service", [membership.suspend, membership.restore, membership.end])
def test_nobody_out_of_scope_manages_a_membership(service, focal):
    abroad = people.member(of=people.organisation(country="UA"))
    administrator = people.staff("administrator")
    for actor, user in (
        (focal, abroad),
        (focal, focal),
        (focal, administrator),
        (people.member(), abroad),
        (people.person(), abroad),
        (focal, people.person()),
    ):
        with step_up.confirmed(actor), pytest.raises(NotAllowed):
            service(actor=actor, user=user, reason="reason enough")
    assert held(abroad).state == "active"


def test_reason_and_fresh_factor_are_needed_to_manage(focal):
    user = people.member()
    with pytest.raises(step_up.Needed):
        membership.end(actor=focal, user=user, reason="reason")
    with step_up.confirmed(focal):
        for service in (membership.suspend, membership.end):
            with pytest.raises(Invalid):
                service(actor=focal, user=user, reason=" \u200f")
    assert held(user).state == "active"
    assert can_manage_membership(focal, held(user))


def test_role_ended_meanwhile_manages_nothing(focal):
    user = people.member()
    assert can_manage_membership(focal, held(user))
    focal.role_grants.update(ended_at=clock.now())
    with step_up.confirmed(focal), pytest.raises(NotAllowed):
        membership.end(actor=focal, user=user, reason="reason")


def test_change_of_organisation_is_a_prefilled_application_and_membership_goes_on():
    user = people.member("Awa")
    row = membership.ask_for_change(user=user)
    assert (row.state, row.name, row.country_id, row.organisation_id, row.tier) == (
        "draft",
        "Awa",
        "SN",
        None,
        "member",
    )
    assert is_member(user)
    assert membership.ask_for_change(user=user) == row
    assert Application.objects.count() == 1


def test_without_membership_there_is_nothing_to_change_or_confirm():
    user = people.person()
    for service in (membership.ask_for_change, membership.confirm_post):
        with pytest.raises(NotAllowed):
            service(user=user)


# Pages


def test_page_says_what_i_am():
    user = people.member(of=people.organisation("Douanes"))
    page = people.signed_in(user).get(PAGE).content.decode()
    assert "Douanes" in page
    assert "Confirm my post" in page
    assert "Member of the community" in page
    nobody = people.signed_in(people.person(), verified=False).get(PAGE).content.decode()
    assert "You are not a member." in nobody


def test_page_of_the_lapsed_and_the_suspended():
    user = people.member()
    client = people.signed_in(user)
    Membership.objects.filter(user=user).update(lapses_at=clock.now() - timedelta(days=5))
    page = client.get(PAGE).content.decode()
    assert "Lapsed" in page
    assert "Confirm my post" in page
    Membership.objects.filter(user=user).update(lapses_at=clock.now() - timedelta(days=95))
    assert "Apply again" in client.get(PAGE).content.decode()
    Membership.objects.filter(user=user).update(state="suspended", end_reason="secret reason")
    page = client.get(PAGE).content.decode()
    assert "suspended" in page
    assert "secret reason" not in page
    assert "Confirm my post" not in page


def test_buttons_work_and_reading_changes_nothing():
    user = people.member()
    client = people.signed_in(user)
    before = Membership.objects.values().get(user=user)
    for name in ("", "leave/"):
        assert client.get(PAGE + name).status_code == 200
    for name in ("confirm/", "post/", "change/", "identity/"):
        assert client.get(PAGE + name).status_code == 405
    assert Membership.objects.values().get(user=user) == before
    assert client.post(PAGE + "post/", {"post": "Chief inspector"}).status_code == 302
    assert held(user).post == "Chief inspector"
    assert client.post(PAGE + "post/", {"post": ""}).status_code == 400
    assert client.post(PAGE + "post/", {"post": "x" * 151}).status_code == 400
    assert client.post(PAGE + "change/").status_code == 302
    assert client.post(PAGE + "leave/", {}).status_code == 400
    assert held(user).state == "active"
    assert client.post(PAGE + "leave/", {"sure": "on"}).status_code == 302
    assert held(user).state == "ended"
    assert client.get(PAGE + "leave/").status_code == 404


def test_leaving_as_last_administrator_says_why():
    client = people.signed_in(people.staff("administrator"))
    answer = client.post(PAGE + "leave/", {"sure": "on"})
    assert answer.status_code == 409
    assert "last administrator" in answer.content.decode()


def test_visitor_is_sent_to_sign_in(client):
    for name in ("", "leave/"):
        assert client.get(PAGE + name).status_code == 302


def test_standing_counts_by_the_clock():
    row = held(people.member())
    assert standing.in_force(row)
    assert standing.renewable(row)
    with clock.held(row.lapses_at):
        assert not standing.in_force(row)
        assert standing.renewable(row)
