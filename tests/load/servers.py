"""The two ways the site is served, started for a measurement and ended after it."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tests.load.client import Request, fetch

ROOT = Path(__file__).resolve().parents[2]
KINDS = ("gunicorn", "daphne")
# Under Daphne: the site, and the least that can be done with a socket (the floor of chat figures).
APPLICATIONS = {
    "daphne": "portal.project.asgi:application",
    "chat-floor": "tests.load.chat_floor:application",
}
WORKERS, THREADS = 2, 4
START_SECONDS = 60


def free_port() -> int:
    """Return a port of 127.0.0.1 that nobody listens on."""
    with socket.socket() as trial:
        trial.bind(("127.0.0.1", 0))
        return int(trial.getsockname()[1])


def environment(data: Path, port: int = 0) -> dict[str, str]:
    """Return the environment of a server or command on a data folder."""
    return os.environ | {
        "DJANGO_SETTINGS_MODULE": "tests.load.settings",
        "PORTAL_ENV": "dev",
        "PORTAL_DATA": str(data),
        "PORTAL_PORT": str(port or 8000),
    }


def command(kind: str, port: int) -> list[str]:
    """Return the command line of a server."""
    if kind == "gunicorn":
        return [
            sys.executable, "-m", "gunicorn", "portal.project.wsgi:application",
            "--bind", f"127.0.0.1:{port}", "--workers", str(WORKERS), "--threads", str(THREADS),
            "--log-level", "warning",
        ]  # fmt: skip
    return [
        sys.executable, "-m", "daphne", "-v", "0", "-b", "127.0.0.1", "-p", str(port),
        "--websocket-max-message-size", "65536", "--websocket-max-frame-size", "65536",
        APPLICATIONS[kind],
    ]  # fmt: skip


class Server:
    """A running server; ``start_seconds`` is from the start to the first good /healthz."""

    def __init__(self, kind: str, data: Path, port: int = 0) -> None:
        self.kind, self.port = kind, port or free_port()
        began = time.perf_counter()
        self.log = (data / f"{kind}.log").open("a")
        self.process = subprocess.Popen(
            command(kind, self.port), cwd=ROOT, env=environment(data, self.port),
            stdin=subprocess.DEVNULL, stdout=self.log, stderr=self.log, start_new_session=True,
        )  # fmt: skip
        while not self._alive():
            if self.process.poll() is not None or time.perf_counter() - began > START_SECONDS:
                self.stop()
                raise RuntimeError(f"{kind} did not start; see {self.log.name}")
            time.sleep(0.02)
        self.start_seconds = time.perf_counter() - began

    def _alive(self) -> bool:
        try:
            return fetch(self.port, Request("GET", "/healthz"))[0] == 200
        except (OSError, EOFError, TimeoutError):
            return False

    def memory(self) -> float:
        """Return MiB held by the server's processes; shared pages count once (PSS)."""
        return sum(_pss(pid) for pid in _group(self.process.pid)) / 1024

    def resident(self) -> float:
        """Return MiB resident in the first process (VmRSS of proc(5))."""
        text = Path(f"/proc/{self.process.pid}/status").read_text()
        return int(text.partition("VmRSS:")[2].split()[0]) / 1024

    def busy(self) -> float:
        """Return the seconds of processor time the server's processes have used (proc(5))."""
        return sum(_ticks(pid) for pid in _group(self.process.pid)) / os.sysconf("SC_CLK_TCK")

    def kill(self) -> None:
        """Cut the server off, as when its machine fails."""
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()
        self.log.close()

    def stop(self) -> None:
        """End the server and all its workers."""
        if self.process.poll() is None:
            os.killpg(self.process.pid, signal.SIGTERM)
            try:
                self.process.wait(10)
            except subprocess.TimeoutExpired:
                os.killpg(self.process.pid, signal.SIGKILL)
                self.process.wait()
        self.log.close()


def _group(leader: int) -> list[int]:
    """Return the processes of a session: /proc/<pid>/stat, field 6 (proc(5))."""
    found = []
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = path.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        if int(fields[3]) == leader:
            found.append(int(path.parent.name))
    return found


def _ticks(pid: int) -> int:
    """Return clock ticks in user and kernel mode: /proc/<pid>/stat, fields 14 and 15."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return 0
    return int(fields[11]) + int(fields[12])


def _pss(pid: int) -> int:
    """Return the proportional set size in KiB; 0 where the kernel does not tell."""
    try:
        text = Path(f"/proc/{pid}/smaps_rollup").read_text()
    except OSError:
        return 0
    return next((int(row.split()[1]) for row in text.splitlines() if row.startswith("Pss:")), 0)


@contextmanager
def serving(kind: str, data: Path) -> Iterator[Any]:
    """Serve a data folder for the length of a block."""
    server = Server(kind, data)
    try:
        yield server
    except RuntimeError as problem:
        tail = Path(server.log.name).read_text(errors="replace")[-3000:]
        raise RuntimeError(f"{problem}\nThe server said:\n{tail}") from problem
    finally:
        server.stop()
