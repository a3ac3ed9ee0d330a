"""Measurements with a programme of their own: each is a module that prints its figures as JSON.

A probe runs on an empty migrated data folder. It exits with 1 when a figure is not what the
security design promises.
"""

import json
import shutil
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from tests.load.servers import ROOT, environment

PROBES: dict[str, str] = {
    "audit": "tests.load.tampering",
    "chat-delivery": "tests.load.chat_delivery",
    "chat-idle": "tests.load.chat_idle",
    "chat-keys": "tests.load.chat_keys",
    "chat-recovery": "tests.load.chat_recovery",
    "chat-sends": "tests.load.chat_sends",
    "chat-shown": "tests.load.chat_shown",
    "directory": "tests.load.people",
    "discussions": "tests.load.discussions",
    "discussions-shown": "tests.load.discussions_shown",
    "enumeration": "tests.load.enumeration",
    "guessing": "tests.load.guessing",
    "library": "tests.load.library",
    "socket-end": "tests.load.socket_end",
}
# The same on PostgreSQL and Redis, in a database of its own.
ON_POSTGRES = ("directory", "discussions", "library")
PROBES |= {f"{name}-postgres": f"tests.load.postgres {PROBES[name]}" for name in ON_POSTGRES}


def _call(data: Path, *command: str) -> subprocess.CompletedProcess[str]:
    # The site believes one proxy, so that a probe can come from many network addresses.
    env = environment(data) | {"LOAD_PROXIES": "1"}
    return subprocess.run(
        [sys.executable, *command], cwd=ROOT, env=env, capture_output=True, text=True,
        check=False, stdin=subprocess.DEVNULL,
    )  # fmt: skip


def run(names: Iterable[str], folder: Path) -> list[dict[str, Any]]:
    """Run the probes named and return their figures. Raises RuntimeError when one breaks."""
    empty = folder / "empty"
    empty.mkdir()
    for command in (("migrate", "--noinput"), ("createcachetable",)):
        done = _call(empty, "manage.py", *command, "-v", "0")
        if done.returncode:
            raise RuntimeError(done.stderr[-4000:])
    return [_one(name, empty, folder / name) for name in names]


def _one(name: str, empty: Path, data: Path) -> dict[str, Any]:
    shutil.copytree(empty, data)
    done = _call(data, "-m", *PROBES[name].split())
    try:
        figures = json.loads(done.stdout)
    except ValueError as problem:
        raise RuntimeError(f"{name} broke:\n{done.stderr[-4000:]}") from problem
    return {"probe": name, "faults": done.returncode, **figures}


def finish(figures: dict[str, Any], *, good: bool) -> None:
    """Print a probe's figures and end the process. Called by the probe's own module."""
    json.dump(figures, sys.stdout)
    sys.exit(0 if good else 1)
