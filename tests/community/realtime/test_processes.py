"""The chat socket under a real Daphne: sizes, codes as a browser sees them, memory, two processes."""

import base64
import json
import os
import secrets
import socket
import struct
import sys
import threading
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from importlib import metadata
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import ClientConnection, connect

from launcher import places
from launcher.processes import end, start
from portal.organisations.models import Region
from portal.sockets.codes import Close
from tests.community.realtime.chat import ORIGIN, PROTOCOL, Person, Room
from tests.load.servers import free_port

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]
CHECK = 0.6  # seconds of the regular look in these processes; 30 in the product


@pytest.fixture(autouse=True)
def a_country(transactional_db: None) -> None:
    """Tests of this kind empty all tables, those that migrations filled too."""
    Region.objects.get_or_create(pk="SN")


class Process:
    """A Daphne that serves the tests' database."""

    def __init__(self, folder: Path, *, ack: float) -> None:
        self.port = free_port()
        settings = places.environment(
            DJANGO_SETTINGS_MODULE="tests.community.realtime.served",
            SERVED_DATABASE=str(connection.settings_dict["NAME"]),
            SERVED_PREFIX=f"test-{os.getpid()}",
            SERVED_CHECK=str(CHECK), SERVED_ACK=str(ack),
            PORTAL_ENV="test", PORTAL_DATA=str(folder),
            DATABASE_URL=os.environ.get("DATABASE_URL", ""),
            REDIS_URL=os.environ.get("REDIS_URL", ""),
        )  # fmt: skip
        self.log = (folder / f"{self.port}.log").open("w+")
        command = [
            sys.executable, "-m", "daphne", "-v", "0", "-b", "127.0.0.1", "-p", str(self.port),
            "--websocket-max-message-size", "65536", "--websocket-max-frame-size", "65536",
            "tests.community.realtime.served_asgi:application",
        ]  # fmt: skip
        self.process = start(command, env=settings, output=self.log)
        wait_for(self._answers)

    def _answers(self) -> bool:
        assert self.process.poll() is None, Path(self.log.name).read_text()
        try:
            request = urllib.request.Request(
                f"http://127.0.0.1:{self.port}/healthz", headers={"Host": "localhost"}
            )
            return bool(urllib.request.urlopen(request, timeout=5).status == 200)
        except OSError:
            return False

    def memory(self) -> float:
        """Memory of its own in MiB; mapped files, such as the database, do not count (proc(5))."""
        status = Path(f"/proc/{self.process.pid}/status").read_text()
        return int(status.partition("RssAnon:")[2].split()[0]) / 1024

    def open(self, person: Person, *, origin: str = ORIGIN) -> ClientConnection:
        headers = {"Cookie": f"sessionid={person.key}"}
        return connect(
            f"ws://127.0.0.1:{self.port}/ws/chat/", origin=origin, subprotocols=[PROTOCOL],
            additional_headers=headers, compression="deflate", close_timeout=2,
        )  # type: ignore[arg-type]  # fmt: skip

    def stop(self) -> None:
        end(self.process)
        self.log.close()


def wait_for(holds: Callable[[], bool], seconds: float = 60) -> None:
    """Ask until something holds."""
    pause = threading.Event()
    for _ in range(int(seconds / 0.05)):
        if holds():
            return
        pause.wait(0.05)
    pytest.fail("it did not come about")


@contextmanager
def served(folder: Path, *, ack: float = 60) -> Iterator[Process]:
    process = Process(folder, ack=ack)
    try:
        yield process
    finally:
        process.stop()


def hello(wire: ClientConnection, person: Person, *rooms: Room) -> list[dict[str, Any]]:
    """Say hello; return the frames up to the heads."""
    names = [room.name for room in rooms]
    frame = {"device_id": person.device_id, "cursor": None, "app": "1.0.0", "rooms": names}
    wire.send(json.dumps({"t": "hello"} | frame))
    return until(wire, "heads")


def events(wire: ClientConnection, until: int) -> list[int]:
    """Receive events up to number ``until``; acknowledge at a pace the server allows."""
    seen: list[int] = []
    acknowledged, pace = 0, threading.Event()
    while not seen or seen[-1] < until:
        frame = json.loads(wire.recv(timeout=60))
        if frame["t"] != "events":
            continue
        seen += [event["seq"] for event in frame["events"]]
        if frame["n"] - acknowledged >= 3:
            acknowledged = frame["n"]
            wire.send(json.dumps({"t": "ack", "n": acknowledged}))
            pace.wait(0.11)
    return seen


def until(wire: ClientConnection, kind: str) -> list[dict[str, Any]]:
    """Receive frames up to one of a kind."""
    seen: list[dict[str, Any]] = []
    while not seen or seen[-1]["t"] != kind:
        seen.append(json.loads(wire.recv(timeout=60)))
    return seen


def code_of(wire: ClientConnection) -> int:
    """Receive until the server closes; return its code."""
    frames = iter(lambda: wire.recv(timeout=60), None)
    with pytest.raises(ConnectionClosed) as ended:
        list(frames)
    return ended.value.rcvd.code if ended.value.rcvd else 1006


def test_browser_sees_sizes_origins_and_codes(tmp_path: Path) -> None:
    person, stranger = Person(), Person()
    stranger.client.session.flush()
    with served(tmp_path) as process:
        with pytest.raises(InvalidStatus) as refused:
            process.open(person, origin="http://evil.example")
        assert refused.value.response.status_code == 403
        with process.open(stranger) as wire:
            assert code_of(wire) == Close.SIGNED_OUT
        with process.open(person) as wire:
            assert wire.subprotocol == PROTOCOL
            assert not wire.protocol.extensions  # no compression, whatever the client offers
            hello(wire, person)
            wire.send("x" * 65_537)
            assert code_of(wire) == 1009
        with process.open(person) as wire:
            hello(wire, person)
            wire.send(" " * 65_536)
            assert code_of(wire) == Close.BAD_FRAME
        with process.open(person) as wire:
            hello(wire, person)
            wire.send([" " * 40_000, " " * 40_000])  # in two frames
            assert code_of(wire) == 1009


def _never_reads(process: Process, person: Person, room: Room) -> socket.socket:
    """Shake hands, say hello, and read nothing ever after."""
    raw = socket.socket()
    raw.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    raw.connect(("127.0.0.1", process.port))
    key = base64.b64encode(secrets.token_bytes(16)).decode()
    lines = [
        "GET /ws/chat/ HTTP/1.1", "Host: localhost", "Upgrade: websocket", "Connection: Upgrade",
        f"Sec-WebSocket-Key: {key}", "Sec-WebSocket-Version: 13", f"Origin: {ORIGIN}",
        f"Sec-WebSocket-Protocol: {PROTOCOL}", f"Cookie: sessionid={person.key}", "", "",
    ]  # fmt: skip
    raw.sendall("\r\n".join(lines).encode())
    assert b"101" in raw.recv(100)
    frame = {"t": "hello", "device_id": person.device_id, "app": "1.0.0", "rooms": [room.name]}
    data = json.dumps(frame).encode()
    raw.sendall(struct.pack("!BBH", 0x81, 0x80 | 126, len(data)) + bytes(4) + data)
    return raw


def _is_cut(raw: socket.socket) -> bool:
    """Say whether the server has ended the connection; reads nothing."""
    info = raw.getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO, 1)
    return info[0] != 1  # TCP_ESTABLISHED


def test_client_that_never_reads_costs_little_and_is_closed(tmp_path: Path) -> None:
    """Pitfall 19: 6 MB are written for each of ten clients; without a window 60 MB would wait."""
    quick, *slow = Person(), Person(), Person()
    room = Room(quick, *slow)
    with served(tmp_path, ack=6) as process, process.open(quick) as wire:
        hello(wire, quick, room)
        first = [room.write("A" * 60_000) for _ in range(100)]
        events(wire, first[-1])  # what reading large events costs stays with the process
        deaf = [_never_reads(process, person, room) for person in slow for _ in range(5)]
        events(wire, room.write())
        before = process.memory()
        numbers = [room.write("A" * 60_000) for _ in range(100)]
        assert events(wire, numbers[-1]) == numbers
        assert process.memory() - before <= 2.0 * len(deaf)
        for raw in deaf:
            wait_for(lambda raw=raw: _is_cut(raw), 15)  # type: ignore[misc]
            raw.close()
        with process.open(slow[0]) as again:
            hello(again, slow[0], room)


def test_two_processes_show_every_event_once(tmp_path: Path) -> None:
    """With Redis at once; with layers of their own each finds what the other wrote by itself."""
    amina, bruno = Person(), Person()
    room = Room(amina, bruno)
    with (
        served(tmp_path) as one, served(tmp_path) as two,
        one.open(amina) as here, two.open(bruno) as there,
    ):  # fmt: skip
        hello(here, amina, room)
        hello(there, bruno, room)
        numbers = [room.write() for _ in range(20)]
        assert events(here, numbers[-1]) == numbers
        assert events(there, numbers[-1]) == numbers
        if os.environ.get("REDIS_URL"):
            here.send(json.dumps({"t": "typing", "room": room.name}))
            assert until(there, "typing")[-1]["user"] == amina.name
        end_of = room.remove(bruno)
        last = room.write()
        assert last in events(here, last)
        seen = until(there, "member")
        assert seen[-1]["state"] == "removed"
        told = [e["seq"] for f in seen if f["t"] == "events" for e in f["events"]]
        assert all(seq <= end_of for seq in told)


def test_account_has_five_sockets_over_all_processes(tmp_path: Path) -> None:
    person = Person()
    if not os.environ.get("REDIS_URL"):
        assert connection.vendor == "sqlite"  # one process by design: it counts alone
        return
    with served(tmp_path) as one, served(tmp_path) as two, ExitStack() as four:
        with one.open(person) as first:
            hello(first, person)
            for process in (two, one, two, one):
                hello(four.enter_context(process.open(person)), person)
            with two.open(person) as sixth:
                assert code_of(sixth) == Close.TOO_FAST
        wait_for(lambda: _may_enter(two, person), 10)


def _may_enter(process: Process, person: Person) -> bool:
    with process.open(person) as wire:
        try:
            hello(wire, person)
        except ConnectionClosed:
            return False
        return True


def test_redis_client_is_one_that_keeps_idle_sockets() -> None:
    """Pitfall 17: redis-py 8 ends consumers that hear nothing for five seconds."""
    assert int(metadata.version("redis").partition(".")[0]) < 8
