"""A chat client for tests: people with devices, rooms put straight into the database, a socket."""

import asyncio
import json
import secrets
import string
import uuid
from collections.abc import Awaitable, Callable
from typing import Any

from asgiref.sync import async_to_sync, sync_to_async
from channels.routing import URLRouter
from channels.testing import WebsocketCommunicator
from django.db import transaction
from django.test import Client

from community.devices import binding
from community.devices.models import Device, ToDevice
from community.ids import room_name, user_name
from community.messages.append import append, append_change
from community.messages.models import Event
from community.realtime import pokes
from community.rooms.models import Room as RoomRow
from community.rooms.models import RoomMembership
from portal.project.routing import websocket_urlpatterns
from portal.shared import clock
from portal.sockets import groups
from tests import people

ORIGIN = "http://testserver"
PROTOCOL = "community.chat.v1"
State = RoomMembership.State


class Person:
    """A signed-in member with one device bound to the sign-in."""

    def __init__(self, name: str = "", *, device: bool = True, of: "Person | None" = None) -> None:
        self.user = of.user if of else people.member(name)
        self.client: Client = people.signed_in(self.user)
        self.name = user_name(self.user.public_id)
        self.device_id = "".join(secrets.choice(string.ascii_uppercase) for _ in range(10))
        self.device: Device | None = self.add_device() if device else None

    @property
    def key(self) -> str:
        """The session key of the browser."""
        return self.client.cookies["sessionid"].value

    def add_device(self) -> Device:
        session = self.client.session
        mark = binding.begin(session)
        session.save()
        moment = clock.now()
        return Device.objects.create(
            user=self.user, device_id=self.device_id, device_keys={}, created=moment,
            last_seen_day=moment.date(), bound_sign_in=mark,
        )  # fmt: skip

    def gets(self, kind: str = "m.room.encrypted", **content: Any) -> None:
        """Put a message into the device's inbox; nobody is told."""
        assert self.device is not None
        row = Device.objects.get(pk=self.device.pk)
        row.inbox_seq += 1
        row.save()
        ToDevice.objects.create(
            recipient_device=row, seq=row.inbox_seq, sender=self.user,
            sender_device=self.device_id, type=kind, content=content, created=clock.now(),
        )  # fmt: skip


class Room:
    """A room in the database, and deeds in it of which nobody is told unless it is said."""

    def __init__(self, *members: Person) -> None:
        self.id = uuid.uuid4()
        self.name = room_name(self.id)
        self.row = RoomRow.objects.create(public_id=self.id, kind="case", created=clock.now())
        for person in members:
            self.add(person)

    def add(self, person: Person, state: str = State.JOINED) -> RoomMembership:
        place, _ = RoomMembership.objects.update_or_create(
            room=self.row, user=person.user, defaults={"role": "member", "state": state}
        )
        if state == State.JOINED:
            seq = self.change("joined", person)
            place.joined_seq = place.first_visible_seq = seq
            place.save()
        return place

    def change(self, change: str, person: Person) -> int:
        with transaction.atomic():
            return append_change(self.row, change, user=person.name).seq

    def remove(self, person: Person) -> int:
        """End a membership with an event, as one deed."""
        with transaction.atomic():
            seq = append_change(self.row, "roster", user=person.name, roster_version=2).seq
            RoomMembership.objects.filter(room=self.row, user=person.user).update(
                state=State.REMOVED, left_seq=seq
            )
        return seq

    def write(self, text: str = "AwgA", *, by: Person | None = None) -> int:
        """Store an event of class m; return its number."""
        content = json.dumps({"algorithm": "m.megolm.v1.aes-sha2", "ciphertext": text})
        with transaction.atomic():
            return append(
                self.row, event_class=Event.Class.MESSAGE, content=content,
                sender=by.user if by else None, device=by.device if by else None,
            ).seq  # fmt: skip

    def poke(self, seq: int) -> None:
        """Tell the processes, as after a commit."""
        groups.tell(pokes.of_room(self.id), {"type": "chat.room", "room": str(self.id), "seq": seq})

    def poke_member(self, person: Person) -> None:
        tell(type="chat.member", user=person.user.pk, room=str(self.id))

    def say(self, text: str = "AwgA") -> int:
        """Store an event and tell the processes."""
        seq = self.write(text)
        self.poke(seq)
        return seq


def tell(**message: Any) -> None:
    """Tell every process something."""
    groups.tell(pokes.EVERYBODY, message)


class Chat:
    """A socket of a person."""

    def __init__(
        self, person: Person | None, *, origin: str | None = ORIGIN,
        protocols: tuple[str, ...] = (PROTOCOL,), headers: tuple[tuple[bytes, bytes], ...] = (),
    ) -> None:  # fmt: skip
        self.person = person
        sent = [*headers] if origin is None else [(b"origin", origin.encode()), *headers]
        if person is not None:
            sent.append((b"cookie", f"sessionid={person.key}".encode()))
        self.wire = WebsocketCommunicator(
            URLRouter(websocket_urlpatterns), "/ws/chat/", headers=sent, subprotocols=[*protocols]
        )
        self.seen: list[dict[str, Any]] = []
        self.protocol: str | None = None

    async def open(self) -> bool:
        accepted, self.protocol = await self.wire.connect(timeout=60)
        return bool(accepted)

    async def hello(self, *rooms: Room, **fields: Any) -> dict[str, Any]:
        """Open, say hello, and return the first sync."""
        assert await self.open()
        await self.say_hello(*rooms, **fields)
        first = await self.next("sync")
        await self.next("heads")
        return first

    async def say_hello(self, *rooms: Room, **fields: Any) -> None:
        assert self.person is not None
        hello = {
            "device_id": self.person.device_id, "cursor": None, "app": "1.0.0",
            "rooms": [room.name for room in rooms],
        }  # fmt: skip
        await self.say("hello", **(hello | fields))

    async def say(self, kind: str, **fields: Any) -> None:
        await self.wire.send_to(text_data=json.dumps({"t": kind} | fields))

    async def raw(self, text: str) -> None:
        await self.wire.send_to(text_data=text)

    async def receive(self, timeout: float = 60) -> dict[str, Any]:
        """Return the next frame; every frame is kept in ``seen``."""
        text = await self.wire.receive_from(timeout=timeout)
        assert len(text.encode()) <= 65536
        frame: dict[str, Any] = json.loads(text)
        self.seen.append(frame)
        return frame

    async def next(self, kind: str) -> dict[str, Any]:
        """Return the next frame of a kind."""
        while True:
            frame = await self.receive()
            if frame["t"] == kind:
                return frame

    async def ping(self, number: int = 7) -> None:
        """Ask and wait for the answer: everything sent before it has come."""
        await self.say("ping", n=number)
        while (await self.next("pong"))["n"] != number:
            pass

    async def until(self, holds: Callable[[], bool]) -> None:
        """Ask again and again until something holds that a message of the layer brings about."""
        async with asyncio.timeout(60):
            while not holds():
                await self.ping()

    async def ack(self, number: int | None = None, cursor: str | None = None) -> None:
        numbers = [frame["n"] for frame in self.seen if frame["t"] in ("sync", "events")]
        await self.say("ack", n=number or max(numbers), cursor=cursor)

    async def seqs(self, room: Room, until: int) -> list[int]:
        """Receive events of a room up to number ``until``; return all numbers that came."""
        while not (found := self.delivered(room)) or found[-1] < until:
            await self.receive()
        return found

    def delivered(self, room: Room) -> list[int]:
        """The numbers of the events of a room that came so far."""
        return [
            event["seq"]
            for frame in self.seen
            if frame["t"] == "events" and frame["room"] == room.name
            for event in frame["events"]
        ]

    def kinds(self) -> list[str]:
        return [frame["t"] for frame in self.seen]

    async def closed(self) -> tuple[str, int]:
        """Wait for the end; return the word of ``bye`` and the close code."""
        word = ""
        while True:
            message = await self.wire.receive_output(timeout=60)
            if message["type"] == "websocket.close":
                assert type(message["code"]) is int  # daphne refuses an enum
                return word, message["code"]
            frame = json.loads(message["text"])
            self.seen.append(frame)
            word = frame["code"] if frame["t"] == "bye" else word

    async def leave(self) -> None:
        await self.wire.disconnect(timeout=60)


def play(scene: Callable[..., Awaitable[None]], *chats: Chat) -> None:
    """Run a scene with sockets; they are closed after it."""

    async def run() -> None:
        try:
            await scene(*chats)
        finally:
            for chat in chats:
                await chat.leave()

    async_to_sync(run)()


def later(function: Callable[..., Any], *args: Any, **fields: Any) -> Awaitable[Any]:
    """Call ordinary code from a scene."""
    return sync_to_async(function)(*args, **fields)
