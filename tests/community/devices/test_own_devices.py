"""The list of own devices, names, removal, and moving a device to another sign-in."""

import pytest

from community.devices import lists
from community.devices.models import (
    Device,
    FallbackKey,
    KeySignature,
    OneTimeKey,
    ToDevice,
    Txn,
    UsedKeyId,
)
from portal.accounts import step_up
from portal.audit.models import AuditRow
from portal.shared import clock
from portal.sockets import groups
from tests.community.devices.help import another, code, device_of, send
from tests.community.devices.test_uploads import fallback, upload
from tests.community.paper import Key, Paper
from tests.people import member, signed_in

pytestmark = pytest.mark.django_db


def listed(paper: Paper) -> dict[str, dict]:
    return {one["device_id"]: one for one in paper.get("devices").json()["devices"]}


def not_fresh(paper: Paper) -> None:
    session = paper.client.session
    session[step_up.SESSION_KEY] = clock.now().timestamp() - 3600
    session.save()


@pytest.fixture
def told(monkeypatch) -> list:
    """What sockets are told."""
    messages: list = []
    monkeypatch.setattr(groups, "tell", lambda group, message: messages.append(message))
    return messages


class TestList:
    def test_says_which_is_this_one_and_which_are_confirmed(self, anna):
        second = another(anna)
        row = device_of(anna)
        assert listed(anna)[anna.device_id] == {
            "device_id": anna.device_id, "name": "", "current": True, "confirmed": True,
            "created": row.created.isoformat(timespec="seconds"),
            "last_seen_day": clock.now().date().isoformat(),
        }  # fmt: skip
        assert {name: (one["current"], one["confirmed"]) for name, one in listed(second).items()} == {
            anna.device_id: (False, True), second.device_id: (True, False),
        }  # fmt: skip

    def test_of_a_sign_in_without_device_has_no_present_one(self, anna):
        fresh = Paper(anna.user)
        assert not listed(fresh)[anna.device_id]["current"]

    def test_holds_no_removed_and_no_others_device(self, anna, bruno):
        second = another(anna)
        anna.delete(f"devices/{second.device_id}")
        assert set(listed(anna)) == {anna.device_id}


class TestName:
    @pytest.mark.parametrize(
        ("given", "kept"),
        [("My phone", "My phone"), ("  a \n\t b ", "a b"), ("a\u202eb\x00c", "ab c"), ("", ""),
         ("x" * 60, "x" * 60), ("  " + "x" * 60 + " ", "x" * 60)],
    )  # fmt: skip
    def test_is_cleaned(self, anna, given, kept):
        assert anna.post(f"devices/{anna.device_id}/rename", {"name": given}).json() == {}
        assert listed(anna)[anna.device_id]["name"] == kept

    def test_has_at_most_sixty_characters(self, anna):
        answer = anna.post(f"devices/{anna.device_id}/rename", {"name": "x" * 61})
        assert code(answer) == (400, "bad_request")

    def test_of_somebody_elses_or_a_removed_device_is_not_there(self, anna, bruno):
        answer = bruno.post(f"devices/{anna.device_id}/rename", {"name": "x"})
        assert code(answer) == (404, "not_found")
        second = another(anna)
        anna.delete(f"devices/{second.device_id}")
        answer = anna.post(f"devices/{second.device_id}/rename", {"name": "x"})
        assert code(answer) == (404, "not_found")

    def test_is_not_shown_to_others(self, anna, bruno):
        anna.post(f"devices/{anna.device_id}/rename", {"name": "Canary"})
        answer = bruno.post("keys/query", {"device_keys": {anna.name: []}})
        assert b"Canary" not in answer.content


class TestRemoval:
    def test_takes_keys_and_inbox_and_is_said_to_everybody(
        self, anna, bruno, told, django_capture_on_commit_callbacks
    ):
        upload(anna, anna.one_time_keys("AAAA"), fallback(anna, "AAAB"))
        send(bruno, anna, txn="a")
        send(anna, bruno, txn="b")
        place, row = lists.position(), device_of(anna)
        with django_capture_on_commit_callbacks(execute=True):
            answer = anna.delete(f"devices/{anna.device_id}")
        assert (answer.status_code, answer.content) == (204, b"")
        for model in (OneTimeKey, FallbackKey, UsedKeyId, Txn):
            assert not model.objects.filter(device=row).exists()
        assert not ToDevice.objects.filter(recipient_device=row).exists()
        assert not KeySignature.objects.filter(target_key=anna.device_id).exists()
        assert lists.changed_since([anna.user.pk], place)
        assert {"type": "chat.close", "device": row.pk, "code": 4409} in told
        audit = AuditRow.objects.get(event="message-device.removed")
        assert audit.thing == f"community.device:{row.pk}"

    def test_leaves_other_devices_what_waits_for_them(self, anna, bruno):
        send(anna, bruno, txn="a")
        upload(bruno, bruno.one_time_keys("AAAA"))
        anna.delete(f"devices/{anna.device_id}")
        assert ToDevice.objects.count() == OneTimeKey.objects.count() == 1

    def test_of_the_present_one_needs_nothing_more(self, anna):
        not_fresh(anna)
        assert anna.delete(f"devices/{anna.device_id}").status_code == 204

    def test_of_another_one_needs_a_fresh_second_factor(self, anna):
        second = another(anna)
        not_fresh(anna)
        assert code(anna.delete(f"devices/{second.device_id}")) == (403, "reauth_required")
        assert device_of(second).revoked_at is None

    def test_from_a_sign_in_without_device_needs_one_too(self, anna):
        stale = Paper(anna.user)
        not_fresh(stale)
        assert code(stale.delete(f"devices/{anna.device_id}")) == (403, "reauth_required")

    def test_of_somebody_elses_device_is_not_there(self, anna, bruno):
        assert code(bruno.delete(f"devices/{anna.device_id}")) == (404, "not_found")

    def test_repeated_is_not_there(self, anna):
        second = another(anna)
        anna.delete(f"devices/{second.device_id}")
        assert code(anna.delete(f"devices/{second.device_id}")) == (404, "not_found")

    def test_removed_device_may_do_nothing(self, anna, bruno):
        anna.delete(f"devices/{anna.device_id}")
        for answer in (
            anna.get("sync"), anna.post("sync/ack", {"cursor": "x"}), send(anna, bruno, txn="x"),
            upload(anna), anna.post("keys/signatures", {}), anna.put("backup/1/keys", {"keys": []}),
        ):  # fmt: skip
            assert code(answer) == (403, "device_revoked")


class TestMoving:
    @pytest.fixture
    def later(self, anna) -> Paper:
        """The same browser after a new sign-in: the keys are there, the binding is not."""
        paper = Paper(anna.user, keys=anna, client=signed_in(anna.user))
        paper.device_id, paper.device_key = anna.device_id, anna.device_key
        return paper

    def ask(self, paper: Paper) -> str:
        answer = paper.post(f"devices/{paper.device_id}/challenge").json()
        assert answer == {"nonce": answer["nonce"], "expires_in": 300}
        return answer["nonce"]

    def bind(self, paper: Paper, nonce: str, *, key: Key | None = None, text: str = ""):
        text = text or f"community.bind.v1\n{nonce} {paper.device_id}"
        signature = (key or paper.device_key).sign(text.encode())
        body = {"nonce": nonce, "signature": signature}
        return paper.post(f"devices/{paper.device_id}/bind", body)

    def test_moves_the_device_and_ends_the_old_binding(
        self, anna, later, told, django_capture_on_commit_callbacks
    ):
        with django_capture_on_commit_callbacks(execute=True):
            assert self.bind(later, self.ask(later)).json() == {}
        assert later.get("config").json()["device_id"] == anna.device_id
        assert anna.get("config").json()["device_id"] is None
        assert code(anna.get("sync")) == (403, "device_required")
        assert told == [{"type": "chat.close", "device": device_of(anna).pk, "code": 4401}]

    def test_in_the_same_sign_in_closes_nothing(
        self, anna, told, django_capture_on_commit_callbacks
    ):
        with django_capture_on_commit_callbacks(execute=True):
            assert self.bind(anna, self.ask(anna)).status_code == 200
        assert told == []

    def test_answer_is_good_once(self, later):
        nonce = self.ask(later)
        assert self.bind(later, nonce).status_code == 200
        assert code(self.bind(later, nonce)) == (422, "bad_signature")

    def test_answer_is_good_for_five_minutes(self, later):
        with clock.held() as held:
            nonce = self.ask(later)
            held.advance(seconds=300)
            assert code(self.bind(later, nonce)) == (422, "bad_signature")
            nonce = self.ask(later)
            held.advance(seconds=299)
            assert self.bind(later, nonce).status_code == 200

    def test_answer_to_an_older_question_is_refused(self, later):
        first = self.ask(later)
        self.ask(later)
        assert code(self.bind(later, first)) == (422, "bad_signature")

    @pytest.mark.parametrize("wrong", ["key", "domain", "device"])
    def test_other_signatures_are_refused(self, later, wrong):
        nonce, key, text = self.ask(later), None, ""
        if wrong == "key":
            key = later.master
        elif wrong == "domain":
            text = f"community.roster.v1\n{nonce} {later.device_id}"
        else:
            text = f"community.bind.v1\n{nonce} OTHERDEVIC"
        assert code(self.bind(later, nonce, key=key, text=text)) == (422, "bad_signature")
        assert later.get("config").json()["device_id"] is None

    def test_without_a_question_is_refused(self, later):
        assert code(self.bind(later, "")) == (422, "bad_signature")

    def test_to_a_sign_in_that_has_a_device_is_refused(self, anna, later):
        second = Paper(anna.user, client=later.client)
        second.register()
        assert code(self.bind(later, self.ask(later))) == (409, "sign_in_has_device")
        assert anna.get("config").json()["device_id"] == anna.device_id

    def test_of_a_removed_or_somebody_elses_device_is_not_there(self, anna, bruno):
        assert code(bruno.post(f"devices/{anna.device_id}/challenge")) == (404, "not_found")
        nonce = self.ask(anna)
        Device.objects.filter(user=anna.user).update(revoked_at=clock.now())
        assert code(self.bind(anna, nonce)) == (404, "not_found")
        assert code(anna.post(f"devices/{anna.device_id}/challenge")) == (404, "not_found")


@pytest.mark.parametrize(
    ("method", "path"),
    [("PUT", ""), ("GET", ""), ("DELETE", ""), ("GET", "/events?cursor=x")],
)
def test_dehydrated_device_is_not_there_yet(method, path):
    answer = Paper(member()).call(method, f"dehydrated-device{path}")
    assert code(answer) == (404, "not_found")
