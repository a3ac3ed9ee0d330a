"""Which pages may open a socket. Scheme, host and port must be one of ``ALLOWED_ORIGINS`` exactly.

channels' own validator let ``http://`` and other ports of our host pass (security.md 4.6).
"""

from typing import Any

from django.conf import settings


def header(scope: dict[str, Any], name: bytes) -> str | None:
    """Return the only header of that name; None if it is missing or there are several."""
    found = [value for key, value in scope.get("headers", []) if key.lower() == name]
    return found[0].decode("latin-1") if len(found) == 1 else None


def is_ours(scope: dict[str, Any]) -> bool:
    """Say whether the page that opens the socket is one of this site's."""
    origin = header(scope, b"origin")
    return origin is not None and origin in settings.ALLOWED_ORIGINS
