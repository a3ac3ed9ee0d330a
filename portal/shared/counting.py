"""Counts uses of limits in a small file beside the data, for the cache that is a table.

The embedded site has no cache server, and Django's cache in a table takes ten statements a use,
waits for the disk, and holds up whoever stores a message meanwhile. This file is shared by all
processes of the machine and outlives them. What is in it may go with a machine that fails.
"""

import random
import sqlite3
import threading
from contextlib import suppress
from pathlib import Path

from django.conf import settings

NAME = "limits.sqlite3"
PATIENCE = 20.0  # seconds for another process that writes
SWEEP_ONE_IN = 500  # uses, after which what is over is deleted
_TABLE = "CREATE TABLE IF NOT EXISTS uses (cell TEXT PRIMARY KEY, used INTEGER, ends INTEGER)"
_COUNT = (
    "INSERT INTO uses VALUES (?, ?, ?) ON CONFLICT (cell) DO UPDATE SET used = used + excluded.used"
    " RETURNING used"
)
_here = threading.local()


def count(cell: str, uses: int, *, now: int, ends: int) -> int:
    """Add ``uses`` to a cell and return what it holds then.

    ``now`` and ``ends`` (when the cell is over) are seconds since 1970.
    """
    file = _file()
    ((used,),) = file.execute(_COUNT, (cell, uses, ends)).fetchall()
    if random.randrange(SWEEP_ONE_IN) == 0:  # noqa: S311  no secret
        file.execute("DELETE FROM uses WHERE ends < ?", (now,))
    return int(used)


def give_back(cell: str, uses: int) -> None:
    """Take ``uses`` off a cell."""
    _file().execute("UPDATE uses SET used = used - ? WHERE cell = ?", (uses, cell))


def forget() -> None:
    """Forget all uses, for tests."""
    _file().execute("DELETE FROM uses")


def _file() -> sqlite3.Connection:
    """Return this thread's connection; a new file where there is none or what is there is none."""
    path = Path(settings.DATA_DIR) / NAME
    known = getattr(_here, "file", None)
    if known is not None and known[0] == path:
        connection: sqlite3.Connection = known[1]
        return connection
    try:
        connection = _open(path)
    except sqlite3.DatabaseError as problem:
        if isinstance(problem, sqlite3.OperationalError):  # no place, no right, locked
            raise
        with suppress(FileNotFoundError):
            path.unlink()
        connection = _open(path)
    _here.file = (path, connection)
    return connection


def _open(path: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(path, timeout=PATIENCE, isolation_level=None)
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("PRAGMA synchronous=NORMAL")
    connection.execute(_TABLE)
    path.chmod(0o600)
    return connection
