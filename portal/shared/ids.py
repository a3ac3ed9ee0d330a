"""Identifiers and secrets: sortable ids for rows, random tokens for links."""

import math
import secrets
import threading
import uuid

from portal.shared import clock

READABLE = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"  # 32 signs; 0 and O, 1 and I are left out
MINIMUM_TOKEN_BITS = 128  # security.md 10, "Codes"

_lock = threading.Lock()
_last: tuple[int, int] = (0, 0)


def _tick() -> tuple[int, int]:
    """Return milliseconds since 1970 and a 12-bit counter, together always increasing."""
    global _last
    millisecond = int(clock.now().timestamp() * 1000)
    with _lock:
        before, counter = _last
        if millisecond > before:
            # Half the counter stays free, so that a busy millisecond has room.
            _last = (millisecond, secrets.randbits(11))
        elif counter < 0xFFF:
            _last = (before, counter + 1)
        else:
            _last = (before + 1, secrets.randbits(11))
        return _last


def uuid7() -> uuid.UUID:
    """Return a UUID of version 7: later calls of one process compare as greater.

    RFC 9562 section 5.7 (48 bits of Unix time in milliseconds, version, 12 bits, variant,
    62 random bits); the 12 bits are the counter of section 6.2 method 1. When the clock goes
    back, the time of the last id is used again. An id tells its time: never use one as a secret.
    """
    millisecond, counter = _tick()
    value = (millisecond & 0xFFFFFFFFFFFF) << 80
    value |= 0x7 << 76 | counter << 64
    value |= 0b10 << 62 | secrets.randbits(62)
    return uuid.UUID(int=value)


def token(bits: int = 160) -> str:
    """Return a random secret of at least ``bits`` bits, safe in a URL.

    Raises ValueError below 128 bits.
    """
    if bits < MINIMUM_TOKEN_BITS:
        raise ValueError(f"a token needs at least {MINIMUM_TOKEN_BITS} bits")
    return secrets.token_urlsafe(math.ceil(bits / 8))


def readable() -> str:
    """Return a random number to be said and typed, such as ``K7QM-2XWD``: 40 bits, not a secret.

    Two may be equal by chance; whoever stores one makes the column unique and tries again.
    """
    letters = "".join(secrets.choice(READABLE) for _ in range(8))
    return f"{letters[:4]}-{letters[4:]}"
