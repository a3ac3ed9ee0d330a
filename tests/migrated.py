"""The tests' database is migrated once and kept; each run begins with a copy of it.

Kept under a hash of all that migrations are made from, so that a changed one is never missed:
Django's ``migrate`` runs on the copy as well and finds nothing to do. Where nothing is kept, the
database is migrated as ever.
"""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.db import DatabaseError

from launcher import places
from launcher.stamps import below, fingerprint

STORE = places.CACHE / "migrated"
PREFIX = "portal_migrated_"


def mark() -> str:
    """Return a hash of all that a migrated database without content is made from."""
    files = [
        path
        for app in ("portal", "courses", "community")
        for path in below(places.ROOT / app / "migrations", "*.py")
    ]
    files += [
        places.ROOT / "portal" / name
        for name in (
            "organisations/regions.py", "languages/table.py", "project/settings/base.py",
            "project/settings/test.py",
        )
    ]  # fmt: skip
    return fingerprint([*files, places.LOCK, Path(__file__)])[:16]


def kept_file() -> Path:
    """Return where the migrated SQLite database is, or would be."""
    return STORE / f"{mark()}.sqlite3"


def bring(connection: Any) -> bool:
    """Put a copy where the tests' database is to be; say whether there was one to copy."""
    name = connection.creation._get_test_db_name()
    if connection.vendor == "sqlite":
        if not kept_file().is_file() or not Path(name).is_absolute():
            return False
        shutil.copyfile(kept_file(), name)
        return True
    with _server(connection) as run:
        run(f'DROP DATABASE IF EXISTS "{name}"')
        return run(f'CREATE DATABASE "{name}" TEMPLATE "{PREFIX}{mark()}"')


def keep(connection: Any) -> None:
    """Keep the tests' database, just migrated, for later runs, and no older one."""
    name = connection.settings_dict["NAME"]
    if connection.vendor == "sqlite":
        _keep_file(connection)
        return
    connection.close()
    making, kept = f"{PREFIX}making_{os.getpid()}", f"{PREFIX}{mark()}"
    with _server(connection) as run:
        run(f'CREATE DATABASE "{making}" TEMPLATE "{name}"')
        if not run(f'ALTER DATABASE "{making}" RENAME TO "{kept}"'):  # another run was quicker
            run(f'DROP DATABASE IF EXISTS "{making}"')
        for old in run.names():
            if old.startswith(PREFIX) and "making" not in old and old != kept:
                run(f'DROP DATABASE "{old}"')


def drop(connection: Any) -> None:
    """Delete the tests' database, whoever still has it open: threads of sockets do."""
    name = connection.settings_dict["NAME"]
    connection.close()
    if connection.vendor == "sqlite":
        connection.creation._destroy_test_db(name, 0)
        return
    with _server(connection) as run:
        run(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


def _keep_file(connection: Any) -> None:
    STORE.mkdir(parents=True, exist_ok=True)
    making = STORE / f"making-{os.getpid()}"
    with connection.cursor() as cursor:
        cursor.execute(f"VACUUM INTO '{making}'")
    for old in STORE.glob("*.sqlite3"):
        old.unlink(missing_ok=True)
    making.rename(kept_file())


class _Server:
    """Statements for the PostgreSQL server, beside any database of ours."""

    def __init__(self, cursor: Any) -> None:
        self.cursor = cursor

    def __call__(self, sql: str) -> bool:
        """Run a statement; say whether it worked."""
        try:
            self.cursor.execute(sql)
        except DatabaseError:
            return False
        return True

    def names(self) -> list[str]:
        """Return the names of all databases."""
        self.cursor.execute("SELECT datname FROM pg_database")
        return [row[0] for row in self.cursor.fetchall()]


@contextmanager
def _server(connection: Any) -> Iterator[_Server]:
    with connection.creation._nodb_cursor() as cursor:
        yield _Server(cursor)
