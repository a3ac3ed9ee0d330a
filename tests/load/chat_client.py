"""Many chat clients in one process: a bare WebSocket client (RFC 6455) over loopback that says
hello, counts events, acknowledges at the pace the server allows, and pings."""

import asyncio
import base64
import json
import os
import random
import re
import time
from collections.abc import Callable, Sequence
from typing import Any

from community.ids import room_name
from tests.load.chat_data import Member, Place, body
from tests.load.client import Connection, Request
from tests.load.scenarios import CSRF

# As static/src/community/chat/socket.ts does: for many frames at once, and not all clients at once.
PING_SECONDS, ACK_SECONDS, ACK_ITEMS = 25.0, 2.0, 20
OPEN_SECONDS = 60.0
FLOOR_BYTES = 1_000  # about what a frame with one event of chat_data has
_EVENTS = re.compile(r'^\{"t":"events","n":(\d+),"room":"[^"]+","from_seq":(\d+),"to_seq":(\d+)')
Seen = Callable[[int, int, float], None]


class Wire(asyncio.Protocol):
    """One socket. ``seen(first, last, moment)`` is called with each frame of events."""

    def __init__(
        self, port: int, member: Member | None, rooms: Sequence[Place], seen: Seen
    ) -> None:
        self._port, self._member, self._rooms, self._seen = port, member, rooms, seen
        self._data = bytearray()
        self._open = False
        self._last, self._acknowledged = 0, 0
        self._timer: asyncio.TimerHandle | None = None
        self._acks: asyncio.TimerHandle | None = None
        self.transport: asyncio.Transport | None = None
        loop = asyncio.get_running_loop()
        self.ready: asyncio.Future[None] = loop.create_future()  # hello was answered
        self.gone: asyncio.Future[str] = loop.create_future()

    # -- asyncio -----------------------------------------------------------------------------

    def connection_made(self, transport: Any) -> None:
        self.transport = transport
        key = base64.b64encode(os.urandom(16)).decode()
        cookie = f"Cookie: sessionid={self._member.session}\r\n" if self._member else ""
        transport.write(
            f"GET /ws/chat/ HTTP/1.1\r\nHost: localhost:{self._port}\r\nUpgrade: websocket\r\n"
            f"Connection: Upgrade\r\nSec-WebSocket-Key: {key}\r\nSec-WebSocket-Version: 13\r\n"
            f"Origin: http://localhost:{self._port}\r\n"
            f"Sec-WebSocket-Protocol: community.chat.v1\r\n{cookie}\r\n".encode()
        )

    def data_received(self, data: bytes) -> None:
        self._data += data
        if not self._open:
            head, found, rest = bytes(self._data).partition(b"\r\n\r\n")
            if not found:
                return
            if b" 101 " not in head.partition(b"\r\n")[0]:
                self._fail(head.decode("latin-1")[:100])
                return
            self._open, self._data = True, bytearray(rest)
            self._hello()
        self._frames()

    def connection_lost(self, problem: Exception | None) -> None:
        self._fail(f"the connection was lost: {problem}")

    # -- frames ------------------------------------------------------------------------------

    def _frames(self) -> None:
        data, at = self._data, 0
        while len(data) - at >= 2:
            size, start = data[at + 1] & 127, at + 2
            if size >= 126:
                wide = 2 if size == 126 else 8
                if len(data) - start < wide:
                    break
                size, start = int.from_bytes(data[start : start + wide], "big"), start + wide
            if len(data) - start < size:
                break
            self._frame(data[at] & 15, bytes(data[start : start + size]))
            at = start + size
        if at:
            del data[:at]

    def _frame(self, kind: int, payload: bytes) -> None:
        moment = time.perf_counter()
        if kind == 9:  # ping of the server
            self._write(10, payload)
            return
        if kind == 8:
            self._fail(f"closed with {int.from_bytes(payload[:2], 'big')}")
            return
        text = payload.decode()
        found = _EVENTS.match(text)
        if found:
            number, first, last = (int(part) for part in found.groups())
            self._seen(first, last, moment)
            self._count(number)
        elif text.startswith('{"t":"sync","n":'):
            self._count(int(text[16 : text.index(",", 16)]))
        elif text.startswith('{"t":"heads"') and not self.ready.done():
            self.ready.set_result(None)
            self._timer = asyncio.get_running_loop().call_later(PING_SECONDS, self._ping)
        elif text.startswith("floor:"):
            number = int(text[6:22])
            self._seen(number, number, moment)

    def _count(self, number: int) -> None:
        self._last = number
        if number - self._acknowledged >= ACK_ITEMS:
            self._ack()
        elif self._acks is None:
            wait = ACK_SECONDS * (1 + random.random())
            self._acks = asyncio.get_running_loop().call_later(wait, self._ack)

    def _ack(self) -> None:
        if self._acks is not None:
            self._acks.cancel()
            self._acks = None
        if self._last > self._acknowledged and not self.gone.done():
            self._acknowledged = self._last
            self.say({"t": "ack", "n": self._last})

    def _ping(self) -> None:
        if not self.gone.done():
            self.say({"t": "ping", "n": 1})
            self._timer = asyncio.get_running_loop().call_later(PING_SECONDS, self._ping)

    def _hello(self) -> None:
        if self._member is None:
            self.ready.set_result(None)
            return
        rooms = [room_name(place.id) for place in self._rooms]
        self.say({
            "t": "hello", "device_id": self._member.device_id, "cursor": None, "app": "1.0.0",
            "rooms": rooms,
        })  # fmt: skip

    def say(self, frame: dict[str, Any]) -> None:
        """Send a frame."""
        self._write(1, json.dumps(frame).encode())

    def _write(self, kind: int, payload: bytes) -> None:
        size = len(payload)
        head = bytes([128 | kind])
        head += bytes([128 | size]) if size < 126 else bytes([254]) + size.to_bytes(2, "big")
        if self.transport is not None:
            self.transport.write(head + bytes(4) + payload)  # masked with zeros

    def _fail(self, why: str) -> None:
        if not self.gone.done():
            self.gone.set_result(why)
        if not self.ready.done():
            self.ready.set_exception(RuntimeError(why))
            self.ready.exception()  # whoever waits gets it too
        self.close()

    def close(self) -> None:
        """Leave."""
        for timer in filter(None, (self._timer, self._acks)):
            timer.cancel()
        if self.transport is not None:
            self.transport.close()


async def connect(port: int, member: Member | None, rooms: Sequence[Place], seen: Seen) -> Wire:
    """Open a socket to this machine and wait until hello was answered. Raises RuntimeError."""
    loop = asyncio.get_running_loop()
    _, wire = await loop.create_connection(
        lambda: Wire(port, member, rooms, seen), "127.0.0.1", port
    )
    await asyncio.wait_for(wire.ready, OPEN_SECONDS)
    return wire


async def connect_all(
    port: int, members: Sequence[Member | None], rooms: Sequence[Sequence[Place]], seen: Seen,
    *, at_once: int = 16,
) -> list[Wire]:  # fmt: skip
    """Open a socket for each member, ``at_once`` at a time."""
    turn = asyncio.Semaphore(at_once)

    async def one(member: Member | None, places: Sequence[Place]) -> Wire:
        async with turn:
            return await connect(port, member, places, seen)

    pairs = zip(members, rooms, strict=True)
    return list(await asyncio.gather(*[one(member, places) for member, places in pairs]))


class Sender:
    """Sends events by HTTP, one after the other, as a member's browser does."""

    def __init__(self, port: int, member: Member, place: Place) -> None:
        self._connection = Connection(port)
        self._path = f"/api/e2ee/v1/rooms/{place.id}/events/"
        self._cookie = f"sessionid={member.session}; csrftoken={CSRF}"
        self._headers = (("Origin", f"http://localhost:{port}"), ("X-CSRFToken", CSRF))
        self._body = body(member, place)

    async def send(self) -> int:
        """Send an event; return its number. Raises RuntimeError for any other answer than 201."""
        path = self._path + os.urandom(12).hex()
        request = Request("PUT", path, self._cookie, self._body, self._headers)
        status, _, answer = await self._connection.send(request)
        if status != 201:
            raise RuntimeError(f"{status}: {answer[:300]!r}")
        return int(json.loads(answer)["seq"])

    async def close(self) -> None:
        """Close the connection."""
        await self._connection.close()


class Post:
    """Posts a text of the size of an event to the floor, which sends it to all sockets."""

    def __init__(self, port: int) -> None:
        self._connection = Connection(port)

    async def send(self, number: int) -> int:
        """Post a numbered text; return its number."""
        text = f"floor:{number:016d}:{'A' * FLOOR_BYTES}".encode()
        status, _, answer = await self._connection.send(Request("POST", "/", body=text))
        if status != 200:
            raise RuntimeError(f"{status}: {answer[:300]!r}")
        return number

    async def close(self) -> None:
        """Close the connection."""
        await self._connection.close()
