"""What a chat socket delivers, and in which order."""

import pytest
from asgiref.sync import async_to_sync
from autobahn.exception import Disconnected

from community.realtime.connection import Connection
from tests.community.realtime.chat import Chat, Person, Room, later, play, tell

pytestmark = pytest.mark.django_db


def test_welcome_tells_the_limits_and_a_sync_and_heads_follow() -> None:
    amina = Person()
    room = Room(amina)

    async def scene(chat: Chat) -> None:
        await chat.hello(room)
        assert chat.protocol == "community.chat.v1"
        assert chat.kinds() == ["welcome", "sync", "heads"]
        welcome, sync, heads = chat.seen
        assert welcome["limits"] == {
            "frame": 65536, "rooms": 50, "window_bytes": 262144, "window_items": 100,
        }  # fmt: skip
        assert sync["n"] == 1
        assert sync["to_device"] == []
        assert heads == {"t": "heads", "rooms": {room.name: 1}}

    play(scene, Chat(amina))


def test_event_reaches_every_socket_of_the_room_and_no_other() -> None:
    amina, bruno, chen = Person(), Person(), Person()
    room, other = Room(amina, bruno), Room(chen)

    async def scene(one: Chat, two: Chat, third: Chat) -> None:
        await one.hello(room)
        await two.hello(room)
        await third.hello(other)
        seq = await later(room.say, "c2VjcmV0")
        for chat in (one, two):
            frame = await chat.next("events")
            assert (frame["room"], frame["from_seq"], frame["to_seq"]) == (room.name, seq, seq)
            assert frame["events"][0]["content"]["ciphertext"] == "c2VjcmV0"
            assert frame["more"] is False
        await third.ping()
        assert "events" not in third.kinds()

    play(scene, Chat(amina), Chat(bruno), Chat(chen))


def test_room_she_is_not_in_is_not_delivered_though_she_asks() -> None:
    amina, bruno = Person(), Person()
    room = Room(bruno)
    room.add(amina, "invited")

    async def scene(chat: Chat) -> None:
        await chat.hello(room)
        await later(room.say)
        await chat.ping()
        assert "events" not in chat.kinds()
        assert chat.seen[2]["rooms"] == {}

    play(scene, Chat(amina))


def test_poke_with_a_key_comes_before_the_event() -> None:
    amina = Person()
    room = Room(amina)

    async def scene(chat: Chat) -> None:
        await chat.hello(room)
        await later(amina.gets, key="k")
        seq = await later(room.write)
        await later(tell, type="chat.inbox", devices=[amina.device.pk])
        await later(room.poke, seq)
        await chat.seqs(room, seq)
        assert chat.kinds()[3:] == ["sync", "events"]
        assert chat.seen[3]["to_device"][0]["content"] == {"key": "k"}

    play(scene, Chat(amina))


@pytest.mark.parametrize(
    ("problem", "logged"), [(Disconnected, 0), (ConnectionResetError, 0), (ValueError, 1)]
)
def test_client_gone_in_the_middle_of_sending_is_no_fault_of_ours(
    problem: type[Exception], logged: int, caplog: pytest.LogCaptureFixture
) -> None:
    async def send(message: dict[str, object]) -> None:
        raise problem("gone")

    connection = Connection(send, "key")
    async_to_sync(connection.say)("{}")
    assert connection.ended
    assert len(caplog.records) == logged
