"""A one-time key is given once; then the fallback key is lent (guarantee 1, pitfall 10)."""

from functools import partial

import pytest
from django.db import connection

from community.devices import claims
from community.devices.models import Device, FallbackKey, OneTimeKey
from community.rooms.models import Block
from portal.shared import clock
from tests.community.devices.help import another, at_once, code, committed_member, device_of
from tests.community.devices.test_uploads import fallback, upload
from tests.community.paper import Paper
from tests.people import member

ALGORITHM = "signed_curve25519"


def claim(asker: Paper, *targets: Paper, algorithm: str = ALGORITHM):
    wanted: dict = {}
    for one in targets:
        wanted.setdefault(one.name, {})[one.device_id] = algorithm
    return asker.post("keys/claim", {"one_time_keys": wanted, "timeout": 10000})


def given(answer, target: Paper) -> dict:
    """The key given of a device: name → object; empty if it is absent."""
    body = answer.json()
    assert body["failures"] == {}
    return body["one_time_keys"].get(target.name, {}).get(target.device_id, {})


@pytest.mark.django_db
class TestClaim:
    def test_gives_each_key_once_then_lends_the_fallback(self, anna, bruno):
        keys, last = bruno.one_time_keys("AAAA", "AAAB"), fallback(bruno, "AAAA")
        upload(bruno, keys, last)
        found = [given(claim(anna, bruno), bruno) for _ in range(4)]
        assert found == [
            {f"{ALGORITHM}:AAAA": keys[f"{ALGORITHM}:AAAA"]},
            {f"{ALGORITHM}:AAAB": keys[f"{ALGORITHM}:AAAB"]},
            last, last,
        ]  # fmt: skip
        assert bruno.get("sync").json()["unused_fallback"] == []
        assert bruno.get("sync").json()["otk_counts"] == {ALGORITHM: 0}

    def test_fallback_is_unused_while_one_time_keys_are_there(self, anna, bruno):
        upload(bruno, bruno.one_time_keys("AAAA"), fallback(bruno, "AAAA"))
        claim(anna, bruno)
        assert bruno.get("sync").json()["unused_fallback"] == [ALGORITHM]

    def test_device_without_keys_is_absent(self, anna, bruno):
        assert claim(anna, bruno).json() == {"one_time_keys": {}, "failures": {}}

    def test_several_people_and_own_devices_in_one_call(self, anna, bruno):
        second = another(anna)
        for one in (second, bruno):
            upload(one, one.one_time_keys("AAAA"))
        answer = claim(anna, bruno, second)
        assert given(answer, bruno)
        assert given(answer, second)

    def test_removed_device_is_absent(self, anna, bruno):
        upload(bruno, bruno.one_time_keys("AAAA"), fallback(bruno, "AAAA"))
        Device.objects.filter(user=bruno.user).update(revoked_at=clock.now())
        assert given(claim(anna, bruno), bruno) == {}
        assert OneTimeKey.objects.count() == 1

    def test_other_algorithm_gives_nothing(self, anna, bruno):
        upload(bruno, bruno.one_time_keys("AAAA"))
        assert given(claim(anna, bruno, algorithm="curve25519"), bruno) == {}
        assert OneTimeKey.objects.count() == 1

    def test_person_who_blocked_is_absent_and_keeps_her_keys(self, anna, bruno):
        upload(bruno, bruno.one_time_keys("AAAA"))
        Block.objects.create(blocker=bruno.user, blocked=anna.user, created=clock.now())
        assert given(claim(anna, bruno), bruno) == {}
        assert OneTimeKey.objects.count() == 1

    def test_needs_a_device(self, bruno):
        assert code(claim(Paper(member()), bruno)) == (403, "device_required")

    @pytest.mark.parametrize("body", [{}, {"one_time_keys": []}, {"one_time_keys": {"@u": "x"}}])
    def test_other_bodies_are_refused(self, anna, body):
        assert code(anna.post("keys/claim", body)) == (400, "bad_request")

    def test_more_than_five_hundred_devices_are_refused(self, anna, bruno):
        wanted = {bruno.name: {f"DEVICE{number:04}": ALGORITHM for number in range(501)}}
        answer = anna.post("keys/claim", {"one_time_keys": wanted})
        assert code(answer) == (400, "bad_request")


@pytest.mark.django_db
class TestLimits:
    def test_eleventh_claim_of_a_device_within_the_hour_waits(self, anna, bruno):
        upload(bruno, fallback=fallback(bruno, "AAAA"))
        with clock.held() as held:
            for _ in range(10):
                assert given(claim(anna, bruno), bruno)
                held.advance(seconds=0.01)
            answer = claim(anna, bruno)
        assert code(answer) == (429, "rate_limited")
        assert 0 < answer.json()["retry_after"] <= 3600

    def test_device_over_its_limit_does_not_hold_up_the_others(self, anna, bruno):
        upload(bruno, fallback=fallback(bruno, "AAAA"))
        clara = Paper(member()).set_up()
        upload(clara, clara.one_time_keys("AAAA"))
        with clock.held():
            for _ in range(10):
                claim(anna, bruno)
            answer = claim(anna, bruno, clara)
        assert given(answer, clara)
        assert given(answer, bruno) == {}

    def test_limit_of_a_target_is_each_requesters_own(self, anna, bruno):
        upload(bruno, fallback=fallback(bruno, "AAAA"))
        clara = Paper(member()).set_up()
        with clock.held():
            for _ in range(11):
                claim(anna, bruno)
            assert given(claim(clara, bruno), bruno)

    def test_thirty_first_claim_of_a_minute_waits(self, anna):
        with clock.held():
            for _ in range(30):
                assert claim(anna).status_code == 200
            assert code(claim(anna)) == (429, "rate_limited")


def race(askers: int, each: int, keys: int) -> None:
    """``askers`` people claim one device's keys ``each`` times at the same moment."""
    target = Paper(committed_member()).set_up()
    names = [f"A{number:03}" for number in range(keys)]
    upload(target, target.one_time_keys(*names), fallback(target, "LAST"))
    row = device_of(target)

    def take(user):
        wanted = {target.name: {target.device_id}}
        found = [claims.claim(user=user, wanted=wanted) for _ in range(each)]
        return [name for one in found for name in one["one_time_keys"][target.name][row.device_id]]

    results = at_once([partial(take, committed_member()) for _ in range(askers)])
    assert [one for one in results if isinstance(one, Exception)] == []
    taken = [name.partition(":")[2] for one in results for name in one]
    once = [name for name in taken if name != "LAST"]
    assert len(taken) == askers * each
    assert sorted(once) == names
    assert FallbackKey.objects.get(device=row).used
    assert not OneTimeKey.objects.filter(device=row).exists()


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
class TestAtTheSameTime:
    @pytest.mark.postgres
    @pytest.mark.skipif(connection.vendor != "postgresql", reason="many writers at once")
    def test_two_hundred_claims_get_fifty_keys_once_then_the_fallback(self):
        race(askers=20, each=10, keys=50)

    def test_forty_claims_get_ten_keys_once_then_the_fallback(self):
        race(askers=8, each=5, keys=10)
