"""What a process counts about its sockets, published every 30 seconds for the operator's page.

Numbers only: no person, room or device is named.
"""

import os
from typing import Any

from django.core.cache import cache

from community.realtime import limits

PLACES = 32  # processes that can be shown
SECONDS = 75  # a process that says nothing for so long is gone
_KEY = "chat:process:{}"


class Counts:
    """Counters of one process since it started."""

    __slots__ = ("closed", "deliveries", "frames", "opened", "pokes", "reads")

    def __init__(self) -> None:
        self.deliveries = 0  # events frames handed to sockets
        self.frames = 0  # frames that came
        self.opened = 0
        self.pokes = 0
        self.reads = 0  # pages of events read from the database
        self.closed: dict[str, int] = {}  # word of the bye → how many

    def close(self, word: str) -> None:
        """Count a socket that the server closed."""
        self.closed[word] = self.closed.get(word, 0) + 1

    def totals(self) -> dict[str, int]:
        """Return the counters that rise."""
        return {name: getattr(self, name) for name in self.__slots__ if name != "closed"}


class Board:
    """One process's place on the board that all processes share (in the cache)."""

    def __init__(self) -> None:
        self._place: int | None = None
        self._before: dict[str, int] = {}
        self._at = limits.now()

    def publish(self, counts: Counts, gauges: dict[str, int]) -> None:
        """Put the present numbers up: gauges, and the counters as so many a minute."""
        moment, totals = limits.now(), counts.totals()
        minutes = max(moment - self._at, 1.0) / 60
        rates = {
            f"{name}_per_minute": round((total - self._before.get(name, 0)) / minutes, 1)
            for name, total in totals.items()
        }
        self._before, self._at = totals, moment
        self._put({"pid": os.getpid(), "at": moment, **gauges, **rates, "closed": counts.closed})

    def _put(self, numbers: dict[str, Any]) -> None:
        if self._place is not None:
            cache.set(_KEY.format(self._place), numbers, SECONDS)
            return
        for place in range(PLACES):
            if cache.add(_KEY.format(place), numbers, SECONDS):
                self._place = place
                return

    def take_down(self) -> None:
        """The process has no sockets any more."""
        if self._place is not None:
            cache.delete(_KEY.format(self._place))
            self._place = None


def board() -> list[dict[str, Any]]:
    """Return what the processes published last, in the order of their places."""
    keys = [_KEY.format(place) for place in range(PLACES)]
    found = cache.get_many(keys)
    return [found[key] for key in keys if key in found]
