"""The socket every other one is made from: guarded on each frame and every 30 seconds."""

import asyncio
import contextlib
import json
import logging
from typing import Any

from autobahn.exception import Disconnected
from channels.db import database_sync_to_async
from channels.exceptions import StopConsumer
from channels.generic.websocket import AsyncWebsocketConsumer

from portal.shared import ratelimit
from portal.sockets import groups, origin, sign_in
from portal.sockets.codes import Close
from portal.sockets.pace import Bucket, Slots

logger = logging.getLogger("portal.sockets")


class GuardedConsumer(AsyncWebsocketConsumer):
    """Lets in who is signed in with a second factor, and closes as soon as that ends.

    A consumer made from it fills ``may`` (a further condition, e.g. being a member), ``opened``
    and ``frame``. The sign-in is read again before each inbound frame is looked at, every
    ``socket-check`` seconds, and when the site says that something changed.
    """

    person: sign_in.SignIn

    # -- to be filled ------------------------------------------------------------------------

    def may(self) -> bool:
        """Say (in a database thread) whether the person may use this socket; default: yes."""
        return True

    async def opened(self) -> None:
        """The socket is open."""

    async def frame(self, content: dict[str, Any]) -> None:
        """A frame came: a JSON object with a text ``t``."""

    # -- connection --------------------------------------------------------------------------

    async def connect(self) -> None:
        self._watch: asyncio.Task[None] | None = None
        self._slots: Slots | None = None
        self._groups: list[str] = []
        self._bucket = Bucket()
        if not origin.is_ours(self.scope):
            await self.close()  # before accept: the browser sees HTTP 403
            raise StopConsumer
        self._key = sign_in.session_key(self.scope)
        code = await self._look()
        await self.accept()
        if code is None:
            code = await database_sync_to_async(self._take_place)()
        if code is not None:
            await self.close(code)
            return
        for name in (
            groups.of_user(self.person.user.pk), groups.of_session(self.person.session)
        ):  # fmt: skip
            await self.channel_layer.group_add(name, self.channel_name)
            self._groups.append(name)
        self._watch = asyncio.create_task(self._keep_looking())
        await self.opened()

    async def close(self, code: int | None = None, reason: str | None = None) -> None:
        # The server wants a plain number, not an enum.
        with contextlib.suppress(Disconnected):
            await super().close(None if code is None else int(code), reason)

    async def send(self, *args: Any, **kwargs: Any) -> None:
        # A browser that went to the next page meanwhile is no fault.
        with contextlib.suppress(Disconnected):
            await super().send(*args, **kwargs)

    async def disconnect(self, code: int) -> None:
        if self._watch is not None:
            self._watch.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._watch
        try:
            for name in self._groups:
                await self.channel_layer.group_discard(name, self.channel_name)
        finally:
            if self._slots is not None:
                await database_sync_to_async(self._slots.free)()

    async def receive(self, text_data: str | None = None, bytes_data: bytes | None = None) -> None:
        if not self._bucket.take():
            await self.close(Close.TOO_FAST)
            return
        if not await self.look_again():
            return
        content = _parse(text_data)
        if content is None:
            await self.close(Close.BAD_FRAME)
            return
        await self.frame(content)

    # -- guard -------------------------------------------------------------------------------

    def _read(self) -> Close | None:
        person = sign_in.read(self._key)
        if person is None:
            return Close.SIGNED_OUT
        self.person = person
        return None if self.may() else Close.ROLE_LOST

    async def _look(self) -> Close | None:
        return await database_sync_to_async(self._read)()

    async def look_again(self) -> bool:
        """Read the sign-in again; close and return False if it is over."""
        code = await self._look()
        if code is not None:
            await self.close(code)
        return code is None

    async def _keep_looking(self) -> None:
        while True:
            await asyncio.sleep(ratelimit.get("socket-check").amount)
            try:
                if self._slots is not None:
                    await database_sync_to_async(self._slots.keep)()
                if not await self.look_again():
                    return
            except Exception:  # who cannot be asked about may not stay
                logger.exception("a socket's sign-in could not be read")
                await self.close(Close.SIGNED_OUT)
                return

    def _take_place(self) -> Close | None:
        user = self.person.user.pk
        if not ratelimit.allow(str(user), "socket-connects"):
            return Close.TOO_FAST
        self._slots = Slots(user)
        return None if self._slots.take() else Close.TOO_FAST

    # -- messages of the channel layer ---------------------------------------------------------

    async def sign_in_ended(self, message: dict[str, Any]) -> None:
        """The sign-in this socket belongs to is over."""
        await self.close(Close.SIGNED_OUT)

    async def ask_again(self, message: dict[str, Any]) -> None:
        """Something about the person changed: may she go on?"""
        await self.look_again()


def _parse(text: str | None) -> dict[str, Any] | None:
    """Return the JSON object of a frame; None for anything else."""
    if text is None:
        return None
    try:
        content = json.loads(text)
    except (ValueError, RecursionError):
        return None
    return content if isinstance(content, dict) and isinstance(content.get("t"), str) else None
