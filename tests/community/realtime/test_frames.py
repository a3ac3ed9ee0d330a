"""What a client may send: everything else closes the socket, each with its code."""

import json

import pytest

from portal.sockets.codes import Close
from tests.community.realtime.chat import Chat, Person, play

pytestmark = pytest.mark.django_db


async def expect(chat: Chat, code: Close, word: str) -> None:
    assert await chat.closed() == (word, code)


ROOM = "!00000000-0000-4000-8000-000000000002:members.invalid"
BAD = [
    " ", "[]", "null", "1", "{}", '{"t": 1}', '{"t": "other"}', '{"t": "bye"}', "[" * 5000,
    '{"t"', '{"t": "ping"}', '{"t": "ping", "n": "1"}', '{"t": "ping", "n": -1}',
    '{"t": "ping", "n": 1.5}', '{"t": "ping", "n": true}', '{"t": "ping", "n": 1e3}',
    '{"t": "ping", "n": 9007199254740993}', '{"t": "ping", "n": 1, "x": 1}',
    '{"t": "ack"}', '{"t": "ack", "n": 99}', '{"t": "ack", "n": 0, "cursor": 5}',
    '{"t": "ack", "n": 1, "cursor": "no cursor"}', '{"t": "ack", "n": 1, "cursor": ""}',
    '{"t": "subscribe"}', '{"t": "subscribe", "rooms": "!a"}', '{"t": "subscribe", "rooms": [1]}',
    '{"t": "subscribe", "rooms": ["!a:members.invalid"]}',
    json.dumps({"t": "subscribe", "rooms": [ROOM.replace("members.invalid", "other.invalid")]}),
    json.dumps({"t": "subscribe", "rooms": [ROOM.upper()]}),
    json.dumps({"t": "subscribe", "rooms": [ROOM] * 51}),
    '{"t": "typing", "room": "@a"}', '{"t": "typing"}', '{"t": "hello"}', "\ud800",
]  # fmt: skip


@pytest.mark.parametrize("frame", BAD)
def test_bad_frame_closes_with_4400(frame: str) -> None:
    async def scene(chat: Chat) -> None:
        await chat.hello()
        await chat.raw(frame)
        await expect(chat, Close.BAD_FRAME, "bad_frame")

    play(scene, Chat(Person()))


@pytest.mark.parametrize(
    "fields",
    [{"device_id": "short"}, {"device_id": "abcdefghij"}, {"app": "one"}, {"app": "1.0"},
     {"app": "1.0.0.0"}, {"app": "1.-1.0"}, {"app": "1.0.٣"}, {"cursor": "no cursor"},
     {"rooms": ["!x"]}, {"rooms": [ROOM] * 51}, {"extra": 1}, {"cursor": 1}],
)  # fmt: skip
def test_bad_hello_closes_with_4400(fields: dict[str, object]) -> None:
    async def scene(chat: Chat) -> None:
        assert await chat.open()
        await chat.say_hello(**fields)
        await expect(chat, Close.BAD_FRAME, "bad_frame")

    play(scene, Chat(Person()))


def test_second_hello_closes_with_4400() -> None:
    async def scene(chat: Chat) -> None:
        await chat.hello()
        await chat.say_hello()
        await expect(chat, Close.BAD_FRAME, "bad_frame")

    play(scene, Chat(Person()))


def test_frame_before_hello_closes_with_4400() -> None:
    async def scene(chat: Chat) -> None:
        assert await chat.open()
        await chat.say("ping", n=1)
        await expect(chat, Close.BAD_FRAME, "bad_frame")

    play(scene, Chat(Person()))


def test_binary_frame_closes_with_4400() -> None:
    async def scene(chat: Chat) -> None:
        await chat.hello()
        await chat.wire.send_to(bytes_data=b'{"t": "ping", "n": 1}')
        await expect(chat, Close.BAD_FRAME, "bad_frame")

    play(scene, Chat(Person()))


@pytest.mark.parametrize(
    "frame",
    ['{"t": "typing", "room": "%s"}' % ("x" * 257), '{"t":"ack","n":1,"cursor":"%s"}' % ("1" * 300),
     json.dumps({"t": "subscribe", "rooms": ["!" + "x" * 300]}), "x" * 65537],
)  # fmt: skip
def test_long_field_closes_with_4413(frame: str) -> None:
    async def scene(chat: Chat) -> None:
        await chat.hello()
        await chat.raw(frame)
        await expect(chat, Close.TOO_LARGE, "too_large")

    play(scene, Chat(Person()))
