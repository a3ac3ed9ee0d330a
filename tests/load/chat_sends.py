"""Durable sends a second with 8 senders, each in a room of its own or all in one, and the floor:
the same requests to a bare ASGI application that stores nothing."""

import asyncio
import os
import statistics
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

os.environ["LOAD_WITHOUT_LIMITS"] = "1"

import django

SENDERS, SECONDS = 8, 10.0
KINDS = ("gunicorn", "daphne")


async def _all(sends: Sequence[Any]) -> dict[str, Any]:
    took: list[float] = []
    began = time.perf_counter()

    async def one(send: Any) -> None:
        while time.perf_counter() - began < SECONDS:
            at = time.perf_counter()
            await send()
            took.append(1000 * (time.perf_counter() - at))

    await asyncio.gather(*[one(send) for send in sends])
    elapsed = time.perf_counter() - began
    return {
        "sends": len(took),
        "per_second": round(len(took) / elapsed, 1),
        "p50_ms": round(statistics.median(took), 1),
        "p95_ms": round(sorted(took)[int(0.95 * len(took))], 1),
    }


async def _site(server: Any, *, one_room: bool) -> dict[str, Any]:
    from tests.load import chat_client, chat_data

    members = await asyncio.to_thread(chat_data.people, SENDERS)
    if one_room:
        places = [await asyncio.to_thread(chat_data.room, members)] * SENDERS
    else:
        places = [await asyncio.to_thread(chat_data.room, [member]) for member in members]
    pairs = zip(members, places, strict=True)
    senders = [chat_client.Sender(server.port, member, place) for member, place in pairs]
    for sender in senders:
        await sender.send()  # warm
    busy = server.busy()
    figures = await _all([sender.send for sender in senders])
    figures["processor_ms_a_send"] = round(1000 * (server.busy() - busy) / figures["sends"], 1)
    for sender in senders:
        await sender.close()
    stored = await asyncio.to_thread(_is_gapless, {place.id for place in places})
    return figures | {"gapless": stored}


def _is_gapless(rooms: set[Any]) -> bool:
    from community.messages.models import Event

    for room in rooms:
        rows = Event.objects.filter(room__public_id=room).order_by("seq")
        seqs = list(rows.values_list("seq", flat=True))
        if seqs != list(range(1, len(seqs) + 1)):
            return False
    return True


async def _floor(server: Any) -> dict[str, Any]:
    from tests.load import chat_client

    posts = [chat_client.Post(server.port) for _ in range(SENDERS)]
    figures = await _all([lambda post=post: post.send(1) for post in posts])
    for post in posts:
        await post.close()
    return figures


def measure() -> dict[str, Any]:
    """Return the figures of both servers and of the floor."""
    from tests.load.servers import serving

    data = Path(os.environ["PORTAL_DATA"])
    rows: dict[str, Any] = {}
    for kind in KINDS:
        with serving(kind, data) as server:
            rows[f"{kind}, a room each"] = asyncio.run(_site(server, one_room=False))
            rows[f"{kind}, one room"] = asyncio.run(_site(server, one_room=True))
    with serving("chat-floor", data) as server:
        floor = asyncio.run(_floor(server))
    return {"senders": SENDERS, "site": rows, "floor": floor}


if __name__ == "__main__":
    django.setup()
    from tests.load.probes import finish

    figures = measure()
    finish(figures, good=all(row["gapless"] for row in figures["site"].values()))
