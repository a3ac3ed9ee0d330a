"""Waits until a device has something to read: the way of clients without a socket."""

import threading
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.db import connection

from community.devices import sync
from community.devices.models import Device

LONGEST = 25  # seconds
STEP = 1.0  # seconds between two looks


class Places:
    """Who waits in this process: one request of a device, ``settings.SYNC_WAITS`` in all.

    Each holds a thread, which is then missing for everybody else's pages.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._ends: dict[int, threading.Event] = {}

    def take(self, device: int) -> threading.Event | None:
        """Return what ends the wait that begins; None if there is no place: answer at once.

        The newest request of a device waits, for the line of an earlier one may be dead. That one
        ends, and its place is taken over.
        """
        with self._lock:
            earlier = self._ends.pop(device, None)
            if earlier is not None:
                earlier.set()
            if len(self._ends) >= settings.SYNC_WAITS:
                return None
            end = self._ends[device] = threading.Event()
            return end

    def free(self, device: int, end: threading.Event) -> None:
        """Give the place back, unless a newer request has taken it over."""
        with self._lock:
            if self._ends.get(device) is end:
                del self._ends[device]


_places = Places()


def _pause(seconds: float, end: threading.Event) -> None:
    end.wait(seconds)


def read(
    device: Device,
    cursor: str,
    seconds: int,
    pause: Callable[[float, threading.Event], None] | None = None,
) -> dict[str, Any]:
    """Return ``sync.read_sync``, if need be after up to ``seconds`` until something is there, or
    until another request of the device waits.

    No database connection is held while waiting. Raises what ``read_sync`` raises, so a device
    that is removed meanwhile is told.
    """
    answer = sync.read_sync(device, cursor)
    if seconds <= 0 or sync.something_new(answer, cursor):
        return answer
    end = _places.take(device.pk)
    if end is None:
        return answer
    try:
        for _look in range(min(seconds, LONGEST)):
            _release_connection()
            (pause or _pause)(STEP, end)
            if end.is_set():
                break
            answer = sync.read_sync(device, cursor)
            if sync.something_new(answer, cursor):
                break
    finally:
        _places.free(device.pk, end)
    return answer


def _release_connection() -> None:
    """Close the connection of this thread; one inside a transaction belongs to a test."""
    if not connection.in_atomic_block:
        connection.close()
