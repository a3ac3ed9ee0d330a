"""6,400 idle signed-in sockets in one process: memory, processor time, and one message meanwhile.

Beside it the floor: as many bare sockets in a server that does nothing.
"""

import asyncio
import os
import resource
import statistics
import time
from pathlib import Path
from typing import Any

os.environ["LOAD_WITHOUT_LIMITS"] = "1"

import django

SOCKETS, ROOM_SIZE, IDLE_SECONDS, MESSAGES = 6_400, 100, 60.0, 20
AIM_MIB = 350


async def _site(server: Any) -> dict[str, Any]:
    from tests.load import chat_client, chat_data

    members = await asyncio.to_thread(chat_data.people, SOCKETS)
    groups = [members[at : at + ROOM_SIZE] for at in range(0, SOCKETS, ROOM_SIZE)]
    places = [await asyncio.to_thread(chat_data.room, group) for group in groups]
    rooms = [[places[number // ROOM_SIZE]] for number in range(SOCKETS)]
    arrived: list[float] = []
    before, began = server.resident(), time.perf_counter()
    wires = await chat_client.connect_all(
        server.port, members, rooms, lambda first, last, moment: arrived.append(moment)
    )
    figures = {"connect_seconds": round(time.perf_counter() - began, 1)}
    figures |= await _idle(server, before)
    figures["lost"] = sum(wire.gone.done() for wire in wires)
    sender = chat_client.Sender(server.port, members[0], places[0])
    delays = []
    for _ in range(MESSAGES):
        arrived.clear()
        sent = time.perf_counter()
        await sender.send()
        while len(arrived) < ROOM_SIZE:
            await asyncio.sleep(0.002)
        delays.append((max(arrived) - sent) * 1000)
    figures["send_to_all_100_p50_ms"] = round(statistics.median(delays), 1)
    await sender.close()
    for wire in wires:
        wire.close()
    return figures


async def _idle(server: Any, before: float) -> dict[str, Any]:
    """Let everybody be idle for a while; return memory and processor time."""
    after = server.resident()
    busy, began = server.busy(), time.perf_counter()
    await asyncio.sleep(IDLE_SECONDS)
    share = (server.busy() - busy) / (time.perf_counter() - began)
    return {
        "resident_before_mib": round(before, 1),
        "resident_connected_mib": round(after, 1),
        "resident_idle_mib": round(server.resident(), 1),
        "kib_a_socket": round((server.resident() - before) * 1024 / SOCKETS, 1),
        "processor_idle_percent": round(100 * share, 1),
    }


async def _floor(server: Any) -> dict[str, Any]:
    from tests.load import chat_client

    before, began = server.resident(), time.perf_counter()
    wires = await chat_client.connect_all(
        server.port, [None] * SOCKETS, [[]] * SOCKETS, lambda first, last, moment: None
    )
    figures = {"connect_seconds": round(time.perf_counter() - began, 1)}
    figures |= await _idle(server, before)
    for wire in wires:
        wire.close()
    return figures


def measure() -> dict[str, Any]:
    """Return the figures of the site and of the floor."""
    from tests.load.servers import serving

    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    data = Path(os.environ["PORTAL_DATA"])
    with serving("daphne", data) as server:
        site = asyncio.run(_site(server))
    with serving("chat-floor", data) as server:
        floor = asyncio.run(_floor(server))
    return {"sockets": SOCKETS, "aim_mib": AIM_MIB, "site": site, "floor": floor}


if __name__ == "__main__":
    django.setup()
    from tests.load.probes import finish

    figures = measure()
    finish(
        figures,
        good=figures["site"]["resident_idle_mib"] <= AIM_MIB and not figures["site"]["lost"],
    )
