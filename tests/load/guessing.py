"""10,000 wrong passwords for 100 accounts from 100 addresses: who gets in? (security.md T11)

Meanwhile the owners sign in from browsers that know their accounts: nobody may be locked out.
"""

import asyncio
import os
import random
import time
from collections import Counter
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import django

from tests.load.client import Connection, Request

ACCOUNTS, ADDRESSES, CONNECTIONS, STRANGERS = 100, 100, 6, 20
CSRF = "a" * 32
PASSWORD = "the right password of all 31"
GUESSES = ("password1234", "qwertyuiop12", "letmein12345", "123456789012", "correct horse battery")


def _email(number: int) -> str:
    return f"owner{number:03}@load.example"


def _accounts() -> list[str]:
    """Make the accounts; return the cookie of a browser that knows each."""
    from allauth.account.models import EmailAddress
    from django.contrib.auth.hashers import make_password
    from django.http import HttpResponse
    from django.test import RequestFactory

    from portal.accounts import known_browsers
    from portal.accounts.models import User

    password = make_password(PASSWORD)
    cookies = []
    for number in range(ACCOUNTS + STRANGERS):
        user = User.objects.create(email=_email(number), password=password, name="Owner")
        EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
        response = HttpResponse()
        known_browsers.remember(RequestFactory().get("/"), response, user.email)
        cookies.append(response.cookies[known_browsers.COOKIE].coded_value)
    return cookies


def _request(number: int, password: str, address: str, cookie: str = "") -> Request:
    form = {"csrfmiddlewaretoken": CSRF, "login": _email(number), "password": password}
    known = f"; known_accounts={cookie}" if cookie else ""
    return Request(
        "POST", "/en/account/sign-in/", f"csrftoken={CSRF}{known}", urlencode(form).encode(),
        (("X-Forwarded-For", address),),
    )  # fmt: skip


async def _send(connection: Connection, request: Request) -> tuple[int, dict[str, str], bytes]:
    """Send; on a connection that the server closed for idleness, once more on a new one."""
    try:
        return await connection.send(request)
    except (EOFError, OSError):
        await connection.close()
        return await connection.send(request)


def _entered(status: int, headers: dict[str, str]) -> bool:
    return status == 302 and "sign-in" not in headers.get("location", "sign-in")


async def _guess(port: int, supply: list[tuple[int, int]], seen: Counter[str]) -> None:
    connection = Connection(port)
    chance = random.Random(len(supply))
    while supply:
        number, place = supply.pop()
        request = _request(number, chance.choice(GUESSES), f"10.1.0.{place}")
        status, headers, _body = await _send(connection, request)
        seen[str(status)] += 1
        seen["in"] += _entered(status, headers)
    await connection.close()


async def _owners(port: int, cookies: list[str], supply: list[Any], seen: Counter[str]) -> None:
    """Let each owner sign in once, spread over the whole attack."""
    connection = Connection(port)
    total = len(supply)
    for number, cookie in enumerate(cookies[:ACCOUNTS]):
        while len(supply) > total * (1 - (number + 1) / (ACCOUNTS + 1)):
            await asyncio.sleep(0.01)
        request = _request(number, PASSWORD, f"10.2.0.{number}", cookie)
        status, headers, _body = await _send(connection, request)
        seen["owners in" if _entered(status, headers) else "owners locked out"] += 1
    await connection.close()


async def _new_browsers(port: int, seen: Counter[str]) -> None:
    """After the attack: owners in a browser that does not know them."""
    connection = Connection(port)
    for number in range(STRANGERS):
        request = _request(number, PASSWORD, f"10.3.0.{number}")
        status, headers, _body = await _send(connection, request)
        seen["new browsers in" if _entered(status, headers) else "new browsers told to wait"] += 1
    await connection.close()


async def _attack(port: int, cookies: list[str]) -> Counter[str]:
    supply = [(number, place) for number in range(ACCOUNTS) for place in range(ADDRESSES)]
    random.Random(1).shuffle(supply)
    seen: Counter[str] = Counter()
    attackers = [_guess(port, supply, seen) for _turn in range(CONNECTIONS)]
    await asyncio.gather(*attackers, _owners(port, cookies, supply, seen))
    await _new_browsers(port, seen)
    return seen


def measure() -> dict[str, Any]:
    """Attack and count."""
    from tests.load.servers import serving

    cookies = _accounts()
    with serving("gunicorn", Path(os.environ["PORTAL_DATA"])) as server:
        began = time.perf_counter()
        seen = asyncio.run(_attack(server.port, cookies))
        seconds = time.perf_counter() - began
    return {
        "guesses": ACCOUNTS * ADDRESSES,
        "accounts": ACCOUNTS,
        "addresses": ADDRESSES,
        "seconds": seconds,
        "successes": seen["in"],
        "owners_in": seen["owners in"],
        "owners_locked_out": seen["owners locked out"],
        "owners_in_new_browsers_in": seen["new browsers in"],
        "owners_in_new_browsers_told_to_wait": seen["new browsers told to wait"],
        "answers": {key: count for key, count in seen.items() if key.isdigit()},
    }


if __name__ == "__main__":
    django.setup()
    from tests.load.probes import finish

    figures = measure()
    finish(figures, good=not figures["successes"] and not figures["owners_locked_out"])
