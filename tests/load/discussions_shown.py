"""How long until a post stands on 200 open pages: told by the socket, then fetched by each page.

Beside the floor of the same run: the pages are told in the same way and fetch session and user
alone. One process of Daphne answers all of it.
"""

import asyncio
import os
import statistics
import time
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

os.environ["LOAD_CHAT"] = "1"

import django
import websockets

from tests.load.client import Connection, Request

PAGES, POSTS = int(os.environ.get("DISCUSSION_PAGES", "200")), 10
FLOOR = "/load/session/"
CSRF = "a" * 32


def _topic() -> Any:
    from community.discussions.models import Topic
    from portal.accounts.models import User
    from tests.load import discussion_data

    discussion_data.grow(discussion_data.LONG + 40, list(User.objects.all()[:5]))
    return Topic.objects.exclude(last_number=discussion_data.LONG)[0]


async def _shown(socket: Any, connection: Connection, request: Request) -> float:
    """Return the moment at which a page has what it asks for when it is told."""
    await asyncio.wait_for(socket.recv(), 60)
    status, _headers, body = await connection.send(request)
    if status != 200 or (request.path != FLOOR and b"data-upto" not in body):
        raise RuntimeError(f"the page answered {status}")
    return time.perf_counter()


async def _all(port: int, sessions: list[str], topic: Any) -> tuple[list[float], list[float]]:
    """Return the seconds of each page, and those of the floor: odd posts are for the floor."""
    origin: Any = f"http://localhost:{port}"
    address = f"ws://127.0.0.1:{port}/ws/discussions/{topic.public_id}/"
    cookies = [f"sessionid={key}; csrftoken={CSRF}" for key in sessions]
    sockets = [
        await websockets.connect(address, origin=origin, additional_headers={"Cookie": cookie})
        for cookie in cookies[:PAGES]
    ]
    pages = [Connection(port) for _ in sockets]
    took: tuple[list[float], list[float]] = ([], [])
    path = f"/en/community/discussions/topics/{topic.public_id}"
    await asyncio.sleep(2)
    for number in range(2 * POSTS):
        after = topic.last_number + number
        asked = FLOOR if number % 2 else f"{path}/newer/?after={after}&show=1"
        rounds = [
            asyncio.create_task(_shown(socket, page, Request("GET", asked, cookie)))
            for socket, page, cookie in zip(sockets, pages, cookies, strict=False)
        ]
        body = urlencode({"csrfmiddlewaretoken": CSRF, "text": f"Answer {number}"}).encode()
        began = time.perf_counter()
        writer = Connection(port)
        status, *_rest = await writer.send(
            Request("POST", f"{path}/reply/", cookies[PAGES + number], body)
        )
        if status != 302:
            raise RuntimeError(f"the reply answered {status}")
        took[number % 2].extend([moment - began for moment in await asyncio.gather(*rounds)])
    for socket in sockets:
        await socket.close()
    return took


def measure() -> dict[str, Any]:
    """Return the milliseconds from sending a post to its standing on the open pages."""
    from tests.load import chat_data
    from tests.load.servers import serving

    members = chat_data.people(PAGES + 2 * POSTS)
    topic = _topic()
    with serving("daphne", Path(os.environ["PORTAL_DATA"])) as server:
        took = asyncio.run(_all(server.port, [one.session for one in members], topic))
    shown, floor = map(sorted, took)
    return {
        "pages": PAGES, "shown": len(shown), **_figures(shown), "floor": _figures(floor),
    }  # fmt: skip


def _figures(ordered: list[float]) -> dict[str, float]:
    return {
        "p50_ms": round(1000 * statistics.median(ordered), 1),
        "p95_ms": round(1000 * ordered[int(0.95 * len(ordered))], 1),
    }


if __name__ == "__main__":
    django.setup()
    from tests.load.probes import finish

    figures = measure()
    finish(figures, good=figures["shown"] == PAGES * POSTS)
