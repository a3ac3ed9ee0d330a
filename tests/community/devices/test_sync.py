"""GET sync and POST sync/ack: everything since a cursor, nothing lost by reading."""

import threading

import pytest

from community.api.errors import ApiError
from community.devices import lists, sync, waiting
from community.devices.models import Device, ToDevice
from community.ids import room_name
from community.messages.append import append_change
from portal.shared import clock
from tests.community.devices.help import (
    another,
    code,
    device_of,
    leave,
    room_of,
    send,
    waiting_for,
)
from tests.community.paper import Paper
from tests.people import member

pytestmark = pytest.mark.django_db
FIELDS = {
    "cursor", "more", "to_device", "device_lists", "devices_pos", "otk_counts", "unused_fallback",
    "heads",
}  # fmt: skip


def get(paper: Paper, cursor: str = "", **query) -> dict:
    extra = "".join(f"&{name}={value}" for name, value in query.items())
    answer = paper.get(f"sync?cursor={cursor}{extra}")
    assert answer.status_code == 200, answer.content
    assert set(answer.json()) == FIELDS
    return answer.json()


def ack(paper: Paper, cursor: str):
    return paper.post("sync/ack", {"cursor": cursor})


def texts(answer: dict) -> list[str]:
    return [one["content"]["txn"] for one in answer["to_device"]]


class TestReading:
    def test_first_one_says_where_things_are_and_that_nothing_changed(self, anna, bruno):
        room = room_of(anna, bruno)
        answer = get(anna)
        assert answer["device_lists"] == {"changed": [], "left": []}
        assert answer["devices_pos"] == lists.position() > 0
        assert answer["heads"] == {room_name(room.public_id): 2}
        assert (answer["to_device"], answer["more"]) == ([], False)

    def test_deletes_nothing_and_goes_on_after_the_cursor(self, anna, bruno):
        for txn in ("a", "b"):
            send(bruno, anna, txn=txn)
        first = get(anna)
        assert texts(first) == texts(get(anna)) == ["a", "b"]
        send(bruno, anna, txn="c")
        assert texts(get(anna, first["cursor"])) == ["c"]
        assert [one["txn"] for one in waiting_for(anna)] == ["a", "b", "c"]

    def test_brings_a_hundred_at_once_and_says_that_there_is_more(self, anna, bruno):
        row = device_of(anna)
        ToDevice.objects.bulk_create(
            ToDevice(
                recipient_device=row, seq=seq, sender=bruno.user, sender_device="D", type="t",
                content={"txn": str(seq)}, created=clock.now(),
            )
            for seq in range(1, 202)
        )  # fmt: skip
        Device.objects.filter(pk=row.pk).update(inbox_seq=201)
        cursor, sizes, seen = "", [], []
        while True:
            answer = get(anna, cursor)
            sizes.append(len(answer["to_device"]))
            seen += texts(answer)
            cursor = answer["cursor"]
            if not answer["more"]:
                break
        assert sizes == [100, 100, 1]
        assert seen == [str(seq) for seq in range(1, 202)]

    @pytest.mark.parametrize(("at_once", "more"), [(1, True), (2, False), (3, False)])
    def test_more_is_said_only_when_something_is_left(self, anna, at_once, more):
        second = another(anna)
        for txn in ("a", "b"):
            send(second, anna, txn=txn)
        answer = sync.read_sync(device_of(anna), "", at_once=at_once)
        assert (answer["more"], len(answer["to_device"])) == (more, min(2, at_once))

    def test_heads_are_of_rooms_joined_alone(self, anna, bruno):
        room, other = room_of(anna, bruno), room_of(anna, bruno)
        leave(other, anna.user)
        assert get(anna)["heads"] == {room_name(room.public_id): 2}
        assert sync.read_sync(device_of(anna), "", heads=False)["heads"] == {}

    def test_other_device_has_an_inbox_of_its_own(self, anna, bruno):
        second = another(anna)
        send(bruno, anna, txn="a")
        assert texts(get(second)) == []

    def test_changes_no_row(self, anna, bruno):
        send(bruno, anna, txn="a")
        before = list(Device.objects.values()), list(ToDevice.objects.values())
        get(anna, get(anna)["cursor"])
        assert (list(Device.objects.values()), list(ToDevice.objects.values())) == before


class TestCursor:
    @pytest.mark.parametrize("form", ["x", "1.2.3", "{0}.1", "{0}.0.0", "{0}.0.0.0.0", "{0}.-1.0.0",
                                      "{0}.٣.0.0", "{0}.0.0.0 ", "{0}.1234567890123456789.0.0"])  # fmt: skip
    def test_of_another_form_is_refused(self, anna, form):
        cursor = form.format(anna.device_id)
        assert code(anna.get(f"sync?cursor={cursor}")) == (400, "bad_request")
        assert code(ack(anna, cursor)) == (400, "bad_request")

    def test_of_another_device_of_hers_is_refused(self, anna, bruno):
        second = another(anna)
        for paper in (anna, second):
            send(bruno, paper, txn="a" + paper.device_id)
        cursor = get(anna)["cursor"]
        assert code(second.get(f"sync?cursor={cursor}")) == (400, "bad_request")
        assert code(ack(second, cursor)) == (400, "bad_request")
        assert len(waiting_for(second)) == 1

    @pytest.mark.parametrize("place", ["{0}.1.0.0", "{0}.0.999999.0"])
    def test_beyond_what_exists_is_refused(self, anna, place):
        cursor = place.format(anna.device_id)
        assert code(anna.get(f"sync?cursor={cursor}")) == (400, "bad_request")
        assert code(ack(anna, cursor)) == (400, "bad_request")

    def test_removed_device_is_told(self, anna):
        device = device_of(anna)
        Device.objects.update(revoked_at=clock.now())
        for deed in (sync.read_sync, sync.acknowledge):
            with pytest.raises(ApiError) as told:
                deed(device, "")
            assert told.value.code == "device_revoked"

    def test_sign_in_without_device_is_refused(self):
        paper = Paper(member())
        assert code(paper.get("sync")) == (403, "device_required")
        assert code(ack(paper, "")) == (403, "device_required")


class TestAcknowledging:
    def test_deletes_up_to_the_cursor_and_nothing_else(self, anna, bruno):
        for txn in ("a", "b"):
            send(bruno, anna, txn=txn)
        cursor = get(anna)["cursor"]
        for paper in (anna, bruno):
            send(bruno, paper, txn="c" + paper.device_id)
        assert ack(anna, cursor).json() == {}
        assert [one["txn"] for one in waiting_for(anna)] == ["c" + anna.device_id]
        assert len(waiting_for(bruno)) == 1

    def test_going_back_deletes_nothing_more(self, anna, bruno):
        start = get(anna)["cursor"]
        send(bruno, anna, txn="a")
        after = get(anna, start)["cursor"]
        send(bruno, anna, txn="b")
        for cursor in (after, start, after):
            assert ack(anna, cursor).status_code == 200
        assert [one["txn"] for one in waiting_for(anna)] == ["b"]

    def test_numbers_go_on_after_everything_was_deleted(self, anna, bruno):
        send(bruno, anna, txn="a")
        cursor = get(anna)["cursor"]
        ack(anna, cursor)
        send(bruno, anna, txn="b")
        assert texts(get(anna, cursor)) == ["b"]
        assert ToDevice.objects.get().seq == 2

    @pytest.mark.parametrize("body", [{}, {"cursor": ""}, {"cursor": None}, {"cursor": 7}])
    def test_without_a_cursor_is_refused(self, anna, body):
        assert code(anna.post("sync/ack", body)) == (400, "bad_request")


class TestWaiting:
    @pytest.fixture
    def looks(self, monkeypatch) -> list:
        """Every pause of a waiting request; a test may put deeds into it."""
        made: list = []
        self.deeds: dict = {}

        def pause(seconds: float, end: threading.Event) -> None:
            made.append(seconds)
            self.deeds.pop(len(made), lambda: None)()

        monkeypatch.setattr(waiting, "_pause", pause)
        return made

    def test_ends_after_the_seconds_asked_for(self, anna, looks):
        cursor = get(anna)["cursor"]
        answer = get(anna, cursor, wait=25)
        assert looks == [1.0] * 25
        assert answer["cursor"] == cursor

    @pytest.mark.parametrize("seconds", ["26", "-1", "x", "1.5"])
    def test_other_times_are_refused(self, anna, looks, seconds):
        assert code(anna.get(f"sync?wait={seconds}")) == (400, "bad_request")
        assert looks == []

    def test_without_a_cursor_answers_at_once(self, anna, looks):
        get(anna, wait=25)
        assert looks == []

    def test_message_ends_it(self, anna, bruno, looks):
        cursor = get(anna)["cursor"]
        self.deeds[3] = lambda: send(bruno, anna, txn="a")
        assert texts(get(anna, cursor, wait=25)) == ["a"]
        assert len(looks) == 3
        assert texts(get(anna, cursor, wait=25)) == ["a"]  # it is there: no pause
        assert len(looks) == 3

    def test_changed_device_ends_it_and_a_strangers_does_not(self, anna, bruno, looks):
        room_of(anna, bruno)
        cursor = get(anna)["cursor"]
        self.deeds[2] = lambda: Paper(member()).register()
        self.deeds[4] = lambda: another(bruno)
        assert get(anna, cursor, wait=25)["device_lists"]["changed"] == [bruno.name]
        assert len(looks) == 4

    def test_event_in_a_room_ends_it_also_one_that_came_before_the_request(self, anna, looks):
        room = room_of(anna)
        cursor = get(anna)["cursor"]
        self.deeds[2] = lambda: append_change(room, "settings")
        cursor = get(anna, cursor, wait=25)["cursor"]
        assert len(looks) == 2
        append_change(room, "settings")
        assert get(anna, cursor, wait=25)["heads"] == {room_name(room.public_id): 3}
        assert len(looks) == 2

    def test_removal_ends_it(self, anna, looks):
        cursor = get(anna)["cursor"]
        self.deeds[2] = lambda: Device.objects.update(revoked_at=clock.now())
        assert code(anna.get(f"sync?cursor={cursor}&wait=25")) == (403, "device_revoked")
        assert len(looks) == 2

    def test_above_the_places_of_a_process_it_answers_at_once(self, anna, bruno, looks, settings):
        settings.SYNC_WAITS = 1
        cursors = {paper: get(paper)["cursor"] for paper in (anna, bruno)}
        self.deeds[1] = lambda: get(bruno, cursors[bruno], wait=25)
        get(anna, cursors[anna], wait=2)
        assert len(looks) == 2  # the inner one took none
        get(bruno, cursors[bruno], wait=2)  # and the place is free again
        assert len(looks) == 4
        settings.SYNC_WAITS = 0
        get(anna, cursors[anna], wait=2)
        assert len(looks) == 4

    def test_a_device_waits_once_and_the_newest_request_goes_on(self, anna, looks, settings):
        settings.SYNC_WAITS = 2
        cursor = get(anna)["cursor"]
        self.deeds[3] = lambda: get(anna, cursor, wait=5)
        assert get(anna, cursor, wait=25)["cursor"] == cursor
        assert len(looks) == 3 + 5  # the outer one ended where the inner one began
        assert waiting._places._ends == {}

    def test_each_device_of_a_person_may_wait(self, anna, looks):
        second = another(anna)
        cursors = {paper: get(paper)["cursor"] for paper in (anna, second)}
        self.deeds[1] = lambda: get(second, cursors[second], wait=2)
        get(anna, cursors[anna], wait=3)
        assert len(looks) == 5


def test_no_connection_is_held_while_waiting(monkeypatch):
    class Connection:
        in_atomic_block = False
        closed = 0

        def close(self) -> None:
            self.closed += 1

    fake, answers = Connection(), [{"cursor": "D.0.0.0"} for _ in range(3)]
    for one in answers:
        one |= {"to_device": [], "device_lists": {"changed": [], "left": []}}
    monkeypatch.setattr(waiting, "connection", fake)
    monkeypatch.setattr(sync, "read_sync", lambda device, cursor: answers.pop())
    open_while_waiting = []
    waiting.read(
        Device(pk=1), "D.0.0.0", 2, pause=lambda _, end: open_while_waiting.append(fake.closed)
    )
    assert open_while_waiting == [1, 2]
    fake.in_atomic_block = True
    waiting._release_connection()
    assert fake.closed == 2
