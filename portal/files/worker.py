"""The process that reads one file of a stranger: little memory, little time, nothing of the site.

Run as a program by ``portal.files.sandbox``: standard input is one JSON object (job, source,
target, ending, bounds, and what the job wants more), standard output is ``ok`` or a reason. It
knows no settings, database or secret.
"""

import importlib
import json
import os
import sys
from pathlib import Path

try:
    import resource
except ImportError:  # a system without resource limits: the time limit of the sandbox remains
    resource = None  # type: ignore[assignment]


JOBS = {
    "rewrite": "portal.files.rewriting",
    "extract": "portal.files.extracting",
    "stamp": "portal.files.stamping",
}


def _confine(memory: int, seconds: int, largest: int) -> None:
    """Give up what is not needed, before anything of the file is read."""
    os.umask(0o077)
    if resource is None:
        return
    for what, most in (
        (resource.RLIMIT_AS, memory),
        (resource.RLIMIT_CPU, seconds),
        (resource.RLIMIT_FSIZE, largest),
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_NOFILE, 64),
    ):
        hard = resource.getrlimit(what)[1]
        resource.setrlimit(what, (most if hard < 0 else min(most, hard), hard))


def main() -> str:
    """Do the work and return the word for standard output."""
    task = json.load(sys.stdin)
    sys.path.insert(0, str(Path(__file__).resolve().parents[2]))
    from portal.files.bounds import Bounds
    from portal.files.reasons import Reason, Refused

    bounds = Bounds(**task["bounds"])
    _confine(bounds.memory, bounds.seconds, 2 * bounds.document_size)
    work = getattr(importlib.import_module(JOBS[task["job"]]), task["job"])

    try:
        work(Path(task["source"]), Path(task["target"]), task["ending"], bounds, **task["more"])
    except Refused as refusal:
        return refusal.reason.value
    except MemoryError:
        return Reason.HEAVY.value
    except Exception as problem:  # whatever a parser stumbles over, the file is not accepted
        sys.stderr.write(f"{type(problem).__name__}\n")
        return Reason.BROKEN.value
    return "ok"


if __name__ == "__main__":
    sys.stdout.write(main())
