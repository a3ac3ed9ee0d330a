"""What a person reads: short lines of progress, and one sentence when something is wrong."""

import errno
import os
import sys


class Fault(Exception):
    """Something the person can put right, in one plain sentence."""


class Stopped(BaseException):
    """Ctrl-C or a request to end (SIGTERM)."""


def say(text: str) -> None:
    """Print one line at once."""
    print(text, flush=True)


def complain(text: str) -> None:
    """Print one line on the error stream."""
    print(text, file=sys.stderr, flush=True)


DISK_FULL = "The disk is full. Free some space and start again."
NO_REGISTRY = (
    "A package registry could not be reached. Check the network connection and start again."
)
BAD_HASH = (
    "A package does not match the hash in the lock file, so it was not installed. "
    "Try again later or from another network."
)
BAD_DATABASE = (
    "The database file in the data folder is damaged or is no SQLite database. "
    "Put a copy back or choose another folder with --data."
)

_SIGNS: tuple[tuple[str, tuple[str, ...]], ...] = (
    (
        DISK_FULL,
        ("No space left on device", "database or disk is full", "ENOSPC", "Disk quota exceeded"),
    ),
    (
        NO_REGISTRY,
        (
            "Failed to establish a new connection",
            "NewConnectionError",
            "name resolution",
            "Name or service not known",
            "Network is unreachable",
            "No matching distribution found",
            "Failed to fetch",
            "error sending request",
            "dns error",
            "Connection refused",
            "Connection timed out",
            "ReadTimeoutError",
            "ProxyError",
            "ENOTFOUND",
            "EAI_AGAIN",
            "ECONNREFUSED",
            "ECONNRESET",
            "ETIMEDOUT",
            "ENETUNREACH",
        ),
    ),
    (
        BAD_HASH,
        ("DO NOT MATCH THE HASHES", "Hash mismatch", "EINTEGRITY"),
    ),
    (
        "Another program is using the database of this data folder. Close it and start again.",
        ("database is locked",),
    ),
    (
        BAD_DATABASE,
        ("file is not a database", "database disk image is malformed"),
    ),
    (
        "A file or folder cannot be written. Check who owns the checkout and the data folder.",
        ("Permission denied", "EACCES", "Read-only file system", "readonly database"),
    ),
)


def diagnose(output: str) -> str | None:
    """Return the plain sentence that explains a failed program's output, if one is known."""
    for sentence, signs in _SIGNS:
        if any(sign in output for sign in signs):
            return sentence
    return None


def explain(problem: OSError) -> str:
    """Return one plain sentence for a failed call of the operating system."""
    if problem.errno in (errno.ENOSPC, errno.EDQUOT):
        return DISK_FULL
    place = f" ({problem.filename})" if problem.filename else ""
    if problem.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
        return f"No permission to write{place}. Check who owns the checkout and the data folder."
    return f"The operating system refused: {os.strerror(problem.errno or 0)}{place}."
