"""``run.py bench``: prepare what is measured, then let ``tests/load`` measure it."""

from collections.abc import Sequence
from pathlib import Path

from launcher import places
from launcher.data import build, static_files
from launcher.processes import Command, start, wait


def bench(names: Sequence[str], *, json_file: Path | None, quick: bool) -> int:
    """Measure the scenarios named, or all; return the exit code. Raises Fault."""
    build()
    static_files(places.CACHE / "test-data")
    options: list[str | Path] = ["--json", json_file.resolve()] if json_file else []
    options += ["--quick"] if quick else []
    command: Command = [places.PYTHON, "-m", "tests.load", *names, *options]
    return wait(start(command))
