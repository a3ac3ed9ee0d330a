"""The regular look: every socket is asked about every 30 seconds, in one wheel for all of them.

Each socket has one of 30 slots; the wheel turns by one slot at a time, so the sockets of a process
are looked at in parts, a part with a handful of queries. The same turn keeps the deadlines of
10.4 (hello, silence, acknowledgement), so no socket needs a timer of its own.
"""

import asyncio
import logging
import uuid
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from community.ids import room_name
from community.realtime import database, frames, guard, limits, places, queries
from community.realtime.connection import Connection
from community.realtime.figures import Board
from portal.shared import ratelimit
from portal.sockets.codes import Close

if TYPE_CHECKING:
    from community.realtime.fanout import Hub

logger = logging.getLogger("community.realtime")
SLOTS = 30
REJOIN_TURNS = 720  # memberships in groups expire after a day; 720 turns are six hours
MOST_HEADS = 900  # rooms in one frame

Places = Mapping[uuid.UUID, queries.Place]


class Sweep:
    """The wheel of one hub."""

    def __init__(self, hub: "Hub") -> None:
        self._hub = hub
        self._slots: list[set[Connection]] = [set() for _ in range(SLOTS)]
        self._next = 0  # slot of the next socket that comes
        self._turns = 0
        self._lists_at: int | None = None
        self._board = Board()

    def add(self, connection: Connection) -> None:
        """Look at this socket from now on."""
        connection.slot = self._next
        self._slots[connection.slot].add(connection)
        self._next = (self._next + 1) % SLOTS

    def remove(self, connection: Connection) -> None:
        """Look at it no more."""
        self._slots[connection.slot].discard(connection)

    async def run(self) -> None:
        """Turn until cancelled."""
        loop = asyncio.get_running_loop()
        due, slot = loop.time(), 0
        while True:
            due = max(due + ratelimit.get("socket-check").amount / SLOTS, loop.time())
            await asyncio.sleep(max(0.0, due - loop.time()))
            slot = (slot + 1) % SLOTS
            try:
                await self._close_overdue()
                await self.look_at(tuple(self._slots[slot]), heads=True)
                if slot == 0:
                    await self._whole_turn()
            except Exception:
                logger.exception("the regular look at chat sockets failed")

    # -- one part ------------------------------------------------------------------------------

    async def look_at(self, connections: Sequence[Connection], *, heads: bool = False) -> None:
        """Ask whether these sockets may go on and which rooms they may hear; tell the heads."""
        known = [c for c in connections if c.user is not None and not c.ended]
        if not known:
            return
        try:
            verdicts = await self._hub.checker.ask_all([c.subject for c in known])
            inside = await database.run(queries.places_of, {c.user for c in known})
        except Exception:  # who cannot be asked about may not stay; she comes back by herself
            logger.exception("chat sockets could not be asked about")
            for connection in known:
                await self._hub.end(connection, None, "unavailable")
            return
        for connection, verdict in zip(known, verdicts, strict=True):
            if verdict.code is not None:
                await self._hub.end(connection, verdict.code)
            elif connection.device is not None:
                await self._confirm(connection, verdict, inside.get(connection.user or 0, {}))
                if heads:
                    await tell_heads(connection, inside.get(connection.user or 0, {}))

    async def _confirm(
        self, connection: Connection, verdict: guard.Verdict, inside: Places
    ) -> None:
        """Repair what lost pokes left undone: rooms she is not in any more, new events, inbox."""
        for room in tuple(connection.rooms):
            if room.id not in inside:
                await self._hub.membership_ended(connection, room)
            else:
                room.receipts = inside[room.id].receipts
                room.poke(inside[room.id].head)
        if connection.sync_due or (verdict.device and verdict.device.inbox != connection.inbox):
            self._hub.inbox.wake(connection)
        self._hub.catch_up(connection)

    async def _close_overdue(self) -> None:
        """Close who did not say hello, says nothing, or does not acknowledge."""
        moment = limits.now()
        for connection in tuple(self._hub.connections):
            if connection.ended:
                continue
            if connection.device is None and moment - connection.opened >= limits.HELLO_SECONDS:
                await self._hub.end(connection, Close.BAD_FRAME)
            elif moment - connection.heard >= limits.SILENCE_SECONDS:
                await self._hub.end(connection, None, "silence")
            elif connection.window.is_overdue(moment):
                await self._hub.end(connection, Close.TOO_FAST)

    # -- once a turn -----------------------------------------------------------------------------

    async def _whole_turn(self) -> None:
        hub = self._hub
        self._turns += 1
        held = [(c.user, c.place) for c in hub.connections if c.user is not None and c.place >= 0]
        await database.run(places.keep, held)
        await self._find_list_changes()
        await hub.drop_empty_rooms()
        await database.run(self._board.publish, hub.counts, self._gauges())
        if self._turns % REJOIN_TURNS == 0:
            await hub.join_groups()

    async def _find_list_changes(self) -> None:
        after = self._lists_at
        if after is None:
            after = (await database.run(queries.list_changes, 2**62))[0]
        self._lists_at, users = await database.run(queries.list_changes, after)
        self._hub.news.devices_changed(users)

    def _gauges(self) -> dict[str, int]:
        sockets = self._hub.connections
        return {
            "sockets": len(sockets),
            "people": len(self._hub.by_user),
            "rooms": len(self._hub.rooms),
            "behind": sum(1 for c in sockets if c.behind),
            "unacknowledged": sum(c.window.items for c in sockets),
            "unacknowledged_bytes": sum(c.window.bytes for c in sockets),
        }

    async def close(self) -> None:
        """Take the numbers down."""
        await database.run(self._board.take_down)


async def tell_heads(connection: Connection, inside: Places) -> None:
    """Send how far each room is that the person has joined."""
    ends = {room_name(room_id): place.head for room_id, place in inside.items()}
    names = list(ends)
    for at in range(0, max(1, len(names)), MOST_HEADS):
        part = {name: ends[name] for name in names[at : at + MOST_HEADS]}
        await connection.say(frames.write("heads", rooms=part))
