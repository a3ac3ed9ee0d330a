"""How long an open socket outlives its sign-in: told by the site, and found by the regular look."""

import asyncio
import os
import statistics
import time
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import django
import websockets

from tests.load.client import Request, fetch

TRIALS, SILENT = 20, 3
CSRF = "a" * 32


def _session() -> tuple[str, int]:
    """Return the session key of a new member signed in with a second factor, and her id."""
    from tests import people

    user = people.member()
    return people.signed_in(user).cookies["sessionid"].value, user.pk


def _sign_out(port: int, key: str) -> None:
    cookie = f"sessionid={key}; csrftoken={CSRF}"
    body = urlencode({"csrfmiddlewaretoken": CSRF}).encode()
    status = fetch(port, Request("POST", "/en/account/sign-out/", cookie, body))[0]
    if status != 302:
        raise RuntimeError(f"sign-out answered {status}")


def _deactivate(user: int) -> None:
    """Close the account behind the site's back: nobody tells the socket."""
    from portal.accounts.models import User

    User.objects.filter(pk=user).update(is_active=False)


async def _seconds(port: int, key: str, end: Any) -> float:
    """Open a socket, end the sign-in, and return the seconds until the socket is closed."""
    origin: Any = f"http://localhost:{port}"
    headers = {"Cookie": f"sessionid={key}"}
    address = f"ws://127.0.0.1:{port}/ws/notifications/"
    async with websockets.connect(address, origin=origin, additional_headers=headers) as socket:
        await socket.recv()
        began = time.perf_counter()
        await asyncio.to_thread(end)
        await asyncio.wait_for(socket.wait_closed(), 60)
        if socket.close_code != 4401:
            raise RuntimeError(f"closed with {socket.close_code}")
        return time.perf_counter() - began


def measure() -> dict[str, Any]:
    """Return seconds from the end of a sign-in to the closed socket."""
    from tests.load.servers import serving

    told, found = [], []
    with serving("daphne", Path(os.environ["PORTAL_DATA"])) as server:
        for _trial in range(TRIALS):
            key, _user = _session()
            told.append(
                asyncio.run(_seconds(server.port, key, lambda k=key: _sign_out(server.port, k)))
            )
        for _trial in range(SILENT):
            key, user = _session()
            found.append(asyncio.run(_seconds(server.port, key, lambda u=user: _deactivate(u))))
    return {
        "signed_out_p50_seconds": round(statistics.median(told), 3),
        "signed_out_most_seconds": round(max(told), 3),
        "nobody_told_most_seconds": round(max(found), 3),
        "promise_seconds": 30,
    }


if __name__ == "__main__":
    django.setup()
    from tests.load.probes import finish

    figures = measure()
    finish(
        figures,
        good=max(figures["signed_out_most_seconds"], figures["nobody_told_most_seconds"]) <= 31,
    )
