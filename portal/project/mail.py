"""Mail in development: readable on the console, and one file per message in the data folder."""

import sys
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import Any, TextIO

from django.conf import settings
from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend

from portal.shared import clock, ids

LINE = "─" * 72


class ReadableConsoleBackend(BaseEmailBackend):
    """Prints each message as a person reads it, so that a code in it can be typed over.

    The message as it would be sent goes to ``DATA_DIR/mail/<time>-<id>.eml``.
    """

    def __init__(self, *args: Any, stream: TextIO | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._stream = stream
        self._lock = threading.Lock()

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        """Print and store the messages; return how many."""
        for message in email_messages:
            path = self._store(message)
            with self._lock:
                self._print(message, path)
        return len(email_messages)

    def _store(self, message: EmailMessage) -> Path:
        folder = Path(settings.DATA_DIR) / "mail"
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        name = f"{clock.now():%Y%m%dT%H%M%SZ}-{ids.uuid7().hex[-8:]}.eml"
        path = folder / name
        path.touch(mode=0o600)
        path.write_bytes(message.message().as_bytes())
        return path

    def _print(self, message: EmailMessage, path: Path) -> None:
        stream = self._stream or sys.stdout
        head = [
            f"Mail to {', '.join(message.recipients())}",
            f"Subject: {message.subject}",
            f"File: {path}",
        ]
        # ``body`` is the text before it is encoded for the way, so no quoted-printable here.
        text = "\n".join([LINE, *head, "", str(message.body).strip(), LINE, ""])
        encoding = getattr(stream, "encoding", None) or "utf-8"
        stream.write(text.encode(encoding, "replace").decode(encoding))
        stream.flush()
