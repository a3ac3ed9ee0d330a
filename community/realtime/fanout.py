"""The hub: everything one process knows about its chat sockets, and its one ear on the layer.

There is one hub for each event loop. It starts with the first socket and ends with the last. It
has one channel, in the group of every room that a local socket subscribes to and in EVERYBODY.
"""

import asyncio
import logging
import uuid
import weakref
from collections.abc import Coroutine, Iterable, Mapping
from typing import Any

from channels.layers import get_channel_layer

from community.realtime import database, limits, pokes, queries
from community.realtime.checking import Checker
from community.realtime.connection import Connection
from community.realtime.figures import Counts
from community.realtime.inbox import Inbox
from community.realtime.news import News
from community.realtime.room import RoomHere
from community.realtime.sweep import Sweep
from portal.sockets.codes import Close

logger = logging.getLogger("community.realtime")
RETRY_SECONDS = 1.0  # after the layer failed
Places = Mapping[uuid.UUID, queries.Place]
_hubs: "weakref.WeakKeyDictionary[asyncio.AbstractEventLoop, Hub]" = weakref.WeakKeyDictionary()


class Hub:
    """The sockets of this process by account (row id), device (row id) and room."""

    def __init__(self) -> None:
        self.connections: set[Connection] = set()
        self.by_user: dict[int, list[Connection]] = {}
        self.by_device: dict[int, list[Connection]] = {}
        self.rooms: dict[uuid.UUID, RoomHere] = {}
        self.counts = Counts()
        self.checker = Checker()
        self.inbox = Inbox(self)
        self.news = News(self)
        self.sweep = Sweep(self)
        self.layer: Any = get_channel_layer()
        self.channel = ""
        self._tasks: set[asyncio.Task[Any]] = set()
        self._start: asyncio.Task[None] | None = None
        self._ears: list[asyncio.Task[None]] = []

    @classmethod
    def here(cls) -> "Hub":
        """Return the hub of the running loop; a new one if there is none."""
        loop = asyncio.get_running_loop()
        if loop not in _hubs:
            _hubs[loop] = cls()
        return _hubs[loop]

    # -- sockets -------------------------------------------------------------------------------

    async def enter(self, connection: Connection) -> None:
        """A socket was accepted. Raises what the channel layer raises."""
        self.connections.add(connection)
        self.sweep.add(connection)
        self.counts.opened += 1
        if self._start is None:
            self._start = asyncio.create_task(self._open())
        try:
            await asyncio.shield(self._start)
        except Exception:
            self._start = None
            raise

    def know(self, connection: Connection) -> None:
        """Account, and after hello the device, of a socket are known."""
        for index, key in ((self.by_user, connection.user), (self.by_device, connection.device)):
            if key is not None and connection not in index.setdefault(key, []):
                index[key].append(connection)

    async def leave(self, connection: Connection) -> None:
        """A socket is gone."""
        connection.ended = True
        for room in tuple(connection.rooms):
            connection.leave(room)
        for index, key in ((self.by_user, connection.user), (self.by_device, connection.device)):
            if key in index and connection in index[key]:
                index[key].remove(connection)
                if not index[key]:
                    del index[key]
        self.sweep.remove(connection)
        self.connections.discard(connection)
        if not self.connections:
            await self._close()

    async def end(self, connection: Connection, code: Close | None, word: str = "") -> None:
        """Close a socket for a reason."""
        if not connection.ended:
            await connection.end(code, word)
            self.counts.close(str(int(code)) if code else word)

    def spawn(self, work: Coroutine[Any, Any, Any]) -> "asyncio.Task[Any]":
        """Do something beside; its failure is logged."""
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._done)
        return task

    def _done(self, task: "asyncio.Task[Any]") -> None:
        self._tasks.discard(task)
        if not task.cancelled() and task.exception() is not None:
            logger.error("work for a chat socket failed", exc_info=task.exception())

    # -- rooms ---------------------------------------------------------------------------------

    async def subscribe(self, connection: Connection, wanted: Iterable[uuid.UUID]) -> Places:
        """Deliver these rooms and no others, from their present end; return where she is inside.

        Rooms she is not in are left out without a word: missing and forbidden look alike.
        """
        user = connection.user or 0
        while True:
            places = (await database.run(queries.places_of, [user])).get(user, {})
            # Read before a change of members that a room has already dealt with: read again.
            if not any(
                room_id in self.rooms and self.rooms[room_id].changed > place.head
                for room_id, place in places.items()
            ):
                break
        if not connection.ended:
            kept = {room_id: places[room_id] for room_id in wanted if room_id in places}
            await self._hear(self._place(connection, kept))
        return places

    def _place(self, connection: Connection, kept: Places) -> list[RoomHere]:
        """Put a socket into its rooms; return those that are new in this process."""
        for room in tuple(connection.rooms):
            if room.id not in kept:
                connection.leave(room)
        fresh: list[RoomHere] = []
        for room_id, place in kept.items():
            if room_id not in self.rooms:
                room = RoomHere(
                    room_id, place.head, self.counts,
                    ended=self.membership_ended, late=self.catch_up,
                )  # fmt: skip
                self.rooms[room_id] = room
                fresh.append(room)
            room = self.rooms[room_id]
            room.receipts = place.receipts
            room.connections.add(connection)
            connection.rooms.setdefault(room, max(place.head, place.first - 1))
            room.poke(place.head)
        return fresh

    async def _hear(self, fresh: Iterable[RoomHere]) -> None:
        rooms = [room.id for room in fresh]
        for room_id in rooms:
            await self.layer.group_add(pokes.of_room(room_id), self.channel)
        if rooms:  # what came before the ear was open
            await self.look_for_events(rooms)

    async def look_for_events(self, rooms: Iterable[uuid.UUID]) -> None:
        """Ask the database how far these rooms are: pokes may have got lost."""
        for room_id, head in (await database.run(queries.heads, list(rooms))).items():
            if room_id in self.rooms:
                self.rooms[room_id].poke(head)

    async def membership_ended(self, connection: Connection, room: RoomHere) -> None:
        """A person is not in a room any more: stop, and say so."""
        connection.leave(room)
        if connection.user is not None:
            self.spawn(self.news.tell_member(connection.user, room.id))

    async def drop_empty_rooms(self) -> None:
        """Take the ear from rooms that no socket is in, and events from memory."""
        for room in tuple(self.rooms.values()):
            if limits.now() - room.used > limits.ACK_SECONDS:
                room.forget()
            if room.connections:
                continue
            await self.layer.group_discard(pokes.of_room(room.id), self.channel)
            if room.connections:  # somebody came while the layer was busy
                await self.layer.group_add(pokes.of_room(room.id), self.channel)
                await self.look_for_events([room.id])
            else:
                del self.rooms[room.id]
                await room.close()

    def catch_up(self, connection: Connection) -> None:
        """Continue what waits for room in the window, keys before events."""
        if connection.sync_due:
            self.inbox.wake(connection)
        if connection.catching:
            connection.catching = 2
        elif connection.behind and not connection.ended:
            connection.catching = 1
            self.spawn(self._catch_up(connection))

    async def _catch_up(self, connection: Connection) -> None:
        try:
            connection.catching = 2
            while connection.catching == 2 and connection.behind:
                connection.catching = 1
                for room in tuple(connection.behind):
                    connection.behind.discard(room)
                    if not await room.catch_up(connection):
                        break
        finally:
            connection.catching = 0

    # -- layer ---------------------------------------------------------------------------------

    async def _open(self) -> None:
        self.channel = await self.layer.new_channel("chat")
        await self.join_groups()
        self._ears = [asyncio.create_task(self._listen()), asyncio.create_task(self.sweep.run())]

    async def join_groups(self) -> None:
        """Be in all groups; again from time to time, since memberships expire."""
        await self.layer.group_add(pokes.EVERYBODY, self.channel)
        for room_id in tuple(self.rooms):
            await self.layer.group_add(pokes.of_room(room_id), self.channel)

    async def _listen(self) -> None:
        while True:
            try:
                message = await self.layer.receive(self.channel)
                self.counts.pokes += 1
                self.news.take(message)
            except Exception:  # pokes are lost meanwhile; the regular look finds what they said
                logger.exception("the channel layer cannot be heard")
                await asyncio.sleep(RETRY_SECONDS)
                await self._hear_again()

    async def _hear_again(self) -> None:
        try:
            await self.join_groups()
            await self.look_for_events(list(self.rooms))
        except Exception:
            logger.exception("the channel layer is still away")

    async def _close(self) -> None:
        loop = asyncio.get_running_loop()
        if _hubs.get(loop) is self:  # whoever comes now gets a new hub
            del _hubs[loop]
        await self._settle()
        running = [*self._ears, *self._tasks, *([self._start] if self._start else [])]
        running = [task for task in running if task is not asyncio.current_task()]
        for task in running:
            task.cancel()
        await asyncio.gather(*running, return_exceptions=True)
        for room in self.rooms.values():
            await room.close()
        await self.sweep.close()
        if self.channel:
            await self._leave_groups()
        await self._settle()

    async def _leave_groups(self) -> None:
        try:
            for room_id in self.rooms:
                await self.layer.group_discard(pokes.of_room(room_id), self.channel)
            await self.layer.group_discard(pokes.EVERYBODY, self.channel)
        except Exception:  # memberships expire by themselves
            logger.exception("the channel layer does not let go")

    async def _settle(self) -> None:
        """Let the Redis layer tidy up what it does beside: its locks outlive a loop otherwise."""
        if hasattr(self.layer, "wait_received"):
            await self.layer.wait_received()
            await asyncio.sleep(0)
