"""What each frame of a client does (messaging.md 10.4). Returns why the socket must be closed."""

import math
import uuid
from typing import TYPE_CHECKING

from community import ids
from community.api.errors import ApiError
from community.realtime import database, frames, guard, limits, queries
from community.realtime.connection import Connection
from community.realtime.sweep import tell_heads
from portal.shared.ids import token
from portal.sockets.codes import Close

if TYPE_CHECKING:
    from community.realtime.fanout import Hub


async def act(
    hub: "Hub", connection: Connection, frame: frames.Frame, verdict: guard.Verdict
) -> Close | None:
    """Do what a frame says. The guard has let it through; hello comes first, and once."""
    if isinstance(frame, frames.Hello) == (connection.device is not None):
        return Close.BAD_FRAME
    match frame:
        case frames.Hello():
            return await _hello(hub, connection, frame, verdict)
        case frames.Subscribe():
            return await _subscribe(hub, connection, frame)
        case frames.Typing():
            return await _typing(hub, connection, frame)
        case frames.Ack():
            return await _ack(hub, connection, frame)
        case frames.Ping():
            await connection.say(frames.write("pong", n=frame.n))
    if verdict.device is not None and verdict.device.inbox != connection.inbox:
        hub.inbox.wake(connection)  # its poke was lost, or is on its way
    return None


def _rooms(names: list[str]) -> list[uuid.UUID] | None:
    found = [room_id for name in names if (room_id := ids.parse_room(name))]
    return found if len(found) == len(names) else None


async def _hello(
    hub: "Hub", connection: Connection, frame: frames.Hello, verdict: guard.Verdict
) -> Close | None:
    old, wanted = frames.is_old(frame.app), _rooms(frame.rooms)
    if old is None or wanted is None or not ids.DEVICE_ID.fullmatch(frame.device_id):
        return Close.BAD_FRAME
    if old:
        return Close.UPDATE
    if verdict.device is None or verdict.device.device_id != frame.device_id:
        removed = await database.run(guard.is_removed, connection.user, frame.device_id)
        return Close.DEVICE_REMOVED if removed else Close.SIGNED_OUT
    connection.device, connection.cursor = verdict.device.row, frame.cursor
    hub.know(connection)
    connection.syncing = True  # events wait for the first sync
    connection.sync_since = limits.now()
    await connection.say(_welcome())
    places = await hub.subscribe(connection, wanted)
    await hub.inbox.begin(connection)
    await tell_heads(connection, places)
    return None


def _welcome() -> str:
    return frames.write(
        "welcome",
        conn=token(128),
        server_time=int(limits.now() * 1000),
        limits={
            "frame": limits.FRAME_BYTES,
            "rooms": limits.ROOMS,
            "window_bytes": limits.WINDOW_BYTES,
            "window_items": limits.WINDOW_ITEMS,
        },
    )


async def _subscribe(hub: "Hub", connection: Connection, frame: frames.Subscribe) -> Close | None:
    wanted = _rooms(frame.rooms)
    if wanted is None:
        return Close.BAD_FRAME
    places = await hub.subscribe(connection, wanted)
    await tell_heads(connection, places)  # where the events begin that will come
    return None


async def _typing(hub: "Hub", connection: Connection, frame: frames.Typing) -> Close | None:
    room_id = ids.parse_room(frame.room)
    if room_id is None:
        return Close.BAD_FRAME
    if not any(room.id == room_id for room in connection.rooms):
        return None  # not in it, or not subscribed: nobody is told, and neither is she
    moment = limits.now()
    typed = connection.typed or {}
    rest = typed.get(frame.room, -math.inf) + limits.TYPING_SECONDS - moment
    if rest > 0:
        retry = math.ceil(rest)
        await connection.say(frames.write("error", code="rate_limited", retry_after=retry))
        return None
    recent = {name: at for name, at in typed.items() if moment - at < limits.TYPING_SECONDS}
    connection.typed = recent | {frame.room: moment}
    await hub.news.tell_typing(connection, room_id)
    return None


async def _ack(hub: "Hub", connection: Connection, frame: frames.Ack) -> Close | None:
    if not connection.window.free(frame.n, limits.now()):
        return Close.BAD_FRAME
    if frame.cursor is not None:
        try:
            await database.run(queries.acknowledge, connection.device, frame.cursor)
        except ApiError as error:
            gone = error.code == "device_revoked"
            return Close.DEVICE_REMOVED if gone else Close.BAD_FRAME
    hub.catch_up(connection)
    return None
