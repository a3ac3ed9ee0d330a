"""From sending to received by everybody in a room, and how much one process can deliver.

The real way: HTTP request, membership and devices checked, event stored, poke, read, each socket's
window, frame, acknowledgement. Beside it the floor: a bare ASGI application that sends the same
bytes to as many sockets, in the same run.
"""

import asyncio
import os
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

os.environ["LOAD_WITHOUT_LIMITS"] = "1"

import django

LISTENERS = (100, 500)
RATE, SECONDS, FLAT_SECONDS, SENDERS = 10, 20.0, 8.0, 8
AIM_P95_MS = 150  # messaging.md 8, 50 members at 5 messages/s
Send = Callable[[], Awaitable[int]]


class Arrivals:
    """When the events came, each at how many sockets."""

    def __init__(self) -> None:
        self.count: dict[int, int] = {}
        self.last: dict[int, float] = {}
        self.total = 0

    def seen(self, first: int, last: int, moment: float) -> None:
        """Take note of one frame of events at one socket."""
        for seq in range(first, last + 1):
            self.count[seq] = self.count.get(seq, 0) + 1
            self.last[seq] = moment
        self.total += last - first + 1


async def paced(send: Send, arrivals: Arrivals, listeners: int) -> dict[str, Any]:
    """Send at a fixed pace, whatever the answers; return the times to the last socket."""
    sent: dict[int, float] = {}
    answers: list[float] = []

    async def one() -> None:
        began = time.perf_counter()
        seq = await send()
        sent[seq] = began
        answers.append(time.perf_counter() - began)

    begin, tasks = time.perf_counter(), []
    for number in range(int(RATE * SECONDS)):
        await asyncio.sleep(max(0.0, begin + number / RATE - time.perf_counter()))
        tasks.append(asyncio.create_task(one()))
    await asyncio.gather(*tasks)
    await _quiet(arrivals)
    whole = sorted(
        1000 * (arrivals.last[seq] - at)
        for seq, at in sent.items()
        if arrivals.count.get(seq) == listeners
    )
    return {
        "sent": len(sent),
        "received_by_all": len(whole),
        "doubles": sum(max(0, arrivals.count.get(seq, 0) - listeners) for seq in sent),
        "to_all_p50_ms": _quantile(whole, 0.5),
        "to_all_p95_ms": _quantile(whole, 0.95),
        "answer_p50_ms": _quantile(sorted(1000 * a for a in answers), 0.5),
    }


async def flat_out(sends: list[Send], arrivals: Arrivals) -> dict[str, Any]:
    """Send as fast as the answers come; return how much one process delivers meanwhile."""
    before, began = arrivals.total, time.perf_counter()
    count = 0

    async def one(send: Send) -> None:
        nonlocal count
        while time.perf_counter() - began < FLAT_SECONDS:
            await send()
            count += 1

    await asyncio.gather(*[one(send) for send in sends])
    await _quiet(arrivals)
    elapsed = max(time.perf_counter() - began - 0.5, 0.1)  # the quiet at the end
    return {
        "flat_out_sends_per_second": round(count / elapsed, 1),
        "flat_out_deliveries_per_second": round((arrivals.total - before) / elapsed),
    }


async def _quiet(arrivals: Arrivals) -> None:
    """Wait until nothing has come for half a second."""
    known = -1
    while known != arrivals.total:
        known = arrivals.total
        await asyncio.sleep(0.5)


def _quantile(ordered: list[float], share: float) -> float | None:
    if not ordered:
        return None
    return round(ordered[min(len(ordered) - 1, int(share * len(ordered)))], 1)


async def of_site(server: Any, listeners: int) -> dict[str, Any]:
    """Measure the site with so many people listening in one room."""
    from tests.load import chat_client, chat_data

    members = await asyncio.to_thread(chat_data.people, listeners + SENDERS)
    place = await asyncio.to_thread(chat_data.room, members)
    arrivals = Arrivals()
    wires = await chat_client.connect_all(
        server.port, members[:listeners], [[place]] * listeners, arrivals.seen
    )
    senders = [chat_client.Sender(server.port, member, place) for member in members[listeners:]]
    await asyncio.gather(*[sender.send() for sender in senders])  # warm
    free: asyncio.Queue[Any] = asyncio.Queue()
    for sender in senders:
        free.put_nowait(sender)

    async def send() -> int:
        sender = await free.get()
        try:
            return int(await sender.send())
        finally:
            free.put_nowait(sender)

    await _quiet(arrivals)
    busy, began = server.busy(), time.perf_counter()
    figures = await paced(send, arrivals, listeners)
    share = (server.busy() - busy) / (time.perf_counter() - began)
    figures |= await flat_out([sender.send for sender in senders], arrivals)
    figures["processor_percent_at_10_a_second"] = round(100 * share)
    figures["lost_sockets"] = sum(wire.gone.done() for wire in wires)
    for thing in senders:
        await thing.close()
    for wire in wires:
        wire.close()
    return figures


async def of_floor(server: Any, listeners: int) -> dict[str, Any]:
    """Measure the bare application with so many sockets."""
    from tests.load import chat_client

    arrivals = Arrivals()
    numbers = iter(range(1, 10**9))

    wires = await chat_client.connect_all(
        server.port, [None] * listeners, [[]] * listeners, arrivals.seen
    )
    posts = [chat_client.Post(server.port) for _ in range(SENDERS)]
    free: asyncio.Queue[Any] = asyncio.Queue()
    for post in posts:
        free.put_nowait(post)

    async def send() -> int:
        post = await free.get()
        try:
            return int(await post.send(next(numbers)))
        finally:
            free.put_nowait(post)

    figures = await paced(send, arrivals, listeners)

    def endless(post: Any) -> Send:
        return lambda: post.send(next(numbers))

    figures |= await flat_out([endless(post) for post in posts], arrivals)
    for post in posts:
        await post.close()
    for wire in wires:
        wire.close()
    return figures


def measure() -> dict[str, Any]:
    """Return the figures for each number of listeners, site and floor in turns."""
    from tests.load.servers import serving

    data = Path(os.environ["PORTAL_DATA"])
    rows = []
    for listeners in LISTENERS:
        with serving("daphne", data) as server:
            site = asyncio.run(of_site(server, listeners))
        with serving("chat-floor", data) as server:
            floor = asyncio.run(of_floor(server, listeners))
        rows.append({"listeners": listeners, "site": site, "floor": floor})
    return {"rate": RATE, "aim_p95_ms": AIM_P95_MS, "rows": rows}


def whole(row: dict[str, Any]) -> bool:
    """Say whether everything sent came to everybody once."""
    site = row["site"]
    return bool(
        site["sent"] == site["received_by_all"] and not site["doubles"] + site["lost_sockets"]
    )


if __name__ == "__main__":
    django.setup()
    from tests.load.probes import finish

    figures = measure()
    finish(figures, good=all(whole(row) for row in figures["rows"]))
