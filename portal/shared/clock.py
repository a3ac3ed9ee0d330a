"""The one source of the present moment, so that tests can hold it."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta


def _system() -> datetime:
    return datetime.now(UTC)


_source: Callable[[], datetime] = _system


def now() -> datetime:
    """Return the present moment, time zone UTC."""
    return _source()


class HeldClock:
    """A clock that stands still until it is moved."""

    def __init__(self, moment: datetime) -> None:
        if moment.tzinfo is None:
            raise ValueError("a moment needs a time zone")
        self.moment = moment.astimezone(UTC)

    def __call__(self) -> datetime:
        return self.moment

    def advance(self, *, seconds: float = 0, days: float = 0) -> datetime:
        """Move the clock on and return the new moment."""
        self.moment += timedelta(seconds=seconds, days=days)
        return self.moment


@contextmanager
def held(moment: datetime | None = None) -> Iterator[HeldClock]:
    """Hold ``now()`` at ``moment`` (default: the present) in every thread, for tests.

    Raises ValueError for a moment without a time zone.
    """
    global _source
    before, clock = _source, HeldClock(moment or _system())
    _source = clock
    try:
        yield clock
    finally:
        _source = before
