"""Does a form tell by its answer or its time whether an address has an account? (security.md T12)"""

import asyncio
import os
import random
import re
import statistics
import time
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import django

from tests.load.client import Connection, Request
from tests.load.ranks import mann_whitney

WARM = 10
# Form → pairs of addresses, and connections: asking for a new password waits on purpose.
SIZES = {"sign-in": (500, 1), "reset": (250, 4), "sign-up": (250, 1)}
CSRF = "a" * 32
FORMS = {
    "sign-in": ("/en/account/sign-in/", "login", {"password": "wrong but long enough"}),
    "reset": ("/en/account/password/reset/", "email", {}),
    "sign-up": ("/en/account/sign-up/", "email", {"password1": "a long and unusual sentence 7"}),
}
CHANGING = re.compile(rb'nonce="[^"]*"|value="[A-Za-z0-9]{64}"|person[kn]\d{4}@')


def _accounts() -> None:
    from allauth.account.models import EmailAddress
    from django.contrib.auth.hashers import make_password

    from portal.accounts.models import User

    password = make_password("the right password of all 31")
    User.objects.bulk_create(
        User(email=f"personk{number:04}@load.example", password=password, name="Known")
        for number in range(WARM + max(pairs for pairs, _connections in SIZES.values()))
    )
    EmailAddress.objects.bulk_create(
        EmailAddress(user=user, email=user.email, verified=True, primary=True)
        for user in User.objects.all()
    )


def _address(number: int) -> str:
    return f"10.{number >> 16 & 255}.{number >> 8 & 255}.{number & 255}"


def _request(form: str, email: str, number: int) -> Request:
    path, field, rest = FORMS[form]
    body = urlencode({"csrfmiddlewaretoken": CSRF, field: email, **rest}).encode()
    return Request(
        "POST", path, f"csrftoken={CSRF}", body, (("X-Forwarded-For", _address(number)),)
    )


class _Sample:
    """What came back for addresses with (True) and without (False) an account."""

    def __init__(self) -> None:
        self.seconds: dict[bool, list[float]] = {True: [], False: []}
        self.answers: dict[bool, set[Any]] = {True: set(), False: set()}


async def _ask(port: int, form: str, tries: list[tuple[bool, int]], sample: _Sample) -> None:
    chance = random.Random(len(tries))
    connection = Connection(port)
    while tries:
        known, number = tries.pop()
        email = f"person{'kn'[not known]}{number:04}@load.example"
        request = _request(form, email, chance.getrandbits(24))
        began = time.perf_counter()
        status, headers, body = await connection.send(request)
        sample.seconds[known].append(time.perf_counter() - began)
        text = CHANGING.sub(b"", body)
        sample.answers[known].add((status, headers.get("location", ""), len(body), hash(text)))
    await connection.close()


async def _measure(port: int, form: str) -> dict[str, Any]:
    pairs, connections = SIZES[form]
    await _ask(port, form, [(known, n) for n in range(WARM) for known in (True, False)], _Sample())
    tries = [(known, WARM + n) for n in range(pairs) for known in (True, False)]
    random.Random(form).shuffle(tries)
    sample = _Sample()
    await asyncio.gather(*(_ask(port, form, tries, sample) for _turn in range(connections)))
    seconds, answers = sample.seconds, sample.answers
    return {
        "form": form,
        "requests": 2 * pairs,
        "same_answer": answers[True] == answers[False],
        "answers": sorted({(row[0], row[2]) for rows in answers.values() for row in rows}),
        "known_median_ms": 1000 * statistics.median(seconds[True]),
        "unknown_median_ms": 1000 * statistics.median(seconds[False]),
        "p": mann_whitney(seconds[True], seconds[False]),
    }


def measure() -> dict[str, Any]:
    """Ask each form for addresses with and without account, in random order."""
    from tests.load.servers import serving

    _accounts()
    with serving("gunicorn", Path(os.environ["PORTAL_DATA"])) as server:
        return {"forms": [asyncio.run(_measure(server.port, form)) for form in FORMS]}


if __name__ == "__main__":
    django.setup()
    from tests.load.probes import finish

    figures = measure()
    finish(figures, good=all(row["same_answer"] and row["p"] > 0.05 for row in figures["forms"]))
