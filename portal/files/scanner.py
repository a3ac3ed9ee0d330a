"""Asks a virus scanner about a file: clean, found, or no answer. No answer is never "clean".

The scanner is ClamAV's daemon (clamd) at ``settings.CLAMD_URL`` (``tcp://host:port`` or
``unix:///path``); it gets the bytes, never a path. Its limit ``StreamMaxLength`` must not be below
ours for documents, else large files wait for ever.
"""

import logging
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from clamav_client.clamd import ClamdError, ClamdNetworkSocket, ClamdUnixSocket
from django.conf import settings

logger = logging.getLogger("portal.files")

TIMEOUT = 20.0  # seconds the scanner may be silent
LONGEST_NAME = 100


@dataclass(frozen=True)
class Clean:
    """The scanner looked and found nothing."""


@dataclass(frozen=True)
class Found:
    """The scanner found something; ``name`` is its own word for it."""

    name: str


@dataclass(frozen=True)
class Down:
    """The scanner did not answer, or not in a way that can be relied on."""


@dataclass(frozen=True)
class Absent:
    """No scanner is configured."""


Verdict = Clean | Found | Down | Absent


def is_configured() -> bool:
    """Say whether this installation has a scanner."""
    return bool(settings.CLAMD_URL)


def _client(url: str) -> ClamdNetworkSocket:
    """Return a client for the address. Raises ValueError for an address of another form."""
    parts = urlsplit(url)
    if parts.scheme == "unix" and parts.path:
        return ClamdUnixSocket(path=parts.path, timeout=int(TIMEOUT))
    if parts.scheme == "tcp" and parts.hostname:
        return ClamdNetworkSocket(host=parts.hostname, port=parts.port or 3310, timeout=TIMEOUT)
    raise ValueError("the address of the scanner is tcp://host:port or unix:///path")


def is_address(url: str) -> bool:
    """Say whether an address has a form that can be used."""
    try:
        _client(url)
    except ValueError:
        return False
    return True


def scan(path: Path) -> Verdict:
    """Have the file looked at. Raises nothing that the scanner could cause."""
    if not is_configured():
        return Absent()
    try:
        with path.open("rb") as file:
            answer = _client(settings.CLAMD_URL).instream(file)
    except (ClamdError, OSError, ValueError) as problem:
        logger.warning("the virus scanner gave no answer: %s", type(problem).__name__)
        return Down()
    match answer.get("stream"):
        case ("OK", None) if len(answer) == 1:
            return Clean()
        case ("FOUND", str(name)):
            return Found("".join(c for c in name if c.isprintable())[:LONGEST_NAME])
        case other:
            logger.warning("the virus scanner answered %s", (other or ("nothing",))[0])
            return Down()
