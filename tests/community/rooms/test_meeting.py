"""Who meets in a room hears of each other's devices, whatever changed before (guarantee 5)."""

import pytest

from community.devices import lists
from tests.community.rooms.world import Case, Direct, code, sealed

pytestmark = pytest.mark.django_db


@pytest.fixture
def people():
    """Ana, Ben, Cleo. What they knew of each other's devices is old: nobody told them."""
    found = [sealed(name) for name in ("Ana", "Ben", "Cleo")]
    lists.mark_changed(*(person.user.pk for person in found))
    return found


def cursor(paper):
    return paper.get("sync").json()["cursor"]


def changed(paper, since):
    return paper.get(f"sync?cursor={since}").json()["device_lists"]["changed"]


def names(*people):
    return sorted(person.name for person in people)


def test_who_joins_a_case_room_hears_of_its_host_and_the_host_of_her(people):
    ana, ben, cleo = people
    before = {person: cursor(person) for person in people}
    case = Case(ana, ben, cleo, join=False)
    opened = {person: cursor(person) for person in people}
    assert sorted(changed(ana, before[ana])) == names(ana, ben, cleo)  # her first room
    assert [changed(person, before[person]) for person in (ben, cleo)] == [[ana.name]] * 2
    case.post(ben, "join")
    assert sorted(changed(ben, opened[ben])) == names(ana, ben, cleo)
    assert changed(ana, opened[ana]) == [ben.name]
    joined = cursor(ana)
    case.post(cleo, "join")
    assert sorted(changed(cleo, opened[cleo])) == names(ana, ben, cleo)
    assert changed(ana, joined) == [cleo.name]


def test_two_people_of_direct_messages_hear_of_each_other(people):
    ana, ben, _ = people
    before = {person: cursor(person) for person in (ana, ben)}
    Direct(ana, ben)
    for person in (ana, ben):
        assert sorted(changed(person, before[person])) == names(ana, ben)


def test_who_writes_before_her_first_sync_is_told_of_everybody_inside(people):
    """Her own joining is all that moved; the host's devices are as new to her."""
    ana, ben, cleo = people
    case = Case(ana, ben, cleo, join=False)
    here = lists.position()
    case.post(ben, "join")
    event = {
        "class": "m", "content": ben.megolm(), "members_seq": case.row.members_seq,
        "devices_pos": here,
    }  # fmt: skip
    answer = ben.put(f"rooms/{case.id}/events/t", event)
    assert code(answer) == (409, "stale_devices")
    assert answer.json()["changed"] == names(ana, ben)  # Cleo gets no keys yet
    event |= {"devices_pos": answer.json()["devices_pos"]}
    assert ben.put(f"rooms/{case.id}/events/t", event).status_code == 201


def test_host_who_writes_after_somebody_joined_is_told_of_her_alone(people):
    ana, ben, cleo = people
    case = Case(ana, cleo)
    case.invite(ana, ben)
    here = lists.position()
    case.post(ben, "join")
    answer = ana.put(f"rooms/{case.id}/events/t", {
        "class": "m", "content": ana.megolm(), "members_seq": case.row.members_seq,
        "devices_pos": here,
    })  # fmt: skip
    assert code(answer) == (409, "stale_devices")
    assert answer.json()["changed"] == [ben.name]
