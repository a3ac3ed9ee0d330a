"""A virus scanner that speaks clamd's protocol on loopback, and can misbehave."""

import socket
import socketserver
import struct
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from tests.files.made import EICAR


class _Handler(socketserver.StreamRequestHandler):
    def handle(self) -> None:
        behaviour = self.server.behaviour
        if behaviour == "hang up":
            return
        command = self.rfile.readline()
        assert command == b"nINSTREAM\n"
        if behaviour == "half way":
            self.rfile.read(6)
            return
        body = b""
        while size := struct.unpack(">L", self.rfile.read(4))[0]:
            body += self.rfile.read(size)
        self.server.seen.append(body)
        if behaviour == "silent":
            self.server.stopped.wait(5)
            return
        answers = {
            "garbage": b"\xff\xfe\x00garbage\n",
            "empty": b"",
            "half": b"stream: O",
            "error": b"stream: Can't allocate memory ERROR\n",
            "other": b"otherstream: OK\n",
            "named ok": b"stream: Some.Virus OK\n",
            "limit": b"INSTREAM size limit exceeded. ERROR\n",
        }
        found = b"stream: Eicar-Signature FOUND\n" if EICAR in body else b"stream: OK\n"
        self.wfile.write(answers.get(behaviour, found))


class _Server(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True


@contextmanager
def scanner(behaviour: str = "works") -> Iterator[_Server]:
    with _Server(("127.0.0.1", 0), _Handler) as server:
        server.behaviour, server.seen, server.stopped = behaviour, [], threading.Event()
        thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
        thread.start()
        try:
            server.url = f"tcp://127.0.0.1:{server.server_address[1]}"
            yield server
        finally:
            server.stopped.set()
            server.shutdown()
            thread.join()


def closed_port() -> str:
    """An address nobody listens at."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return f"tcp://127.0.0.1:{probe.getsockname()[1]}"
