"""``/ws/notifications/``: the number of unread notices, and every change of it."""

import json
from typing import Any

from channels.db import database_sync_to_async

from portal.notifications.queries import unread
from portal.sockets.codes import Close
from portal.sockets.consumer import GuardedConsumer

VERSION = 1


class NotificationsConsumer(GuardedConsumer):
    """Sends ``{"v": 1, "t": "unread", "count": n}``; takes ``{"t": "ping"}`` and answers it."""

    async def opened(self) -> None:
        await self._send_count()

    async def frame(self, content: dict[str, Any]) -> None:
        if content["t"] != "ping":
            await self.close(Close.BAD_FRAME)
            return
        await self.send(json.dumps({"v": VERSION, "t": "pong"}))

    async def notifications_changed(self, message: dict[str, Any]) -> None:
        """Somebody or something changed the number."""
        if await self.look_again():
            await self._send_count()

    async def _send_count(self) -> None:
        count = await database_sync_to_async(unread)(self.person.user)
        await self.send(json.dumps({"v": VERSION, "t": "unread", "count": count}))
