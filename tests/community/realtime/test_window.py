"""A slow reader costs little: what is out is bounded, the rest waits in the database (pitfall 19)."""

import asyncio
import itertools
import json

import pytest

from community.realtime import limits, packing
from community.realtime.connection import Connection
from community.realtime.fanout import Hub
from community.realtime.room import RoomHere
from community.realtime.window import Window
from tests.community.realtime.chat import Chat, Person, Room, later, play, tell

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("unhurried")]
BIG = 60_000


# pure


def test_window_is_full_at_100_frames_and_free_after_an_acknowledgement() -> None:
    window = Window()
    for number in range(1, limits.WINDOW_ITEMS + 1):
        assert window.has_room(10)
        assert window.take(10, 0.0) == number
    assert not window.has_room(10)
    assert window.free(40, 1.0)
    assert (window.items, window.bytes) == (60, 600)
    assert window.has_room(10)


def test_window_is_full_at_262144_bytes() -> None:
    window = Window()
    for _ in range(4):
        assert window.has_room(65_536)
        window.take(65_536, 0.0)
    assert window.bytes == 262_144
    assert not window.has_room(1)


def test_acknowledging_what_was_never_sent_is_refused() -> None:
    window = Window()
    window.take(1, 0.0)
    assert not window.free(2, 0.0)
    assert window.free(1, 0.0)
    assert window.free(1, 0.0)
    assert window.items == 0


def test_window_is_overdue_60_seconds_after_the_last_acknowledgement() -> None:
    window = Window()
    assert not window.is_overdue(1000.0)
    window.take(1, 0.0)
    window.take(1, 30.0)
    assert window.is_overdue(60.0)
    window.free(1, 59.0)
    assert not window.is_overdue(118.0)
    assert window.is_overdue(119.0)
    window.free(2, 119.0)
    assert not window.is_overdue(10_000.0)


def event(seq: int, size: int = 10) -> packing.Event:
    return packing.encode({"seq": seq, "class": "m", "content": "x" * size})


@pytest.mark.parametrize(
    "sizes", [[10] * 50, [30_000] * 5, [65_000], [10, 80_000, 10], [80_000] * 2]
)
def test_parts_are_in_order_without_a_gap_and_fit_a_frame(sizes: list[int]) -> None:
    events = [event(seq, size) for seq, size in enumerate(sizes, start=7)]
    last = 6 + len(sizes)
    made = packing.parts("!r", events, 7, last)
    assert made[0].first == 7
    assert made[-1].last == last
    assert all(one.last + 1 == two.first for one, two in itertools.pairwise(made))
    for part in made:
        text = '{"t":"events","n":12345' + part.text
        assert len(text.encode()) <= min(part.size, limits.FRAME_BYTES)
        frame = json.loads(text)
        seqs = [row["seq"] for row in frame["events"]]
        big = [e.seq for e in events if part.first <= e.seq <= part.last and e.size > 65_200]
        assert frame["more"] == bool(big)
        assert seqs == ([] if big else list(range(part.first, part.last + 1)))


def test_events_that_are_not_there_are_covered() -> None:
    made = packing.parts("!r", [event(3)], 1, 5)
    assert [(part.first, part.last) for part in made] == [(1, 5)]


# with a socket


def connection_of(chat: Chat) -> Connection:
    """The connection of a socket's person."""
    return next(c for c in Hub.here().connections if c.user == chat.person.user.pk)


def test_client_that_never_reads_gets_a_window_and_no_more() -> None:
    amina, bruno = Person(), Person()
    room = Room(amina, bruno)

    def flood() -> int:
        return [room.write("A" * BIG) for _ in range(40)][-1]

    async def scene(slow: Chat, quick: Chat) -> None:
        await slow.hello(room)
        await quick.hello(room)
        last = await later(flood)
        await later(room.poke, last)
        while not (found := quick.delivered(room)) or found[-1] < last:
            frame = await quick.next("events")
            await quick.ack(frame["n"])
        held = connection_of(slow)
        assert held.window.bytes <= limits.WINDOW_BYTES
        waiting = [
            slow.wire.output_queue.get_nowait() for _ in range(slow.wire.output_queue.qsize())
        ]
        assert sum(len(message["text"]) for message in waiting) <= limits.WINDOW_BYTES
        assert len(waiting) == 4
        assert held.behind
        assert not held._outbox

    play(scene, Chat(amina), Chat(bruno))


def test_slow_client_continues_where_it_stopped_when_it_acknowledges() -> None:
    amina = Person()
    room = Room(amina)

    def flood() -> list[int]:
        return [room.write("A" * BIG) for _ in range(10)]

    async def scene(chat: Chat) -> None:
        await chat.hello(room)
        numbers = await later(flood)
        await later(room.poke, numbers[-1])
        # the first sync takes part of the window
        assert await chat.seqs(room, numbers[3]) == numbers[:4]
        await chat.ping()
        assert chat.delivered(room) == numbers[:4]
        await chat.ack()
        assert await chat.seqs(room, numbers[7]) == numbers[:8]
        await chat.ack()
        assert await chat.seqs(room, numbers[-1]) == numbers

    play(scene, Chat(amina))


def test_acknowledging_everything_at_once_while_it_is_read_leaves_nothing_behind() -> None:
    amina = Person()
    room = Room(amina)

    def flood() -> list[int]:
        return [room.write("A" * 20_000) for _ in range(60)]

    async def scene(chat: Chat) -> None:
        await chat.hello(room)
        numbers = await later(flood)
        await later(room.poke, numbers[-1])
        while not chat.delivered(room) or chat.delivered(room)[-1] < numbers[-1]:
            frame = await chat.next("events")
            if frame["n"] % 3 == 0:
                await chat.ack(frame["n"])
        assert chat.delivered(room) == numbers

    play(scene, Chat(amina))


def test_event_too_big_for_a_frame_is_named_and_fetched_by_http() -> None:
    amina = Person()
    room = Room(amina)

    async def scene(chat: Chat) -> None:
        await chat.hello(room)
        seq = await later(room.say, "A" * 80_000)
        frame = await chat.next("events")
        assert (frame["from_seq"], frame["to_seq"]) == (seq, seq)
        assert (frame["events"], frame["more"]) == ([], True)

    play(scene, Chat(amina))


def test_long_inbox_comes_in_frames_that_fit_until_more_is_false() -> None:
    amina = Person()
    for number in range(230):
        amina.gets(number=number, ciphertext="A" * (7_000 if number < 40 else 10))

    async def scene(chat: Chat) -> None:
        assert await chat.open()
        await chat.say_hello()
        numbers, more = [], True
        while more:
            frame = await chat.next("sync")  # receive() holds each frame to 64 KiB
            numbers += [row["content"]["number"] for row in frame["to_device"]]
            more = frame["more"]
            await chat.ack(frame["n"], cursor=frame["cursor"])
        assert numbers == list(range(230))
        await chat.ping()
        assert "heads" in chat.kinds()
        assert await later(amina.device.inbox.count) == 0

    play(scene, Chat(amina))


def test_inbox_is_deleted_by_an_acknowledged_cursor_and_by_nothing_else() -> None:
    amina = Person()
    amina.gets(number=1)

    async def scene(chat: Chat) -> None:
        sync = await chat.hello()
        assert len(sync["to_device"]) == 1
        await chat.ack(sync["n"])
        await chat.ping()
        assert await later(amina.device.inbox.count) == 1
        again = Chat(amina)
        assert len((await again.hello())["to_device"]) == 1
        await again.leave()
        later_on = Chat(amina)
        assert (await later_on.hello(cursor=sync["cursor"]))["to_device"] == []
        await later_on.leave()
        assert await later(amina.device.inbox.count) == 1
        await chat.ack(sync["n"], cursor=sync["cursor"])
        await chat.ping()
        assert await later(amina.device.inbox.count) == 0

    play(scene, Chat(amina))


def test_events_wait_while_the_inbox_does_not_fit_the_window() -> None:
    amina = Person()
    room = Room(amina)

    def flood() -> int:
        for number in range(60):
            amina.gets(number=number, ciphertext="A" * 7_000)
        return room.write()

    async def scene(chat: Chat) -> None:
        await chat.hello(room)
        seq = await later(flood)
        await later(tell, type="chat.inbox", devices=[amina.device.pk])
        await later(room.poke, seq)
        await chat.ping()
        assert "events" not in chat.kinds()
        while "events" not in chat.kinds():
            await chat.ack()
            await chat.receive()
        numbers = [
            row["content"]["number"]
            for f in chat.seen
            if f["t"] == "sync"
            for row in f["to_device"]
        ]
        assert numbers == list(range(60))

    play(scene, Chat(amina))


def test_typing_is_not_heaped_up_for_a_client_that_says_nothing() -> None:
    amina = Person()
    room = Room(amina, bruno := Person())

    async def scene(silent: Chat) -> None:
        await silent.hello(room)
        held = connection_of(silent)
        held.spare = 300
        for _ in range(10):
            await later(tell, type="chat.typing", room=str(room.id), user=bruno.user.pk)
        await later(room.say)
        await silent.next("events")  # behind all of them
        assert silent.kinds().count("typing") == 2

    play(scene, Chat(amina))


def test_acknowledgement_while_frames_go_out_slowly_is_not_overlooked() -> None:
    """Under a server whose sending waits: the last acknowledgement comes before the sender is back."""
    amina = Person()
    room = Room(amina)
    numbers = [room.write("A" * BIG) for _ in range(10)]
    seen: list[int] = []

    async def scene() -> None:
        hub = Hub()

        async def send(message: dict[str, str]) -> None:
            frame = json.loads(message["text"])
            seen.extend(event["seq"] for event in frame["events"])
            await asyncio.sleep(0)
            if frame["n"] % 4 == 0:  # the window holds four
                connection.window.free(frame["n"], limits.now())
                hub.catch_up(connection)

        connection = Connection(send, "")
        here = RoomHere(
            room.id, numbers[-1], hub.counts, ended=hub.membership_ended, late=hub.catch_up
        )
        here.connections.add(connection)
        connection.rooms[here] = 1
        connection.fell_behind(here)
        hub.catch_up(connection)
        while hub._tasks:
            await asyncio.wait(hub._tasks)
        assert seen == numbers

    play(scene)
