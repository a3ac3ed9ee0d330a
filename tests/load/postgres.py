"""The figures of another probe on PostgreSQL and Redis: ``python -m tests.load.postgres MODULE``.

In a database of its own, which goes after.
"""

import os
import subprocess
import sys

import psycopg

from tests.load.servers import ROOT

SERVER = os.environ.get("LOAD_POSTGRES", "postgres://postgres@127.0.0.1:5432")
NAME = f"portal_load_{os.getpid()}"
CACHE = os.environ.get("LOAD_REDIS", "redis://127.0.0.1:6379/3")


def _run(*command: str) -> int:
    env = os.environ | {"LOAD_DATABASE": f"{SERVER}/{NAME}", "LOAD_CACHE": CACHE}
    return subprocess.run([sys.executable, *command], cwd=ROOT, env=env, check=False).returncode


def main(module: str) -> int:
    """Make the database, take the figures, drop it."""
    with psycopg.connect(f"{SERVER}/postgres", autocommit=True) as server:
        server.execute(f'CREATE DATABASE "{NAME}"')
        try:
            return _run("manage.py", "migrate", "--noinput", "-v", "0") or _run("-m", module)
        finally:
            server.execute(f'DROP DATABASE "{NAME}" WITH (FORCE)')


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
