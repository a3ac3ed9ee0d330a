"""Joining, leaving, declining, one's own view, settings, and what is listed."""

import json

import pytest
from django.test.utils import CaptureQueriesContext

from community.devices.models import Device, DeviceListChange
from community.rooms import queries
from community.rooms.models import Block, RoomMembership
from portal.audit.models import AuditRow
from portal.notifications.models import Notification
from portal.shared import clock
from portal.shared.errors import NotAllowed
from tests.community.rooms.world import Case, Direct, code, day, sealed

pytestmark = pytest.mark.django_db


@pytest.fixture
def ana():
    return sealed("Ana")


@pytest.fixture
def ben():
    return sealed("Ben")


# joining


def test_joining_sets_place_event_and_device_list(ana, ben):
    case = Case(ana, ben, join=False)
    case.say(ana)
    answer = case.post(ben, "join")
    assert answer.status_code == 200
    assert answer.json() == {"seq": 3, "members_seq": 3}
    place = case.place(ben)
    assert (place.state, place.joined_seq, place.first_visible_seq) == ("joined", 3, 3)
    assert case.changes()[-1] == {"change": "joined", "user": ben.name}
    assert DeviceListChange.objects.filter(user=ben.user).count() == 1


def test_joining_again_gives_the_same_answer_and_changes_nothing(ana, ben):
    case = Case(ana, ben, join=False)
    first = case.post(ben, "join").json()
    assert case.post(ben, "join").json() == first
    assert case.row.last_seq == first["seq"]
    assert DeviceListChange.objects.filter(user=ben.user).count() == 1


@pytest.mark.parametrize(
    ("history", "given", "sees_all"),
    [("shared", True, True), ("shared", False, False), ("joined", True, False)],
)
def test_what_a_newcomer_sees_follows_room_and_list(ana, history, given, sees_all):
    case, cleo = Case(ana, history=history), sealed()
    case.say(ana)
    case.invite(ana, cleo, history=given)
    seq = case.post(cleo, "join").json()["seq"]
    place = case.place(cleo)
    assert place.first_visible_seq == (1 if sees_all else seq)
    assert case.get(cleo).json()["unread"] == 0


def test_history_counts_as_the_present_list_has_it(ana):
    case, cleo = Case(ana, history="shared"), sealed()
    case.invite(ana, cleo, history=True)
    case.change(ana, history="joined")
    seq = case.post(cleo, "join").json()["seq"]
    assert case.place(cleo).first_visible_seq == seq


def test_uninvited_people_cannot_join(ana, ben):
    case = Case(ana, ben)
    case.post(ben, "leave")
    removed, declined = sealed(), sealed()
    for person in (removed, declined):
        case.invite(ana, person)
    case.remove(ana, removed)
    case.post(declined, "decline")
    before = case.row.last_seq
    for person in (ben, removed, declined, sealed()):
        assert code(case.post(person, "join")) == (404, "not_found")
    assert case.row.last_seq == before


def test_joining_needs_a_device_that_is_set_up(ana, ben):
    case = Case(ana, ben, join=False)
    Device.objects.filter(user=ben.user).update(confirmed=False)
    assert code(case.post(ben, "join")) == (403, "setup_incomplete")


@pytest.mark.parametrize("state", ["closing", "closed"])
def test_room_that_ends_takes_nobody_in(ana, ben, state):
    case = Case(ana, ben, join=False)
    room = case.row
    room.state = state
    room.save()
    assert code(case.post(ben, "join")) == (403, "room_closed")
    assert case.post(ben, "decline").status_code == 200


def test_who_left_direct_messages_comes_back(ana, ben):
    room = Direct(ana, ben)
    room.say(ana)
    assert room.post(ben, "leave").status_code == 200
    assert room.get(ben).status_code == 404
    assert code(Direct(ben, ana).answer) == (409, "room_exists")
    seq = room.post(ben, "join").json()["seq"]
    place = room.place(ben)
    assert (place.state, place.first_visible_seq, place.left_seq) == ("joined", seq, None)


def test_blocked_person_does_not_come_back(ana, ben):
    room = Direct(ana, ben)
    room.post(ben, "leave")
    Block.objects.create(blocker=ana.user, blocked=ben.user, created=clock.now())
    assert code(room.post(ben, "join")) == (403, "forbidden")


# leaving and declining


def test_leaving_ends_the_place(ana, ben):
    case = Case(ana, ben)
    answer = case.post(ben, "leave")
    seq = case.row.last_seq
    assert answer.json() == {"seq": seq, "members_seq": seq}
    assert (case.place(ben).state, case.place(ben).left_seq) == ("left", seq)
    assert case.changes()[-1] == {"change": "left", "user": ben.name}
    assert case.get(ben).status_code == 404
    assert case.post(ben, "leave").json() == answer.json()
    assert case.row.last_seq == seq


def test_declining_moves_no_members_seq(ana, ben):
    case = Case(ana, ben, join=False)
    answer = case.post(ben, "decline")
    assert answer.json() == {"seq": 2, "members_seq": 1}
    assert case.changes()[-1] == {"change": "declined", "user": ben.name}
    assert case.post(ben, "decline").json() == answer.json()
    assert case.row.members_seq == 1


def test_steps_of_another_state_are_not_found(ana, ben):
    case = Case(ana, ben, join=False)
    assert case.post(ben, "leave").status_code == 404
    case.post(ben, "join")
    assert case.post(ben, "decline").status_code == 404
    assert case.post(sealed(), "leave").status_code == 404


@pytest.mark.parametrize("join", [True, False])
def test_last_host_does_not_leave_others_behind(ana, ben, join):
    case = Case(ana, ben, join=join)
    answer = case.post(ana, "leave")
    assert code(answer) == (403, "forbidden")
    assert "last host" in answer.json()["detail"]
    assert case.place(ana).state == "joined"


def test_host_leaves_when_another_one_is_inside(ana, ben):
    case = Case(ana, ben, join=False, roles={ben: "host"}.items())
    assert case.post(ana, "leave").status_code == 403
    case.post(ben, "join")
    assert case.post(ana, "leave").status_code == 200


def test_last_host_leaves_an_empty_or_closing_room(ana, ben):
    assert (alone := Case(ana)).post(ana, "leave").status_code == 200
    assert alone.place(ana).state == "left"
    case = Case(ana, ben)
    room = case.row
    room.state = "closing"
    room.save()
    assert case.post(ana, "leave").status_code == 200


def test_comings_and_goings_are_recorded_and_unasked_notices_go(ana, ben):
    case = Case(ana, ben)
    case.post(ben, "leave")
    rows = AuditRow.objects.filter(about=str(ben.user.public_id), event__startswith="room.")
    assert [row.event for row in rows.order_by("number")] == [
        "room.invited", "room.joined", "room.left",
    ]  # fmt: skip
    assert not Notification.objects.filter(user=ben.user, read_at=None).exists()


# what is listed


def test_members_stand_in_the_single_room_alone(ana, ben):
    case, cleo = Case(ana, ben), sealed()
    case.invite(ana, cleo, "observer")
    listed = case.get(ben).json()["members"]
    assert listed == [
        {"user": ana.name, "state": "joined", "role": "host"},
        {"user": ben.name, "state": "joined", "role": "member"},
        {"user": cleo.name, "state": "invited", "role": "observer"},
    ]
    assert all("members" not in row for row in ben.get("rooms").json()["rooms"])
    assert case.get(cleo).json()["membership"] == "invited"


def test_foreign_and_unknown_rooms_look_alike(ana, ben):
    import uuid

    case = Case(ana)
    foreign, unknown = case.get(ben), ben.get(f"rooms/{uuid.uuid4()}")
    assert (foreign.status_code, foreign.content) == (unknown.status_code, unknown.content)
    assert foreign.status_code == 404
    assert ben.get("rooms").json() == {"rooms": []}


def test_unread_counts_messages_above_what_was_read_and_can_be_seen(ana, ben):
    case = Case(ana)
    case.say(ana)
    case.invite(ana, ben)
    case.post(ben, "join")
    seqs = [case.say(ana), case.say(ana, "s"), case.say(ben), case.say(ana)]
    assert case.get(ben).json()["unread"] == 3
    assert ben.get("rooms").json()["rooms"][0]["unread"] == 3
    RoomMembership.objects.filter(user=ben.user).update(last_read_seq=seqs[2])
    assert case.get(ben).json()["unread"] == 1
    RoomMembership.objects.filter(user=ben.user).update(last_read_seq=0)
    assert case.get(ben).json()["unread"] == 3
    cleo = sealed()
    case.invite(ana, cleo)
    assert case.get(cleo).json()["unread"] == 0


def test_room_object_counts_unread_for_any_row(ana, ben):
    case = Case(ana, ben)
    case.say(ana)
    assert queries.room_object(case.row, case.place(ben))["unread"] == 1


def test_list_of_rooms_costs_as_many_queries_for_many_as_for_one(ana, ben):
    from django.db import connection

    def cost():
        with CaptureQueriesContext(
            connection,
        ) as asked:
            rows = [queries.room_object(row.room, row) for row in queries.places_of(ben.user)]
        return len(rows), len(asked)

    Case(ana, ben)
    one = cost()
    Case(ana, ben)
    Direct(ana, ben)
    many = cost()
    assert (one[0], many[0]) == (1, 3)
    assert many[1] <= one[1] <= 3


# one's own view


def test_own_view_is_kept_and_told_nobody(ana, ben):
    case = Case(ana, ben)
    last = case.row.last_seq
    assert ben.put(f"rooms/{case.id}/me", {"muted": True, "pinned": True}).json() == {}
    room = case.get(ben).json()
    assert (room["muted"], room["pinned"]) == (True, True)
    since = case.place(ben).pinned_at
    ben.put(f"rooms/{case.id}/me", {"muted": False, "pinned": True})
    assert case.place(ben).pinned_at == since
    ben.put(f"rooms/{case.id}/me", {"muted": False, "pinned": False})
    room = case.get(ben).json()
    assert (room["muted"], room["pinned"]) == (False, False)
    assert (case.get(ana).json()["muted"], case.row.last_seq) == (False, last)
    assert ana.put(f"rooms/{case.id}/me", {"muted": 1, "pinned": True}).status_code == 400
    assert sealed().put(f"rooms/{case.id}/me", {"muted": True, "pinned": True}).status_code == 404


# settings


def settings(**change):
    return {"retention_days": 30, "ends_at": day(30), "receipts": True} | change


def test_host_changes_settings(ana, ben):
    case = Case(ana, ben)
    answer = case.post(ana, "settings", settings())
    assert answer.json() == {"seq": case.row.last_seq}
    room = case.get(ben).json()
    assert (room["retention_days"], room["ends_at"], room["receipts"]) == (30, day(30), True)
    assert case.changes()[-1] == {"change": "settings"}
    assert case.row.members_seq < case.row.last_seq
    facts = json.loads(AuditRow.objects.order_by("-number").first().body)["facts"]
    assert facts == {"retention": 30, "ends": day(30), "receipts": True}


@pytest.mark.parametrize(
    "change",
    [
        {"retention_days": 0}, {"retention_days": 9999}, {"ends_at": day(0)}, {"ends_at": None},
        {"ends_at": day(999)}, {"receipts": "yes"}, {"name": "x"},
    ],
)  # fmt: skip
def test_settings_that_cannot_be_are_refused(ana, change):
    case = Case(ana)
    assert code(case.post(ana, "settings", settings(**change))) == (400, "bad_request")
    assert case.row.retention_days == 90


def test_end_that_has_come_may_stand(ana):
    case = Case(ana)
    room = case.row
    room.ends_at = clock.now().date()
    room.save()
    assert case.post(ana, "settings", settings(ends_at=day(0))).status_code == 200


def test_settings_are_the_hosts_and_of_open_rooms(ana, ben):
    case = Case(ana, ben)
    assert code(case.post(ben, "settings", settings())) == (403, "forbidden")
    assert code(case.post(sealed(), "settings", settings())) == (404, "not_found")
    room = case.row
    room.state = "closing"
    room.save()
    assert code(case.post(ana, "settings", settings())) == (403, "room_closed")


def test_direct_room_keeps_no_end(ana, ben):
    room = Direct(ana, ben)
    assert room.post(ben, "settings", settings(ends_at=None)).status_code == 200
    assert code(room.post(ben, "settings", settings())) == (400, "bad_request")


# the member frame


def test_member_frame_tells_her_own_state_only(ana, ben):
    case = Case(ana, ben, join=False)

    def frame(person):
        return queries.member_frame(person.user, case.id)

    name = f"!{case.id}:members.invalid"
    assert frame(ben) == {
        "t": "member", "room": name, "state": "invited", "roster_version": 1, "members_seq": 1,
    }  # fmt: skip
    case.post(ben, "join")
    assert frame(ben)["state"] == "joined"
    case.remove(ana, ben)
    assert frame(ben) == {
        "t": "member", "room": name, "state": "removed", "roster_version": 2,
        "members_seq": case.row.members_seq,
    }  # fmt: skip
    with pytest.raises(NotAllowed):
        frame(sealed())
