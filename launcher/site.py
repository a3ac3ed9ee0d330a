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


def free_addresses(port: int) -> list[str]:
    """Return the loopback addresses on which the port can be opened. Raises Fault.

    127.0.0.1 always, and ::1 where the machine has it, since ``localhost`` may mean either.
    """
    addresses = []
    for family, address in ((socket.AF_INET, "127.0.0.1"), (socket.AF_INET6, "::1")):
        try:
            with socket.socket(family, socket.SOCK_STREAM) as trial:
                trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
                trial.bind((address, port))
        except OSError as problem:
            if problem.errno == errno.EADDRINUSE:
                raise Fault(
                    f"Port {port} is in use by another program. "
                    f"Choose another one, for example: python3 run.py site --port {port + 1}"
                ) from problem
            if problem.errno in (errno.EACCES, errno.EPERM):
                raise Fault(
                    f"No permission to use port {port}. Choose one above 1023 with --port."
                ) from problem
            if family == socket.AF_INET:
                raise Fault(f"Port {port} cannot be opened on 127.0.0.1.") from problem
        else:
            addresses.append(address)
    return addresses


def serve(port: int, data: Path, addresses: list[str]) -> "subprocess.Popen[str]":
    """Start one Daphne for pages and sockets."""
    command: list[str | Path] = [places.PYTHON, "-m", "daphne", "-v", "0"]
    for address in addresses:
        kind = "tcp6" if ":" in address else "tcp"
        escaped = address.replace(":", r"\:")
        command += ["-e", f"{kind}:port={port}:interface={escaped}"]
    command += ["--websocket-max-message-size", str(SOCKET_MESSAGE_BYTES)]
    command.append("portal.project.asgi:application")
    return start(command, env=places.environment(PORTAL_DATA=str(data), PORTAL_PORT=str(port)))


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
    addresses = free_addresses(port)
    check_folder(data)
    everything(data, demo=demo)
    say("Starting the site …")
    process = serve(port, data, addresses)
    try:
        _wait_until_alive(port, process)
        say(f"ready http://localhost:{port}")
        process.wait()
        raise Fault("The site ended by itself; the reason stands above.")
    except Stopped:
        return 0
    finally:
        end(process)
