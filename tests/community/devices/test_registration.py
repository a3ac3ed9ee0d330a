"""The first upload makes a device; ids are for ever; who may have how many."""

import pytest

from community.devices import lists
from community.devices.models import Device, DeviceListChange
from portal.audit.models import AuditRow
from portal.notifications.models import Notification
from portal.shared import clock
from tests.community.devices.help import another, code, device_of, mails_to
from tests.community.paper import Paper, b64
from tests.people import member

pytestmark = pytest.mark.django_db


@pytest.fixture
def paper() -> Paper:
    return Paper(member())


def upload(paper: Paper, keys):
    return paper.post("keys/upload", {"device_keys": keys})


def changed(paper: Paper, **fields):
    """The device keys with other fields, signed again."""
    keys = paper.device_keys() | fields
    return paper.signed(keys, paper.device_key, paper.device_id)


class TestFirstUpload:
    def test_registers_and_binds_the_device(self, paper):
        keys = paper.device_keys()
        answer = upload(paper, keys)
        assert answer.json() == {"one_time_key_counts": {"signed_curve25519": 0}}
        row = device_of(paper)
        assert row.device_keys == keys
        assert (row.confirmed, row.revoked_at, row.last_seen_day) == (
            False, None, clock.now().date(),
        )  # fmt: skip
        assert paper.get("config").json()["device_id"] == paper.device_id

    def test_is_told_by_mail_in_the_list_and_in_the_record(
        self, paper, django_capture_on_commit_callbacks
    ):
        with django_capture_on_commit_callbacks(execute=True):
            paper.register()
        (mail,) = mails_to(paper.user)
        assert "A device for sealed messages was added" in mail
        assert paper.device_id not in mail
        assert Notification.objects.filter(user=paper.user, verb="security").count() == 1
        row = AuditRow.objects.get(event="message-device.added")
        assert (row.actor, row.thing) == (
            str(paper.user.public_id), f"community.device:{device_of(paper).pk}",
        )  # fmt: skip
        assert [change.user for change in DeviceListChange.objects.all()] == [paper.user]

    def test_repeated_changes_nothing(self, paper, django_capture_on_commit_callbacks):
        keys = paper.register()
        place = lists.position()
        with django_capture_on_commit_callbacks(execute=True):
            assert upload(paper, keys).status_code == 200
        assert (Device.objects.count(), lists.position(), mails_to(paper.user)) == (1, place, [])

    def test_other_keys_later_are_refused(self, paper):
        keys = paper.register()
        assert code(upload(paper, paper.device_keys())) == (400, "device_keys_changed")
        assert device_of(paper).device_keys == keys

    def test_what_the_device_did_not_sign_is_left_out(self, paper):
        keys = paper.device_keys() | {"unsigned": {"device_display_name": "phone of Anna"}}
        keys["signatures"][paper.name]["ed25519:other"] = "x" * 86
        assert upload(paper, keys).status_code == 200
        kept = device_of(paper).device_keys
        assert "unsigned" not in kept
        assert list(kept["signatures"][paper.name]) == [f"ed25519:{paper.device_id}"]

    def test_without_device_keys_needs_a_device(self, paper):
        answer = paper.post("keys/upload", {"one_time_keys": paper.one_time_keys("AAAA")})
        assert code(answer) == (403, "device_required")


class TestIds:
    def test_second_device_in_one_sign_in_is_refused(self, anna):
        second = Paper(anna.user, client=anna.client)
        assert code(upload(second, second.device_keys())) == (409, "sign_in_has_device")

    def test_id_of_a_live_device_is_used_also_with_the_same_keys(self, anna):
        thief = Paper(anna.user)
        thief.device_id, thief.device_key = anna.device_id, anna.device_key
        answer = upload(thief, device_of(anna).device_keys)
        assert code(answer) == (409, "device_id_used")
        assert thief.get("config").json()["device_id"] is None

    def test_id_of_a_removed_device_is_never_given_again(self, anna):
        assert anna.delete(f"devices/{anna.device_id}").status_code == 204
        assert code(upload(anna, anna.device_keys())) == (409, "device_id_used")

    def test_sign_in_of_a_removed_device_may_register_another(self, anna):
        anna.delete(f"devices/{anna.device_id}")
        again = Paper(anna.user, client=anna.client)
        again.register()
        assert anna.get("config").json()["device_id"] == again.device_id

    def test_two_people_may_have_the_same_id(self, anna, paper):
        paper.device_id = anna.device_id
        paper.register()
        assert Device.objects.filter(device_id=anna.device_id).count() == 2


class TestLimits:
    def test_eleventh_device_is_refused_and_a_removed_one_makes_room(self, anna):
        row = device_of(anna)
        for number in range(9):
            row.pk, row.device_id, row.bound_sign_in = None, f"DEVICE{number:04}", ""
            row.save()
        eleventh = Paper(anna.user)
        assert code(upload(eleventh, eleventh.device_keys())) == (409, "too_many_devices")
        Device.objects.filter(pk=row.pk).update(revoked_at=clock.now())
        eleventh.register()

    def test_sixth_new_device_of_a_day_has_to_wait(self, paper):
        for _ in range(5):
            another(paper)
        sixth = Paper(paper.user)
        answer = upload(sixth, sixth.device_keys())
        assert code(answer) == (429, "rate_limited")
        assert answer.headers["Retry-After"] == str(answer.json()["retry_after"])
        assert Device.objects.filter(user=paper.user).count() == 5

    def test_refused_registrations_are_not_counted(self, anna):
        second = Paper(anna.user, client=anna.client)
        for _ in range(5):
            assert code(upload(second, second.device_keys()))[0] == 409
        another(anna)


class TestShape:
    @pytest.mark.parametrize("number", ["SHORT", "abcdefghij", "ABCDEFGHIJK", "ABCDE-GHIJ", 7])
    def test_other_ids_are_refused(self, paper, number):
        paper.device_id = number
        assert code(upload(paper, changed(paper)))[0] == 400

    def test_keys_of_somebody_else_are_refused(self, paper):
        assert code(upload(paper, changed(paper, user_id=Paper(member()).name)))[0] == 400

    @pytest.mark.parametrize(
        "keys",
        [{}, None, [], {"curve25519:ABC": "x"}, "text", {"ed25519": b64(bytes(32))}],
    )
    def test_other_keys_than_two_of_this_device_are_refused(self, paper, keys):
        assert code(upload(paper, changed(paper, keys=keys))) == (400, "bad_request")

    @pytest.mark.parametrize("length", [0, 31, 33])
    def test_key_of_another_length_is_refused(self, paper, length):
        keys = dict(paper.device_keys()["keys"])
        keys[f"curve25519:{paper.device_id}"] = b64(bytes(length))
        assert code(upload(paper, changed(paper, keys=keys))) == (400, "bad_request")

    @pytest.mark.parametrize("algorithms", [None, "m.olm", [1], {}])
    def test_algorithms_are_a_list_of_names(self, paper, algorithms):
        assert code(upload(paper, changed(paper, algorithms=algorithms)))[0] == 400

    def test_signature_over_other_content_is_refused(self, paper):
        keys = paper.device_keys() | {"algorithms": []}
        assert code(upload(paper, keys)) == (422, "bad_signature")
        assert not Device.objects.exists()

    @pytest.mark.parametrize("signatures", [None, {}, [], {"@x": 1}, "text"])
    def test_missing_signature_is_refused(self, paper, signatures):
        keys = paper.device_keys() | {"signatures": signatures}
        assert code(upload(paper, keys)) == (422, "bad_signature")

    def test_signature_by_another_key_is_refused(self, paper):
        keys = paper.signed(paper.device_keys(), paper.master, paper.device_id)
        assert code(upload(paper, keys)) == (422, "bad_signature")

    @pytest.mark.parametrize("extra", ["a\x00b", 1.5, [[[[[[[[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]]]]]]]])
    def test_what_cannot_be_kept_or_signed_is_refused(self, paper, extra):
        assert code(upload(paper, changed(paper, extra=extra))) == (400, "bad_request")

    def test_too_much_is_refused(self, paper):
        assert code(upload(paper, changed(paper, extra="x" * 4096))) == (413, "too_large")
