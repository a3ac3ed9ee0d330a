"""Every event once and in order, whatever happens to the pokes (pitfall 18), and how fast."""

import asyncio
import random
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest
from channels.layers import InMemoryChannelLayer
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from community.realtime import database, pokes, queries
from community.realtime.fanout import Hub
from tests.community.realtime.chat import Chat, Person, Room, later, play

pytestmark = pytest.mark.django_db


def write(room: Room, count: int) -> list[int]:
    return [room.write() for _ in range(count)]


async def take_all(chat: Chat, room: Room, until: int) -> list[int]:
    """Receive and acknowledge until event ``until`` came, as a client does."""
    while (found := chat.delivered(room)) == [] or found[-1] < until:
        frame = await chat.next("events")
        await chat.ack(frame["n"])
    return chat.delivered(room)


@pytest.mark.parametrize("fate", ["in order", "shuffled", "doubled", "only the last", "only one"])
def test_300_of_300_events_come_in_order(fate: str) -> None:
    amina = Person()
    room = Room(amina)

    async def scene(chat: Chat) -> None:
        await chat.hello(room)
        numbers = await later(write, room, 300)
        told = list(numbers)
        if fate == "shuffled":
            random.Random(7).shuffle(told)
        elif fate == "doubled":
            told = [seq for seq in numbers for _ in range(2)]
        elif fate.startswith("only"):
            told = told[-1:]
        for seq in told:
            await later(room.poke, seq)
        assert await take_all(chat, room, numbers[-1]) == numbers

    play(scene, Chat(amina))


@pytest.mark.usefixtures("soon")
def test_events_nobody_told_of_come_at_the_next_look() -> None:
    amina = Person()
    room = Room(amina)

    async def scene(chat: Chat) -> None:
        await chat.hello(room)
        numbers = await later(write, room, 300)
        assert await take_all(chat, room, numbers[-1]) == numbers

    play(scene, Chat(amina))


@pytest.mark.usefixtures("soon", "unhurried")
def test_blocked_process_whose_pokes_were_dropped_shows_300_of_300() -> None:
    """The process hears nothing while 300 pokes are sent: the layer keeps 100 and drops the rest."""
    amina = Person()
    room = Room(amina)

    async def scene(chat: Chat) -> None:
        await chat.hello(room)
        numbers = await later(write, room, 300)
        hub = Hub.here()
        hub._ears[0].cancel()
        await asyncio.wait(hub._ears[:1])
        for seq in numbers:
            await later(room.poke, seq)
        hub._ears[0] = asyncio.create_task(hub._listen())
        assert await take_all(chat, room, numbers[-1]) == numbers
        await chat.until(lambda: hub.counts.pokes >= 100)
        assert hub.counts.pokes < 110

    play(scene, Chat(amina))


@pytest.mark.usefixtures("soon")
def test_key_nobody_told_of_comes_at_the_next_look() -> None:
    amina = Person()

    async def scene(chat: Chat) -> None:
        await chat.hello()
        await later(amina.gets, number=1)
        assert (await chat.next("sync"))["to_device"][0]["content"] == {"number": 1}

    play(scene, Chat(amina))


def test_key_nobody_told_of_comes_with_the_next_frame() -> None:
    amina = Person()

    async def scene(chat: Chat) -> None:
        await chat.hello()
        await later(amina.gets, number=1)
        await chat.say("ping", n=1)
        assert (await chat.next("sync"))["to_device"][0]["content"] == {"number": 1}

    play(scene, Chat(amina))


def test_each_event_is_read_once_for_all_sockets(monkeypatch: pytest.MonkeyPatch) -> None:
    everybody = [Person() for _ in range(4)]
    room = Room(*everybody)
    read: list[tuple[int, int]] = []
    events = queries.events

    def counted(room_id: Any, first: int, last: int) -> Any:
        read.append((first, last))
        return events(room_id, first, last)

    monkeypatch.setattr(queries, "events", counted)

    async def scene(*chats: Chat) -> None:
        for chat in chats:
            await chat.hello(room)
        for _ in range(5):
            seq = await later(room.say)
            for chat in chats:
                await chat.seqs(room, seq)
        assert read == [(seq, seq) for seq in range(5, 10)]
        frames = [[f for f in chat.seen if f["t"] == "events"] for chat in chats]
        assert all(one == frames[0] for one in frames)

    play(scene, *[Chat(person) for person in everybody])


class Standing:
    """asyncio for the room: its clock stands still, and who sleeps is woken by the test."""

    def __init__(self) -> None:
        self.asked: list[float] = []
        self.over = asyncio.Event()

    def __getattr__(self, name: str) -> Any:
        return getattr(asyncio, name)

    def get_running_loop(self) -> Any:
        return SimpleNamespace(time=lambda: 1000.0)

    async def sleep(self, seconds: float) -> None:
        if seconds > 0:
            self.asked.append(round(seconds, 6))
            await self.over.wait()


def test_pokes_within_50_milliseconds_are_one_read(monkeypatch: pytest.MonkeyPatch) -> None:
    amina = Person()
    room = Room(amina)
    read: list[tuple[int, int]] = []
    ask = database.run

    async def counted(function: Callable[..., Any], *args: Any) -> Any:
        if function is queries.events:
            read.append(args[1:])
        return await ask(function, *args)

    monkeypatch.setattr(database, "run", counted)

    async def scene(chat: Chat) -> None:
        time = Standing()
        monkeypatch.setattr("community.realtime.room.asyncio", time)
        await chat.hello(room)
        await later(room.say)
        await chat.seqs(room, 2)  # the first goes at once
        for _ in range(10):
            await later(room.say)
        await chat.until(lambda: Hub.here().rooms[room.id].head == 12)
        assert (read, time.asked) == ([(2, 2)], [0.05])
        time.over.set()
        await chat.seqs(room, 12)
        assert read == [(2, 2), (3, 12)]

    play(scene, Chat(amina))


STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("write"), st.integers(1, 9), st.booleans()),
        st.tuples(st.just("poke"), st.integers(0, 30), st.booleans()),
        st.tuples(st.just("ack"), st.integers(0, 100), st.booleans()),
        st.tuples(st.just("leave"), st.just(0), st.booleans()),
    ),
    max_size=25,
)


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(steps=STEPS)
def test_client_sees_every_event_in_order_whatever_happens(
    unhurried: None, steps: list[tuple[str, int, bool]]
) -> None:
    """Random writes (told or not), wrong pokes, late acknowledgements and lost connections: with
    what a client fetches by HTTP after a hole, it sees 1…n."""
    amina = Person()
    room = Room(amina)
    shown: list[int] = []

    def show(chat: Chat) -> None:
        """Do as a client does: take frames in order, fetch what lies between by HTTP."""
        for frame in chat.seen:
            if frame["t"] != "events":
                continue
            have = shown[-1] if shown else 0
            assert frame["from_seq"] <= frame["to_seq"]
            shown.extend(range(have + 1, frame["from_seq"]))
            new = [event["seq"] for event in frame["events"] if event["seq"] > have]
            assert new == sorted(set(new))
            shown.extend(new)
        numbers = chat.delivered(room)
        assert numbers == list(range(numbers[0], numbers[-1] + 1)) if numbers else True

    async def run() -> None:
        chat = Chat(amina)
        await chat.hello(room)
        last = 1
        for step, number, flag in steps:
            if step == "write":
                last = (await later(write, room, number))[-1]
                if flag:
                    await later(room.poke, last)
            elif step == "poke":
                await later(room.poke, number)  # perhaps more than there is
            elif step == "ack":
                out = [frame["n"] for frame in chat.seen if frame["t"] in ("sync", "events")]
                await chat.say("ack", n=max([n for n in out if n <= number], default=0))
                await chat.ping()
            else:
                show(chat)
                await chat.leave()
                chat = Chat(amina)
                await chat.hello(room)
                if flag:
                    await chat.say("subscribe", rooms=[room.name])
                    await chat.next("heads")
        last = await later(room.write)
        await later(room.poke, last)
        await take_all(chat, room, last)
        show(chat)
        await chat.leave()

    play(run)
    assert shown == list(range(1, shown[-1] + 1))


def test_hub_ends_with_its_last_socket_and_hears_nothing_more() -> None:
    amina = Person()
    room = Room(amina)

    async def scene() -> None:
        chat = Chat(amina)
        await chat.hello(room)
        hub = Hub.here()
        assert set(hub.rooms) == {room.id}
        await chat.leave()
        assert Hub.here() is not hub
        if isinstance(hub.layer, InMemoryChannelLayer):
            assert not hub.layer.groups.get(pokes.of_room(room.id))
            assert not hub.layer.groups.get(pokes.EVERYBODY)

    play(scene)


@pytest.mark.usefixtures("soon", "unhurried")
def test_room_without_sockets_is_forgotten_and_heard_again_when_one_comes() -> None:
    amina, bruno = Person(), Person()
    one, two = Room(amina, bruno), Room(amina, bruno)

    async def scene(stays: Chat, moves: Chat) -> None:
        await stays.hello(one)
        await moves.hello(two)
        await moves.say("subscribe", rooms=[one.name])
        await stays.until(lambda: set(Hub.here().rooms) == {one.id})
        await moves.say("subscribe", rooms=[two.name])
        await moves.until(lambda: set(Hub.here().rooms) == {one.id, two.id})
        seq = await later(two.say)
        assert await moves.seqs(two, seq) == [seq]

    play(scene, Chat(amina), Chat(bruno))
