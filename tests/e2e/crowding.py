"""People of a room as real requests over loopback, with paper ciphertext (tests.community.crowd)."""

import asyncio
import http.client
import json
import random
from dataclasses import dataclass, field
from typing import Any

import websockets

GONE = (OSError, EOFError, TimeoutError, http.client.HTTPException, websockets.WebSocketException)


@dataclass
class Crowd:
    """Where the site answers, and what everybody was told and saw."""

    port: int
    room: str
    members_seq: int
    devices_pos: int
    people: list[dict[str, str]]
    told: dict[str, int] = field(default_factory=dict)  # ciphertext → seq, as the sender was told
    shown: dict[int, list[str]] = field(default_factory=dict)  # person → ciphertexts in order

    def ask(self, number: int, method: str, path: str, body: Any = None) -> tuple[int, Any]:
        """Send one request of a person; return status and JSON (None: no JSON)."""
        link = http.client.HTTPConnection("localhost", self.port, timeout=20)
        headers = {
            "Cookie": f"sessionid={self.people[number]['session']}; csrftoken={'c' * 32}",
            "X-CSRFToken": "c" * 32,
            "Origin": f"http://localhost:{self.port}",
            "Content-Type": "application/json",
        }
        try:
            text = None if body is None else json.dumps(body)
            link.request(method, f"/api/e2ee/v1/{path}", text, headers)
            answer = link.getresponse()
            data = answer.read()
        finally:
            link.close()
        try:
            return answer.status, json.loads(data)
        except ValueError:
            return answer.status, None

    def event(self, number: int, text: str) -> dict[str, Any]:
        """The body of a message."""
        return {
            "class": "m", "members_seq": self.members_seq, "devices_pos": self.devices_pos,
            "expires_at": None, "media": [], "notify": [],
            "content": {
                "algorithm": "m.megolm.v1.aes-sha2", "ciphertext": text, "sender_key": "k" * 43,
                "device_id": self.people[number]["device"], "session_id": "s" * 43,
            },
        }  # fmt: skip


async def send(crowd: Crowd, number: int, txn: str, text: str) -> None:
    """Send until the server says it has it, always under the same transaction id."""
    dice, pause = random.Random(text), 0.2
    while True:
        try:
            status, answer = await asyncio.to_thread(
                crowd.ask, number, "PUT", f"rooms/{crowd.room}/events/{txn}",
                crowd.event(number, text),
            )  # fmt: skip
        except GONE:
            status, answer = 0, None
        if status in (200, 201):
            crowd.told[text] = answer["seq"]
            return
        assert status in (0, 429, 500, 502, 503), (status, answer)
        # As the browser does: longer each time, so that a server that starts can start.
        wait, pause = answer["retry_after"] if status == 429 else pause, min(2.0, 2 * pause)
        await asyncio.sleep(wait * dice.uniform(0.8, 1.2))


class Listener:
    """Follows a room as messaging.md 10.4 says: live from the socket, holes by HTTP."""

    def __init__(self, crowd: Crowd, number: int) -> None:
        self.crowd, self.number, self.seen = crowd, number, 0
        self.shown = crowd.shown.setdefault(number, [])
        self.room = f"!{crowd.room}:members.invalid"

    def take(self, events: list[dict[str, Any]]) -> None:
        for event in events:
            if event["seq"] != self.seen + 1:
                continue  # shown already, or behind a hole
            self.seen += 1
            if event["class"] == "m":
                self.shown.append(event["content"]["ciphertext"])

    async def catch_up(self) -> None:
        more = True
        while more:
            path = f"rooms/{self.crowd.room}/events?after={self.seen}&limit=200"
            status, page = await asyncio.to_thread(self.crowd.ask, self.number, "GET", path)
            if status != 200:
                raise OSError(status)
            self.seen = max(self.seen, page["first_visible_seq"] - 1)  # before her joining
            self.take(page["events"])
            more = page["more"]

    async def frame(self, socket: Any, frame: dict[str, Any]) -> None:
        if frame["t"] == "events":
            self.take(frame["events"])
            if frame["to_seq"] > self.seen:
                await self.catch_up()
        elif frame["t"] == "heads" and frame["rooms"].get(self.room, 0) > self.seen:
            await self.catch_up()
        if frame["t"] in ("events", "sync"):
            await socket.send(json.dumps({"t": "ack", "n": frame["n"], "cursor": None}))

    async def follow(self, socket: Any, done: asyncio.Event) -> None:
        hello = {
            "t": "hello", "device_id": self.crowd.people[self.number]["device"], "cursor": None,
            "app": "1.0.0", "rooms": [self.room],
        }  # fmt: skip
        await socket.send(json.dumps(hello))
        await self.catch_up()
        while not done.is_set():
            await self.frame(socket, json.loads(await asyncio.wait_for(socket.recv(), 5)))

    async def listen(self, done: asyncio.Event) -> None:
        """Follow until ``done``, again after every break; then read to the end."""
        person = self.crowd.people[self.number]
        while not done.is_set():
            try:
                async with websockets.connect(
                    f"ws://localhost:{self.crowd.port}/ws/chat/",
                    subprotocols=["community.chat.v1"],  # type: ignore[list-item]
                    additional_headers={"Cookie": f"sessionid={person['session']}"},
                    origin=f"http://localhost:{self.crowd.port}",  # type: ignore[arg-type]
                ) as socket:
                    await self.follow(socket, done)
            except GONE:
                await asyncio.sleep(0.3)
        for _ in range(30):
            try:
                await self.catch_up()
                return
            except GONE:
                await asyncio.sleep(0.3)
        raise AssertionError("the room could not be read to its end")
