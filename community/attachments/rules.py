"""What an upload of ciphertext looks like. Pure (messaging.md 10.3)."""

import re
from datetime import timedelta
from typing import Literal

from community.api.endpoint import Strict
from community.api.errors import ApiError
from portal.shared import ratelimit

HISTORY_KEPT = timedelta(days=7)
UPLOAD_KEPT = timedelta(days=1)  # begun and not finished
UNSENT_KEPT = timedelta(days=7)  # finished, and no event names it
CHUNK = 1024 * 1024  # bytes of one PUT at most
# The specification leaves the form open: hexadecimal, or base64 with or without its padding.
_SHA256 = re.compile(r"[0-9a-fA-F]{64}|[A-Za-z0-9+/]{43}=?")


class NewMedia(Strict):
    """Body of ``POST media``; ``sha256`` is that of the whole ciphertext."""

    room: str
    size: int
    sha256: str
    purpose: Literal["file", "history"] = "file"


def check(wanted: NewMedia) -> None:
    """Raise bad_request for a size below one byte or no SHA-256, too_large above 20 MiB."""
    if wanted.size < 1:
        raise ApiError("bad_request", "size is at least 1")
    if wanted.size > ratelimit.get("sealed-file-size").amount:
        raise ApiError("too_large")
    if not _SHA256.fullmatch(wanted.sha256):
        raise ApiError("bad_request", "sha256 is 64 hexadecimal digits, or base64")
