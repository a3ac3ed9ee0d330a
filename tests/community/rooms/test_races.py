"""Several people at the same moment, with real transactions: one order, nothing doubled."""

import json
from functools import partial

import pytest

from community.api.errors import ApiError
from community.messages.models import Event
from community.rooms import opening, rosters, services
from community.rooms.models import Room, RoomMembership, Roster
from tests.community.devices.help import at_once, committed_member
from tests.community.rooms.world import Case, sealed

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]


def person(name=""):
    return sealed(user=committed_member())


def gapless(case):
    seqs = list(Event.objects.filter(room=case.row).order_by("seq").values_list("seq", flat=True))
    assert seqs == list(range(1, case.row.last_seq + 1))


def wanted(case):
    return opening.NewRoom(
        room_id=case.id, kind=case.kind, text=case.text,
        signatures=case.body["roster"]["signatures"], ends_at=None,
        retention_days=case.body["retention_days"],
    )  # fmt: skip


class Unsent(Case):
    """A room that is signed and not opened yet."""

    def __init__(self, host, *others, **more):
        self.post_later = host.post
        host.post = lambda *args: type("Nothing", (), {"status_code": 0})()
        super().__init__(host, *others, **more)
        host.post = self.post_later


def test_one_direct_room_is_made_of_many_requests_of_both():
    ana, ben = person(), person()
    mine, hers = Unsent(ana, ben, kind="direct"), Unsent(ben, ana, kind="direct")
    deeds = [partial(opening.open_room, user=ana.user, wanted=wanted(mine)) for _ in range(4)]
    deeds += [partial(opening.open_room, user=ben.user, wanted=wanted(hers)) for _ in range(4)]
    found = at_once(deeds)
    room = Room.objects.get()
    assert RoomMembership.objects.count() == 2
    assert room.last_seq == 1
    ours = slice(0, 4) if room.public_id == mine.id else slice(4, 8)
    kept = found[ours]
    assert [is_new for _, is_new in kept].count(True) == 1
    refused = [one for one in found if isinstance(one, ApiError)]
    assert [one.code for one in refused] == ["room_exists"] * 4


def test_one_of_many_hosts_writes_the_next_version():
    ana, *hosts = [person() for _ in range(5)]
    guests = [person() for _ in range(4)]
    case = Case(ana, *hosts, roles=dict.fromkeys(hosts, "host").items())

    def invite(host, guest):
        entries = case.entries | {guest: guest.entry()}
        roster = case.signed(host, entries, after=case.text)
        return rosters.change_roster(
            user=host.user, room_id=case.id, text=roster["text"], signatures=roster["signatures"]
        )

    pairs = zip(hosts, guests, strict=True)
    found = at_once([partial(invite, host, guest) for host, guest in pairs])
    refused = [one for one in found if isinstance(one, ApiError)]
    assert [one.code for one in refused] == ["stale_roster"] * 3
    assert [one.body["roster_version"] for one in refused] == [2] * 3
    assert Roster.objects.filter(room=case.row).count() == 2
    assert RoomMembership.objects.filter(user__in=[guest.user for guest in guests]).count() == 1
    gapless(case)


def test_many_join_and_leave_at_once():
    ana, *guests = [person() for _ in range(7)]
    case = Case(ana, *guests, join=False)
    going = guests[:3]
    for guest in going:
        services.join(user=guest.user, room_id=case.id)
    deeds = [partial(services.leave, user=guest.user, room_id=case.id) for guest in going]
    deeds += [partial(services.join, user=guest.user, room_id=case.id) for guest in guests[3:] * 2]
    found = at_once(deeds)
    assert all(isinstance(one, dict) for one in found), found
    seqs = [one["seq"] for one in found[3:]]
    assert seqs[:3] == seqs[3:]
    assert len(set(seqs)) == 3
    states = [case.place(guest).state for guest in guests]
    assert states == ["left"] * 3 + ["joined"] * 3
    gapless(case)
    last = Event.objects.get(room=case.row, seq=case.row.members_seq)
    assert json.loads(last.content)["change"] in {"joined", "left"}


def test_two_hosts_do_not_both_leave_the_others():
    ana, ben, cleo = person(), person(), person()
    case = Case(ana, ben, cleo, roles={ben: "host"}.items())
    found = at_once([partial(services.leave, user=one.user, room_id=case.id) for one in (ana, ben)])
    refused = [one for one in found if isinstance(one, ApiError)]
    assert [one.code for one in refused] == ["forbidden"]
    hosts = RoomMembership.objects.filter(room=case.row, role="host", state="joined")
    assert hosts.count() == 1
