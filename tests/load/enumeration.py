"""Does a form tell by its answer or its time whether an address has an account? (security.md T12)

Of forms that tell nothing one in twenty shows p < 0.05 by chance: such a form is measured once more
with other addresses, and fails when it shows the same again.
"""

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

WARM, CHANCE = 10, 0.05
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
        for number in range(2 * (WARM + max(pairs for pairs, _connections in SIZES.values())))
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


async def _measure(port: int, form: str, turn: int = 0) -> dict[str, Any]:
    pairs, connections = SIZES[form]
    first = turn * (pairs + WARM)
    warm = [(known, first + n) for n in range(WARM) for known in (True, False)]
    await _ask(port, form, warm, _Sample())
    tries = [(known, first + WARM + n) for n in range(pairs) for known in (True, False)]
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
        rows = [asyncio.run(_measure(server.port, form)) for form in FORMS]
        rows += [
            asyncio.run(_measure(server.port, row["form"], turn=1))
            for row in rows
            if row["p"] <= CHANCE
        ]
    return {"forms": rows}


def tells(rows: list[dict[str, Any]]) -> bool:
    """Say whether a form answered differently, or took different times twice."""
    slow = [row["form"] for row in rows if row["p"] <= CHANCE]
    return not all(row["same_answer"] for row in rows) or len(slow) > len(set(slow))


if __name__ == "__main__":
    django.setup()
    from tests.load.probes import finish

    figures = measure()
    finish(figures, good=not tells(figures["forms"]))
