"""Ciphertext in the private store: written in parts, never looked into, deleted for good.

What a row says it has received is the truth; a file may be longer after a crash, and is cut back
before the next part is written.
"""

import base64
import hashlib
import logging
import os
from typing import BinaryIO

from portal.files import store
from portal.shared.errors import NotAllowed

logger = logging.getLogger("portal.files")

BLOCK = 64 * 1024  # bytes read at once


class Lost(Exception):
    """The store has fewer bytes than the row says: the upload starts again."""


def new_name() -> str:
    """Return a name for new ciphertext."""
    return store.new_name()


def append(name: str, offset: int, data: bytes) -> None:
    """Make ``data`` the end of the file, from ``offset`` on; it is on the disk when this returns.

    Raises Lost where the file is shorter than ``offset``.
    """
    path = store.ready_place(name)
    number = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    with os.fdopen(number, "r+b") as file:
        if os.fstat(number).st_size < offset:
            raise Lost
        file.truncate(offset)
        file.seek(offset)
        file.write(data)
        file.flush()
        os.fsync(number)
    if offset == 0:
        _keep_entry(str(path.parent))


def _keep_entry(folder: str) -> None:
    """Have the folder's entry of a new file on the disk too."""
    number = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(number)
    finally:
        os.close(number)


def has_digest(name: str, sha256: str) -> bool:
    """Say whether the bytes have this SHA-256: 64 hexadecimal digits, or base64 (43 or 44)."""
    with store.place(name).open("rb") as file:
        found = hashlib.file_digest(file, "sha256").digest()
    written = base64.b64encode(found).decode()
    return sha256.lower() == found.hex() or sha256.rstrip("=") == written.rstrip("=")


def open_whole(name: str, size: int) -> BinaryIO:
    """Return the file for reading. Raises NotAllowed where it is missing or not of this size."""
    try:
        file = store.place(name).open("rb")
    except OSError as problem:
        logger.error("ciphertext is missing from the store")
        raise NotAllowed from problem
    if os.fstat(file.fileno()).st_size != size:
        file.close()
        logger.error("ciphertext in the store has another size than its row says")
        raise NotAllowed
    return file


def remove(name: str) -> None:
    """Delete the bytes; nothing happens where there are none. Raises OSError."""
    store.remove(name)
