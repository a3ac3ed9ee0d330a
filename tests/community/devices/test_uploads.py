"""One-time and fallback keys: counted, signed, never accepted twice with other content."""

import pytest

from community.devices.models import Device, FallbackKey, OneTimeKey, UsedKeyId
from portal.shared import clock
from tests.community.devices.help import code
from tests.community.paper import Paper, b64

pytestmark = pytest.mark.django_db


def counted(number: int) -> dict:
    return {"one_time_key_counts": {"signed_curve25519": number}}


def upload(paper: Paper, one_time=None, fallback=None):
    body = {"one_time_keys": one_time or {}, "fallback_keys": fallback or {}}
    return paper.post("keys/upload", body)


def fallback(paper: Paper, name: str) -> dict:
    key = {"key": b64(name.encode().ljust(32)), "fallback": True}
    signed = paper.signed(key, paper.device_key, paper.device_id)
    return {f"signed_curve25519:{name}": signed}


class TestOneTimeKeys:
    def test_are_counted(self, anna):
        assert upload(anna, anna.one_time_keys("AAAA", "AAAB")).json() == counted(2)
        assert upload(anna, anna.one_time_keys("AAAC")).json() == counted(3)
        assert upload(anna).json() == counted(3)

    def test_same_id_with_same_content_is_accepted_and_kept_once(self, anna):
        keys = anna.one_time_keys("AAAA")
        assert upload(anna, keys).json() == upload(anna, keys).json() == counted(1)

    def test_same_id_with_other_content_is_refused_and_nothing_is_kept(self, anna):
        upload(anna, anna.one_time_keys("AAAA"))
        answer = upload(anna, anna.one_time_keys("AAAA", "AAAB"))
        assert code(answer) == (400, "key_id_reused")
        assert upload(anna).json() == counted(1)

    def test_key_that_was_given_away_is_not_taken_again(self, anna):
        keys = anna.one_time_keys("AAAA")
        upload(anna, keys)
        OneTimeKey.objects.all().delete()
        assert upload(anna, keys).json() == counted(0)
        assert code(upload(anna, anna.one_time_keys("AAAA"))) == (400, "key_id_reused")

    def test_ids_of_two_devices_are_apart(self, anna, bruno):
        upload(anna, anna.one_time_keys("AAAA"))
        assert upload(bruno, bruno.one_time_keys("AAAA")).json() == counted(1)

    def test_bad_signature_refuses_all_of_them(self, anna):
        keys = anna.one_time_keys("AAAA", "AAAB")
        keys["signed_curve25519:AAAB"]["key"] = b64(bytes(32))
        assert code(upload(anna, keys)) == (422, "bad_signature")
        assert not OneTimeKey.objects.exists()
        assert not UsedKeyId.objects.exists()

    def test_key_signed_by_another_device_is_refused(self, anna, bruno):
        assert code(upload(anna, bruno.one_time_keys("AAAA"))) == (422, "bad_signature")

    @pytest.mark.parametrize(
        "name",
        ["curve25519:AAAA", "signed_curve25519", "signed_curve25519:", "signed_curve25519:A B",
         "signed_curve25519:" + "A" * 19, "signed_curve25519:A\n"],
    )  # fmt: skip
    def test_other_names_are_refused(self, anna, name):
        (key,) = anna.one_time_keys("AAAA").values()
        assert code(upload(anna, {name: key})) == (400, "bad_request")

    def test_a_device_keeps_a_hundred_and_no_more(self, anna):
        names = [f"A{number:03}" for number in range(100)]
        assert upload(anna, anna.one_time_keys(*names)).json() == counted(100)
        assert code(upload(anna, anna.one_time_keys("B000"))) == (400, "bad_request")
        assert upload(anna).json() == counted(100)
        OneTimeKey.objects.filter(key_id="A007").delete()
        assert upload(anna, anna.one_time_keys("B000")).json() == counted(100)

    def test_hundred_and_one_at_once_are_refused(self, anna):
        names = [f"A{number:03}" for number in range(101)]
        assert code(upload(anna, anna.one_time_keys(*names))) == (400, "bad_request")

    def test_of_a_removed_device_are_refused(self, anna):
        Device.objects.update(revoked_at=clock.now())
        assert code(upload(anna, anna.one_time_keys("AAAA"))) == (403, "device_revoked")

    @pytest.mark.parametrize("part", ["one_time_keys", "fallback_keys"])
    @pytest.mark.parametrize("value", [[], "text", {"signed_curve25519:AAAA": 1}, 7])
    def test_other_shapes_are_refused(self, anna, part, value):
        assert code(anna.post("keys/upload", {part: value})) == (400, "bad_request")


class TestFallback:
    def test_replaces_the_one_before(self, anna):
        upload(anna, fallback=fallback(anna, "AAAA"))
        FallbackKey.objects.update(used=True)
        upload(anna, fallback=fallback(anna, "AAAB"))
        row = FallbackKey.objects.get()
        assert (row.key_id, row.used) == ("AAAB", False)

    def test_repeated_stays_used(self, anna):
        upload(anna, fallback=fallback(anna, "AAAA"))
        FallbackKey.objects.update(used=True)
        upload(anna, fallback=fallback(anna, "AAAA"))
        assert FallbackKey.objects.get().used

    def test_older_one_that_comes_late_is_not_taken_again(self, anna):
        upload(anna, fallback=fallback(anna, "AAAA"))
        upload(anna, fallback=fallback(anna, "AAAB"))
        upload(anna, fallback=fallback(anna, "AAAA"))
        assert FallbackKey.objects.get().key_id == "AAAB"

    def test_may_have_the_id_of_a_one_time_key(self, anna):
        """The library numbers both kinds from the same start."""
        answer = upload(anna, anna.one_time_keys("AAAA"), fallback(anna, "AAAA"))
        assert answer.json() == counted(1)
        assert FallbackKey.objects.get().key_id == "AAAA"

    def test_same_id_with_other_content_is_refused(self, anna):
        upload(anna, fallback=fallback(anna, "AAAA"))
        assert code(upload(anna, fallback=anna.one_time_keys("AAAA"))) == (400, "key_id_reused")

    def test_two_at_once_are_refused(self, anna):
        both = fallback(anna, "AAAA") | fallback(anna, "AAAB")
        assert code(upload(anna, fallback=both)) == (400, "bad_request")


def test_counts_stand_in_every_sync_also_when_there_are_none(anna):
    """Pitfall 10: a count that is missing means none, and floods uploads."""
    cursor = ""
    for _ in range(20):
        answer = anna.get(f"sync?cursor={cursor}").json()
        cursor = answer["cursor"]
        assert answer["otk_counts"] == {"signed_curve25519": 0}
        assert answer["unused_fallback"] == []
    upload(anna, anna.one_time_keys("AAAA"), fallback(anna, "AAAA"))
    answer = anna.get(f"sync?cursor={cursor}").json()
    assert answer["otk_counts"] == {"signed_curve25519": 1}
    assert answer["unused_fallback"] == ["signed_curve25519"]
