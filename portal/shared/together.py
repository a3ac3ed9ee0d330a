"""Short transactions of many threads, brought to the disk together.

SQLite has one writer, and a transaction lasts as long as the disk takes. Threads that come
meanwhile would sleep and try again; here they queue, and the next one does the work of all that
wait in one transaction, each within a savepoint of its own. Nobody is answered before the disk has
it. PostgreSQL does the like by itself.
"""

import threading
from collections.abc import Callable
from typing import Any, TypeVar

from django.db import connection, transaction

Result = TypeVar("Result")
MOST = 32  # pieces of work in one transaction


class _Job:
    """A piece of work, and how it ended."""

    def __init__(self, work: Callable[[], Any]) -> None:
        self.work = work
        self.is_done = False
        self.result: Any = None
        self.problem: BaseException | None = None


_waiting: list[_Job] = []
_turn = threading.Lock()


def stored(work: Callable[[], Result]) -> Result:
    """Do ``work`` in a transaction, and return what it returns once that is on the disk.

    Raises what it raises, with nothing of it stored; DatabaseError where storing failed. The work
    may be done in another thread: it may use the database, its arguments, and nothing of the
    thread it was given in. Inside a transaction it is part of that one.
    """
    if connection.vendor != "sqlite" or connection.in_atomic_block:
        with transaction.atomic():
            return work()
    job = _Job(work)
    _waiting.append(job)
    with _turn:
        while not job.is_done:
            _do_some()
    if job.problem is not None:
        raise job.problem
    result: Result = job.result
    return result


def _do_some() -> None:
    """Do the oldest that waits, in one transaction. Called by who has the turn."""
    jobs = _waiting[:MOST]
    del _waiting[: len(jobs)]
    try:
        with transaction.atomic():
            for job in jobs:
                _do(job)
    except BaseException as problem:
        for job in jobs:
            job.problem = job.problem or problem
    for job in jobs:
        job.is_done = True


def _do(job: _Job) -> None:
    try:
        with transaction.atomic():
            job.result = job.work()
    except Exception as problem:
        job.problem = problem
