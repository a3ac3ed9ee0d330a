"""How much a chat socket may ask for and hold (messaging.md 5 "Limits", 10.4)."""

from portal.shared import clock, ratelimit

FRAME_BYTES = ratelimit.get("socket-message").amount
ROOMS = ratelimit.get("socket-rooms").amount
TEXT_CHARACTERS = 256  # of one field; longer ones are "field too large"
WINDOW_BYTES = ratelimit.get("socket-window-bytes").amount
WINDOW_ITEMS = ratelimit.get("socket-window-messages").amount
SPARE_BYTES = 128 * 1024  # of frames that need no acknowledgement, until the client says something

HELLO_SECONDS = 10
SILENCE_SECONDS = 75
ACK_SECONDS = 60
TYPING_SECONDS = 3
COALESCE_SECONDS = 0.05
KEYS_FIRST_SECONDS = 2.0  # so long at most events wait for what is in the inbox
OLDEST_APP = (1, 0, 0)

PAGE_EVENTS = 50  # read at once
PAGE_BYTES = 262_144  # of events read at once, and of a room's newest ones kept in memory


def now() -> float:
    """Return seconds since 1970 by the site's clock."""
    return clock.now().timestamp()


def take(left: float, at: float, moment: float) -> float:
    """Return what is left in a token bucket of frames after taking one; negative: too many.

    ``left`` tokens were there at ``at``; the bucket fills at ``socket-frames`` a second up to
    ``socket-burst``.
    """
    rate, most = ratelimit.get("socket-frames").amount, ratelimit.get("socket-burst").amount
    return min(float(most), left + max(0.0, moment - at) * rate) - 1


def full() -> float:
    """Return what a new bucket holds."""
    return float(ratelimit.get("socket-burst").amount)
