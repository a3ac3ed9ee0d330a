"""What is refused, and what fails, leaves no word of it: not in the log, not in an error report.

Browsers of ours send no text in clear. Here somebody does, in every request there is, and the
server fails in the middle of its work.
"""

import base64
import json
import uuid
from collections.abc import Mapping
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import IntegrityError, connection

from community.attachments import services as attachments
from community.messages.models import Event
from portal.shared import ratelimit
from tests.community.attachments.uploads import start
from tests.community.canary.stores import Places, Stores
from tests.community.canary.words import Search, new_words
from tests.community.messages.made import Ready, new_txn, path, room_of, said
from tests.community.realtime.chat import Chat, play

WAYS = 14
# Every address that takes something in; {…} is filled in from the scene.
ADDRESSES = (
    "POST keys/upload", "POST keys/query", "POST keys/claim", "POST keys/signatures",
    "POST keys/signing", "PUT to-device/m.room.encrypted/t1", "PUT to-device/m.x/t2",
    "POST sync/ack", "POST backup/version", "PUT backup/1/keys", "PUT secrets/anchors",
    "POST devices/{device}/rename", "POST devices/{device}/challenge",
    "POST devices/{device}/bind", "PUT dehydrated-device", "POST rooms", "POST {room}/roster",
    "POST {room}/join", "POST {room}/leave", "POST {room}/decline", "PUT {room}/me",
    "POST {room}/settings", "POST {room}/exports", "POST {room}/close", "POST {room}/hold",
    "POST {room}/reports", "PUT {room}/read", "PUT {room}/events/t3", "DELETE {room}/events/1",
    "POST media", "PUT media/{media}/0", "POST push/subscriptions",
    "DELETE push/subscriptions/1", "POST people/cards", "POST nowhere",
)  # fmt: skip


def in_base64(text: str) -> str:
    """Text that looks sealed and can be found again."""
    return base64.b64encode(b"\x03\x08\x00" + text.encode()).decode().rstrip("=")


@pytest.fixture
def words() -> dict[str, str]:
    return new_words()


@pytest.fixture
def scene(stores: Stores, unhurried: None) -> Any:
    """A writer, a reader and their room."""
    writer, reader = Ready(), Ready()
    writer.client.raise_request_exception = False
    writer.device.device_keys = writer.device_keys()
    writer.device.save()
    room = room_of(writer.user, reader.user)
    return SimpleNamespace(writer=writer, reader=reader, room=room, events=f"{path(room)}/events/")


def assert_nowhere(words: Mapping[str, str], stores: Stores) -> Places:
    """No place has any of the words, and there was a log to look at."""
    places = stores.all()
    assert Search(words).hits(places) == []
    assert places["log"]
    return places


def bad_bodies(scene: Any, text: str) -> list[Any]:
    """A message with words in clear, or nearly sealed, in all ways that are refused."""
    writer, limit = scene.writer, ratelimit.get("event-size").amount
    content = writer.megolm(in_base64(text))
    body = writer.event(scene.room, content=content, notify=[scene.reader.name])
    return [
        body | {"content": writer.megolm(f"{text} in clear")},
        body | {"content": {"body": text, "msgtype": "m.text"}},
        body | {"content": content | {"device_id": text}},
        body | {"content": writer.megolm(in_base64(text) + "A" * limit)},
        body | {"body": text}, body | {"class": text}, body | {"members_seq": text},
        body | {"members_seq": 0}, body | {"media": [text]}, body | {"notify": [text]},
        body | {"expires_at": text},
        f'{{"content": "{text}'.encode(), text.encode("utf-16"),
        (in_base64(text) * 1_100_000)[: 1024 * 1024 + 1].encode(),
    ]  # fmt: skip


def test_refused_messages_are_nowhere(scene: Any, stores: Stores, words: dict[str, str]) -> None:
    statuses = set()
    for word in words.values():
        ways = bad_bodies(scene, f"{word}1")
        assert len(ways) == WAYS
        for body in ways:
            statuses.add(scene.writer.put(scene.events + new_txn(), body).status_code)
    assert statuses == {400, 409, 413}
    assert Event.objects.filter(room=scene.room).count() == 1
    assert_nowhere(words, stores)


@pytest.mark.parametrize("method", ["words as names", "words in a list", "no JSON"])
def test_words_sent_to_any_address_are_nowhere(
    scene: Any, stores: Stores, words: dict[str, str], method: str
) -> None:
    media = start(scene.writer, scene.room, b"x" * 10).json()["media_id"]
    text = " ".join(words.values())
    body: Any = {
        "words as names": {"name": text, text: {"body": text}},
        "words in a list": [text, {"body": text}],
        "no JSON": f'{{"name": "{text}", {text}'.encode(),
    }[method]
    for address in ADDRESSES:
        verb, _, where = address.partition(" ")
        where = where.format(room=path(scene.room), device=scene.writer.device_id, media=media)
        answer = scene.writer.call(verb, where, body)
        assert answer.status_code < 500, (address, answer.content)
    assert_nowhere(words, stores)


class Refusing:
    """The database refuses rows of a table, and quotes them as PostgreSQL does."""

    def __init__(self, table: str) -> None:
        self.table, self.count = table, 0

    def __call__(self, execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        if f'INSERT INTO "{self.table}"' in sql:
            self.count += 1
            raise IntegrityError(f"violates a constraint. DETAIL: Failing row contains {params}.")
        return execute(sql, params, many, context)


@pytest.mark.parametrize("table", ["community_event", "community_report", "community_eventmedia"])
def test_rows_the_database_refuses_are_nowhere(
    scene: Any, stores: Stores, words: dict[str, str], table: str
) -> None:
    writer, room = scene.writer, scene.room
    reported = said(room, scene.reader).seq
    media = start(writer, room, b"x").json()["media_id"]
    writer.put(f"media/{media}/0", b"x")
    refusing = Refusing(table)
    with connection.execute_wrapper(refusing):
        for word in words.values():
            if table == "community_report":
                body = {"seq": reported, "reason": f"{word} was said", "copy": f"{word} in clear"}
                answer = writer.post(f"{path(room)}/reports", body)
            else:
                body = writer.event(room, content=writer.megolm(in_base64(word)), media=[media])
                answer = writer.put(scene.events + new_txn(), body)
            assert answer.status_code == 500
            assert Search(words).hits({"answer": answer.content}) == []
    assert refusing.count == len(words)
    places = assert_nowhere(words, stores)
    assert b"NotStored" in places["log"]
    reports = [place for place in places if place.startswith("mail ")]
    assert len(reports) >= len(words)  # the operators were told, but not of what


def test_parts_of_files_are_nowhere_but_in_their_file(
    scene: Any, stores: Stores, words: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    writer, data = scene.writer, "".join(words.values()).encode()

    def fails(*args: object, **fields: object) -> None:
        raise OSError(28, "No space left on device")

    media = start(writer, scene.room, data).json()["media_id"]
    assert writer.put(f"media/{media}/5", data).status_code == 409
    assert writer.put(f"media/{media}/0", data + b"x").status_code == 413
    with monkeypatch.context() as patch:
        patch.setattr(attachments.sealed, "append", fails)
        assert writer.put(f"media/{media}/0", data).status_code == 500
    assert_nowhere(words, stores)
    assert writer.put(f"media/{media}/0", data[:-1] + b"\0").status_code == 422
    assert writer.put(f"media/{media}/0", data).json()["complete"] is True
    hits = Search(words).hits(stores.all())
    assert len(hits) == len(words)
    assert all(hit.startswith("file private/") for hit in hits)


def test_frames_with_words_are_nowhere(scene: Any, stores: Stores, words: dict[str, str]) -> None:
    text = " ".join(words.values())
    writer = scene.writer
    person = SimpleNamespace(
        key=writer.client.cookies["sessionid"].value, device_id=writer.device_id
    )
    room = f"!{uuid.uuid4()}:members.invalid"
    frames = [
        json.dumps({"t": text}), json.dumps({"t": "typing", "room": text}),
        json.dumps({"t": "typing", "room": room, "body": text}),
        json.dumps({"t": "subscribe", "rooms": [text]}), json.dumps([text]),
        json.dumps({"t": "ack", "n": 1, "cursor": text}), text, '{"t": "' + text,
        json.dumps({"t": "ping", "n": text}), json.dumps({"t": "hello", "device_id": text}),
    ]  # fmt: skip
    for frame in frames:

        async def send(chat: Chat, frame: str = frame) -> None:
            await chat.hello()
            await chat.raw(frame)
            assert (await chat.closed())[1] >= 4400

        play(send, Chat(person))  # type: ignore[arg-type]
    assert_nowhere(words, stores)
