"""Messages between devices: who gets them, once, numbered without gaps."""

from dataclasses import replace
from functools import partial

import pytest

from community.devices import to_device
from community.devices.models import Device, ToDevice
from community.rooms.models import Block, Room
from portal.shared import clock
from portal.sockets import groups
from tests.community.devices.help import (
    another,
    at_once,
    code,
    committed_member,
    device_of,
    join,
    leave,
    olm,
    room_of,
    send,
    waiting_for,
)
from tests.community.devices.test_uploads import upload
from tests.community.paper import Paper, b64
from tests.people import member

KEY = b64(bytes(32))
STEPS = ("request", "ready", "start", "accept", "key", "mac", "done", "cancel")
TYPES = (
    "m.room.encrypted", "m.room_key.withheld", "m.secret.request",
    *(f"m.key.verification.{step}" for step in STEPS),
)  # fmt: skip


def put(sender: Paper, messages: dict, *, kind: str = "m.secret.request", txn: str = "t1"):
    """Send contents of a type whose form is nobody's business here."""
    return sender.put(f"to-device/{kind}/{txn}", {"messages": messages})


@pytest.mark.django_db
class TestDelivery:
    @pytest.mark.parametrize("kind", TYPES)
    def test_allowed_type_is_delivered_with_its_sender(self, anna, bruno, kind):
        assert send(anna, bruno, txn="t1", kind=kind, body="x").json() == {}
        (found,) = bruno.get("sync").json()["to_device"]
        content = olm(body="x") if kind == "m.room.encrypted" else {"body": "x"}
        assert found == {"type": kind, "sender": anna.name, "content": content}
        assert ToDevice.objects.get().sender_device == anna.device_id

    @pytest.mark.parametrize(
        "kind", ["m.room_key", "m.forwarded_room_key", "m.room_key_request", "m.secret.send", "x"]
    )
    def test_any_other_type_is_refused(self, anna, bruno, kind):
        assert code(send(anna, bruno, txn="t1", kind=kind)) == (400, "type_not_allowed")
        assert not ToDevice.objects.exists()

    def test_star_is_every_live_device_but_the_sending_one(self, anna):
        second, third, gone = another(anna), another(anna), another(anna)
        anna.delete(f"devices/{gone.device_id}")
        put(anna, {anna.name: {"*": {"n": 1}}})
        assert waiting_for(second) == waiting_for(third) == [{"n": 1}]
        assert waiting_for(anna) == waiting_for(gone) == []

    def test_device_named_besides_the_star_gets_its_own_content_once(self, anna, bruno):
        second = another(bruno)
        put(anna, {bruno.name: {"*": {"n": 1}, second.device_id: {"n": 2}}})
        assert (waiting_for(bruno), waiting_for(second)) == ([{"n": 1}], [{"n": 2}])

    def test_people_who_blocked_and_unknown_devices_are_passed_over(self, anna, bruno):
        clara = Paper(member()).set_up()
        Block.objects.create(blocker=bruno.user, blocked=anna.user, created=clock.now())
        answer = put(anna, {
            bruno.name: {"*": {}}, clara.name: {"NOTTHEREXX": {}, clara.device_id: {"n": 1}},
            "nobody": {"*": {}},
        })  # fmt: skip
        assert answer.json() == {}
        assert (waiting_for(bruno), waiting_for(clara)) == ([], [{"n": 1}])

    def test_direct_messages_with_a_block_carry_nothing_either_way(self, anna, bruno):
        room = room_of(anna, bruno)
        Room.objects.filter(pk=room.pk).update(kind="direct")
        assert send(anna, bruno, txn="t0").json() == {}
        Block.objects.create(blocker=bruno.user, blocked=anna.user, created=clock.now())
        for one, other in ((anna, bruno), (bruno, anna)):
            assert send(one, other, txn="t1").json() == {}
        assert (waiting_for(bruno), waiting_for(anna)) == ([{"txn": "t0"}], [])

    def test_who_blocked_and_went_out_of_the_room_gets_nothing_any_more(self, anna, bruno):
        """Her keys can still be asked for: they open what she wrote before."""
        room = room_of(anna, bruno)
        Block.objects.create(blocker=bruno.user, blocked=anna.user, created=clock.now())
        request = {"txn": "t1", "kind": "m.key.verification.request"}
        assert send(anna, bruno, **request).json() == {}
        assert len(waiting_for(bruno)) == 1  # in a case room a host decides who is inside
        leave(room, bruno.user)
        assert send(anna, bruno, **(request | {"txn": "t2"})).json() == {}
        assert len(waiting_for(bruno)) == 1
        asked = anna.post("keys/query", {"device_keys": {bruno.name: []}}).json()
        assert bruno.device_id in asked["device_keys"][bruno.name]
        claim = {"one_time_keys": {bruno.name: {bruno.device_id: "signed_curve25519"}}}
        upload(bruno, bruno.one_time_keys("AAAA"))
        assert anna.post("keys/claim", claim).json()["one_time_keys"] == {}
        join(room, bruno.user)
        assert bruno.name in anna.post("keys/claim", claim).json()["one_time_keys"]

    def test_same_transaction_is_delivered_once(self, anna, bruno):
        for _ in range(3):
            assert send(anna, bruno, txn="t1").json() == {}
        send(bruno, bruno, txn="t1")
        send(anna, bruno, txn="t2")
        assert len(waiting_for(bruno)) == 3

    def test_each_device_is_told_after_the_commit(
        self, anna, bruno, monkeypatch, django_capture_on_commit_callbacks
    ):
        told = []
        monkeypatch.setattr(groups, "tell", lambda group, message: told.append(message))
        with django_capture_on_commit_callbacks(execute=True):
            send(anna, bruno, txn="t1")
            assert told == []
        assert told == [{"type": "chat.inbox", "devices": [device_of(bruno).pk]}]

    def test_numbers_have_no_gap_after_a_failure(self, anna, bruno, monkeypatch):
        def fail(devices) -> None:
            raise ZeroDivisionError

        with monkeypatch.context() as patch:
            patch.setattr(to_device.pokes, "inbox", fail)  # the last thing before the commit
            with pytest.raises(ZeroDivisionError):
                send(anna, bruno, txn="t0")
        assert waiting_for(bruno) == []
        for txn in ("t0", "t1"):
            send(anna, bruno, txn=txn)
        assert [row.seq for row in ToDevice.objects.order_by("seq")] == [1, 2]
        assert device_of(bruno).inbox_seq == 2

    def test_needs_a_live_device(self, anna, bruno):
        assert code(send(Paper(member()), bruno, txn="t1")) == (403, "device_required")
        Device.objects.filter(user=anna.user).update(revoked_at=clock.now())
        assert code(send(anna, bruno, txn="t1")) == (403, "device_revoked")


@pytest.mark.django_db
class TestLimits:
    def test_content_has_at_most_8192_bytes_of_json(self, anna, bruno):
        fits = "é" * ((8192 - len('{"body":""}')) // 2)
        kind = "m.secret.request"
        assert send(anna, bruno, txn="t1", kind=kind, body=fits).status_code == 200
        assert code(send(anna, bruno, txn="t2", kind=kind, body=fits + "é")) == (413, "too_large")

    @pytest.mark.parametrize("step", STEPS)
    def test_verification_has_at_most_370(self, anna, bruno, step):
        kind, fits = f"m.key.verification.{step}", "x" * (370 - len('{"body":""}'))
        assert send(anna, bruno, txn="t1", kind=kind, body=fits).status_code == 200
        answer = send(anna, bruno, txn="t2", kind=kind, body=fits + "x")
        assert code(answer) == (413, "too_large")

    def test_inbox_takes_so_much_of_one_person_until_it_is_read(self, anna, bruno, monkeypatch):
        known = to_device.ratelimit.get("to-device-waiting")
        assert (known.amount, known.seconds) == (5000, None)
        few = {known.name: replace(known, amount=3)}
        monkeypatch.setattr(to_device.ratelimit, "BY_NAME", to_device.ratelimit.BY_NAME | few)
        clara, second = Paper(member()).set_up(), another(bruno)
        for txn in ("a", "b", "c"):
            assert send(anna, bruno, txn=txn).status_code == 200
        refused = put(anna, {bruno.name: {"*": {"n": 1}}}, txn="d")
        assert code(refused) == (429, "rate_limited")
        assert refused.headers["Retry-After"] == "600"
        assert waiting_for(second) == []  # all or none
        assert send(anna, second, txn="e").status_code == 200
        assert send(clara, bruno, txn="f").status_code == 200  # of others there may be more
        assert send(anna, bruno, txn="a").status_code == 200  # repeated: it is there
        cursor = bruno.get("sync").json()["cursor"]
        assert bruno.post("sync/ack", {"cursor": cursor}).status_code == 200
        assert put(anna, {bruno.name: {"*": {"n": 1}}}, txn="d").status_code == 200
        assert len(waiting_for(bruno)) == 1

    def test_what_others_sent_fills_nobodys_place(self, anna, bruno, monkeypatch):
        known = to_device.ratelimit.get("to-device-waiting")
        few = {known.name: replace(known, amount=3)}
        monkeypatch.setattr(to_device.ratelimit, "BY_NAME", to_device.ratelimit.BY_NAME | few)
        for number in range(3):
            send(Paper(member()).set_up(), bruno, txn=f"t{number}")
        assert send(anna, bruno, txn="t").status_code == 200

    @pytest.mark.parametrize(
        "change",
        [
            {"algorithm": "m.megolm.v1.aes-sha2"}, {"algorithm": ["m.olm.v1.curve25519-aes-sha2"]},
            {"algorithm": None}, {"sender_key": "meet at the harbour"}, {"sender_key": None},
            {"ciphertext": {}}, {"ciphertext": "AwgA"}, {"ciphertext": None},
            {"ciphertext": {"a device": {"type": 0, "body": "AwgA"}}},
            {"ciphertext": {KEY: "AwgA"}}, {"ciphertext": {KEY: {"type": 2, "body": "AwgA"}}},
            {"ciphertext": {KEY: {"type": 0, "body": "At nine."}}},
            {"ciphertext": {KEY: {"type": 0}}}, {"ciphertext": {KEY: {"type": [], "body": "A"}}},
        ],
    )  # fmt: skip
    def test_encrypted_content_that_olm_did_not_seal_is_refused(self, anna, bruno, change):
        for content in (olm() | change, {"body": "in clear"}):
            answer = put(anna, {bruno.name: {"*": content}}, kind="m.room.encrypted")
            assert code(answer) == (400, "bad_request")
        assert not ToDevice.objects.exists()

    def test_one_content_too_large_refuses_all(self, anna, bruno):
        second = another(bruno)
        answer = put(anna, {bruno.name: {bruno.device_id: {}, second.device_id: {"x": "x" * 9000}}})
        assert code(answer) == (413, "too_large")
        assert not ToDevice.objects.exists()

    @pytest.mark.parametrize("txn", ["", "x" * 65, "a.b", "a b", "ä"])
    def test_other_transaction_ids_are_refused(self, anna, bruno, txn):
        assert code(send(anna, bruno, txn=txn or "%20"))[0] == 400

    @pytest.mark.parametrize(
        "messages", [None, [], {"@u": []}, {"@u": {"*": "x"}}, {"@u": {"*": {"a": "\x00"}}}]
    )
    def test_other_bodies_are_refused(self, anna, messages):
        assert code(put(anna, messages)) == (400, "bad_request")

    def test_more_than_five_hundred_devices_are_refused(self, anna, bruno):
        row = device_of(bruno)
        same = {"user": row.user, "device_keys": {}, "created": row.created}
        Device.objects.bulk_create(
            Device(device_id=f"D{number:09}", last_seen_day=row.last_seen_day, **same)
            for number in range(500)
        )
        assert code(put(anna, {bruno.name: {"*": {}}})) == (400, "bad_request")
        Device.objects.filter(device_id="D000000000").update(revoked_at=clock.now())
        assert put(anna, {bruno.name: {"*": {}}}).json() == {}
        assert ToDevice.objects.count() == 500

    def test_thirty_first_request_of_a_minute_waits(self, anna, bruno):
        with clock.held():
            for number in range(30):
                assert send(anna, bruno, txn=f"t{number}").status_code == 200
            assert code(send(anna, bruno, txn="t30")) == (429, "rate_limited")

    def test_message_above_two_thousand_a_minute_waits_and_repeats_count_nothing(
        self, anna, bruno, monkeypatch
    ):
        known = to_device.ratelimit.get("to-device-messages")
        assert (known.amount, known.seconds) == (2000, 60)
        few = {"to-device-messages": type(known)("few", "tests", 3, "messages", "account", 60)}
        monkeypatch.setattr(to_device.ratelimit, "BY_NAME", to_device.ratelimit.BY_NAME | few)
        second = another(bruno)
        with clock.held() as held:
            for _ in range(5):
                assert put(anna, {bruno.name: {"*": {}}}, txn="t1").status_code == 200
            assert code(put(anna, {bruno.name: {"*": {}}}, txn="t2")) == (429, "rate_limited")
            held.advance(seconds=60)
            assert put(anna, {bruno.name: {"*": {}}}, txn="t2").status_code == 200
        assert len(waiting_for(second)) == 2


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
class TestAtTheSameTime:
    def test_eight_writers_number_two_inboxes_without_gaps_and_never_wait_for_each_other(self):
        targets = [Paper(committed_member()).set_up() for _ in range(2)]
        senders = [Paper(committed_member()).set_up() for _ in range(8)]

        def write(sender: Paper, turned: bool) -> None:
            names = [one.name for one in (reversed(targets) if turned else targets)]
            for number in range(10):
                to_device.send(
                    user=sender.user, device=device_of(sender), kind="m.room.encrypted",
                    txn_id=f"t{number}", messages={name: {"*": {"n": number}} for name in names},
                )  # fmt: skip

        deeds = [partial(write, one, place % 2 == 0) for place, one in enumerate(senders)]
        assert at_once(deeds) == [None] * 8
        for one in targets:
            rows = ToDevice.objects.filter(recipient_device=device_of(one)).order_by("seq")
            assert [row.seq for row in rows] == list(range(1, 81))
            for sender in senders:  # what one sender wrote is in the order it was written
                own = [row.content["n"] for row in rows if row.sender_id == sender.user.pk]
                assert own == list(range(10))

    def test_one_transaction_sent_eight_times_at_once_is_delivered_once(self):
        sender, target = (Paper(committed_member()).set_up() for _ in range(2))
        deed = partial(
            to_device.send, user=sender.user, device=device_of(sender), kind="m.room.encrypted",
            txn_id="once", messages={target.name: {"*": {}}},
        )  # fmt: skip
        assert at_once([deed] * 8) == [None] * 8
        assert len(waiting_for(target)) == 1
