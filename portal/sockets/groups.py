"""Names of the channel-layer groups through which sockets are told something."""

import asyncio
import logging
import os
import threading
from typing import Any

from asgiref.sync import SyncToAsync
from channels.layers import get_channel_layer

logger = logging.getLogger("portal.sockets")
PATIENCE = 5.0  # seconds for a layer that does not answer


def of_user(user_id: int) -> str:
    """Return the group of all sockets of an account."""
    return f"user.{user_id}"


def of_session(mark: str) -> str:
    """Return the group of all sockets of one sign-in (``mark``: SHA-256 of the session key)."""
    return f"session.{mark}"


def tell(group: str, message: dict[str, Any]) -> None:
    """Send to a group from ordinary code. A layer that is down is logged: the guard's regular
    check does what the message would have hastened.

    Beside sockets, in the loop that serves them, and nobody waits for it. In a process without
    sockets a thread has a loop for this alone: one for each message would open a connection to the
    layer for each.
    """
    serving = getattr(SyncToAsync.threadlocal, "main_event_loop", None)
    work = _send(group, message)
    if serving is not None and serving.is_running():
        asyncio.run_coroutine_threadsafe(work, serving)
        return
    try:
        asyncio.run_coroutine_threadsafe(work, _messenger.loop()).result(PATIENCE)
    except TimeoutError:
        logger.exception("the channel layer does not answer")


async def _send(group: str, message: dict[str, Any]) -> None:
    try:
        await get_channel_layer().group_send(group, message)
    except Exception:
        logger.exception("the channel layer did not take a message")


class _Messenger:
    """The loop of a process without sockets; made when it is wanted, and anew after a fork."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._process = 0

    def loop(self) -> asyncio.AbstractEventLoop:
        """Return the running loop."""
        with self._lock:
            if self._loop is None or self._process != os.getpid():
                self._loop, self._process = asyncio.new_event_loop(), os.getpid()
                threading.Thread(
                    target=self._loop.run_forever, name="messenger", daemon=True
                ).start()
            return self._loop


_messenger = _Messenger()
