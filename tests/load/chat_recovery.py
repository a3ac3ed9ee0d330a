"""500 clients after the server was cut off and started again: how soon each of them hears again.

Clients come back as messaging.md 10.4 says: after 1 to 30 seconds, jittered, doubling. The floor:
a bare ASGI application that is treated the same way.
"""

import asyncio
import os
import random
import time
from pathlib import Path
from typing import Any

os.environ["LOAD_WITHOUT_LIMITS"] = "1"

import django

CLIENTS, ROOM_SIZE, DOWN_SECONDS, GIVE_UP_SECONDS = 500, 100, 3.0, 120.0


class Client:
    """A client that comes back."""

    def __init__(self, port: int, member: Any, rooms: list[Any], seen: Any) -> None:
        self._ask = (port, member, rooms, seen)
        self.wire: Any = None
        self.back_at = 0.0
        self.tries = 0

    async def connect(self) -> None:
        from tests.load import chat_client

        self.wire = await chat_client.connect(*self._ask)
        self.back_at = time.perf_counter()

    async def come_back(self) -> None:
        """Wait for the end, then try until the server is there again."""
        await self.wire.gone
        wait = 1.0
        while True:
            await asyncio.sleep(random.uniform(wait / 2, wait))
            self.tries += 1
            try:
                await self.connect()
                return
            except (OSError, RuntimeError, TimeoutError):
                wait = min(30.0, 2 * wait)


async def _measure(start: Any, members: list[Any], rooms: list[list[Any]]) -> dict[str, Any]:
    counts = [0] * len(members)
    server = await asyncio.to_thread(start, 0)
    clients = []
    for number, member in enumerate(members):

        def seen(first: int, last: int, moment: float, number: int = number) -> None:
            counts[number] += last - first + 1

        clients.append(Client(server.port, member, rooms[number], seen))
    for at in range(0, len(clients), 20):
        await asyncio.gather(*[client.connect() for client in clients[at : at + 20]])
    back = [asyncio.create_task(client.come_back()) for client in clients]
    await asyncio.to_thread(server.kill)
    await asyncio.sleep(DOWN_SECONDS)
    server = await asyncio.to_thread(start, server.port)
    up = time.perf_counter()
    _, late = await asyncio.wait(back, timeout=GIVE_UP_SECONDS)
    for task in late:
        task.cancel()
    # The server answers a little before it is known to.
    times = sorted(max(0.0, c.back_at - up) for c in clients if not c.wire.gone.done())
    figures = {
        "clients": len(clients),
        "back": len(times),
        "p50_seconds": round(times[len(times) // 2], 1) if times else None,
        "all_seconds": round(times[-1], 1) if times else None,
        "tries_a_client": round(sum(client.tries for client in clients) / len(clients), 1),
        "hearing": await _hearing(server, members, rooms, counts),
    }
    for client in clients:
        client.wire.close()
    await asyncio.to_thread(server.stop)
    return figures


async def _hearing(
    server: Any, members: list[Any], rooms: list[list[Any]], counts: list[int]
) -> int:
    """Send one message to each room; return how many clients got exactly one."""
    from tests.load import chat_client

    counts[:] = [0] * len(counts)
    if members[0] is None:
        post = chat_client.Post(server.port)
        await post.send(1)
        await post.close()
    for at in range(0, len(members), ROOM_SIZE) if members[0] else ():
        sender = chat_client.Sender(server.port, members[at], rooms[at][0])
        await sender.send()
        await sender.close()
    await asyncio.sleep(3)
    return sum(count == 1 for count in counts)


def measure() -> dict[str, Any]:
    """Return the figures of the site and of the floor."""
    from tests.load import chat_data
    from tests.load.servers import Server

    data = Path(os.environ["PORTAL_DATA"])
    members = chat_data.people(CLIENTS)
    places = [chat_data.room(members[at : at + ROOM_SIZE]) for at in range(0, CLIENTS, ROOM_SIZE)]
    rooms = [[places[number // ROOM_SIZE]] for number in range(CLIENTS)]
    site = asyncio.run(_measure(lambda port: Server("daphne", data, port), members, rooms))
    nobody = [None] * CLIENTS
    floor = asyncio.run(
        _measure(lambda port: Server("chat-floor", data, port), nobody, [[]] * CLIENTS)
    )
    return {"site": site, "floor": floor}


if __name__ == "__main__":
    django.setup()
    from tests.load.probes import finish

    figures = measure()
    finish(figures, good=figures["site"]["hearing"] == CLIENTS)
