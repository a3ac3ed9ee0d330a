"""Names of the channel-layer groups through which sockets are told something."""

import logging
from typing import Any

from asgiref.sync import async_to_sync
from channels.layers import get_channel_layer

logger = logging.getLogger("portal.sockets")


def of_user(user_id: int) -> str:
    """Return the group of all sockets of an account."""
    return f"user.{user_id}"


def of_session(mark: str) -> str:
    """Return the group of all sockets of one sign-in (``mark``: SHA-256 of the session key)."""
    return f"session.{mark}"


def tell(group: str, message: dict[str, Any]) -> None:
    """Send to a group from ordinary code. A layer that is down is logged: the guard's regular
    check does what the message would have hastened."""
    try:
        async_to_sync(get_channel_layer().group_send)(group, message)
    except Exception:
        logger.exception("the channel layer did not take a message")
