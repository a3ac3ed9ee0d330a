"""What the channel layer says, handed to the sockets it concerns (types: ``pokes``).

Nothing here is trusted to arrive. What a poke says is read from the database; what its loss would
leave undone is found by the regular look of each socket.
"""

import asyncio
import logging
import uuid
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from community.ids import room_name, user_name
from community.realtime import database, frames, limits, pokes, queries
from community.realtime.connection import Connection
from portal.sockets import sign_in
from portal.sockets.codes import Close

if TYPE_CHECKING:
    from community.realtime.fanout import Hub

logger = logging.getLogger("community.realtime")
MOST_NAMES = 10_000  # kept in memory


class News:
    """Takes messages of the layer one by one, quickly; slow work goes beside."""

    def __init__(self, hub: "Hub") -> None:
        self._hub = hub
        self._names: dict[int, str] = {}
        self._changed: set[int] = set()
        self._ways = {
            "chat.room": self._room, "chat.inbox": self._inbox, "chat.lists": self._lists,
            "chat.member": self._member, "chat.receipt": self._receipt,
            "chat.typing": self._typing, "chat.close": self._close,
            "chat.session": self._session, "chat.person": self._person,
        }  # fmt: skip

    def take(self, message: dict[str, Any]) -> None:
        """Act on a message; a bad one is logged and changes nothing."""
        try:
            self._ways[message["type"]](message)
        except Exception:
            logger.exception("a message of the channel layer was not understood")

    # -- rooms and devices -----------------------------------------------------------------------

    def _room(self, message: dict[str, Any]) -> None:
        room = self._hub.rooms.get(uuid.UUID(message["room"]))
        if room is not None:
            room.poke(int(message["seq"]))

    def _inbox(self, message: dict[str, Any]) -> None:
        for device in message["devices"]:
            for connection in self._hub.by_device.get(device, ()):
                self._hub.inbox.wake(connection)

    def _lists(self, message: dict[str, Any]) -> None:
        self.devices_changed(message["users"])

    def devices_changed(self, users: Iterable[int]) -> None:
        """Devices or keys of these people changed: who shares a room with them gets a sync."""
        fresh = not self._changed
        self._changed |= set(users)
        if fresh and self._changed:
            self._hub.spawn(self._tell_lists())

    async def _tell_lists(self) -> None:
        await asyncio.sleep(limits.COALESCE_SECONDS)
        users, self._changed = self._changed, set()
        for user in await database.run(queries.affected_by, users):
            for connection in tuple(self._hub.by_user.get(user, ())):
                self._hub.inbox.wake(connection)

    # -- people ----------------------------------------------------------------------------------

    def _member(self, message: dict[str, Any]) -> None:
        if message["user"] in self._hub.by_user:
            self._hub.spawn(self.tell_member(message["user"], uuid.UUID(message["room"])))

    async def tell_member(self, user: int, room_id: uuid.UUID) -> None:
        """Tell a person's sockets her own place in a room; who is out of it gets no more events."""
        found = await database.run(queries.member, user, room_id)
        if found is None:
            return
        frame, end = found
        room = self._hub.rooms.get(room_id)
        if room is not None and end is not None:
            await room.finish(user, end)
        text = frames.write("member", **{name: frame[name] for name in frame if name != "t"})
        for connection in tuple(self._hub.by_user.get(user, ())):
            if connection.device is not None and connection.told != text:
                connection.told = text
                await connection.say(text)

    def _receipt(self, message: dict[str, Any]) -> None:
        self._hub.spawn(self._tell_receipt(uuid.UUID(message["room"]), message))

    async def _tell_receipt(self, room_id: uuid.UUID, message: dict[str, Any]) -> None:
        user, room = message["user"], self._hub.rooms.get(room_id)
        own = set(self._hub.by_user.get(user, ()))
        others = room.connections if room is not None and room.receipts else ()
        told = [c for c in own.union(others) if c.device is not None]
        if told:
            name = await self.name_of(user)
            seq = int(message["seq"])
            text = frames.write("receipt", room=room_name(room_id), user=name, seq=seq)
            await self._mention(told, text)

    def _typing(self, message: dict[str, Any]) -> None:
        room = self._hub.rooms.get(uuid.UUID(message["room"]))
        user = message["user"]
        if room is not None:
            told = [connection for connection in room.connections if connection.user != user]
            self._hub.spawn(self._tell_typing(room.name, user, told))

    async def _tell_typing(self, room: str, user: int, told: list[Connection]) -> None:
        if told:
            text = frames.write("typing", room=room, user=await self.name_of(user))
            await self._mention(told, text)

    async def _mention(self, told: Iterable[Connection], text: str) -> None:
        for number, connection in enumerate(told, start=1):
            await connection.mention(text)
            if number % 50 == 0:
                await asyncio.sleep(0)

    async def tell_typing(self, connection: Connection, room_id: uuid.UUID) -> None:
        """Say to all processes that a person is writing in a room. Nobody is told where one of
        two people has blocked the other: nothing can be sent there."""
        if await database.run(queries.is_blocked, room_id):
            return
        message = {"type": "chat.typing", "room": str(room_id), "user": connection.user}
        await self._hub.layer.group_send(pokes.of_room(room_id), message)

    async def name_of(self, user: int) -> str:
        """Return ``@<uuid>:<domain>`` of a person."""
        if user not in self._names:
            if len(self._names) >= MOST_NAMES:
                self._names.clear()
            found = await database.run(queries.names, [user])
            self._names[user] = user_name(found[user])
        return self._names[user]

    # -- ends ------------------------------------------------------------------------------------

    def _close(self, message: dict[str, Any]) -> None:
        for connection in tuple(self._hub.by_device.get(message["device"], ())):
            self._hub.spawn(self._hub.end(connection, Close(message["code"])))

    def _session(self, message: dict[str, Any]) -> None:
        for connection in tuple(self._hub.by_user.get(message["user"], ())):
            if sign_in.session_mark(connection.key) == message["session"]:
                self._hub.spawn(self._hub.end(connection, Close.SIGNED_OUT))

    def _person(self, message: dict[str, Any]) -> None:
        connections = tuple(self._hub.by_user.get(message["user"], ()))
        if connections:
            self._hub.spawn(self._hub.sweep.look_at(connections))
