"""Places at an event: who gets one, in which order, and never more than there are."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.core.management import call_command
from django.db import connection

from community.events import daily, making, registering
from community.events.models import Registration
from portal.audit.models import AuditRow
from portal.events import _deliver
from portal.events.messages import MembershipEnded
from portal.notifications.models import Notification
from portal.permissions import forget
from portal.shared import clock, ratelimit
from portal.shared.errors import Conflict, Invalid, NotAllowed, TooMany
from tests import people
from tests.community.events.meetings import fields, group, meeting, place, verified

pytestmark = pytest.mark.django_db
State = Registration.State


def come(row, person=None):
    return registering.register(actor=verified(person or people.member()), meeting=row)


def states(row):
    return list(row.registrations.order_by("asked_at", "pk").values_list("state", flat=True))


def verbs(person):
    return list(Notification.objects.filter(user=person).values_list("verb", flat=True))


def test_places_then_the_wait_list_in_order():
    row = meeting(capacity=2)
    assert [come(row).state for _ in range(4)] == ["in", "in", "waiting", "waiting"]
    first_waiting = row.registrations.filter(state="waiting").first()
    leaver = row.registrations.filter(state="in").first()
    registering.leave(actor=leaver.person, meeting=row)
    assert states(row) == ["in", "in", "waiting"]
    first_waiting.refresh_from_db()
    assert first_waiting.state == State.IN
    [notice] = Notification.objects.filter(user=first_waiting.person)
    assert (notice.verb, notice.place, notice.key) == (
        "event-changed", "community_event", str(row.public_id),
    )  # fmt: skip
    assert AuditRow.objects.filter(event="event.moved-up").count() == 1


def test_more_places_move_up_those_who_wait():
    organiser = verified(people.staff("trainer"))
    row = making.make(actor=organiser, kind="webinar", label="GREEN", **fields(capacity=1))
    for _ in range(3):
        come(row)
    making.change(actor=organiser, meeting=row, version=0, **fields(capacity=2))
    assert states(row) == ["in", "in", "waiting"]
    with pytest.raises(Invalid) as refused:
        making.change(actor=organiser, meeting=row, version=1, **fields(capacity=1))
    assert "capacity" in refused.value.fields
    making.change(actor=organiser, meeting=row, version=1, **fields(capacity=None))
    assert states(row) == ["in", "in", "in"]


def test_whoever_may_not_know_of_it_any_more_is_passed_over():
    row = meeting(capacity=1)
    first = come(row)
    gone, next_one = people.member(), people.member()
    come(row, gone)
    come(row, next_one)
    gone.membership.state = "suspended"
    gone.membership.save()
    registering.leave(actor=first.person, meeting=row)
    assert list(row.registrations.values_list("person", "state")) == [(next_one.pk, "in")]
    assert verbs(gone) == []


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"cancelled_at": True}, Conflict), ({"closes_at": True}, Conflict),
        ({"label": "AMBER", "kind": "case"}, NotAllowed),
    ],
)  # fmt: skip
def test_closed_cancelled_and_hidden_are_refused(change, why):
    values = {
        name: clock.now() - timedelta(minutes=1) if value is True else value
        for name, value in change.items()
    }
    row = meeting(**values)
    with pytest.raises(why):
        come(row)
    assert not Registration.objects.exists()


def test_twice_is_once():
    row, person = meeting(), people.member()
    come(row, person)
    with pytest.raises(Conflict):
        come(row, person)
    assert Registration.objects.count() == 1


def test_another_groups_event_does_not_exist_for_her():
    inside = people.member()
    row = meeting(group=group(inside))
    assert come(row, inside).state == State.IN
    for other in (people.member(), people.staff("administrator"), people.person()):
        with pytest.raises(NotAllowed):
            come(row, other)


def test_a_sign_in_without_second_factor_registers_nobody():
    person = people.member()
    person.is_verified = lambda: False
    with pytest.raises(NotAllowed):
        registering.register(actor=person, meeting=meeting())


def test_limit_of_registrations(monkeypatch):
    monkeypatch.setattr(ratelimit, "wait", lambda *args, **kwargs: 7)
    with pytest.raises(TooMany):
        come(meeting())


# Case meetings


def test_the_organiser_decides_who_comes_to_a_case_meeting():
    organiser = verified(people.staff("focal-point"))
    row = meeting(kind="case", organiser=organiser, capacity=1)
    asked = [come(row) for _ in range(3)]
    assert {one.state for one in asked} == {State.ASKED}
    assert verbs(organiser) == ["event-asked"]
    assert registering.accept(actor=organiser, row=asked[1]).state == State.IN
    assert registering.accept(actor=organiser, row=asked[0]).state == State.WAITING
    assert registering.decline(actor=organiser, row=asked[2]).state == State.DECLINED
    assert verbs(asked[2].person) == ["event-changed"]
    for deed in (registering.accept, registering.decline):
        with pytest.raises(Conflict):
            deed(actor=organiser, row=asked[2])
        with pytest.raises(NotAllowed):
            deed(actor=verified(people.staff("trainer")), row=asked[0])
    with pytest.raises(NotAllowed):
        registering.leave(actor=asked[2].person, meeting=row)
    with pytest.raises(Conflict):  # a refusal stands
        come(row, asked[2].person)


def test_nobody_accepts_herself():
    asker = verified(people.member())
    row = meeting(kind="case")
    mine = come(row, asker)
    with pytest.raises(NotAllowed):
        registering.accept(actor=asker, row=mine)


# The link


@pytest.mark.parametrize(
    ("minutes", "opens"), [(31, False), (30, True), (0, True), (-119, True), (-120, False)]
)
def test_the_link_opens_30_minutes_before_until_the_end(minutes, opens):
    row, person = meeting(), verified(people.member())
    place(row, person)
    with clock.held(row.starts_at - timedelta(minutes=minutes)):
        if opens:
            assert registering.join(actor=person, meeting=row) == row.join_link
            assert AuditRow.objects.filter(event="event.joined").count() == 1
        else:
            with pytest.raises(Conflict):
                registering.join(actor=person, meeting=row)


@pytest.mark.parametrize("state", ["waiting", "asked", "declined", None])
def test_the_link_is_for_who_has_a_place(state):
    row, person = meeting(), verified(people.member())
    other = meeting(organiser=row.organiser)
    place(other, person)  # a place at another event opens nothing here
    if state:
        place(row, person, state)
    with clock.held(row.starts_at), pytest.raises(NotAllowed):
        registering.join(actor=person, meeting=row)


def test_the_link_ends_with_membership_and_group():
    person = verified(people.member())
    circle = group(person)
    row = meeting(group=circle)
    place(row, person)
    with clock.held(row.starts_at):
        circle.members.all().delete()
        with pytest.raises(NotAllowed):
            registering.join(actor=person, meeting=row)


def test_the_link_of_a_cancelled_event_opens_for_nobody():
    row, person = meeting(cancelled_at=clock.now()), verified(people.member())
    place(row, person)
    with clock.held(row.starts_at), pytest.raises(Conflict):
        registering.join(actor=person, meeting=row)


# By the clock


def test_reminders_go_once_and_to_places_alone():
    row = meeting(starts_at=clock.now() + timedelta(hours=20))
    far = meeting(starts_at=clock.now() + timedelta(days=5))
    coming, waiting = place(row).person, place(row, state="waiting").person
    later = place(far).person
    for _ in range(2):
        call_command("events_daily")
    assert verbs(coming) == ["event-reminder"]
    assert Notification.objects.get(user=coming).count == 1
    assert verbs(waiting) == verbs(later) == []


def test_a_membership_that_ends_frees_the_place():
    row = meeting(capacity=1)
    gone, waits = place(row).person, place(row, state="waiting").person
    gone.membership.state = "suspended"
    gone.membership.save()
    forget(gone)
    _deliver(MembershipEnded(gone.pk))
    assert list(row.registrations.values_list("person", "state")) == [(waits.pk, "in")]


def test_the_daily_task_frees_places_of_who_left_the_group():
    person = people.member()
    circle = group(person)
    row = meeting(group=circle)
    place(row, person)
    assert daily.run()[0] == 0
    circle.members.all().delete()
    assert daily.run()[0] == 1
    assert not row.registrations.exists()


# At once


@pytest.mark.django_db(transaction=True)
def test_never_over_capacity_with_many_at_once():
    row = meeting(capacity=3)
    crowd = [verified(people.member()) for _ in range(12)]

    def one(person):
        try:
            return registering.register(actor=person, meeting=row).state
        finally:
            connection.close()

    with ThreadPoolExecutor(6) as pool:
        done = list(pool.map(one, crowd))
    assert sorted(done) == ["in"] * 3 + ["waiting"] * 9

    def leave(registration):
        try:
            registering.leave(actor=registration.person, meeting=row)
        finally:
            connection.close()

    with ThreadPoolExecutor(3) as pool:
        list(pool.map(leave, row.registrations.filter(state="in").select_related("person")))
    assert row.registrations.filter(state="in").count() == 3
    assert row.registrations.filter(state="waiting").count() == 6


@pytest.mark.django_db(transaction=True)
def test_one_person_pressing_many_times_has_one_place():
    row, person = meeting(capacity=2), verified(people.member())

    def one(_):
        try:
            return registering.register(actor=person, meeting=row).state
        except Conflict:
            return "again"
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        done = sorted(pool.map(one, range(6)))
    assert done == ["again"] * 5 + ["in"]
    assert row.registrations.count() == 1
