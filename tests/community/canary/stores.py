"""Everything the server keeps or sends, as bytes under the name of its place."""

import email
import email.policy
import json
import logging
import os
import subprocess
import threading
import uuid
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any
from unittest import mock

import redis
from channels.layers import get_channel_layer
from django.contrib.sessions.models import Session
from django.db import connection

from portal.notifications import push

REDIS = os.environ.get("REDIS_URL", "")
Places = dict[str, bytes]
JSON = {"ensure_ascii": False, "default": str}


def in_bytes(value: object) -> bytes:
    """A value of a row, of a message or of a key."""
    if isinstance(value, bytes | bytearray | memoryview):
        return bytes(value)
    return (value if isinstance(value, str) else str(value)).encode("utf-8", "surrogatepass")


# the database


def tables() -> Places:
    """Every row of every table; what sign-ins keep also as it reads when it is unpacked."""
    found: Places = {}
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")
            rows = (in_bytes(value) for row in cursor.fetchall() for value in row if value)
            found[f"table {table}"] = b"\n".join(rows)
    kept = [json.dumps(row.get_decoded(), **JSON) for row in Session.objects.all()]
    return found | {"sessions, unpacked": "\n".join(kept).encode()}


def database_files() -> Places:
    """SQLite's own files, with what it has not yet brought from one to the other.

    Read by another process: who closes a file of SQLite in a process that has it open takes all
    its locks away, and every later connection of that process fails.
    """
    if connection.vendor != "sqlite":
        return {}
    path = Path(connection.settings_dict["NAME"])
    return {
        f"file {file.name}": subprocess.run(
            ["cat", str(file)], capture_output=True, check=True
        ).stdout
        for file in sorted(path.parent.glob(f"{path.name}*"))
    }


# files and mails


def files(folder: Path) -> Places:
    """Every file below a folder, with its name."""
    return {
        f"file {path.relative_to(folder)}": str(path.relative_to(folder)).encode()
        + b"\n"
        + path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def mails(folder: Path) -> Places:
    """Every mail as a person reads it: head and parts, decoded."""
    found = {}
    for path in sorted(folder.glob("*.eml")):
        message = email.message_from_bytes(path.read_bytes(), policy=email.policy.default)
        texts = [f"{name}: {value}" for name, value in message.items()]
        texts += [part.get_content() for part in message.walk() if not part.is_multipart()]
        found[f"mail {path.name}"] = "\n".join(map(str, texts)).encode()
    return found


# Redis


def redis_keys() -> Places:
    """Every key of the Redis database, with all it holds."""
    client = redis.Redis.from_url(REDIS)
    read: dict[bytes, Callable[[bytes], object]] = {
        b"string": client.get, b"hash": client.hgetall, b"set": client.smembers,
        b"list": lambda key: client.lrange(key, 0, -1),
        b"zset": lambda key: client.zrange(key, 0, -1),
    }  # fmt: skip
    found = b""
    for key in client.scan_iter(count=1000):
        kind = client.type(key)
        if kind != b"none":  # else it has just expired
            found += key + b"\n" + b"\n".join(_parts(read[kind](key))) + b"\n"
    client.close()
    return {"keys of Redis": found}


def _parts(value: object) -> Iterator[bytes]:
    if isinstance(value, dict):
        for pair in value.items():
            yield from _parts(list(pair))
    elif isinstance(value, list | set):
        for one in value:
            yield from _parts(one)
    elif value is not None:
        yield in_bytes(value)


class RedisTraffic:
    """Every command Redis is given, published messages too, as MONITOR tells them."""

    def __init__(self) -> None:
        self._client = redis.Redis.from_url(REDIS)
        self._connection = self._client.connection_pool.get_connection()
        self._connection.send_command("MONITOR")
        assert self._connection.read_response() == b"OK"
        self._kept = bytearray()
        self._mark, self._reached = b"", threading.Event()
        self._thread = threading.Thread(target=self._listen, daemon=True)
        self._thread.start()

    def _listen(self) -> None:
        line = b""
        while b"MONITOR ends" not in line:
            line = self._connection.read_response(disable_decoding=True)
            self._kept += line + b"\n"
            if self._mark and self._mark in line:
                self._reached.set()

    def until_now(self) -> bytes:
        """What was said so far: all of it has come when a mark comes that is sent now."""
        self._reached.clear()
        self._mark = uuid.uuid4().hex.encode()
        self._client.echo(self._mark)
        assert self._reached.wait(20)
        return bytes(self._kept)

    def stop(self) -> None:
        self._client.echo("MONITOR ends")
        self._thread.join(20)
        self._connection.disconnect()
        self._client.close()


# what passes by


class Kept(logging.Handler):
    """Keeps each line of the log as it is written, and what a program that ships it would take."""

    def __init__(self) -> None:
        super().__init__(logging.DEBUG)
        self.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s %(message)s"))
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.lines += [self.format(record), repr(record.__dict__)]


class Stores:
    """All places: what is kept, read when asked for, and what passed by since this was made."""

    def __init__(self, data: Path, printed: Callable[[], str]) -> None:
        self.data, self._printed, self.console = data, printed, ""
        self.log = Kept()
        self.layer: list[str] = []
        self.pushes: list[str] = []
        self.more: Places = {}  # what a test has kept itself
        self._traffic = RedisTraffic() if REDIS else None
        self._undo = ExitStack()
        self._undo.enter_context(self._logging())
        layer = get_channel_layer()
        for name in ("send", "group_send"):
            listening = self._listening(getattr(layer, name))
            self._undo.enter_context(mock.patch.object(layer, name, listening))
        self._undo.enter_context(mock.patch.object(push.requests, "post", self._push))

    @contextmanager
    def _logging(self) -> Iterator[None]:
        root = logging.getLogger()
        level = root.level
        root.addHandler(self.log)
        root.setLevel(logging.DEBUG)
        try:
            yield
        finally:
            root.removeHandler(self.log)
            root.setLevel(level)

    def _listening(self, send: Callable[..., Any]) -> Callable[..., Any]:
        async def heard(name: str, message: Mapping[str, Any]) -> Any:
            self.layer.append(json.dumps([name, message], **JSON))
            return await send(name, message)

        return heard

    def _push(self, *args: Any, **fields: Any) -> Any:
        self.pushes.append(repr((args, fields)))
        return mock.Mock(status_code=201, ok=True)

    def all(self) -> Places:
        """Every place there is."""
        self.console += self._printed()
        places = tables() | database_files() | files(self.data) | mails(self.data / "mail")
        if self._traffic is not None:
            places |= redis_keys() | {"traffic of Redis": self._traffic.until_now()}
        return places | self.more | {
            "log": "\n".join(self.log.lines).encode("utf-8", "backslashreplace"),
            "channel layer": "\n".join(self.layer).encode(),
            "pushes": "\n".join(self.pushes).encode(),
            "console": self.console.encode("utf-8", "backslashreplace"),
        }  # fmt: skip

    def stop(self) -> None:
        self._undo.close()
        if self._traffic is not None:
            self._traffic.stop()
