"""What WhiteNoise sends with a static file beyond type and age (messaging.md pitfall 16).

A module worker lives under the policy of its own response, not of the page that starts it. The one
worker of the site holds the message keys: it may load itself and its WebAssembly, talk to this site
and its socket, and nothing else.
"""

from collections.abc import MutableMapping
from pathlib import PurePosixPath

from django.conf import settings

WORKER = "e2ee-worker-"  # vite.config.ts names the file, its hash follows


def socket_origins() -> list[str]:
    """Return the origins of the site's sockets: ``ws://`` or ``wss://``, host and port.

    Some browsers do not count sockets under 'self'. ALLOWED_ORIGINS holds full origins.
    """
    return [origin.replace("http", "ws", 1) for origin in settings.ALLOWED_ORIGINS]


def worker_policy() -> str:
    """Return the content security policy of the worker."""
    connect = " ".join(["'self'", *socket_origins()])
    return (
        "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; "
        f"connect-src {connect}; require-trusted-types-for 'script'"
    )


def add(headers: MutableMapping[str, str], path: str, url: str) -> None:
    """Add the worker's policy; called by WhiteNoise for every static file."""
    name = PurePosixPath(url).name
    if name.startswith(WORKER) and name.endswith(".js"):
        headers["Content-Security-Policy"] = worker_policy()
