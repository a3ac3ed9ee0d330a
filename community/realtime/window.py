"""What was sent and is not acknowledged yet: bounded, so that a slow reader costs little. Pure."""

from collections import deque

from community.realtime import limits


class Window:
    """Numbers frames from 1 and remembers those that are out (messaging.md 5, guarantee 8)."""

    __slots__ = ("_out", "bytes", "number", "since")

    def __init__(self) -> None:
        self.number = 0  # the last one given
        self.bytes = 0  # out at present
        self.since = 0.0  # since when something is out without an acknowledgement
        self._out: deque[tuple[int, int]] | None = None  # (number, bytes), oldest first

    @property
    def items(self) -> int:
        """How many frames are out."""
        return len(self._out) if self._out else 0

    def has_room(self, size: int) -> bool:
        """Say whether a frame of ``size`` bytes may go out now."""
        if not self._out:
            return True
        return len(self._out) < limits.WINDOW_ITEMS and self.bytes + size <= limits.WINDOW_BYTES

    def take(self, size: int, moment: float) -> int:
        """Note that a frame of ``size`` bytes goes out; return its number."""
        self.number += 1
        if self._out is None:
            self._out = deque()
        if not self._out:
            self.since = moment
        self._out.append((self.number, size))
        self.bytes += size
        return self.number

    def free(self, number: int, moment: float) -> bool:
        """Forget the frames up to ``number``; False for a number that was never given."""
        if number > self.number:
            return False
        while self._out and self._out[0][0] <= number:
            self.bytes -= self._out.popleft()[1]
            self.since = moment
        if not self._out:
            self._out = None  # an idle socket keeps no queue
        return True

    def is_overdue(self, moment: float) -> bool:
        """Say whether the client has let something lie for too long."""
        return bool(self._out) and moment - self.since >= limits.ACK_SECONDS
