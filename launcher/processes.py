"""Starting programs so that none is left behind."""

import contextlib
import ctypes
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import IO

from launcher import places
from launcher.console import Fault, Stopped, diagnose

Command = Sequence[str | Path]
_running: set["subprocess.Popen[str]"] = set()
_guard = threading.Lock()


class _Starting:
    """While a program is being started, a wish to stop waits: else it would be left behind."""

    def __init__(self) -> None:
        self.count = 0
        self.asked = False

    def __enter__(self) -> None:
        with _guard:
            self.count += 1

    def __exit__(self, *problem: object) -> None:
        with _guard:
            self.count -= 1
            again = self.asked and self.count == 0
        if again:
            self.asked = False
            os.kill(os.getpid(), signal.SIGTERM)


_starting = _Starting()


def _die_with_parent() -> Callable[[], None] | None:
    """On Linux a child is asked to end when its parent is killed (prctl PR_SET_PDEATHSIG)."""
    if not sys.platform.startswith("linux") or threading.active_count() > 1:
        return None
    prctl = ctypes.CDLL(None, use_errno=True).prctl

    def ask() -> None:
        prctl(1, signal.SIGTERM, 0, 0, 0)

    return ask


def start(
    command: Command,
    *,
    env: dict[str, str] | None = None,
    cwd: Path = places.ROOT,
    output: IO[str] | None = None,
    keep: Sequence[int] = (),
) -> "subprocess.Popen[str]":
    """Start a program in a process group of its own. Raises Fault when it cannot be found.

    Its output goes to ``output``, or where ours goes; ``keep`` are open files it inherits.
    """
    with _starting:
        process = _start(command, env or places.environment(), cwd, output, keep)
        with _guard:
            _running.add(process)
    return process


def _start(
    command: Command,
    env: dict[str, str],
    cwd: Path,
    output: IO[str] | None,
    keep: Sequence[int],
) -> "subprocess.Popen[str]":
    try:
        return subprocess.Popen(
            [str(part) for part in command],
            cwd=cwd,
            env=env,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT if output else None,
            text=True,
            start_new_session=True,
            pass_fds=tuple(keep),
            preexec_fn=_die_with_parent(),  # noqa: PLW1509  one thread only, see above
        )
    except FileNotFoundError as problem:
        raise Fault(f"The program {command[0]} is missing on this machine.") from problem


def end(process: "subprocess.Popen[str]", patience: float = 10) -> int:
    """Ask a program and its children to end, insist after ``patience`` seconds; its exit code."""
    for request in (signal.SIGTERM, signal.SIGKILL):
        if process.poll() is None:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, request)
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(patience)
            break
    # Grandchildren that outlived their parent.
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGKILL)
    with _guard:
        _running.discard(process)
    return process.returncode


def end_all() -> None:
    """End every program that is still running."""
    for process in list(_running):
        end(process, patience=5)


def wait(process: "subprocess.Popen[str]") -> int:
    """Wait for the end of a program and return its exit code."""
    code = process.wait()
    with _guard:
        _running.discard(process)
    return code


def run(
    command: Command,
    *,
    what: str,
    env: dict[str, str] | None = None,
    cwd: Path = places.ROOT,
) -> None:
    """Run a program to its end, its output in a log file. Raises Fault when it fails.

    ``what`` completes the sentence "… failed".
    """
    code, log = run_logged(command, name=what, env=env, cwd=cwd)
    if code == 0:
        return
    output = log.read_text(encoding="utf-8", errors="replace")
    raise Fault(diagnose(output) or f"{what} failed; what it said is in {log}.")


def run_logged(
    command: Command,
    *,
    name: str,
    env: dict[str, str] | None = None,
    cwd: Path = places.ROOT,
) -> tuple[int, Path]:
    """Run a program to its end; return its exit code and the file its output went to."""
    places.LOGS.mkdir(parents=True, exist_ok=True)
    log = places.LOGS / ("-".join(name.lower().split()) + ".log")
    with log.open("w", encoding="utf-8") as output:
        return wait(start(command, env=env, cwd=cwd, output=output)), log


def read(command: Command, *, env: dict[str, str] | None = None) -> str:
    """Return what a program prints, or an empty text when it is missing or fails."""
    try:
        done = subprocess.run(
            [str(part) for part in command],
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
            cwd=places.ROOT,
            env=env or places.environment(),
            stdin=subprocess.DEVNULL,
        )
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return done.stdout.strip() if done.returncode == 0 else ""


def stop_on_signals() -> None:
    """Let Ctrl-C and SIGTERM raise ``Stopped``, once: what follows is tidying up."""

    def handle(number: int, frame: object) -> None:
        if _starting.count:
            _starting.asked = True
            return
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        raise Stopped

    signal.signal(signal.SIGINT, handle)
    signal.signal(signal.SIGTERM, handle)
    if hasattr(signal, "SIGHUP"):
        signal.signal(signal.SIGHUP, handle)
