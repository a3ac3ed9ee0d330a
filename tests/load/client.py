"""A small load generator: HTTP/1.1 over loopback, connections kept, bounded in time and count."""

import asyncio
import ipaddress
import time
from collections.abc import Callable
from dataclasses import dataclass, field

TIMEOUT = 30.0


@dataclass
class Sample:
    """What came back: seconds of each good answer, and why others were not good."""

    seconds: list[float] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)
    elapsed: float = 0.0

    def __add__(self, other: "Sample") -> "Sample":
        return Sample(
            self.seconds + other.seconds, self.faults + other.faults, self.elapsed + other.elapsed
        )

    @property
    def rate(self) -> float:
        """Good answers per second."""
        return len(self.seconds) / self.elapsed if self.elapsed else 0.0

    def quantile(self, share: float) -> float:
        """Milliseconds that ``share`` of the answers did not exceed."""
        if not self.seconds:
            return float("nan")
        ordered = sorted(self.seconds)
        return ordered[min(len(ordered) - 1, int(share * len(ordered)))] * 1000


@dataclass(frozen=True)
class Request:
    """One request and how its answer is recognised as the right one."""

    method: str
    path: str
    cookie: str = ""
    body: bytes = b""
    headers: tuple[tuple[str, str], ...] = ()
    status: int = 200
    holds: bytes = b""

    def raw(self, host: str) -> bytes:
        """Return the bytes that go out."""
        lines = [f"{self.method} {self.path} HTTP/1.1", f"Host: {host}", "Accept: text/html"]
        lines += [f"{name}: {value}" for name, value in self.headers]
        if self.cookie:
            lines.append(f"Cookie: {self.cookie}")
        if self.body:
            lines.append("Content-Type: application/x-www-form-urlencoded")
            lines.append(f"Content-Length: {len(self.body)}")
        return "\r\n".join([*lines, "", ""]).encode() + self.body


class Connection:
    """One connection to a server on this machine, opened again when the server closes it."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.reader: asyncio.StreamReader | None = None
        self.writer: asyncio.StreamWriter | None = None

    async def send(self, request: Request) -> tuple[int, dict[str, str], bytes]:
        """Return status, headers (lower-case names) and body."""
        address = ipaddress.ip_address("127.0.0.1")  # nothing but this machine is ever a target
        if self.writer is None:
            self.reader, self.writer = await asyncio.open_connection(str(address), self.port)
        assert self.reader
        self.writer.write(request.raw(f"localhost:{self.port}"))
        head = (await self.reader.readuntil(b"\r\n\r\n")).decode("latin-1")
        first, *lines = head.rstrip().split("\r\n")
        headers = {name.lower(): value for name, _, value in (row.partition(": ") for row in lines)}
        status = int(first.split(" ", 2)[1])
        body = b"" if status in (204, 304) else await self._body(headers)
        if headers.get("connection", "").lower() == "close":
            await self.close()
        return status, headers, body

    async def _body(self, headers: dict[str, str]) -> bytes:
        assert self.reader
        if "content-length" in headers:
            return await self.reader.readexactly(int(headers["content-length"]))
        if headers.get("transfer-encoding", "").lower() != "chunked":
            return await self.reader.read()
        parts = []
        while size := int(await self.reader.readline(), 16):
            parts.append(await self.reader.readexactly(size))
            await self.reader.readexactly(2)
        await self.reader.readline()
        return b"".join(parts)

    async def close(self) -> None:
        """Close the connection if it is open."""
        if self.writer:
            self.writer.close()
        self.reader = self.writer = None


def fault(request: Request, status: int, body: bytes) -> str | None:
    """Return why an answer is not the right one, or None."""
    if status != request.status:
        return f"{request.path}: status {status}, not {request.status}"
    if request.holds and request.holds not in body:
        return f"{request.path}: the answer does not hold {request.holds!r}"
    return None


async def _one_by_one(
    port: int, take: Callable[[], Request | None], until: float, sample: Sample
) -> None:
    connection = Connection(port)
    while time.perf_counter() < until and (request := take()) is not None:
        began = time.perf_counter()
        try:
            status, _, body = await asyncio.wait_for(connection.send(request), TIMEOUT)
        except (OSError, EOFError, ValueError, TimeoutError) as problem:
            sample.faults.append(f"{request.path}: {type(problem).__name__}")
            await connection.close()
            continue
        wrong = fault(request, status, body)
        if wrong:
            sample.faults.append(wrong)
        else:
            sample.seconds.append(time.perf_counter() - began)
    await connection.close()


def load(
    port: int, take: Callable[[], Request | None], *, connections: int, seconds: float
) -> Sample:
    """Send requests over ``connections`` for ``seconds`` or until ``take`` has no more."""

    async def run() -> Sample:
        sample = Sample()
        began = time.perf_counter()
        workers = [_one_by_one(port, take, began + seconds, sample) for _ in range(connections)]
        await asyncio.gather(*workers)
        sample.elapsed = time.perf_counter() - began
        return sample

    return asyncio.run(run())


def fetch(port: int, request: Request) -> tuple[int, dict[str, str], bytes]:
    """Send one request and return status, headers and body."""

    async def run() -> tuple[int, dict[str, str], bytes]:
        connection = Connection(port)
        try:
            return await asyncio.wait_for(connection.send(request), TIMEOUT)
        finally:
            await connection.close()

    return asyncio.run(run())
