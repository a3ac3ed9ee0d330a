"""People's browsers in Node (seal.mjs); their requests are sent through the site's own addresses."""

import base64
import json
import os
import threading
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from django.test import Client

from launcher import frontend
from launcher.processes import end, start

PROGRAM = Path(__file__).with_name("seal.mjs")
Asked = dict[str, Any]
PATIENCE = 300  # seconds without a word


class Browsers:
    """The program, and the signed-in clients its requests go through."""

    def __init__(
        self, clients: Mapping[str, Client], log: Path, shorter: Callable[[Asked], Any] | None = None
    ) -> None:  # fmt: skip
        """``shorter`` returns the answer to a request that is not sent, None for all others."""
        self.clients, self._shorter = clients, shorter
        self.sent = bytearray()  # all that left the browsers
        self.by_http = 0  # how many requests took the whole way
        self._log = log.open("w+", encoding="utf-8")
        inside, write = os.pipe()
        read, outside = os.pipe()
        _npm, env = frontend.node()
        command = ["node", PROGRAM, str(inside), str(outside)]
        self._process = start(command, env=env, output=self._log, keep=(inside, outside))
        os.close(inside)
        os.close(outside)
        self._in = os.fdopen(write, "wb", buffering=0)
        self._out = os.fdopen(read, "rb")

    def do(self, deed: str, **how: Any) -> dict[str, Any]:
        """Let the browsers do something; return what came of it."""
        self._tell({"deed": deed} | how)
        watch = threading.Timer(PATIENCE, self._process.kill)
        watch.start()
        try:
            while line := self._out.readline():
                said = json.loads(line)
                if "ask" in said:
                    self._answer(said)
                    continue
                assert "done" in said, said
                done: dict[str, Any] = said["done"]
                return done
        finally:
            watch.cancel()
        raise AssertionError(f"the browsers are gone: {self._printed()}")

    def stop(self) -> None:
        """End the program."""
        self._in.close()
        self._out.close()
        end(self._process)
        self._log.close()

    def _printed(self) -> str:
        self._log.seek(0)
        return self._log.read()[-4000:]

    def _tell(self, said: dict[str, Any]) -> None:
        data = memoryview(json.dumps(said).encode() + b"\n")
        while data:
            data = data[self._in.write(data) :]

    def _answer(self, asked: Asked) -> None:
        body = (
            base64.b64decode(asked["bytes"]) if asked["bytes"] else (asked["body"] or "").encode()
        )
        self.sent += (
            f"{asked['method']} {asked['path']} {asked['headers']}\n".encode() + body + b"\n"
        )
        said = self._shorter(asked) if self._shorter else None
        status, content = (201, json.dumps(said).encode()) if said else self._send(asked, body)
        self._tell({
            "answer": asked["ask"], "status": status, "body": base64.b64encode(content).decode(),
        })  # fmt: skip

    def _send(self, asked: Asked, body: bytes) -> tuple[int, bytes]:
        headers = dict(asked["headers"])
        kind = headers.pop("Content-Type", "application/json")
        answer = self.clients[asked["who"]].generic(
            asked["method"], asked["path"], body, content_type=kind,
            headers=headers | {"Origin": "http://testserver"},
        )  # fmt: skip
        self.by_http += 1
        return answer.status_code, b"".join(answer) if answer.streaming else answer.content
