"""One open socket: what it may hold, and the only way out to it.

Thousands of these are idle in a process, so each keeps little: fixed slots, no task and no timer
of its own. Whoever has something to send puts it into the outbox and runs ``flush``; while one
runs, others leave their frames to it. So there is at most one sender a connection, in order.
"""

import asyncio
import logging
from collections import deque
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Any

from autobahn.exception import Disconnected

from community.realtime import frames, guard, limits
from community.realtime.window import Window
from portal.sockets.codes import Close

if TYPE_CHECKING:
    from community.realtime.room import RoomHere

logger = logging.getLogger("community.realtime")
Send = Callable[[dict[str, Any]], Awaitable[None]]


class Connection:
    """A socket that was accepted. ``user``, ``device`` are row ids, None until they are known."""

    __slots__ = (
        "_outbox", "_send", "_sending", "behind", "catching", "cursor", "device", "ended",
        "heard", "inbox", "key", "opened", "owed", "place", "rooms", "slot", "spare", "sync_due",
        "sync_mark", "sync_since", "syncing", "tokens", "tokens_at", "told", "typed", "user",
        "waiting", "window", "worker",
    )  # fmt: skip

    def __init__(self, send: Send, key: str) -> None:
        moment = limits.now()
        self._send, self.key = send, key
        self._outbox: deque[dict[str, Any]] | None = None
        self._sending = self.ended = False
        self.user: int | None = None
        self.device: int | None = None  # known means: hello was said
        self.place = -1  # which of the account's places it took
        self.slot = 0  # of the wheel
        self.opened = self.heard = self.tokens_at = moment
        self.tokens = limits.full()
        self.owed = 0  # numbered frames that were sent: so many acknowledgements may come at once
        self.spare = limits.SPARE_BYTES
        self.window = Window()
        self.rooms: dict[RoomHere, int] = {}  # room → last event sent
        self.behind: set[RoomHere] | None = None
        self.catching = 0  # 1: somebody reads for it, 2: and shall look again
        self.cursor: str | None = None
        self.inbox = -1  # the last thing sent to the device that a sync has seen
        self.sync_mark = 0
        self.syncing = self.sync_due = False
        self.sync_since = 0.0
        self.told = ""  # the last ``member`` frame, which may come by two ways
        self.typed: dict[str, float] | None = None
        self.waiting: deque[dict[str, Any]] | None = None  # frames that came and wait their turn
        self.worker: asyncio.Task[None] | None = None

    @property
    def subject(self) -> guard.Subject:
        """What the guard is asked about."""
        return guard.Subject(self.key, self.user, self.device)

    # -- out ---------------------------------------------------------------------------------

    async def say(self, text: str) -> None:
        """Send a frame that needs no acknowledgement."""
        if not self.ended:
            self._put({"type": "websocket.send", "text": text})
            await self.flush()

    async def mention(self, text: str) -> None:
        """Send a frame that may be left out: dropped when the client has said nothing for long."""
        if self.spare >= len(text):
            self.spare -= len(text)
            await self.say(text)

    def number(self, kind: str, shared: str, size: int) -> None:
        """Put a numbered frame into the outbox; the caller has asked ``window.has_room``."""
        if not self.ended:
            number = self.window.take(size, limits.now())
            self.owed = min(self.owed + 1, limits.WINDOW_ITEMS)
            self._put({"type": "websocket.send", "text": frames.head(kind, number) + shared})

    async def end(self, code: Close | None, word: str = "") -> None:
        """Say ``bye`` and close. Without a code: 1000, and the client comes back."""
        if self.ended:
            return
        self.ended = True
        self._outbox = None  # what was not sent is read again from the database
        bye = frames.bye(frames.WORDS[code] if code else word)
        self._put({"type": "websocket.send", "text": bye})
        # The server wants a plain number, not an enum.
        self._put({"type": "websocket.close", "code": int(code or 1000)})
        await self.flush()

    def _put(self, message: dict[str, Any]) -> None:
        if self._outbox is None:
            self._outbox = deque()
        self._outbox.append(message)

    async def flush(self) -> None:
        """Send what is in the outbox. Daphne's send never waits, so neither does this there."""
        if self._sending:
            return
        self._sending = True
        try:
            while self._outbox:
                await self._send(self._outbox.popleft())
        except (Disconnected, ConnectionError):  # gone in the middle: the server is about to say so
            self.ended = True
        except Exception:  # the others of a room must get theirs
            logger.exception("a frame could not be sent")
            self.ended = True
        finally:
            self._sending = False
            self._outbox = None

    # -- in ----------------------------------------------------------------------------------

    def counts(self) -> bool:
        """Count an inbound frame; False if there were too many. Whoever speaks is there.

        A client may answer each numbered frame at once with an acknowledgement, and a busy room
        has more of them than the pace allows: what we sent gives room for its answer.
        """
        moment = limits.now()
        self.tokens = limits.take(self.tokens, self.tokens_at, moment)
        if self.tokens < 0 and self.owed:
            self.owed -= 1
            self.tokens += 1
        self.heard = self.tokens_at = moment
        self.spare = limits.SPARE_BYTES
        return self.tokens >= 0

    def fell_behind(self, room: "RoomHere") -> None:
        """Note that events of a room wait until there is room in the window again."""
        if self.behind is None:
            self.behind = set()
        self.behind.add(room)

    def waits_for_keys(self) -> bool:
        """Say whether events wait because something for the device is on its way, or may be."""
        waits = self.syncing or self.sync_due
        return waits and limits.now() - self.sync_since < limits.KEYS_FIRST_SECONDS

    def leave(self, room: "RoomHere") -> None:
        """Deliver nothing more of a room."""
        self.rooms.pop(room, None)
        if self.behind is not None:
            self.behind.discard(room)
        room.connections.discard(self)
