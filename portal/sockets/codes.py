"""Why a socket was closed (messaging specification; security.md 4.6)."""

import enum


class Close(enum.IntEnum):
    """Close codes of the application range (RFC 6455 section 7.4.2)."""

    BAD_FRAME = 4400
    SIGNED_OUT = 4401
    ROLE_LOST = 4403
    CONFIRM_AGAIN = 4408
    DEVICE_REMOVED = 4409
    TOO_LARGE = 4413
    UPDATE = 4426
    TOO_FAST = 4429
