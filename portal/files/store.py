"""The folder the files of members lie in: random names, for this system's user alone.

A file is written into ``incoming`` and moved to its place when the transaction that made its row
is committed; so a transaction that is rolled back leaves nothing but a file that ``sweep`` finds.
Nobody but ``portal.files`` opens this folder (a test looks for it).
"""

import os
import secrets
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import BinaryIO

from django.conf import settings

from portal.shared import clock

BITS = 160
INCOMING = "incoming"
OLD = 3600  # seconds after which a file in ``incoming`` belongs to no running request


def root() -> Path:
    """Return the folder, made if need be for its owner alone."""
    return _folder(Path(settings.PRIVATE_ROOT))


def _folder(path: Path) -> Path:
    path.mkdir(mode=0o700, parents=True, exist_ok=True)
    return path


def incoming() -> Path:
    """Return the folder for files that belong to no row yet."""
    return _folder(root() / INCOMING)


def new_name() -> str:
    """Return a name nobody can guess: 160 random bits in letters every file system keeps apart."""
    return secrets.token_hex(BITS // 8)


def place(name: str) -> Path:
    """Return where a file lies for good. Raises ValueError for what is no name of ours."""
    if len(name) != BITS // 4 or not set(name) <= set("0123456789abcdef"):
        raise ValueError("not a name of the store")
    return root() / name[:2] / name[2:4] / name


def waiting(name: str) -> Path:
    """Return where a file lies until its row is committed."""
    place(name)
    return incoming() / name


def create(path: Path) -> BinaryIO:
    """Open a new file for writing, readable by its owner alone. Raises FileExistsError."""
    return os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb")


def ready_place(name: str) -> Path:
    """Return ``place(name)`` with its folders made."""
    goal = place(name)
    _folder(goal.parent.parent)
    _folder(goal.parent)
    return goal


def settle(name: str) -> None:
    """Move a file to its place, in one step. Called when its row is committed."""
    goal = ready_place(name)
    with suppress(FileNotFoundError):  # a second call, or the sweep was quicker
        os.replace(waiting(name), goal)


def where(name: str) -> Path:
    """Return the path of a stored file. Raises FileNotFoundError."""
    for path in (place(name), waiting(name)):
        if path.is_file():
            return path
    raise FileNotFoundError(name)


def remove(name: str) -> None:
    """Delete the bytes; nothing happens where there are none."""
    for path in (place(name), waiting(name)):
        path.unlink(missing_ok=True)


def sweep(is_known: Callable[[str], bool]) -> int:
    """Put away what interrupted requests left in ``incoming``; return how many were deleted.

    ``is_known(name)`` says whether a row has that name: then the file only missed its last move.
    """
    gone, moment = 0, clock.now().timestamp()
    for path in incoming().iterdir():
        if moment - path.stat().st_mtime < OLD:
            continue
        if path.is_file() and len(path.name) == BITS // 4 and is_known(path.name):
            settle(path.name)
        else:
            path.unlink(missing_ok=True)
            gone += 1
    return gone
