"""Signed lists over the interface: what they change, repetition, and who was quicker."""

import json

import pytest

from community.devices.models import DeviceListChange
from community.messages.append import lock_room
from community.rooms.models import RoomMembership, Roster
from portal.audit.models import AuditRow
from portal.shared import clock
from tests.community.rooms.world import Case, Direct, code, identity, sealed

pytestmark = pytest.mark.django_db


@pytest.fixture
def ana():
    return sealed("Ana")


@pytest.fixture
def ben():
    return sealed("Ben")


@pytest.fixture
def case(ana, ben):
    return Case(ana, ben)


def test_invitation_makes_a_place_and_an_event(case, ana):
    cleo = sealed()
    last = case.row.last_seq
    answer = case.invite(ana, cleo, "observer")
    assert answer.status_code == 200
    assert answer.json() == {"roster_version": 2, "seq": last + 1, "members_seq": last + 1}
    place = case.place(cleo)
    assert (place.state, place.role, place.invited_by) == ("invited", "observer", ana.user)
    assert case.changes()[-1] == {"change": "roster", "user": cleo.name, "roster_version": 2}
    assert (case.row.roster_version, case.row.members_seq) == (2, last + 1)
    assert Roster.objects.get(room=case.row, version=2).seq == last + 1


def test_several_invited_at_once_are_one_event_without_user(case, ana):
    cleo, dora = sealed(), sealed()
    entries = case.entries | {cleo: cleo.entry(), dora: dora.entry()}
    assert case.change(ana, entries=entries).status_code == 200
    assert case.changes()[-1] == {"change": "roster", "roster_version": 2}
    assert {case.place(cleo).state, case.place(dora).state} == {"invited"}


def test_invitation_alone_does_not_move_device_lists(case, ana):
    before = DeviceListChange.objects.count()
    case.invite(ana, sealed())
    assert DeviceListChange.objects.count() == before


def test_removed_person_is_out_at_once(case, ana, ben):
    answer = case.remove(ana, ben)
    place = case.place(ben)
    assert (place.state, place.left_seq) == ("removed", answer.json()["seq"])
    assert case.get(ben).status_code == 404
    assert case.get(ben, "/rosters").status_code == 404
    assert case.changes()[-1] == {"change": "roster", "user": ben.name, "roster_version": 2}


def test_removed_and_left_person_can_be_invited_again(case, ana, ben):
    case.remove(ana, ben)
    assert case.invite(ana, ben, "records").status_code == 200
    place = case.place(ben)
    assert (place.state, place.role, place.joined_seq, place.left_seq) == (
        "invited", "records", None, None,
    )  # fmt: skip
    case.post(ben, "decline")
    case.remove(ana, ben)
    assert case.place(ben).state == "declined"
    case.invite(ana, ben)
    case.post(ben, "join")
    case.post(ben, "leave")
    left = case.place(ben).left_seq
    case.remove(ana, ben)
    assert (case.place(ben).state, case.place(ben).left_seq) == ("left", left)


def test_role_of_the_list_is_the_role_in_the_room(case, ana, ben):
    assert case.role(ana, ben, "host").status_code == 200
    assert case.place(ben).role == "host"
    assert case.get(ben).json()["role"] == "host"
    cleo = sealed()
    assert case.invite(ben, cleo).status_code == 200


def test_member_cannot_sign(case, ben):
    answer = case.role(ben, ben, "host")
    assert code(answer) == (422, "bad_roster")
    assert "not a host" in answer.json()["detail"]
    assert case.place(ben).role == "member"


def test_host_who_stopped_being_one_cannot_sign(case, ana, ben):
    case.role(ana, ben, "host")
    case.role(ben, ana, "member")
    assert code(case.invite(ana, sealed())) == (422, "bad_roster")


def test_stranger_and_invited_person_find_nothing(ana):
    cleo, eve = sealed(), sealed()
    case = Case(ana, cleo, join=False)
    for person in (cleo, eve):
        assert code(case.invite(person, sealed())) == (404, "not_found")
    assert case.row.roster_version == 1


def test_same_text_again_gives_the_same_answer(case, ana, ben):
    cleo = sealed()
    first = case.invite(ana, cleo)
    row = Roster.objects.get(room=case.row, version=2)
    case.role(ana, ben, "host")
    again = case.post(ana, "roster", {"text": row.text, "signatures": row.signatures})
    assert again.status_code == 200
    assert again.json() == first.json()
    assert Roster.objects.count() == 3


def test_repetition_after_removing_oneself_gives_the_same_answer(case, ana, ben):
    case.role(ana, ben, "host")
    first = case.remove(ana, ana)
    assert first.status_code == 200
    row = Roster.objects.get(room=case.row, version=3)
    again = case.post(ana, "roster", {"text": row.text, "signatures": row.signatures})
    assert again.json() == first.json()
    assert case.get(ana).status_code == 404


def test_slower_host_is_told_the_present_version(case, ana, ben):
    case.role(ana, ben, "host")
    cleo, dora = sealed(), sealed()
    before = case.text
    assert case.invite(ana, cleo).status_code == 200
    late = case.signed(ben, case.entries | {dora: dora.entry()}, after=before)
    answer = case.post(ben, "roster", late)
    assert code(answer) == (409, "stale_roster")
    assert answer.json()["roster_version"] == 3
    assert not RoomMembership.objects.filter(user=dora.user).exists()


def test_fork_and_gap_are_refused(case, ana, ben):
    first = case.text
    case.role(ana, ben, "host")
    fork = case.signed(ana, case.entries, after=first, version=3, history="shared")
    assert code(case.post(ana, "roster", fork)) == (422, "bad_roster")
    gap = case.signed(ana, case.entries, after=case.text, version=4, history="shared")
    assert code(case.post(ana, "roster", gap)) == (422, "bad_roster")
    assert case.row.roster_version == 2


def test_new_key_of_a_person_is_signed_in_by_a_host(case, ana, ben):
    ben.master = sealed().master
    row = ben.entry()
    refused = case.change(ana, entries=case.entries | {ben: row})
    assert code(refused) == (422, "bad_roster")
    identity(ben)
    assert case.change(ana, entries=case.entries | {ben: row}).status_code == 200
    assert case.place(ben).state == "joined"


def test_own_new_key_cannot_be_signed_in(case, ana):
    old = ana.master
    ana.master = sealed().master
    identity(ana)
    entries = case.entries | {ana: ana.entry("host")}
    assert code(case.change(ana, entries=entries)) == (422, "bad_roster")
    ana.master = old
    assert code(case.change(ana, entries=entries)) == (422, "bad_roster")


def test_somebody_must_remain_who_hosts_and_is_inside(case, ana, ben):
    cleo = sealed()
    case.invite(ana, cleo, "host")
    answer = case.role(ana, ana, "member")
    assert code(answer) == (422, "bad_roster")
    assert "must remain" in answer.json()["detail"]
    assert case.row.roster_version == 2
    assert case.place(ana).role == "host"
    case.post(cleo, "join")
    assert case.role(ana, ana, "member").status_code == 200


def test_history_opened_for_a_person_lets_her_see_what_was_before(case, ana, ben):
    begins = case.place(ben).first_visible_seq
    assert begins > 1
    case.change(ana, history="shared")
    assert case.place(ben).first_visible_seq == begins
    given = case.entries | {ben: case.entries[ben] | {"history": True}}
    case.change(ana, entries=given)
    assert case.place(ben).first_visible_seq == 1
    case.change(ana, entries=case.entries | {ben: case.entries[ben] | {"history": False}})
    assert case.place(ben).first_visible_seq == 1


def test_room_that_begins_to_share_shows_the_past_to_whom_it_was_given_before(case, ana, ben):
    """She was to have it as soon as the room shares; the others were not, and who left is out."""
    given, left = sealed("Given"), sealed("Left")
    for person in (given, left):
        case.invite(ana, person, history=True)
        case.post(person, "join")
    case.post(left, "leave")
    before = case.place(left).first_visible_seq
    assert min(case.place(one).first_visible_seq for one in (given, ben)) > 1
    assert case.change(ana, history="shared").status_code == 200
    assert case.place(given).first_visible_seq == 1
    assert case.place(ben).first_visible_seq > 1
    assert case.place(left).first_visible_seq == before
    case.change(ana, history="joined")
    assert case.place(given).first_visible_seq == 1  # what she has read she has read


def test_history_flag_in_a_room_without_history_opens_nothing(case, ana, ben):
    begins = case.place(ben).first_visible_seq
    case.change(ana, entries=case.entries | {ben: case.entries[ben] | {"history": True}})
    assert case.place(ben).first_visible_seq == begins


def test_charter_changes_nobodys_place(case, ana, ben):
    before = RoomMembership.objects.order_by("pk").values()
    before = list(before)
    assert case.change(ana, charter="another").status_code == 200
    assert list(RoomMembership.objects.order_by("pk").values()) == before
    assert case.changes()[-1] == {"change": "roster", "roster_version": 2}


def test_direct_room_takes_the_others_new_key_alone(ana, ben):
    room = Direct(ana, ben)
    cleo = sealed()
    assert code(room.invite(ana, cleo, "host")) == (422, "bad_roster")
    assert code(room.remove(ana, ben)) == (422, "bad_roster")
    ben.master = sealed().master
    identity(ben)
    entries = room.entries | {ben: ben.entry("host")}
    assert room.change(ana, entries=entries).status_code == 200


def test_closing_room_takes_removals_alone(case, ana, ben):
    room = case.row
    room.state = "closing"
    room.save()
    assert code(case.invite(ana, sealed())) == (403, "room_closed")
    assert case.remove(ana, ben).status_code == 200
    room = case.row
    room.state = "closed"
    room.save()
    assert code(case.change(ana, charter="x")) == (403, "room_closed")


def test_versions_are_listed_for_who_is_inside_or_invited(case, ana, ben):
    cleo = sealed()
    case.invite(ana, cleo)
    for person in (ana, ben, cleo):
        rows = case.get(person, "/rosters?from=2").json()["rosters"]
        assert [row["version"] for row in rows] == [2]
        assert rows[0]["text"] == case.text
    rows = case.get(ben, "/rosters").json()["rosters"]
    assert [set(row) for row in rows] == [{"version", "seq", "text", "signatures"}] * 2
    assert [row["seq"] for row in rows] == [1, case.row.last_seq]
    assert case.get(ben, "/rosters?from=0").status_code == 400
    assert case.get(ben, "/rosters?from=9").json() == {"rosters": []}
    assert case.get(sealed(), "/rosters").status_code == 404


def test_long_chains_come_in_parts(case, ana, monkeypatch):
    from community.rooms import queries

    monkeypatch.setattr(queries, "MOST_ROSTER_TEXT", int(len(case.text) * 2.5))
    for number in range(4):
        case.change(ana, charter=f"charter {number}")
    found, start = [], 1
    while start <= case.row.roster_version:
        rows = case.get(ana, f"/rosters?from={start}").json()["rosters"]
        assert 1 <= len(rows) <= 2
        found += [row["version"] for row in rows]
        start = found[-1] + 1
    assert found == [1, 2, 3, 4, 5]


def test_more_than_two_hundred_short_lists_come_at_once(case, ana):
    """No text tells a client of pages: one that asks from 1 on gets what is reasonable."""
    first = Roster.objects.get(room=case.row)
    Roster.objects.bulk_create(
        Roster(room=case.row, version=number, text="x", signatures={}, sha256="x", seq=1)
        for number in range(2, 302)
    )
    rows = case.get(ana, "/rosters?from=1").json()["rosters"]
    assert [row["version"] for row in rows] == list(range(1, 302))
    assert rows[0]["text"] == first.text


def test_changes_of_people_are_recorded(case, ana, ben):
    cleo = sealed()
    case.invite(ana, cleo, "observer")
    case.role(ana, cleo, "member")
    case.change(ana, charter="x")
    case.remove(ana, cleo)
    rows = AuditRow.objects.filter(event__startswith="room.").order_by("number")[3:]
    told = [(row.event, row.about, json.loads(row.body)["facts"]) for row in rows]
    about = str(cleo.user.public_id)
    assert told == [
        ("room.invited", about, {"role": "observer"}),
        ("room.role", about, {"role": "member"}),
        ("room.list", "", {"change": "charter", "version": 4}),
        ("room.removed", about, {}),
    ]


def test_person_who_is_gone_can_be_signed_out(case, ana, ben):
    ben.user.delete()
    assert case.remove(ana, ben).status_code == 200
    assert case.row.roster_version == 2


def test_lapsed_person_cannot_be_invited(case, ana):
    cleo = sealed()
    cleo.user.membership.lapses_at = clock.now()
    cleo.user.membership.save()
    assert code(case.invite(ana, cleo)) == (422, "bad_roster")


def test_room_is_locked_before_it_is_changed(case, ana, monkeypatch):
    """What was true before the lock is asked again behind it."""
    from community.rooms import places

    def slow(public_id):
        RoomMembership.objects.filter(user=ana.user).update(state="removed")
        return lock_room(public_id)

    monkeypatch.setattr(places, "lock_room", slow)
    assert code(case.invite(ana, sealed())) == (404, "not_found")
