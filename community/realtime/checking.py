"""Gathers the questions of many sockets into one: the first is asked at once, whoever comes within
the next 50 ms waits for a common round. So thousands of sockets cost a few queries, and a check
takes no time where there are few."""

import asyncio
from collections.abc import Sequence

from community.realtime import database, guard

MOST = 200  # subjects asked about at once
BETWEEN_SECONDS = 0.05  # from the beginning of one round to the next


class Checker:
    """Asks ``guard.check``, one round after the other."""

    def __init__(self) -> None:
        self._waiting: list[tuple[guard.Subject, asyncio.Future[guard.Verdict]]] = []
        self._round: asyncio.Task[None] | None = None
        self._began = 0.0

    async def ask(self, subject: guard.Subject) -> guard.Verdict:
        """Return the verdict on one socket. Raises what the database raised."""
        future: asyncio.Future[guard.Verdict] = asyncio.get_running_loop().create_future()
        self._waiting.append((subject, future))
        if self._round is None:
            self._round = asyncio.create_task(self._rounds())
        return await future

    async def ask_all(self, subjects: Sequence[guard.Subject]) -> list[guard.Verdict]:
        """Return the verdicts on many sockets."""
        found: list[guard.Verdict] = []
        for at in range(0, len(subjects), MOST):
            found += await _answered(subjects[at : at + MOST])
        return found

    async def _rounds(self) -> None:
        loop = asyncio.get_running_loop()
        try:
            while self._waiting:
                await asyncio.sleep(max(0.0, self._began + BETWEEN_SECONDS - loop.time()))
                self._began = loop.time()
                asked, self._waiting = self._waiting[:MOST], self._waiting[MOST:]
                await _settle(asked)
        finally:
            self._round = None


async def _settle(asked: list[tuple[guard.Subject, "asyncio.Future[guard.Verdict]"]]) -> None:
    try:
        verdicts = await _answered([subject for subject, _ in asked])
    except Exception as problem:
        for _, future in asked:
            if not future.done():
                future.set_exception(problem)
        return
    for (_, future), verdict in zip(asked, verdicts, strict=True):
        if not future.done():
            future.set_result(verdict)


async def _answered(subjects: Sequence[guard.Subject]) -> list[guard.Verdict]:
    """Ask, and once more if the database did not answer: its connection may have been cut."""
    try:
        return await database.run(guard.check, subjects)
    except Exception:
        return await database.run(guard.check, subjects)
