"""GET config, and what has to be there before rooms open."""

from datetime import timedelta

import pytest
from django.test import RequestFactory

from community.api.endpoint import Call
from community.api.errors import ApiError
from community.devices import setup
from community.devices.binding import SESSION_KEY
from community.devices.models import CrossSigningKey, Device, Secret
from community.devices.own_devices import remove
from portal.shared import clock
from tests.community.devices.help import code, device_of
from tests.community.paper import Paper
from tests.people import member

pytestmark = pytest.mark.django_db
THREE = ["cross_signing_master", "cross_signing_self_signing", "cross_signing_user_signing"]


def call_of(paper: Paper, method: str = "POST") -> Call:
    """A request of a browser as a handler gets it."""
    request = RequestFactory().generic(method, "/")
    request.session = paper.client.session
    return Call(request, paper.user)


def refusal(paper: Paper) -> str:
    with pytest.raises(ApiError) as told:
        setup.require_ready(call_of(paper))
    return told.value.code


class TestConfig:
    def test_of_a_new_person_is_the_specification(self):
        paper = Paper(member())
        found = paper.get("config")
        body = found.json()
        assert body.pop("csrf_token")
        assert found.cookies["csrftoken"].value
        assert body == {
            "user_id": paper.name, "domain": "members.invalid", "device_id": None,
            "setup": {"identity": False, "backup": None, "secrets": []},
            "limits": {
                "event": 96000, "to_device_content": 8192, "request": 1048576, "frame": 65536,
                "file": 20971520, "devices": 10, "events_page": 200,
            },
            "min_app": "1.0.0",
        }  # fmt: skip

    def test_changes_nothing(self):
        paper = Paper(member())
        paper.get("config")
        assert SESSION_KEY not in paper.client.session

    def test_tells_what_is_set_up(self, anna):
        body = anna.get("config").json()
        assert body["device_id"] == anna.device_id
        assert body["setup"] == {"identity": True, "backup": "1", "secrets": THREE}

    def test_names_no_device_that_was_removed(self, anna):
        remove(user=anna.user, device_id=anna.device_id, current=device_of(anna))
        assert anna.get("config").json()["device_id"] is None
        assert code(anna.post("keys/upload")) == (403, "device_revoked")

    def test_token_lets_an_unsafe_call_through_and_its_lack_does_not(self, anna):
        anna.client.handler.enforce_csrf_checks = True
        assert code(anna.post("sync/ack", {"cursor": ""})) == (403, "csrf_failed")
        token = anna.get("config").json()["csrf_token"]
        answer = anna.post("sync/ack", {"cursor": ""}, HTTP_X_CSRFTOKEN=token)
        assert code(answer) == (400, "bad_request")


class TestReady:
    def test_device_of_a_complete_setup_is_returned(self, anna):
        assert setup.require_ready(call_of(anna)) == device_of(anna)

    def test_sign_in_without_device_is_refused(self):
        assert refusal(Paper(member())) == "device_required"

    def test_removed_device_is_refused(self, anna):
        Device.objects.update(revoked_at=clock.now())
        assert refusal(anna) == "device_revoked"

    def test_device_that_is_not_confirmed_is_refused(self, anna):
        Device.objects.update(confirmed=False)
        assert refusal(anna) == "setup_incomplete"

    @pytest.mark.parametrize("usage", setup.USAGES)
    def test_missing_signing_key_is_refused(self, anna, usage):
        CrossSigningKey.objects.filter(usage=usage).delete()
        assert refusal(anna) == "setup_incomplete"

    @pytest.mark.parametrize("name", THREE)
    def test_missing_secret_is_refused(self, anna, name):
        Secret.objects.filter(name=name).delete()
        assert refusal(anna) == "setup_incomplete"

    def test_deleted_backup_is_refused(self, anna):
        assert anna.delete("backup/version/1").status_code == 204
        assert refusal(anna) == "setup_incomplete"
        assert setup.setup_of(anna.user).backup is None


class TestLastSeen:
    def test_is_noted_by_unsafe_calls_only_and_once_a_day(self, anna, django_assert_num_queries):
        yesterday = clock.now().date() - timedelta(days=1)
        Device.objects.update(last_seen_day=yesterday)
        setup.bound_device(call_of(anna, "GET"))
        assert device_of(anna).last_seen_day == yesterday
        setup.bound_device(call_of(anna, "PUT"))
        assert device_of(anna).last_seen_day == clock.now().date()
        call = call_of(anna, "PUT")
        assert call.sign_in  # read from the session before the count
        with django_assert_num_queries(1):  # the device is read, nothing is written
            setup.bound_device(call)
