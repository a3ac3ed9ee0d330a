"""Finding people to write to, and blocking those one does not want to hear from."""

import uuid

import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from community.permissions import can_contact, direct_is_blocked
from community.rooms.models import Block
from portal.shared import clock
from tests import people
from tests.community.paper import Paper
from tests.community.rooms.world import Case, Direct, code, sealed

pytestmark = pytest.mark.django_db


@pytest.fixture
def ana():
    return sealed("Ana Tolen")


def find(by, text):
    return by.post("people/search", {"q": text})


def names(by, text):
    return [row["name"] for row in find(by, text).json()["people"]]


def test_member_is_found_with_organisation_and_country(ana):
    of = people.organisation("Customs of Avaria", country="SN")
    ben = people.member("Ben  Okri", of=of)
    assert find(ana, "okr").json() == {
        "people": [{
            "user": f"@{ben.public_id}:members.invalid", "name": "Ben Okri",
            "organisation": "Customs of Avaria", "country": "Senegal", "ready": False,
        }]
    }  # fmt: skip
    sealed(user=ben)
    assert find(ana, "okr").json()["people"][0]["ready"] is True


def test_words_are_found_in_name_and_organisation_and_in_every_script(ana):
    of = people.organisation("Митниця Одеси", country="UA")
    people.member("Олена Коваль", of=of)
    people.member("Ben Okri")
    assert names(ana, "олена") == ["Олена Коваль"]
    assert names(ana, "ОДЕСИ") == ["Олена Коваль"]
    assert names(ana, "коваль митниця") == ["Олена Коваль"]
    assert names(ana, "коваль okri") == []


def test_only_people_one_may_contact_are_found(ana):
    for index, user in enumerate(
        [people.person("Zed A"), people.member("Zed B", tier="courier"), people.member("Zed C")]
    ):
        if index == 2:
            user.membership.state = "suspended"
            user.membership.save()
    blocked, blocker = people.member("Zed D"), people.member("Zed E")
    Block.objects.create(blocker=ana.user, blocked=blocked, created=clock.now())
    Block.objects.create(blocker=blocker, blocked=ana.user, created=clock.now())
    people.member("Zed F")
    assert names(ana, "zed") == ["Zed F"]
    assert names(ana, "Ana Tolen") == []


def test_at_most_ten_are_told(ana):
    for number in range(12):
        people.member(f"Same {number:02}")
    assert names(ana, "same") == [f"Same {number:02}" for number in range(10)]


@pytest.mark.parametrize("text", ["", "a", "  a ", "a\nb", "x" * 101])
def test_too_short_or_odd_questions_are_refused(ana, text):
    assert code(find(ana, text)) == (400, "bad_request")


def test_signs_of_patterns_are_plain_text(ana):
    people.member("Ben Okri")
    assert names(ana, "%%") == []
    assert names(ana, "__") == []


def test_search_is_slowed_down(ana):
    answers = [find(ana, "nobody").status_code for _ in range(31)]
    assert answers == [200] * 30 + [429]


def test_who_is_no_member_finds_nobody():
    assert code(find(Paper(people.person()), "ana")) == (403, "forbidden")


def test_cards_are_of_people_she_knows(ana):
    ben, learner = sealed("Ben"), people.person()
    far = sealed("Far")
    Block.objects.create(blocker=far.user, blocked=ana.user, created=clock.now())
    names = [ben.name, far.name, f"@{learner.public_id}:members.invalid", ana.name]
    found = ana.post("people/cards", {"users": names}).json()["people"]
    assert [row["name"] for row in found] == ["Ana Tolen", "Ben"]
    assert code(ana.post("people/cards", {"users": ["bob"]})) == (400, "bad_request")


# blocks


def put(by, other):
    return by.put(f"blocks/{other.user.public_id}")


def test_block_closes_both_ways_and_can_be_taken_back(ana):
    ben = sealed("Ben")
    room = Direct(ana, ben)
    assert not direct_is_blocked(room.row)
    assert put(ana, ben).json() == {}
    assert put(ana, ben).status_code == 200
    assert Block.objects.count() == 1
    assert direct_is_blocked(room.row)
    assert not can_contact(ana.user, ben.user)
    assert not can_contact(ben.user, ana.user)
    assert ana.get("blocks").json() == {"blocks": [{"user": ben.name, "name": "Ben"}]}
    assert ben.get("blocks").json() == {"blocks": []}
    for _ in range(2):
        assert ana.delete(f"blocks/{ben.user.public_id}").status_code == 204
    assert can_contact(ben.user, ana.user)
    assert not direct_is_blocked(room.row)


def test_one_does_not_take_back_the_others_block(ana):
    ben = sealed("Ben")
    put(ana, ben)
    ben.delete(f"blocks/{ana.user.public_id}")
    assert not can_contact(ben.user, ana.user)


def test_blocked_person_can_block_too(ana):
    ben = sealed("Ben")
    put(ana, ben)
    assert put(ben, ana).status_code == 200
    ana.delete(f"blocks/{ben.user.public_id}")
    assert not can_contact(ana.user, ben.user)


def test_case_rooms_know_no_blocks(ana):
    ben = sealed("Ben")
    case = Case(ana, ben)
    put(ana, ben)
    assert not direct_is_blocked(case.row)


def test_block_of_others_pairs_does_not_count(ana):
    ben, cleo = sealed("Ben"), sealed("Cleo")
    room = Direct(ana, ben)
    put(ana, cleo)
    put(cleo, ben)
    assert not direct_is_blocked(room.row)


def test_only_people_one_knows_of_are_blocked(ana):
    learner = people.person()
    for number in (learner.public_id, uuid.uuid4()):
        assert code(ana.put(f"blocks/{number}")) == (404, "not_found")
    assert code(ana.put(f"blocks/{ana.user.public_id}")) == (400, "bad_request")
    assert Block.objects.count() == 0


def test_former_member_of_a_common_room_can_be_blocked(ana):
    ben = sealed("Ben")
    Direct(ana, ben)
    ben.user.membership.state = "ended"
    ben.user.membership.save()
    assert put(ana, ben).status_code == 200


class Contacts(TestCase):
    """Predicate and list agree, and blocking is symmetrical."""

    @given(st.data())
    def test_contact_is_symmetrical_and_as_listed(self, data):
        kinds = data.draw(
            st.lists(st.sampled_from(["member", "courier", "held"]), min_size=3, max_size=4)
        )
        users = [people.member(tier="courier" if kind == "courier" else "member") for kind in kinds]
        for kind, user in zip(kinds, users, strict=True):
            if kind == "held":
                user.hold = "suspended"
                user.save()
        pairs = st.tuples(st.sampled_from(users), st.sampled_from(users))
        for blocker, blocked in data.draw(st.lists(pairs, max_size=3)):
            Block.objects.get_or_create(
                blocker=blocker, blocked=blocked, defaults={"created": clock.now()}
            )
        for one in users:
            for other in users:
                allowed = can_contact(one, other)
                assert allowed == can_contact(other, one)
                if allowed:
                    assert one != other
                    assert not Block.objects.filter(blocker=one, blocked=other).exists()
