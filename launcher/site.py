"""``run.py site``: prepare, serve, stop cleanly."""

import contextlib
import errno
import socket
import subprocess
import time
import urllib.request
from pathlib import Path

from launcher import places
from launcher.console import Fault, Stopped, say
from launcher.data import check_folder, everything
from launcher.processes import end, start

START_SECONDS = 90
SOCKET_MESSAGE_BYTES = 64 * 1024  # security.md 10


def take_port(port: int) -> tuple[socket.socket, bool]:
    """Open the port on 127.0.0.1 and hold it; tell whether ::1 can be used too. Raises Fault.

    Whoever connects while the site is being prepared waits; nobody else can take the port.
    ``localhost`` may mean either address.
    """
    holder = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    try:
        holder.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        holder.bind(("127.0.0.1", port))
        holder.listen(128)
    except OSError as problem:
        holder.close()
        raise _port_fault(port, problem) from problem
    try:
        with socket.socket(socket.AF_INET6, socket.SOCK_STREAM) as trial:
            trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            trial.bind(("::1", port))
    except OSError as problem:
        if problem.errno == errno.EADDRINUSE:
            holder.close()
            raise _port_fault(port, problem) from problem
        return holder, False
    return holder, True


def _port_fault(port: int, problem: OSError) -> Fault:
    if problem.errno == errno.EADDRINUSE:
        other = port + 1 if port < 65535 else 8000
        return Fault(
            f"Port {port} is in use by another program. "
            f"Choose another one, for example: python3 run.py site --port {other}"
        )
    if problem.errno in (errno.EACCES, errno.EPERM):
        return Fault(f"No permission to use port {port}. Choose one above 1023 with --port.")
    return Fault(f"Port {port} cannot be opened on 127.0.0.1.")


def serve(port: int, data: Path, holder: socket.socket, *, ipv6: bool) -> "subprocess.Popen[str]":
    """Start one Daphne for pages and sockets on the port that ``holder`` holds."""
    command: list[str | Path] = [places.PYTHON, "-m", "daphne", "-v", "0"]
    command += ["--fd", str(holder.fileno())]
    if ipv6:
        command += ["-e", rf"tcp6:port={port}:interface=\:\:1"]
    for part in ("message", "frame"):
        command += [f"--websocket-max-{part}-size", str(SOCKET_MESSAGE_BYTES)]
    command.append("portal.project.asgi:application")
    env = places.environment(PORTAL_DATA=str(data), PORTAL_PORT=str(port))
    return start(command, env=env, keep=[holder.fileno()])


def answers(port: int) -> bool:
    """Tell whether the site says that it is alive."""
    with (
        contextlib.suppress(OSError),
        urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=5) as reply,
    ):
        return bool(reply.status == 200)
    return False


def _wait_until_alive(port: int, process: "subprocess.Popen[str]") -> None:
    until = time.monotonic() + START_SECONDS
    while not answers(port):
        if process.poll() is not None:
            raise Fault("The site could not be started; the reason stands above.")
        if time.monotonic() > until:
            raise Fault(f"The site did not answer within {START_SECONDS} seconds.")
        time.sleep(0.1)


def site(*, port: int, data: Path, demo: bool) -> int:
    """Prepare and serve until asked to stop. Returns the exit code; raises Fault."""
    holder, ipv6 = take_port(port)
    with holder:
        check_folder(data)
        everything(data, demo=demo, port=port)
        say("Starting the site …")
        process = serve(port, data, holder, ipv6=ipv6)
    try:
        _wait_until_alive(port, process)
        say(f"ready http://localhost:{port}")
        process.wait()
        raise Fault("The site ended by itself; the reason stands above.")
    except Stopped:
        return 0
    finally:
        end(process)
