"""Whose devices and keys one sees (messaging.md 10.1, 10.3 keys/query)."""

import pytest

from community.devices.models import KeySignature
from community.rooms.models import Block
from portal.shared import clock
from tests.community.devices.help import STATE, another, code, device_of, join, leave, room_of
from tests.community.paper import Paper
from tests.people import member, person

pytestmark = pytest.mark.django_db
PARTS = {"device_keys", "master_keys", "self_signing_keys", "user_signing_keys", "failures"}


def query(asker: Paper, *names: str, devices=()) -> dict:
    answer = asker.post("keys/query", {"device_keys": {name: list(devices) for name in names}})
    assert answer.status_code == 200, answer.content
    assert set(answer.json()) == PARTS
    return answer.json()


def block(one: Paper, other: Paper) -> None:
    Block.objects.create(blocker=one.user, blocked=other.user, created=clock.now())


def test_shows_devices_and_public_keys_but_not_others_user_signing_key(anna, bruno):
    found = query(anna, bruno.name)
    own = device_of(bruno).device_keys
    added = bruno.signed(own, bruno.self_signing, bruno.self_signing.public)
    signatures = own["signatures"][bruno.name] | added["signatures"][bruno.name]
    assert len(signatures) == 2
    assert found["device_keys"][bruno.name] == {
        bruno.device_id: own | {"signatures": {bruno.name: signatures}}
    }
    keys = bruno.signing_keys()
    assert found["master_keys"][bruno.name]["keys"] == keys["master_key"]["keys"]
    assert found["self_signing_keys"][bruno.name] == keys["self_signing_key"]
    assert found["user_signing_keys"] == {}
    assert found["failures"] == {}


def test_shows_ones_own_user_signing_key(anna):
    found = query(anna, anna.name)
    assert found["user_signing_keys"][anna.name] == anna.signing_keys()["user_signing_key"]


def test_person_without_devices_has_none(anna):
    other = Paper(member())
    found = query(anna, other.name)
    assert found["device_keys"] == {other.name: {}}
    assert found["master_keys"] == {}


def test_names_of_devices_choose(anna, bruno):
    second = another(bruno)
    found = query(anna, bruno.name, devices=[second.device_id])
    assert list(found["device_keys"][bruno.name]) == [second.device_id]


def test_removed_device_is_absent(anna, bruno):
    bruno.delete(f"devices/{bruno.device_id}")
    assert query(anna, bruno.name)["device_keys"] == {bruno.name: {}}


class TestVisibility:
    def test_people_who_are_no_members_are_absent(self, anna):
        stranger = Paper(person())
        assert query(anna, stranger.name)["device_keys"] == {}

    @pytest.mark.parametrize("turned", [False, True])
    def test_blocked_people_are_absent_either_way(self, anna, bruno, turned):
        block(*((anna, bruno) if turned else (bruno, anna)))
        found = query(anna, bruno.name)
        assert found == {part: {} for part in PARTS}

    @pytest.mark.parametrize("state", [STATE.JOINED, STATE.INVITED])
    def test_who_shares_a_room_is_seen_although_blocked(self, anna, bruno, state):
        block(bruno, anna)
        join(room_of(anna), bruno.user, state)
        assert bruno.device_id in query(anna, bruno.name)["device_keys"][bruno.name]

    def test_who_left_is_seen_by_those_inside_and_sees_them_no_more(self, anna, bruno):
        block(bruno, anna)
        room = room_of(anna, bruno)
        leave(room, bruno.user)
        assert bruno.name in query(anna, bruno.name)["device_keys"]
        assert query(bruno, anna.name)["device_keys"] == {}

    @pytest.mark.parametrize("name", ["bob", "@bob", "@00000000-0000-4000-8000-000000000001:else"])
    def test_what_is_no_name_is_absent(self, anna, name):
        assert query(anna, name)["device_keys"] == {}

    def test_signature_of_a_third_person_is_shown_to_her_alone(self, anna, bruno):
        clara = Paper(member()).set_up()
        KeySignature.objects.create(
            target_user=bruno.user, target_key=bruno.master.public, signer_user=clara.user,
            signer_key=f"ed25519:{clara.user_signing.public}", signature="made",
        )  # fmt: skip
        for asker in (anna, bruno):
            assert query(asker, bruno.name)["master_keys"][bruno.name]["signatures"] == {}
        signatures = query(clara, bruno.name)["master_keys"][bruno.name]["signatures"]
        assert signatures == {clara.name: {f"ed25519:{clara.user_signing.public}": "made"}}


def test_more_than_five_hundred_people_are_refused(anna):
    names = [f"@00000000-0000-4000-8000-{number:012}:members.invalid" for number in range(501)]
    answer = anna.post("keys/query", {"device_keys": {name: [] for name in names}})
    assert code(answer) == (400, "bad_request")


def test_sixty_first_query_of_a_minute_waits(anna):
    with clock.held():
        for _ in range(60):
            query(anna)
        assert code(anna.post("keys/query", {"device_keys": {}})) == (429, "rate_limited")
