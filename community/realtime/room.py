"""A room as one process sees it: each event is read once, then goes to every socket of the room.

Pokes only say that there may be more; the order and the completeness come from the database. A
lost, late or doubled poke changes nothing but the moment.
"""

import asyncio
import logging
import uuid
from collections import deque
from collections.abc import Awaitable, Callable, Iterable

from community.ids import room_name
from community.realtime import database, limits, packing, queries
from community.realtime.connection import Connection
from community.realtime.figures import Counts

logger = logging.getLogger("community.realtime")
YIELD_AFTER = 50  # sockets served before others of the process have their turn
Late = Callable[[Connection], None]
Ended = Callable[[Connection, "RoomHere"], Awaitable[None]]


class RoomHere:
    """The sockets of a room in this process, and how far its events were read.

    ``head`` is the last event known of, ``done`` the last one handed to the sockets, ``changed``
    the last one by which the server said something, perhaps about who is inside.
    """

    __slots__ = (
        "_counts", "_ended", "_late", "_ran_at", "_recent", "_recent_bytes", "_run", "changed",
        "connections", "done", "head", "id", "name", "receipts", "used",
    )  # fmt: skip

    def __init__(
        self, room_id: uuid.UUID, head: int, counts: Counts, *, ended: Ended, late: Late
    ) -> None:
        self.id, self.name = room_id, room_name(room_id)
        self.head = self.done = head
        self.changed = 0
        self.receipts = False
        self.connections: set[Connection] = set()
        self.used = limits.now()
        self._counts, self._ended, self._late = counts, ended, late
        self._recent: deque[packing.Event] = deque()
        self._recent_bytes = 0
        self._run: asyncio.Task[None] | None = None
        self._ran_at = 0.0

    # -- news ----------------------------------------------------------------------------------

    def poke(self, seq: int) -> None:
        """There are events up to ``seq``. The first poke acts at once, others 50 ms after it."""
        self.head = max(self.head, seq)
        if self.head > self.done and self._run is None:
            self._run = asyncio.create_task(self._deliver_all())

    async def finish(self, user: int, end: int) -> None:
        """A person is not inside any more: deliver up to event ``end``, then nothing."""
        self.poke(end)
        if self._run is not None:
            await asyncio.wait([self._run])
        for connection in tuple(self.connections):
            if connection.user == user:
                connection.leave(self)

    async def close(self) -> None:
        """Stop reading."""
        if self._run is not None:
            self._run.cancel()
            await asyncio.gather(self._run, return_exceptions=True)

    async def _deliver_all(self) -> None:
        loop = asyncio.get_running_loop()
        try:
            while self.head > self.done:
                await asyncio.sleep(max(0.0, self._ran_at + limits.COALESCE_SECONDS - loop.time()))
                self._ran_at, head = loop.time(), self.head
                while self.done < min(head, self.head):
                    await self._deliver_page(head)
        except Exception:  # the next poke or the regular look reads again
            logger.exception("events of a room could not be read")
        finally:
            self._run = None

    async def _deliver_page(self, head: int) -> None:
        first = self.done + 1
        events, last = await database.run(queries.events, self.id, first, head)
        self._counts.reads += 1
        if last < first:  # the poke said more than there is
            self.head = self.done
            return
        changes = [event.seq for event in events if event.server]
        if changes:
            self.changed = changes[-1]
            await self._people_changed(events, last)
        self._remember(events)
        self.done, self.used = last, limits.now()
        for part in packing.parts(self.name, events, first, last):
            await self._fan_out(part)

    async def _people_changed(self, events: list[packing.Event], last: int) -> None:
        """The server said something: perhaps about who is inside. Who is not any more gets what
        there was up to the end of the membership, and nothing after it."""
        self.forget()  # an event may have been taken away
        users = {c.user for c in self.connections if c.user is not None}
        ends = await database.run(queries.ends_in, self.id, users)
        self.receipts = await database.run(queries.shows_receipts, self.id)
        for connection in tuple(self.connections):
            if connection.user not in ends:  # came meanwhile, and was asked about just now
                continue
            start, end = ends[connection.user]
            seen = connection.rooms.get(self, last)
            if end is None:
                connection.rooms[self] = max(seen, start - 1)
                continue
            rest = [event for event in events if seen < event.seq <= end]
            if rest and seen == self.done:
                for part in packing.parts(self.name, rest, seen + 1, min(end, last)):
                    self.offer(connection, part)
            await connection.flush()
            await self._ended(connection, self)

    # -- delivery ------------------------------------------------------------------------------

    async def _fan_out(self, part: packing.Part) -> None:
        served = 0
        for connection in tuple(self.connections):
            if self.offer(connection, part):
                await connection.flush()
                served += 1
                if served % YIELD_AFTER == 0:
                    await asyncio.sleep(0)
            elif connection.behind and connection.window.has_room(part.size):
                self._late(connection)  # its next event is another one

    def offer(self, connection: Connection, part: packing.Part) -> bool:
        """Put a part into a socket's outbox if it is the next one there and the window has room;
        else note that the socket is behind. False: nothing was put."""
        seen = connection.rooms.get(self)
        if seen is None or connection.ended or part.last <= seen:
            return False
        waits = part.first != seen + 1 or connection.waits_for_keys()
        if waits or not connection.window.has_room(part.size):
            connection.fell_behind(self)
            return False
        connection.rooms[self] = part.last
        connection.number("events", part.text, part.size)
        self._counts.deliveries += 1
        return True

    async def catch_up(self, connection: Connection) -> bool:
        """Continue a socket from its last event, page by page; False when its window is full."""
        while (seen := connection.rooms.get(self, self.done)) < self.done and not connection.ended:
            first = seen + 1
            kept = self._kept(first)
            if kept is not None:
                events, last = kept, self.done
            else:
                events, last = await database.run(queries.events, self.id, first, self.done)
                self._counts.reads += 1
            for part in packing.parts(self.name, events, first, last):
                # While the database was asked the socket may have left, or been served.
                if connection.rooms.get(self) != part.first - 1:
                    break
                if not self.offer(connection, part):
                    await connection.flush()
                    return False
            await connection.flush()
        return True

    # -- memory --------------------------------------------------------------------------------

    def _remember(self, events: Iterable[packing.Event]) -> None:
        for event in events:
            self._recent.append(event)
            self._recent_bytes += event.size
        while self._recent_bytes > limits.PAGE_BYTES:
            self._recent_bytes -= self._recent.popleft().size

    def _kept(self, first: int) -> list[packing.Event] | None:
        """Return the events from ``first`` to the last from memory; None if they do not all stand
        there."""
        if not self._recent or self._recent[0].seq > first:
            return None
        found = [event for event in self._recent if event.seq >= first]
        return found if len(found) == self.done - first + 1 else None

    def forget(self) -> None:
        """Keep no event in memory."""
        self._recent.clear()
        self._recent_bytes = 0
