"""``/ws/chat/``: delivers sealed events and keys (messaging.md 10.4).

An ASGI application of its own, not a class of channels: those start two more tasks and join groups
for each socket, and there are thousands in a process. Routing, sign-in, origin and pace are the
same as everywhere; the channel layer is heard once for all by the hub.
"""

import logging
from collections import deque
from collections.abc import Awaitable, Callable
from typing import Any

from community.realtime import actions, database, frames, places
from community.realtime.connection import Connection, Send
from community.realtime.fanout import Hub
from portal.sockets import origin, sign_in
from portal.sockets.codes import Close

logger = logging.getLogger("community.realtime")
Receive = Callable[[], Awaitable[dict[str, Any]]]


class ChatConsumer:
    """The socket. One object serves all of them: what belongs to one stands in its Connection."""

    @classmethod
    def as_asgi(cls) -> "ChatConsumer":
        """Return the application, as channels' consumers do."""
        return cls()

    async def __call__(self, scope: dict[str, Any], receive: Receive, send: Send) -> None:
        await receive()  # "websocket.connect"
        if not origin.is_ours(scope):
            await send({"type": "websocket.close"})  # before accept: the browser sees HTTP 403
            return
        key, fits = sign_in.session_key(scope), frames.PROTOCOL in scope.get("subprotocols", [])
        await send({"type": "websocket.accept", "subprotocol": frames.PROTOCOL if fits else None})
        connection = Connection(send, key)
        scope["headers"].clear()  # the very list Daphne keeps
        del scope, key  # not to be kept for hours, thousands of times
        hub = Hub.here()
        try:
            await self._admit(hub, connection, fits)
            await self._listen(hub, connection, receive)
        finally:
            await _gone(hub, connection)

    # -- connection ----------------------------------------------------------------------------

    async def _admit(self, hub: Hub, connection: Connection, fits: bool) -> None:
        """Say who is there and take a place, or close."""
        try:
            await hub.enter(connection)
            code = await self._why_not(hub, connection) if fits else Close.BAD_FRAME
        except Exception:
            logger.exception("a chat socket could not be admitted")
            await hub.end(connection, None, "unavailable")
            return
        if code is not None:
            await hub.end(connection, code)

    async def _why_not(self, hub: Hub, connection: Connection) -> Close | None:
        verdict = await hub.checker.ask(connection.subject)
        if verdict.code is not None or verdict.user is None:
            return verdict.code or Close.SIGNED_OUT
        user = verdict.user.pk
        if not await database.run(places.may_connect, user):
            return Close.TOO_FAST
        connection.user = user
        hub.know(connection)
        return None if await self._take_place(hub, connection, user) else Close.TOO_FAST

    async def _take_place(self, hub: Hub, connection: Connection, user: int) -> bool:
        """Take one of the account's places: here at once, then among all processes."""
        for place in places.numbers():
            if any(other.place == place for other in hub.by_user[user]):
                continue
            connection.place = place
            if await database.run(places.take, user, place):
                return True
            connection.place = -1
        return False

    # -- frames --------------------------------------------------------------------------------

    async def _listen(self, hub: Hub, connection: Connection, receive: Receive) -> None:
        """Take what comes until the client is gone. Frames are counted as they come and worked on
        one after the other beside, so that a flood is seen before it is stored."""
        while (message := await receive())["type"] != "websocket.disconnect":
            if connection.ended:
                continue
            hub.counts.frames += 1
            if not connection.counts():
                await hub.end(connection, Close.TOO_FAST)
                continue
            if connection.waiting is None:
                connection.waiting = deque()
            connection.waiting.append(message)
            if connection.worker is None:
                connection.worker = hub.spawn(self._work(hub, connection))

    async def _work(self, hub: Hub, connection: Connection) -> None:
        try:
            while connection.waiting and not connection.ended:
                code = await self._take(hub, connection, connection.waiting.popleft())
                if code is not None:
                    await hub.end(connection, code)
        except Exception:
            logger.exception("a frame could not be worked on")
            await hub.end(connection, None, "unavailable")
        finally:
            connection.worker = connection.waiting = None

    async def _take(
        self, hub: Hub, connection: Connection, message: dict[str, Any]
    ) -> Close | None:
        """Guard, parse, act; return why the socket must be closed, if it must."""
        verdict = await hub.checker.ask(connection.subject)
        if verdict.code is not None or connection.ended:
            return verdict.code
        frame = frames.parse(message.get("text"))
        if isinstance(frame, Close):
            return frame
        return await actions.act(hub, connection, frame, verdict)


async def _gone(hub: Hub, connection: Connection) -> None:
    """The client is gone: give back what the socket held."""
    user, place = connection.user, connection.place
    await hub.leave(connection)
    if user is not None and place >= 0:
        await database.run(places.free, user, place)
