"""One cell of the matrix: a request of one actor for one object, and what came back."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from django.db import connection, transaction
from django.test import Client
from django.urls import reverse

WRITE = re.compile(
    r'^\s*(INSERT INTO|UPDATE|DELETE FROM|REPLACE INTO)\s+"?([\w.]+)"?', re.IGNORECASE
)
# A refused request may count itself, keep a session, and be recorded; nothing else.
HARMLESS = {
    "django_session", "portal_cache", "portal_auditrow", "portal_audithead",
    "usersessions_usersession",
}  # fmt: skip
TO_SIGN_IN = "/account/sign-in/"
TO_FACTOR = ("/account/factor/", "/account/reauthenticate/")


@dataclass
class Answer:
    """Status and place of an answer, its text, and the tables that were written."""

    status: int
    place: str
    text: str
    asked: str
    written: set[str] = field(default_factory=set)

    @property
    def to_sign_in(self) -> bool:
        return self.status == 302 and TO_SIGN_IN in self.place

    @property
    def to_other_language(self) -> bool:
        """An address that is nowhere, tried again below the reader's language."""
        return self.status == 302 and self.place == f"/en{self.asked}"

    @property
    def to_factor(self) -> bool:
        return self.status == 302 and any(part in self.place for part in TO_FACTOR)


class _UndoneError(Exception):
    pass


@contextmanager
def undone() -> Iterator[None]:
    """Run something and take back all it wrote."""
    try:
        with transaction.atomic():
            yield
            raise _UndoneError
    except _UndoneError:
        pass


@contextmanager
def noting(written: set[str]) -> Iterator[None]:
    """Put into ``written`` the tables that are written to."""

    def watch(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        if match := WRITE.match(sql):
            written.add(match[2].lower())
        return execute(sql, params, many, context)

    with connection.execute_wrapper(watch):
        yield


def ask(
    client: Client, method: str, name: str, kwargs: dict[str, Any], data: dict[str, Any]
) -> Answer:
    """Send one request, note what it wrote, and undo that."""
    written: set[str] = set()
    url = reverse(name, kwargs=kwargs) if not name.startswith("/") else name
    cookies = {key: morsel.value for key, morsel in client.cookies.items()}
    with undone(), noting(written):
        response = client.generic(method, url, **_body(data)) if method not in {"GET", "POST"} else (
            client.get(url) if method == "GET" else client.post(url, data)
        )  # fmt: skip
        text = "" if response.streaming else response.content.decode("utf-8", "replace")
        answer = Answer(
            response.status_code, response.get("Location", ""), text, url, written - HARMLESS
        )
    client.cookies.clear()
    for key, value in cookies.items():
        client.cookies[key] = value
    return answer


def _body(data: dict[str, Any]) -> dict[str, Any]:
    return {"data": "", "content_type": "application/x-www-form-urlencoded"}
