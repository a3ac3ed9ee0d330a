"""Counts several uses of a limit at once (``portal.shared.ratelimit`` counts one)."""

import hashlib
import math
import threading
from collections.abc import Mapping

from django.core.cache import cache
from django.db import transaction

from portal.shared import clock, ratelimit

_one_at_a_time = threading.Lock()


def take(name: str, uses: Mapping[str, int]) -> dict[str, int]:
    """Count uses of the limit ``name`` by several keys; return key → seconds to wait for those
    that are over it. Empty: go on.

    The same fixed windows as ``ratelimit.wait``. Never call it inside a transaction: the cache of
    the embedded site is a table, so a writer would wait here for the lock while who holds the lock
    waits for the writer.
    """
    limit = ratelimit.get(name)
    if limit.seconds is None:
        raise ValueError(f"{name} is not counted over time")
    moment = clock.now().timestamp()
    window = int(moment // limit.seconds)
    rest = max(1, math.ceil((window + 1) * limit.seconds - moment))
    over = {}
    with _one_at_a_time, transaction.atomic():  # one write for all cells where the cache is a table
        for key, number in sorted(uses.items()):
            if _counted(f"{name}:{_mark(key)}:{window}", number, limit.seconds) > limit.amount:
                over[key] = rest
    return over


def _counted(cell: str, number: int, seconds: int) -> int:
    """Add to a counter and return its value."""
    cell = f"uses:{cell}"
    cache.add(cell, 0, timeout=seconds + 1)
    try:
        value = cache.incr(cell, number)
    except ValueError:  # it expired between the two statements: a new window has begun
        return number
    cache.touch(cell, timeout=seconds + 1)  # a cache in a table shortens it when it counts
    return int(value)


def _mark(key: str) -> str:
    return hashlib.sha256(key.encode()).hexdigest()[:32]
