"""Signatures added later: merged, verified, and only where a person may sign."""

import pytest

from community.devices import lists
from community.devices.models import CrossSigningKey, Device, KeySignature
from community.rooms.models import Block
from portal.shared import clock
from tests.community.devices.help import another, code, device_of, room_of
from tests.community.devices.nonces import another_signature
from tests.community.devices.test_identity import check, confirm, stored
from tests.community.paper import Key, Paper, canonical
from tests.limits import forget_limits
from tests.people import member

pytestmark = pytest.mark.django_db


def sign(paper: Paper, target: Paper, key: str, value):
    return paper.post("keys/signatures", {target.name: {key: value}})


def failure(answer, target: Paper, key: str) -> str:
    """Code of the one failure; the library wants ``errcode`` and ``error`` in it."""
    assert answer.status_code == 200
    (found,) = answer.json()["failures"][target.name].values()
    assert list(answer.json()["failures"][target.name]) == [key]
    assert set(found) == {"errcode", "error"}
    return found["errcode"]


class TestOwnDevice:
    def test_is_confirmed_by_the_self_signing_key(self, anna):
        second = another(anna)
        assert not device_of(second).confirmed
        place = lists.position()
        assert confirm(second).json() == {"failures": {}}
        assert device_of(second).confirmed
        assert lists.changed_since([anna.user.pk], place)

    def test_may_be_signed_by_another_device_of_hers(self, anna):
        second = another(anna)
        keys = device_of(second).device_keys
        signed = anna.signed(keys, anna.self_signing, anna.self_signing.public)
        assert sign(anna, anna, second.device_id, signed).json() == {"failures": {}}
        assert device_of(second).confirmed

    def test_repeated_signature_does_not_move_the_list(self, anna):
        place = lists.position()
        assert confirm(anna).json() == {"failures": {}}
        assert lists.position() == place
        assert KeySignature.objects.filter(target_key=anna.device_id).count() == 1

    @pytest.mark.parametrize("wrong", ["key", "content", "other", "none"])
    def test_is_not_confirmed_by_anything_else(self, anna, wrong):
        second = another(anna)
        keys = device_of(second).device_keys
        key, name, expected = anna.self_signing, anna.self_signing.public, "bad_signature"
        if wrong == "key":
            key = Key()
        elif wrong == "content":
            keys, expected = keys | {"algorithms": []}, "bad_request"
        elif wrong == "other":
            key, name = second.device_key, second.device_id
        signed = second.signed(keys, key, name)
        if wrong == "none":
            signed["signatures"] = {}
        answer = sign(second, anna, second.device_id, signed)
        assert failure(answer, anna, second.device_id) == expected
        assert not device_of(second).confirmed
        assert not KeySignature.objects.filter(target_key=second.device_id).exists()

    def test_removed_one_is_not_found(self, anna):
        second = another(anna)
        keys = device_of(second).device_keys
        anna.delete(f"devices/{second.device_id}")
        signed = anna.signed(keys, anna.self_signing, anna.self_signing.public)
        assert (
            failure(sign(anna, anna, second.device_id, signed), anna, second.device_id)
            == "not_found"
        )
        assert not device_of(second).confirmed

    def test_one_bad_object_does_not_hold_up_a_good_one(self, anna):
        second = another(anna)
        good = anna.signed(
            device_of(second).device_keys, anna.self_signing, anna.self_signing.public
        )
        body = {anna.name: {second.device_id: good, "NOTTHEREXX": good}, "@nobody": {"x": {}}}
        answer = anna.post("keys/signatures", body).json()
        assert set(answer["failures"]) == {anna.name, "@nobody"}
        assert set(answer["failures"][anna.name]) == {"NOTTHEREXX"}
        assert device_of(second).confirmed


class TestKeys:
    def test_own_master_key_is_signed_by_own_device(self, anna):
        signed = anna.signed(stored(anna)["master"], anna.device_key, anna.device_id)
        assert sign(anna, anna, anna.master.public, signed).json() == {"failures": {}}
        found = anna.post("keys/query", {"device_keys": {anna.name: []}}).json()
        assert found["master_keys"][anna.name]["signatures"] == signed["signatures"]

    def test_others_master_key_is_signed_by_ones_user_signing_key(self, anna, bruno):
        assert check(anna, bruno).json() == {"failures": {}}
        row = KeySignature.objects.get(target_user=bruno.user, signer_user=anna.user)
        assert row.target_key == bruno.master.public
        assert row.signer_key == f"ed25519:{anna.user_signing.public}"

    def test_others_master_key_is_not_signed_by_any_other_key(self, anna, bruno):
        for key in (anna.master, anna.self_signing, Key()):
            signed = anna.signed(stored(bruno)["master"], key, anna.user_signing.public)
            answer = sign(anna, bruno, bruno.master.public, signed)
            assert failure(answer, bruno, bruno.master.public) == "bad_signature"

    @pytest.mark.parametrize("usage", ["self_signing", "user_signing"])
    def test_others_other_keys_are_not_to_be_signed(self, anna, bruno, usage):
        public = getattr(bruno, usage).public
        signed = anna.signed(stored(bruno)[usage], anna.user_signing, anna.user_signing.public)
        assert failure(sign(anna, bruno, public, signed), bruno, public) == "not_found"

    def test_others_devices_are_not_to_be_signed(self, anna, bruno):
        keys = device_of(bruno).device_keys
        signed = anna.signed(keys, anna.user_signing, anna.user_signing.public)
        answer = sign(anna, bruno, bruno.device_id, signed)
        assert failure(answer, bruno, bruno.device_id) == "not_found"

    def test_signature_in_somebody_elses_name_is_not_taken(self, anna, bruno):
        keys = stored(bruno)["master"]
        signed = bruno.signed(keys, bruno.user_signing, bruno.user_signing.public)
        answer = sign(anna, bruno, bruno.master.public, signed)
        assert failure(answer, bruno, bruno.master.public) == "bad_signature"

    def test_people_she_may_not_ask_for_are_not_found(self, anna, bruno):
        Block.objects.create(blocker=bruno.user, blocked=anna.user, created=clock.now())
        answer = check(anna, bruno)
        assert failure(answer, bruno, bruno.master.public) == "not_found"


class TestAgain:
    """A key may sign one object any number of times; only the first time is news."""

    def test_another_good_signature_of_the_same_key_changes_nothing(self, anna, bruno):
        check(anna, bruno)
        (row,) = KeySignature.objects.filter(target_user=bruno.user, signer_user=anna.user)
        master, place = stored(bruno)["master"], lists.position()
        for _ in range(3):
            made = another_signature(anna.user_signing, canonical(master))
            assert made != row.signature
            names = {f"ed25519:{anna.user_signing.public}": made}
            answer = sign(
                anna, bruno, bruno.master.public, master | {"signatures": {anna.name: names}}
            )
            assert answer.json() == {"failures": {}}
        assert lists.position() == place
        (kept,) = KeySignature.objects.filter(target_user=bruno.user, signer_user=anna.user)
        assert (kept.pk, kept.signature) == (row.pk, row.signature)

    def test_neither_what_is_known_nor_what_is_bad_locks_the_list(self, anna, bruno, monkeypatch):
        check(anna, bruno)

        def lock():
            raise AssertionError("the list of devices is locked")

        monkeypatch.setattr(lists, "lock", lock)
        assert check(anna, bruno).json() == {"failures": {}}
        assert confirm(anna).json() == {"failures": {}}
        forged = anna.signed(stored(bruno)["master"], Key(), anna.user_signing.public)
        answer = sign(anna, bruno, bruno.master.public, forged)
        assert failure(answer, bruno, bruno.master.public) == "bad_signature"
        with pytest.raises(AssertionError, match="is locked"):
            check(bruno, anna)

    @pytest.mark.parametrize("form", ["{}==", " {}", "{}\n", "{}A", "", "A" * 86, "-_" * 43])
    def test_signature_of_another_form_is_not_kept(self, anna, bruno, form):
        master = stored(bruno)["master"]
        made = anna.user_signing.sign(canonical(master))
        names = {f"ed25519:{anna.user_signing.public}": form.format(made)}
        answer = sign(anna, bruno, bruno.master.public, master | {"signatures": {anna.name: names}})
        assert failure(answer, bruno, bruno.master.public) == "bad_signature"
        assert not KeySignature.objects.filter(target_user=bruno.user, signer_user=anna.user)

    def test_kept_one_that_is_no_good_any_more_is_replaced(self, anna, bruno):
        check(anna, bruno)
        rows = KeySignature.objects.filter(target_user=bruno.user, signer_user=anna.user)
        good = rows.get().signature
        rows.update(signature="A" * 86)
        place = lists.position()
        assert check(anna, bruno).json() == {"failures": {}}
        assert rows.get().signature == good
        assert lists.changed_since([anna.user.pk], place)

    def test_device_removed_while_it_is_verified_is_not_confirmed(self, anna, monkeypatch):
        second = another(anna)
        before = lists.lock

        def lock():
            before()
            Device.objects.filter(device_id=second.device_id).update(revoked_at=clock.now())

        monkeypatch.setattr(lists, "lock", lock)
        answer = confirm(second)
        assert failure(answer, anna, second.device_id) == "not_found"
        assert not device_of(second).confirmed
        assert not KeySignature.objects.filter(target_key=second.device_id).exists()

    def test_key_that_is_replaced_while_it_is_verified_signs_nothing(
        self, anna, bruno, monkeypatch
    ):
        before = lists.lock

        def lock():
            before()
            other = anna.signing_keys()["user_signing_key"] | {"keys": {"ed25519:x": "x"}}
            CrossSigningKey.objects.filter(user=anna.user, usage="user_signing").update(key=other)

        monkeypatch.setattr(lists, "lock", lock)
        answer = check(anna, bruno)
        assert failure(answer, bruno, bruno.master.public) == "bad_request"
        assert not KeySignature.objects.filter(target_user=bruno.user, signer_user=anna.user)


class TestWhoHears:
    """A signature over another person's key is shown to whoever made it, and to nobody else."""

    def test_own_devices_alone(self, anna, bruno):
        clara, second = Paper(member()).set_up(), another(anna, confirmed=True)
        with clock.held() as held:
            room_of(anna, bruno, clara)
            held.advance(seconds=120)
            cursors = {one: one.get("sync").json()["cursor"] for one in (bruno, clara, second)}
            check(anna, bruno)
            heard = {
                one: one.get(f"sync?cursor={cursor}").json()["device_lists"]["changed"]
                for one, cursor in cursors.items()
            }
        assert heard[bruno] == heard[clara] == [anna.name]  # as of any deed of her own
        assert sorted(heard[second]) == sorted([anna.name, bruno.name])
        found = second.post("keys/query", {"device_keys": {bruno.name: []}}).json()
        assert anna.name in found["master_keys"][bruno.name]["signatures"]

    def test_stranger_who_signs_holds_up_nobody(self, anna, bruno):
        room_of(anna, bruno)
        stranger = Paper(member()).set_up()
        place = lists.position()
        assert check(stranger, bruno).json() == {"failures": {}}
        assert not lists.changed_since([anna.user.pk, bruno.user.pk], place)
        assert lists.changed_since([stranger.user.pk], place)

    def test_whom_she_checked_and_shares_no_room_with_is_not_named(self, anna, bruno):
        second = another(anna, confirmed=True)
        cursor = second.get("sync").json()["cursor"]
        check(anna, bruno)
        changes = second.get(f"sync?cursor={cursor}").json()["device_lists"]
        assert changes == {"changed": [anna.name], "left": []}


def test_ten_requests_a_minute(anna, bruno):
    forget_limits()
    with clock.held():
        codes = [confirm(anna).status_code for _ in range(11)]
        assert codes == [200] * 10 + [429]
        answer = anna.post("keys/signing", anna.signing_keys())
        assert code(answer) == (429, "rate_limited")
        assert 0 < int(answer["Retry-After"]) <= 60
        assert confirm(bruno).status_code == 200


@pytest.mark.parametrize("body", [{"@u": []}, {"@u": 1}])
def test_other_bodies_are_refused(anna, body):
    assert code(anna.post("keys/signatures", body)) == (400, "bad_request")


def test_more_than_five_hundred_objects_are_refused(anna):
    body = {anna.name: {str(number): {} for number in range(501)}}
    assert code(anna.post("keys/signatures", body)) == (400, "bad_request")


def test_needs_a_device():
    assert code(Paper(member()).post("keys/signatures", {})) == (403, "device_required")
