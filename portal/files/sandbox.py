"""Runs the worker that reads a stranger's file, so that its worst end is the end of the worker."""

import json
import os
import subprocess
import sys
import threading
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

from portal.files.bounds import Bounds
from portal.files.reasons import Reason, Refused

WORKER = Path(__file__).with_name("worker.py")
AT_ONCE = 2  # workers of one process: each may take ``Bounds.memory``
_slots = threading.BoundedSemaphore(AT_ONCE)


def rewrite(source: Path, target: Path, ending: str, bounds: Bounds) -> None:
    """Read ``source`` and write it anew to ``target``. Raises Refused, see ``run``."""
    run("rewrite", source, target, ending, bounds)


def run(
    job: str,
    source: Path,
    target: Path,
    ending: str,
    bounds: Bounds,
    more: Mapping[str, Any] | None = None,
) -> None:
    """Do a job of the worker (``worker.JOBS``) with ``source``, into ``target``, in a process of
    its own; ``more`` are plain values the job wants besides.

    Raises Refused. A worker that dies or takes longer than ``bounds.seconds`` was given too much.
    On any refusal ``target`` does not exist afterwards.
    """
    task = {
        "job": job, "source": str(source), "target": str(target), "ending": ending,
        "bounds": asdict(bounds), "more": dict(more or {}),
    }  # fmt: skip
    try:
        with _slots:
            answer = _run(json.dumps(task), bounds.seconds, source.parent)
        if answer != "ok":
            raise Refused(_reason(answer))
        if not target.exists():
            raise Refused(Reason.BROKEN)
    except Refused:
        target.unlink(missing_ok=True)
        raise


def _run(task: str, seconds: int, folder: Path) -> str:
    # No environment: the secrets of the site are in it. -I: nothing of the caller's path.
    environment = {"TMPDIR": str(folder), "LC_ALL": "C.UTF-8"}
    if os.name == "nt":
        environment["SYSTEMROOT"] = os.environ.get("SYSTEMROOT", "")
    try:
        done = subprocess.run(
            [sys.executable, "-I", str(WORKER)],
            input=task, capture_output=True, text=True, timeout=seconds, check=False,
            env=environment, cwd=folder,
        )  # fmt: skip
    except subprocess.TimeoutExpired as problem:
        raise Refused(Reason.HEAVY) from problem
    if done.returncode:
        raise Refused(Reason.HEAVY)
    return done.stdout


def _reason(answer: str) -> Reason:
    try:
        return Reason(answer)
    except ValueError:
        return Reason.BROKEN
