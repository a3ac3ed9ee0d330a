"""Delivers what waits for devices: ``sync`` frames, page after page, then on every change."""

from typing import TYPE_CHECKING

from community.api.errors import ApiError
from community.realtime import database, limits, queries
from community.realtime.connection import Connection
from portal.sockets.codes import Close

if TYPE_CHECKING:
    from community.realtime.fanout import Hub


class Inbox:
    """Reads for one socket at a time what is new for its device. Events wait meanwhile, so that a
    key comes before the event that needs it (messaging.md 5, guarantee 4)."""

    def __init__(self, hub: "Hub") -> None:
        self._hub = hub

    def wake(self, connection: Connection) -> None:
        """Something may wait for this socket's device."""
        connection.sync_due = True
        if connection.device is None or connection.ended or connection.syncing:
            return
        if connection.window.has_room(limits.FRAME_BYTES):  # else the next acknowledgement wakes
            self._start(connection)
            self._hub.spawn(self._work(connection))

    async def begin(self, connection: Connection) -> None:
        """Send everything that waits, as far as the window allows; a first frame in any case."""
        connection.sync_due = True
        self._start(connection)
        await self._work(connection, first=True)

    def _start(self, connection: Connection) -> None:
        connection.syncing = True
        connection.sync_since = limits.now()

    async def _work(self, connection: Connection, *, first: bool = False) -> None:
        try:
            while connection.sync_due and not connection.ended:
                if not connection.window.has_room(limits.FRAME_BYTES):
                    break
                await self._page(connection, first)
                first = False
                if not connection.waits_for_keys():
                    self._hub.catch_up(connection)
        except ApiError as error:
            gone = error.code == "device_revoked"
            await self._hub.end(connection, Close.DEVICE_REMOVED if gone else Close.BAD_FRAME)
        except BaseException:
            connection.sync_due = True  # the regular look tries again
            raise
        finally:
            connection.syncing = False
        self._hub.catch_up(connection)

    async def _page(self, connection: Connection, first: bool) -> None:
        connection.sync_due = False
        page = await database.run(queries.sync_page, connection.device, connection.cursor)
        if page is None:
            await self._hub.end(connection, Close.DEVICE_REMOVED)
            return
        if first or page.news or page.mark != connection.sync_mark:
            connection.number("sync", page.text, len(page.text.encode()))
            await connection.flush()
        connection.cursor, connection.inbox = page.cursor, page.inbox
        connection.sync_mark = page.mark
        connection.sync_due = connection.sync_due or page.more
